"""The exercises of the chapter about backpropagation through the convolution."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import ops
from cnnlib.check._exercise import Function, Mistake, Value
from cnnlib.check.suspects import Shape, version_d, version_e
from cnnlib.shapes import window

Array = NDArray[Any]


def _numbers(shape: Shape, seed: int) -> Array:
    """Small whole numbers without any symmetry."""
    return np.random.default_rng(seed).integers(-4, 6, shape).astype(float)


def _case(shape: Shape, size: Shape, outputs: int, t: int) -> tuple[Array, Array, Shape, int]:
    """The arguments dy, w, shape and t for images of this shape."""
    rows, columns = window((shape[1], shape[2]), size, t).output
    w = _numbers((*size, shape[3], outputs), 1)
    return _numbers((shape[0], rows, columns, outputs), 2), w, shape, t


COUNTING = (np.array([[1.0, 10], [100, 1000]]), np.arange(1.0, 7).reshape(2, 3, 1, 1))
CASES = [
    (COUNTING[0].reshape(1, 2, 2, 1), COUNTING[1], (1, 3, 4, 1), 1),
    _case((2, 5, 4, 2), (2, 3), 3, 1),
    _case((1, 7, 10, 3), (2, 3), 2, 2),  # a row and a column are left over
    _case((2, 8, 10, 2), (3, 2), 2, 3),  # two rows and two columns
]


BY_HAND = {"dx": [1, 2, -3, -4, 2], "dw": [1, 8, 0], "db": 2}

backward_by_hand = Value(
    "backward_by_hand",
    BY_HAND,
    "Ask for each number: in which outputs was it used, and with which factor?",
    [
        Mistake(
            {**BY_HAND, "dx": [-2, -4, 3, 2, -1]},
            "Your dx comes from the kernel (-2, 0, 1). Scatter the kernel as it is: dy[0] pays "
            "1 times (1, 0, -2) to the first three pixels.",
        ),
        Mistake(
            {**BY_HAND, "dx": [1, 2, -1, 0, 2]},
            "Windows overlap: pixel 2 lies in three of them, and three gradients are added there.",
        ),
        Mistake(
            {**BY_HAND, "dw": [3, 8, 4]},
            "Your dw has dy the wrong way round. There is no flip in dw: weight 0 met x[0], x[1], "
            "x[2] when y[0], y[1], y[2] were computed.",
        ),
        Mistake({**BY_HAND, "dw": [0, 8, 1]}, "Your dw is written from right to left."),
        Mistake({**BY_HAND, "db": 3}, "db is the sum of dy, not how many there are."),
    ],
)


def dx_scatter(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """Every output pays its window."""
    dx = np.zeros(shape)
    for i, j, m, n in np.ndindex(*dy.shape[1:3], *w.shape[:2]):
        dx[:, t * i + m, t * j + n] += dy[:, i, j] @ w[m, n].T
    return dx


def _scatter_untransposed(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """With w[m, n] as it is, which fits only if c = o."""
    dx = np.zeros(shape)
    for i, j, m, n in np.ndindex(*dy.shape[1:3], *w.shape[:2]):
        dx[:, t * i + m, t * j + n] += dy[:, i, j] @ w[m, n]
    return dx


def _only_read(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """Without the rows and columns of the remainder."""
    rows, columns = (t * (n - 1) + k for n, k in zip(dy.shape[1:3], w.shape[:2], strict=True))
    return dx_scatter(dy, w, (shape[0], rows, columns, shape[3]), t)


TOO_SMALL = (
    "Your dx has only the rows and columns that were read. The pixels of the remainder have a "
    "gradient too: 0."
)
NO_STRIDE = "Your windows begin at every pixel; with a stride of t they begin at every t-th."

conv_dx_scatter = Function(
    "conv_dx_scatter",
    dx_scatter,
    CASES,
    "Output (i, j) used pixel (t*i + m, t*j + n) with the weights w[m, n]: pay there.",
    [
        Mistake(version_d, "Windows overlap, so a pixel is paid several times: `+=`, not `=`."),
        Mistake(
            lambda dy, w, shape, t: dx_scatter(dy, w[::-1, ::-1], shape, t),
            "You turned the kernel. Scatter needs no flip: each output pays the pixels that it "
            "read, with the weights that it read them with.",
        ),
        Mistake(lambda dy, w, shape, t: dx_scatter(dy, w, shape, 1), NO_STRIDE),
        Mistake(
            _scatter_untransposed,
            "w[m, n] leads from input channels to output channels. On the way back it is "
            "transposed: dy[:, i, j] @ w[m, n].T.",
        ),
        Mistake(_only_read, TOO_SMALL),
    ],
)


def dx_gather(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """A convolution of dy among zeros with the turned kernel, its channels swapped."""
    return _gather(dy, w[::-1, ::-1].swapaxes(2, 3), shape, t)


def _gather(dy: Array, turned: Array, shape: Shape, t: int) -> Array:
    """Slide a kernel that has been turned, or not, over dy among zeros."""
    samples, rows, columns, outputs = dy.shape
    top, left = turned.shape[0] - 1, turned.shape[1] - 1
    field = np.zeros((samples, shape[1] + top, shape[2] + left, outputs))
    field[:, top : top + t * rows : t, left : left + t * columns : t] = dy
    return ops.conv2d(field, turned)


conv_dx_gather = Function(
    "conv_dx_gather",
    dx_gather,
    CASES,
    "Put t - 1 zeros between the numbers of dy, a frame around them, and turn the kernel by 180°.",
    [
        Mistake(
            lambda dy, w, shape, t: _gather(dy, w.swapaxes(2, 3), shape, t),
            "The flip is missing: slide w[::-1, ::-1]. (The sum of your dx is right all the same.)",
        ),
        Mistake(
            lambda dy, w, shape, t: _gather(dy, w[::-1].swapaxes(2, 3), shape, t),
            "You turned the rows of the kernel but not its columns. 180° is both: w[::-1, ::-1].",
        ),
        Mistake(
            lambda dy, w, shape, t: _gather(dy, w[:, ::-1].swapaxes(2, 3), shape, t),
            "You turned the columns of the kernel but not its rows. 180° is both: w[::-1, ::-1].",
        ),
        Mistake(
            lambda dy, w, shape, t: dx_gather(dy, w, shape, 1),
            "With a stride of t there are t - 1 zeros between the numbers of dy: the outputs that "
            "a stride of 1 would have had.",
        ),
        Mistake(
            lambda dy, w, shape, t: _gather(dy, w[::-1, ::-1], shape, t),
            "On the way back output channels come in and input channels go out: swap the last two "
            "axes of w.",
        ),
        Mistake(
            lambda dy, w, shape, t: _gather(
                dy, w[::-1, ::-1].reshape(*w.shape[:2], w.shape[3], w.shape[2]), shape, t
            ),
            "reshape gives the right shape and puts the weights in wrong places: swap the last two "
            "axes, w.swapaxes(2, 3).",
        ),
        Mistake(
            lambda dy, w, shape, t: _gather(dy, np.rot90(w).swapaxes(2, 3), shape, t),
            "np.rot90(w) is a quarter turn. Half a turn is np.rot90(w, 2), or w[::-1, ::-1].",
        ),
        Mistake(
            version_e,
            "The remainder lies at the wrong end: the first window begins at pixel 0, and the rows "
            "and columns that nobody has read are the last ones.",
        ),
        Mistake(_only_read, TOO_SMALL),
    ],
)


def dx_columns(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """A product with the transposed kernel, then each row of it is added to its window."""
    windows = (dy @ w.reshape(-1, w.shape[3]).T).reshape(*dy.shape[:3], *w.shape[:3])
    return _add_up(windows, shape, t)


def _add_up(windows: Array, shape: Shape, t: int) -> Array:
    """Add the windows to their places: col2im."""
    dx = np.zeros(shape)
    kernel_rows, kernel_columns = windows.shape[3:5]
    for i, j in np.ndindex(windows.shape[1:3]):
        rows, columns = slice(t * i, t * i + kernel_rows), slice(t * j, t * j + kernel_columns)
        dx[:, rows, columns] += windows[:, i, j]
    return dx


def _channels_first(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """With the rows of the matrix read in the order (c, m, n)."""
    products = (dy @ w.reshape(-1, w.shape[3]).T).reshape(*dy.shape[:3], w.shape[2], *w.shape[:2])
    return _add_up(np.moveaxis(products, 3, 5), shape, t)


def _reshaped(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """With the kernel reshaped where it should be transposed."""
    windows = (dy @ w.reshape(w.shape[3], -1)).reshape(*dy.shape[:3], *w.shape[:3])
    return _add_up(windows, shape, t)


conv_dx_columns = Function(
    "conv_dx_columns",
    dx_columns,
    CASES,
    "A row of the matrix holds what one output pays to its window, in the order (m, n, c).",
    [
        Mistake(version_d, "Each window overwrites the one before it. Add up: `+=`."),
        Mistake(lambda dy, w, shape, t: dx_columns(dy, w, shape, 1), NO_STRIDE),
        Mistake(
            _reshaped,
            "w.reshape(o, -1) shuffles the weights. Make a matrix with one column for each output "
            "channel first, w.reshape(-1, o), then transpose it.",
        ),
        Mistake(
            _channels_first,
            "A row is in the order (m, n, c) of the kernel's axes; you read it as (c, m, n).",
        ),
        Mistake(
            lambda dy, w, shape, t: dx_columns(dy, w[::-1, ::-1], shape, t),
            "No flip here: the transpose and the adding up do it.",
        ),
        Mistake(_only_read, TOO_SMALL),
    ],
)


def parameter_gradients(dy: Array, x: Array, size: Shape, t: int) -> tuple[Array, Array]:
    """The gradients dw and db: a weight collects from all places that it was laid on."""
    rows, columns = dy.shape[1:3]
    dw = np.zeros((*size, x.shape[3], dy.shape[3]))
    for m, n in np.ndindex(*size):
        met = x[:, m : m + t * rows : t, n : n + t * columns : t]
        dw[m, n] = np.tensordot(met, dy, axes=([0, 1, 2], [0, 1, 2]))
    return dw, dy.sum(axis=(0, 1, 2))


def _turned_weights(dy: Array, x: Array, size: Shape, t: int) -> tuple[Array, Array]:
    """With a flip in dw."""
    dw, db = parameter_gradients(dy, x, size, t)
    return dw[::-1, ::-1], db


def _wrong_end(dy: Array, x: Array, size: Shape, t: int) -> tuple[Array, Array]:
    """With the remainder cut off at the beginning."""
    rows, columns = (t * (n - 1) + k for n, k in zip(dy.shape[1:3], size, strict=True))
    return parameter_gradients(dy, x[:, -rows:, -columns:], size, t)


def _mean_of_samples(dy: Array, x: Array, size: Shape, t: int) -> tuple[Array, Array]:
    """Divided by the number of samples."""
    dw, db = parameter_gradients(dy, x, size, t)
    return dw / len(x), db / len(x)


def _outputs_first(dy: Array, x: Array, size: Shape, t: int) -> tuple[Array, Array]:
    """With the channel axes of dw exchanged."""
    dw, db = parameter_gradients(dy, x, size, t)
    return dw.swapaxes(2, 3), db


def _bias_by(*axes: int) -> Any:
    """With dy summed over other axes for db."""
    return lambda dy, x, size, t: (parameter_gradients(dy, x, size, t)[0], dy.sum(axis=axes))


conv_parameter_gradients = Function(
    "conv_parameter_gradients",
    parameter_gradients,
    [(dy, _numbers(shape, 3), w.shape[:2], t) for dy, w, shape, t in CASES],
    "Weight (m, n) met pixel (t*i + m, t*j + n) when output (i, j) was computed, in every sample.",
    [
        Mistake(_turned_weights, "Your dw is turned by 180°: there is no flip in dw."),
        Mistake(
            lambda dy, x, size, t: parameter_gradients(dy, x, size, 1),
            "From one output to the next the window moves by t pixels: take every t-th pixel of x.",
        ),
        Mistake(
            _wrong_end,
            "You took the last rows and columns of x. The remainder is at the end: the first "
            "window begins at pixel 0.",
        ),
        Mistake(_mean_of_samples, "Add the samples up; a mean, if any, is already in dy."),
        Mistake(_outputs_first, "dw has the shape of w: (kh, kw, c, o), input channels first."),
        Mistake(_bias_by(1, 2), "db has one number for each output channel: add samples, too."),
        Mistake(_bias_by(0, 1, 2, 3), "Each output channel has a bias of its own: keep axis o."),
        Mistake(_bias_by(1, 2, 3), "Sum over samples, rows and columns, axes 0, 1 and 2."),
    ],
    results=("dw", "db"),
)
