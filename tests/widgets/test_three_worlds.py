"""ThreeWorlds: one kernel on three kinds of data, in Python, in functions, on the screen."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import ops
from cnnlib.widgets import ThreeWorlds
from tests.accessible import fits, violations

TEXT = "not a bad film but a good one"
DIRECTIONS = ("row", "column", "square")


def tone(k):
    return np.cos(2 * np.pi * np.arange(k) / k).round(6)


def some_worlds(rng, count=24):
    """Figures with random settings."""
    texts = (None, TEXT, "it was good and not at all toString")
    return [
        ThreeWorlds(
            rng.normal(size=rng.integers(2, 9)),
            DIRECTIONS[n % 3],
            int(rng.integers(1, 5)),
            texts[int(rng.integers(3))],
        )
        for n in range(count)
    ]


# ---------------------------------------------------------------------------------------- Python
def test_a_row_is_an_image_of_height_1(rng):
    for worlds in some_worlds(rng):
        row, t = np.asarray(worlds.kernel)[0], worlds.stride
        for name in ("sound", "text"):
            x, y = worlds.inputs[name], worlds.outputs[name]
            wanted = np.correlate(x.ravel(), row, "valid")[::t]
            np.testing.assert_allclose(y, wanted[None, None, :, None], atol=1e-5)


def test_the_kernel_lies_stands_or_is_a_square():
    worlds = ThreeWorlds([1, 2, -1])
    photo = worlds.inputs["photo"]
    row = worlds.outputs["photo"]
    worlds.direction = "column"
    column = worlds.outputs["photo"]
    worlds.direction = "square"
    assert (row.shape[1:3], column.shape[1:3]) == ((80, 118), (78, 120))
    assert worlds.weights("photo")[:, :, 0, 0].tolist() == [[1, 2, -1], [2, 4, -2], [-1, -2, 1]]
    both = ops.conv2d(row, np.array([1.0, 2, -1], np.float32)[:, None, None, None])
    np.testing.assert_allclose(worlds.outputs["photo"], both, rtol=1e-4, atol=1e-2)
    assert photo.shape == (1, 80, 120, 1)
    assert worlds.weights("text").shape == (1, 3, 1, 1)
    with pytest.raises(ValueError, match="`world` must be one of photo, sound, text; got 'film'"):
        worlds.weights("film")


def loudest(worlds):
    """The largest size in each tone, of the windows that lie in it as a whole."""
    y, k = worlds.outputs["sound"].ravel(), worlds.kernel.shape[1]
    start = np.arange(y.size) * worlds.stride
    return [float(abs(y[inside]).max()) for inside in (start + k <= 64, start >= 64)]


@pytest.mark.parametrize(
    ("kernel", "stride", "wanted"),
    [
        ([-1, 1], 1, (np.sin(np.pi / 4), 1)),
        ([1 / 3] * 3, 1, ((1 + np.sqrt(2)) / 3, 1 / 3)),
        ([1 / 4] * 4, 1, ((1 + np.sqrt(2)) / 4, 0)),
        (tone(8), 1, (4, 0)),
        (tone(8), 3, (4, 0)),
        (tone(8), 4, (0, 0)),  # always the same step of the swing
        (tone(4), 1, (np.sqrt(2), 2)),
    ],
)
def test_the_chapter_s_numbers_of_the_tones(kernel, stride, wanted):
    assert loudest(ThreeWorlds(kernel, stride=stride)) == pytest.approx(wanted, abs=1e-5)


def test_the_chapter_s_numbers_of_the_texts():
    worlds = ThreeWorlds()
    assert worlds.outputs["text"].ravel().tolist() == [0, 0, -1, 2, -1, 0, 0]
    worlds.stride = 2
    assert worlds.outputs["text"].max() == 0  # "not good" begins between two windows
    worlds = ThreeWorlds(text="the story is not bad and not long")
    assert worlds.outputs["text"].ravel().tolist() == [0, 0, -1, 0, 1, -1, 1]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("kernel", [1], "`kernel` must be one row of 2 to 8 weights; got an array of shape"),
        ("kernel", np.ones((2, 2)), "one row of 2 to 8 weights"),
        ("kernel", [1, np.nan], "kernel"),
        ("direction", "up", "`direction` must be one of 'row', 'column', 'square'; got 'up'"),
        ("stride", 5, "`stride` must be a whole number from 1 to 4; got 5"),
        ("text", "not good", "`text` must have 8 to 10 words of at most 8 letters; got 'not good'"),
        ("text", "a b c d e f g unbelievable", "at most 8 letters"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    worlds = ThreeWorlds()
    before = worlds.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(worlds, name, value)
    assert worlds.get_state() == before
    with pytest.raises(ValueError, match=message):
        ThreeWorlds(**{name: value})


def test_what_a_page_sends_is_read_in_python():
    worlds = ThreeWorlds()
    sent = {
        "shape": [1, 3],
        "dtype": "float32",
        "data": memoryview(np.float32([1, 0, 2]).tobytes()),
    }
    worlds.set_state({"kernel": sent, "stride": 3, "direction": "square", "text": TEXT, "word": 1})
    assert worlds.kernel.tolist() == [[1, 0, 2]]
    assert {name: y.shape for name, y in worlds.outputs.items()} == {
        "photo": (1, 26, 40, 1),
        "sound": (1, 1, 42, 1),
        "text": (1, 1, 2, 1),
    }
    with pytest.raises(ValueError, match="got 9"):
        worlds.set_state({"stride": 9})


def test_the_still_has_the_numbers():
    worlds = ThreeWorlds()
    photo, mapped, sound, heard, text, found = worlds.still().axes
    assert np.asarray(photo.images[0].get_array()).shape == (80, 120)
    assert np.asarray(mapped.images[0].get_array()).shape == (80, 119)
    assert (len(sound.lines[0].get_ydata()), len(heard.lines[0].get_ydata())) == (128, 127)
    assert "good\n1" in [written.get_text() for written in text.texts]
    assert [written.get_text() for written in found.texts] == ["0", "0", "-1", "2", "-1", "0", "0"]


def test_the_description_names_shapes_and_the_best_place():
    told = ThreeWorlds().describe()
    assert "photo (1, 80, 119, 1), sound (1, 1, 127, 1), text (1, 1, 7, 1)" in told
    assert "most at “not good”, with 2." in told


# ------------------------------------------------------------------------------- pure functions
def test_the_page_s_numbers_are_python_s(module_page, rng):
    some = some_worlds(rng)
    given = {"photo": some[0].photo, "sound": some[0].sound}
    given = {name: {"shape": a.shape, "data": a.ravel().tolist()} for name, a in given.items()}
    states = [
        {
            "kernel": np.asarray(w.kernel)[0].tolist(),
            **{key: getattr(w, key) for key in ("direction", "stride", "text")},
        }
        for w in some
    ]
    found = module_page.evaluate(
        """async ({ given, meaning, states }) => {
          const { convolveAll, terms } = await import("/cnnlib/widgets/three_worlds/worlds.js");
          const { tableOf } = await import("/cnnlib/widgets/tables.js");
          const runtime = await (await import("/cnnlib/wasm/kernels.js")).kernels();
          for (const one of Object.values(given)) one.data = Float32Array.from(one.data);
          return states.map((state) => {
            const settings = { ...state, kernel: tableOf([state.kernel]) };
            const parts = convolveAll(runtime, { ...given, meaning }, settings);
            const last = Object.values(parts).map((part) => {
              const [, rows, columns] = part.y.shape;
              const pairs = terms(part, state.stride, rows - 1, columns - 1);
              return pairs.reduce((sum, [x, w]) => sum + x * w, 0);
            });
            return [Object.values(parts).map(({ y }) => [y.shape, [...y.data]]), last];
          });
        }""",
        {"given": given, "meaning": some[0].meaning, "states": states},
    )
    for worlds, (outputs, last) in zip(some, found, strict=True):
        for y, (shape, data), total in zip(worlds.outputs.values(), outputs, last, strict=True):
            assert tuple(shape) == y.shape
            np.testing.assert_allclose(data, y.ravel(), rtol=1e-5, atol=1e-3)
            assert total == pytest.approx(float(y.ravel()[-1]), rel=1e-4, abs=1e-2)


# ----------------------------------------------------------------------------------------- a page
def rooms(page):
    """The texts of the three rooms."""
    return page.locator(".stc-w-room").all_inner_texts()


def chooser(page, name):
    return page.get_by_role("combobox", name=name)


def cells(page, k):
    """The first lines of the cells of a row of words (0) or of its output (1)."""
    cells = page.locator(".stc-ng").nth(k).locator(".stc-ng-cell span")
    return [text.replace("−", "-") for text in cells.all_inner_texts()]


def shown(worlds):
    return [f"{number:g}" for number in worlds.outputs["text"].ravel().round(2) + 0]


def test_the_rooms_show_python_s_numbers(show):
    worlds = ThreeWorlds()
    page = show(worlds)
    photo, sound, text = rooms(page)
    assert "x (1, 80, 120, 1) · w (1, 2, 1, 1) → y (1, 80, 119, 1)" in photo
    assert "x (1, 1, 128, 1) · w (1, 2, 1, 1) → y (1, 1, 127, 1)" in sound
    assert "Largest size in the first tone: 0.707; in the second: 1." in sound
    assert "“not good”: y[3] = (−1)·(−1) + 1·1 = 2" in text
    assert "Largest output: 2, at “not good”." in text
    assert cells(page, 0) == worlds.text.split()
    assert cells(page, 1) == shown(worlds)


CONTROLS = {
    "mean": (
        lambda page: chooser(page, "Kernel").select_option("mean"),
        {"kernel": [1 / 3] * 3},
    ),
    "tone": (
        lambda page: chooser(page, "Kernel").select_option("tone (a cosine)"),
        {"kernel": tone(8)},
    ),
    "width": (lambda page: chooser(page, "Width k").select_option("3"), {"kernel": [-1, 0, 1]}),
    "weight": (
        lambda page: page.get_by_role("spinbutton", name="w[0, 1]").fill("−2.5"),
        {"kernel": [-1, -2.5]},
    ),
    "stride": (lambda page: page.get_by_role("slider", name="Stride").fill("3"), {"stride": 3}),
    "text": (lambda page: chooser(page, "Text").select_option(TEXT), {"text": TEXT}),
    "column": (lambda page: page.get_by_label("k × 1").check(), {"direction": "column"}),
    "square": (lambda page: page.get_by_label("k × k").check(), {"direction": "square"}),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_the_picture(show, name):
    worlds = ThreeWorlds()
    page = show(worlds)
    before = rooms(page)
    act, change = CONTROLS[name]
    act(page)
    for key, value in change.items():
        setattr(worlds, key, value)
    after = rooms(page)
    assert after != before
    for world, told in zip(worlds.outputs, after, strict=True):
        assert f"→ y ({', '.join(map(str, worlds.outputs[world].shape))})" in told
    assert cells(page, 1) == shown(worlds)
    first, second = (f"{top:.3f}".rstrip("0").rstrip(".") for top in loudest(worlds))
    assert f"first tone: {first}; in the second: {second}." in after[1]
    page.get_by_role("button", name="Reset").click()
    assert rooms(page) == before


def test_the_keyboard_alone_moves_every_window(show):
    page = show(ThreeWorlds())
    page.get_by_role("application", name="The output, 80 × 119").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert "y[41, 61] = " in rooms(page)[0]
    page.get_by_role("slider", name="Output number").focus()
    page.keyboard.press("End")
    assert "y[126] = (−1)·0 + 1·(−1) = −1" in rooms(page)[1]
    page.get_by_role("application", name="The output: 0, 0, −1").focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    assert "“very long”: y[6] = " in rooms(page)[2]


def test_pointers_move_the_windows(show):
    page = show(ThreeWorlds())
    page.locator(".stc-ng-cell").first.click()
    assert "“the film”: y[0]" in rooms(page)[2]
    wave = page.locator(".stc-plot").first
    box = wave.bounding_box()
    wave.click(position={"x": box["width"] - 8, "y": box["height"] / 2})
    assert "y[126]" in rooms(page)[1]
    page.locator(".stc-picture").first.hover(position={"x": 3, "y": 1})
    assert "y[0, " in rooms(page)[0]


def test_an_output_that_shrinks_keeps_a_mark(show):
    worlds = ThreeWorlds(tone(8), stride=4)
    worlds.i, worlds.j, worlds.moment, worlds.word = 79, 118, 126, 6
    page = show(worlds)
    photo, sound, text = rooms(page)
    assert "y[19, 28] = " in photo
    assert "y[30] = " in sound
    assert "first tone: 0; in the second: 0." in sound
    assert "y[0] = " in text
    chooser(page, "Width k").select_option("2")
    page.get_by_role("slider", name="Stride").fill("1")
    assert "y[126]" in rooms(page)[1]


def test_what_the_reader_does_is_in_the_link(show):
    page = show(ThreeWorlds())
    chooser(page, "Kernel").select_option("mean")
    chooser(page, "Text").select_option(TEXT)
    page.get_by_role("slider", name="Stride").fill("2")
    page.get_by_role("button", name="Copy link").click()
    wanted, link = rooms(page), page.evaluate("() => location.hash")
    assert link.startswith("#three-worlds?kernel=0.3333333,")
    assert rooms(show(ThreeWorlds(), link=link)) == wanted


def test_a_bad_link_says_the_rule(show):
    page = show(ThreeWorlds(), link="#three-worlds?text=not+good&stride=9")
    told = page.locator(".stc-note").all_inner_texts()
    assert any("8 to 10 words" in note and "from 1 to 4" in note for note in told)
    assert "at “not good”" in rooms(page)[2]


def test_the_words_say_it_all(show):
    page = show(ThreeWorlds())
    page.get_by_text("In words").click()
    page.wait_for_function("() => document.querySelector('.stc-words p').textContent")
    told = page.locator(".stc-words p").inner_text()
    assert "A kernel (difference) of weights −1 1 slides over a photo, a sound and a text" in told


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(show, theme):
    page = show(ThreeWorlds(tone(8)), theme=theme)
    assert not violations(page)


def test_a_phone_has_room_for_it(show):
    page = show(ThreeWorlds(tone(8)), width=360)
    assert fits(page)
    assert page.locator(".stc-ng-cell").first.bounding_box()["width"] >= 30
