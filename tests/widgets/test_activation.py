"""Activation: curve, slope, stack and maps, in Python, in pure functions, and on the screen."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib import colormaps

from cnnlib import ops
from cnnlib.widgets import Activation
from tests.accessible import fits, violations

FUNCTIONS = ("relu", "leaky_relu", "sigmoid", "tanh")


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_slope_is_that_of_the_curve(function, rng):
    figure = Activation(function, slope=0.1)
    x = rng.uniform(-3, 3, 50)
    step = 1e-2
    wanted = (figure.f(x + step) - figure.f(x - step)) / (2 * step)
    away = abs(x) > step  # from the corner
    np.testing.assert_allclose(figure.f_slope(x)[away], wanted[away], atol=1e-4)
    assert figure.f(x).dtype == figure.f_slope(x).dtype == np.float32


def test_the_maps_are_those_of_the_ops():
    figure = Activation("leaky_relu", 0.2, source="digit", gain=3, bias=-0.5, gradient="waves")
    x = figure.digits[3][None, :, :, None] / np.float32(16)
    sobel = np.outer([1, 2, 1], [-1, 0, 1]).astype(np.float32) * 0.75
    z = ops.conv2d(x.astype(np.float32), sobel[:, :, None, None], [-0.5])[0, :, :, 0]
    np.testing.assert_allclose(figure.z, z, atol=1e-6)
    np.testing.assert_array_equal(figure.y, ops.leaky_relu(figure.z, 0.2))
    np.testing.assert_array_equal(figure.dx, ops.leaky_relu_backward(figure.dy, figure.z, 0.2))
    figure.edges = "horizontal"
    sobel = sobel.T[:, :, None, None]
    z = ops.conv2d(x.astype(np.float32), sobel, [-0.5])[0, :, :, 0]
    np.testing.assert_allclose(figure.z, z, atol=1e-6)


def test_the_stack_is_a_chain_of_units():
    """Against differences through all units at once, in float64."""
    for function in FUNCTIONS:
        for at in (-1.5, 0.7):
            figure = Activation(function, at=at)
            slope = (figure.slope,) if function == "leaky_relu" else ()

            def chain(x, units, function=function, slope=slope):
                for _ in range(units):
                    x = getattr(ops, function)(np.float64(x), *slope)
                return x

            for units in (1, 2, 5, 8):
                wanted = (chain(at + 1e-5, units) - chain(at - 1e-5, units)) / 2e-5
                found = figure.stack[units - 1]
                np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-9)


def test_what_the_chapter_says_of_many_layers():
    assert Activation("relu", at=2).stack.tolist() == [1] * 20
    assert Activation("relu", at=-2).stack.tolist() == [0] * 20
    sigmoid = Activation("sigmoid", at=0).stack
    assert sigmoid[7] < 0.25**8
    np.testing.assert_allclose(Activation("leaky_relu", at=-1).stack, 0.3 ** np.arange(1, 21), 1e-5)
    assert 0.01 < Activation("tanh", at=1).stack[19] < 0.02


@pytest.mark.parametrize("x", [None, "x", [[1], [1, 2]], np.nan])
def test_it_is_a_function_of_numbers(x):
    figure = Activation()
    for function in (figure.f, figure.f_slope):
        with pytest.raises((TypeError, ValueError), match="`x` must"):
            function(x)


def test_a_bias_silences_the_map():
    figure = Activation(bias=-4)
    assert figure.y.max() == figure.dx.max() == 0
    figure.function = "leaky_relu"
    np.testing.assert_allclose(figure.dx, 0.3, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("function", "elu", "`function` must be one of 'relu', .*'tanh'; got 'elu'"),
        ("slope", 1.5, "`slope` must be a number from 0 to 1; got 1.5"),
        ("slope", np.nan, "`slope` must be a finite number; got nan"),
        ("at", 21, "`at` must be a number from -20 to 20; got 21"),
        ("bias", -5, "`bias` must be a number from -4 to 4; got -5"),
        ("gain", 0, "`gain` must be a whole number from 1 to 16; got 0"),
        ("source", "drawing", "`source` must be one of 'photo', 'digit'; got 'drawing'"),
        ("gradient", "zeros", "`gradient` must be one of 'ones', 'waves'; got 'zeros'"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    figure = Activation()
    before = figure.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(figure, name, value)
    assert figure.get_state() == before
    with pytest.raises(ValueError, match=message):
        Activation(**{name: value})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_still_shows_curve_and_maps(function):
    figure = Activation(function, source="digit")
    still = figure.still()
    curve, *panes = still.axes
    assert curve.lines[2].get_ydata()[0] == figure.f(-4.0)
    maps = [np.asarray(pane.images[0].get_array()) for pane in panes]
    for found, wanted in zip(maps, (figure.z, figure.y, figure.dx, figure.dy), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert panes[1].images[0].get_cmap().name == ("viridis" if function == "sigmoid" else "RdBu_r")


def test_the_description_counts():
    figure = Activation("sigmoid", at=0)
    text = figure.describe()
    assert text.startswith("Sigmoid at x = 0 is 0.5, its slope 0.25.")
    assert f"lets through {figure.dx.mean():.0%} of the mean size" in text
    assert f"{figure.stack[7]:.2g} is left after 8 units in a row" in text


# ------------------------------------------------------------------------------- pure functions
def test_the_page_s_numbers_are_python_s(module_page, rng):
    figures, states = [], []
    for k, function in enumerate(FUNCTIONS * 3):
        figure = Activation(
            function,
            slope=round(float(rng.uniform()), 2),
            at=round(float(rng.uniform(-4, 4)), 2),
            source=("digit", "photo")[k % 2],
            gain=int(rng.integers(1, 17)),
            bias=round(float(rng.uniform(-1, 1)), 2),
            gradient=("waves", "ones")[k // 4 % 2],
        )
        figure.edges, figure.digit = ("vertical", "horizontal")[k // 2 % 2], k % 10
        figures.append(figure)
        image = figure.photo if figure.source == "photo" else figure.digits[figure.digit]
        names = ("function", "slope", "at", "source", "gain", "bias", "gradient", "edges")
        states.append(
            {name: getattr(figure, name) for name in names}
            | {"image": {"shape": list(image.shape), "data": image.ravel().tolist()}}
        )
    found = module_page.evaluate(
        """async (states) => {
        const { maps } = await import("/cnnlib/widgets/activation/activation.js");
        const { sizes, stack } = await import("/cnnlib/widgets/activation/bends.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        return states.map(({ image, ...state }) => {
          const { z, y, dy, dx } = maps(runtime, state, image);
          const numbers = { z: z.data, y, dy, dx };
          const step = dy.length < 99 ? 1 : 37;
          const some = (values) => Array.from(values).filter((_, k) => k % step === 0);
          return {
            shape: z.shape,
            stack: stack(runtime, state, state.at),
            some: Object.fromEntries(Object.entries(numbers).map(([key, v]) => [key, some(v)])),
            sizes: sizes(dx),
          };
        });
      }""",
        states,
    )
    for figure, got in zip(figures, found, strict=True):
        assert got["shape"] == list(figure.z.shape)
        np.testing.assert_allclose(got["stack"], figure.stack, rtol=1e-5, atol=1e-37)
        for name, numbers in got["some"].items():
            wanted = getattr(figure, name).ravel()
            wanted = wanted if wanted.size < 99 else wanted[::37]
            if name == "dx" and figure.function in ("relu", "leaky_relu"):
                sure = abs(figure.z.ravel()[:: 1 if figure.z.size < 99 else 37]) > 1e-5
                numbers, wanted = np.array(numbers)[sure], wanted[sure]  # the slope jumps at 0
            np.testing.assert_allclose(numbers, wanted, rtol=1e-4, atol=2e-6)
        assert got["sizes"]["mean"] == pytest.approx(abs(figure.dx).mean(), rel=1e-2)


def test_a_histogram_counts_everything(module_page, rng):
    values = rng.normal(scale=3, size=1000)
    counts = module_page.evaluate(
        """async (values) => {
        const { histogram } = await import("/cnnlib/widgets/activation/bends.js");
        return histogram(values, 8, -4, 4);
      }""",
        values.tolist(),
    )
    wanted, _ = np.histogram(values.clip(-4, 3.999), 8, (-4, 4))
    assert counts == wanted.tolist()


def test_powers_are_written_short(module_page):
    found = module_page.evaluate(
        """async (values) => {
        const { power, height } = await import("/cnnlib/widgets/activation/stack_plot.js");
        return values.map((value) => [power(value), height(value)]);
      }""",
        [1, 0.25, 0.0012, 8.1e-6, 2e-13, 0],
    )
    assert [text for text, _ in found] == ["1", "0.25", "0.0012", "8.1 · 10⁻⁶", "2.0 · 10⁻¹³", "0"]
    heights = [height for _, height in found]
    assert heights[0] == 0
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] <= heights[-2] - 1  # a zero stands apart


# ----------------------------------------------------------------------------------------- a page
def readout(page):
    texts = page.locator(".stc-readout b").all_inner_texts()
    return [float(text.replace("−", "-")) for text in texts]


def pixels(page, k):
    """The colors of the k-th map: z, y, dx, dy."""
    width, height, data = (
        page.locator(".stc-pixels")
        .nth(k)
        .evaluate(
            """(canvas) => {
        const { width, height } = canvas;
        return [width, height, [...canvas.getContext("2d").getImageData(0, 0, width, height).data]];
      }"""
        )
    )
    return np.array(data, np.uint8).reshape(height, width, 4)[..., :3].astype(int)


def signed(values, top):
    return colormaps["RdBu_r"](values / top / 2 + 0.5, bytes=True)[..., :3].astype(int)


@pytest.fixture
def figure():
    """A digit, so that the maps have few numbers and no outliers are cut off their scales."""
    return Activation(source="digit", at=1.5)


def test_the_pictures_show_python_s_maps(show, figure):
    figure.gradient = "waves"
    page = show(figure)
    tops = abs(figure.z).max(), abs(figure.dy).max()
    for k, (values, top) in enumerate(
        zip((figure.z, figure.y, figure.dx, figure.dy), np.repeat(tops, 2), strict=True)
    ):
        assert abs(pixels(page, k) - signed(values, top)).max() <= 6


def test_a_sigmoid_has_no_sign(show, figure):
    figure.function = "sigmoid"
    page = show(figure)
    wanted = colormaps["viridis"](figure.y, bytes=True)[..., :3].astype(int)
    assert abs(pixels(page, 1) - wanted).max() <= 6


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_numbers_at_the_point(show, function):
    figure = Activation(function, at=-0.5)
    page = show(figure)
    x = figure.at
    wanted = [x, float(figure.f(x)), float(figure.f_slope(x))]
    assert readout(page) == pytest.approx(wanted, abs=6e-4)


def test_the_point_follows_keys(show, figure):
    page = show(figure)
    point = page.get_by_role("slider", name="The point x on the curve")
    for keys, x in (
        (["ArrowRight", "ArrowUp"], 1.7),
        (["Shift+ArrowLeft"], 1.69),
        (["PageDown"], 0.69),
        (["Home"], -4),
        (["ArrowLeft"], -4),
        (["End"], 4),
    ):
        for key in keys:
            point.press(key)
        assert readout(page) == pytest.approx([x, max(0, x), float(x > 0)])
    assert point.get_attribute("aria-valuetext") == "x 4, f of x 4, slope 1"


def test_the_point_follows_the_pointer(show, figure):
    page = show(figure)
    box = page.locator(".stc-curve svg").bounding_box()
    at = lambda x: box["x"] + 4 + (x + 4) / 8 * (box["width"] - 8)  # noqa: E731
    page.mouse.click(at(-2), box["y"] + 200)
    assert readout(page) == pytest.approx([-2, 0, 0], abs=0.03)
    page.mouse.move(at(-2), box["y"] + 200)
    page.mouse.down()
    page.mouse.move(at(3), box["y"] + 20, steps=4)
    page.mouse.up()
    page.mouse.move(at(0), box["y"] + 20)
    assert readout(page) == pytest.approx([3, 3, 1], abs=0.03)


CONTROLS = {
    "function": (lambda page: page.get_by_label("tanh").check(), {"function": "tanh"}),
    "digit": (lambda page: page.get_by_role("combobox").select_option("7"), {"digit": 7}),
    "edges": (lambda page: page.get_by_label("horizontal").check(), {"edges": "horizontal"}),
    "gain": (lambda page: page.get_by_label("Weights ×").fill("9"), {"gain": 9}),
    "bias": (lambda page: page.get_by_label("Bias").fill("-0.7"), {"bias": -0.7}),
    "gradient": (lambda page: page.get_by_label("waves").check(), {"gradient": "waves"}),
    "image": (lambda page: page.get_by_label("photo").check(), {"source": "photo"}),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_what_is_said(show, figure, name):
    page = show(figure)
    act, change = CONTROLS[name]
    act(page)
    for key, value in change.items():
        setattr(figure, key, value)
    z, y, dx, dy = page.locator(".stc-a-under .stc-hint").all_inner_texts()
    size = abs(figure.dx).mean()
    assert f"mean size {size:.3f}".rstrip("0").rstrip(".") in dx
    assert f"{size / abs(figure.dy).mean():.0%}".replace("%", " % of what came") in dx
    assert f"{(figure.z < 0).mean():.0%}".replace("%", " %") in z
    assert f"{(figure.y == 0).mean():.0%}".replace("%", " % are 0") == y
    assert dy == f"mean size {abs(figure.dy).mean():.3g}"
    assert pixels(page, 2).shape[:2] == figure.dx.shape
    page.get_by_role("button", name="Reset").click()
    assert pixels(page, 2).shape == (6, 6, 3)
    assert page.get_by_label("ReLU", exact=True).is_checked()


def test_the_leak_has_a_slope(show):
    figure = Activation("leaky_relu", at=-2)
    page = show(figure)
    page.get_by_label("Slope a below 0").fill("0.5")
    assert readout(page) == [-2, -1, 0.5]
    page.get_by_label("ReLU", exact=True).check()
    assert not page.get_by_label("Slope a below 0").is_visible()


@pytest.mark.parametrize(
    ("function", "at", "words"),
    [
        ("relu", -1, "arrives as 0: a slope of 0 stops it."),
        ("relu", 2, "arrives as 1."),
        ("leaky_relu", -1, "arrives as 5.9 · 10⁻⁶."),
    ],
)
def test_the_stack_says_what_is_left(show, function, at, words):
    page = show(Activation(function, at=at))
    page.get_by_role("slider", name="Units").fill("10")
    said = page.locator(".stc-a-stack p").nth(1).inner_text()
    assert said == f"A gradient of 1 that goes back through 10 units {words}"


def test_a_place_of_the_map_leads_to_the_curve(show, figure):
    page = show(figure)
    first = page.locator(".stc-picture").first
    box = first.bounding_box()
    page.mouse.click(box["x"] + 4.5 * box["width"] / 6, box["y"] + 1.5 * box["height"] / 6)
    z = float(figure.z[1, 4])
    assert readout(page)[0] == pytest.approx(z, abs=1e-3)
    said = page.locator(".stc-a-pixel").inner_text()
    assert said.startswith(f"At [1, 4]: z = −{-z:.4g} becomes y = 0.")
    first.press("ArrowDown")
    assert readout(page)[0] == pytest.approx(float(figure.z[2, 4]), abs=1e-3)


def test_the_reader_s_state_is_in_the_link(show, figure):
    page = show(figure)
    page.get_by_label("sigmoid").check()
    page.get_by_role("slider", name="The point x on the curve").press("Home")
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("() => location.hash")
    assert link == "#activation?function=sigmoid&at=-4"
    assert readout(show(figure, link=link)) == pytest.approx([-4, 0.018, 0.018])


def test_the_words_follow(show, figure):
    page = show(figure)
    page.get_by_label("leaky ReLU").check()
    page.get_by_text("In words").click()
    page.wait_for_function("() => document.querySelector('.stc-words').innerText.includes('leaky')")
    said = page.locator(".stc-words p").inner_text()
    assert re.search(r"leaky ReLU with the slope 0\.3 below 0", said)
    assert "At x = 1.5 it is 1.5, with the slope 1." in said


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(show, theme):
    page = show(Activation("leaky_relu", at=-1), theme=theme)
    assert not violations(page)


def test_a_phone_has_room_for_it(show):
    page = show(Activation("leaky_relu"), width=360)
    assert fits(page)
