"""Interpreted, a kernel's NaN comes with a warning of NumPy's; compiled, it comes without."""

from __future__ import annotations

import numba
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def no_warnings_about_nan():
    with np.errstate(all="ignore"):
        yield


@pytest.fixture
def threads():
    """Set the number of threads; put it back afterwards."""
    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("there is one core only")
    before = numba.get_num_threads()
    yield numba.set_num_threads
    numba.set_num_threads(before)
