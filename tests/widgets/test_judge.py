"""Judge: what Python finds, the page's numbers beside it, and the live figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

import cnnlib
from cnnlib import explain
from cnnlib.explain.heatmaps import resize
from cnnlib.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
)
from cnnlib.wasm._random import shuffled
from cnnlib.widgets import Judge
from cnnlib.widgets.judge import _explanations as ex
from tests.accessible import fits, violations

ALL = [[*ex.NAMES, "chance"]]


def digits_model(seed=0):
    cnnlib.utils.set_random_seed(seed)
    return cnnlib.Sequential([
        Input((8, 8, 1)), Conv2D(8, 3, padding="same", activation="relu"), MaxPooling2D(2),
        Conv2D(12, 3, padding="same", activation="relu"), GlobalAveragePooling2D(),
        Dense(10, activation="softmax"),
    ])  # fmt: skip


def photo_model(seed=0):
    """One sigmoid, three colors, an image that is not square, a norm, an activation of its own."""
    cnnlib.utils.set_random_seed(seed)
    return cnnlib.Sequential([
        Input((18, 22, 3)), Conv2D(8, 3), BatchNormalization(), Activation("relu"),
        AveragePooling2D(2), Conv2D(16, 3, strides=2, activation="relu"), Flatten(),
        Dense(1), Activation("sigmoid"),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def images():
    return cnnlib.datasets.digits()[1][0][:6]


def figure(kind, rng, **values):
    model = {"digits": digits_model, "photo": photo_model}[kind]()
    for layer in model.layers:
        if isinstance(layer, BatchNormalization):
            for name in ("moving_mean", "beta"):
                layer.params[name][...] = rng.normal(size=layer.params[name].shape)
    image = rng.random(model.input_shape[1:])
    judge = Judge(model, image=image)
    for name, value in values.items():
        setattr(judge, name, value)
    return judge


# ---------------------------------------------------------------------------------------- Python
def test_the_maps_are_those_of_explain(images):
    model = digits_model()
    judge = Judge(model, images=images, patch=1)
    judge.sample, x = 3, images[3:4]
    label = int(model.predict(x, verbose=0).argmax())
    assert judge.explained == label
    maps = judge.maps
    np.testing.assert_array_equal(maps["saliency"], explain.saliency(model, x)[0])
    np.testing.assert_array_equal(maps["grad_cam"], explain.grad_cam(model, x)[0])
    np.testing.assert_allclose(maps["occlusion"], explain.occlusion(model, x, None, 1, 1)[0])
    judge.layer, judge.target, judge.gradient = 0, 4, "times pixel"
    first = explain.grad_cam(model, x, 4, model.layers[0])[0]
    np.testing.assert_array_equal(judge.maps["grad_cam"], first)
    slopes = explain.gradients(model, x, class_index=4).input[0, ..., 0]
    np.testing.assert_array_equal(judge.maps["saliency"], np.abs(slopes * x[0, ..., 0]))


def test_a_pixel_has_the_mean_drop_of_the_patches_that_cover_it(rng):
    judge = figure("photo", rng, patch=4, fill="mean")
    x = judge.shown[None]
    drops = explain.occlusion(judge.model, x, judge.explained, 4, 2, float(x.mean()))[0]
    assert drops.shape == (8, 10)
    values = judge.maps["occlusion"]
    # A drop is a difference of two probabilities, each rounded to 1e-8 or so.
    assert values[0, 0] == pytest.approx(drops[0, 0], abs=1e-6)
    assert values[5, 6] == pytest.approx(drops[1:3, 2:4].mean(), abs=1e-6)


@pytest.mark.parametrize("ties", [False, True])
def test_the_rank_correlation_is_scipy_s(rng, ties):
    a, b = rng.normal(size=(2, 6, 7))
    a, b = (a.round(), np.maximum(b, 0)) if ties else (a, b)
    wanted = spearmanr(a.ravel(), b.ravel()).statistic
    assert ex.rank_correlation(a, b) == pytest.approx(wanted)
    assert np.isnan(ex.rank_correlation(a, np.zeros_like(a)))


def test_layers_become_random_from_the_top(rng):
    model = digits_model()
    before = model.get_weights()
    found = [ex.randomized(model, count, seed=5).get_weights() for count in range(4)]
    for count, weights in enumerate(found):
        same = [np.array_equal(a, b) for a, b in zip(weights[::2], before[::2], strict=True)]
        assert same == [True] * (3 - count) + [False] * count
    for one, other in zip(found[1][4:], found[3][4:], strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    kernel = found[3][2]
    assert np.abs(kernel).max() == pytest.approx(np.sqrt(6 / (9 * (8 + 12))), rel=0.02)


def test_the_deletion_test_covers_pixels_in_their_order(images):
    model = digits_model()
    judge = Judge(model, images=images, fill="white")
    order = ex.by_importance(judge.maps["saliency"])
    falling = judge.maps["saliency"].ravel()[order]
    assert (np.diff(falling) <= 0).all()
    left = images[0].copy().reshape(64, 1)
    left[order[:20]] = 1
    p = model.predict(left.reshape(1, 8, 8, 1), verbose=0)[0, judge.explained]
    assert judge.deletion["saliency"][5] == pytest.approx(p)
    assert set(judge.deletion) == {*ex.NAMES, "chance"}
    assert all(curve.shape == (17,) for curve in judge.deletion.values())
    for curve in judge.deletion.values():
        assert curve[[0, -1]] == pytest.approx(judge.deletion["chance"][[0, -1]], rel=1e-5)


def test_paint_changes_what_the_network_sees(images):
    judge = Judge(digits_model(), images=images)
    before = judge.shown.copy()
    judge.edits = "0w9w63b9b"
    expected = before.copy().reshape(64)
    expected[[0, 9, 63]] = 1, 0, 0
    np.testing.assert_array_equal(judge.shown.ravel(), expected)
    np.testing.assert_array_equal(judge.image, before)


def test_several_models_share_a_figure(images):
    one, other = digits_model(), digits_model(seed=3)
    judge = Judge({"one": one, "other": other}, images=images)
    assert judge.network["names"] == ["one", "other"]
    judge.which = 1
    np.testing.assert_array_equal(judge.maps["saliency"], explain.saliency(other, images[:1])[0])
    one.set_weights([np.zeros_like(w) for w in one.get_weights()])
    judge.which = 0
    assert judge.maps["saliency"].any()  # a copy


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("which", 1, "`which` must be a whole number from 0 to 0 for this network; got 1"),
        ("target", 10, "`target` must be a whole number from -1 to 9 for this network; got 10"),
        ("layer", 4, "`layer` must be -1, 0, 1, 2 for this network; got 4"),
        ("patch", 8, "`patch` must be 1, 2, 3, 4 for this network; got 8"),
        ("random", 4, "`random` must be a whole number from 0 to 3 for this network; got 4"),
        ("row", 8, "`row` must be a whole number from 0 to 7 for this network; got 8"),
        ("fill", "red", "`fill` must be one of 'black', 'gray', 'white', 'mean'; got 'red'"),
        ("gradient", 2, "`gradient` must be one of 'plain', 'times pixel'; got 2"),
        ("edits", "5x", "`edits` must be pixels' numbers, each with w or b.*; got '5x'"),
        ("edits", "64w", "`edits` must name pixels from 0 to 63; got 64"),
        ("edits", "٥w", "`edits` must be pixels' numbers, each with w or b"),
        ("edits", "1" * 5000 + "w", "`edits` must be pixels' numbers, each with w or b"),
        ("covered", 17, "`covered` must be a whole number from 0 to 16; got 17"),
        ("sample", 9, "`sample` must be -1 to 5, the last image; got 9"),
        ("network", {}, "`network` cannot be set any more: make another Judge"),
        ("classes", ["a"], "Judge has no variable 'classes' to set"),
        ("image", np.ones((7, 8)), r"`image` must have the model's shape \(8, 8, 1\)"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(images, name, value, message):
    judge = Judge(digits_model(), images=images)
    before = judge.get_state()
    with pytest.raises((ValueError, TypeError, AttributeError), match=message):
        setattr(judge, name, value)
    assert judge.get_state() == before


def test_models_that_cannot_be_judged():
    def model(*layers):
        return cnnlib.Sequential([Input((8, 8, 1)), *layers])

    scores = model(Conv2D(2, 3), Flatten(), Dense(3))
    with pytest.raises(ValueError, match=r"a softmax or a sigmoid; got linear, shape \(3,\)"):
        Judge(scores)
    with pytest.raises(ValueError, match="must have a Conv2D, for Grad-CAM; there is none"):
        Judge(model(Flatten(), Dense(3, activation="softmax")))
    maps = model(Conv2D(2, 3, activation="sigmoid"))
    with pytest.raises(ValueError, match=r"got sigmoid, shape \(6, 6, 2\)"):
        Judge(maps)
    other = model(Conv2D(2, 3), Flatten(), Dense(10, activation="softmax"))
    with pytest.raises(ValueError, match="must have the same layers"):
        Judge({"a": digits_model(), "b": other})
    with pytest.raises(ValueError, match="must be one to ten models; got 0"):
        Judge({})
    with pytest.raises(TypeError, match="`classes` must be a list of names; got 10"):
        Judge(digits_model(), classes=10)
    assert Judge({1: digits_model()}).network["names"] == ["1"]


def test_words_and_picture(images):
    judge = Judge(digits_model(), images=images, random=2)
    p = judge.model.predict(images[:1], verbose=0).max()
    words = judge.describe()
    assert words.startswith(
        f"The network gives {judge.explained} a probability of {p:.1%}. Covered from the"
    )
    assert f"the rank correlation is {judge.similarity['saliency']:.2f} for saliency" in words
    titles = [axes.get_title() for axes in judge.still().axes]
    assert titles[:7] == [
        "image", "saliency", "occlusion", "Grad-CAM",
        "saliency, random", "occlusion, random", "Grad-CAM, random",
    ]  # fmt: skip
    judge.random = 0
    assert "rank correlation" not in judge.describe()
    assert len(judge.still().axes) == 5
    assert "image/png" in figure("photo", np.random.default_rng(0))._repr_mimebundle_()[0]


# ------------------------------------------------------------------------------ the page's numbers
FIND = """async ([state, network, image]) => {
  const { kernels } = await import("/cnnlib/wasm/kernels.js");
  const { Findings } = await import("/cnnlib/widgets/judge/findings.js");
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const weights = network.weights.map((sent) => ({ ...sent, data: bytes(sent.data) }));
  const findings = new Findings(await kernels(), { ...network, weights });
  const found = findings.of(state, Float32Array.from(image));
  const lists = (maps) => Object.fromEntries(
    Object.entries(maps).map(([name, values]) => [name, Array.from(values)]));
  const { trained, after, test, similarity, edgeSimilarity, label, probability } = found;
  return { label, probability, trained: lists(trained), after: after && lists(after.maps),
    curves: test.curves, orders: test.orders, edges: Array.from(found.edges),
    similarity, edgeSimilarity };
}"""
KEYS = ("which", "target", "layer", "gradient", "patch", "fill", "random", "seed", "edits")


def in_the_page(page, judge):
    from base64 import b64encode

    weights = [
        {**sent, "data": b64encode(sent["data"]).decode()} for sent in judge.network["weights"]
    ]
    network = {"spec": judge.network["spec"], "weights": weights}
    state = {key: getattr(judge, key) for key in KEYS}
    return page.evaluate(FIND, [state, network, judge.image.ravel().tolist()])


def near(got, wanted):
    wanted = np.asarray(wanted)
    size = float(np.abs(wanted).max()) or 1
    np.testing.assert_allclose(np.reshape(got, wanted.shape), wanted, rtol=2e-3, atol=2e-5 * size)


@pytest.mark.parametrize("kind", ["digits", "photo"])
@pytest.mark.parametrize("seed", range(4))
def test_the_page_finds_what_python_finds(module_page, kind, seed):
    rng = np.random.default_rng([seed, len(kind)])
    shape = {"digits": (8, 8, 1), "photo": (18, 22, 3)}[kind]
    classes, layers = (10, [-1, 0, 1, 2]) if kind == "digits" else (2, [-1, 0, 3, 4])
    judge = figure(
        kind, rng,
        target=int(rng.integers(-1, classes)), layer=int(rng.choice(layers)),
        gradient=str(rng.choice(["plain", "times pixel"])),
        patch=int(rng.choice(ex.patch_sizes(shape))),
        fill=["black", "gray", "white", "mean"][seed],
        random=int(rng.integers(1, 4)), seed=int(rng.integers(0, 1000)), edits="3w17b40w",
    )  # fmt: skip
    got = in_the_page(module_page, judge)
    assert got["label"] == judge.explained
    wanted = ex.probability(judge.model, judge.shown[None], judge.explained)[0]
    assert got["probability"] == pytest.approx(float(wanted), rel=1e-4)
    for name in ex.NAMES:
        near(got["trained"][name], judge.maps[name])
        near(got["after"][name], judge.random_maps[name])
    near(got["edges"], ex.edges(judge.shown))
    for name, values in got["orders"].items():
        falling = judge.maps[name].ravel()[values]
        assert sorted(values) == list(range(shape[0] * shape[1]))
        assert (np.diff(falling) <= 1e-5 * np.abs(falling).max()).all()
        curve = ex.deletion(judge.model, judge.shown, judge.explained, values, judge.cover)
        near(got["curves"][name], curve)
    near(got["curves"]["chance"], judge.deletion["chance"])
    found = {"similarity": judge.similarity, "edgeSimilarity": judge.edge_similarity}
    for key, python in found.items():
        for name, rho in python.items():
            page_rho = np.nan if got[key][name] is None else got[key][name]
            assert page_rho == pytest.approx(rho, abs=0.02, nan_ok=True)


def test_small_parts_are_python_s(module_page, rng):
    values = np.maximum(rng.normal(size=(5, 3)), 0).round(1)
    found = module_page.evaluate(
        """async (values) => {
        const { byImportance, chance, patchSizes, patchStride, goneAt, ranks } =
          await import("/cnnlib/widgets/judge/judging.js");
        const { resize } = await import("/cnnlib/widgets/judge/explanations.js");
        const { painted, edits } = await import("/cnnlib/widgets/judge/edits.js");
        const refused = ["5", "w5", "5w ", 3].map((text) => {
          try { edits().check(text); return ""; } catch (error) { return error.message; } });
        return { ranks: [...ranks(values)], order: byImportance(values), chance: chance(20, 3),
          sizes: [patchSizes([8, 9]), patchSizes([32, 40]), patchSizes([2, 3])],
          strides: [patchStride([16, 20], 4), patchStride([32, 20], 8), patchStride([32, 32], 2)],
          gone: Array.from({ length: 17 }, (_, k) => goneAt(k, 77)),
          resized: [...resize(values, [5, 3], [7, 8])],
          painted: painted(painted("4b7w", 4, "w"), 0, "b"), refused };
      }""",
        values.ravel().tolist(),
    )
    assert found["ranks"] == ex.ranks(values).tolist()
    assert found["order"] == ex.by_importance(values).tolist()
    assert found["chance"] == shuffled(20, 3).tolist()
    assert found["sizes"] == [[1, 2, 3, 4], [2, 4, 8, 16], [1, 2]]
    assert found["sizes"][:2] == [list(ex.patch_sizes(s)) for s in ((8, 9, 1), (32, 40, 1))]
    assert found["strides"] == [1, 4, 1]
    assert found["gone"] == ex.steps(77).tolist()
    np.testing.assert_allclose(found["resized"], resize(values[None], (7, 8))[0].ravel(), rtol=1e-5)
    assert found["painted"] == "4w7w0b"
    assert all("must be pixels' numbers" in text for text in found["refused"])


# ----------------------------------------------------------------------------------------- a page
def rows(page) -> list[list[float]]:
    """The numbers of the table, row by row."""
    texts = page.locator(".stc-j-table tbody tr:nth-child(even)").all()
    signs = {"–": "nan"}
    return [
        [float(signs.get(t, t.replace("−", "-"))) for t in row.locator("td").all_inner_texts()]
        for row in texts
    ]


def expected(judge) -> list[Any]:
    def three(values):
        return [values[name] for name in ex.NAMES]

    areas = {name: curve.mean() for name, curve in judge.deletion.items()}
    left = [three(judge.similarity)] if judge.random else []
    return [*left, three(judge.edge_similarity), three(areas)]


def same(page, judge):
    np.testing.assert_allclose(rows(page), expected(judge), atol=0.03)


@pytest.fixture(scope="module")
def model():
    """A network that has learned a little."""
    (x, y), _ = cnnlib.datasets.digits()
    made = digits_model()
    made.compile(cnnlib.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    made.fit(x, y, epochs=3, verbose=0)
    return made


ACTS = {
    "class": (lambda p: p.get_by_label("Explain").select_option("3"), {"target": 3}),
    "bar": (lambda p: p.locator(".stc-x-bar").nth(8).click(), {"target": 8}),
    "times pixel": (
        lambda p: p.get_by_label("gradient × pixel").check(), {"gradient": "times pixel"}
    ),
    "patch": (lambda p: p.get_by_label("Patch").select_option("4 × 4"), {"patch": 4}),
    "fill": (lambda p: p.get_by_label("covered with").select_option("white"), {"fill": "white"}),
    "layer": (lambda p: p.get_by_label("Grad-CAM of").select_option("conv2d"), {"layer": 0}),
    "random": (lambda p: p.get_by_role("button", name="Randomize one more").click(), {"random": 2}),
    "all": (lambda p: p.get_by_label("Random layers").press("End"), {"random": 3}),
    "numbers": (lambda p: p.get_by_role("button", name="Other numbers").click(), {"seed": 2}),
    "trained": (lambda p: p.get_by_role("button", name="Trained weights").click(), {"random": 0}),
    "image": (lambda p: p.get_by_role("button", name="image 4").click(), {"sample": 4}),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_every_control_changes_the_numbers(show, model, images, name):
    judge = Judge(model, images=images, random=1)
    page = show(judge)
    same(page, judge)
    act, change = ACTS[name]
    act(page)
    for key, value in change.items():
        setattr(judge, key, value)
    same(page, judge)
    page.get_by_role("button", name="Reset").click()
    same(page, Judge(model, images=images, random=1))


def test_the_networks_take_turns(show, images, model):
    judge = Judge({"taught": model, "untaught": digits_model(4)}, images=images)
    page = show(judge)
    same(page, judge)
    page.get_by_label("untaught", exact=True).check()
    judge.which = 1
    same(page, judge)
    assert page.get_by_role("button", name="Randomize one more").is_visible()
    assert not page.get_by_role("button", name="Other numbers").is_visible()


def sees(page):
    return page.get_by_role("application", name="What the network sees")


def test_paint_with_pointer_and_keys(show, images, model):
    judge = Judge(model, images=images)
    page = show(judge)
    page.get_by_label("white", exact=True).check()
    box = sees(page).bounding_box()
    side = box["width"] / 8
    page.mouse.move(box["x"] + side / 2, box["y"] + side / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 2.5 * side, box["y"] + side / 2, steps=8)
    page.mouse.up()
    judge.edits = "0w1w2w"
    same(page, judge)
    for key in ("ArrowDown", "ArrowRight", " "):
        sees(page).press(key)
    judge.edits += "11w"
    same(page, judge)
    assert page.locator(".stc-j-pixel").inner_text().startswith("Pixel (1, 3) is 1: Saliency ")
    page.get_by_label("look", exact=True).check()
    sees(page).press("Enter")  # the opposite of what is there
    judge.edits = judge.edits.replace("11w", "11b")
    same(page, judge)
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("() => location.hash")
    assert link == "#judge?edits=0w1w2w11b&row=1&column=3"
    again = show(Judge(model, images=images), link=link)
    same(again, judge)
    again.get_by_role("button", name="Remove paint").click()
    same(again, Judge(model, images=images))


def test_a_pixel_can_be_read_on_every_picture(show, images, model):
    judge = Judge(model, images=images, random=1)
    page = show(judge)
    pictures = page.get_by_role("application", name="Arrow keys choose a pixel")
    assert pictures.count() == 6
    box = pictures.nth(1).bounding_box()
    page.mouse.click(box["x"] + 6.5 * box["width"] / 8, box["y"] + 2.5 * box["height"] / 8)
    pictures.nth(5).press("ArrowLeft")
    text = page.locator(".stc-j-pixel").inner_text()
    value = judge.random_maps["occlusion"][2, 5]
    assert text.startswith("Pixel (2, 5) is ")
    said = text.split("Occlusion ")[1].split(",")[0].replace("−", "-")
    assert float(said) == pytest.approx(value, abs=6e-4)


def test_a_drawing_is_explained(show, model):
    judge = Judge(model)
    page = show(judge)
    pad = page.get_by_role("application", name="Drawing pad")
    before = rows(page)
    for key in (" ", *["ArrowDown"] * 14):
        pad.press(key)
    assert rows(page) != before
    assert page.locator(".stc-j-verdict").inner_text().startswith("Explained: why ")


def test_the_deletion_test_is_shown(show, images, model):
    judge = Judge(model, images=images)
    page = show(judge)
    for press, step in (("Home", 0), ("ArrowRight", 1), ("End", 16)):
        page.get_by_label("Covered", exact=True).press(press)
        said = page.locator(".stc-j-p").all_inner_texts()
        got = [float(text.split(" = ")[1]) for text in said]
        wanted = [judge.deletion[name][step] for name in ex.NAMES]
        np.testing.assert_allclose(got, wanted, atol=0.02)
    label = page.get_by_role("img", name="Probability of the class while").get_attribute(
        "aria-label"
    )
    assert f"by chance {judge.deletion['chance'].mean():.2f}" in label


def test_the_reader_s_state_is_in_the_link(show, images, model):
    link = "#judge?target=3&patch=3&fill=white&random=2&seed=8&gradient=times+pixel&sample=2"
    page = show(Judge(model, images=images), link=link)
    judge = Judge(model, images=images, target=3, patch=3, fill="white", random=2)
    judge.seed, judge.gradient, judge.sample = 8, "times pixel", 2
    same(page, judge)


def test_a_link_for_another_network_does_no_harm(show, images, model):
    link = "#judge?target=99&patch=16&random=50&row=40&column=9&layer=4&which=3&edits=999w"
    page = show(Judge(model, images=images), link=link)
    judge = Judge(model, images=images, patch=1, random=3)
    same(page, judge)
    page = show(Judge(model, images=images), link="#judge?random=-1&fill=red&edits=5x")
    said = " ".join(page.locator(".stc-note").all_inner_texts())
    assert "“random” must be a whole number from 0 to 99; got -1." in said
    assert "“fill” must be one of black, gray, white, mean" in said
    assert "“edits” must be pixels' numbers" in said
    same(page, Judge(model, images=images))


def test_the_words_follow(show, images, model):
    judge = Judge(model, images=images)
    page = show(judge)
    page.get_by_role("button", name="Randomize one more").click()
    page.wait_for_function(
        "() => document.querySelector('.stc-words p').textContent.includes('the last layer')"
    )
    words = page.locator(".stc-words p").text_content()
    assert words.startswith(f"Explained: why {judge.explained}, with ")
    assert "Left of the explanation: rank correlation with the trained network’s: Saliency" in words


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(show, images, model, theme):
    page = show(Judge(model, images=images, random=1), theme=theme)
    assert not violations(page)


def test_a_phone_has_room_for_it(show, images, model):
    judge = Judge({"a network": model, "another": digits_model(2)}, images=images, random=3)
    page = show(judge, width=360)
    assert fits(page)
    for small in page.locator("button:visible, select:visible").all():
        assert small.bounding_box()["height"] >= 24
