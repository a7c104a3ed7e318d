"""KernelLab: what Python sets and reads, and every control of the live figure in a page."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib import colormaps
from PIL import Image

from cnnlib import ops
from cnnlib.widgets import KernelLab
from tests.accessible import cut_off, violations
from tests.naive import conv2d as naive_conv2d

RELIEF = np.add.outer(range(3), range(3)) - 2
MAP = ".stc-pictures > div:nth-child(2) .stc-pixels"


# ---------------------------------------------------------------------------------------- Python
def test_the_map_is_the_convolution_of_the_image():
    lab = KernelLab(bias=2, stride=3, padding="same", dilation=2, kernel=RELIEF)
    x = lab.image.astype(np.float32)[None, :, :, None]
    w = RELIEF.astype(np.float32)[:, :, None, None]
    wanted = ops.conv2d(x, w, [2.0], strides=3, padding="same", dilation_rate=2)
    np.testing.assert_allclose(lab.feature_map, wanted[0, :, :, 0], rtol=1e-6)
    assert lab.feature_map.dtype == np.float32
    lab.flip = True
    wanted = ops.conv2d(x, w[::-1, ::-1], [2.0], strides=3, padding="same", dilation_rate=2)
    np.testing.assert_allclose(lab.feature_map, wanted[0, :, :, 0], rtol=1e-6)


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "flip"),
    list(itertools.product((1, 2, 5), ("valid", "same"), (1, 3), (False, True))),
)
def test_one_number_in_full(rng, stride, padding, dilation, flip):
    image, kernel = rng.integers(-9, 9, (13, 12)), rng.integers(-3, 4, (3, 3))
    lab = KernelLab(image, kernel, 7, stride=stride, padding=padding, dilation=dilation, flip=flip)
    y = lab.feature_map
    for i, j in np.ndindex(y.shape):
        parts = lab.products(i, j)
        np.testing.assert_array_equal(parts.products, parts.patch * parts.kernel)
        assert parts.products.sum() + parts.bias == parts.result == y[i, j]
    for i, j in [y.shape, (-1, 0), (0.5, 0)]:
        with pytest.raises(IndexError, match=f"`i` and `j` must lie in the map.*got {i} and {j}"):
            lab.products(i, j)


def test_an_image_from_python_is_shown():
    lab = KernelLab(kernel=np.ones((3, 3)))
    lab.image = np.arange(9).reshape(3, 3, 1)
    assert (lab.source, lab.image.shape, lab.image.dtype) == ("own", (3, 3), np.float32)
    assert lab.feature_map.tolist() == [[36]]
    assert lab.products().result == 36  # the marked one
    lab.image = np.zeros((20, 10), np.uint8)
    assert (lab.i, lab.j) == (9, 4)  # the middle of the map
    lab.source, lab.digit = "digit", 7
    assert lab.image.shape == (8, 8)
    lab.source = "drawing"
    assert set(np.unique(lab.image)) == {0, 1}
    assert KernelLab().image.dtype == np.uint8  # a light page


def test_the_first_kernel_is_sobels_in_both_sizes():
    assert KernelLab().kernel.tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert KernelLab(size=5).kernel[2].tolist() == [-6, -12, 0, 12, 6]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("kernel", np.ones((3, 5)), r"`kernel` must have shape \(3, 3\) or \(5, 5\); got \(3, 5\)"),
        ("kernel", np.ones((4, 4)), r"got \(4, 4\)"),
        ("kernel", [[np.nan] * 3] * 3, "`kernel` must hold finite numbers; got NaN"),
        ("kernel", [["a"] * 3] * 3, "`kernel` must hold real numbers"),
        ("image", np.full((8, 8), np.inf), "`image` must hold finite numbers"),
        ("image", np.ones((8, 8, 3)), r"`image` must be one gray image.*got \(8, 8, 3\)"),
        ("image", np.ones(8), r"got \(8,\)"),
        ("image", np.ones((0, 8)), r"got \(0, 8\)"),
        ("image", np.ones((8, 513)), r"at most 512 rows and columns; got \(8, 513\)"),
        ("stride", 0, "`stride` must be a whole number from 1 to 8; got 0"),
        ("dilation", 7, "`dilation` must be a whole number from 1 to 6; got 7"),
        ("padding", "full", "`padding` must be one of 'valid', 'same'; got 'full'"),
        ("bias", np.nan, "`bias` must be a finite number; got nan"),
        ("kernel", None, "`kernel` must be an array; got None"),
        ("image", np.full((8, 8), 1e300), "`image` must hold finite numbers.*beyond float32"),
        ("drawing", [], r"`drawing` must be zeros and ones.*got shape \(0,\)"),
        ("drawing", np.full((16, 16), 2), "`drawing` must be zeros and ones.*from 2 to 2"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    lab = KernelLab()
    before = lab.get_state()
    with pytest.raises((ValueError, TypeError), match=message):
        setattr(lab, name, value)
    assert lab.get_state() == before
    if value is not None and name != "drawing":  # None is "left out" there
        with pytest.raises((ValueError, TypeError), match=message):
            KernelLab(**{name: value})


def test_a_size_is_3_or_5():
    for size in (4, "3", [3], np.ones(2), True):
        with pytest.raises(ValueError, match=r"`size` must be 3 or 5; got"):
            KernelLab(size=size)


def test_a_kernel_that_fits_nowhere_is_said_so():
    lab = KernelLab(np.zeros((8, 8)), size=5, dilation=3)
    with pytest.raises(ValueError, match="must fit into the image"):
        _ = lab.feature_map
    assert "must fit into the image" in lab.describe()
    assert lab.still().axes  # the image alone


@pytest.mark.parametrize("source", ["photo", "digit", "drawing"])
def test_the_still_shows_the_state(source):
    lab = KernelLab(kernel=RELIEF, flip=True, stride=2)
    lab.source = source
    figure = lab.still()
    pictures = [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]
    rows, columns = lab.feature_map.shape
    parts = lab.products(min(lab.i, rows - 1), min(lab.j, columns - 1))
    for picture, wanted in zip(
        pictures, (lab.image, lab.feature_map, parts.patch, lab.kernel[::-1, ::-1]), strict=False
    ):
        np.testing.assert_array_equal(picture, wanted)
    assert figure.get_figwidth() <= 7.0
    assert "turned" not in lab.describe()
    assert f"{len(lab.feature_map)} × " in lab.describe()


def test_the_chapter_promises_what_comes_true():
    lab = KernelLab()
    assert (lab.i, lab.j, lab.products().result) == (79, 119, 366)
    y = lab.feature_map
    assert abs(y[:20, 180:]).max() <= 12  # the sky
    lab.flip = True
    np.testing.assert_array_equal(lab.feature_map, -y)
    lab.flip, lab.kernel = False, [[-1, 0, 1], [-2, 1, 2], [-1, 0, 1]]
    assert lab.products(10, 200).result == lab.image[11, 201] == 245
    lab.source, lab.kernel = "drawing", 2 * np.eye(3) - 1
    assert np.argwhere(lab.feature_map == 3).tolist() == [[2, 8], [3, 9], [4, 10]]
    assert lab.feature_map.max() == 3


# ------------------------------------------------------------------------------------- the kernel
STATES = list(
    itertools.product(("own", "digit"), (3, 5), (1, 2, 5), ("valid", "same"), (1, 2), (False, True))
)


def test_the_page_computes_what_python_computes(module_page, rng):
    labs = []
    for source, size, stride, padding, dilation, flip in STATES:
        image, kernel = rng.normal(size=(23, 17)), rng.normal(size=(size, size))
        lab = KernelLab(image, kernel, float(rng.normal()), stride=stride, padding=padding,
                        dilation=dilation, flip=flip)  # fmt: skip
        lab.source, lab.digit = source, int(rng.integers(10))
        labs.append(lab)
    states = [
        {"image": lab.image.ravel().tolist(), "rows": len(lab.image), "size": len(lab.kernel),
         "kernel": lab.kernel.ravel().tolist(), "bias": lab.bias, "stride": lab.stride,
         "padding": lab.padding, "dilation": lab.dilation, "flip": lab.flip}
        for lab in labs
    ]  # fmt: skip
    maps = module_page.evaluate(
        """async (states) => {
        const { featureMap } = await import("/cnnlib/widgets/kernel_lab/kernel_lab.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        return states.map(({ image, rows, size, kernel, ...state }) => {
          const x = { shape: [rows, image.length / rows], data: Float32Array.from(image) };
          const w = { shape: [size, size], data: Float32Array.from(kernel) };
          const { map } = featureMap(runtime, x, { ...state, kernel: w });
          return map && { ...map, data: [...map.data] };
        });
      }""",
        states,
    )
    for lab, found in zip(labs, maps, strict=True):
        try:
            wanted = lab.feature_map
        except ValueError:
            assert found is None
            continue
        assert found["shape"] == list(wanted.shape)
        scale = abs(wanted).max()
        np.testing.assert_allclose(found["data"], wanted.ravel(), rtol=1e-5, atol=1e-6 * scale)


def test_naive_loops_agree(rng):
    lab = KernelLab(rng.normal(size=(9, 9)), rng.normal(size=(3, 3)), 0.5, stride=2)
    x, w = lab.image[None, :, :, None], lab.kernel[:, :, None, None]
    wanted = naive_conv2d(x, w, np.array([0.5]), strides=(2, 2))
    np.testing.assert_allclose(lab.feature_map, wanted[0, :, :, 0], rtol=1e-5)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (6, 6), (3, 40), (158, 238)])
def test_a_window_slides_over_the_whole_map(module_page, rows, columns):
    pace, places = module_page.evaluate(
        """async (shape) => {
        const { paceOf, further } = await import("/cnnlib/widgets/kernel_lab/slide.js");
        const [rows, columns] = shape;
        const { pace, numbers } = paceOf(rows * columns);
        const places = [{ i: 0, j: 0 }];
        while (places.at(-1).i < rows - 1 || places.at(-1).j < columns - 1)
          places.push(further(places.at(-1), shape, numbers));
        return [pace, places];
      }""",
        [rows, columns],
    )
    order = [place["i"] * columns + place["j"] for place in places]
    assert order == sorted(set(order))
    assert order[-1] == rows * columns - 1
    assert 40 <= pace <= 250
    assert pace * len(order) <= 13_000


# ----------------------------------------------------------------------------------------- a page
def pixels(page, selector=MAP):
    """The colors of a picture, (rows, columns, 3)."""
    width, height, data = page.evaluate(
        """(selector) => {
        const canvas = document.querySelector(selector);
        const { width, height } = canvas;
        return [width, height, [...canvas.getContext("2d").getImageData(0, 0, width, height).data]];
      }""",
        selector,
    )
    return np.array(data, np.uint8).reshape(height, width, 4)[..., :3]


def colors(y):
    """What the map's colors must be: red and blue up to the largest number."""
    return colormaps["RdBu_r"](y / abs(y).max() / 2 + 0.5, bytes=True)[..., :3]


def numbers(page, caption):
    """The numbers of one of the three tables."""
    rows = page.locator(".stc-grid", has_text=caption).locator("tbody tr").all()
    return [[number(cell) for cell in row.locator("td").all_inner_texts()] for row in rows]


def number(text):
    top, *bottom = text.replace("−", "-").split("/")
    return float(top) / float(bottom[0] if bottom else 1)


@pytest.fixture
def lab():
    """A digit, so that the map has few numbers and no outliers are cut off its scale."""
    lab = KernelLab(kernel=RELIEF)
    lab.source, lab.i, lab.j = "digit", 2, 3
    return lab


def same_picture(page, lab):
    ours, wanted = pixels(page).astype(int), colors(lab.feature_map).astype(int)
    return ours.shape == wanted.shape and abs(ours - wanted).max() <= 6


def test_the_picture_shows_the_map_of_python(show, lab):
    assert same_picture(show(lab), lab)


CONTROLS = {
    "digit": (lambda page: page.get_by_label("Which").select_option("7"), {"digit": 7}),
    "preset": (
        lambda page: page.get_by_role("combobox", name="Kernel").select_option("sharpen"),
        {"kernel": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]},
    ),
    "size": (
        lambda page: page.get_by_label("5 × 5").check(),
        {"kernel": np.add.outer(range(5), range(5)) - 4},
    ),
    "weight": (
        lambda page: page.get_by_role("spinbutton", name="w[0, 2]").fill("−2.5"),
        {"kernel": [[-2, -1, -2.5], [-1, 0, 1], [0, 1, 2]]},
    ),
    "bias": (lambda page: page.get_by_label("Bias b").fill("12"), {"bias": 12}),
    "stride": (lambda page: page.get_by_label("Stride t").fill("3"), {"stride": 3}),
    "dilation": (lambda page: page.get_by_label("Dilation d").fill("2"), {"dilation": 2}),
    "padding": (lambda page: page.get_by_label("same").check(), {"padding": "same"}),
    "flip": (lambda page: page.get_by_label("Turn w by 180°").check(), {"flip": True}),
    "image": (
        lambda page: page.get_by_role("radio", name="Drawing").check(),
        {"source": "drawing"},
    ),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_the_picture(show, lab, name):
    page = show(lab)
    act, change = CONTROLS[name]
    act(page)
    for key, value in change.items():
        setattr(lab, key, value)
    if name == "image":  # larger: a few numbers lie beyond the ends of its scale
        assert pixels(page).shape[:2] == lab.feature_map.shape
    else:
        assert same_picture(page, lab)
    page.get_by_role("button", name="Reset").click()
    lab.set_trait("source", "digit")
    assert pixels(page).shape == (6, 6, 3)


def test_a_weight_stays_as_it_is_typed(show, lab):
    page = show(lab)
    weight = page.get_by_role("spinbutton", name="w[0, 0]")
    weight.fill("0")
    for text in ".1234567":
        page.keyboard.press(text)
    assert weight.input_value() == "0.1234567"
    weight.fill("2/3")
    weight.blur()
    assert weight.input_value() == "2/3"


def test_the_map_as_an_image_is_clipped(show, lab):
    page = show(lab)
    page.get_by_label("as an image").check()
    gray = np.floor(lab.feature_map / 16 * 256).clip(0, 255)
    assert abs(pixels(page).astype(int) - gray[..., None]).max() <= 1


def test_random_weights_are_whole_numbers(show, lab):
    page = show(lab)
    page.get_by_role("button", name="Random").click()
    weights = numbers(page, "kernel w")
    assert np.all(np.isin(weights, range(-3, 4)))
    lab.kernel = weights
    assert same_picture(page, lab)


@pytest.mark.parametrize("flip", [False, True])
def test_one_number_in_full_can_be_redone_by_hand(show, lab, flip):
    lab.flip, lab.bias, lab.padding = flip, -3, "same"
    page = show(lab)
    parts = lab.products(2, 3)
    assert numbers(page, "patch") == parts.patch.tolist()
    assert numbers(page, "kernel w") == parts.kernel.tolist()
    assert numbers(page, "products") == parts.products.tolist()
    assert number(page.locator(".stc-result").inner_text()) == parts.result == lab.feature_map[2, 3]
    said = page.locator(".stc-sum").inner_text().replace("−", "-")
    assert said.startswith(f"sum of the products {parts.products.sum():g} + bias -3 = y[2, 3] =")


def test_padding_is_marked_as_such(show, lab):
    lab.padding, lab.i, lab.j = "same", 0, 7
    page = show(lab)
    rows = page.locator(".stc-grid", has_text="patch").locator("tbody tr").all()
    marked = [[cell.get_attribute("class") for cell in row.locator("td").all()] for row in rows]
    assert marked == [["stc-padding"] * 3, ["", "", "stc-padding"], ["", "", "stc-padding"]]
    assert pixels(page, ".stc-pixels").shape == (10, 10, 3)  # the image in its frame


def test_hovering_moves_the_window(show, lab):
    page = show(lab)
    area = page.locator(".stc-picture").first.bounding_box()
    pixel = area["width"] / 8
    page.mouse.move(area["x"] + 6.5 * pixel, area["y"] + 1.5 * pixel)  # row 1, column 6
    page.get_by_text("How y[0, 5] comes about").wait_for()
    area = page.locator(".stc-picture").last.bounding_box()
    page.mouse.move(area["x"] + area["width"] / 12, area["y"] + area["height"] * 0.99)
    page.get_by_text("How y[5, 0] comes about").wait_for()
    assert numbers(page, "patch") == lab.image[5:8, 0:3].tolist()


def test_arrow_keys_step_the_window_and_stop_at_the_edge(show, lab):
    lab.stride, lab.i, lab.j = 2, 1, 1
    page = show(lab)
    for picture in page.get_by_role("application").all():
        for key in ["ArrowDown", "ArrowDown", "ArrowLeft"]:
            picture.press(key)
        page.get_by_text("How y[2, 0] comes about").wait_for()
        picture.press("PageUp")
        picture.press("End")
        page.get_by_text("How y[0, 2] comes about").wait_for()
        for key in ["ArrowDown", "ArrowLeft"]:
            picture.press(key)


def test_sliding_fills_the_map_number_by_number(show, lab):
    page = show(lab)
    before = pixels(page)
    page.evaluate("() => { window.setInterval = (tick) => { window.tick = tick; return 7; }; }")
    page.get_by_role("button", name="Slide").press("Enter")
    page.evaluate("() => { tick(); tick(); }")
    page.get_by_text("How y[0, 2] comes about").wait_for()
    part = pixels(page)
    np.testing.assert_array_equal(part[0, :3], before[0, :3])
    assert (part[0, 3:] >= 246).all()  # white: 0
    assert (part[1:] >= 246).all()
    page.get_by_role("application", name="Image x").press("ArrowDown")  # the reader helps
    page.evaluate("() => tick()")
    page.get_by_text("How y[1, 3] comes about").wait_for()
    page.get_by_role("button", name="Stop").click()
    np.testing.assert_array_equal(pixels(page), before)
    page.get_by_role("button", name="Slide").click()
    page.evaluate("() => { for (let k = 0; k < 36; k++) tick(); }")
    page.get_by_text("How y[5, 5] comes about").wait_for()
    page.get_by_role("button", name="Slide").wait_for()  # it has stopped at the end
    np.testing.assert_array_equal(pixels(page), before)


def test_unread_pixels_are_counted_and_veiled(show, lab):
    lab.stride = 3  # windows at 0 and 3: rows and columns 6 and 7 are left
    page = show(lab)
    page.get_by_text("28 of 64 pixels are read by no window").wait_for()
    seen = pixels(page, ".stc-pixels")
    colored = seen.max(axis=2) != seen.min(axis=2)
    assert colored[6:].all()
    assert colored[:, 6:].all()
    assert not colored[:6, :6].any()


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ({}, "rows\n⌊(8 + 2·0 − 3) / 1⌋ + 1 = 6"),
        ({"stride": 2}, "rows\n⌊(8 + 2·0 − 3) / 2⌋ + 1 = 3"),
        ({"padding": "same"}, "rows\n⌊(8 + 2·1 − 3) / 1⌋ + 1 = 8"),
        ({"padding": "same", "stride": 3}, "rows\n⌊(8 + 0 + 1 − 3) / 3⌋ + 1 = 3"),
        ({"dilation": 2}, "rows\n⌊(8 + 2·0 − 2·2 − 1) / 1⌋ + 1 = 4"),
    ],
)
def test_the_formula_is_filled_in(show, lab, state, line):
    for key, value in state.items():
        setattr(lab, key, value)
    assert line in show(lab).locator(".stc-formula").inner_text()


def test_a_kernel_that_does_not_fit_gets_a_sentence(show, lab):
    page = show(lab)
    page.get_by_label("5 × 5").check()
    page.get_by_label("Dilation d").fill("3")
    said = page.get_by_text("A kernel must fit into its image").first
    assert "5 × 5 weights. With a dilation of 3 it spans 13 × 13 pixels" in said.inner_text()
    assert page.locator(".stc-products").is_hidden()
    page.get_by_role("application").first.press("ArrowDown")  # there is nothing to step: no error
    page.get_by_label("same").check()
    lab.kernel, lab.dilation, lab.padding = np.add.outer(range(5), range(5)) - 4, 3, "same"
    assert same_picture(page, lab)


# ------------------------------------------------------------------------------- images to bring
@pytest.fixture
def file(tmp_path):
    """A color photo of 600 × 300 pixels."""
    path = tmp_path / "mine.png"
    data = np.zeros((300, 600, 3), np.uint8)
    data[:, 300:] = (200, 100, 50)
    Image.fromarray(data).save(path)
    return path


def test_the_readers_own_file_stays_in_the_page(show, lab, file):
    page = show(lab)
    requests = []
    page.on("request", lambda r: r.url.startswith(("data:", "blob:")) or requests.append(r.url))
    page.get_by_label("Own file").check()
    page.get_by_text("The file stays in this page; it is sent nowhere.").wait_for()
    page.get_by_text("Choose an image file, or drop one here.").wait_for()
    page.get_by_label("Image file").set_input_files(file)
    page.get_by_text("128 × 256", exact=True).wait_for()
    shown = pixels(page, ".stc-pixels")
    light = round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)
    assert (shown[64, 10] == 0).all()
    assert abs(shown[64, 250].astype(int) - light).max() <= 1
    assert requests == []


def test_a_file_can_be_dropped(show, lab, file):
    page = show(lab)
    page.evaluate(
        """(bytes) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], "mine.png", { type: "image/png" }));
        const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector(".stc-picture").dispatchEvent(drop);
      }""",
        list(file.read_bytes()),
    )
    page.get_by_text("128 × 256", exact=True).wait_for()
    assert page.get_by_label("Own file").is_checked()


def test_a_file_that_is_no_image_is_refused(show, lab, tmp_path):
    (tmp_path / "notes.png").write_text("no image")
    page = show(lab)
    page.get_by_label("Own file").check()
    page.get_by_label("Image file").set_input_files(tmp_path / "notes.png")
    page.get_by_text(
        "A file must be an image that this browser can read; got “notes.png”."
    ).wait_for()


def test_drawing_with_the_pointer(show, lab):
    lab.source, lab.kernel = "drawing", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    page = show(lab)
    page.get_by_role("button", name="Clear").click()
    assert pixels(page, ".stc-pixels").max() == 0
    area = page.locator(".stc-picture").first.bounding_box()
    pixel = area["width"] / 16
    page.mouse.move(area["x"] + 2.5 * pixel, area["y"] + 4.5 * pixel)
    page.mouse.down()
    page.mouse.move(area["x"] + 6.5 * pixel, area["y"] + 4.5 * pixel, steps=12)
    page.mouse.up()
    page.mouse.move(area["x"] + 6.5 * pixel, area["y"] + 9.5 * pixel)
    drawn = np.argwhere(pixels(page, ".stc-pixels")[..., 0] == 255)
    assert drawn.tolist() == [[4, column] for column in range(2, 7)]
    page.mouse.click(area["x"] + 4.5 * pixel, area["y"] + 4.5 * pixel)  # a second time: erased
    assert pixels(page, ".stc-pixels")[4, 4, 0] == 0


def test_drawing_with_the_keyboard(show, lab):
    lab.source = "drawing"
    page = show(lab)
    page.get_by_role("button", name="Clear").press("Enter")
    image = page.get_by_role("application").first
    for key in ["Space", "ArrowRight", "Space", "ArrowDown", "Space", "Home", "PageUp", "Space"]:
        image.press(key)
    drawn = np.argwhere(pixels(page, ".stc-pixels")[..., 0] == 255)
    assert drawn.tolist() == [[0, 0], [8, 8], [8, 9], [9, 9]]
    image.press("Space")
    assert pixels(page, ".stc-pixels")[0, 0, 0] == 0


# -------------------------------------------------------------------------------- for every reader
def test_the_keyboard_alone_suffices(show, lab):
    page = show(lab)
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("""() => {
          const at = document.activeElement;
          const text = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent;
          return at.closest(".stc") && (text ?? at.textContent); }""")
        if name is None:
            break
        visible = page.evaluate("""() => { const { outlineStyle } = getComputedStyle(
          document.activeElement.matches(".stc-segments input")
            ? document.activeElement.nextElementSibling : document.activeElement);
          return outlineStyle; }""")
        assert visible != "none", name
        reached.append(name.strip())
    for wanted in [
        "Reset", "Copy link", "Full screen", "Digit", "Which", "Image x", "Feature map y",
        "red and blue", "Slide", "Kernel", "3 × 3", "w[2, 2]", "Bias b", "Random",
        "Stride t", "Dilation d", "valid", "Turn w by 180°", "In words",
    ]:  # fmt: skip
        assert any(name.startswith(wanted) for name in reached), (wanted, reached)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("source", ["photo", "digit", "drawing", "own"])
def test_axe_finds_nothing(show, lab, theme, source):
    lab.source, lab.padding, lab.stride, lab.dilation = source, "same", 2, 2
    page = show(lab, theme=theme)
    page.get_by_text("In words").click()
    page.get_by_label("5 × 5").check()
    assert not violations(page)


@pytest.mark.parametrize("source", ["photo", "drawing", "own"])
def test_it_fits_a_phone(show, lab, source):
    lab.source, lab.kernel, lab.dilation = source, np.full((5, 5), -1 / 9), 2
    page = show(lab, width=360, height=740)
    assert not cut_off(page)
    small = page.evaluate("""() =>
      [...document.querySelectorAll(".stc :is(button, input, select, summary)")]
      .filter((node) => node.checkVisibility())
      .map((node) => (node.matches("[type=checkbox]") ? node.parentElement : node))
      .map((node) => node.getBoundingClientRect())
      .filter(({ width, height }) => width < 24 || height < 24).length""")
    assert small == 0


def test_several_labs_on_a_page_do_not_disturb_each_other(show, lab):
    other = KernelLab(np.arange(49).reshape(7, 7), kernel=np.ones((3, 3)), name="other-lab")
    page = show(lab, other, link="#other-lab?bias=5")
    first, second = (
        page.get_by_role("group", name="Kernel lab"),
        page.get_by_role("group", name="Other lab"),
    )
    assert second.locator(".stc-result").inner_text() == str(int(other.products().result) + 5)
    assert first.locator(".stc-result").inner_text() == f"{lab.products().result:g}".replace(
        "-", "−"
    )
    second.get_by_label("same").check()
    assert first.get_by_label("valid").is_checked()
    assert second.get_by_text("7 × 7", exact=True).count() == 2
    ids = page.evaluate("[...document.querySelectorAll('.stc [id]')].length")
    assert ids == 0


def test_the_link_brings_a_drawing_and_a_kernel(show, lab):
    lab.source = "drawing"
    page = show(lab)
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("application").first.press("Space")
    page.get_by_role("spinbutton", name="w[1, 1]").fill("9")
    page.get_by_role("button", name="Copy link").click()
    link = page.url[page.url.index("#") :]
    other = show(lab, link=link)
    drawn = np.argwhere(pixels(other, ".stc-pixels")[..., 0] == 255)
    assert drawn.tolist() == [[8, 8]]
    assert other.get_by_role("spinbutton", name="w[1, 1]").input_value() == "9"


def test_it_is_told_in_words(show, lab):
    page = show(lab)
    page.get_by_text("In words").click()
    page.wait_for_function("document.querySelector('.stc-words p').textContent")
    y = lab.feature_map
    words = page.locator(".stc-words p").inner_text().replace("−", "-")
    for part in [
        "a handwritten 3 of 8 × 8 pixels",
        "“relief” of 3 × 3 weights (-2 -1 0; -1 0 1; 0 1 2)",
        f"6 × 6 numbers from {y.min():g} to {y.max():g}",
        f"y[2, 3] = {y[2, 3]:g}",
    ]:
        assert part in words
