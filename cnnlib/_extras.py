"""Optional packages: a part of cnnlib that needs one says which extra brings it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


def require(module: str, *, extra: str, what: str) -> ModuleType:
    """Import an optional module, or say how to get it.

    Args:
        module: The module's full name, such as ``"sklearn.datasets"``.
        extra: The extra of cnnlib that installs it, such as ``"datasets"``.
        what: What the caller wanted, such as ``"datasets.digits"``.

    Raises:
        ImportError: If the module is not installed; the message names the extra.

    Example:
        >>> require("json", extra="none", what="this example").dumps([1])
        '[1]'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise  # the package is there and broken: its own message says more
        raise ImportError(
            f"{what} needs the package {module.split('.')[0]!r}: pip install 'cnnlib[{extra}]'"
        ) from error
