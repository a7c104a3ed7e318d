"""Drawn shapes: their areas, their places, and one knob at a time."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import datasets

PLAIN = {"shift": 0, "radius": 0.25, "rotation": 0, "contrast": 1, "noise": 0}


def test_shapes_and_types():
    (x_train, y_train), (x_test, y_test) = datasets.shapes(20, 8)
    assert x_train.shape == (20, 32, 32, 1)
    assert x_test.shape == (8, 32, 32, 1)
    assert x_train.dtype == np.float32
    assert y_test.dtype == np.int64
    assert x_train.min() >= 0
    assert x_train.max() <= 1
    assert np.bincount(y_train).tolist() == [5, 5, 5, 5]


@pytest.mark.parametrize("name", datasets.SHAPES)
@pytest.mark.parametrize("rotation", [0, 20, 45])
def test_all_shapes_have_the_area_of_the_circle(name, rotation):
    image = datasets.draw_shape(name, size=64, radius=16, rotation=rotation)
    assert image.sum() == pytest.approx(np.pi * 16**2, rel=0.02)


@pytest.mark.parametrize("name", datasets.SHAPES)
def test_the_center_of_mass_is_where_it_was_put(name):
    image = datasets.draw_shape(name, size=64, row=30, column=36, radius=12, rotation=10)
    pixels = np.arange(64) + 0.5
    assert image.sum(1) @ pixels / image.sum() == pytest.approx(30, abs=0.1)
    assert image.sum(0) @ pixels / image.sum() == pytest.approx(36, abs=0.1)


def test_a_shift_by_a_pixel_shifts_the_image_by_a_pixel():
    first = datasets.draw_shape("triangle", row=14, column=15)
    second = datasets.draw_shape("triangle", row=15, column=17)
    assert np.array_equal(np.roll(first, (1, 2), (0, 1)), second)


def test_the_triangle_points_up_and_turns_anticlockwise():
    up = datasets.draw_shape("triangle", size=32)
    assert up[:16].sum(1).max() < up[16:].sum(1).max()  # it is wide at the bottom
    left = datasets.draw_shape("triangle", size=32, rotation=90)
    assert np.allclose(np.rot90(up), left, atol=0.1)


def test_edges_are_smooth_and_exact():
    image = datasets.draw_shape("square", size=8, radius=2 * 2.5 / np.sqrt(np.pi))  # side 5
    row = image[4]
    assert row.tolist() == [0, 0.5, 1, 1, 1, 1, 0.5, 0]


@pytest.mark.parametrize("name", datasets.SHAPES)
def test_an_outline_is_a_part_of_the_shape_that_is_empty_inside(name):
    full = datasets.draw_shape(name, size=64, radius=20)
    outline = datasets.draw_shape(name, size=64, radius=20, thickness=2)
    assert (outline <= full).all()
    assert full[32, 32] == 1
    assert outline[32, 32] == 0
    assert 0.1 < outline.sum() / full.sum() < 0.5


def test_labels_follow_the_order_of_the_classes():
    (x, y), _ = datasets.shapes(6, 2, classes=["cross", "circle"], **PLAIN)
    for image, label in zip(x, y, strict=True):
        name = ("cross", "circle")[label]
        assert np.array_equal(image[:, :, 0], datasets.draw_shape(name, radius=8))


def test_the_parameters_redraw_the_image():
    train, _, (p, _) = datasets.shapes(8, 4, contrast=1, noise=0, return_parameters=True)
    for s in range(8):
        place = {k: p[k][s] for k in ("row", "column", "radius", "rotation")}
        assert np.allclose(
            train[0][s, :, :, 0], datasets.draw_shape(datasets.SHAPES[train[1][s]], **place)
        )
    assert set(p) == {"row", "column", "radius", "rotation", "thickness", "contrast", "noise"}
    assert np.isnan(p["thickness"]).all()


def test_parameters_stay_within_their_ranges():
    _, _, (p, _) = datasets.shapes(
        100, 1, size=20, shift=(0.1, 0.2), radius=(0.1, 0.2), thickness=(0.05, 0.1),
        rotation=(-30, 30), contrast=(-1, -0.5), noise=(0, 0.1), return_parameters=True,
    )  # fmt: skip
    distance = np.hypot(p["row"] - 10, p["column"] - 10)
    assert 2 - 1e-9 <= distance.min() < 2.4
    assert 3.6 < distance.max() <= 4 + 1e-9
    for key, low, high in [("radius", 2, 4), ("thickness", 1, 2), ("rotation", -30, 30),
                           ("contrast", -1, -0.5), ("noise", 0, 0.1)]:  # fmt: skip
        assert low <= p[key].min() < p[key].max() <= high


def test_contrast_is_shape_minus_background():
    (x, _), _ = datasets.shapes(4, 4, **PLAIN | {"contrast": -0.5})
    assert np.allclose(x[:, 0, 0], 0.75)
    assert np.allclose(x[:, 16, 16], 0.25)


def test_noise_has_its_standard_deviation():
    (x, _), _ = datasets.shapes(20, 4, **PLAIN | {"contrast": 0, "noise": 0.1})
    assert x.std() == pytest.approx(0.1, rel=0.03)
    assert x.mean() == pytest.approx(0.5, abs=0.01)


def test_the_seed_draws_the_images():
    first, again, other = (datasets.shapes(4, 4, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first[0][0], again[0][0])
    assert not np.array_equal(first[0][0], other[0][0])
    assert not np.array_equal(first[0][0], first[1][0])


def test_another_number_of_training_images_leaves_the_test_images():
    assert np.array_equal(datasets.shapes(4, 4)[1][0], datasets.shapes(9, 4)[1][0])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"n_train": 0}, "`n_train` must be an integer of 1 or more; got 0"),
        ({"n_test": 2.5}, "`n_test` must be an integer of 1 or more; got 2.5"),
        ({"size": 3}, "`size` must be an integer of 4 or more; got 3"),
        ({"seed": -1}, "`seed` must be an integer of 0 or more; got -1"),
        ({"classes": ["star"]}, r"`classes` must be different names among .*; got \['star'\]"),
        ({"classes": ["circle", "circle"]}, "`classes` must be different names"),
        ({"classes": []}, "`classes` must be different names"),
        ({"shift": 0.6}, r"`shift` must be a number or a pair .* between 0 and 0.5; got 0.6"),
        ({"radius": 0}, "`radius` must be a number or a pair .* between 0.01 and 1; got 0"),
        ({"rotation": (90, 0)}, r"`rotation` must be .*; got \(90, 0\)"),
        ({"contrast": (0, 0.5, 1)}, "`contrast` must be a number or a pair"),
        ({"noise": "much"}, "`noise` must be .*; got 'much'"),
        ({"noise": float("nan")}, "`noise` must be .*; got nan"),
    ],
)
def test_bad_arguments(bad, message):
    with pytest.raises(ValueError, match=message):
        datasets.shapes(**bad)


def test_bad_shapes():
    with pytest.raises(ValueError, match=r"A shape must be one of circle, .*; got 'star'"):
        datasets.draw_shape("star")
    with pytest.raises(ValueError, match="`radius` must be more than 0; got 0"):
        datasets.draw_shape("circle", radius=0)
