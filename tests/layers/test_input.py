"""Input says a shape."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import Input


def test_shape_and_dtype():
    assert Input((64, 64, 3)).shape == (64, 64, 3)
    assert Input([np.int64(5)]).shape == (5,)
    assert Input((5,), dtype=np.float64).dtype == "float64"


@pytest.mark.parametrize("shape", [(), (0,), (None, 3), 5, "ab", (1.5,), None])
def test_bad_shapes(shape):
    with pytest.raises(ValueError, match="`input_shape` must be positive integers, batch left out"):
        Input(shape)


def test_bad_arguments():
    with pytest.raises(ValueError, match=r"`batch_size` must be left out.*got 32"):
        Input((5,), batch_size=32)
    with pytest.raises(ValueError, match="`dtype` must be 'float32' or 'float64'; got 'bfloat16'"):
        Input((5,), dtype="bfloat16")
