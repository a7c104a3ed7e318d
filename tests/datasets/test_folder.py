"""Folders of images that the tests draw themselves."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cnnlib import datasets


def put(path, color=(200, 100, 50), size=(20, 10), mode="RGB", **save):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, color).save(path, **save)


@pytest.fixture
def pets(tmp_path):
    """Four dogs (red) and eight cats (blue)."""
    for k in range(4):
        put(tmp_path / "dog" / f"{k}.png", (255, 0, 10 * k))
    for k in range(8):
        put(tmp_path / "cat" / f"{k}.png", (0, 10 * k, 255))
    return tmp_path


def test_classes_in_alphabetical_order(pets):
    x, y, class_names = datasets.image_folder(pets)
    assert class_names == ["cat", "dog"]
    assert x.shape == (12, 64, 64, 3)
    assert x.dtype == np.float32
    assert y.dtype == np.int64
    assert y.tolist() == [0] * 8 + [1] * 4
    assert np.allclose(x[8:, 0, 0], [(1, 0, 10 * k / 255) for k in range(4)])


@pytest.mark.parametrize("ending", ["png", "jpg", "JPEG", "bmp", "gif", "webp", "tif"])
def test_formats(tmp_path, ending):
    put(tmp_path / "a" / f"image.{ending}", (200, 100, 50))
    x, _, _ = datasets.image_folder(str(tmp_path), image_size=(5, 7))
    assert x.shape == (1, 5, 7, 3)
    assert np.allclose(x, np.array([200, 100, 50]) / 255, atol=0.02)


def test_grayscale(tmp_path):
    put(tmp_path / "a" / "1.png", (255, 0, 0))
    x, _, _ = datasets.image_folder(tmp_path, (4, 4), color_mode="grayscale")
    assert x.shape == (1, 4, 4, 1)
    assert np.allclose(x, 0.299, atol=0.01)


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("L", 51, 0.2),
        ("1", 1, 1),
        ("P", 0, 0),
        ("LA", (51, 255), 0.2),
        ("RGBA", (0, 0, 0, 0), 1),  # transparent: white
        ("RGBA", (51, 51, 51, 255), 0.2),
        ("I;16", 13107, 0.2),
    ],
)
def test_modes(tmp_path, mode, color, expected):
    put(tmp_path / "a" / "1.png", color, mode=mode)
    for color_mode in ("rgb", "grayscale"):
        x, _, _ = datasets.image_folder(tmp_path, (4, 4), color_mode)
        assert np.allclose(x, expected, atol=0.002)


def test_height_comes_first_and_the_picture_is_not_turned(tmp_path):
    picture = np.zeros((10, 20, 3), np.uint8)
    picture[:5, :, 0] = 255  # the upper half is red
    (tmp_path / "a").mkdir()
    Image.fromarray(picture).save(tmp_path / "a" / "1.png")
    x, _, _ = datasets.image_folder(tmp_path, image_size=(6, 30))
    assert x.shape == (1, 6, 30, 3)
    assert np.allclose(x[0, 0], (1, 0, 0))
    assert np.allclose(x[0, -1], 0)


def test_exif_orientation(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90° clockwise to see it
    picture = np.zeros((16, 16, 3), np.uint8)
    picture[:, :8] = 255  # the left half is white: after the turn, the upper half
    (tmp_path / "a").mkdir()
    Image.fromarray(picture).save(tmp_path / "a" / "1.jpg", exif=exif)
    x, _, _ = datasets.image_folder(tmp_path, image_size=(16, 16))
    assert x[0, :6].min() > 0.9
    assert x[0, 10:].max() < 0.1


def test_what_is_ignored(pets):
    put(pets / ".thumbnails" / "1.png")
    put(pets / "cat" / ".hidden.png")
    put(pets / "cat" / "kitten" / "1.png")
    (pets / "cat" / "notes.txt").write_text("not an image")
    (pets / "readme.md").write_text("not a class")
    x, _, class_names = datasets.image_folder(pets, (4, 4))
    assert len(x) == 12
    assert class_names == ["cat", "dog"]


def test_a_split_holds_out_the_same_share_of_each_class(pets):
    train, test, class_names = datasets.image_folder(pets, (4, 4), test_size=0.25)
    assert class_names == ["cat", "dog"]
    assert np.bincount(train[1]).tolist() == [6, 3]
    assert np.bincount(test[1]).tolist() == [2, 1]
    together = np.concatenate([train[0], test[0]])[:, 0, 0]
    assert len(np.unique(together, axis=0)) == 12
    for x, y in (train, test):
        assert np.array_equal(x[:, 0, 0, 0] == 1, y == 1)  # dogs are red


def test_the_seed_chooses_the_split(pets):
    first, again, other = (
        datasets.image_folder(pets, (4, 4), test_size=0.5, seed=seed)[0][0] for seed in (0, 0, 1)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("share", "held_out"), [(0.01, [1, 1]), (0.99, [7, 3])])
def test_no_part_loses_a_class(pets, share, held_out):
    _, (_, y), _ = datasets.image_folder(pets, (4, 4), test_size=share)
    assert np.bincount(y).tolist() == held_out


def test_one_image_cannot_be_split(pets):
    put(pets / "emu" / "1.png")
    with pytest.raises(ValueError, match="2 images or more; 'emu' has one"):
        datasets.image_folder(pets, test_size=0.5)


@pytest.mark.parametrize("content", [b"", b"no image at all"])
def test_an_unreadable_file_is_named(pets, content):
    (pets / "dog" / "broken.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"broken\.png must be an image that Pillow can read"):
        datasets.image_folder(pets)


def test_a_truncated_file_is_named(pets):
    noise = np.random.default_rng(0).integers(0, 256, (50, 50, 3), np.uint8)
    Image.fromarray(noise).save(pets / "dog" / "half.jpg")
    whole = (pets / "dog" / "half.jpg").read_bytes()
    (pets / "dog" / "half.jpg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"half\.jpg must be an image"):
        datasets.image_folder(pets)


def test_floating_point_images_are_refused(tmp_path):
    put(tmp_path / "a" / "1.tif", 0.5, mode="F")
    with pytest.raises(ValueError, match=r"1\.tif .*floating-point"):
        datasets.image_folder(tmp_path)


def test_folders_that_have_nothing(tmp_path):
    with pytest.raises(NotADirectoryError, match=r"one sub-folder per class; .*does not exist"):
        datasets.image_folder(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="has no sub-folder"):
        datasets.image_folder(tmp_path)
    put(tmp_path / "full" / "1.png")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"Each class must have an image; .*empty"):
        datasets.image_folder(tmp_path)
    with pytest.raises(NotADirectoryError, match="is a file"):
        datasets.image_folder(tmp_path / "full" / "1.png")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"image_size": 64}, r"`image_size` must be a pair \(height, width\); got 64"),
        ({"image_size": (64, 64, 3)}, "`image_size` must be a pair"),
        ({"image_size": (0, 64)}, "must be an integer of 1 or more; got 0"),
        ({"image_size": (64, 6.4)}, "must be an integer of 1 or more; got 6.4"),
        ({"color_mode": "rgba"}, "`color_mode` must be 'rgb' or 'grayscale'; got 'rgba'"),
        ({"test_size": 1.5}, "`test_size` must be more than 0 and less than 1; got 1.5"),
        ({"seed": -1}, "`seed` must be an integer of 0 or more; got -1"),
    ],
)
def test_bad_arguments(pets, bad, message):
    with pytest.raises(ValueError, match=message):
        datasets.image_folder(pets, **bad)
