"""LiveTrainer: what Python sets and reads, and the training in a page."""

from __future__ import annotations

import re

import numpy as np
import pytest

import cnnlib
from cnnlib.layers import Conv2D, Dense, Flatten, Input, LeakyReLU
from cnnlib.widgets.live_trainer import LiveTrainer
from tests.accessible import fits, violations
from tests.live_page import open_in_notebook

READINGS = ".stc-t-readings strong"
IMAGES = np.zeros((2, 8, 8, 1))
SOFTMAX = {"activation": "softmax"}
LARGE = np.full((600, 50, 50, 1), 0.123)


@pytest.fixture(scope="module")
def trainer():
    return LiveTrainer()


def small_model(seed=0):
    cnnlib.utils.set_random_seed(seed)
    return cnnlib.Sequential([
        Input((8, 8, 1)), Conv2D(4, 3, padding="same", activation="relu"), Flatten(),
        Dense(10, activation="softmax"),
    ])  # fmt: skip


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"learning_rate": 0}, "`learning_rate` must be more than 0; got 0"),
        ({"learning_rate": float("nan")}, "`learning_rate` must be a finite number"),
        ({"l2": -1}, "`l2` must be 0 or more; got -1"),
        ({"batch_size": 0}, "`batch_size` must be a whole number from 1 to 256; got 0"),
        ({"optimizer": "lion"}, "`optimizer` must be one of 'adam', .*; got 'lion'"),
        ({"seed": -1}, "`seed` must be a whole number"),
        ({"data": (([1.0], [0]), ([1.0], [0]))}, r"`data` must be images \(s, h, w, c\)"),
        (
            {"data": ((np.zeros((2, 8, 8, 1)), [0.5, 1]), (np.zeros((1, 8, 8, 1)), [0]))},
            "Labels must be whole numbers from 0 to 99; got float64",
        ),
        ({"data": ((IMAGES, ["a", "b"]), (IMAGES, [0, 1]))}, "from 0 to 99; got <U"),
        ({"data": ((IMAGES, [0, 100]), (IMAGES, [0, 1]))}, "from 0 to 99; got 0 to 100"),
        ({"data": ((IMAGES, [0, 1]), (IMAGES[:, :4], [0, 1]))}, r"got .*\(2, 4, 8, 1\)"),
        ({"data": ((IMAGES, [0]), (IMAGES, [0, 1, 0]))}, r"a class number for each.*\(3,\)"),
        ({"data": (IMAGES[0], [0, 1])}, r"`data` must be \(x_train, y_train\), \(x_test, y_te"),
        ({"data": ((IMAGES, [[0], [0, 1]]), (IMAGES, [0, 1]))}, r"`data` must be \(x_train, y_tr"),
        ({"data": 3}, r"`data` must be \(x_train, y_train\), \(x_test, y_test\).*; got 3"),
        (
            {"data": ((LARGE, [0] * 600), (LARGE[:1], [0]))},
            "`data` must have at most 4 MB of images",
        ),
        ({"model": cnnlib.Sequential([Dense(10)])}, "of the data's shape .* one that is not built"),
        (
            {"model": cnnlib.Sequential([Input((8, 8, 1)), Flatten(), Dense(3, **SOFTMAX)])},
            "must tell the data's 10 classes apart; its last layer has 3 outputs",
        ),
        (
            {"model": cnnlib.Sequential([Input((8, 8, 1)), LeakyReLU(0.1), Flatten(), Dense(10)])},
            "The last layer must be Dense with softmax",
        ),
    ],
)  # fmt: skip
def test_wrong_values_are_refused(values, rule):
    with pytest.raises(ValueError, match=rule):
        LiveTrainer(**values)


@pytest.mark.parametrize("labels", [[0.0, 1.0], [False, True], [[0], [1]]])
def test_class_numbers_may_have_any_form(labels):
    trainer = LiveTrainer(data=((IMAGES, labels), (IMAGES, labels)))
    assert trainer.labels.tolist() == [0, 1, 0, 1]
    assert trainer.classes == 2


def test_a_refused_list_leaves_the_figure_as_it_was():
    trainer = LiveTrainer(small_model())
    for layers, rule in [
        ("Conv2D 4", "takes 2 numbers"),
        ("Conv2D 1_6 3, Flatten", "filters must be a whole number from 1 to 64; got 1_6"),
        ("Conv2D ٣ 3, Flatten", "filters must be a whole number from 1 to 64; got ٣"),
        ("Conv2D 64 3, Flatten, Dense 256", "200,000"),
    ]:
        with pytest.raises(ValueError, match=rule):
            trainer.layers = layers
    assert trainer.layers == "Conv2D 4 3, ReLU, Flatten"
    with pytest.raises(TypeError, match="`model` must be a Sequential; got str"):
        trainer.load("model")
    before = trainer.get_state()
    three = cnnlib.Sequential([Input((8, 8, 1)), Flatten(), Dense(3, **SOFTMAX)])
    bare = cnnlib.Sequential([Input((8, 8, 1)), Flatten(), Dense(10, **SOFTMAX, use_bias=False)])
    for model, rule in [(three, "its last layer has 3 outputs"), (bare, "`use_bias` must be True")]:
        with pytest.raises(ValueError, match=rule):
            trainer.load(model)
    for name in ("images", "classes", "model", "data"):
        with pytest.raises(AttributeError, match=r"cannot be set any more|has no variable"):
            setattr(trainer, name, 3)
    assert trainer.get_state() == before


def test_digits_are_sent_as_counts(trainer):
    assert trainer.images.dtype == np.uint8
    assert trainer.images.nbytes == 1797 * 64
    (x, y), (x_test, y_test) = trainer._data()
    (x_digits, y_digits), (x_held, y_held) = cnnlib.datasets.digits()
    for ours, theirs in ((x, x_digits), (y, y_digits), (x_test, x_held), (y_test, y_held)):
        np.testing.assert_array_equal(ours, theirs)


def test_data_of_ones_own(rng):
    x, y = rng.random((30, 6, 5, 3), np.float32), rng.integers(0, 3, 30)
    y[0] = 2
    model = cnnlib.Sequential([Input((6, 5, 3)), Flatten(), Dense(3, activation="softmax")])
    trainer = LiveTrainer(model, data=((x[:20], y[:20]), (x[20:], y[20:])))
    assert (trainer.images.dtype, trainer.levels, trainer.classes) == (np.float32, 0, 3)
    np.testing.assert_array_equal(trainer._data()[1][0], x[20:])
    assert "10 held-out images" in trainer.describe()


def test_models_go_in_and_come_out():
    model = small_model()
    trainer = LiveTrainer(model, learning_rate=0.02, optimizer="momentum")
    out = trainer.model()
    for ours, theirs in zip(out.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (out.optimizer.learning_rate, out.optimizer.momentum) == (0.02, 0.9)
    other = small_model(seed=1)
    trainer.step = 30
    trainer.load(other)
    assert trainer.step == 0
    np.testing.assert_array_equal(trainer.model().get_weights()[0], other.get_weights()[0])
    trainer.layers = "Flatten, Dense 8, ReLU"
    assert [layer.name for layer in trainer.model().layers][-1].startswith("dense")
    assert trainer.model().count_params() == 65 * 8 + 9 * 10


def test_new_weights_do_not_disturb_the_readers_chance():
    cnnlib.utils.set_random_seed(3)
    first = cnnlib.initializers.GlorotUniform()((3, 3))
    cnnlib.utils.set_random_seed(3)
    a, b = LiveTrainer(seed=7), LiveTrainer(seed=7)
    np.testing.assert_array_equal(cnnlib.initializers.GlorotUniform()((3, 3)), first)
    np.testing.assert_array_equal(a.model().get_weights()[0], b.model().get_weights()[0])


def test_words_and_a_still(trainer):
    text = trainer.describe()
    assert "9,930 parameters" in text
    assert re.search(r"At step 0 it is right about \d+\.\d% of 359 held-out images", text)
    figure = trainer.still()
    loss, accuracy, table = figure.axes[:3]
    assert loss.lines[0].get_ydata()[-1] < 0.5 * loss.lines[0].get_ydata()[0]
    assert accuracy.lines[1].get_ydata()[-1] > 0.9
    assert table.images[0].get_array().sum() == 359
    assert len(figure.axes) == 3 + 16  # kernels
    assert figure.get_figwidth() * 100 <= 760


# ------------------------------------------------------------------------------------ in the page
def readings(page):
    """Step, epoch, loss in training and held out, and how many per cent are right."""
    return [
        float("nan" if text == "NaN" else text.removesuffix(" %"))
        for text in page.locator(READINGS).all_inner_texts()
    ]


def ready(page):
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent !== ''")
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def until_step(page, step):
    page.wait_for_function(f"Number(document.querySelector('{READINGS}').textContent) >= {step}")


def rest(page):
    """Wait until nothing moves any more."""
    page.wait_for_function("""() => new Promise((done) => {
      const text = () => document.querySelector('.stc-t-readings').textContent;
      const before = text();
      setTimeout(() => done(before === text()), 250);
    })""")


def test_it_learns_in_15_seconds_and_the_page_stays_fluent(show, trainer):
    page = ready(show(trainer))
    assert readings(page)[0] == 0
    page.evaluate("""() => {
      globalThis.frames = [];
      const tick = (now) => { frames.push(now); requestAnimationFrame(tick); };
      requestAnimationFrame(tick);
    }""")
    button(page, "Play").click()
    page.wait_for_function(
        f"Number.parseFloat(document.querySelectorAll('{READINGS}')[5].textContent) >= 97",
        timeout=15_000,
    )
    button(page, "Pause").click()
    rest(page)
    step, _, loss, held_loss, _, right = readings(page)
    assert step > 50
    assert loss < 0.5
    assert held_loss < 0.5
    assert right > 95
    gaps = np.diff(page.evaluate("frames"))
    assert np.quantile(gaps, 0.9) < 100  # milliseconds, on a machine that others use too
    button(page, "One step").click()
    until_step(page, step + 1)
    rest(page)
    assert readings(page)[0] == step + 1


def test_going_back_and_on(show):
    page = ready(show(LiveTrainer(small_model())))
    button(page, "Play").click()
    until_step(page, 60)
    button(page, "Pause").click()
    rest(page)
    last, *end = readings(page)
    slider = page.get_by_label("Go back in time")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '0'")
    assert readings(page)[3] > 1.5  # the loss is that of the beginning
    page.keyboard.press("End")
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '{last:.0f}'")
    assert readings(page)[1:] == end
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '10'")
    button(page, "One step").click()
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '11'")
    assert slider.get_attribute("aria-valuetext") == "step 11 of 11"  # the rest is forgotten,
    assert "the course before" in page.locator(".stc-t-keys").inner_text()  # but its curve


def test_settings_change_the_course(show):
    """The same start under five settings: five courses."""
    page = ready(show(LiveTrainer(small_model())))
    found = set()

    def course():
        for _ in range(3):
            button(page, "One step").click()
        until_step(page, 3)
        rest(page)
        found.add(readings(page)[3])
        button(page, "Start again").click()
        page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '0'")

    course()
    course()  # once more is the same
    assert len(found) == 1
    for label, key in (
        ("Learning rate", "End"), ("Batch size", "ArrowLeft"), ("L2 (λ)", "End"),
    ):  # fmt: skip
        page.get_by_label(label).focus()
        page.keyboard.press(key)
        course()
    page.get_by_label("Learning rate").fill("20")
    page.get_by_label("Optimizer").select_option("SGD")
    course()
    assert len(found) == 5


def test_new_weights_start_again_elsewhere(show):
    page = ready(show(LiveTrainer(small_model())))
    before = readings(page)
    button(page, "New weights").click()
    page.wait_for_function(
        f"document.querySelectorAll('{READINGS}')[3].textContent !== '{before[3]:.3f}'"
    )
    assert readings(page)[0] == 0
    button(page, "Reset").click()
    page.wait_for_function(
        f"document.querySelectorAll('{READINGS}')[3].textContent === '{before[3]:.3f}'"
    )


def test_layers_are_edited(show):
    page = ready(show(LiveTrainer(small_model())))
    summary = page.locator(".stc-t-edit > summary")
    assert (
        "Conv2D 4 3 → ReLU → Flatten → Dense 10, softmax · 2,610 parameters" in summary.inner_text()
    )
    summary.click()
    page.get_by_label("Kind of the new layer").select_option("MaxPooling2D")
    button(page, "Add").click()
    page.wait_for_function(
        "document.querySelector('.stc-t-edit > summary').textContent.includes('690')"
    )
    assert "ReLU → MaxPooling2D 2 → Flatten" in summary.inner_text()  # before it is flattened
    assert page.evaluate("document.activeElement.ariaLabel") == "Layer 3: kind"
    page.get_by_label("Layer 1, Conv2D: filters").select_option("8")
    page.wait_for_function(
        "document.querySelector('.stc-t-edit > summary').textContent.includes('1,370')"
    )
    until_step(page, 0)
    problem = page.locator(".stc-t-problem")
    page.get_by_label("Take out layer 4, Flatten").click()
    assert "needs a row of numbers" in problem.inner_text()
    assert "1,370" in summary.inner_text()  # the network stays as it was
    button(page, "One step").click()
    until_step(page, 1)
    page.get_by_label("Kind of the new layer").select_option("Flatten")
    button(page, "Add").click()
    page.wait_for_function("document.querySelector('.stc-t-problem').textContent === ''")
    page.get_by_label("Move layer 3, MaxPooling2D, up").click()
    page.wait_for_function(
        "document.querySelector('.stc-t-edit > summary').textContent.includes('2 → ReLU')"
    )


def test_dropout_alone_does_not_start_again(show):
    page = ready(show(LiveTrainer(small_model())))
    for _ in range(2):
        button(page, "One step").click()
    until_step(page, 2)
    page.locator(".stc-t-edit > summary").click()
    page.get_by_label("Kind of the new layer").select_option("Dropout")
    button(page, "Add").click()
    rest(page)
    assert "Dropout 0.4" in page.locator(".stc-t-edit > summary").inner_text()
    assert readings(page)[0] == 2


def test_a_rate_that_diverges_says_so(show):
    page = ready(show(LiveTrainer(small_model(), optimizer="sgd", learning_rate=100, l2=0.5)))
    page.get_by_role("radio", name="Inside the layers").check()
    button(page, "Play").click()
    page.wait_for_function("document.querySelector('.stc-note').textContent.includes('diverged')")
    note = page.locator(".stc-note").first.inner_text()
    step = re.match(r"NaN: diverged at step (\d+)\. Go back in time", note)[1]
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '{step}'")
    assert np.isnan(readings(page)[3])
    assert button(page, "Play").is_visible()
    page.wait_for_function("document.querySelector('.stc-t-scale').textContent === 'NaN'")
    pixel = "document.querySelector('.stc-t-sheet').getContext('2d').getImageData(0, 0, 1, 1).data"
    assert page.evaluate(f"[...{pixel}]") == [140, 140, 140, 255]
    button(page, "Start again").click()
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent === '0'")
    page.wait_for_function(f"[...{pixel}].join() !== '140,140,140,255'")


def test_a_link_leads_to_a_moment_of_a_course(show):
    link = (
        "#live-trainer?optimizer=sgd&learning_rate=0.1&layers=Conv2D+6+3%2C+ReLU%2C+Flatten&step=25"
    )
    model = small_model()
    first, again = (ready(show(LiveTrainer(model), link=link)) for _ in range(2))
    for page in (first, again):
        until_step(page, 25)
        rest(page)
    assert readings(first) == readings(again)
    assert readings(first)[0] == 25
    assert "Conv2D 6 3 → ReLU" in first.locator(".stc-t-edit > summary").inner_text()
    wrong = ready(show(LiveTrainer(model), link="#live-trainer?layers=Conv2D+6+3"))
    assert "needs a row of numbers" in wrong.locator(".stc-note").last.inner_text()


def test_digits_are_chosen_and_drawn(show):
    page = ready(show(LiveTrainer(small_model())))
    panel = page.get_by_role("group", name="One digit")
    first = panel.inner_text()
    button(page, "Next digit ›").click()
    page.wait_for_function(
        "document.querySelector('.stc-t-panel').innerText.includes('digit 2 of 359')"
    )
    assert panel.inner_text() != first
    page.locator(".stc-t-mistake").nth(3).click()
    chosen = page.locator(".stc-t-mistake[aria-pressed=true]")
    chosen.wait_for()
    assert chosen.count() == 1
    page.locator(".stc-t-draw > summary").click()
    page.get_by_role("application").focus()
    before = page.locator(".stc-x-number").all_inner_texts()
    for key in [" ", *["ArrowDown"] * 15, " "]:
        page.keyboard.press(key)
    page.wait_for_function(
        "document.querySelector('.stc-t-panel').innerText.includes('Your drawing')"
    )
    rest(page)
    assert page.locator(".stc-x-number").all_inner_texts() != before


def test_another_answer_has_another_gradient(show):
    page = ready(show(LiveTrainer(small_model())))
    sheet = "document.querySelectorAll('.stc-t-sheet')[1].toDataURL()"
    page.get_by_role("radio", name="Inside the layers").check()
    page.wait_for_function("document.querySelector('.stc-t-scale').textContent !== ''")
    before = page.evaluate(sheet)
    page.get_by_role("radio", name="Digits").check()
    page.locator(".stc-x-bar").nth(3).click()
    page.get_by_role("radio", name="Inside the layers").check()
    page.wait_for_function(f"before => {sheet} !== before", arg=before)
    assert "should be 3, as chosen by its bar" in page.locator(".stc-x-quiet").last.inner_text()


def test_a_notebook_gets_the_trained_model_back(module_page):
    trainer = LiveTrainer(small_model())
    open_in_notebook(module_page, trainer)
    page = ready(module_page)
    for _ in range(4):
        button(page, "One step").click()
    until_step(page, 4)
    rest(page)
    present = page.evaluate("""() => {
      const sent = model.get("present");
      const plain = (array) => ({ ...array, data: [...new Uint8Array(array.data.buffer)] });
      return { ...sent, weights: plain(sent.weights), curve: plain(sent.curve) };
    }""")
    assert page.evaluate("model.get('step')") == present["step"] == 4
    for key in ("weights", "curve"):
        present[key]["data"] = bytes(present[key]["data"])
    trainer.present = present
    images, labels = trainer._data()[1]
    loss, right = trainer.model().evaluate(images, labels, verbose=0)
    shown = readings(page)
    assert loss == pytest.approx(shown[3], abs=6e-4)
    assert 100 * right == pytest.approx(shown[5], abs=0.06)
    assert trainer.history["step"] == [0, 1, 2, 3, 4]
    assert trainer.history["val_loss"][-1] == pytest.approx(loss, abs=1e-5)
    page.evaluate("""() => {
      const { weights, ...start } = model.get("start");
      const zeros = { ...weights, data: new DataView(new ArrayBuffer(weights.data.byteLength)) };
      model.set("start", { ...start, weights: zeros });
    }""")  # as trainer.load(a model of zeros) would
    page.wait_for_function(f"document.querySelectorAll('{READINGS}')[3].textContent === '2.303'")
    assert readings(page)[0] == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_axe_finds_nothing_and_nothing_sticks_out(show, theme, width):
    page = ready(show(LiveTrainer(small_model()), theme=theme, width=width))
    for _ in range(3):
        button(page, "One step").click()
    until_step(page, 3)
    page.locator(".stc-t-edit > summary").click()
    page.locator(".stc-t-draw > summary").click()
    for view in ("Digits", "Inside the layers"):
        page.get_by_role("radio", name=view).check()
        rest(page)
        assert fits(page)
        assert not violations(page)


def test_two_figures_train_side_by_side(show):
    page = ready(show(LiveTrainer(small_model()), LiveTrainer(small_model(1), name="other")))
    page.locator(".stc").nth(1).get_by_role("button", name="One step").click()
    page.wait_for_function(f"document.querySelectorAll('{READINGS}')[6].textContent === '1'")
    assert readings(page)[0] == 0
