"""A module of kernels run in Python, by wasmtime: what a page does, without a page."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import wasmtime

from cnnlib.wasm import Module

STACK = 65536


class Machine:
    """``machine.conv2d(x, w, b, 1, 1, 1, 1, y)`` runs a kernel on NumPy arrays, in place."""

    def __init__(self, module: Module) -> None:
        self.store = wasmtime.Store()
        compiled = wasmtime.Module(self.store.engine, module.wasm)
        self.memory = wasmtime.Memory(self.store, wasmtime.MemoryType(wasmtime.Limits(64, None)))
        self.base = module.manifest["data_end"] + STACK
        imports = [self._imported(item) for item in compiled.imports]
        self.exports = wasmtime.Instance(self.store, compiled, imports).exports(self.store)

    def _imported(self, item: Any) -> Any:
        if item.name == "__linear_memory":
            return self.memory
        if item.name == "__stack_pointer":
            kind = wasmtime.GlobalType(wasmtime.ValType.i32(), True)
            return wasmtime.Global(self.store, kind, wasmtime.Val.i32(self.base))
        function = getattr(math, item.name.removesuffix("f"))
        return wasmtime.Func(self.store, item.type, lambda *a: function(*a))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self._call(self.exports[name], arguments)

    def _call(self, kernel: Any, arguments: tuple[Any, ...]) -> Any:
        top, flat, arrays = -(-self.base // 16) * 16, [], []
        for value in arguments:
            if isinstance(value, np.ndarray):
                self.memory.write(self.store, value.tobytes(), top)
                flat += [top, *value.shape]
                arrays.append((value, top))
                top = -(-(top + value.nbytes) // 16) * 16
            else:
                flat.append(value.item() if hasattr(value, "item") else value)
        result = kernel(self.store, *flat)
        for array, address in arrays:
            content = self.memory.read(self.store, address, address + array.nbytes)
            array[...] = np.frombuffer(bytes(content), array.dtype).reshape(array.shape)
        return result
