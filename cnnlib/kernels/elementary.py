"""exp, log, log1p and tanh of float32, in Python: loops can work on many of them at a time.

The C library's functions take one number after the other. These are plain arithmetic, which the
compiler puts into the loop that calls them and turns into vector instructions; and WebAssembly,
which has no such functions at all, gets them too. They follow IEEE 754: infinity and NaN come out
where they must, and numbers too small for full precision (denormals) are kept.

Each reduces its argument to a short interval and evaluates a polynomial there, the way of Cephes
(S. Moshier, Methods and Programs for Mathematical Functions, 1989, chapter 6). No ``fastmath``
here: the two-step subtractions must not be reordered.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import overload

F = np.float32
I = np.int32  # noqa: E741
LOG2_E = F(1.44269504088896341)
LN2_HIGH, LN2_LOW = F(0.693359375), F(-2.12194440e-4)  # their sum is ln 2; n * LN2_HIGH is exact
INF, NAN = F(np.inf), F(np.nan)


@njit(error_model="numpy")
def _power_of_two(k: Any) -> Any:
    """2**k for -126 <= k <= 127, by writing the exponent's bits."""
    return I((k + I(127)) << I(23)).view(np.float32)


@njit(error_model="numpy")
def expf(x: Any) -> Any:
    """e**x: x = n ln 2 + r with |r| <= ln(2) / 2, so e**x = 2**n e**r."""
    bounded = min(max(x, F(-104)), F(89))  # beyond: 0 and infinity
    n = np.floor(bounded * LOG2_E + F(0.5))
    r = bounded - n * LN2_HIGH
    r = r - n * LN2_LOW
    p = F(1.9875691500e-4)
    p = p * r + F(1.3981999507e-3)
    p = p * r + F(8.3334519073e-3)
    p = p * r + F(4.1665795894e-2)
    p = p * r + F(1.6666665459e-1)
    p = p * r + F(5.0000001201e-1)
    p = p * r * r + r + F(1)
    k = I(n)
    half = k >> I(1)  # 2**k as two factors: k may be 128, or -150
    y = p * _power_of_two(half) * _power_of_two(k - half)
    return y if x == x else x  # NaN differs from itself


@njit(error_model="numpy")
def logf(x: Any) -> Any:
    """ln x: x = 2**e (1 + f) with 1 + f between sqrt(1/2) and sqrt(2)."""
    tiny = x < F(1.17549435e-38)
    bits = F(x * F(8388608) if tiny else x).view(np.int32)  # 2**23
    e = (bits - I(0x3F3504F3)) >> I(23)
    f = I(bits - (e << I(23))).view(np.float32) - F(1)
    z = f * f
    p = F(7.0376836292e-2)
    p = p * f + F(-1.1514610310e-1)
    p = p * f + F(1.1676998740e-1)
    p = p * f + F(-1.2420140846e-1)
    p = p * f + F(1.4249322787e-1)
    p = p * f + F(-1.6668057665e-1)
    p = p * f + F(2.0000714765e-1)
    p = p * f + F(-2.4999993993e-1)
    p = p * f + F(3.3333331174e-1)
    n = F(e - I(23) if tiny else e)
    y = f * z * p + n * LN2_LOW - F(0.5) * z
    y = f + y + n * LN2_HIGH
    y = y if x < INF else x  # infinity and NaN stay
    y = y if x != F(0) else -INF
    return NAN if x < F(0) else y


@njit(error_model="numpy")
def log1pf(x: Any) -> Any:
    """ln(1 + x), exact near 0: the rounding of u = 1 + x is undone by x / (u - 1).

    W. Kahan's way; Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 1.14.1.
    """
    u = F(1) + x
    y = logf(u) * (x / (u - F(1)))
    y = y if u != F(1) else x
    return y if x < INF else x


@njit(error_model="numpy")
def tanhf(x: Any) -> Any:
    """tanh x: a polynomial near 0, else 1 - 2 / (e**2x + 1)."""
    z = x * x
    p = F(-5.70498872745e-3)
    p = p * z + F(2.06390887954e-2)
    p = p * z + F(-5.37397155531e-2)
    p = p * z + F(1.33314422036e-1)
    p = p * z + F(-3.33332819422e-1)
    size = abs(x)
    far = F(1) - F(2) / (expf(F(2) * size) + F(1))
    y = p * z * x + x if size < F(0.625) else (far if x > F(0) else -far)
    return y if x == x else x


#: The C library's name of each; all take and give one float32.
LIBM = {"expf": expf, "logf": logf, "log1pf": log1pf, "tanhf": tanhf}


# --------------------------------------------------------------------- for kernels of both types
def exp(x: Any) -> Any:
    """e**x: :func:`expf` for float32, the C library's for float64."""
    return np.exp(x)


def tanh(x: Any) -> Any:
    """tanh x: :func:`tanhf` for float32, the C library's for float64."""
    return np.tanh(x)


def _for_float32(plain: Any, own: Any) -> None:
    """Let a compiled kernel take our function for float32.

    The compiler for the page replaces the C library's names itself, so that its module has each of
    our functions once.
    """

    @overload(plain)
    def choose(x):  # without types, as the functions it gives
        if x == types.float32 and "CNNLIB_COMPILING" not in os.environ:
            return lambda x: own(x)
        if plain is exp:
            return lambda x: np.exp(x)
        return lambda x: np.tanh(x)


_for_float32(exp, expf)
_for_float32(tanh, tanhf)
