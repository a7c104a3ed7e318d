"""How each library is told to use so many threads, and no newer instructions than these."""

from __future__ import annotations

import os
import platform

#: Every library that is measured reads at least one of these.
THREADS = (
    *("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
)
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "JAX_PLATFORMS": "cpu",
    "PYTHONPATH": "",  # a worker finds this project by its folder
    "PYTHONWARNINGS": "ignore",
}
#: Numba takes the features of the real processor even where another one is named: they are
#: switched off one by one.
NO_AVX512 = ",".join(
    f"-avx512{name}"
    for name in (
        *("f", "bw", "cd", "dq", "vl", "ifma", "vbmi", "vbmi2", "vnni", "bitalg", "vpopcntdq"),
        *("vp2intersect", "bf16", "fp16"),
    )
)
AVX2 = {
    "NUMBA_CPU_NAME": "haswell",
    "NUMBA_CPU_FEATURES": f"+avx2,+fma,+bmi,+bmi2,+f16c,+lzcnt,+movbe,+popcnt,{NO_AVX512}",
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # PyTorch and TensorFlow
    "ATEN_CPU_CAPABILITY": "avx2",  # PyTorch's own loops, and those that it compiles
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",  # PyTorch's matrix products
    "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",  # JAX
    "OPENBLAS_CORETYPE": "Haswell",  # NumPy's matrix products
    # NumPy's own loops: the names of this version, and of those before 2.4
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX",
}
ISAS = {"native": {}, "avx2": AVX2}


def check_isa(isa: str) -> None:
    """Refuse an instruction set that nobody here knows how to ask for.

    Raises:
        ValueError: If it is not in ``ISAS``, or not one of this processor's.
    """
    if isa not in ISAS:
        raise ValueError(f"`isa` must be one of {', '.join(ISAS)}; got {isa!r}.")
    if isa != "native" and platform.machine().lower() not in ("x86_64", "amd64"):
        raise ValueError(f"`isa` {isa} needs an x86-64 processor; this is {platform.machine()}.")


def environment(threads: int, isa: str = "native", **more: str) -> dict[str, str]:
    """The environment variables of a worker.

    Args:
        threads: How many threads it may use; 0 for as many as it likes.
        isa: A name of ``ISAS``.
        **more: What this implementation needs besides.
    """
    check_isa(isa)
    limits = {name: str(threads) for name in THREADS} if threads else {}
    return {**os.environ, **QUIET, **limits, **ISAS[isa], **more}
