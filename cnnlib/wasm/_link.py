"""From LLVM's object file to a WebAssembly module, without a linker.

An object made from *one* LLVM module holds, in every place that a linker would correct, the value
that is already right: functions, types and globals counted in its own tables, addresses of data
counted from 0. It is a valid module that lacks exports. So this adds the section of exports, drops
the sections only a linker reads, and appends one of its own with the kernels' signatures. The
memory and the stack pointer stay imports: the page makes them.

The format: https://webassembly.github.io/spec/core/binary/ and, for the symbol table,
https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

MAGIC = b"\0asm\1\0\0\0"
CUSTOM, IMPORT, EXPORT, ELEMENT, DATA, DATA_COUNT = 0, 2, 7, 9, 11, 12
SECTION = "cnnlib"  # the custom section that holds the manifest
PROVIDED = {"__linear_memory", "__stack_pointer"}


class Reader:
    """Numbers and names of a WebAssembly binary, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """An unsigned number, seven bits a byte, the lowest first (LEB128)."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def take(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def name(self) -> str:
        return self.take(self.number()).decode()

    @property
    def done(self) -> bool:
        return self.at >= len(self.data)


def number(value: int) -> bytes:
    """Write an unsigned number, seven bits a byte, the lowest first (LEB128)."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def name(text: str) -> bytes:
    """Write a name."""
    return number(len(text.encode())) + text.encode()


def section(kind: int, body: bytes) -> bytes:
    """Write a section."""
    return bytes([kind]) + number(len(body)) + body


def sections(binary: bytes) -> Iterator[tuple[int, bytes]]:
    """Every section of a binary: its kind and what it holds."""
    if not binary.startswith(MAGIC):
        raise ValueError("a WebAssembly binary must begin with '\\0asm' and version 1")
    reader = Reader(binary[len(MAGIC) :])
    while not reader.done:
        kind = reader.byte()
        yield kind, reader.take(reader.number())


def imported_functions(body: bytes) -> list[str]:
    """The functions a module wants from the page; besides them only memory and stack pointer."""
    reader, functions = Reader(body), []
    for _ in range(reader.number()):
        reader.name()  # the module, always "env"
        what, kind = reader.name(), reader.byte()
        if kind == 0:
            reader.number()  # its type
            functions.append(what)
            continue
        if what not in PROVIDED:
            raise ValueError(f"a kernel cannot use {what}: no function pointers, no threads")
        if kind == 2:  # memory: limits
            limits = reader.number()
            reader.number()
            if limits & 1:
                reader.number()
        else:  # a global: type and mutability
            reader.take(2)
    return functions


def function_symbols(body: bytes) -> dict[str, int]:
    """The index of every function that the object defines, from its ``linking`` section."""
    reader, found = Reader(body), {}
    if (version := reader.number()) != 2:
        raise ValueError(f"the symbol table must have version 2; got {version}")
    while not reader.done:
        kind, content = reader.byte(), Reader(reader.take(reader.number()))
        if kind != 8:  # not the symbol table
            continue
        for _ in range(content.number()):
            symbol, index = _symbol(content)
            if symbol:
                found[symbol] = index
    return found


def _symbol(reader: Reader) -> tuple[str, int]:
    """One symbol; the name is empty unless it is a function defined here."""
    kind, flags = reader.byte(), reader.number()
    defined = not flags & 0x10
    if kind == 1:  # data
        reader.name()
        if defined:
            for _ in range(3):  # segment, offset, size
                reader.number()
    elif kind == 3:  # section
        reader.number()
    else:
        index = reader.number()
        if defined or flags & 0x40:
            symbol = reader.name()
            if kind == 0 and defined:
                return symbol, index
    return "", 0


def data_end(body: bytes) -> int:
    """The first address behind the module's own data."""
    reader, end = Reader(body), 0
    for _ in range(reader.number()):
        if (reader.byte(), reader.byte()) != (0, 0x41):
            raise ValueError("data must lie at an address known beforehand")
        start = reader.number()
        reader.byte()  # the end of the expression
        size = reader.number()
        reader.take(size)
        end = max(end, start + size)
    return end


def link(binary: bytes, exports: Mapping[str, str], manifest: Mapping[str, Any]) -> bytes:
    """Turn an object into a module.

    Args:
        binary: The object, made from one LLVM module.
        exports: The symbol in the object for every exported name.
        manifest: What the page must know; it becomes a custom section as JSON, with two entries
            added: ``imports`` (names of functions) and ``data_end`` (bytes).

    Raises:
        ValueError: If the object needs something that only a linker can give.
    """
    parts = list(sections(binary))
    custom = {}
    for kind, body in parts:
        if kind == CUSTOM:
            reader = Reader(body)
            title = reader.name()
            custom[title] = body[reader.at :]
    symbols = function_symbols(custom["linking"])
    table = number(len(exports)) + b"".join(
        name(exported) + b"\0" + number(symbols[exports[exported]]) for exported in sorted(exports)
    )
    plain = {kind: body for kind, body in parts if kind != CUSTOM}
    entries = {
        **manifest,
        "imports": imported_functions(plain.get(IMPORT, b"\0")),
        "data_end": data_end(plain.get(DATA, b"\0")),
    }
    plain[EXPORT] = table
    order = sorted(plain, key=lambda kind: ELEMENT + 0.5 if kind == DATA_COUNT else kind)
    note = name(SECTION) + json.dumps(entries, separators=(",", ":")).encode()
    return MAGIC + b"".join(section(k, plain[k]) for k in order) + section(CUSTOM, note)


def read_manifest(binary: bytes) -> dict[str, Any]:
    """What :func:`link` has written into a module.

    Raises:
        ValueError: If the binary is no module of this library.
    """
    for kind, body in sections(binary):
        reader = Reader(body)
        if kind == CUSTOM and reader.name() == SECTION:
            return json.loads(body[reader.at :])
    raise ValueError("the WebAssembly module was not built by cnnlib: it has no section 'cnnlib'")
