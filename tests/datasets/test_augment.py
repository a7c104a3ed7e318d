"""augment: each limit does what it says, and nothing else."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import cnnlib
from cnnlib.datasets import augment
from cnnlib.datasets._augment import DRAWS, Limits, varied

CHANGES = {
    "shift": 1.5,
    "rotation": 30,
    "zoom": 0.3,
    "brightness": 0.2,
    "contrast": 0.5,
    "noise": 0.1,
    "erase": 2,
    "flip": "horizontal",
}


@pytest.fixture
def images(rng):
    return (0.2 + 0.6 * rng.random((6, 5, 7, 3))).astype(np.float32)


def fixed(x, draw, **limits):
    """The variant of an image whose random numbers are all `draw`."""
    return varied(x, Limits(**limits), np.full((len(x), DRAWS), draw), np.zeros(x.shape))


def test_without_limits_nothing_changes(images):
    out = augment(images, seed=0)
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, images)


@pytest.mark.parametrize("name", CHANGES)
def test_each_limit_changes_images_each_in_its_own_way(images, name):
    before = images.copy()
    out = augment(images, seed=1, **{name: CHANGES[name]})
    np.testing.assert_array_equal(images, before)
    assert out.shape == images.shape
    assert 0 <= out.min() <= out.max() <= 1
    assert (out != images).any()
    same = augment(np.repeat(images[:1], 20, axis=0), seed=1, **{name: CHANGES[name]})
    assert len({image.tobytes() for image in same}) > 1


def test_the_same_seed_gives_the_same_variants(images):
    one, other = (augment(images, seed=7, shift=2, noise=0.1) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert (augment(images, seed=8, shift=2) != augment(images, seed=7, shift=2)).any()
    cnnlib.utils.set_random_seed(3)
    first, second = augment(images, shift=1), augment(images, shift=1)
    cnnlib.utils.set_random_seed(3)
    np.testing.assert_array_equal(augment(images, shift=1), first)
    assert (first != second).any()


def test_a_whole_shift_moves_pixels_and_brings_zeros(images):
    # The largest draw: down and to the right by (almost) the limit.
    out = fixed(images, 1.0, shift=2)
    np.testing.assert_allclose(out[:, 2:, 2:], images[:, :-2, :-2], atol=1e-6)
    assert not out[:, :2].any()
    assert not out[:, :, :2].any()


def test_half_a_pixel_is_the_mean_of_two(images):
    out = fixed(images, 0.75, shift=1)  # down and right by a half
    mean = images[:, :-1] / 2 + images[:, 1:] / 2
    np.testing.assert_allclose(out[:, 1:, 1:], mean[:, :, :-1] / 2 + mean[:, :, 1:] / 2, atol=1e-6)


@pytest.mark.parametrize(("angle", "turns"), [(90, 1), (180, 2)])
def test_a_quarter_and_a_half_turn(rng, angle, turns):
    x = rng.random((2, 5, 5, 1))
    out = fixed(x, 1.0, rotation=angle)
    np.testing.assert_allclose(out, np.rot90(x, turns, axes=(1, 2)), atol=1e-6)


def test_zoom_keeps_the_middle_and_spreads_the_rest():
    x = np.zeros((1, 5, 5, 1))
    x[0, 2, 2], x[0, 2, 3] = 1.0, 0.5
    out = fixed(x, 1.0, zoom=0.9)[0, 2, :, 0]  # nearly twice as large
    assert out[2] == 1
    assert out[3] == pytest.approx(1 + (0.5 - 1) / 1.9)


def test_flips(images):
    np.testing.assert_array_equal(fixed(images, 1.0, flip="horizontal"), images[:, :, ::-1])
    np.testing.assert_array_equal(fixed(images, 1.0, flip="vertical"), images[:, ::-1])
    np.testing.assert_array_equal(fixed(images, 0.0, flip="vertical"), images)
    many = augment(np.repeat(images[:1], 400, axis=0), flip="horizontal", seed=0)
    mirrored = (many == images[:1, :, ::-1]).all(axis=(1, 2, 3)).mean()
    assert mirrored == pytest.approx(0.5, abs=0.08)


def test_brightness_and_contrast(images):
    np.testing.assert_allclose(fixed(images, 1.0, brightness=0.1), images + 0.1, atol=1e-6)
    mean = images.mean(axis=(1, 2, 3), keepdims=True)
    flat = fixed(images, 0.0, contrast=1)
    np.testing.assert_allclose(flat, np.broadcast_to(mean, images.shape), atol=1e-6)


def test_noise_has_its_deviation():
    x = np.full((50, 8, 8, 1), 0.5)
    grain = augment(x, noise=0.1, seed=0) - 0.5
    assert grain.mean() == pytest.approx(0, abs=0.01)
    assert grain.std() == pytest.approx(0.1, rel=0.05)


def test_a_square_is_erased_wherever_it_fits(images):
    x = np.ones((600, 4, 5, 2))
    out = augment(x, erase=3, seed=0)
    assert ((out == 0).all(axis=-1).sum(axis=(1, 2)) == 9).all()
    corners = {tuple(np.argwhere(image[:, :, 0] == 0)[0].tolist()) for image in out}
    assert corners == {(i, j) for i in range(2) for j in range(3)}
    assert not fixed(images, 0.999, erase=5)[:, :, -5:].any()


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"shift": -1}, "`shift` must be a number from 0 to 64; got -1"),
        ({"zoom": 0.95}, "`zoom` must be a number from 0 to 0.9; got 0.95"),
        ({"noise": "0.1"}, "`noise` must be a number from 0 to 1; got '0.1'"),
        ({"rotation": True}, "`rotation` must be a number from 0 to 180; got True"),
        ({"contrast": float("nan")}, "`contrast` must be a number from 0 to 1; got nan"),
        ({"erase": 1.5}, "`erase` must be an integer of 0 or more; got 1.5"),
        ({"erase": 6}, r"`erase` must fit into the images \(6, 5, 7, 3\); got 6"),
        ({"flip": True}, "`flip` must be one of 'none', 'horizontal', 'vertical'; got True"),
        ({"seed": -1}, "`seed` must be an integer of 0 or more; got -1"),
        ({"shift": 10**400}, "`shift` must be a number from 0 to 64; got 1000"),
    ],
)
def test_what_does_not_fit_is_named(images, limits, message):
    with pytest.raises(ValueError, match=message):
        augment(images, **limits)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((4, 4)), r"numbers of shape \(s, h, w, c\); got float64, \(4, 4\)"),
        (np.zeros((1, 4, 4, 1), complex), r"numbers of shape \(s, h, w, c\); got complex128"),
        (np.zeros((2, 4, 4, 0)), r"numbers of shape \(s, h, w, c\); got float64, \(2, 4, 4, 0\)"),
        ([[[[0]]], [[[0, 0]]]], "an array; got setting an array element"),
        (np.full((1, 4, 4, 1), 255, np.uint8), "numbers from 0 to 1; got 255 to 255. .*by 255"),
        (np.full((1, 4, 4, 1), np.nan), "numbers from 0 to 1; got nan to nan"),
    ],
)
def test_images_must_be_images(wrong, message):
    with pytest.raises(ValueError, match=f"`images` must be {message}"):
        augment(wrong, shift=1, contrast=0.5)


def test_any_numbers_and_any_form_will_do(images):
    expected = augment(images, shift=0.5, contrast=0.25, seed=0)
    for same in (images.tolist(), np.asfortranarray(images), images[::-1][::-1]):
        out = augment(same, shift=Fraction(1, 2), contrast=np.float32(0.25), seed=np.int64(0))
        np.testing.assert_allclose(out, expected, atol=1e-6)
    assert augment(images[:0], zoom=0.1).shape == (0, 5, 7, 3)
