"""Interpreted, a kernel's NaN comes with a warning of NumPy's; compiled, it comes without."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def no_warnings_about_nan():
    with np.errstate(all="ignore"):
        yield
