"""Input: the shape of one sample, said before the first layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnnlib.layers.base import check_dtype, check_input_shape


class Input:
    """Tells a model the shape of its samples, so that it can be built before it sees data.

    Args:
        shape: Shape of one sample, without the batch axis.
        batch_size: Must be left out: any batch size will do.
        dtype: ``"float32"`` or ``"float64"``; the model's if left out.
        name: Not used; there for programs that give it.

    Example:
        >>> Input(shape=(64, 64, 3)).shape
        (64, 64, 3)

    References:
        https://keras.io/api/layers/core_layers/input/
    """

    def __init__(
        self,
        shape: Sequence[int | None],
        batch_size: int | None = None,
        dtype: Any = None,
        name: str | None = None,
    ) -> None:
        if batch_size is not None:
            raise ValueError(
                f"`batch_size` must be left out: any batch size will do; got {batch_size!r}."
            )
        self.shape = check_input_shape(shape)
        self.dtype = None if dtype is None else check_dtype(dtype)
        self.name = name
