"""ParityViewer: Keras's numbers, faults in Python and in the page, and the figure there."""

from __future__ import annotations

import os
import re

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
import pytest

import cnnlib
from cnnlib import interop
from cnnlib.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    ReLU,
    Softmax,
)
from cnnlib.widgets import ParityViewer
from cnnlib.widgets.parity_viewer._faults import FAULTS
from tests.accessible import fits, violations
from tests.drawing import later

# Keras's own arrays speak NumPy 1's dialect of __array__
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy")

BEGINS = {
    "flip": "conv2d",
    "padding": "conv2d",
    "colors": "conv2d",
    "order": "dense",
    "epsilon": "batch_normalization",
}


def network(units=1, activation="sigmoid"):
    cnnlib.utils.set_random_seed(3)
    model = cnnlib.Sequential([
        Input((12, 10, 3)), Conv2D(4, 3, strides=2, padding="same"), BatchNormalization(), ReLU(),
        MaxPooling2D(2), Conv2D(5, 2, activation="relu"), Flatten(),
        Dense(units, activation=activation),
    ])  # fmt: skip
    rng = np.random.default_rng(0)
    moved = [w + 0.1 * rng.random(w.shape, np.float32) for w in model.get_weights()]
    model.set_weights(moved)
    return model


def made(**state):
    images = np.random.default_rng(1).integers(0, 256, (3, 12, 10, 3)) / 255
    return ParityViewer(network(), images, [0, 1, 1], **state)


@pytest.fixture(scope="module")
def keras_s():
    """A figure is made in Keras once; each test gets its state back as it was."""
    return made()


@pytest.fixture
def viewer(keras_s):
    before = {key: getattr(keras_s, key) for key in ("what", "fault", "sample", "part", "exponent")}
    yield keras_s
    for key, value in before.items():
        setattr(keras_s, key, value)


# ---------------------------------------------------------------------------------------- Python
def test_the_outputs_are_those_of_keras(viewer):
    twin = interop.to_keras(viewer._model)
    x = viewer.image[None]
    for (name, _), theirs in zip(viewer.parts, viewer.numbers()[0], strict=True):
        upto = keras.Model(twin.inputs, twin.get_layer(name).output)
        np.testing.assert_allclose(theirs, upto.predict(x, verbose=0)[0], atol=1e-6)
    assert viewer.parts[-1] == ("dense", (1,))


def test_the_gradients_are_those_of_a_step_in_keras(viewer):
    viewer.what, viewer.sample = "gradients", 2
    twin = interop.to_keras(viewer._model)
    before = [np.array(v) for v in twin.trainable_variables]
    for layer in twin.layers:  # by moving statistics, as the figure does
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    twin.compile(keras.optimizers.SGD(1.0), "binary_crossentropy")
    twin.train_on_batch(viewer.image[None], np.array([[1]]))
    steps = {v.path.split("/", 1)[-1]: v for v in twin.trainable_variables}
    found = dict(zip([name for name, _ in viewer.parts], viewer.numbers()[0], strict=True))
    start = {v.path: b for v, b in zip(interop_variables(twin), before, strict=True)}
    for variable in steps.values():
        layer, name = variable.path.split("/")[-2:]
        change = start[variable.path] - np.array(variable)
        np.testing.assert_allclose(found[f"{layer}, {name}"], change, atol=2e-6)


def interop_variables(twin):
    """The variables that were trainable before batch normalization was frozen, in their order."""
    for layer in twin.layers:
        layer.trainable = True
    variables = list(twin.trainable_variables)
    for layer in twin.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    return variables


@pytest.mark.parametrize("what", ["outputs", "gradients"])
def test_both_agree_but_for_rounding(viewer, what):
    viewer.what = what
    for sample in range(3):
        viewer.sample = sample
        assert viewer.agrees
        assert viewer.begins is None
        found = viewer.differences
        assert len(found) == (7 if what == "outputs" else 15)
        assert max(difference.spacings for difference in found.values()) < 40


@pytest.mark.parametrize("fault", BEGINS)
def test_a_fault_is_seen_where_it_is(viewer, fault):
    viewer.fault = fault
    assert viewer.begins == BEGINS[fault]
    names = list(viewer.differences)
    agree = [difference.agrees for difference in viewer.differences.values()]
    assert agree == [k < names.index(BEGINS[fault]) for k in range(7)]
    viewer.what = "gradients"
    assert not viewer.agrees


def test_only_faults_that_change_something_are_offered():
    images = np.zeros((1, 6, 6, 1))
    plain = cnnlib.Sequential([Input((6, 6, 1)), Conv2D(2, 3, padding="same"), Softmax()])
    assert ParityViewer(plain, images).network["faults"] == ["none", "flip"]
    even = cnnlib.Sequential([
        Input((6, 6, 1)), Conv2D(2, 2, padding="same"), GlobalAveragePooling2D(), Dense(3),
    ])  # fmt: skip
    viewer = ParityViewer(even, images)
    assert viewer.network["faults"] == ["none", "flip", "padding"]
    with pytest.raises(ValueError, match="must be one of 'none', 'flip', 'padding' for this net"):
        viewer.fault = "order"
    assert made().network["faults"] == list(FAULTS)


def test_softmax_has_a_loss_too():
    images = np.random.default_rng(5).random((2, 12, 10, 3))
    viewer = ParityViewer(network(4, "softmax"), images, [3, 1])
    viewer.what = "gradients"
    assert viewer.agrees
    assert viewer.network["loss"] == "sparse_categorical_crossentropy"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"labels": [0, 1]}, ValueError, r"`labels` must be 1 class numbers from 0 to 1"),
        ({"labels": [2]}, ValueError, r"`labels` must be 1 class numbers from 0 to 1"),
        ({"labels": [0.5]}, ValueError, r"`labels` must be 1 class numbers"),
        ({"images": np.zeros((1, 12, 9, 3))}, ValueError, r"`images` must be 1 to 100 images"),
        ({"model": network(1, "linear"), "labels": [0]}, ValueError, "must be sigmoid or softmax"),
        ({"model": 3}, TypeError, "must be a Sequential"),
        ({"fault": "all"}, ValueError, "`fault` must be one of"),
    ],
)
def test_what_cannot_be_shown_is_refused(given, error, message):
    usual = {"model": network(), "images": np.zeros((1, 12, 10, 3))}
    with pytest.raises(error, match=message):
        ParityViewer(**usual | given)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("sample", 3, "`sample` must be 0 to 2, the last image; got 3"),
        ("what", "weights", "`what` must be one of 'outputs', 'gradients'"),
        ("exponent", 2, "`exponent` must be a whole number from -10 to 1"),
        ("part", -1, "`part` must be a whole number from 0"),
        ("layer", 0, "no variable 'layer' to set"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(viewer, name, value, message):
    before = viewer.get_state()
    with pytest.raises((ValueError, AttributeError), match=message):
        setattr(viewer, name, value)
    assert viewer.get_state() == before


def test_without_labels_there_are_no_gradients():
    viewer = ParityViewer(network(), np.zeros((1, 12, 10, 3)))
    with pytest.raises(ValueError, match="`what` can be 'gradients' if the figure has `labels`"):
        viewer.what = "gradients"


def test_words_and_a_still(viewer):
    words = viewer.describe()
    assert words.startswith("Nothing is broken. Keras and cnnlib agree in all 7 outputs: the larg")
    theirs = viewer.numbers()[0][0][0, 0, 0]
    assert f"The chosen number of conv2d is {theirs:.9g} in Keras and " in words
    viewer.fault, viewer.part = "epsilon", 4
    assert "The difference begins at batch_normalization, with" in viewer.describe()
    first, second, gap, bars = viewer.still().axes
    theirs, ours = (numbers[4] for numbers in viewer.numbers())
    for pane, values in ((first, theirs), (second, ours), (gap, ours - theirs)):
        np.testing.assert_allclose(pane.images[0].get_array(), values[..., 0], atol=1e-7)
    assert gap.images[0].norm.vmax == 1e-7
    assert len(bars.patches) == 7


# ----------------------------------------------------------------------------- pure functions in JS
def test_spacings_are_numpys(module_page, rng):
    values = np.concatenate([rng.normal(size=50), 2.0 ** np.arange(-20, 20), [0.0, 1e-40]])
    singles = values.astype(np.float32)
    found = module_page.evaluate(
        """async (values) => {
          const { spacing } = await import("/cnnlib/widgets/parity_viewer/parity.js");
          return values.map(spacing);
        }""",
        singles.tolist(),
    )
    np.testing.assert_array_equal(found, np.spacing(np.abs(singles)))


SHAPES = [(6, 5, 4), (3, 2, 4, 5), (3, 3, 32, 64), (432, 1), (12, 10), (7,), (1,)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_number_of_an_array_is_shown_once(module_page, shape):
    maps, found = module_page.evaluate(
        """async (shape) => {
          const { shownAs } = await import("/cnnlib/widgets/parity_viewer/parity.js");
          const { maps, indexOf } = shownAs(shape);
          const found = [];
          for (let row = 0; row < maps[0]; row++) for (let column = 0; column < maps[1]; column++)
            for (let map = 0; map < maps[2]; map++) found.push(indexOf(row, column, map));
          return [maps, found];
        }""",
        list(shape),
    )
    assert np.prod(maps) == np.prod(shape)
    assert [tuple(index) for index in found] == list(np.ndindex(shape))
    assert maps[0] * maps[1] == 1 or max(maps[:2]) <= 8 * min(maps[:2])


# ------------------------------------------------------------------------------------ in the page
def rows(page):
    script = "row => [...row.cells].map((cell) => cell.innerText)"
    return [row.evaluate(script) for row in page.locator(".stc-pv-table tbody tr").all()]


def read(text):
    digits, _, power = text.partition(" · 10")
    digits = digits.replace(",", "").replace("−", "-")
    return float(digits) * 10.0 ** int(
        power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0
    )


def verdict(page):
    return page.locator(".stc-pv-verdict").inner_text()


def number(page):
    return page.locator(".stc-pv-number").inner_text()


@pytest.mark.parametrize("what", ["outputs", "gradients"])
@pytest.mark.parametrize("fault", FAULTS)
def test_the_page_computes_what_python_computes(show, viewer, what, fault):
    viewer.what, viewer.fault, viewer.sample = what, fault, 1
    page = show(viewer)
    for row, (name, found) in zip(rows(page), viewer.differences.items(), strict=True):
        assert row[0] == name
        if not found.agrees:
            assert read(row[2]) == pytest.approx(found.largest, rel=0.06)
            assert read(row[3]) == pytest.approx(found.relative, rel=0.06)
        else:
            assert read(row[3]) < 1e-5
            assert read(row[4]) < 40
    begins = viewer.begins
    assert ("agree" if begins is None else f"begins at {begins}, with") in verdict(page)


def test_python_chooses_what_is_shown(show, viewer):
    viewer.fault, viewer.part = "epsilon", 2
    theirs, ours = (numbers[2] for numbers in viewer.numbers())
    row, column, channel = np.unravel_index(np.abs(ours - theirs).argmax(), ours.shape)
    viewer.row, viewer.column, viewer.channel = int(row), int(column), int(channel)
    page = show(viewer)
    said = number(page)
    assert said.startswith(f"re_lu, map {channel}, [{row}, {column}]: Keras ")
    values = [float(v) for v in re.findall(r"(?:Keras|cnnlib) (\d\.\d+)", said)]
    assert values == pytest.approx([theirs.max(where=False, initial=0), 0], abs=1e3)
    assert values[0] == pytest.approx(theirs[row, column, channel], abs=1e-8)
    assert values[1] == pytest.approx(ours[row, column, channel], abs=1e-5)
    viewer.row = viewer.column = viewer.channel = 0


def test_parts_are_chosen_in_the_table_and_numbers_by_keyboard(show, viewer):
    page = show(viewer)
    assert number(page).startswith("conv2d, map 0, [0, 0]: Keras ")
    page.get_by_role("button", name="max_pooling2d", exact=True).click()
    page.get_by_role("application", name="cnnlib − Keras.").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert number(page).startswith("max_pooling2d, map 0, [1, 1]: Keras ")
    page.get_by_role("application", name="The differences of all maps.").focus()
    page.keyboard.press("PageDown")
    assert number(page).startswith("max_pooling2d, map 1, [1, 1]: Keras ")
    page.get_by_role("radio", name="gradients, backward").check()
    page.get_by_role("button", name="conv2d_1, kernel").click()
    assert number(page).startswith("conv2d_1, kernel [0, 0, 0, 0]: Keras ")
    page.get_by_role("button", name="dense, kernel").click()
    assert number(page).startswith("dense, kernel [0, 0]: Keras ")
    assert not page.locator(".stc-pv-all").is_visible()


def test_the_scale_is_chosen_or_fits(show, viewer):
    page = show(viewer)
    end = page.locator(".stc-pv-views .stc-legend").last
    page.get_by_label("Break in cnnlib").select_option("epsilon of the normalization")
    page.get_by_role("button", name="batch_normalization", exact=True).click()
    assert end.inner_text().split("\n")[-1].strip() == "≥ 10⁻⁷"
    page.get_by_role("button", name="Fit").click()
    viewer.fault = "epsilon"
    largest = viewer.differences["batch_normalization"].largest
    exponent = int(np.ceil(np.log10(largest)))
    assert page.get_by_role("slider").input_value() == str(exponent)
    page.get_by_role("button", name="Largest difference").click()
    apart = read(re.search(r"They are (.+?) apart", number(page))[1])
    assert apart == pytest.approx(largest, rel=0.06)
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("slider").press("ArrowRight")
    assert "≥" not in end.inner_text()


def test_images_are_chosen(show, viewer):
    page = show(viewer)
    before = number(page)
    page.get_by_role("button", name="image 2").click()
    assert number(page) != before
    assert page.get_by_role("button", name="image 2").get_attribute("aria-pressed") == "true"


def test_what_the_reader_does_is_in_the_link(show, viewer):
    page = show(viewer)
    page.get_by_label("Break in cnnlib").select_option("kernels turned by 180°")
    page.get_by_role("radio", name="gradients, backward").check()
    page.get_by_role("button", name="image 1").click()
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("() => location.hash")
    assert link == "#parity-viewer?what=gradients&fault=flip&sample=1"
    assert rows(show(viewer, link=link)) == rows(page)
    wrong = show(viewer, link="#parity-viewer?sample=7&fault=flip")
    assert "a whole number from 0 to 2; got 7" in wrong.locator(".stc-note").last.inner_text()
    assert "begins at conv2d" in verdict(wrong)


def test_the_page_says_it_in_words(show, viewer):
    viewer.fault = "order"
    page = show(viewer)
    later(page)
    page.get_by_text("In words").click()
    words = page.locator(".stc-words p").inner_text()
    assert words.startswith(
        "The dense layer's weights are in the order of channels first. The diff"
    )
    assert "begins at dense" in words


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 360])
def test_everybody_can_use_it(show, viewer, theme, width):
    viewer.fault = "flip"
    page = show(viewer, theme=theme, width=width)
    assert not violations(page, ".stc")
    assert fits(page)
    room = page.locator(".stc-pv-room")
    assert room.evaluate("(room) => room.scrollWidth <= room.clientWidth")
