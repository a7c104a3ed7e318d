"""FeatureMaps: what Python sets and reads, and the live figure in a page."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import pytest
from PIL import Image

import cnnlib
from cnnlib import explain
from cnnlib.layers import Conv2D, Dense, Flatten, GlobalAveragePooling2D, Input, MaxPooling2D
from cnnlib.widgets import FeatureMaps
from tests.accessible import fits, violations
from tests.drawing import later
from tests.widgets.strokes import drawings

PANEL = ".stc-x-panel"


def digits_model(seed=0):
    cnnlib.utils.set_random_seed(seed)
    return cnnlib.Sequential([
        Input((8, 8, 1)), Conv2D(8, 3, padding="same", activation="relu"),
        Conv2D(12, 3, padding="same", activation="relu"), MaxPooling2D(2),
        Flatten(), Dense(10, activation="softmax"),
    ])  # fmt: skip


def photo_model(seed=0):
    cnnlib.utils.set_random_seed(seed)
    return cnnlib.Sequential([
        Input((24, 20, 3)), Conv2D(32, 3, activation="relu"), MaxPooling2D(2),
        Conv2D(64, 3, activation="relu"), GlobalAveragePooling2D(), Dense(1, activation="sigmoid"),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def images():
    return cnnlib.datasets.digits()[1][0][:6]


# ---------------------------------------------------------------------------------------- Python
def test_activations_and_prediction_are_the_models(images):
    model = digits_model()
    xray = FeatureMaps(model, images=images)
    for sample in (0, 3):
        xray.sample = sample
        np.testing.assert_array_equal(xray.image, images[sample])
        np.testing.assert_array_equal(xray.prediction, model.predict(images, verbose=0)[sample])
        expected = explain.activations(model, images[sample : sample + 1])
        assert list(xray.activations) == list(expected)
        for name, values in xray.activations.items():
            np.testing.assert_array_equal(values, expected[name])


def test_images_are_sent_as_small_as_they_can_be(rng):
    model = photo_model()
    bytes_ = rng.integers(0, 256, (2, 24, 20, 3)).astype(np.uint8)
    for images, dtype, levels in (
        ((bytes_ / 255).astype(np.float32), "uint8", 255),
        (bytes_.astype(np.float32), "uint8", 1),
        ((bytes_ // 16 / 16).astype(np.float32), "uint8", 16),
        (rng.normal(size=bytes_.shape).astype(np.float32), "float32", 0),
    ):
        xray = FeatureMaps(model, images=images)
        assert (xray.images.dtype, xray.levels) == (dtype, levels)
        np.testing.assert_array_equal(xray.image, images[0])


def test_an_image_from_python_is_shown(rng, images):
    xray = FeatureMaps(digits_model(), images=images)
    own = rng.random((8, 8)).astype(np.float32)
    for image in (own, own[..., None], own[None, ..., None]):
        xray.sample, xray.strokes = 2, "0011"
        xray.image = image
        np.testing.assert_array_equal(xray.image[..., 0], own)
        assert (xray.sample, xray.strokes) == (-1, "")
    assert not FeatureMaps(digits_model()).image.any()  # nothing drawn yet
    given = FeatureMaps(digits_model(), image=own, images=images)
    np.testing.assert_array_equal(given.image[..., 0], own)


def test_a_new_model_is_shown(images):
    xray = FeatureMaps(digits_model(), images=images)
    before = xray.network
    other = digits_model(seed=7)
    xray.model = other
    assert xray.model is other
    assert xray.network["weights"]["data"] != before["weights"]["data"]
    np.testing.assert_array_equal(xray.prediction, other.predict(images[:1], verbose=0)[0])


def test_later_training_does_not_change_what_is_shown(images):
    model = digits_model()
    xray = FeatureMaps(model, images=images)
    before = xray.prediction
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    np.testing.assert_array_equal(xray.prediction, before)


def test_the_brightest_unit_of_the_first_layer_is_chosen(images):
    xray = FeatureMaps(digits_model(), images=images)
    first = xray.activations["conv2d"][0]
    assert first[xray.row, xray.column, xray.channel] == first.max()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "image",
            np.ones((7, 8)),
            r"`image` must have the model's shape \(8, 8, 1\); got \(7, 8\)",
        ),
        ("image", np.full((8, 8), np.nan), "`image` must hold finite numbers"),
        ("own", np.ones((7, 8)), r"`image` must have the model's shape \(8, 8, 1\); got \(7, 8\)"),
        ("model", "photo", r"images of the figure's shape \(8, 8, 1\); got \(24, 20, 3\)"),
        ("model", "unbuilt", "must be built"),
        ("model", 3, "`model` must be a Sequential; got int"),
        ("sample", 100, "`sample` must be a whole number from -1 to 99; got 100"),
        ("sample", 99, r"`sample` must be -1 to \d+, the last image; got 99"),
        ("images", np.zeros((1, 8, 8, 1), np.uint8), "`images` cannot be set any more: make anoth"),
        ("classes", list("abcdefghij"), "FeatureMaps has no variable 'classes' to set; it has al"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(images, name, value, message):
    xray = FeatureMaps(digits_model(), images=images)
    model, before = xray.model, xray.get_state()
    value = {"photo": photo_model(), "unbuilt": cnnlib.Sequential([Dense(1)])}.get(
        str(value), value
    )
    with pytest.raises((ValueError, TypeError, AttributeError), match=message):
        setattr(xray, name, value)
    assert xray.get_state() == before
    assert xray.model is model


def test_images_must_fit_the_model(images):
    with pytest.raises(ValueError, match=r"`images` must be 1 to 100 images.*\(8, 8, 1\); got"):
        FeatureMaps(digits_model(), images=images[:, :7])
    with pytest.raises(ValueError, match="1 to 100 images"):
        FeatureMaps(digits_model(), images=np.zeros((101, 8, 8, 1)))
    with pytest.raises(ValueError, match=r"must take images \(h, w, c\).*\(5,\)"):
        FeatureMaps(cnnlib.Sequential([Input((5,)), Dense(2)]))
    with pytest.raises(ValueError, match="`classes` must name 10 classes"):
        FeatureMaps(digits_model(), classes=["a", "b"])


@pytest.mark.parametrize("kind", [tuple, np.array, iter])
def test_classes_may_come_in_any_collection(images, kind):
    names = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    xray = FeatureMaps(digits_model(), images=images, classes=kind(names))
    assert any(f"The network says {name} (" in xray.describe() for name in names)
    xray.model = digits_model()
    assert xray.network["spec"]["classes"] == names


def test_a_softmax_of_a_single_number_is_said():
    model = cnnlib.Sequential([Input((2, 2, 1)), Flatten(), Dense(1, activation="softmax")])
    assert FeatureMaps(model).describe().startswith("The largest score is 1, of output 0.")


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_network_that_has_diverged_can_be_looked_at(broken):
    model = cnnlib.Sequential([Input((2, 2, 1)), Flatten(), Dense(2)])
    model.set_weights([np.ones((4, 2)), np.array([1, broken])])
    xray = FeatureMaps(model)
    assert str(broken) in xray.describe()
    assert "image/png" in xray._repr_mimebundle_()[0]


def test_a_large_model_is_refused_unless_it_is_wanted():
    large = cnnlib.Sequential([Input((64, 64, 3)), Flatten(), Dense(64), Dense(1)])
    with pytest.raises(ValueError, match=r"at most 2 MB.*got 3\.1 MB.*GlobalAveragePooling2D"):
        FeatureMaps(large)
    assert FeatureMaps(large, allow_large=True).describe()


@pytest.mark.parametrize("make", [digits_model, photo_model])
def test_the_still_shows_image_maps_and_prediction(make, rng):
    model = make()
    xray = FeatureMaps(model, image=rng.random(model.input_shape[1:]))
    figure = xray.still()
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    for name, maps in xray.activations.items():
        if maps.ndim == 4:
            assert f"{name}: {' × '.join(map(str, maps.shape[1:]))}" in titles
    sheet = figure.axes[2].images[0].get_array()
    first = xray.activations["conv2d"][0]
    np.testing.assert_allclose(sheet[: first.shape[0], : first.shape[1]], first[..., 0])
    assert len(figure.axes[0].lines) == 2  # the receptive field
    assert figure.get_figwidth() <= 7.0


def test_the_description_says_prediction_and_unit(images):
    xray = FeatureMaps(digits_model(), images=images)
    xray.layer, xray.row, xray.column, xray.channel = 2, 0, 3, 11
    best = xray.prediction.argmax()
    value = xray.activations["max_pooling2d"][0, 0, 3, 11]
    words = xray.describe()
    assert words.startswith(f"The network says {best} ({xray.prediction[best]:.1%})")
    assert f"The unit (0, 3) of map 11 of max_pooling2d is {value:.4g}" in words
    assert words.endswith("it sees rows 0 to 3 and columns 4 to 7 of the image.")
    xray.layer, xray.channel = 4, 5
    assert "The unit 5 of dense is" not in xray.describe()  # row 0, column 3: a vector has none
    two = FeatureMaps(photo_model(), classes=["alive", "made"])
    assert all(name in two.describe() for name in ("alive", "made"))


# ---------------------------------------------------------------------------------- arrangement
@pytest.fixture
def run(module_page):
    def run(module: str, function: str, argument: Any = None) -> Any:
        source = f"async a => ({function})(await import('/cnnlib/widgets/{module}'), a)"
        return module_page.evaluate(source, argument)

    return run


@pytest.mark.parametrize("shape", [[8, 8, 16], [62, 62, 32], [4, 4, 7], [1, 1, 512], [5, 9, 1]])
@pytest.mark.parametrize("room", [320, 720])
def test_every_unit_can_be_pointed_at(run, rng, shape, room):
    units = [[int(rng.integers(side)) for side in shape] for _ in range(20)]
    call = """({layout, corner, unitAt}, {shape, room, units}) => {
      const place = layout(shape, room);
      const [width, height] = place.tile;
      const at = ([row, column, channel]) => {
        const [x, y] = corner(place, channel);
        return unitAt(place, shape, [x + width * (column + 0.5) / shape[1], y + height * (row + 0.5) / shape[0]]);
      };
      return {place, found: units.map(at)};
    }"""  # noqa: E501
    result = run("maps.js", call, {"shape": shape, "room": room, "units": units})
    place = result["place"]
    assert place["columns"] * (place["tile"][0] + place["gap"]) - place["gap"] <= room + 1e-9
    assert place["columns"] * place["rows"] >= shape[2]
    expected = [dict(zip(("row", "column", "channel"), unit, strict=True)) for unit in units]
    assert result["found"] == expected


def test_arrow_keys_walk_over_all_maps(run):
    call = "({neighbor}, {u, s}) => neighbor(u, s, [4, 3, 6], 2)"
    unit = {"row": 0, "column": 2, "channel": 2}

    def step(down, across, unit=unit):
        moved = run("maps.js", call, {"u": unit, "s": [down, across]})
        return moved["row"], moved["column"], moved["channel"]

    assert step(1, 0) == (1, 2, 2)
    assert step(0, 1) == (0, 0, 3)  # the next map
    assert step(-1, 0) == (3, 2, 0)  # the map above
    last = {"row": 3, "column": 2, "channel": 5}
    assert step(1, 0, last) == step(0, 1, last) == (3, 2, 5)


def test_answers_are_probabilities_or_scores(run):
    def call(values, activation, classes=None):
        arguments = {"v": values, "a": activation, "c": classes}
        return run("prediction.js", "({answersOf}, {v, a, c}) => answersOf(v, a, c)", arguments)

    two = call([0.25], "sigmoid", ["cat", "dog"])
    assert [(a["name"], a["value"]) for a in two["answers"]] == [("cat", 0.75), ("dog", 0.25)]
    assert call([0.2, 0.8], "softmax")["kind"] == "probability"
    scores = call([-3.0, 2.0], "Dense")
    assert scores["kind"] == "score"
    assert [a["share"] for a in scores["answers"]] == [0, 2 / 3]


# ---------------------------------------------------------------------------------------- the page
def maps(page, layer):
    return page.locator(f".stc-x-layer:nth-child({layer + 1}) > .stc-x-sheet canvas")


def state(page):
    return page.locator(".stc-words p").text_content()


def painted(page, selector):
    return page.locator(selector).first.evaluate("canvas => canvas.toDataURL()")


def test_the_page_shows_the_numbers_of_python(show, images):
    xray = FeatureMaps(digits_model(), images=images)
    xray.layer, xray.row, xray.column, xray.channel = 1, 3, 4, 5
    page = show(xray)
    later(page)
    value = xray.activations["conv2d_1"][0, 3, 4, 5]
    title = page.locator(".stc-x-unit").text_content()
    assert title.startswith("conv2d_1, map 5, row 3, column 4: ")
    assert float(title.split(": ")[1].replace("−", "-")) == pytest.approx(value, abs=1e-3)
    for name, row in zip("0123456789", page.locator(".stc-x-bar").all(), strict=True):
        assert row.locator(".stc-x-name").text_content() == name
        percent = row.locator(".stc-x-number").text_content().replace("< 0.1", "0")
        shown = float(percent.rstrip(" %"))
        assert shown == pytest.approx(100 * xray.prediction[int(name)], abs=0.06)


@pytest.mark.parametrize("layer", range(5))
def test_the_numbers_shown_add_up(show, images, layer):
    xray = FeatureMaps(digits_model(), images=images)
    xray.layer, xray.row, xray.column, xray.channel = layer, 0, 0, 3
    page = show(xray)
    later(page)
    cells = page.locator(".stc-x-ledger td").all_text_contents()
    if not cells:
        assert layer in (2, 3)  # a pool and Flatten have nothing to add
        return
    numbers = [float(text.replace("−", "-")) for text in cells]
    *parts, total, value = numbers
    places = len(cells[0].split(".")[1])
    assert round(sum(parts), places) == total
    assert value == (max(total, 0) if layer < 2 else pytest.approx(xray.prediction[3], abs=1e-4))
    tables = page.locator(".stc-x-grid").all()
    for table in tables[2:3]:
        products = [float(t.replace("−", "-")) for t in table.locator("td").all_text_contents()]
        caption = table.locator("caption").text_content().split(": ")[1]
        assert round(sum(products), places) == float(caption.replace("−", "-"))


def test_each_control_changes_its_picture(show, images):
    page = show(FeatureMaps(digits_model(), images=images))
    later(page)
    first = ".stc-x-layer:nth-child(1) > .stc-x-sheet canvas"
    seen = {painted(page, first)}
    page.get_by_role("button", name="image 4").click()
    later(page)
    seen.add(painted(page, first))
    page.get_by_role("checkbox").check()
    later(page)
    seen.add(painted(page, first))
    page.get_by_role("button", name="Reset").click()
    later(page)
    assert painted(page, first) in seen
    assert len(seen) == 3
    maps(page, 2).click(position={"x": 30, "y": 30})
    later(page)
    assert "max_pooling2d, map" in page.locator(".stc-x-unit").text_content()
    page.get_by_role("button", name="conv2d_1, map").click()  # where the largest came from
    later(page)
    assert "conv2d_1, map" in page.locator(".stc-x-unit").text_content()
    assert maps(page, 1).evaluate("canvas => canvas === document.activeElement")
    page.locator(".stc-x-channel").nth(2).click()
    pressed = page.locator(".stc-x-channel[aria-pressed=true]")
    assert (
        pressed.text_content() in page.locator(".stc-x-grid caption").first.text_content().lower()
    )
    page.locator(".stc-x-bar").nth(6).click()
    later(page)
    assert "dense, unit 6" in page.locator(".stc-x-unit").text_content()


def test_a_row_stays_under_the_pointer(show, images):
    """The panel of the old unit, above, goes away; the page must not jump."""
    page = show(FeatureMaps(digits_model(), images=images), height=500)
    sheet = maps(page, 2)
    sheet.scroll_into_view_if_needed()
    later(page)
    before = sheet.bounding_box()["y"]
    sheet.click(position={"x": 30, "y": 30})
    later(page)
    assert "max_pooling2d, map" in page.locator(".stc-x-unit").text_content()
    assert sheet.bounding_box()["y"] == pytest.approx(before, abs=1)


def draw(page, drawing):
    """Draw with the mouse."""
    pad = page.locator(".stc-x-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for stroke in drawing.strokes:
        points = stroke * box["height"] * 0.8 / 140 + [box["x"] + 25, box["y"] + 15]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1::2]:
            page.mouse.move(*point)
        page.mouse.up()


def test_a_drawing_reaches_the_network(show, images):
    page = show(FeatureMaps(digits_model(), images=images))
    draw(page, drawings()[30])
    later(page)
    drawn = painted(page, ".stc-x-top .stc-pixels")
    assert page.locator(".stc-x-thumb[aria-pressed=true]").count() == 0
    page.get_by_role("button", name="Clear").click()
    later(page)
    empty = painted(page, ".stc-x-top .stc-pixels")
    assert empty != drawn
    draw(page, drawings()[30])
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    later(page)
    assert painted(page, ".stc-x-top .stc-pixels") == empty


def test_the_figure_can_be_used_by_keys_alone(show, images):
    page = show(FeatureMaps(digits_model(), images=images))
    pad = page.locator(".stc-x-pad")
    before = painted(page, ".stc-x-top .stc-pixels")
    pad.press("Space")
    for _ in range(12):
        pad.press("ArrowDown")
    pad.press("Space")
    later(page)
    drawn = painted(page, ".stc-x-top .stc-pixels")
    assert drawn != before
    pad.press("Backspace")
    later(page)
    assert painted(page, ".stc-x-top .stc-pixels") != drawn
    page.get_by_role("button", name="image 1").press("Enter")
    sheet = maps(page, 1)
    sheet.press("Home")
    later(page)
    place = page.locator(".stc-x-unit").text_content().split(":")[0]
    sheet.press("PageDown")
    later(page)
    assert page.locator(".stc-x-unit").text_content().split(":")[0] != place
    sheet.press("PageUp")
    later(page)
    assert page.locator(".stc-x-unit").text_content().split(":")[0] == place
    enlarged = page.locator(f"{PANEL} .stc-picture[tabindex='0']")
    enlarged.press("ArrowUp") if "row 0" not in place else enlarged.press("ArrowDown")
    later(page)
    assert page.locator(".stc-x-unit").text_content().split(":")[0] != place
    assert enlarged.evaluate("node => node === document.activeElement")


def test_a_file_becomes_the_input(show, images, tmp_path):
    path = tmp_path / "seven.png"
    picture = np.full((90, 70, 3), 240, np.uint8)
    picture[12:18, 15:55] = picture[12:80, 48:55] = 20
    Image.fromarray(picture).save(path)
    page = show(FeatureMaps(digits_model(), images=images))
    before = painted(page, ".stc-x-top .stc-pixels")
    page.locator("input[type=file]").set_input_files(path)
    page.wait_for_function(
        "before => document.querySelector('.stc-x-top .stc-pixels').toDataURL() !== before",
        arg=before,
    )
    photo = show(FeatureMaps(photo_model(), classes=["alive", "made"]))
    dark = painted(photo, ".stc-x-top .stc-pixels")
    photo.locator("input[type=file]").set_input_files(path)
    photo.wait_for_function(
        "before => document.querySelector('.stc-x-top .stc-pixels').toDataURL() !== before",
        arg=dark,
    )
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    photo.locator("input[type=file]").set_input_files(broken)
    photo.get_by_text("A file must be an image").wait_for()


def test_a_link_brings_the_drawing_and_the_unit_back(show, images):
    xray = FeatureMaps(digits_model(), images=images)
    page = show(xray)
    draw(page, drawings()[20])
    maps(page, 1).click(position={"x": 60, "y": 20})
    later(page)
    words = state(page)
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("location.hash")
    assert "strokes=" in link
    again = show(xray, link=link)
    later(again)
    assert state(again) == words


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_accessible_and_no_wider_than_the_page(show, images, theme, width):
    page = show(
        FeatureMaps(digits_model(), images=images),
        FeatureMaps(photo_model(), classes=["alive", "made"], name="second"),
        theme=theme,
        width=width,
    )
    later(page)
    assert fits(page)
    assert not violations(page)


# A figure with a model under it, as a notebook with a kernel has one.
LIVE = """async (states) => {
  const {default: {render}} = await import("/cnnlib/widgets/feature_maps/feature_maps.js");
  const plain = (value) => {
    if (value?.base64 !== undefined) {
      return new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer);
    }
    if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  };
  const handlers = [];
  const values = plain(states[0]);
  globalThis.model = {
    get: (key) => values[key],
    set(key, value) {
      values[key] = value;
      for (const [name, f] of handlers) if (name === `change:${key}`) f();
    },
    on: (name, f) => handlers.push([name, f]),
    off: (name, f) => handlers.splice(handlers.findIndex(([n, g]) => n === name && g === f), 1),
    save_changes() {},
  };
  globalThis.handlers = handlers;
  globalThis.networks = states.map(({network}) => plain(network));
  document.body.innerHTML = "<div id=here></div>";
  globalThis.dispose = await render({model, el: document.getElementById("here")});
}"""


def coded(value):
    """A figure's state as JSON."""
    if isinstance(value, (bytes, memoryview)):
        return {"base64": b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: coded(part) for key, part in value.items() if not key.startswith("_")}
    return value


def test_models_and_images_from_python_are_drawn(module_page, images):
    xray = FeatureMaps(digits_model(), images=images)
    other = FeatureMaps(digits_model(seed=5), images=images)
    small = FeatureMaps(
        cnnlib.Sequential([Input((8, 8, 1)), Conv2D(3, 5), Flatten(), Dense(2)]), images=images
    )
    page = module_page
    page.evaluate(LIVE, [coded(figure.get_state()) for figure in (xray, other, small)])
    later(page)
    first = ".stc-x-layer:nth-child(1) > .stc-x-sheet canvas"
    ours = painted(page, first)
    page.evaluate("model.set('network', networks[1])")
    later(page)
    assert f"{other.prediction.argmax()} (" in state(page)
    assert painted(page, first) != ours
    page.evaluate("model.set('channel', 99)")  # no such map
    later(page)
    assert page.locator(PANEL).is_hidden()
    page.evaluate("model.set('channel', 1)")
    page.evaluate("model.set('network', networks[2])")
    later(page)
    assert page.locator(".stc-x-layer").count() == 3
    assert page.locator(".stc-x-bar").count() == 2
    page.evaluate("model.set('sample', 3)")
    later(page)
    small.sample = 3
    assert f"{small.prediction.argmax()} (" in state(page)
    page.evaluate("dispose()")
    assert page.evaluate("handlers.length") == 0
    assert page.locator(".stc").count() == 0
