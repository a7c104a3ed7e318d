"""What all tests share: the same random numbers in every run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import cnnlib

# The same examples in every run; no deadline, for a kernel may have to be compiled first.
settings.register_profile(
    "core",
    derandomize=True,
    deadline=None,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("core")


@pytest.fixture(autouse=True)
def seed() -> None:
    """Every test starts from the same initial weights, shuffles and dropouts."""
    cnnlib.utils.set_random_seed(0)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
