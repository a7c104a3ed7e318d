"""The linker that is none: objects with data, with a stack, and with what it must refuse."""

from __future__ import annotations

import llvmlite.binding as llvm
import numpy as np
import pytest
import wasmtime

from cnnlib.wasm import Module
from cnnlib.wasm._link import Reader, link, number, read_manifest
from cnnlib.wasm._optimize import FEATURES, TRIPLE
from tests.wasm.machine import Machine

TABLE = """
@numbers = internal constant [3 x float] [float 2.0, float 3.0, float 5.0], align 16
@pointer = internal constant ptr getelementptr (float, ptr @numbers, i32 1), align 16

define float @look(i32 %k) {
  %at = getelementptr [3 x float], ptr @numbers, i32 0, i32 %k
  %value = load float, ptr %at
  ret float %value
}

define float @through_a_pointer() {
  %p = load volatile ptr, ptr @pointer
  %value = load float, ptr %p
  ret float %value
}
"""
STACK = """
define i32 @reversed(i32 %k) {
  %room = alloca [4 x i32], align 16
  %p0 = getelementptr [4 x i32], ptr %room, i32 0, i32 0
  %p1 = getelementptr [4 x i32], ptr %room, i32 0, i32 1
  store volatile i32 11, ptr %p0
  store volatile i32 22, ptr %p1
  %at = getelementptr [4 x i32], ptr %room, i32 0, i32 %k
  %value = load volatile i32, ptr %at
  ret i32 %value
}
"""
POINTER_TO_FUNCTION = """
declare void @elsewhere()
define i32 @address() {
  %p = ptrtoint ptr @elsewhere to i32
  ret i32 %p
}
"""


def to_object(text):
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(TRIPLE).create_target_machine(
        cpu="generic", features=FEATURES, opt=2, reloc="static", codemodel="default"
    )
    module = llvm.parse_assembly(text)
    module.triple, module.data_layout = TRIPLE, str(target.target_data)
    return target.emit_object(module)


def machine(text, *names):
    return Machine(Module(link(to_object(text), {n: n for n in names}, {"kernels": {}}), "", 0))


def test_constants_lie_where_the_code_looks_for_them():
    """A page copies the module's data to its memory when it loads the module."""
    loaded = machine(TABLE, "look", "through_a_pointer")
    assert [loaded.look(k) for k in range(3)] == [2, 3, 5]
    assert loaded.through_a_pointer() == 3


def test_the_manifest_says_where_the_data_ends():
    wasm = link(to_object(TABLE), {"look": "look"}, {"kernels": {}})
    end = read_manifest(wasm)["data_end"]
    assert 12 <= end <= 64


def test_the_stack_is_the_page_s():
    loaded = machine(STACK, "reversed")
    assert [loaded.reversed(k) for k in (0, 1)] == [11, 22]


def test_an_export_may_have_another_name():
    wasm = link(to_object(STACK), {"other": "reversed"}, {"kernels": {}})
    exports = wasmtime.Module(wasmtime.Engine(), wasm).exports
    assert [export.name for export in exports] == ["other"]


def test_function_pointers_are_refused():
    with pytest.raises(ValueError, match="a kernel cannot use __indirect_function_table"):
        link(to_object(POINTER_TO_FUNCTION), {"address": "address"}, {"kernels": {}})


def test_what_is_no_wasm_is_refused():
    with pytest.raises(ValueError, match="must begin with"):
        link(b"\x7fELF....", {}, {})
    with pytest.raises(ValueError, match="was not built by cnnlib"):
        read_manifest(b"\0asm\1\0\0\0")


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**31, 2**32 - 1])
def test_numbers_are_read_as_they_were_written(value):
    assert Reader(number(value)).number() == value
    assert len(number(value)) == max(1, -(-int(np.ceil(np.log2(value + 1))) // 7))
