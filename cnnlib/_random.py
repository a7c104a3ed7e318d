"""Where chance comes from: one generator for everything that is not given a seed of its own."""

from __future__ import annotations

import numpy as np

_current = np.random.default_rng()


def set_seed(seed: int | None) -> None:
    """Start the common generator afresh."""
    global _current
    _current = np.random.default_rng(seed)


def generator(seed: int | None = None) -> np.random.Generator:
    """A new generator of this seed, or the common one if there is none."""
    return _current if seed is None else np.random.default_rng(seed)
