"""Where chance comes from: one generator for everything that is not given a seed of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

_current = np.random.default_rng()


def set_seed(seed: int | None) -> None:
    """Start the common generator afresh."""
    global _current
    _current = np.random.default_rng(seed)


def generator(seed: int | None = None) -> np.random.Generator:
    """A new generator of this seed, or the common one if there is none."""
    return _current if seed is None else np.random.default_rng(seed)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Random numbers of a seed inside; the common generator is not touched."""
    global _current
    kept, _current = _current, np.random.default_rng(seed)
    try:
        yield
    finally:
        _current = kept
