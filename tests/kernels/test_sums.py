"""Sums over long columns."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib.kernels import sums as kernels


@pytest.mark.parametrize(("rows", "groups"), [(1, 1), (7, 1), (7, 3), (7, 7), (130, 64)])
def test_every_row_is_counted_once(rows, groups):
    x = np.arange(rows * 2.0).reshape(rows, 2)
    partial = np.full((groups, 2), np.nan)
    kernels.column_sums(x, partial)
    assert partial.sum(axis=0).tolist() == x.sum(axis=0).tolist()


def test_two_steps_keep_rounding_errors_small():
    x = np.full((20_000, 1), 0.1, np.float32)
    one, many = np.empty((1, 1), np.float32), np.empty((64, 1), np.float32)
    kernels.column_sums(x, many)
    assert abs(many.sum(dtype=np.float32) - 2000) < 0.01
    kernels.column_sums(x, one)
    assert abs(one.sum() - 2000) >= abs(many.sum(dtype=np.float32) - 2000)
