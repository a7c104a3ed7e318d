"""A kernel is loops over arrays and nothing else: read it in the compiler's own language.

Numba turns a kernel into LLVM's intermediate representation. In there a call of anything outside,
an allocation, or a step of float64 in a float32 kernel stand in plain text.
"""

from __future__ import annotations

import re

import numba
import numpy as np
import pytest
from llvmlite import binding as llvm
from numba import njit

from cnnlib.kernels import KERNELS, conv2d_tiles, conv_block, dense_tiles
from cnnlib.kernels._compile import OPTIONS, TILED, signature_types
from cnnlib.kernels.tiling import covering, register, size
from cnnlib.kernels.vector import load, store, tile

pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="nothing is compiled under NUMBA_DISABLE_JIT"
)

#: What a kernel may call: functions of the C library for single numbers, and LLVM's own operations.
ALLOWED = re.compile(r"(expf|exp2f|logf|log1pf|tanhf|sqrtf|fabsf)$|llvm\.")


def native_code(function, signature):
    """The instructions of a function and of all it calls within its module, and the outside names.

    The wrappers that Numba puts around it for Python are left out.
    """
    compiled = njit(**OPTIONS)(function)
    compiled.compile(signature_types(signature))
    (types_of_arguments,) = compiled.signatures
    module = llvm.parse_assembly(compiled.inspect_llvm(types_of_arguments))
    functions = {f.name: f for f in module.functions}
    todo = [compiled.overloads[types_of_arguments].fndesc.llvm_func_name]
    seen, outside, instructions = set(), set(), []
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if functions[name].is_declaration:
            outside.add(name)
            continue
        for block in functions[name].blocks:
            for instruction in block.instructions:
                text = str(instruction)
                instructions.append(text)
                todo += [n for n in re.findall(r'@"?([\w.$]+)"?', text) if n in functions]
    return instructions, outside


def impurities(function, signature):
    """What is wrong with a kernel; an empty list if nothing is."""
    instructions, outside = native_code(function, signature)
    allocations = [n for n in outside if "NRT_" in n or "alloc" in n]
    strangers = [n for n in outside if not ALLOWED.match(n) and n not in allocations]
    doubles = [i.strip() for i in instructions if re.search(r"\bdouble\b", i)]
    found = [f"allocates: {n}" for n in allocations] + [f"calls: {n}" for n in strangers]
    return found + [f"float64: {i}" for i in doubles[:3]]


@pytest.mark.parametrize("name", sorted(KERNELS))
def test_a_kernel_is_pure(name):
    compiled, signature = KERNELS[name]
    assert impurities(compiled.py_func, signature) == []


# ---------------------------------------------------------------------------- kernels on tiles
#: Every kernel with the largest tile it gets on this processor, and some with narrow vectors.
#: (With more lanes of outputs than a register has, dense_adam keeps its last loop, and the sums,
#: all done, lie on the stack before the step. It is measured to be as fast as 4 rows, where they
#: do not.)
TILES = [
    (conv2d_tiles.conv2d_tiles, size("conv2d", 32), size("conv2d", 2)),
    (conv2d_tiles.conv2d_weight_gradient_tiles, size("weight_gradient", 32)),
    (conv_block.conv_block, size("block", 32), size("block", 4)),
    (conv_block.conv_block_weight_gradient, size("block_gradient", 32)),
    (conv_block.conv_block_input_gradient, size("block_gradient", 32)),
    (conv_block.conv_block_narrow_gradient, size("narrow", 32)),
    (dense_tiles.dense_tiles, size("dense", 32)),
    (dense_tiles.dense_input_gradient_tiles, size("dense", 32)),
    (dense_tiles.dense_weight_gradient_tiles, size("dense", 32)),
    (dense_tiles.dense_adam, (*size("dense", 32), register())),
]
if covering(6):  # a vector with lanes that are not stored
    TILES.append((conv2d_tiles.conv2d_tiles, (*size("conv2d", covering(6)), True)))
ON_TILES = [
    pytest.param(factory, sizes, id="{}_{}".format(factory.__name__, "x".join(map(str, sizes))))
    for factory, *tiles in TILES
    for sizes in tiles
]

#: Numba counts who holds an array. In a large kernel the counting of its arguments may be left.
COUNTING = "allocates: NRT_MemInfo_call_dtor"


def stack(function, signature):
    """What has no place in registers and lies on the stack. Where a part says its errors may."""
    instructions, _ = native_code(function, signature)
    return [text.strip() for text in instructions if re.search(r"= alloca (?!ptr,)", text)]


@pytest.mark.parametrize(("factory", "sizes"), ON_TILES)
def test_a_kernel_on_tiles_is_pure_and_stays_in_registers(factory, sizes):
    made = factory(*sizes)
    compiled, signature = TILED["{}_{}".format(factory.__name__, "x".join(map(str, sizes)))]
    assert compiled is made
    assert set(impurities(compiled.py_func, signature)) <= {COUNTING}
    assert stack(compiled.py_func, signature) == []
    assert len(signature_types(signature)) == compiled.py_func.__code__.co_argcount
    assert compiled.py_func.__doc__, "it says its formula in a docstring"


def test_every_kernel_on_tiles_is_looked_at():
    tested = {factory.__name__ for factory, *_ in TILES}
    modules = (conv2d_tiles, conv_block, dense_tiles)
    made = {name for m in modules for name, f in vars(m).items() if hasattr(f, "cache_info")}
    made = {name for name in made if not name.startswith("_")}  # parts of others
    assert tested == made
    assert impurities(conv2d_tiles.frame.py_func, TILED["frame"][1]) == []


def tile_that_stays_on_the_stack(x, y):
    room = tile(4, 4)
    for t in range(x.size):  # however many
        room[t] = load(x, t, 4)
    for t in range(x.size):
        store(y, t, room[x.size - t])


def test_a_tile_on_the_stack_is_caught():
    assert any("x float>" in text for text in stack(tile_that_stays_on_the_stack, "f4[1], f4[1]"))


# ------------------------------------------------------------------- the test itself can fail
def sum_in_float64(x, y):
    total = 0.0  # a float literal is a float64
    for k in range(x.size):
        total += x[k]
    y[0] = total


def reverse_with_room(x, y):
    room = np.zeros(x.size, x.dtype)
    for k in range(x.size):
        room[k] = x[k]
    for k in range(x.size):
        y[k] = room[x.size - 1 - k]


def first_and_print(x, y):
    print(x.size)
    y[0] = x[0]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (sum_in_float64, "float64"),
        (reverse_with_room, "allocates"),
        (first_and_print, "calls"),
    ],
)
def test_an_impure_kernel_is_caught(function, reason):
    found = impurities(function, "f4[1], f4[1]")
    assert any(text.startswith(reason) for text in found), found


def test_signatures_have_an_entry_per_argument():
    for name, (compiled, signature) in KERNELS.items():
        names = compiled.py_func.__code__.co_argcount
        assert len(signature_types(signature)) == names, name


def test_a_kernel_is_small_and_has_few_arguments():
    for name, (compiled, _) in KERNELS.items():
        assert compiled.py_func.__code__.co_argcount <= 10, name
        assert compiled.py_func.__doc__, f"{name} says its formula in a docstring"
