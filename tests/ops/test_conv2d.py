"""Convolution as an op: any stride, padding and dilation against the slow loops; clear errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnlib import ops
from tests import naive
from tests.gradcheck import check_gradients

TOLERANCE = {
    np.float32: {"rtol": 1e-4, "atol": 1e-4},
    np.float64: {"rtol": 1e-10, "atol": 1e-10},
}


@st.composite
def convolutions(draw):
    """Shapes and options of a convolution that fits its image."""
    options = {
        "strides": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        "padding": draw(st.sampled_from(["valid", "same"])),
        "dilation_rate": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
    }
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    image = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    if options["padding"] == "valid":
        spans = [d * (k - 1) + 1 for d, k in zip(options["dilation_rate"], size, strict=True)]
        assume(all(span <= length for span, length in zip(spans, image, strict=True)))
    samples, channels, outputs = draw(st.tuples(*(st.integers(1, n) for n in (2, 6, 5))))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    x = rng.standard_normal((samples, *image, channels)).astype(dtype)
    w = rng.standard_normal((*size, channels, outputs)).astype(dtype)
    return x, w, rng.standard_normal(outputs).astype(dtype), options, rng


@given(convolutions())
def test_forward_and_backward_agree_with_the_slow_loops(case):
    x, w, b, options, rng = case
    slow = {"strides": options["strides"], "padding": options["padding"]}
    slow["dilation"] = options["dilation_rate"]
    tolerance = TOLERANCE[x.dtype.type]

    y = ops.conv2d(x, w, b, **options)
    assert y.dtype == x.dtype
    np.testing.assert_allclose(y, naive.conv2d(x, w, b, **slow), **tolerance)

    dy = rng.standard_normal(y.shape).astype(x.dtype)
    gradients = ops.conv2d_backward(dy, x, w, **options)
    for gradient, expected in zip(gradients, naive.conv2d_backward(dy, x, w, **slow), strict=True):
        assert gradient.dtype == x.dtype
        np.testing.assert_allclose(gradient, expected, **tolerance)


@st.composite
def wide_convolutions(draw, channels, outputs, padding):
    """A convolution of small whole numbers: every sum is exact."""
    strides = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    dilation = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    rest = draw(st.tuples(st.integers(0, 6), st.integers(0, 6)))
    image = [d * (k - 1) + 1 + r for d, k, r in zip(dilation, size, rest, strict=True)]
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    x = rng.integers(-3, 4, (draw(st.sampled_from([1, 2, 9])), *image, channels))
    w = rng.integers(-3, 4, (*size, channels, outputs))
    options = {"strides": strides, "padding": padding, "dilation_rate": dilation}
    return x, w, rng.integers(-3, 4, outputs), options, rng


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("channels", "outputs"), [(1, 32), (3, 11), (5, 3), (20, 5), (32, 20), (37, 1)]
)
@given(data=st.data())
@settings(max_examples=10)
def test_float32_and_float64_agree(channels, outputs, padding, data):
    """They are different kernels, and those of float32 take vectors of 1 to 32 channels."""
    *arrays, options, rng = data.draw(wide_convolutions(channels, outputs, padding))
    x, w, b = (a.astype(np.float32) for a in arrays)
    y = ops.conv2d(x, w, b, **options)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, ops.conv2d(x.astype(np.float64), w, b, **options))
    at_once = ops.conv2d(x, w, b, **options, relu=True)
    np.testing.assert_array_equal(at_once, ops.relu(y))
    dy = rng.integers(-3, 4, y.shape).astype(np.float32)
    slow = ops.conv2d_backward(dy.astype(np.float64), x, w, **options)
    for gradient, expected in zip(ops.conv2d_backward(dy, x, w, **options), slow, strict=True):
        assert gradient.dtype == np.float32
        np.testing.assert_array_equal(gradient, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_at_once_is_relu_afterwards(rng, dtype):
    x, w = rng.standard_normal((2, 6, 5, 3)).astype(dtype), rng.standard_normal((3, 2, 3, 9))
    x[0, 2, 2, 1], x[1, 0, 0, 0], x[1, 5, 4, 2] = np.nan, np.inf, -np.inf
    w, b = w.astype(dtype), rng.standard_normal(9).astype(dtype)
    y = ops.conv2d(x, w, b, relu=True)
    assert y.dtype == dtype
    assert np.isnan(y).any()
    assert np.isposinf(y).any()
    np.testing.assert_array_equal(y, ops.relu(ops.conv2d(x, w, b)))


@given(convolutions())
def test_windows_as_rows_agree_with_the_slow_loops(case):
    x, w, _, options, _ = case
    slow = (options["strides"], options["padding"], options["dilation_rate"])
    size = w.shape[:2]
    cols = ops.im2col(x, size, **options)
    np.testing.assert_array_equal(cols, naive.im2col(x, size, *slow))
    back = ops.col2im(cols, x.shape, size, **options)
    expected = naive.col2im(cols, x.shape, size, *slow)
    np.testing.assert_allclose(back, expected, **TOLERANCE[x.dtype.type])


@given(convolutions())
def test_a_convolution_is_a_product_with_windows_as_rows(case):
    x, w, b, options, _ = case
    cols = ops.im2col(x, w.shape[:2], **options)
    product = cols @ w.reshape(-1, w.shape[3]) + b
    np.testing.assert_allclose(ops.conv2d(x, w, b, **options), product, **TOLERANCE[x.dtype.type])


OPTIONS = [
    {},
    {"strides": (2, 3)},
    {"strides": 3, "padding": "same"},
    {"padding": "same"},
    {"dilation_rate": (2, 1)},
    {"dilation_rate": 2, "padding": "same"},
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("size", [(2, 3), (3, 1), (1, 1)])
def test_gradients(rng, options, size):
    x, w = rng.standard_normal((2, 7, 6, 3)), rng.standard_normal((*size, 3, 5))
    b = rng.standard_normal(5)
    check_gradients(
        lambda x, w, b: ops.conv2d(x, w, b, **options),
        lambda dy, x, w, b: ops.conv2d_backward(dy, x, w, **options),
        [x, w, b],
        rng,
    )


@pytest.mark.parametrize("options", OPTIONS)
def test_gradients_of_windows_as_rows(rng, options):
    x = rng.standard_normal((2, 7, 6, 3))
    check_gradients(
        lambda x: ops.im2col(x, (2, 3), **options),
        lambda dy, x: [ops.col2im(dy, x.shape, (2, 3), **options)],
        [x],
        rng,
    )


def test_the_halves_of_the_backward_pass_are_the_whole(rng):
    x, w = rng.standard_normal((2, 6, 5, 3)), rng.standard_normal((3, 2, 3, 4))
    options = {"strides": 2, "padding": "same"}
    dy = rng.standard_normal(ops.conv2d(x, w, **options).shape)
    dx, dw, db = ops.conv2d_backward(dy, x, w, **options)
    np.testing.assert_array_equal(ops.conv2d_input_gradient(dy, w, x.shape, **options), dx)
    np.testing.assert_array_equal(ops.conv2d_weight_gradient(dy, x, (3, 2), **options), dw)
    np.testing.assert_allclose(db, dy.sum(axis=(0, 1, 2)))


def test_pixels_that_no_window_reads_get_no_gradient():
    dx, _, _ = ops.conv2d_backward(
        np.ones((1, 2, 2, 1)), np.ones((1, 5, 5, 1)), np.ones((2, 2, 1, 1)), 2
    )
    assert dx[0, 4].tolist() == [[0]] * 5
    assert dx[0, :, 4].tolist() == [[0]] * 5
    assert (dx[0, :4, :4] == 1).all()


def test_ops_follow_their_input_and_leave_it_alone(rng):
    x, w = rng.integers(0, 255, (1, 4, 4, 3), dtype=np.uint8), rng.standard_normal((2, 2, 3, 2))
    before = x.copy(), w.copy()
    assert ops.conv2d(x, w.astype(np.float32)).dtype == np.float32
    assert ops.conv2d(x, w).dtype == np.float64
    assert ops.conv2d(x.astype(np.float16), w.astype(np.float16)).dtype == np.float32
    assert np.array_equal(x, before[0])
    assert np.array_equal(w, before[1])


def test_any_memory_layout_will_do(rng):
    x, w = rng.standard_normal((2, 6, 5, 4)), rng.standard_normal((3, 2, 4, 3))
    expected = ops.conv2d(x, w)
    np.testing.assert_array_equal(ops.conv2d(np.asfortranarray(x), np.asfortranarray(w)), expected)
    views = np.zeros((2, 12, 10, 4))[:, ::2, ::2]
    views[...] = x
    np.testing.assert_array_equal(ops.conv2d(views, w), expected)
    frozen = x.copy()
    frozen.setflags(write=False)
    np.testing.assert_array_equal(ops.conv2d(frozen, w), expected)
    np.testing.assert_array_equal(ops.conv2d(x.astype(">f8"), w), expected)
    np.testing.assert_array_equal(ops.conv2d(x.tolist(), w.tolist()), expected)


X, W = np.ones((2, 5, 4, 3)), np.ones((2, 3, 3, 6))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X[0], W), r"`x` must have 4 axes \(s, h, w, c\); got shape \(5, 4, 3\)"),
        ((X, W[0]), r"`w` must have 4 axes \(kh, kw, c, o\); got shape \(3, 3, 6\)"),
        ((X, W[:, :, :2]), r"as many input channels.*got w \(2, 3, 2, 6\) and x \(2, 5, 4, 3\)"),
        ((X, W, np.ones(5)), r"`b` must have shape \(6,\).*got \(5,\)"),
        ((X, W, np.ones((1, 6))), r"`b` must have 1 axes \(o\); got shape \(1, 6\)"),
        ((X[:0], W), r"`x` must not be empty; got shape \(0, 5, 4, 3\)"),
        ((X, np.ones((6, 3, 3, 1))), r"`kernel_size` must fit into the image; got \(6, 3\)"),
        ((X, W, None, 0), r"`strides` must be 1 or more; got 0"),
        ((X, W, None, (1, -1)), r"`strides` must be 1 or more; got \(1, -1\)"),
        ((X, W, None, 1.5), r"`strides` must be an integer or two of them; got 1.5"),
        ((X, W, None, 1, "full"), "`padding` must be 'valid' or 'same'; got 'full'"),
        ((X, W, None, 1, "valid", 0), r"`dilation_rate` must be 1 or more; got 0"),
    ],
)
def test_what_does_not_fit_is_said(arguments, message):
    with pytest.raises(ValueError, match=message):
        ops.conv2d(*arguments)


@pytest.mark.parametrize("bad", [X + 1j, X.astype(str), X.astype(object), None])
def test_only_real_numbers_are_accepted(bad):
    for call in (
        lambda: ops.conv2d(bad, W),
        lambda: ops.im2col(bad, 2),
        lambda: ops.col2im(bad, X.shape, 2),
        lambda: ops.conv2d_weight_gradient(np.ones((2, 4, 2, 6)), bad, (2, 3)),
    ):
        with pytest.raises((TypeError, ValueError), match=r"real numbers|must have 4 axes"):
            call()


@pytest.mark.parametrize(
    "dy", [np.ones((2, 4, 2, 5)), np.ones((1, 4, 2, 6)), np.ones((2, 3, 2, 6)), np.ones(6)]
)
def test_a_gradient_must_have_the_shape_of_the_output(dy):
    with pytest.raises(ValueError, match="`dy` must have"):
        ops.conv2d_backward(dy, X, W)
    with pytest.raises(ValueError, match=r"`(dy|input_shape|w)` must"):
        ops.conv2d_input_gradient(dy, W, X.shape)


def test_the_shape_of_the_images_must_fit_the_rest():
    dy = np.ones((2, 4, 2, 6))
    for shape in [(2, 5, 4), (2, 5, 4, 2), (2, 5), ()]:
        with pytest.raises(ValueError, match="`input_shape` must"):
            ops.conv2d_input_gradient(dy, W, shape)
        with pytest.raises(ValueError, match=r"`(input_shape|cols)` must"):
            ops.col2im(np.ones((2, 4, 2, 18)), shape, (2, 3))


def test_cols_must_have_a_row_per_window():
    with pytest.raises(ValueError, match=r"`cols` must have shape \(2, 4, 2, 18\).*got"):
        ops.col2im(np.ones((2, 4, 2, 12)), X.shape, (2, 3))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_infinity_in_same_padding_stays_local(dtype):
    x = np.zeros((1, 5, 5, 1), dtype)
    x[0, 0, 0, 0] = np.inf
    y = ops.conv2d(x, np.ones((3, 3, 1, 1), dtype), padding="same")[0, :, :, 0]
    assert np.isposinf(y[:2, :2]).all()
    assert np.isfinite(y).sum() == 21


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", OPTIONS)
def test_nan_in_dy_reaches_the_pixels_of_its_window(rng, dtype, options):
    x, w = np.ones((1, 9, 8, 3), dtype), np.ones((2, 3, 3, 5), dtype)
    dy = np.zeros(ops.conv2d(x, w, **options).shape, dtype)
    dy[0, 1, 1, 2] = 1
    reached = ops.conv2d_input_gradient(dy, w, x.shape, **options) != 0
    for bad in (np.nan, np.inf):
        dy[0, 1, 1, 2] = bad
        dx = ops.conv2d_input_gradient(dy, w, x.shape, **options)
        np.testing.assert_array_equal(~np.isfinite(dx), reached)
        dw = ops.conv2d_weight_gradient(dy, x, (2, 3), **options)
        assert not np.isfinite(dw[1, 1, :, 2]).any()
        assert np.isfinite(np.delete(dw, 2, axis=3)).all()
