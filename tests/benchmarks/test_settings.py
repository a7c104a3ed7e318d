"""What libraries are told about threads and instructions."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from benchmarks.settings import ISAS, THREADS, check_isa, environment

X86 = platform.machine().lower() in ("x86_64", "amd64")
HOST = """
import numba
@numba.njit(fastmath=True)
def add_up(x):
    total = numba.float32(0)
    for k in range(x.size):
        total += x[k]
    return total
add_up.compile("f4(f4[::1])")
print("zmm" in add_up.inspect_asm()[add_up.signatures[0]], numba.config.NUMBA_NUM_THREADS)
"""


def test_every_library_is_told_the_number_of_threads():
    one = environment(1)
    assert {one[name] for name in THREADS} == {"1"}
    assert environment(0).get("NUMBA_NUM_THREADS") != "0"


def test_an_implementation_may_need_more():
    assert environment(2, KERAS_BACKEND="jax")["KERAS_BACKEND"] == "jax"


def test_an_unknown_instruction_set_is_refused():
    with pytest.raises(ValueError, match="`isa` must be one of native, avx2; got 'sse'"):
        environment(1, "sse")


def test_an_instruction_set_of_another_processor_is_refused(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    check_isa("native")
    with pytest.raises(ValueError, match="`isa` avx2 needs an x86-64 processor; this is arm64"):
        check_isa("avx2")


@pytest.mark.skipif(not X86, reason="these instructions are those of x86-64")
def test_numba_leaves_the_widest_vectors_alone():
    """Numba takes the features of the real processor unless each is switched off."""
    done = subprocess.run(
        [sys.executable, "-c", HOST], env=environment(1, "avx2"), capture_output=True, text=True
    )
    assert done.stdout.split() == ["False", "1"], done.stderr
    assert done.stderr == ""


def test_every_setting_is_text():
    assert all(isinstance(v, str) for isa in ISAS.values() for v in isa.values())
