"""Valley: paths downhill and their losses; in Python, in functions, on the screen."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from cnnlib.optimizers import SGD, Adam
from cnnlib.widgets import Valley
from cnnlib.widgets.valley._landscapes import HIGH, LANDSCAPES, LOW, factor, left
from tests.accessible import violations
from tests.drawing import later

KINDS = tuple(LANDSCAPES)
RUNNERS = ("sgd", "momentum", "adam")
SHOWN = [f"show_{runner}" for runner in RUNNERS]


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_the_slope_of_the_loss(kind, rng):
    land, h = LANDSCAPES[kind], 1e-5
    for point in rng.uniform(LOW, HIGH, (20, 2)):
        slopes = [
            (land.loss(point + step, 7) - land.loss(point - step, 7)) / (2 * h)
            for step in np.eye(2) * h
        ]
        np.testing.assert_allclose(land.gradient(point, 7), slopes, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_minima_are_where_they_are_drawn(kind):
    land = LANDSCAPES[kind]
    x, y = np.meshgrid(np.linspace(-5, 5, 401), np.linspace(-2.5, 2.5, 201))
    loss = land.loss((x, y), land.steepness)
    inner = loss[1:-1, 1:-1]
    around = [loss[1 + i : 200 + i, 1 + j : 400 + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    low = np.all([inner <= one for one in around], axis=0)
    np.testing.assert_allclose(x[1:-1, 1:-1][low], land.minima)
    assert loss.min() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nesterov", [False, True])
def test_the_paths_are_those_of_the_optimizers(kind, nesterov):
    figure = Valley(kind, sgd=0.03, momentum=0.011, adam=0.3, mu=0.9, nesterov=nesterov, step=60)
    optimizers = SGD(0.03), SGD(0.011, momentum=0.9, nesterov=nesterov), Adam(0.3)
    for optimizer, path in zip(optimizers, figure.paths.values(), strict=True):
        w = figure.start.copy()
        for point in path:
            np.testing.assert_array_equal(point, w)
            gradient = LANDSCAPES[kind].gradient(w.astype(float), figure.steepness)
            optimizer.apply([gradient], [w])
        assert path.dtype == np.float32


def test_the_paths_are_those_of_the_formulas():
    figure, (x, y) = Valley(step=30), (-4.5, 1.2)
    k = np.arange(31)
    np.testing.assert_allclose(
        figure.paths["sgd"], np.stack([x * 0.93**k, y * (-0.75) ** k], 1), 1e-4
    )
    w, u, g = np.array([x, y]), np.zeros(2), np.array([1, 25])
    for point in figure.paths["momentum"]:
        np.testing.assert_allclose(point, w, atol=1e-5)
        u = 0.8 * u - 0.02 * g * w
        w = w + u
    w, m, v = np.array([x, y]), np.zeros(2), np.zeros(2)
    for number, point in enumerate(figure.paths["adam"], 1):
        np.testing.assert_allclose(point, w, atol=1e-4)
        m, v = 0.9 * m + 0.1 * g * w, 0.999 * v + 0.001 * (g * w) ** 2
        rate = 0.2 * np.sqrt(1 - 0.999**number) / (1 - 0.9**number)
        w = w - rate * m / (np.sqrt(v) + 1e-7)


@pytest.mark.parametrize("curvature", [1, 25])
@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("rate", [0.001, 0.02, 0.05, 0.1])
def test_the_factor_is_what_a_step_does_in_the_long_run(curvature, rate, nesterov):
    optimizer, w = SGD(rate, momentum=0.8, nesterov=nesterov), np.ones(1)
    sizes = []
    for _ in range(400):
        optimizer.apply([curvature * w], [w])
        sizes.append(abs(w[0]))
    first, last = max(sizes[50:150]), max(sizes[250:350])  # the largest of a turn
    wanted = factor(curvature, rate, 0.8, nesterov)
    assert (last / first) ** (1 / 200) == pytest.approx(wanted, rel=0.01)


@pytest.mark.parametrize("a", [5, 25, 50])
def test_beyond_the_limit_it_diverges(a):
    limits = {"sgd": 2 / a, "momentum": 3.6 / a, "nesterov": 3.6 / (2.6 * a)}
    for name, limit in limits.items():
        key, nesterov = ("momentum", True) if name == "nesterov" else (name, False)
        for share, falls in ((0.96, True), (1.04, False)):
            figure = Valley(
                steepness=a, start=(0.5, 0.5), nesterov=nesterov, step=100, **{key: share * limit}
            )
            assert (abs(figure.factors[key][1]) < 1) == falls
            assert (figure.losses[key][-1] < figure.losses[key][0]) == falls
    assert Valley("curved").factors == {}


def first_below(figure, level):
    """After how many steps each has a loss below a level."""
    return [int((losses < level).argmax()) for losses in figure.losses.values()]


def test_the_chapter_s_numbers():
    losses = Valley(step=100).losses
    found = [[float(f"{losses[key][k]:.2g}") for key in RUNNERS] for k in (40, 100)]
    assert found[0] == [0.03, 0.0037, 0.26]
    assert Valley(sgd=0.079, step=100).losses["sgd"][-1] == pytest.approx(0.114, abs=1e-3)
    at = Valley(sgd=0.08, step=100)
    assert at.losses["sgd"][[40, 100]] == pytest.approx([18, 18], abs=0.02)
    assert abs(at.paths["sgd"][:, 1]) == pytest.approx(1.2, abs=1e-4)
    assert Valley(sgd=0.081, step=100).left == {"sgd": 30}
    assert Valley(steepness=50, sgd=0.041, step=100).left == {"sgd": 16}
    assert Valley(momentum=0.143, step=100).left == {}
    assert Valley(momentum=0.145, step=100).left == {"momentum": 1}
    assert Valley(momentum=0.055, nesterov=True, step=100).left == {}
    assert Valley(momentum=0.056, nesterov=True, step=100).left == {"momentum": 15}
    assert first_below(Valley("saddle", step=100), 1) == [65, 59, 15]
    assert first_below(Valley("saddle", start=(-0.01, 2), step=100), 1) == [89, 81, 16]
    still = Valley("saddle", start=(0, 2), step=100)
    assert [path[-1, 0] for path in still.paths.values()] == [0, 0, 0]
    for mu, x in ((0.96, -3), (0.97, 3)):
        ends = Valley("basins", mu=mu, step=100).paths
        assert [np.sign(ends[key][-1, 0]) for key in RUNNERS] == [-1, np.sign(x), -1]
    for rate in (0.5, 1):
        ends = Valley("basins", sgd=rate, adam=rate, step=100).paths
        assert max(ends[key][:, 0].max() for key in ("sgd", "adam")) < 0


def test_a_path_has_left_if_it_does_not_come_back():
    path = np.float32([[0, 0], [6, 0], [1, 0], [0, 3], [np.nan, 0]])
    assert [left(path[:k]) for k in range(1, 6)] == [None, 1, None, 3, 3]
    figure = Valley(sgd=1, steepness=50, step=100)
    assert not np.isfinite(figure.losses["sgd"][-1])
    assert figure.left == {"sgd": 1}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("landscape", "lake", "`landscape` must be one of 'valley', 'curved', .*; got 'lake'"),
        ("landscape", ["saddle"], "`landscape` must be one of"),
        ("steepness", 0, "`steepness` must be a number from 1 to 50; got 0"),
        ("sgd", 2, "`sgd` must be a number from 0.001 to 1; got 2"),
        ("adam", 0, "`adam` must be a number from 0.001 to 1; got 0"),
        ("momentum", np.nan, "`momentum` must be a finite number; got nan"),
        ("mu", 1, "`mu` must be a number from 0 to 0.99; got 1"),
        ("start", (6, 0), r"x from -5 to 5 and y from -2.5 to 2.5; got \[6.0, 0.0\]"),
        ("start", (1, 2, 3), r"got \[1.0, 2.0, 3.0\]"),
        ("step", 101, "`step` must be a whole number from 0 to 100; got 101"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    figure = Valley()
    before = figure.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(figure, name, value)
    assert figure.get_state() == before
    with pytest.raises(ValueError, match=message):
        Valley(**{name: value})


@pytest.mark.parametrize("kind", KINDS)
def test_the_still_shows_the_paths_and_the_losses(kind):
    figure = Valley(kind)
    figure.show_momentum = False
    here, there = figure.still().axes
    lines = {line.get_label().split()[0]: line for line in here.lines}
    for name, key in (("SGD", "sgd"), ("Adam", "adam")):
        np.testing.assert_array_equal(lines[name].get_xydata(), figure.paths[key])
    assert "momentum" not in lines
    drawn = [line.get_ydata() for line in there.lines]
    np.testing.assert_array_equal(drawn, [figure.losses["sgd"], figure.losses["adam"]])


def test_the_description_has_the_numbers():
    text = Valley(sgd=0.09).describe()
    assert text.startswith("Paths from x = -4.5, y = 1.2 on a loss of two weights (narrow valley,")
    assert "with SGD 0.09 (it left the picture in step 4), 0.00373 with momentum 0.02, 0.8" in text
    assert "Nesterov" in Valley("saddle", nesterov=True).describe()


# ------------------------------------------------------------------------------- pure functions
def test_the_page_s_paths_are_python_s(module_page, rng):
    figures = [
        Valley(
            kind,
            steepness=float(rng.integers(1, 30)),
            start=rng.uniform(LOW, HIGH),
            **{key: float(rng.uniform(0.005, 0.06)) for key in RUNNERS},
            mu=float(rng.choice([0, 0.5, 0.9])),
            nesterov=bool(rng.integers(0, 2)),
            step=50,
        )
        for kind in KINDS * 4
    ]
    states = [
        {
            **{key: getattr(figure, key) for key in (*RUNNERS, "mu", "nesterov", "step")},
            "steepness": figure.steepness,
            "start": figure.start.tolist(),
            "land": LANDSCAPES[figure.landscape]._asdict(),
        }
        for figure in figures
    ]
    found = module_page.evaluate(
        """async (states) => {
        const { RUNNERS, descend } = await import("/cnnlib/widgets/valley/descent.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        return states.map(({ start, land, ...rest }) => {
          const state = { ...rest, start: { shape: [2], data: Float32Array.from(start) } };
          const runs = RUNNERS.map((runner) => [runner, descend(runtime, runner, state, land)]);
          return JSON.stringify(Object.fromEntries(runs));
        });
      }""",
        states,
    )
    for figure, text in zip(figures, found, strict=True):
        for key, run in json.loads(text).items():
            if run["left"] is None:
                np.testing.assert_allclose(run["points"], figure.paths[key], atol=2e-5)
                np.testing.assert_allclose(run["losses"], figure.losses[key], 1e-3, 1e-4)
            assert run["left"] == figure.left.get(key)


def test_without_rounding_to_differ_in_they_are_the_same_bits(module_page):
    """SGD's steps in the narrow valley, but for a product that Python's compiler rounds once."""
    state = {"sgd": 0.0625, "steepness": 24, "step": 20, "start": [-4.5, 1.25]}
    figure = Valley(steepness=24, start=(-4.5, 1.25), sgd=0.0625, step=20)
    points = module_page.evaluate(
        """async ([state, land]) => {
        const { descend } = await import("/cnnlib/widgets/valley/descent.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const start = { shape: [2], data: Float32Array.from(state.start) };
        return descend(await kernels(), "sgd", { ...state, start }, land).points;
      }""",
        [state, LANDSCAPES["valley"]._asdict()],
    )
    np.testing.assert_array_equal(np.float32(points), figure.paths["sgd"])


def test_the_page_s_factors_are_python_s(module_page):
    cases = [[k, r, mu, n] for k in (1, 25) for r in (0.01, 0.1) for mu in (0, 0.8) for n in (0, 1)]
    found = module_page.evaluate(
        """async (cases) => {
        const { factor } = await import("/cnnlib/widgets/valley/descent.js");
        return cases.map((one) => factor(...one));
      }""",
        cases,
    )
    assert found == pytest.approx([factor(*case) for case in cases])


def test_a_place_of_the_slider_for_every_rate(module_page):
    rates, back, some = module_page.evaluate(
        """async () => {
        const { placeOf, rateAt } = await import("/cnnlib/widgets/valley/valley.js");
        const rates = Array.from({ length: 271 }, (_, place) => rateAt(place));
        return [rates, rates.map(placeOf), rateAt(placeOf(0.01234))];
      }"""
    )
    wanted = [float(f"{k}e-{power}") for power in (4, 3, 2) for k in range(10, 100)]
    assert rates == [*wanted, 1]
    assert back == pytest.approx(range(271), abs=1e-6)
    assert some == pytest.approx(0.01234)


@pytest.mark.parametrize("kind", KINDS)
def test_the_lines_are_those_of_equal_loss(module_page, kind):
    land = LANDSCAPES[kind]
    lines = module_page.evaluate(
        """async ([land, a]) => {
        const { contours } = await import("/cnnlib/widgets/valley/descent.js");
        return contours(land, a);
      }""",
        [land._asdict(), land.steepness],
    )
    assert 17 <= len(lines) <= 40
    for points in lines:
        losses = land.loss(np.array(points).T, land.steepness)
        assert np.ptp(losses) < 0.02 * losses.max() + 1e-3
    x = np.array(lines[-1])[:, 0]
    assert any(x.min() < bottom < x.max() for bottom in land.minima)


# ----------------------------------------------------------------------------------------- a page
def row(page, name):
    return page.get_by_role("group", name=name, exact=True)


def number(text):
    """A loss as the page writes it."""
    mantissa, _, power = text.removeprefix("L = ").replace("−", "-").partition(" · 10")
    raised = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(mantissa) * 10.0 ** int(raised or 0)


def losses(page):
    names = ("SGD", "Momentum", "Adam")
    return [number(row(page, name).locator("b").inner_text()) for name in names]


def same(page, figure):
    wanted = [figure.losses[runner][-1] for runner in RUNNERS]
    assert losses(page) == pytest.approx(wanted, rel=0.06)


def handle(page):
    return page.get_by_role("application", name="The start")


def start_of(page):
    words = handle(page).get_attribute("aria-label").replace("−", "-")
    return [float(found) for found in re.findall(r"[xy] (-?[\d.]+\d|-?\d)", words)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_losses_are_python_s(show, kind):
    figure = Valley(kind)
    page = show(figure)
    same(page, figure)
    marks = page.locator(".stc-v-marks")
    assert [mark.get_attribute("d").count("M") for mark in marks.all()] == [41, 41, 41]


def slide(name, value):
    """Move a slider."""
    return lambda page: page.get_by_role("slider", name=name, exact=True).fill(str(value))


def rate(name, value):
    """Move the slider of an optimizer's rate: 90 places for each power of ten, from 0.001 on."""
    power = int(f"{value:e}".partition("e")[2])
    spot = 90 * (power + 3) + round(10 * value / 10.0**power - 10)
    return lambda page: row(page, name).get_by_label("Rate η").fill(str(spot))


ACTS = {
    "steepness": (slide("Steepness a", 10), {"steepness": 10}),
    "sgd": (rate("SGD", 0.01), {"sgd": 0.01}),
    "momentum": (rate("Momentum", 0.03), {"momentum": 0.03}),
    "adam": (rate("Adam", 1), {"adam": 1}),
    "mu": (slide("μ", 0.9), {"mu": 0.9}),
    "nesterov": (lambda page: page.get_by_label("Nesterov’s").check(), {"nesterov": True}),
    "step": (slide("Step", 7), {"step": 7}),
    "next": (lambda page: page.get_by_role("button", name="Next").click(), {"step": 41}),
    "curved": (
        lambda page: page.get_by_label("curved valley").check(force=True),
        {"landscape": "curved", "steepness": 10},
    ),
    "saddle": (
        lambda page: page.get_by_label("saddle").check(force=True),
        {"landscape": "saddle", "steepness": 2, "start": (-0.05, 2)},
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_control_of_the_race(show, name):
    figure = Valley()
    page = show(figure)
    act, change = ACTS[name]
    act(page)
    for key, value in change.items():
        setattr(figure, key, value)
    same(page, figure)
    page.get_by_role("button", name="Reset").click()
    same(page, Valley())


def test_a_path_is_hidden_and_keeps_its_loss(show):
    figure = Valley()
    page = show(figure)
    row(page, "Momentum").get_by_label("Momentum", exact=True).uncheck()
    assert page.locator(".stc-v-path").count() == 2
    assert page.locator(".stc-v-path.stc-v-momentum").count() == 0
    same(page, figure)
    later(page)
    said = page.locator(".stc-words p").text_content()
    assert "Momentum" not in said
    assert "Adam with the rate 0.2" in said


def test_the_start_follows_keys(show):
    figure = Valley()
    page = show(figure)
    for key, start in (
        ("ArrowRight", (-4.4, 1.2)),
        ("ArrowUp", (-4.4, 1.3)),
        ("Shift+ArrowDown", (-4.4, 1.29)),
        ("Shift+ArrowLeft", (-4.41, 1.29)),
    ):
        handle(page).press(key)
        figure.start = start
        assert start_of(page) == pytest.approx(start)
        same(page, figure)
    for _ in range(8):
        handle(page).press("ArrowLeft")
    assert start_of(page) == [-5, 1.29]


def place(page, x, y):
    box = page.locator(".stc-v-map svg.stc-plot").bounding_box()
    return box["x"] + box["width"] * (x + 5) / 10, box["y"] + box["height"] * (2.5 - y) / 5


def test_the_start_follows_the_pointer(show):
    figure = Valley()
    page = show(figure)
    page.mouse.move(*place(page, -4.5, 1.2))
    page.mouse.down()
    page.mouse.move(*place(page, 2, -1), steps=5)
    page.mouse.up()
    page.mouse.move(*place(page, 0, 0))
    assert start_of(page) == pytest.approx([2, -1], abs=0.02)
    page.mouse.click(*place(page, 3.5, 2))
    assert start_of(page) == pytest.approx([3.5, 2], abs=0.02)
    figure.start = start_of(page)
    same(page, figure)


def test_a_finger_drags_the_start_and_scrolls_elsewhere(show):
    page = show(Valley())
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind, *point):
        points = [dict(zip("xy", place(page, *point), strict=True))] if point else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe(*points):
        touch("touchStart", *points[0])
        for point in points[1:]:
            touch("touchMove", *point)
        touch("touchEnd")
        later(page)

    swipe((3, -1), (3, 0), (3, 1))
    assert start_of(page) == [-4.5, 1.2]
    swipe((-4.5, 1.2), (-3, 1), (-1, -2))
    before = start_of(page)
    assert before == pytest.approx([-1, -2], abs=0.05)
    for _ in range(10):  # on a busy machine a short touch may last long, and is no tap then
        swipe((2, 2))
        if start_of(page) != before:
            break
    assert start_of(page) == pytest.approx([2, 2], abs=0.05)


def test_play_goes_on_from_step_to_step_to_the_end(show):
    figure = Valley(step=97)
    page = show(figure)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "() => document.querySelector('.stc-player').innerText.includes('100 of')"
    )
    assert page.get_by_role("button", name="Play").is_visible()
    figure.step = 100
    same(page, figure)


def test_what_diverges_says_so(show):
    figure = Valley()
    page = show(figure)
    said = row(page, "SGD").locator(".stc-hint")
    assert said.inner_text() == "each step: x · 0.93, y · −0.75"
    rate("SGD", 0.08)(page)
    assert said.inner_text() == "each step: x · 0.92, y · −1"
    slide("Step", 100)(page)
    rate("SGD", 0.081)(page)
    assert said.inner_text() == "left the picture in step 30; each step: x · 0.919, y · −1.025"
    rate("SGD", 1)(page)
    assert said.inner_text() == "left the picture in step 1; each step: x · 0, y · −24"
    assert row(page, "SGD").locator("b").inner_text() == "L = NaN"
    momentum = row(page, "Momentum").locator(".stc-hint")
    assert momentum.inner_text() == "in the long run: x · 0.894, y · 0.894"
    page.get_by_label("saddle").check(force=True)
    assert momentum.inner_text() == ""


@pytest.mark.parametrize("width", [800, 360])
def test_nothing_jumps(show, width):
    page = show(Valley(), width=width)
    height = "() => document.querySelector('.stc').offsetHeight"
    before = page.evaluate(height)
    for kind in ("curved valley", "saddle", "two basins", "narrow valley"):
        page.get_by_label(kind).check(force=True)
        assert page.evaluate(height) == before
    slide("Step", 100)(page)
    for name in ("SGD", "Momentum", "Adam"):
        rate(name, 0.099)(page)
        assert page.evaluate(height) == before
    page.get_by_label("Nesterov’s").check()
    for name in ("SGD", "Momentum", "Adam"):
        row(page, name).get_by_label(name, exact=True).uncheck()
    assert page.evaluate(height) == before


def test_the_reader_s_state_is_in_the_link(show):
    page = show(Valley())
    page.get_by_label("saddle").check(force=True)
    rate("SGD", 0.01)(page)
    row(page, "Adam").get_by_label("Adam", exact=True).uncheck()
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("() => location.hash")
    assert link == "#valley?landscape=saddle&steepness=2&start=-0.05,2&sgd=0.01&show_adam=0"
    page = show(Valley(), link=link)
    same(page, Valley("saddle", sgd=0.01))
    assert page.locator(".stc-v-path").count() == 2


def test_a_wrong_link_is_named(show):
    page = show(Valley(), link="#valley?start=9,0&mu=1&landscape=lake&step=60")
    said = " ".join(page.locator(".stc-note").all_inner_texts())
    assert "“start” must be a point with x from -5 to 5 and y from -2.5 to 2.5; got 9, 0." in said
    assert "“mu” must be a number from 0 to 0.99; got 1." in said
    assert "“landscape” must be one of valley, curved, saddle, basins" in said
    same(page, Valley(step=60))


def test_the_words_follow(show):
    page = show(Valley())
    rate("SGD", 0.09)(page)
    later(page)
    said = page.locator(".stc-words p").text_content()
    assert said.startswith(
        "Lines of equal loss (narrow valley, a = 25) and paths from x = −4.5, y ="
    )
    assert (
        "After 40 steps: SGD with the rate 0.09: loss 1.0 · 10⁹, left the picture in step 4" in said
    )
    assert "Momentum with the rate 0.02 and μ 0.8: loss 0.00373" in said


@pytest.mark.parametrize("kind", ["valley", "basins"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(show, theme, kind):
    page = show(Valley(kind, sgd=0.09, step=100), theme=theme)
    assert not violations(page)


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_has_room_for_it(show, kind):
    page = show(Valley(kind, steepness=50, sgd=0.099, momentum=0.19, step=100), width=360)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
