"""LLVM's optimizer for WebAssembly, and what it is told for every kind of kernel.

A plain loop of a page is built for few bytes, for it travels. A loop over a tile is unrolled, since
LLVM moves a tile from the stack into registers only then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

TRIPLE = "wasm32-unknown-unknown"
FEATURES = "+simd128,+mutable-globals,+sign-ext,+nontrapping-fptoint,+bulk-memory,+bulk-memory-opt"


class Goal(NamedTuple):
    """How LLVM is to build a function."""

    attribute: str  #: what its head says
    unroll: bool  #: loops of a fixed length become lines; a tile is in registers only then
    vectors: bool  #: plain loops get vector instructions
    counters: bool  #: a counter for every address: loops are faster by up to a third, and longer


GOALS = {
    "size": Goal("optsize ", unroll=False, vectors=True, counters=False),
    # Unrolled, these loops have a third more bytes and are no faster.
    "speed": Goal("", unroll=False, vectors=True, counters=True),
    "tiles": Goal("", unroll=True, vectors=False, counters=True),
    "small tiles": Goal("", unroll=True, vectors=False, counters=False),
}


def make_target() -> Any:
    """WebAssembly, for LLVM."""
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    # Counters for addresses are made on the way, where they are wanted (see optimize), not at last.
    llvm.set_option("cnnlib", "-disable-lsr")
    return llvm.Target.from_triple(TRIPLE).create_target_machine(
        cpu="generic", features=FEATURES, opt=3, reloc="static", codemodel="default"
    )


def one_module(target: Any, texts: Iterable[str]) -> Any:
    """One LLVM module of all texts."""
    import llvmlite.binding as llvm

    module = llvm.parse_assembly("")
    for text in texts:
        module.link_in(llvm.parse_assembly(text))
    module.triple, module.data_layout = TRIPLE, str(target.target_data)
    return module


def optimize(target: Any, module: Any, exports: set[str], goal: Goal) -> None:
    """Run LLVM's optimizer for WebAssembly; only ``exports`` are seen from outside afterwards."""
    import llvmlite.binding as llvm

    for value in [*module.functions, *module.global_variables]:
        if not value.is_declaration:
            value.linkage = "external" if value.name in exports else "internal"
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = goal.vectors
    options.loop_unrolling = goal.unroll
    options.inlining_threshold = 1000  # exp and the like go into fast loops, and fill vectors there
    builder = llvm.create_pass_builder(target, options)
    builder.getModulePassManager().run(module, builder)
    if goal.counters:
        for function in module.functions:
            passes = llvm.create_new_function_pass_manager()
            passes.add_loop_strength_reduce_pass()
            passes.run(function, builder)
