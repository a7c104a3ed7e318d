"""The kernels in a browser: the same Python loops, compiled ahead of time to WebAssembly.

Numba compiles a kernel for the processor it runs on. Its compiler, LLVM, knows other targets too,
and one of them is WebAssembly, the machine language of browsers. So a figure in a page computes
with the very loops that the library computes with, and an edit in one of them changes both.

>>> from cnnlib import wasm
>>> wasm.build().kernels["sgd"]  # gradient, learning rate, weights
'f4[1],f4,f4[1]'
"""

from cnnlib.wasm._build import Module, build, compile
from cnnlib.wasm._bundle import compose, javascript, kernels_module
from cnnlib.wasm._lower import CompileError
from cnnlib.wasm._network import Network, export_network

__all__ = [
    "CompileError",
    "Module",
    "Network",
    "build",
    "compile",
    "compose",
    "export_network",
    "javascript",
    "kernels_module",
]
