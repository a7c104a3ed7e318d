"""JavaScript modules joined into one, so that a figure is whole in itself: no server, no Node.

A browser takes ES modules from a server only, and a notebook takes one text. So each module becomes
a function that returns its exports, and the functions stand one after the other. Of the language of
modules this understands what the library's own use:

* ``import { a, b as c } from "./x.js";`` at the beginning of a line,
* ``export function``, ``export async function``, ``export class``, ``export const``,
* ``export default …`` at the beginning of a line, as the module's last statement.

Two modules are written here instead of by hand: ``wasm/kernels.js`` (the kernels, ready to load)
and ``wasm/bundle.js`` (the text of a worker's script). Every module begins with a line
``//# piece: name``; whoever stores many bundles may store each piece once.
"""

from __future__ import annotations

import base64
import gzip
import posixpath
import re
from functools import cache
from pathlib import Path

from cnnlib.wasm._build import Module, build

ROOT = Path(__file__).parents[1]
KERNELS, BUNDLE = "wasm/kernels.js", "wasm/bundle.js"
PIECE = "//# piece: "
IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"([^"]+)";[ \t]*\n', re.MULTILINE)
EXPORT = re.compile(
    r"^export (?=(?:async\s+)?(?:function\*?|class|const)\s+([\w$]+))", re.MULTILINE
)
DEFAULT = re.compile(r"^export default\s+(.*?);?\s*\Z", re.MULTILINE | re.DOTALL)
WORKER = re.compile(r'\bsource\("([^"]+)"\)')  # a module that runs in a worker
OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)

KERNELS_TEXT = """\
import {{ decode, load, unpack }} from "./runtime.js";

let loaded;

/** The Runtime of the library's kernels, loaded once. */
export const kernels = () => (loaded ??= unpack(decode("{wasm}")).then(load));
export default kernels;
"""
HEAD = """\
const $bundle = (parts) => {
  const made = {};
  const use = (name) => (made[name] ??= parts[name](use, source));
  const source = (name) => {
    const all = Object.entries(parts).map(([key, part]) => `${JSON.stringify(key)}: ${part}`);
    return `const $bundle = ${$bundle};\\n$bundle({${all}})(${JSON.stringify(name)});`;
  };
  return use;
};
const $parts = {};
"""


@cache
def compose(entry: str) -> str:
    """Join a module of the library with all it imports, and the kernels.

    Args:
        entry: The module's path below ``cnnlib``, such as ``"widgets/kernel_lab/kernel_lab.js"``.

    Returns:
        An ES module with the same default export.

    Raises:
        ValueError: If a module imports or exports in a way that is not understood.
        FileNotFoundError: If there is no such module.
    """
    return _compose(entry, build())


def javascript(module: Module) -> str:
    """A module of kernels with the runtime, as one ES module.

    Its default export is a function: ``const cnn = await kernels()`` gives the runtime, and
    ``cnn.run`` has the kernels. The runtime's own text says more (``cnnlib/wasm/runtime.js``).

    Args:
        module: What :func:`build` or :func:`compile` gives.

    Raises:
        TypeError: If it is something else.

    Example:
        >>> from cnnlib import wasm
        >>> def double(x, y):
        ...     for k in range(x.size):
        ...         y[k] = x[k] + x[k]
        >>> text = wasm.javascript(wasm.compile(double, "f4[1], f4[1]"))
        >>> "export default" in text
        True
    """
    return _compose(KERNELS, module)


def kernels_module(module: Module) -> str:
    """The text of ``wasm/kernels.js`` for a module of kernels.

    Raises:
        TypeError: If it is no module.
    """
    if not isinstance(module, Module):
        raise TypeError(
            f"`module` must be what build() or compile() gives; got {type(module).__name__}."
        )
    packed = gzip.compress(module.wasm, 9, mtime=0)
    return KERNELS_TEXT.format(wasm=base64.b64encode(packed).decode())


def _compose(entry: str, module: Module) -> str:
    parts: dict[str, str] = {}
    _collect(entry, kernels_module(module), parts)
    pieces = [PIECE + "head\n" + HEAD]
    pieces += [f"{PIECE}{name}\n$parts[{name!r}] = {text};\n" for name, text in parts.items()]
    end = f"{PIECE}end of {entry}\nexport default $bundle($parts)({entry!r}).default;\n"
    return "".join([*pieces, end])


def _collect(name: str, kernels: str, parts: dict[str, str]) -> None:
    """Add a module, after all it needs, as the text of a function that returns its exports."""
    if name in parts:
        return
    if name == BUNDLE:
        parts[name] = "($use, $source) => ({ source: $source })"
        return
    text = kernels if name == KERNELS else (ROOT / name).read_text("utf-8")
    parts[name] = ""  # known from here on, should modules import each other in a circle
    needs = [_path(name, match[2]) for match in IMPORT.finditer(text)]
    for need in [*needs, *WORKER.findall(text)]:
        _collect(need, kernels, parts)
    del parts[name]
    parts[name] = _as_function(name, text)


def _as_function(name: str, text: str) -> str:
    """A module's text as that of a function that returns its exports."""

    def taken(match: re.Match[str]) -> str:
        names = re.sub(r"\s+as\s+", ": ", " ".join(match[1].split()).rstrip(", "))
        return f"const {{ {names} }} = $use({_path(name, match[2])!r});\n"

    body = IMPORT.sub(taken, text)
    exports = EXPORT.findall(body)
    body = EXPORT.sub("", body)
    if default := DEFAULT.search(body):
        body = f"{body[: default.start()]}const $default = {default[1]};\n"
        exports.append("default: $default")
    if left := OTHER.search(body):
        raise ValueError(f"{name}: this import or export is not understood: {left[0]}")
    return f'($use, $source) => {{\n"use strict";\n{body}return {{ {", ".join(exports)} }};\n}}'


def _path(name: str, relative: str) -> str:
    """What a module means by the address in its import."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), relative))
