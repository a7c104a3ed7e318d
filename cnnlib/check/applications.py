"""The exercises on rows: a convolution in one dimension, tones, phrases, a maximum over time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import ops
from cnnlib.check._exercise import Function, Mistake, Value

Array = NDArray[Any]


def numbers(*shape: int, seed: int = 1) -> Array:
    """Small whole numbers without symmetry."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(float)


# ----------------------------------------------------------------------------------------- conv1d
ROW_CASES = [
    (np.array([[[1.0], [3], [2], [5]]]), np.array([[[1.0]], [[-1]]]), np.array([0.0]), 1),
    (numbers(2, 7, 3), numbers(3, 3, 2, seed=2), np.array([1.0, -2]), 1),
    (numbers(3, 8, 2, seed=3), numbers(2, 2, 3, seed=4), np.array([3.0, 0, -1]), 3),
    (numbers(1, 9, 1, seed=5), numbers(4, 1, 2, seed=6), np.array([2.0, 5]), 2),
]


def right_conv1d(x: Array, w: Array, b: Array, stride: int) -> Array:
    """An image of height 1, without its height afterwards."""
    return ops.conv2d(x[:, None], w[None], b, (1, stride))[:, 0]


def with_height(x: Array, w: Array, b: Array, stride: int) -> Array:
    """The axis of length 1 stays."""
    return ops.conv2d(x[:, None], w[None], b, (1, stride))


def turned(x: Array, w: Array, b: Array, stride: int) -> Array:
    """The kernel backwards."""
    return right_conv1d(x, w[::-1], b, stride)


def without_bias(x: Array, w: Array, b: Array, stride: int) -> Array:
    """No bias."""
    return right_conv1d(x, w, np.zeros_like(b), stride)


def without_stride(x: Array, w: Array, b: Array, stride: int) -> Array:
    """Every place."""
    return right_conv1d(x, w, b, 1)


def padded_row(x: Array, w: Array, b: Array, stride: int) -> Array:
    """With zeros at the ends."""
    return ops.conv2d(x[:, None], w[None], b, (1, stride), "same")[:, 0]


def first_place(x: Array, w: Array, b: Array, stride: int) -> Array:
    """The first place in the place of all."""
    return right_conv1d(x, w, b, stride)[:, 0]


conv1d = Function(
    "conv1d",
    right_conv1d,
    ROW_CASES,
    "x becomes (s, 1, length, c), w becomes (1, k, c, o); afterwards the axis of length 1 goes.",
    [
        Mistake(with_height, "The axis of height 1 is still there: take `[:, 0]` of the result."),
        Mistake(turned, "The kernel is turned round: w[0] belongs to the first place of a window."),
        Mistake(without_bias, "The bias is missing: hand `b` over to ops.conv2d."),
        Mistake(without_stride, "Every place is there: hand the stride over, too."),
        Mistake(padded_row, "There are zeros at the ends: the padding is to be 'valid'."),
        Mistake(first_place, "`[:, 0]` must drop the height; yours drops the places: which axis?"),
    ],
)

# ------------------------------------------------------------------------------------ tone_energy
_AT = np.arange(24)
TONE_CASES = [
    (np.sin(2 * np.pi * 2 * _AT / 16 + 0.3), (2, 4), 16, 8, 4),
    (numbers(20, seed=7), (1, 3, 5), 12, 6, 3),
    (numbers(17, seed=8), (2, 3), 10, 5, 1),
]


def responses(sound: Array, pitches: tuple[int, ...], rate: int, k: int, stride: int) -> Array:
    """What the waves answer: (windows, pitches, cosine and sine)."""
    angle = 2 * np.pi * np.arange(k)[:, None] * np.array(pitches) / rate
    w = np.stack([np.cos(angle), np.sin(angle)], axis=-1).reshape(1, k, 1, -1)
    y = ops.conv2d(sound[None, None, :, None], w, strides=(1, stride))
    return y.reshape(-1, len(pitches), 2)


def right_energy(sound: Array, pitches: Any, rate: int, k: int, stride: int) -> Array:
    """Squares of both waves, added up for each pitch."""
    return (responses(sound, pitches, rate, k, stride) ** 2).sum(axis=2)


def cosine_only(sound: Array, pitches: Any, rate: int, k: int, stride: int) -> Array:
    """Without the sine."""
    return responses(sound, pitches, rate, k, stride)[:, :, 0] ** 2


def not_squared(sound: Array, pitches: Any, rate: int, k: int, stride: int) -> Array:
    """Added up without squares."""
    return responses(sound, pitches, rate, k, stride).sum(axis=2)


def square_of_sum(sound: Array, pitches: Any, rate: int, k: int, stride: int) -> Array:
    """Added up first, squared then."""
    return responses(sound, pitches, rate, k, stride).sum(axis=2) ** 2


def wrong_pairs(sound: Array, pitches: Any, rate: int, k: int, stride: int) -> Array:
    """Outputs of different pitches in a pair."""
    y = responses(sound, pitches, rate, k, stride)
    return (y.reshape(len(y), 2, -1) ** 2).sum(axis=1)


def root(sound: Array, pitches: Any, rate: int, k: int, stride: int) -> Array:
    """The root of the energy."""
    return np.sqrt(right_energy(sound, pitches, rate, k, stride))


def without_two_pi(sound: Array, pitches: Any, rate: int, k: int, stride: int) -> Array:
    """An angle without 2 pi."""
    return right_energy(sound, pitches, rate * 2 * np.pi, k, stride)  # type: ignore[arg-type]


def pitches_first(sound: Array, pitches: Any, rate: int, k: int, stride: int) -> Array:
    """A row for each pitch."""
    return right_energy(sound, pitches, rate, k, stride).T


tone_energy = Function(
    "tone_energy",
    right_energy,
    TONE_CASES,
    "For each pitch a cosine and a sine of angle 2 pi · pitch · n / rate, n from 0 to k - 1; the "
    "squares of both outputs are added.",
    [
        Mistake(cosine_only, "The sine is missing: a cosine alone hears only one step of a swing."),
        Mistake(not_squared, "Square the outputs before you add them."),
        Mistake(square_of_sum, "Square each of the two outputs first, then add."),
        Mistake(wrong_pairs, "The pairs are wrong: a pair is the cosine and sine of one pitch."),
        Mistake(root, "That is the root of the energy."),
        Mistake(without_two_pi, "A swing is an angle of 2 pi: the factor is missing."),
        Mistake(pitches_first, "A row for each window, a column for each pitch: yours is turned."),
    ],
)

# -------------------------------------------------------------------------------- phrase_detector
#: Rows: the places of "not very good"; columns: a, bad, good, not, very.
PHRASE = np.array([[0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [0, 0, 1, 0, 0]])

phrase_detector = Value(
    "phrase_detector",
    (PHRASE, -2),
    "Row n of the weights is the one-hot row of word n of the phrase.",
    [
        Mistake((PHRASE[::-1], -2), "That finds “good very not”: row 0 is the first word."),
        Mistake((PHRASE.T, -2), "Rows are places, columns are words: the table is turned."),
        Mistake((PHRASE, -3), "A full match has the sum 3; with -3 it becomes 0. It should be 1."),
        Mistake((PHRASE, 0), "Without a bias two words in their places give 2: not yet silent."),
        Mistake((PHRASE, 2), "The bias must take away what a half match brings: it is negative."),
        Mistake((PHRASE, -1), "Two words in their places still give 1: take off one more."),
        Mistake(
            (np.tile(PHRASE.sum(axis=0), (3, 1)), -2),
            "That counts the three words in any order: each place has a word of its own.",
        ),
    ],
    parts=("the weights", "the bias"),
)

# ---------------------------------------------------------------------------------- max_over_time
TIME_CASES = [
    (np.array([[[1.0, -2], [4, -1], [9, 9]]]), np.array([2])),
    (numbers(3, 5, 4, seed=9) - 6, np.array([5, 2, 3])),
    (numbers(2, 4, 3, seed=10), np.array([1, 4])),
]


def right_max(y: Array, lengths: Array) -> Array:
    """The largest of the first places of each text."""
    return np.stack([one[:count].max(axis=0) for one, count in zip(y, lengths, strict=True)])


def all_places(y: Array, lengths: Array) -> Array:
    """The padding as well."""
    return y.max(axis=1)


def zeros_in_padding(y: Array, lengths: Array) -> Array:
    """The padding becomes 0, and may win."""
    inside = np.arange(y.shape[1]) < lengths[:, None]
    return (y * inside[:, :, None]).max(axis=1)


def mean_over_time(y: Array, lengths: Array) -> Array:
    """The mean in the place of the maximum."""
    return np.stack([one[:count].mean(axis=0) for one, count in zip(y, lengths, strict=True)])


def one_too_many(y: Array, lengths: Array) -> Array:
    """A place beyond the end."""
    return right_max(y, lengths + 1)


def where_it_is(y: Array, lengths: Array) -> Array:
    """The place in the place of the number."""
    return np.stack([one[:count].argmax(axis=0) for one, count in zip(y, lengths, strict=True)])


def over_filters(y: Array, lengths: Array) -> Array:
    """The largest filter of each place."""
    return y.max(axis=2)


max_over_time = Function(
    "max_over_time",
    right_max,
    TIME_CASES,
    "For each text: the maximum of its first `length` places, filter by filter.",
    [
        Mistake(all_places, "The padding takes part: look only at the first `length` places."),
        Mistake(
            zeros_in_padding, "Zeros win over negative numbers: leave the padding out, or -inf."
        ),
        Mistake(mean_over_time, "That is the mean over the places; take the maximum."),
        Mistake(one_too_many, "One place too many: `length` places are 0 to length - 1."),
        Mistake(where_it_is, "That says where the maximum is (argmax), not how large."),
        Mistake(over_filters, "The maximum goes over the places (axis 1), not over the filters."),
    ],
)
