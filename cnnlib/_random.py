"""Where chance comes from: one generator for everything that is not given a seed of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

_common = np.random.default_rng()
_inside: ContextVar[np.random.Generator | None] = ContextVar("generator of `seeded`", default=None)


def set_seed(seed: int | None) -> None:
    """Start the generator afresh: the common one, or within :func:`seeded` the one there."""
    global _common
    if _inside.get():
        _inside.set(np.random.default_rng(seed))
    else:
        _common = np.random.default_rng(seed)


def generator(seed: int | None = None) -> np.random.Generator:
    """A new generator of this seed, or the common one if there is none."""
    return np.random.default_rng(seed) if seed is not None else _inside.get() or _common


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Random numbers of a seed inside, in this thread; the common generator is not touched."""
    token = _inside.set(np.random.default_rng(seed))
    try:
        yield
    finally:
        _inside.reset(token)
