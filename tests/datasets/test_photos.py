"""Patches of photographs: honest areas, balanced classes, and color says little."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from cnnlib import datasets


@pytest.fixture(scope="module")
def patches():
    return datasets.photos()


def test_shapes_and_types(patches):
    (x_train, y_train), (x_test, y_test) = patches
    assert x_train.shape == (960, 64, 64, 3)
    assert x_test.shape == (384, 64, 64, 3)
    assert x_train.dtype == x_test.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int64
    assert np.bincount(y_train).tolist() == [480, 480]
    assert np.bincount(y_test).tolist() == [192, 192]
    assert x_train.min() >= 0
    assert x_train.max() <= 1


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_mean_color_says_little(seed):
    (x_train, y_train), (x_test, y_test) = datasets.photos(seed=seed)
    regression = LogisticRegression(C=100, max_iter=2000)
    train, test = x_train.mean((1, 2)), x_test.mean((1, 2))
    assert regression.fit(train, y_train).score(train, y_train) < 0.75
    assert regression.score(test, y_test) < 0.75
    assert regression.fit(test, y_test).score(test, y_test) < 0.75


def test_no_pixel_is_in_two_areas():
    areas = datasets.photo_areas()
    for name in {area.name for area in areas}:
        used = np.zeros(datasets.photo_image(name).shape[:2], int)
        for area in areas:
            if area.name == name:
                top, left, bottom, right = area.box
                assert 0 <= top < bottom <= used.shape[0]
                assert 0 <= left < right <= used.shape[1]
                used[top:bottom, left:right] += 1
        assert used.max() == 1


def test_each_photo_has_areas_of_both_parts_and_one_class():
    areas = datasets.photo_areas()
    kinds = {(area.name, area.split) for area in areas}
    assert len(kinds) == 12
    assert len({(area.name, area.class_name) for area in areas}) == 6
    assert {area.class_name for area in areas} == set(datasets.PHOTO_CLASSES)
    assert {len({a.name for a in areas if a.file == f}) for f in {a.file for a in areas}} == {1}


def found_in(patch, photo, box):
    """Whether a patch was cut out of this box of a photo, bit by bit."""
    top, left, bottom, right = box
    corners = photo[top : bottom - 63, left : right - 63] == patch[0, 0]
    return any(
        np.array_equal(photo[top + i : top + i + 64, left + j : left + j + 64], patch)
        for i, j in np.argwhere(corners.all(-1))
    )


def test_every_patch_comes_from_an_area_of_its_part_and_class():
    areas = datasets.photo_areas()
    photos = {area.name: datasets.photo_image(area.name) for area in areas}
    train, test = datasets.photos(n_train=12, n_test=12, seed=3)
    for split, (x, y) in (("train", train), ("test", test)):
        for patch, label in zip(x, y, strict=True):
            homes = {
                (area.split, area.class_name)
                for area in areas
                if found_in(patch, photos[area.name], area.box)
            }
            assert homes == {(split, datasets.PHOTO_CLASSES[label])}


def test_no_patch_comes_twice(patches):
    for x, _ in patches:
        assert len({patch.tobytes() for patch in x}) == len(x)


def test_the_seed_chooses_the_patches():
    first, again, other = (datasets.photos(12, 6, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first[0][0], again[0][0])
    assert np.array_equal(first[1][1], again[1][1])
    assert not np.array_equal(first[0][0], other[0][0])


def test_another_number_of_training_patches_leaves_the_test_patches():
    small, large = datasets.photos(6, 12), datasets.photos(60, 12)
    assert np.array_equal(small[1][0], large[1][0])


def test_odd_numbers_are_shared_out():
    (_, y), _ = datasets.photos(n_train=9, n_test=6)
    assert sorted(np.bincount(y).tolist()) == [4, 5]


@pytest.mark.parametrize("n", [5, 0, 10.5, "all"])
def test_too_few_patches(n):
    with pytest.raises(ValueError, match="`n_test` must be an integer of 6 or more; got"):
        datasets.photos(n_test=n)


def test_too_many_patches():
    with pytest.raises(ValueError, match=r"`n_test` must be .* or less; got 100000: 'cat' has"):
        datasets.photos(n_test=100_000)


def test_an_unknown_photo():
    with pytest.raises(ValueError, match=r"A photo must be one of cat, eye, .*; got 'dog'"):
        datasets.photo_image("dog")


def test_a_missing_file_is_named(monkeypatch):
    from cnnlib.datasets import _photo_areas

    cat = _photo_areas._PHOTOS["cat"]._replace(file="gone.png")
    monkeypatch.setitem(_photo_areas._PHOTOS, "cat", cat)
    with pytest.raises(FileNotFoundError, match=r"gone\.png, which scikit-image brings along"):
        datasets.photos()
