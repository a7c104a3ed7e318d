"""geometry.js: the same arithmetic as cnnlib.shapes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from cnnlib.shapes import window

CASES = [
    (H, k, t, padding, d)
    for H, k, t, padding, d in product(
        (1, 2, 5, 8, 13, 16), (1, 2, 3, 5), (1, 2, 3, 5, 8), ("valid", "same"), (1, 2, 3, 6)
    )
]


@pytest.fixture
def run(module_page):
    return lambda use, given=None: module_page.evaluate(
        """async ({ use, input }) =>
        eval(use)({ ...(await import("/cnnlib/widgets/geometry.js")), input })""",
        {"use": use, "input": given},
    )


def expected(H, k, t, padding, d):
    """Padding before and after, and the number of windows; 0 if there is none."""
    try:
        found = window((H, H), k, t, padding, d)
    except ValueError:
        return None
    return [*found.padding[0], found.output[0]]


def test_sides_agree_with_the_library(run):
    sides = run("({side, input}) => input.map((a) => side(...a))", [list(case) for case in CASES])
    for case, side in zip(CASES, sides, strict=True):
        wanted = expected(*case)
        if wanted is None:
            assert side["count"] == 0, case
        else:
            assert [side["before"], side["after"], side["count"]] == wanted, case


def test_pixels_that_windows_read(run):
    fitting = [case for case in CASES if expected(*case)]
    found = run(
        """({side, seen, reads, input}) => input.map((a) => {
        const s = side(...a);
        return [[...seen(s)], reads(s, s.count - 1)];
      })""",
        [list(case) for case in fitting],
    )
    for (H, k, t, padding, d), (seen, last) in zip(fitting, found, strict=True):
        before, _, count = expected(H, k, t, padding, d)
        pixels = {i * t + m * d - before for i in range(count) for m in range(k)}
        assert [r for r in range(H) if seen[r]] == sorted(p for p in pixels if 0 <= p < H)
        assert last == [(count - 1) * t + m * d - before for m in range(k)]


def test_the_nearest_window_has_its_middle_closest_to_the_pixel(run):
    fitting = [case for case in CASES if expected(*case)]
    found = run(
        """({side, nearest, input}) => input.map((a) =>
        Array.from({length: a[0]}, (_, pixel) => nearest(side(...a), pixel)))""",
        [list(case) for case in fitting],
    )
    for (H, k, t, padding, d), places in zip(fitting, found, strict=True):
        before, _, count = expected(H, k, t, padding, d)
        middles = np.arange(count) * t + d * (k - 1) / 2 - before
        for pixel, place in enumerate(places):
            distances = abs(middles - pixel)
            assert distances[place] == distances.min(), (H, k, t, padding, d, pixel)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_image_with_its_frame_of_zeros(run, padding):
    image = np.arange(1, 21).reshape(4, 5)
    framed = run(
        """({windows, padded, input: {data, padding}}) => {
        const image = {shape: [4, 5], data: Uint8Array.from(data)};
        const {shape, data: out} = padded(image, windows([4, 5], 3, {stride: 2, padding}));
        return [shape, [...out], out.constructor.name];
      }""",
        {"data": image.ravel().tolist(), "padding": padding},
    )
    wanted = np.pad(image, window((4, 5), 3, 2, padding).padding)
    assert framed == [list(wanted.shape), wanted.ravel().tolist(), "Float32Array"]


def test_a_kernel_that_fits_one_side_only_does_not_fit(run):
    assert run("({windows}) => windows([8, 2], 3).fits") is False
    assert run("({rotated}) => [...rotated(Float32Array.of(1, 2, 3, 4))]") == [4, 3, 2, 1]
