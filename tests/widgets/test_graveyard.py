"""Graveyard: who falls silent and who comes back, in Python, in the page, and on the screen."""

from __future__ import annotations

import math

import numpy as np
import pytest

import cnnlib
from cnnlib.wasm import export_network
from cnnlib.wasm._random import draws
from cnnlib.widgets import Graveyard
from cnnlib.widgets.graveyard import _course
from cnnlib.widgets.graveyard._course import LAYERS, Course, Part, order, parse
from tests.accessible import fits, violations
from tests.drawing import later
from tests.live_page import call

READINGS = ".stc-g-readings strong"
HOME = "/cnnlib/widgets/graveyard"


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"learning_rate": 0}, "`learning_rate` must be a number from 0.0001 to 1; got 0"),
        ({"learning_rate": float("nan")}, "`learning_rate` must be a finite number"),
        ({"slope": -0.1}, "`slope` must be a number from 0 to 1; got -0.1"),
        ({"bias": 3}, "`bias` must be a number from -4 to 2; got 3"),
        ({"start": "lecun"}, "`start` must be one of 'he', 'glorot', 'small'; got 'lecun'"),
        ({"seed": -1}, "`seed` must be a whole number"),
        ({"step": 1001}, "`step` must be a whole number from 0 to 1000; got 1001"),
        ({"past": "0.05 0"}, "`past` must be like .* got '0.05 0'"),
    ],
)
def test_wrong_values_are_refused(values, rule):
    with pytest.raises(ValueError, match=rule):
        Graveyard(**values)


WRONG = ["0.05", "0.05 0 60 1", "0 0 60", "2 0 60", "0.1 2 60", "0.1 -1 60", "0.1 0 0", "0.1 0 1.5"]
WRONG += ["0.1 0 60, 0.1 0 60", "0.1 0 60, 0.1 0 50", "a b c", "0.1 0 60,", "nan 0 60", "0x1 0 9"]
WRONG += ["0.1 0 1e999", "0.1 0 ٣"]
WRONG += [", ".join(f"0.1 0 {k}" for k in range(1, 52))]
GOOD = ["", "0.05 0 60", "0.05 0 60, 1e-4 0.3 61", ", ".join(f"0.1 0 {k}" for k in range(1, 51))]


@pytest.mark.parametrize("text", WRONG)
def test_a_past_that_is_none(module_page, text):
    with pytest.raises(ValueError, match="rate, slope, and the step until"):
        parse(text)
    assert "must be like" in page_call(module_page, "schedule.js", "try_parsePast", text)


@pytest.mark.parametrize("text", GOOD)
def test_a_past_is_read_alike(module_page, text):
    page = page_call(module_page, "schedule.js", "parsePast", text)
    assert [Part(**part) for part in page] == parse(text)


def page_call(page, file, function, *args):
    return call(page, f"{HOME}/{file}", function, *args)


def test_a_refused_value_leaves_the_figure_as_it_was():
    graves = Graveyard(past="0.1 0 20", step=30)
    before = graves.get_state()
    for name, value in [("past", "x"), ("slope", 2), ("step", -1), ("start", "x"), ("bias", "x")]:
        with pytest.raises(ValueError, match=f"`{name}` must"):
            setattr(graves, name, value)
    with pytest.raises(AttributeError, match="cannot be set any more"):
        graves.images = np.zeros((2, 8, 8, 1))
    assert graves.get_state() == before


@pytest.mark.parametrize("seed", [0, 1, 999_999, 2**31 + 7])
def test_random_numbers_and_orders_are_those_of_the_page(module_page, seed):
    found = module_page.evaluate(
        """async (seed) => {
          const {random} = await import("/cnnlib/wasm/random.js");
          const {order} = await import("/cnnlib/widgets/course.js");
          const draw = random(seed);
          return [Array.from({length: 40}, draw), [...order(seed % 1000, 3, 60)]];
        }""",
        seed,
    )
    assert draws(seed, 40).tolist() == found[0]
    assert list(order(seed % 1000, 3, 60)) == found[1]


@pytest.mark.parametrize(("start", "bias"), [("he", 0.0), ("glorot", -1.5), ("small", 0.5)])
def test_the_page_begins_with_the_weights_of_python(module_page, start, bias):
    model = _course.begin(start, bias, 12)
    spec, weights = export_network(model)
    state = {"seed": 12, "start": start, "bias": bias}
    script = """async ([spec, count, state]) => {
      const {startWeights} = await import("/cnnlib/widgets/graveyard/start.js");
      return [...startWeights(spec, count, state)];
    }"""
    np.testing.assert_array_equal(
        module_page.evaluate(script, [spec, len(weights), state]), weights
    )
    kernels = [p for name, p in zip("wbwbwb", model.get_weights(), strict=True) if name == "w"]
    for kernel in kernels[:2]:
        fan_in, outputs = math.prod(kernel.shape[:-1]), kernel.shape[-1]
        fan_out = outputs * math.prod(kernel.shape[:-2])
        expected = {"he": 2 / fan_in, "glorot": 2 / (fan_in + fan_out), "small": 1e-4}[start]
        assert kernel.std() == pytest.approx(math.sqrt(expected), rel=0.15)


def test_layers_are_the_same_on_both_sides():
    source = (cnnlib.wasm._bundle.ROOT / "widgets/graveyard/graveyard.js").read_text("utf-8")
    assert f'"{LAYERS}"' in source


COURSE = """async ([images, labels, train, spec, weights, seed, parts, stops]) => {
  const {kernels} = await import("/cnnlib/wasm/kernels.js");
  const {GraveyardCourse} = await import("/cnnlib/widgets/graveyard/graveyard_course.js");
  const x = Float32Array.from(images);
  const data = {images: x, labels: Uint8Array.from(labels), shape: [8, 8, 1], train};
  const course = new GraveyardCourse(await kernels(), data);
  const read = (part) => ({...part, until: part.until ?? Infinity});
  course.begin({id: 7, spec, weights: Float32Array.from(weights), seed, parts: parts.map(read)});
  const seen = [];
  for (const stop of stops) {
    while (course.course.step < stop) course.advance({steps: stop - course.course.step});
    const {census, since, record, ...rest} = course.snapshot({image: x.slice(0, 64), layers: [1]});
    seen.push({id: rest.id, step: rest.step, active: census.active.map((a) => [...a]), since,
      gradients: census.gradients.map((a) => [...a]), right: record.heldAccuracy,
      map: [...rest.map], kernels: [...rest.kernels], curve: rest.curve});
  }
  return seen;
}"""


def in_the_page(page, parts, stops, start="he", bias=0.0, seed=3):
    (x, y), (held, answers) = cnnlib.datasets.digits()
    spec, weights = export_network(_course.begin(start, bias, seed))
    images, labels = np.concatenate([x, held]), np.concatenate([y, answers])
    sent = [dict(p._asdict(), until=None if p.until == math.inf else p.until) for p in parts]
    data = [images.ravel().tolist(), labels.tolist(), len(x), spec, weights.tolist()]
    return page.evaluate(COURSE, [*data, seed, sent, stops])


@pytest.mark.parametrize(
    ("parts", "start", "bias"),
    [
        ([Part(0.003, 0, math.inf)], "he", -1.0),
        ([Part(0.003, 0.3, math.inf)], "glorot", 0.25),
        ([Part(0.002, 0, 7), Part(0.004, 0.2, 8), Part(0.001, 0, math.inf)], "small", -0.5),
    ],
)
def test_the_page_s_course_is_that_of_python(module_page, parts, start, bias):
    stops = [0, 1, 8, 20]
    course = Course(cnnlib.datasets.digits(), start, bias, 3)
    for stop, found in zip(stops, in_the_page(module_page, parts, stops, start, bias), strict=True):
        course.go(parts, stop)
        looked = course.census()
        assert (found["id"], found["step"]) == (7, stop)
        np.testing.assert_allclose(found["active"][0], looked.filters, atol=1e-3)
        np.testing.assert_allclose(found["active"][1], looked.units, atol=1e-2)
        assert found["right"] == pytest.approx(looked.accuracy, abs=0.01)
        kernel = course.model.layers[0].params["kernel"].ravel()
        np.testing.assert_allclose(found["kernels"], kernel, atol=1e-4)


def test_the_silent_get_no_gradient_and_leaky_revives_them(module_page):
    parts = [Part(0.01, 0, 60), Part(0.01, 0.3, math.inf)]
    before, at, after = in_the_page(module_page, parts, [0, 60, 160], bias=-2.0)
    silent = [k for k, share in enumerate(at["active"][0]) if share == 0]
    assert len(silent) > 5
    assert all(at["gradients"][0][k] == 0 for k in silent)  # not a little: none
    same = np.array(at["kernels"]).reshape(9, 16) == np.array(before["kernels"]).reshape(9, 16)
    stayed = [k for k in silent if before["active"][0][k] == 0]
    assert same[:, stayed].all()  # they are as they came
    assert [k for k, step in enumerate(at["since"][0]) if step == 0] == stayed
    left = sum(share == 0 for share in after["active"][0])
    assert left <= 2
    assert sum(step >= 0 for step in after["since"][0]) == left
    counts = [entry["silent"][0] for entry in after["curve"]]
    steps = [entry["step"] for entry in after["curve"]]
    assert counts[steps.index(60)] == len(silent)
    assert counts[-1] == left


def test_what_python_says():
    graves = Graveyard(bias=-2, learning_rate=0.01, step=60)
    silent = graves.silent
    assert silent["filters"] > 5
    words = graves.describe()
    assert f"{silent['filters']} of the 16 filters" in words
    assert f"{graves.accuracy:.1%} of these are read right" in words
    graves.past, graves.slope, graves.step = "0.01 0 60", 0.3, 160
    assert graves.silent["filters"] <= 2
    assert "slope 0.3 below 0" in graves.describe()
    model, (_, (x, y)) = graves.model(), cnnlib.datasets.digits()
    right = (model.predict(x, verbose=0).argmax(axis=1) == y).mean()
    assert right == pytest.approx(graves.accuracy)
    seen = cnnlib.explain.activations(model, x)
    maps = next(y for name, y in seen.items() if name.startswith("re"))
    np.testing.assert_allclose((maps > 0).mean(axis=(0, 1, 2)), graves.active["filters"], atol=1e-6)
    assert [layer.negative_slope for layer in model.layers if layer.name.startswith("re")] == [
        0.3
    ] * 2


def test_a_still():
    figure = Graveyard(bias=-2, learning_rate=0.01, step=40).still()
    assert len(figure.axes) == 16 + 2
    titles = [axes.get_title() for axes in figure.axes[:16]]
    assert 5 < titles.count("silent") < 16
    lines = figure.axes[16].lines
    assert lines[0].get_xdata()[-1] == 40
    assert lines[0].get_ydata()[-1] == titles.count("silent")
    assert figure.get_figwidth() * 100 <= 760
    leaky = Graveyard(bias=-2, slope=0.3, learning_rate=0.01, step=2).still()
    assert "leaks" in [axes.get_title() for axes in leaky.axes[:16]]


# ------------------------------------------------------------------------------- pure functions
def test_when_two_courses_agree(module_page):
    one, two = {"rate": 0.1, "slope": 0, "until": 50}, {"rate": 0.1, "slope": 0.3, "until": 99}
    end = {"rate": 0.2, "slope": 0.3, "until": 10**9}

    def agree(a, b, step):
        return page_call(module_page, "schedule.js", "agree", a, b, step)

    assert agree([one, end], [one, two, end], 50)
    assert not agree([one, end], [one, two, end], 51)
    assert agree([end], [one, end], 0)
    assert not agree([end], [one, end], 1)
    assert agree([{**one, "until": 20}, one, end], [one, end], 1000)


def test_the_past_is_written_down(module_page):
    def past(state, step):
        return page_call(module_page, "schedule.js", "pastUntil", state, step)

    state = {"past": "", "learning_rate": 0.05, "slope": 0}
    assert past(state, 0) == ""
    assert past(state, 60) == "0.05 0 60"
    state |= {"past": "0.05 0 60", "slope": 0.3}
    assert past(state, 60) == "0.05 0 60"  # a slider that is still being moved
    assert past(state, 80) == "0.05 0 60, 0.05 0.3 80"
    assert past(state, 40) == "0.05 0 40"


def test_shares(module_page, rng):
    values = rng.integers(-2, 3, (5, 4, 3)).astype(float)
    script = """async ([values, count]) => {
      const {activeShares, largestOf} = await import(
        "/cnnlib/widgets/graveyard/graveyard_course.js");
      return [activeShares, largestOf].map((f) => [...f(Float32Array.from(values), count)]);
    }"""
    shares, most = module_page.evaluate(script, [values.ravel().tolist(), 3])
    np.testing.assert_allclose(shares, (values > 0).mean(axis=(0, 1)), atol=1e-6)
    assert most == abs(values).max(axis=(0, 1)).tolist()


# ------------------------------------------------------------------------------------ in the page
def readings(page):
    """Step, silent filters, silent units, and per cent that are right."""
    step, filters, units, right = page.locator(READINGS).all_inner_texts()
    return int(step), int(filters.split()[0]), int(units.split()[0]), float(right.split()[0])


def ready(page):
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent !== ''")
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def until(page, step):
    page.wait_for_function(f"Number(document.querySelector('{READINGS}').textContent) >= {step}")


def rest(page):
    """Wait until nothing moves any more."""
    page.wait_for_function("""() => new Promise((done) => {
      const text = () => document.querySelector('.stc-g-readings').textContent;
      const before = text();
      setTimeout(() => done(before === text()), 250);
    })""")


def fates(page):
    return page.locator(".stc-g-stone").evaluate_all("all => all.map((one) => one.dataset.fate)")


def test_filters_die_and_come_back(show):
    page = ready(show(Graveyard(bias=-2, learning_rate=0.01)))
    step, filters, _, _ = readings(page)
    assert step == 0
    assert fates(page).count("silent") == filters == Graveyard(bias=-2).silent["filters"] > 5
    first = page.locator("[data-fate=silent]").first
    assert "silent from the start" in first.get_attribute("aria-label")
    button(page, "Train").click()
    until(page, 20)
    button(page, "Pause").click()
    rest(page)
    step, _, _, _ = readings(page)
    facts = page.locator(".stc-g-facts")
    assert f"silent ones, step {step}: exactly 0." in facts.inner_text()
    button(page, "Switch to leaky").click()
    page.wait_for_function("document.querySelectorAll('[data-fate=leaks]').length > 5")
    assert "silent" not in fates(page)
    assert "The new slope holds from the next step on." in facts.inner_text()
    assert readings(page)[0] == step  # the course goes on
    button(page, "Train").click()
    until(page, step + 100)
    button(page, "Pause").click()
    rest(page)
    assert readings(page)[1] <= 2
    assert fates(page).count("alive") >= 14
    button(page, "Back to ReLU").click()
    page.get_by_role("button", name="Copy link").click()
    assert f"past=0.01+0+{step}%2C" in page.evaluate("location.hash").replace(",", "%2C")


def test_a_link_leads_to_the_same_place(show):
    link = "#graveyard?bias=-2&learning_rate=0.01&slope=0.3&past=0.01+0+12&step=41&sample=7"
    first, again = (ready(show(Graveyard(), link=link)) for _ in range(2))
    for page in (first, again):
        until(page, 41)
        rest(page)
    assert readings(first) == readings(again)
    graves = Graveyard(0.01, 0.3, -2, step=41, past="0.01 0 12")
    step, filters, _, right = readings(first)
    assert step == 41
    assert abs(filters - graves.silent["filters"]) <= 1
    assert right == pytest.approx(100 * graves.accuracy, abs=3)
    assert first.get_by_label("First bias").input_value() == "-2"
    first.evaluate("location.hash = '#graveyard?step=4'")
    first.wait_for_function(f"document.querySelector('{READINGS}').textContent === '4'")
    rest(first)
    before = readings(first)
    first.evaluate("location.hash = '#graveyard?step=4&bias=-1'")  # another course, to its step 4
    first.wait_for_function(f"document.querySelectorAll('{READINGS}')[1].textContent !== '0 of 16'")
    until(first, 4)
    rest(first)
    assert readings(first)[0] == before[0] == 4
    assert readings(first)[1] > before[1]
    wrong = ready(show(Graveyard(), link="#graveyard?past=1&slope=9&start=lecun&step=3"))
    until(wrong, 3)
    notes = " ".join(wrong.locator(".stc-note").all_inner_texts())
    assert all(f"“{name}” must be" in notes for name in ("past", "slope", "start"))


def test_settings_of_the_beginning_begin_anew(show):
    page = ready(show(Graveyard()))
    seen = {readings(page)}
    for act in (
        lambda: page.get_by_label("First bias").fill("-1"),
        lambda: button(page, "Other weights").click(),
        lambda: page.get_by_label("First weights").select_option("too small"),
    ):
        for _ in range(3):
            button(page, "One step").click()
            rest(page)
        assert readings(page)[0] == 3
        act()
        page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '0'")
        rest(page)
        seen.add(readings(page))
    assert len(seen) == 4
    button(page, "Reset").click()
    rest(page)
    assert readings(page) in seen
    assert page.get_by_label("First bias").input_value() == "0"


def test_rate_and_slope_go_on_and_start_again_forgets_them(show):
    page = ready(show(Graveyard()))
    button(page, "One step").click()
    until(page, 1)
    page.get_by_label("Learning rate").focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Slope below 0").focus()
    page.keyboard.press("ArrowRight")
    rest(page)
    assert readings(page)[0] == 1
    button(page, "Copy link").click()
    assert page.evaluate("location.hash").endswith(
        "learning_rate=0.04&slope=0.05&past=0.05+0+1&step=1"
    )
    button(page, "Start again").click()
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '0'")
    button(page, "Copy link").click()
    assert page.evaluate("location.hash").endswith("?learning_rate=0.04&slope=0.05")


def test_the_next_digit_shows_other_maps(show):
    page = ready(show(Graveyard()))
    map_of = (
        "document.querySelectorAll('.stc-g-stone')[2].querySelectorAll('canvas')[1].toDataURL()"
    )
    before = page.evaluate(map_of)
    button(page, "Next digit ›").click()
    page.wait_for_function(f"{map_of} !== {before!r}")
    assert readings(page)[0] == 0


def test_it_stops_by_itself(show):
    page = ready(show(Graveyard(step=996, learning_rate=0.001)))
    until(page, 996)
    rest(page)
    button(page, "Train").click()
    until(page, 1000)
    page.wait_for_function("document.querySelector('.stc-t-play').textContent === 'Train'")
    button(page, "Train").click()
    page.wait_for_function("document.body.textContent.includes('That is enough: 1,000 steps.')")
    button(page, "One step").click()
    rest(page)
    assert readings(page)[0] == 1000


@pytest.mark.parametrize(("theme", "width"), [("light", 800), ("dark", 800), ("dark", 360)])
def test_it_is_accessible_and_fits(show, theme, width):
    page = ready(show(Graveyard(bias=-2), theme=theme, width=width))
    for leaky in (False, True):
        if leaky:
            button(page, "Switch to leaky").click()
            page.wait_for_function("document.querySelectorAll('[data-fate=leaks]').length > 5")
        later(page, 600)  # the colors change slowly
        assert fits(page)
        assert not violations(page)


def test_in_words(show):
    page = ready(show(Graveyard(bias=-2)))
    page.wait_for_function("document.querySelector('.stc-words p').textContent.includes('Step 0')")
    words = page.locator(".stc-words p").text_content()
    filters = readings(page)[1]
    assert f"{filters} filters of 16 (" in words
    assert "biases from -2, He weights" in words
    assert "first batch: exactly 0" in words
    assert "held-out images" in words


def test_python_and_page_set_each_other(show):
    """A page without a kernel has the model: what is set there is drawn, what is done is set."""
    page = ready(show(Graveyard(), Graveyard(name="other", bias=-4)))
    assert page.locator(READINGS).nth(1).inner_text() == "0 of 16"
    assert page.locator(READINGS).nth(5).inner_text() != "0 of 16"
    page.locator(".stc").nth(1).get_by_role("button", name="One step").click()
    page.wait_for_function(f"document.querySelectorAll('{READINGS}')[4].textContent === '1'")
    assert readings_of_first(page) == "0"


def readings_of_first(page):
    return page.locator(READINGS).first.inner_text()
