"""ShuffleTest: the order of the pixels, the four courses, the twin, and the page."""

from __future__ import annotations

import re

import numpy as np
import pytest

import cnnlib
from cnnlib.losses import SparseCategoricalCrossentropy
from cnnlib.optimizers import Adam
from cnnlib.widgets import ShuffleTest, _layer_list
from cnnlib.widgets.shuffle_test._order import places
from tests.accessible import fits, violations
from tests.drawing import later
from tests.live_page import open_in_notebook

FEW = {"dense": "Flatten, Dense 5, ReLU", "convolutional": "Conv2D 3 3, ReLU, Flatten"}
SETTINGS = {"optimizer": "adam", "learningRate": 0.005, "batch": 16}


@pytest.fixture(scope="module")
def digits():
    (x, y), (held_x, held_y) = cnnlib.datasets.digits()
    return x[:120], y[:120], held_x[:100], held_y[:100]


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize("block", [1, 2, 4, 8])
def test_pixels_change_places_within_squares(block):
    order = ShuffleTest(block=block, shuffle=7).order
    assert sorted(order) == list(range(64))
    rows, columns = np.divmod(np.arange(64), 8)
    assert (rows // block == rows[order] // block).all()
    assert (columns // block == columns[order] // block).all()
    assert (order != np.arange(64)).any() == (block > 1)


def test_all_images_get_the_same_order(rng):
    test, x = ShuffleTest(), rng.random((5, 8, 8, 2))
    out = test.shuffled(x)
    assert out.shape == x.shape
    np.testing.assert_array_equal(out.reshape(5, 64, 2), x.reshape(5, 64, 2)[:, test.order])
    with pytest.raises(ValueError, match=r"`images` must have shape \(s, 8, 8, c\); got \(8, 8\)"):
        test.shuffled(x[0, :, :, 0])
    with pytest.raises(ValueError, match="`images` must be an array; got"):
        test.shuffled([[1], [1, 2]])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("block", 3, "`block` must be one of 8, 4, 2, 1; got 3"),
        ("block", 16, "`block` must be a whole number from 1 to 8; got 16"),
        ("samples", 200, "`samples` must be one of 1438, 300, 100; got 200"),
        ("shuffle", -1, "`shuffle` must be a whole number from 0"),
        ("seed", 0.5, "`seed` must be a whole number"),
        ("alike", 1, "`alike` must be True or False; got 1"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    test = ShuffleTest()
    before = test.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(test, name, value)
    assert test.get_state() == before
    with pytest.raises(ValueError, match=message):
        ShuffleTest(**{name: value})


def test_words_and_a_still():
    test = ShuffleTest(samples=100, block=4)
    text = test.describe()
    assert "dense one with 3,160 parameters and a CNN with 3,130" in text
    assert "squares of 4 × 4" in text
    right = re.findall(r"(?:plain|shuffled) (\d+\.\d)%", text)
    assert len(right) == 4
    assert right[0] == right[1]  # the dense network does not notice
    figure = test.still()
    np.testing.assert_array_equal(
        np.sort(figure.axes[3].images[0].get_array(), axis=None),
        np.sort(figure.axes[13].images[0].get_array(), axis=None),
    )
    accuracy, loss = figure.axes[20:]
    assert [line.get_label() for line in accuracy.lines][3] == "CNN, shuffled"
    np.testing.assert_allclose(loss.lines[0].get_ydata(), loss.lines[1].get_ydata(), rtol=1e-3)
    assert figure.get_figwidth() * 100 <= 760


# --------------------------------------------------------------------- pure functions in the page
@pytest.mark.parametrize("block", [1, 2, 4, 8])
@pytest.mark.parametrize("seed", [0, 1, 77, 999_999])
def test_the_order_is_that_of_python(module_page, seed, block):
    found = module_page.evaluate(
        """async ([seed, block]) => {
          const { inverse, places } = await import("/cnnlib/widgets/shuffle_test/places.js");
          const order = places(seed, block, [8, 8, 1]);
          return [[...order], [...inverse(order)]];
        }""",
        [seed, block],
    )
    order = places(seed, block, 8)
    assert found == [order.tolist(), np.argsort(order).tolist()]


COURSES = """async ({ images, labels, specs: layers, steps, unit, shuffle, seed, ...rest }) => {
  const { kernels } = await import("/cnnlib/wasm/kernels.js");
  const { order } = await import("/cnnlib/widgets/course.js");
  const { Quartet } = await import("/cnnlib/widgets/shuffle_test/quartet.js");
  const { places } = await import("/cnnlib/widgets/shuffle_test/places.js");
  const { build, parse } = await import("/cnnlib/widgets/architecture.js");
  const { initialWeights } = await import("/cnnlib/widgets/initial_weights.js");
  const shape = [8, 8, 1];
  const [x, y] = [Float32Array.from(images), Uint8Array.from(labels)];
  const data = { images: x, labels: y, shape, train: 120 };
  const [specs, weights] = [{}, {}];
  for (const [kind, text] of Object.entries(layers)) {
    const { spec, count } = build(parse(text), shape, 10);
    Object.assign(specs, { [kind]: spec });
    Object.assign(weights, { [kind]: initialWeights(spec, count, seed) });
  }
  const quartet = new Quartet(await kernels(), data);
  const pixels = places(shuffle, 8, shape);
  quartet.begin({ specs, weights, order: pixels, samples: 96, seed, key: "mine", ...rest });
  quartet.advance({ milliseconds: 0, steps: 0 });
  for (let at = 0; at < steps; at = quartet.courses[0].step)
    quartet.advance({ milliseconds: 1, steps: steps - at });
  const image = data.images.slice(120 * 64, 121 * 64);
  const news = quartet.snapshot({ image, unit });
  quartet.look(0);
  const back = quartet.snapshot({ image, unit });
  const plain = (key, value) => (ArrayBuffer.isView(value) ? [...value] : value);
  const orders = [0, 1, 2, 3, 4].map((epoch) => order(seed, epoch, 96));
  const out = { news, back, start: weights, orders };
  return JSON.parse(JSON.stringify(out, plain));
}"""


def run(page, digits, **given):
    x, y, held_x, held_y = digits
    images, labels = np.concatenate([x, held_x]), np.concatenate([y, held_y])
    args = {"shuffle": 5, "seed": 3, "steps": 24, "alike": True, "unit": 2, "specs": FEW}
    data = {"images": images.ravel().tolist(), "labels": labels.tolist(), "settings": SETTINGS}
    return page.evaluate(COURSES, data | args | given)


def loaded(layers, weights):
    model, start, parts = _layer_list.build(layers, (8, 8, 1), 10), 0, []
    for array in model.get_weights():
        parts.append(np.float32(weights[start : start + array.size]).reshape(array.shape))
        start += array.size
    model.set_weights(parts)
    return model


@pytest.mark.parametrize("alike", [True, False])
def test_four_courses_are_those_of_python(module_page, digits, alike):
    x, y, held_x, held_y = digits
    page = run(module_page, digits, alike=alike)
    order, samples = places(5, 8, 8), np.ravel(page["orders"])
    assert (page["news"]["step"], page["news"]["key"], page["back"]["step"]) == (24, "mine", 0)
    models = []
    for k, found in enumerate(page["news"]["networks"]):
        kind, turned = ("dense", "dense", "convolutional", "convolutional")[k], k % 2
        model = loaded(FEW[kind], page["start"][kind])
        if kind == "dense" and turned and alike:
            first, *rest = model.get_weights()
            model.set_weights([first[order], *rest])
        change = (lambda a: a.reshape(-1, 64)[:, order].reshape(a.shape)) if turned else np.asarray
        optimizer, loss = Adam(0.005), SparseCategoricalCrossentropy()
        for step in range(24):
            batch = samples[16 * step : 16 * step + 16]
            p = model.forward(change(x[batch]), training=True)
            model.backward(loss.value_and_gradient(y[batch], p)[1])
            gradients = [g.grads[a] for g in model.layers for a in g.trainable_names]
            optimizer.apply(gradients, model.trainable_weights)
        answers = model.predict(change(held_x), verbose=0)
        own = answers[np.arange(100), held_y]
        assert found["loss"] == pytest.approx(-np.log(own).mean(), abs=2e-3)
        right = (answers.argmax(axis=1) == held_y).mean()
        assert found["accuracy"] == pytest.approx(right, abs=0.011)
        assert [entry["step"] for entry in found["curve"]] == [0, 10, 20, 24]
        one = model.predict(change(held_x[:1]), verbose=0)[0]
        assert found["prediction"] == pytest.approx(one, abs=2e-3)
        models.append(model)
    plain, shuffled = (one["loss"] for one in page["news"]["networks"][:2])
    assert (abs(plain - shuffled) < 1e-4) == alike  # who begins alike stays alike


def test_the_twin_says_the_same(module_page, digits):
    _, _, held_x, held_y = digits
    page = run(module_page, digits, steps=0)
    order, twin = places(5, 8, 8), page["news"]["twin"]
    model = loaded(FEW["dense"], page["start"]["dense"])
    first, *rest = model.get_weights()
    turned = held_x.reshape(-1, 64)[:, order].reshape(held_x.shape)
    p, lost = model.predict(held_x, verbose=0), model.predict(turned, verbose=0)
    assert twin["kernel"] == pytest.approx(first[:, 2])
    assert twin["turned"] == pytest.approx(first[order, 2])
    assert twin["sums"] == pytest.approx([float(held_x[0].ravel() @ first[:, 2])] * 2, abs=1e-5)
    model.set_weights([first[order], *rest])
    np.testing.assert_allclose(model.predict(turned, verbose=0), p, atol=1e-6)
    assert 0 <= twin["largest"] < 1e-6
    assert twin["agree"] == 100
    assert twin["without"] == (lost.argmax(axis=1) == held_y).sum()


# ------------------------------------------------------------------------------------ in the page
RIGHT = ".stc-s-results strong"
PROGRESS = ".stc-s-progress"


def ready(page):
    page.wait_for_function(f"document.querySelector('{RIGHT}') !== null")
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def right(page):
    return page.locator(RIGHT).all_inner_texts()


def until(page, step):
    page.wait_for_function(
        f"Number.parseInt(document.querySelector('{PROGRESS}').textContent.slice(5)) >= {step}"
        f" && !document.querySelector('{PROGRESS}').textContent.includes('on the way')"
    )


def train(page, step):
    button(page, "Train").click()
    until(page, step)
    button(page, "Stop").click()
    later(page)


def told(page):
    return page.locator(".stc-s-told").inner_text()


def test_the_dense_network_does_not_notice(show):
    page = ready(show(ShuffleTest()))
    train(page, 100)
    dense, twin, plain, shuffled = right(page)
    assert dense == twin
    assert float(plain.split()[0]) > float(shuffled.split()[0]) > 60
    assert re.search(r"same answer as before 359 times", told(page))
    assert float(re.search(r"more than (\d\.\de−\d+|0),", told(page))[1].replace("−", "-")) < 1e-5
    sums = page.locator(".stc-s-sum > p:last-child").all_inner_texts()
    values = [float(text.split("= ")[1].replace("−", "-")) for text in sums]
    assert values[0] == pytest.approx(values[1], abs=1e-5)


@pytest.mark.parametrize(
    ("link", "wrong"),
    [
        ("", [12, 12, 6, 16]),
        ("alike=0&", [12, 11, 6, 16]),
        ("block=2&", [12, 12, 6, 10]),
        ("block=4&", [12, 12, 6, 19]),
        ("samples=100&", [40, 40, 41, 60]),
    ],
)
def test_the_chapter_s_numbers(show, link, wrong):
    page = ready(show(ShuffleTest(), link=f"#shuffle-test?{link}step=600"))
    until(page, 600)
    later(page)
    found = page.locator(".stc-s-results td span:last-child").all_inner_texts()
    assert [int(text.split()[0]) for text in found] == wrong
    if not link:
        assert "it would be right 60 times" in told(page)


def test_another_order_goes_up_to_the_same_step(show):
    page = ready(show(ShuffleTest(samples=300)))
    train(page, 50)
    before, step = right(page), page.locator(PROGRESS).inner_text()
    button(page, "Another order").click()
    later(page)
    until(page, 50)
    later(page)
    after = right(page)
    assert page.locator(PROGRESS).inner_text() == step
    assert [before[k] == after[k] for k in (0, 1, 2)] == [True] * 3  # the plain ones are the same
    page.get_by_role("radio", name="nowhere").check()
    page.wait_for_function(f"document.querySelectorAll('{RIGHT}')[3].textContent === '{after[2]}'")
    later(page)
    until(page, 50)
    dense, twin, plain, shuffled = right(page)
    assert (dense, plain) == (twin, shuffled)
    button(page, "Start again").click()
    until(page, 0)
    page.wait_for_function(f"document.querySelector('{PROGRESS}').textContent.startsWith('Step 0')")


def test_a_link_leads_to_the_same_numbers(show):
    link = "#shuffle-test?block=2&shuffle=9&samples=100&alike=0&seed=4&step=40&pixel=12"
    one, other = (ready(show(ShuffleTest(), link=link)) for _ in range(2))
    for page in (one, other):
        until(page, 40)
        later(page)
    assert right(one) == right(other)
    assert told(one) == told(other)
    assert "Pixel [1, 4]" in told(one)
    one.get_by_role("radio", name="anywhere").check()
    later(one, 400)
    button(one, "Copy link").click()
    assert "block=8" not in one.evaluate("location.hash")
    assert "step=40" in one.evaluate("location.hash")
    wrong = ready(show(ShuffleTest(), link="#shuffle-test?block=3"))
    assert "one of 1, 2, 4, 8" in wrong.locator(".stc-note").last.inner_text()


def test_a_course_ends(show):
    page = ready(show(ShuffleTest(samples=100), link="#shuffle-test?samples=100&step=590"))
    until(page, 590)
    button(page, "Train").click()
    page.wait_for_function(
        f"document.querySelector('{PROGRESS}').textContent.startsWith('Step 600')"
    )
    button(page, "Train").wait_for()
    button(page, "Train").click()
    assert "That is enough: 600 steps." in page.locator(".stc-note").all_inner_texts()[1]


def test_the_keyboard_marks_a_pixel_and_chooses_a_digit(show):
    test = ShuffleTest(shuffle=12)
    page = ready(show(test))
    page.get_by_role("application", name="The digit, plain").focus()
    for key in ("ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_function("document.querySelector('.stc-s-told').textContent.includes('[2, 4]')")
    place = int(np.argsort(test.order)[2 * 8 + 4])
    assert "Pixel [2, 4]" in told(page)
    assert f"goes to [{place // 8}, {place % 8}]" in told(page)
    page.get_by_role("application", name="The weights of the unit, shuffled").focus()
    page.keyboard.press("ArrowLeft" if place % 8 else "ArrowRight")
    pixel = test.order[place + (-1 if place % 8 else 1)]
    page.wait_for_function(
        "t => document.querySelector('.stc-s-told').textContent.includes(t)",
        arg=f"Pixel [{pixel // 8}, {pixel % 8}]",
    )
    digit = page.get_by_role("button", name="A 7, plain and shuffled")
    before = told(page)
    digit.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("t => document.querySelector('.stc-s-told').innerText !== t", arg=before)
    assert digit.get_attribute("aria-pressed") == "true"
    page.get_by_role("slider", name="Unit").focus()
    sums = page.locator(".stc-s-sum > p:last-child").first.inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "t => document.querySelector('.stc-s-sum > p:last-child').innerText !== t", arg=sums
    )


def test_a_notebook_and_its_page_tell_each_other(module_page):
    test = ShuffleTest(samples=100)
    assert test.accuracy == {}
    open_in_notebook(module_page, test)
    page = ready(module_page)
    page.evaluate("model.set('step', 30)")  # as Python would
    until(page, 30)
    page.wait_for_function("model.get('present').step === 30")
    test.present = page.evaluate("model.get('present')")
    shown = [float(text.split()[0]) for text in right(page)]
    found = test.accuracy
    told = [*found["dense"].values(), *found["convolutional"].values()]
    assert [100 * share for share in told] == pytest.approx(shown, abs=0.06)
    page.evaluate("model.set('block', 1)")
    page.wait_for_function("document.querySelector('.stc-s-told').textContent.includes('stays')")
    page.get_by_role("radio", name="within 4 × 4 squares").check()
    assert page.evaluate("model.get('block')") == 4


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_axe_finds_nothing_and_nothing_sticks_out(show, theme, width):
    page = ready(show(ShuffleTest(samples=100), theme=theme, width=width))
    train(page, 10)
    assert fits(page)
    assert not violations(page)
    assert "of 359 held-out digits are right" in page.locator(".stc-words p").text_content()
