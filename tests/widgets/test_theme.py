"""theme.js: the colors of the printed figures (matplotlib's), number by number."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import colormaps

from cnnlib.plots import _canvas

VALUES = [-1e9, -3.0, -2.9, -1.0, -0.4, -1e-3, 0.0, 1e-3, 0.2, 0.99, 1.0, 2.5, 2.999, 3.0, 1e9]


@pytest.fixture
def run(module_page):
    return lambda use, given=None: module_page.evaluate(
        """async ({ use, input }) =>
        eval(use)({ ...(await import("/cnnlib/widgets/theme.js")), input })""",
        {"use": use, "input": given},
    )


@pytest.mark.parametrize("name", ["RdBu_r", "viridis"])
def test_all_256_colors_are_those_of_matplotlib(run, name):
    ours = np.array(run(f"({{COLORS}}) => [...COLORS.{name}]")).reshape(256, 3)
    theirs = colormaps[name](np.arange(256), bytes=True)[:, :3]
    assert abs(ours - theirs.astype(int)).max() <= (1 if name == "RdBu_r" else 0)


@pytest.mark.parametrize(
    ("scale", "name", "low", "high"),
    [
        ("signed(3)", "RdBu_r", -3, 3),
        ("positive(3)", "viridis", 0, 3),
        ("gray(-1, 3)", "gray", -1, 3),
    ],
)
def test_a_number_has_the_color_it_has_in_a_printed_figure(run, scale, name, low, high):
    ours = run(
        f"({{colorOf, signed, positive, gray, input}}) => input.map((v) => colorOf({scale}, v))",
        VALUES,
    )
    shares = (np.array(VALUES) - low) / (high - low)
    theirs = colormaps[name](shares, bytes=True)[:, :3].astype(int)
    assert abs(np.array(ours) - theirs).max() <= 1


def test_white_is_zero_and_what_is_no_number_is_gray(run):
    assert run("({colorOf, signed}) => colorOf(signed(5), 0)") == pytest.approx([247] * 3, abs=1)
    for odd in ("NaN", "Infinity", "-Infinity"):
        color = run(f"({{colorOf, signed}}) => colorOf(signed(5), {odd})")
        assert color == [round(255 * float(_canvas.NOT_A_NUMBER))] * 3


def test_a_whole_picture_is_painted_as_number_by_number(run):
    different = run(
        """({paint, colorOf, signed, input}) => {
        const values = Float32Array.of(...input, NaN, Infinity, -Infinity);
        const pixels = new ImageData(values.length, 1);
        paint(values, signed(3), pixels);
        const pixel = (k) => pixels.data.subarray(4 * k, 4 * k + 4).join();
        return [...values].filter((v, k) => [...colorOf(signed(3), v), 255].join() !== pixel(k));
      }""",
        VALUES,
    )
    assert different == []


@pytest.mark.parametrize("values", [[1, 2, 3], [-1, 0.5], [0, 0], [-7], [0.25]])
def test_the_scale_of_numbers_is_that_of_the_plots(run, values):
    ours = run("({scaleOf, input}) => scaleOf(Float32Array.from(input))", values)
    theirs = _canvas.scale_of(np.array(values, float))
    assert ours == {"name": theirs["cmap"].name, "low": theirs["vmin"], "high": theirs["vmax"]}


def test_a_few_outliers_may_lie_beyond_the_scale(run, rng):
    values = rng.normal(size=5000)
    values[:20] = 1000
    top = run("({largest, input}) => largest(Float32Array.from(input), 0.01)", values.tolist())
    assert 0 < (abs(values) > top).mean() <= 0.01
    assert run("({largest}) => largest([1, -9, NaN, Infinity], 0.01)") == 9  # too few for outliers
    assert run("({largest}) => largest([])") == 0


def test_ink_has_the_better_contrast(run):
    def contrast(a, b):
        parts = [np.array(c) / 255 for c in (a, b)]
        parts = [np.where(p <= 0.04045, p / 12.92, ((p + 0.055) / 1.055) ** 2.4) for p in parts]
        light, dark = sorted((p @ [0.2126, 0.7152, 0.0722] for p in parts), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    colors = [
        [r, g, b] for r in (0, 90, 180, 255) for g in (0, 90, 180, 255) for b in (0, 128, 255)
    ]
    inks = run("({inkOn, input}) => input.map(inkOn)", colors)
    for color, ink in zip(colors, inks, strict=True):
        chosen, other = ([0] * 3, [255] * 3) if ink == "#000" else ([255] * 3, [0] * 3)
        assert contrast(color, chosen) >= contrast(color, other) - 1e-3
        assert contrast(color, chosen) >= 4.5
