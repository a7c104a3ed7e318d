"""ConfidenceDial: losses, gradients, where they break; in Python, in functions, on the screen."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import losses, ops
from cnnlib.widgets import ConfidenceDial
from cnnlib.widgets.confidence_dial._still import lens, unlens
from cnnlib.widgets.confidence_dial._ways import naive_softmax, ways
from tests.accessible import fits, violations

WAYS = ("logits", "naive", "clipped", "squared")
TARGETS = (0.0, 1.0, 0.3)


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize("t", TARGETS)
def test_the_ways_agree_where_float32_can(t, rng):
    z = rng.uniform(-6, 6, 50).astype(np.float32)
    found = ways(z, t)
    p = 1 / (1 + np.exp(-z.astype(float)))
    loss = -t * np.log(p) - (1 - t) * np.log(1 - p)
    for way in ("logits", "naive", "clipped"):
        np.testing.assert_allclose(found[way][0], loss, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(found[way][1], p - t, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found["squared"][0], (p - t) ** 2, rtol=1e-4, atol=1e-6)
    slope = 2 * (p - t) * p * (1 - p)
    np.testing.assert_allclose(found["squared"][1], slope, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("t", TARGETS)
def test_from_the_logit_all_is_well_everywhere(t):
    z = np.linspace(-150, 150, 601)
    loss, slope = ways(z, t)["logits"]
    np.testing.assert_allclose(
        loss, np.maximum(z, 0) - z * t + np.log1p(np.exp(-abs(z))), 1e-6, 2e-5
    )
    np.testing.assert_allclose(slope, np.exp(-np.logaddexp(0, -z)) - t, 1e-6, 1e-7)


def last(z, which):
    return float(z[which][-1])


def test_where_the_chapter_says_that_float32_ends():
    z = np.arange(0, 150, 1 / 64)
    gone = ~np.isfinite(ways(z, 0)["naive"][0])
    assert last(z, ~gone) == pytest.approx(16.63, abs=0.02)
    assert np.isnan(ways(z, 1)["naive"][0][gone]).all()  # even where the network is right
    below = ~np.isfinite(ways(-z, 1)["naive"][0])
    assert last(z, ~below) == pytest.approx(88.72, abs=0.02)
    for sign, t, end in ((1, 0, 16.63), (-1, 1, 16.11)):
        loss, slope = ways(sign * z, t)["clipped"]
        assert last(z, slope != 0) == pytest.approx(end, abs=0.02)
        assert loss.max() == pytest.approx(15.94 if t == 0 else 16.12, abs=0.01)


def test_the_chapter_s_numbers():
    dial = ConfidenceDial()
    assert dial.p == pytest.approx(0.880797, abs=1e-6)
    assert dial.ways["logits"] == pytest.approx((2.126928, 0.880797), abs=1e-6)
    assert dial.ways["squared"][1] == pytest.approx(2 * 0.880797**2 * 0.119203, abs=1e-6)
    assert dial.probabilities.round(3).tolist() == pytest.approx([0.665, 0.245, 0.09], abs=1e-6)
    assert dial.class_gradient.sum() == pytest.approx(0, abs=1e-6)


def test_a_shift_changes_no_probability_and_a_temperature_does():
    dial = ConfidenceDial(logits=[3, -1, 0.5, 2], label=3)
    before, loss = dial.probabilities, dial.class_loss
    for shift in (-150, -20, 7.5, 150):
        dial.shift = shift
        np.testing.assert_allclose(dial.probabilities, before, rtol=1e-4)
        assert dial.class_loss == pytest.approx(loss, rel=1e-4)
        assert np.isnan(dial.naive_probabilities).all() == (abs(shift) == 150)
    dial.shift, dial.temperature = 0, 10
    assert dial.probabilities.max() < 0.4
    np.testing.assert_allclose(dial.probabilities, ops.softmax(dial.logits / 10), rtol=1e-5)


def test_two_classes_are_a_sigmoid():
    dial = ConfidenceDial(logits=[1.5, -0.5])
    assert dial.probabilities[0] == pytest.approx(ops.sigmoid([2.0])[0])
    assert dial.target.tolist() == [0, 1]
    loss = losses.BinaryCrossentropy(from_logits=True)([[0.0]], [[2.0]])
    assert dial.class_loss == pytest.approx(loss)


def test_a_label_beyond_the_classes_is_the_last_one():
    dial = ConfidenceDial(label=4)
    assert dial.target.tolist() == [0, 0, 1]
    dial.logits = np.zeros(5)
    assert dial.target.tolist() == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("z", 151, "`z` must be a number from -150 to 150; got 151"),
        ("z", np.nan, "`z` must be a finite number; got nan"),
        ("t", -0.1, "`t` must be a number from 0 to 1; got -0.1"),
        ("logits", [1], r"`logits` must have shape \(2,\) to \(5,\); got \(1,\)"),
        ("logits", np.ones((2, 2)), r"got \(2, 2\)"),
        ("logits", [0, 200], "`logits` must be numbers from -150 to 150; got 0 to 200"),
        ("logits", [0, np.inf], "`logits` must hold finite numbers"),
        ("label", 5, "`label` must be a whole number from 0 to 4; got 5"),
        ("temperature", 0, "`temperature` must be a number from 0.1 to 10; got 0"),
        ("shift", 200, "`shift` must be a number from -150 to 150; got 200"),
        ("view", "two", "`view` must be one of 'one', 'several'; got 'two'"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    dial = ConfidenceDial()
    before = dial.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(dial, name, value)
    assert dial.get_state() == before
    with pytest.raises(ValueError, match=message):
        ConfidenceDial(**{name: value})


def test_the_lens_is_even_up_to_six():
    z = np.array([-150, -20, -6, -1.5, 0, 3, 6, 7, 88, 150])
    assert (lens(z)[2:7] == z[2:7]).all()
    assert (np.diff(lens(z)) > 0).all()
    np.testing.assert_allclose(unlens(lens(z)), z)


@pytest.mark.parametrize("t", TARGETS)
def test_the_still_shows_the_curves_and_the_point(t):
    dial = ConfidenceDial(z=-3, t=t)
    left, right = dial.still().axes
    for k, pane in enumerate((left, right)):
        point = next(line for line in pane.lines if line.get_marker() == "o")
        assert (*point.get_xdata(), *point.get_ydata()) == (-3, dial.ways["logits"][k])
        curve = next(line for line in pane.lines if line.get_label() == "from the logit")
        np.testing.assert_array_equal(curve.get_ydata(), ways(curve.get_xdata(), t)["logits"][k])
    dial.view = "several"
    bars = [[bar.get_width() for bar in pane.patches] for pane in dial.still().axes]
    np.testing.assert_allclose(bars, [dial.probabilities, dial.class_gradient], rtol=1e-6)


def test_the_description_has_the_numbers():
    text = ConfidenceDial(z=20).describe()
    assert "A logit of 20 is a probability of 1. With the target 0" in text
    assert "20 and 1 from the logit, inf and nan by the plain formula" in text
    assert "15.94 and 0 with a clipped probability" in text
    text = ConfidenceDial(view="several", shift=100).describe()
    assert "The softmax of 102, 101, 100 is 0.665, 0.245, 0.09. Class 1 is right" in text
    assert text.endswith("The plain formula in float32 gives NaN.")


# ------------------------------------------------------------------------------- pure functions
def test_the_page_s_ways_are_python_s(module_page, rng):
    z = np.concatenate([rng.uniform(-150, 150, 60), rng.uniform(-8, 8, 60)]).astype(np.float32)
    found = module_page.evaluate(
        """async ([z, targets]) => {
        const { WAYS, ways } = await import("/cnnlib/widgets/confidence_dial/ways.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        const text = (values) => Array.from(values, String);
        return targets.map((t) => {
          const all = ways(runtime, z, t);
          const of = (way) => [text(all[way].loss), text(all[way].slope)];
          const pairs = Object.fromEntries(WAYS.map((way) => [way, of(way)]));
          return { p: text(all.p), rest: text(all.rest), ...pairs };
        });
      }""",
        [z.tolist(), TARGETS],
    )
    for t, got in zip(TARGETS, found, strict=True):
        np.testing.assert_allclose(np.float32(got["p"]), ops.sigmoid(z), rtol=1e-5, atol=1e-38)
        np.testing.assert_allclose(np.float32(got["rest"]), ops.sigmoid(-z), rtol=1e-5, atol=1e-38)
        for way, wanted in ways(z, t).items():
            for mine, theirs in zip(np.float32(got[way]), wanted, strict=True):
                np.testing.assert_allclose(mine, theirs, rtol=2e-4, atol=2e-6)


def test_the_page_s_classes_are_python_s(module_page, rng):
    dials = [
        ConfidenceDial(
            logits=rng.uniform(-8, 8, count),
            label=int(rng.integers(0, 5)),
            temperature=round(float(rng.uniform(0.1, 10)), 1),
            shift=float(rng.choice([0, -150, 30.5, 150])),
        )
        for count in (2, 3, 4, 5) * 4
    ]
    states = [
        {
            "logits": {"shape": list(dial.logits.shape), "data": dial.logits.tolist()},
            "label": dial.label,
            "temperature": dial.temperature,
            "shift": dial.shift,
        }
        for dial in dials
    ]
    found = module_page.evaluate(
        """async (states) => {
        const { several } = await import("/cnnlib/widgets/confidence_dial/ways.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        const text = (values) => Array.from(values, String);
        return states.map(({ logits: { shape, data }, ...rest }) => {
          const logits = { shape, data: Float32Array.from(data) };
          const all = several(runtime, { logits, ...rest });
          for (const name of ["u", "p", "gradient", "naive"]) all[name] = text(all[name]);
          return all;
        });
      }""",
        states,
    )
    for dial, got in zip(dials, found, strict=True):
        wanted = (dial.scaled, dial.probabilities, dial.class_gradient, dial.naive_probabilities)
        for name, values in zip(("u", "p", "gradient", "naive"), wanted, strict=True):
            np.testing.assert_allclose(np.float32(got[name]), values, rtol=1e-4, atol=1e-6)
        assert got["loss"] == pytest.approx(dial.class_loss, rel=1e-5, abs=1e-6)
        assert got["blind"] == pytest.approx(np.log(dial.logits.size), rel=1e-6)
        assert got["right"] == dial.target.argmax()


def test_the_plain_softmax_fails_where_python_s_does(module_page):
    rows = [[88.0, 0.0], [89.0, 0.0], [-104.0, -104.0], [-103.0, -103.0], [0.0, -150.0]]
    found = module_page.evaluate(
        """async (rows) => {
        const { naiveSoftmax } = await import("/cnnlib/widgets/confidence_dial/ways.js");
        return rows.map((row) => Array.from(naiveSoftmax(Float32Array.from(row)), String));
      }""",
        rows,
    )
    np.testing.assert_allclose(
        np.float32(found), [naive_softmax(np.float32(row)) for row in rows], rtol=1e-5, atol=1e-30
    )


def test_the_page_s_lens_is_python_s(module_page):
    z = [-150, -20.5, -6, -1, 0, 2.5, 6, 6.5, 149]
    places, back, steps = module_page.evaluate(
        """async (z) => {
        const { lens, step, unlens } = await import("/cnnlib/widgets/confidence_dial/lens.js");
        const [fine, page] = [{ fine: true }, { page: true }];
        const steps = [step(2, 1), step(6, 1), step(6, -1), step(6.1, -1, fine), step(149.5, 1),
          step(0, -1, page), step(-100, -1, page)];
        return [z.map(lens), z.map((v) => unlens(lens(v))), steps];
      }""",
        z,
    )
    np.testing.assert_allclose(places, lens(np.array(z)))
    np.testing.assert_allclose(back, z)
    assert steps == pytest.approx([2.1, 7, 5.9, 6, 150, -1, -110])


def test_stretches_without_a_number(module_page):
    found = module_page.evaluate(
        """async () => {
        const { gone } = await import("/cnnlib/widgets/confidence_dial/dial_plot.js");
        const values = new Float32Array(601);
        values.fill(NaN, 0, 3).fill(Infinity, 3, 5);
        values[600] = -Infinity;
        return gone(values).map(({ text, k }) => [text, k]);
      }"""
    )
    assert found == [["NaN", 2], ["∞", 4], ["∞", 600]]


# ----------------------------------------------------------------------------------------- a page
def number(text):
    signs = {"∞": "inf", "−∞": "-inf", "NaN": "nan"}
    return float(signs.get(text, text.replace("−", "-")))


def table(page, name):
    """The numbers of a table's rows."""
    rows = page.get_by_role("table", name=name).locator("tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def four(page):
    return [[number(text) for text in row] for row in table(page, "Four ways to compute the loss")]


def expected(dial):
    return [list(dial.ways[way]) for way in WAYS]


def same(got, wanted):
    np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=6e-5)


def handle(page, of="loss L"):
    return page.get_by_role("slider", name=f"The logit z, on the curve of the {of}")


@pytest.mark.parametrize(("z", "t"), [(2, 0), (-1.5, 1), (0.5, 0.3), (20, 0), (17, 1), (-95, 1)])
def test_the_table_has_python_s_numbers(show, z, t):
    dial = ConfidenceDial(z=z, t=t)
    page = show(dial)
    same(four(page), expected(dial))
    read = page.locator(".stc-cd-read").inner_text()
    assert number(read.split("\n")[0].split(" = ")[-1]) == pytest.approx(dial.p, rel=1e-3)


def test_what_is_lost_is_marked(show):
    page = show(ConfidenceDial(z=20))
    bad = page.locator(".stc-cd-bad").all_inner_texts()
    assert bad == ["∞", "NaN", "0", "0"]
    words = page.get_by_role("table", name="Four ways").inner_text()
    assert "1 − p is 0 in float32: ln 0" in words
    assert "p is beyond the clip: learns nothing" in words
    assert "surely wrong, and nothing to learn from" in words
    page.get_by_role("button", name="1", exact=True).click()
    assert "1 − p is 0 in float32: 0 · ln 0" in page.get_by_role("table", name="Four").inner_text()


def test_the_logit_follows_keys(show):
    dial = ConfidenceDial()
    page = show(dial)
    for keys, z in (
        (["ArrowRight", "ArrowUp"], 2.2),
        (["Shift+ArrowLeft"], 2.19),
        (["PageDown"], 1.19),
        (["Home"], -150),
        (["ArrowLeft"], -150),
        (["PageUp"], -140),
        (["End"], 150),
    ):
        for key in keys:
            handle(page).press(key)
        dial.z = z
        same(four(page), expected(dial))
    assert handle(page).get_attribute("aria-valuetext") == "z 150, p 1, loss 150, gradient 1"
    handle(page, "gradient dL/dz").press("ArrowLeft")
    assert handle(page).get_attribute("aria-valuenow") == "149"


@pytest.mark.parametrize("k", [0, 1])
def test_the_logit_follows_the_pointer(show, k):
    page = show(ConfidenceDial())
    box = page.locator(".stc-cd-plots svg").nth(k).bounding_box()
    end = float(lens(150))
    left, width = box["x"] + 30, box["width"] - 40
    at = lambda z: left + (float(lens(z)) + end) / (2 * end) * width  # noqa: E731
    page.mouse.click(at(-3), box["y"] + 60)
    assert float(handle(page).get_attribute("aria-valuenow")) == pytest.approx(-3, abs=0.06)
    page.mouse.move(at(-3), box["y"] + 60)
    page.mouse.down()
    page.mouse.move(at(30), box["y"] + 90, steps=4)
    page.mouse.up()
    page.mouse.move(at(0), box["y"] + 90)
    assert float(handle(page).get_attribute("aria-valuenow")) == pytest.approx(30, abs=1)


def test_a_typed_logit_stays_on_the_axis(show):
    dial = ConfidenceDial()
    page = show(dial)
    box = page.get_by_label("The logit z", exact=True)
    box.fill("−16.5")
    dial.z = -16.5
    same(four(page), expected(dial))
    box.fill("none")
    assert box.get_attribute("aria-invalid") == "true"
    box.fill("1e3")
    dial.z = 150
    same(four(page), expected(dial))
    assert box.input_value() == "150"


def test_a_soft_label(show):
    dial = ConfidenceDial(z=0)
    page = show(dial)
    page.get_by_label("Target t").fill("0.7")
    dial.t = 0.7
    same(four(page), expected(dial))
    story = page.locator(".stc-cd-story").first.inner_text()
    assert "L = −0.7 · ln 0.5 − 0.3 · ln 0.5 ≈ 0.6931" in story
    assert "dL/dz = p − t = 0.5 − 0.7 = −0.2: the logit should go up." in story
    page.get_by_role("button", name="Reset").click()
    same(four(page), expected(ConfidenceDial(z=0)))


def classes(page):
    """(u, p, p − t, plain p) of every class."""
    rows = table(page, "The classes of the softmax")
    return np.array([[number(text.split("\n")[0]) for text in row[2:]] for row in rows])


def columns(dial):
    return np.stack(
        [dial.scaled, dial.probabilities, dial.class_gradient, dial.naive_probabilities], axis=1
    )


ACTS = {
    "logit": (
        lambda page: page.get_by_label("The logit of class 2").fill("4"),
        {"logits": [2, 1, 4]},
    ),
    "right": (lambda page: page.get_by_label("Class 0 is right").check(), {"label": 0}),
    "temperature": (lambda page: page.get_by_label("Temperature T").fill("5"), {"temperature": 5}),
    "shift": (lambda page: page.get_by_label("Add to all").fill("-150"), {"shift": -150}),
    "fewer": (
        lambda page: page.get_by_role("combobox", name="Classes").select_option("2"),
        {"logits": [2, 1], "label": 1},
    ),
    "more": (
        lambda page: page.get_by_role("combobox", name="Classes").select_option("5"),
        {"logits": [2, 1, 0, 0, 0]},
    ),
    "alike": (
        lambda page: page.get_by_role("button", name="All alike").click(),
        {"logits": [0, 0, 0]},
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_control_of_the_classes(show, name):
    dial = ConfidenceDial(view="several")
    page = show(dial)
    act, change = ACTS[name]
    act(page)
    for key, value in change.items():
        setattr(dial, key, value)
    same(classes(page), columns(dial))
    said = page.locator(".stc-cd-story").last.inner_text()
    assert f"L = −ln p of class {dial.target.argmax()}" in said
    assert "The p add up to 1, the p − t to 0" in said
    assert ("the first p" in said) == (name == "fewer")
    assert ("0 / 0 has no value" in said) == (name == "shift")
    page.get_by_role("button", name="Reset").click()
    same(classes(page), columns(ConfidenceDial()))


def test_a_view_hides_the_other(show):
    page = show(ConfidenceDial())
    assert not page.get_by_role("table", name="The classes of the softmax").is_visible()
    page.get_by_label("several classes").check()
    assert not page.get_by_role("table", name="Four ways").is_visible()
    same(classes(page), columns(ConfidenceDial()))


def test_the_reader_s_state_is_in_the_link(show):
    page = show(ConfidenceDial())
    handle(page).press("End")
    page.get_by_role("button", name="1", exact=True).click()
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("() => location.hash")
    assert link == "#confidence-dial?z=150&t=1"
    same(four(show(ConfidenceDial(), link=link)), expected(ConfidenceDial(150, 1)))
    link = "#confidence-dial?view=several&logits=5%2C1&temperature=2"
    dial = ConfidenceDial(logits=[5, 1], temperature=2)
    same(classes(show(ConfidenceDial(), link=link)), columns(dial))


def test_a_wrong_link_is_named(show):
    page = show(ConfidenceDial(), link="#confidence-dial?z=500&logits=1,999")
    said = " ".join(page.locator(".stc-note").all_inner_texts())
    assert "“z” must be a number from -150 to 150; got 500." in said
    assert "“logits” must be numbers from -150 to 150; got 1, 999." in said
    same(four(page), expected(ConfidenceDial()))


def test_the_words_follow(show):
    page = show(ConfidenceDial())
    handle(page).press("End")
    page.get_by_text("In words").click()
    page.wait_for_function("() => document.querySelector('.stc-words').innerText.includes('150')")
    said = page.locator(".stc-words p").inner_text()
    assert said.startswith("A logit of 150 is a probability of 1.")
    assert "as the formula stands: loss ∞, gradient NaN" in said
    page.get_by_label("several classes").check()
    page.wait_for_function(
        "() => document.querySelector('.stc-words').innerText.includes('classes;')"
    )
    said = page.locator(".stc-words p").inner_text()
    assert said.startswith("A softmax of 3 classes; class 1 is right. class 0: u = 2, p = 0.6652")


@pytest.mark.parametrize("view", ["one", "several"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(show, theme, view):
    page = show(ConfidenceDial(z=20, view=view, shift=100), theme=theme)
    assert not violations(page)


@pytest.mark.parametrize("view", ["one", "several"])
def test_a_phone_has_room_for_it(show, view):
    dial = ConfidenceDial(z=-123.4, t=0.35, view=view, logits=[-12.25, -150, 3.125, 0, 7], shift=99)
    page = show(dial, width=360)
    assert fits(page)
