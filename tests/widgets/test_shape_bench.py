"""ShapeBench: sizes, windows and unread pixels, in Python, in pure functions, and on the screen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cnnlib import ops
from cnnlib.shapes import window
from cnnlib.widgets import ShapeBench
from tests.accessible import fits, violations
from tests.drawing import later

SIDES = list(
    itertools.product(
        (1, 4, 7, 10, 13), (1, 2, 3, 6), (1, 2, 3, 5), ("valid", "same", 0, 3), (1, 2, 4)
    )
)


def by_hand(H, k, t, padding, d):
    """A side by trying every start: zeros before and after, the starts, readers of each pixel."""
    span = d * (k - 1) + 1
    before = after = padding if isinstance(padding, int) else 0
    if padding == "same":
        while len(range(0, H + after - span + 1, t)) < -(-H // t):
            after += 1  # all zeros at the end first; then share them
        before, after = after // 2, after - after // 2
    starts = [s for s in range(0, H + before + after, t) if s + span <= H + before + after]
    readers = [
        sum(s <= p + before <= s + span - 1 and (p + before - s) % d == 0 for s in starts)
        for p in range(H)
    ]
    return before, after, starts, readers


def bench_of(side):
    H, k, t, padding, d = side
    return ShapeBench(H, kernel_size=k, stride=t, padding=padding, dilation=d)


# ---------------------------------------------------------------------------------------- Python
def test_a_row_by_trying_every_start():
    for side in SIDES:
        before, after, starts, readers = by_hand(*side)
        bench = bench_of(side)
        if not starts:
            with pytest.raises(ValueError, match="must fit into the image"):
                _ = bench.output
            assert "does not fit" in bench.describe()
            continue
        assert bench.zeros == ((before, after),), side
        assert bench.output == (len(starts),), side
        assert bench.readers.tolist() == readers, side
        assert bench.unread == readers.count(0)
        assert bench.remainder == (side[0] + before + after - (starts[-1] + bench.span),), side


def test_an_image_has_two_such_sides():
    bench = ShapeBench(13, 9, stride=2, dilation=2)
    rows, columns = (ShapeBench(n, stride=2, dilation=2) for n in (9, 13))
    assert bench.shape == (9, 13)
    assert bench.output == rows.output + columns.output
    assert bench.readers.tolist() == np.outer(rows.readers, columns.readers).tolist()
    assert bench.unread == 82


def test_zeros_by_hand_are_a_zero_padding_layer():
    bench = ShapeBench(10, 7, kernel_size=3, stride=2, padding=2)
    x = np.pad(np.ones((7, 10)), 2)[None, :, :, None]
    y = ops.conv2d(x, np.ones((3, 3, 1, 1)), strides=2)
    assert bench.output == y.shape[1:3]
    assert y.sum() == bench.readers.sum()  # readers of pixels are pixels of readers


def test_the_book_s_second_pool():
    bench = ShapeBench(29, 29, kernel_size=2, stride=2)
    assert (bench.output, bench.unread, bench.remainder) == ((14, 14), 57, (1, 1))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("width", 33, "`width` must be a whole number from 1 to 32; got 33"),
        ("height", 0, "`height` must be a whole number from 1 to 32; got 0"),
        ("kernel_size", 8, "`kernel_size` must be a whole number from 1 to 7; got 8"),
        ("stride", 0, "`stride` must be a whole number from 1 to 6; got 0"),
        ("dilation", 0, "`dilation` must be a whole number from 1 to 4; got 0"),
        ("padding", "full", "`padding` must be one of 'valid', 'same', 'pixels'; got 'full'"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    bench = ShapeBench()
    before = bench.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(bench, name, value)
    assert bench.get_state() == before
    with pytest.raises(ValueError, match=message):
        ShapeBench(**{name: value})


def test_what_a_page_sends_is_read_in_python():
    bench = ShapeBench()
    bench.set_state({"dimensions": 2, "padding": "pixels", "pixels": 2, "i": 3})
    assert (bench.shape, bench.output, bench.zeros) == ((8, 10), (5, 6), ((2, 2), (2, 2)))
    assert ShapeBench(padding=2).get_state()["pixels"] == 2
    with pytest.raises(ValueError, match="got 99"):
        bench.set_state({"width": 99})
    assert bench.width == 10


def test_zeros_by_hand_have_a_limit():
    with pytest.raises(ValueError, match="`pixels` must be a whole number from 0 to 6; got 7"):
        ShapeBench(padding=7)


def test_the_still_of_a_row_has_its_windows():
    bench = ShapeBench(10, stride=2, padding=1)
    counts, windows = bench.still().axes
    table = np.asarray(counts.images[0].get_array())
    assert table.shape == (1, 12)
    assert table[0, 1:-1].tolist() == bench.readers.tolist()
    assert [text.get_text() for text in counts.texts][:3] == ["", "1", "2"]
    assert len(windows.patches) == bench.output[0] * 3
    assert counts.get_title(loc="left") == "windows that read each pixel; output 5"


def test_the_still_of_an_image():
    figure = ShapeBench(13, 9, stride=2, dilation=2).still()
    (counts,) = figure.axes
    assert len(counts.patches) == 82  # violet: read by no window
    assert figure.get_figwidth() <= 7.6
    assert ShapeBench(2, kernel_size=3).still().axes  # it fits nowhere, and is drawn all the same


def test_the_description_counts():
    text = ShapeBench(29, 29, kernel_size=2, stride=2).describe()
    assert "2 × 2 over 29 × 29 pixels with stride 2, dilation rate 1 and valid padding" in text
    assert "makes 14 × 14 outputs. 57 of 841 pixels are read by no window." in text
    assert "3 zeros on each side makes 8 outputs" in ShapeBench(11, stride=2, padding=3).describe()


# ------------------------------------------------------------------------------- pure functions
@pytest.fixture
def run(module_page):
    return lambda use, given=None: module_page.evaluate(
        """async ({ use, input }) => eval(use)({
          ...(await import("/cnnlib/widgets/shape_bench/layout.js")),
          ...(await import("/cnnlib/widgets/shape_bench/shape_bench_text.js")),
          runtime: await (await import("/cnnlib/wasm/kernels.js")).kernels(), input })""",
        {"use": use, "input": given},
    )


def state(bench):
    return {key: getattr(bench, key) for key in SETTINGS}


SETTINGS = (
    "dimensions",
    "height",
    "width",
    "kernel_size",
    "stride",
    "padding",
    "pixels",
    "dilation",
)


def test_the_page_s_numbers_are_python_s(run):
    benches = [bench_of(side) for side in SIDES]
    benches += [ShapeBench(H, k + 3, k, t, padding, d) for H, k, t, padding, d in SIDES[::7]]
    found = run(
        """({ layout, counted, unreadPixels, unread, lanes, runtime, input }) =>
        input.map((state) => {
        const win = layout(state);
        if (!win.fits) return null;
        const { rows, columns } = win;
        const sides = state.dimensions === 1 ? [columns] : [rows, columns];
        return { ...counted(runtime, win), unread: unreadPixels(win),
          output: sides.map((s) => s.count), zeros: sides.map((s) => [s.before, s.after]),
          remainder: sides.map((s) => s.remainder), kinds: unread(columns),
          lanes: lanes(columns).count };
      })""",
        [state(bench) for bench in benches],
    )
    for bench, got in zip(benches, found, strict=True):
        try:
            output = bench.output
        except ValueError:
            assert got is None, bench.describe()
            continue
        assert tuple(got["output"]) == output
        assert tuple(map(tuple, got["zeros"])) == bench.zeros
        assert tuple(got["remainder"]) == bench.remainder
        assert got["pixels"] == bench.readers.ravel().tolist()
        assert got["unread"] == bench.unread
        assert sum(got["outputs"]) == bench.readers.sum()
        if bench.dimensions == 1:
            assert got["kinds"]["all"] == bench.unread
            behind = max(0, bench.remainder[0] - bench.zeros[0][1])
            assert got["kinds"]["behind"] == behind
            assert (got["kinds"]["between"] > 0) <= (bench.stride > bench.span)
        assert 1 <= got["lanes"] <= bench.window.output[1]


def test_windows_in_a_lane_do_not_touch(run):
    found = run(
        """({ lanes, layout, input }) => input.map((state) => {
        const { columns: { span, t, count, ...rest } } = layout(state);
        if (!count) return 1;
        const { count: all, lane } = lanes({ span, t, count });
        const ends = Array(all).fill(-1);
        return Array.from({ length: count }, (_, j) => {
          const free = j * t - ends[lane(j)];
          ends[lane(j)] = j * t + span;
          return j < all ? 1 : free;
        }).reduce((a, b) => Math.min(a, b));
      })""",
        [state(bench_of(side)) for side in SIDES],
    )
    assert min(found) >= 0.5


def test_what_other_settings_make_of_a_side(run):
    use = "({ settings, input }) => input.map(([H, state]) => settings(H, state))"
    made = run(use, [[side[0], state(bench_of(side))] for side in SIDES])
    for (H, k, t, _, d), rows in zip(SIDES, made, strict=True):
        for row, padding in zip(rows, ("valid", "same", d * (k - 1) // 2), strict=False):
            before, after, starts, _ = by_hand(H, k, t, padding, d)
            assert row["zeros"] == f"{before} + {after}"
            assert row["count"] == (str(len(starts)) if starts else "does not fit")
        last = (rows[3]["count"], rows[3]["begin"])
        assert last == ("an error", "only with stride 1") if t > 1 else last[0] == str(H)


def torch_like(x, w, t, p, d):
    """The same zeros on both sides, or None if the kernel does not fit."""
    try:
        framed = np.pad(x, ((0, 0), (0, 0), (p, p), (0, 0)))
        return ops.conv2d(framed, w, None, (1, t), "valid", (1, d))
    except ValueError:
        return None


def test_keras_and_pytorch_agree_if_the_numbers_do(run):
    use = "({ verdict, input }) => input.map(([H, state]) => verdict(H, state))"
    made = run(use, [[side[0], state(bench_of(side))] for side in SIDES])
    for (H, k, t, _, d), said in zip(SIDES, made, strict=True):
        x = np.arange(1, H + 1.0).reshape(1, 1, H, 1) ** 2
        w = np.arange(1.0, k + 1).reshape(1, k, 1, 1)
        keras = ops.conv2d(x, w, None, (1, t), "same", (1, d))
        torch = torch_like(x, w, t, d * (k - 1) // 2, d)
        if torch is None or keras.shape != torch.shape:
            assert "do not agree in size" in said
        elif np.array_equal(keras, torch):
            assert "read the same pixels here" in said
        else:
            assert "the same weights give other numbers" in said


@pytest.mark.parametrize(
    ("bench", "words"),
    [
        (ShapeBench(), "1 of 10 pixels is read by no window: 1 pixel behind the last window."),
        (
            ShapeBench(11, dilation=2),
            "5 of 11 pixels are read by no window: 5 pixels that only holes",
        ),
        (
            ShapeBench(12, stride=5),
            "6 of 12 pixels are read by no window: 4 pixels behind the last window and 2",
        ),
        (ShapeBench(9, stride=1), "Every pixel is read by a window."),
        (ShapeBench(6, padding=1), "The remainder falls on the padding."),
        (ShapeBench(29, 29, 2), "1 row behind the last window and 1 column behind"),
    ],
)
def test_why_pixels_are_not_read(run, bench, words):
    use = "({ notRead, layout, input }) => notRead(layout(input), input.dimensions)"
    assert words in run(use, state(bench))


# ----------------------------------------------------------------------------------------- a page
def cells(page, name):
    """The texts of a grid, row by row."""
    rows = page.get_by_role("grid", name=name, exact=True).get_by_role("row").all()
    return [row.evaluate("row => [...row.children].map((cell) => cell.innerText)") for row in rows]


def counts(page):
    return [[int(text) for text in row if text] for row in cells(page, "Input x") if any(row)]


def told(page):
    return page.locator(".stc-bench-story").inner_text()


def formula(page):
    return page.locator(".stc-bench-formula").inner_text()


def slide(page, label, value):
    page.get_by_role("slider", name=label, exact=True).fill(str(value))


def test_the_grids_show_python_s_numbers(show):
    bench = ShapeBench(13, 9, padding="same", dilation=2)
    page = show(bench)
    assert counts(page) == bench.readers.tolist()
    assert page.locator(".stc-unread").count() == bench.unread
    assert page.locator(".stc-begin").count() == np.prod(bench.output)
    assert len(cells(page, "Output y")) == bench.output[0]
    (top, bottom), (left, right) = bench.zeros
    assert page.locator(".stc-padding").count() == (9 + top + bottom) * (13 + left + right) - 117


def test_the_formula_is_filled_in(show):
    page = show(ShapeBench())
    assert "⌊(10 − 3) / 2⌋ + 1 = ⌊7 / 2⌋ + 1 = 4" in formula(page)
    assert "7 = 3·2 + 1 left over" in formula(page)
    page.get_by_label("same", exact=True).check()
    assert "15" not in formula(page)
    for words in (
        "⌈10 / 2⌉ = 5",
        "(5 − 1)·2 + 3 = 11",
        "11 − 10 = 1 = 0 before + 1 after",
        "⌊8 / 2⌋ + 1 = 5",
    ):
        assert words in formula(page)
    page.get_by_label("p on each side").check()
    slide(page, "p", 2)
    assert "⌊(10 + 2·2 − 3) / 2⌋ + 1 = ⌊11 / 2⌋ + 1 = 6" in formula(page)


CONTROLS = {
    "width": (lambda page: slide(page, "Width", 7), {"width": 7}),
    "kernel": (lambda page: slide(page, "Kernel k", 5), {"kernel_size": 5}),
    "stride": (lambda page: slide(page, "Stride t", 4), {"stride": 4}),
    "dilation": (lambda page: slide(page, "Dilation", 3), {"dilation": 3}),
    "padding": (lambda page: page.get_by_label("same", exact=True).check(), {"padding": "same"}),
    "image": (lambda page: page.get_by_label("an image").check(), {"dimensions": 2}),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_the_picture(show, name):
    bench = ShapeBench()
    page = show(bench)
    act, change = CONTROLS[name]
    act(page)
    for key, value in change.items():
        setattr(bench, key, value)
    assert counts(page) == np.atleast_2d(bench.readers).tolist()
    assert page.locator(".stc-begin").count() == np.prod(bench.output)
    page.get_by_role("button", name="Reset").click()
    assert counts(page) == [ShapeBench().readers.tolist()]


def test_every_example_has_its_name_and_fits(show):
    page = show(ShapeBench())
    chooser = page.get_by_role("combobox", name="Example")
    for name in chooser.locator("option").all_inner_texts()[1:]:
        chooser.select_option(name)
        assert chooser.evaluate("list => list.selectedOptions[0].text") == name
        assert page.locator(".stc-failure:visible").count() == 0
    slide(page, "Kernel k", 5)
    assert chooser.evaluate("list => list.selectedOptions[0].text") == "your own"


def test_the_keyboard_moves_the_window_from_output_to_output(show):
    page = show(ShapeBench(11, dilation=2))
    assert "y[0] reads x[0], x[2] and x[4]." in told(page)
    page.get_by_role("gridcell", name="y[0]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "y[2] reads x[4], x[6] and x[8]." in told(page)
    assert page.locator(".stc-marked").get_attribute("data-j") == "2"
    page.get_by_label("an image").check()
    page.get_by_role("gridcell", name="y[0, 2]").focus()
    page.keyboard.press("ArrowDown")
    assert "y[1, 2] reads rows 2, 4 and 6, each at columns 4, 6 and 8." in told(page)


def test_clicks_choose_a_window(show):
    page = show(ShapeBench(10, padding="same"))
    page.locator(".stc-bench-bar").nth(4).click()
    assert "y[4] reads 1 zero of the padding, x[8] and x[9]." in told(page)
    page.get_by_role("gridcell", name="x[3], read").click()
    assert "y[1] reads x[2], x[3] and x[4]." in told(page)
    page.get_by_role("gridcell", name="y[2]").click()
    assert "y[2] reads x[4], x[5] and x[6]." in told(page)


def test_two_ways_to_count_a_dilation(show):
    page = show(ShapeBench(11, dilation=2))
    slider = page.get_by_role("slider", name="Dilation")
    assert slider.get_attribute("aria-valuetext") == "rate 2"
    assert "d(k − 1) + 1 = 2·2 + 1 = 5" in formula(page)
    assert "Whoever takes the rate 2 for 2 holes gets a span of 7 and 3 outputs." in (
        page.locator(".stc-bench-desk").inner_text()
    )
    page.get_by_label("the holes z").check()
    assert slider.get_attribute("aria-valuetext") == "1 hole"
    assert "k + z(k − 1) = 3 + 1·2 = 5" in formula(page)
    assert page.locator(".stc-bench-kernel i").count() == 5
    assert page.locator(".stc-bench-kernel .stc-weight").count() == 3


def test_other_libraries_in_the_table(show):
    page = show(ShapeBench())
    rows = page.locator(".stc-bench-table tbody tr")
    assert "0 + 1" in rows.nth(1).inner_text()
    assert "at x[−1]" in rows.nth(2).inner_text()
    assert rows.nth(2).locator(".stc-begins").count() == 5
    words = page.locator(".stc-bench-others").inner_text()
    assert "both give 5 outputs, but PyTorch's windows begin 1 pixel earlier" in words
    assert "A pool with pool_size=3 and strides=2 slides alike" in words


def test_a_window_that_does_not_fit_says_so(show):
    page = show(ShapeBench(5, dilation=3))
    failure = page.locator(".stc-failure:visible")
    assert failure.inner_text() == "The window does not fit: it spans 7 pixels, and there are 5."
    assert "5 − 7 = −2the window does not fit" in formula(page).replace("\n", "")
    slide(page, "Dilation", 2)
    assert counts(page) == [[1, 0, 1, 0, 1]]


def test_what_the_reader_does_is_in_the_link(show):
    page = show(ShapeBench())
    page.get_by_label("an image").check()
    slide(page, "Dilation", 2)
    slide(page, "Width", 13)
    page.get_by_role("button", name="Copy link").click()
    wanted = cells(page, "Input x")
    link = page.evaluate("() => location.hash")
    assert link == "#shape-bench?dimensions=2&width=13&dilation=2"
    assert cells(show(ShapeBench(), link=link), "Input x") == wanted
    broken = show(ShapeBench(), link="#shape-bench?width=99&stride=1")
    assert "“width” must be a whole number from 1 to 32; got 99." in broken.inner_text("body")
    assert counts(broken) == [ShapeBench(stride=1).readers.tolist()]


def test_the_figure_in_words(show):
    page = show(ShapeBench(13, 9, dilation=2))
    later(page)
    page.locator(".stc-words summary").click()
    words = page.locator(".stc-words p").inner_text()
    for part in (
        "A window of 3 × 3 weights slides over an image of 9 × 13 pixels with stride 2",
        "The output has 3 × 5 numbers.",
        "82 of 117 pixels are read by no window",
    ):
        assert part in words


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("height", [None, 9])
def test_everybody_can_use_it(show, theme, height):
    page = show(ShapeBench(13, height, padding="same", dilation=2), theme=theme)
    page.emulate_media(reduced_motion="reduce")
    assert not violations(page)


def test_no_motion_for_those_who_want_none(show):
    page = show(ShapeBench())
    glow = "() => document.querySelector('.stc-unread').getAnimations().length"
    assert page.evaluate(glow) == 1
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(glow) == 0


@pytest.mark.parametrize("height", [None, 32])
def test_a_phone_has_room_for_it(show, height):
    page = show(ShapeBench(32, height, kernel_size=7, stride=1, padding=6, dilation=4), width=360)
    assert fits(page)


def test_windows_of_the_library():
    bench = ShapeBench(10, 7, kernel_size=3, stride=2, padding="same")
    assert bench.window == window((7, 10), 3, 2, "same")
