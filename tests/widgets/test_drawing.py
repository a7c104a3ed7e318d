"""A drawing becomes an image like those of the digits, and the chapter's network reads it."""

from __future__ import annotations

import base64
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import cnnlib
from tests.built import ROOT
from tests.widgets.strokes import drawings, moved, on_pad, picture

MODULE = "/cnnlib/widgets/drawing.js"
CELL = re.compile(r"^```\{code-cell\} python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def chapter() -> SimpleNamespace:
    """What the chapter on the forward pass has made when its digits network is trained."""
    names: dict[str, Any] = {}
    text = (ROOT / "chapters" / "08_forward.md").read_text("utf-8")
    for cell in CELL.findall(text):
        exec(cell, names)
        if "model.fit(" in cell:
            return SimpleNamespace(**names)
    pytest.fail("The chapter trains no `model`.")


@pytest.fixture
def run(module_page):
    def run(function: str, argument: Any = None) -> Any:
        """Call ``function`` with the module and an argument."""
        source = f"async argument => ({function})(await import('{MODULE}'), argument)"
        return module_page.evaluate(source, argument)

    return run


def plain(strokes) -> list[Any]:
    return [np.asarray(stroke).tolist() for stroke in strokes]


def digits_of(run, all_strokes) -> np.ndarray:
    images = run("({digitOf}, all) => all.map(s => Array.from(digitOf(s)))", all_strokes)
    return np.array(images, np.float32).reshape(-1, 8, 8, 1)


def share_right(model, images, digits) -> tuple[float, dict[int, float]]:
    right = model.predict(images, verbose=0).argmax(1) == digits
    return right.mean(), {d: round(float(right[digits == d].mean()), 2) for d in range(10)}


def test_there_are_many_drawings_of_every_digit():
    digits = [drawing.digit for drawing in drawings()]
    assert len(digits) >= 60
    assert min(np.bincount(digits, minlength=10)) >= 6


@pytest.mark.parametrize("pad", [False, True])
def test_the_chapters_network_reads_drawings(run, rng, chapter, pad):
    drawn = [moved(drawing, rng) for drawing in drawings() for _ in range(5)]
    if pad:
        drawn = [on_pad(drawing, rng) for drawing in drawn]
    images = digits_of(run, [plain(drawing.strokes) for drawing in drawn])
    share, each = share_right(chapter.model, images, np.array([d.digit for d in drawn]))
    print(f"{share:.1%} of {len(drawn)} drawings are read right; by digit {each}")
    assert share >= 0.9, each
    assert min(each.values()) >= 0.6, each


def test_the_chapters_network_reads_photos_of_drawings(run, rng, chapter):
    drawn = [moved(drawing, rng) for drawing in drawings()]
    photos = [picture(drawing, rng).astype(np.float32).tobytes() for drawing in drawn]
    photos = [base64.b64encode(photo).decode() for photo in photos]
    read = """({inkPoints, bitmap, counts}, all) => {
      const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const photos = all.map((text) => new Float32Array(bytes(text).buffer));
      return photos.map((gray) => Array.from(counts(bitmap(inkPoints(gray, 160, 160)))));
    }"""
    images = np.array(run(read, photos), np.float32).reshape(-1, 8, 8, 1)
    share, each = share_right(chapter.model, images, np.array([d.digit for d in drawn]))
    print(f"{share:.1%} of {len(drawn)} photos are read right; by digit {each}")
    assert share >= 0.85, each


def test_images_measure_like_the_digits(run):
    """The same amount of ink, height and width, and the left edge upright."""
    (x, _), _ = cnnlib.datasets.digits()
    drawn = digits_of(run, [plain(drawing.strokes) for drawing in drawings()])
    for measure, tolerance in ((ink, 0.5), (height, 0.1), (width, 0.4), (lean, 0.3)):
        assert abs(measure(drawn).mean() - measure(x).mean()) < tolerance, measure.__name__
    assert abs(lean(drawn)).mean() < abs(lean(x)).mean() + 0.2


def ink(x):
    return x.sum(axis=(1, 2, 3))


def height(x):
    return (x.sum(axis=(2, 3)) > 0.05).sum(1)


def width(x):
    return (x.sum(axis=(1, 3)) > 0.05).sum(1)


def lean(x):
    """How far the first row's leftmost ink is to the right of the last row's, in pixels."""

    def left(rows):
        first = (rows > 0.05).argmax(1)
        return first + 1 - rows[np.arange(len(rows)), first]

    return left(x[:, 0, :, 0]) - left(x[:, 7, :, 0])


def test_place_and_size_of_a_drawing_do_not_matter(run, rng):
    """Apart from rounding to points and dots."""
    for drawing in drawings()[::9]:
        strokes = drawing.strokes
        other = [3.7 * stroke + [19, -300] for stroke in strokes]
        a, b = digits_of(run, [plain(strokes), plain(other)])
        assert abs(a - b).mean() < 0.01


@pytest.mark.parametrize(
    "strokes", [[[[5, 5]]], [[[0, 0], [9, 0]]], [[[0, 0], [0, 9]]], [[[3, 3], [3, 3]]]]
)
def test_dots_and_dashes_are_drawn_too(run, strokes):
    image = digits_of(run, [strokes])[0]
    assert np.isfinite(image).all()
    assert 0 < image.sum() <= 64


def test_no_drawing_is_an_empty_image(run):
    assert not digits_of(run, [[]]).any()


def test_counts_add_up_dots_of_blocks(run):
    dots = np.zeros((32, 32), int)
    dots[4:8, 8:12] = 1
    dots[31, 31] = 1
    image = np.reshape(run("({counts}, d) => Array.from(counts(d))", dots.ravel().tolist()), (8, 8))
    assert image[1, 2] == 1
    assert image[7, 7] == 1 / 16
    assert image.sum() == 1 + 1 / 16


def test_strokes_survive_being_a_text(run):
    strokes = [[[0, 63], [31, 5]], [[62, 10]]]
    assert run("({read, written}, s) => read(written(s))", strokes) == strokes
    assert run("({read}) => read('')") == []
    assert run("({read}) => read('a!..0')") == []


def test_otsu_parts_dark_from_light(run):
    assert 0.3 < run("({otsu}) => otsu([0.1, 0.2, 0.25, 0.8, 0.9, 0.85])") < 0.8


def test_thinning_leaves_a_line_in_the_middle(run):
    grid = np.zeros((9, 16), int)
    grid[3:6, 2:14] = 1
    thinned = run("({thin}, g) => (thin(g, 16), g)", grid.ravel().tolist())
    rows, columns = np.nonzero(np.reshape(thinned, (9, 16)))
    assert set(rows) == {4}
    assert len(columns) >= 8


def test_specks_are_dropped(run):
    grid = np.zeros((8, 8), int)
    grid[2, 1:7] = 1
    grid[3, 1:7] = 1
    grid[6, 6] = 1
    cleaned = np.reshape(
        run("({dropSpecks}, g) => (dropSpecks(g, 8), g)", grid.ravel().tolist()), (8, 8)
    )
    assert cleaned.sum() == 12
    assert not cleaned[6, 6]
