"""PoolingCoin: who gets a gradient, in Python, in the page's pure functions, and on the screen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cnnlib import ops
from cnnlib.widgets import PoolingCoin
from tests.accessible import fits, violations
from tests.naive import max_pool2d as naive_max

HAND = [[1, 3, 2, 0], [4, 6, 1, 1], [0, 2, 9, 5], [3, 1, 7, 8]]
SLIDES = list(itertools.product(("max", "average"), (2, 3), (1, 2, 3), ("valid", "same")))


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize(("kind", "size", "stride", "padding"), SLIDES)
def test_a_figure_pools_and_routes_as_the_ops_do(rng, kind, size, stride, padding):
    x = rng.integers(0, 4, (7, 7))
    coin = PoolingCoin(x, size, stride, padding, kind, name="other")
    coin.dy = dy = rng.normal(size=coin.y.shape)
    pool, back = {
        "max": (ops.max_pool2d, ops.max_pool2d_backward),
        "average": (ops.avg_pool2d, ops.avg_pool2d_backward),
    }[kind]
    batch, given = x[None, :, :, None].astype(np.float32), dy[None, :, :, None].astype(np.float32)
    np.testing.assert_array_equal(coin.y, pool(batch, size, stride, padding)[0, :, :, 0])
    np.testing.assert_array_equal(coin.dx, back(given, batch, size, stride, padding)[0, :, :, 0])
    assert coin.dx.sum() == pytest.approx(dy.sum(), abs=1e-5)  # nothing is lost


def test_the_chapter_s_numbers():
    coin = PoolingCoin()
    assert coin.x[:4, :4].tolist() == HAND
    assert coin.y.tolist() == [[6, 2, 5], [3, 9, 0], [2, 6, 8]]
    assert np.argwhere(coin.dx).tolist() == [[2, 2]]
    wide = PoolingCoin(pool_size=3, stride=2, dy=np.ones((3, 3)))
    assert wide.dx[2, 2] == 4  # the 9 lies in four windows, and wins them all
    wide.kind = "average"
    assert wide.dx[2, 2] == pytest.approx(4 / 9)


def test_coins_beyond_the_output_wait():
    coin = PoolingCoin(HAND, stride=1, dy=np.ones((3, 3)))
    coin.stride = 2
    assert (coin.dy.shape, coin.dx.sum()) == ((2, 2), 4)
    coin.stride = 1
    assert coin.dx.sum() == 9
    coin.dy = np.zeros((3, 3))
    assert not coin.coins.any()


@pytest.mark.parametrize(
    ("shift", "row"),
    [("none", [0, 2, 9, 5]), ("left", [2, 9, 5, 0]), ("right", [0, 0, 2, 9])],
)
def test_a_shift_brings_in_zeros(shift, row):
    coin = PoolingCoin(HAND)
    coin.shift = shift
    assert coin.moved[2].tolist() == row
    assert coin.x.tolist() == HAND


def test_a_shift_within_a_window_changes_no_output():
    bright = np.zeros((6, 6))
    bright[2, 2] = 9
    coin = PoolingCoin(bright)
    for shift, outputs in (("right", 0), ("down", 0), ("left", 2), ("up", 2)):
        coin.shift = shift
        assert f"2 of 36 pixels and {outputs} of 9 outputs change" in coin.describe()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x", np.ones((4, 5)), r"`x` must have shape \(4, 4\) to \(8, 8\), a square; got \(4, 5\)"),
        ("x", np.ones((9, 9)), r"got \(9, 9\)"),
        ("x", [[np.nan] * 4] * 4, "`x` must hold finite numbers"),
        ("pool_size", 4, "`pool_size` must be a whole number from 2 to 3; got 4"),
        ("stride", 0, "`stride` must be a whole number from 1 to 3; got 0"),
        ("padding", "full", "`padding` must be one of 'valid', 'same'; got 'full'"),
        ("kind", "min", "`kind` must be one of 'max', 'average'; got 'min'"),
        ("dy", np.ones((2, 2)), r"`dy` must have the output's shape \(3, 3\); got \(2, 2\)"),
        ("dy", np.full((3, 3), np.inf), "`dy` must hold finite numbers"),
        ("dy", [[1], [1, 2]], "`dy` must be an array; got"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    coin = PoolingCoin()
    before = coin.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(coin, name, value)
    assert coin.get_state() == before
    with pytest.raises(ValueError, match=message):
        PoolingCoin(**{name: value})


def test_coins_have_room_for_the_largest_output():
    with pytest.raises(ValueError, match=r"`coins` must have shape \(8, 8\).*got \(3, 3\)"):
        PoolingCoin().coins = np.ones((3, 3))


def test_the_still_shows_image_output_coins_and_gradient():
    coin = PoolingCoin(HAND, dy=[[0, 2.5], [0, -1]])
    figure = coin.still()
    tables = [np.asarray(axes.images[0].get_array()) for axes in figure.axes]
    for table, wanted in zip(tables, (coin.x, coin.y, coin.dx), strict=True):
        np.testing.assert_array_equal(table, wanted)
    coins = [text.get_text() for text in figure.axes[1].texts if text.get_bbox_patch()]
    assert coins == ["2.5", "-1"]
    assert figure.get_figwidth() <= 7.6


def test_the_description_counts():
    text = PoolingCoin(kind="average", padding="same").describe()
    assert "An average pool with windows of 2 × 2, stride 2 and same padding" in text
    assert "makes 4 × 4 outputs of 7 × 7 pixels" in text
    assert "worth 1; 4 of the pixels share 1." in text


# ------------------------------------------------------------------------------- pure functions
def test_the_page_s_numbers_are_python_s(module_page, rng):
    states, figures = [], []
    for (kind, size, stride, padding), side in zip(SLIDES, itertools.cycle(range(4, 9))):
        figure = PoolingCoin(rng.integers(-3, 4, (side, side)), size, stride, padding, kind)
        figure.coins = rng.normal(size=(8, 8)) * rng.integers(0, 2, (8, 8))
        figures.append(figure)
        states.append(
            {
                "x": {"shape": [side, side], "data": figure.x.ravel().tolist()},
                "coins": {"shape": [8, 8], "data": figure.coins.ravel().tolist()},
                "kind": kind,
                "pool_size": size,
                "stride": stride,
                "padding": padding,
            }
        )
    found = module_page.evaluate(
        """async (states) => {
        const { compute } = await import("/cnnlib/widgets/pooling_coin/pooling_coin.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        const array = ({ shape, data }) => ({ shape, data: Float32Array.from(data) });
        return states.map(({ x, coins, ...rest }) => {
          const { y, dy, dx } = compute(runtime, { x: array(x), coins: array(coins), ...rest });
          return { shape: y.shape, y: [...y.data], dy: [...dy], dx: [...dx.data] };
        });
      }""",
        states,
    )
    for figure, got in zip(figures, found, strict=True):
        assert got["shape"] == list(figure.y.shape)
        for name in ("y", "dy", "dx"):
            np.testing.assert_allclose(got[name], getattr(figure, name).ravel(), atol=1e-6)


def test_who_gets_a_coin(module_page, rng):
    x = rng.integers(0, 3, (7, 7)).astype(np.float32)
    shares = module_page.evaluate(
        """async (x) => {
        const routing = await import("/cnnlib/widgets/pooling_coin/routing.js");
        const { pixelsOf, pooled, readersOf, receivers, unreadCount } = routing;
        const { windows } = await import("/cnnlib/widgets/geometry.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        const image = { shape: [7, 7], data: Float32Array.from(x) };
        const found = {};
        for (const kind of ["max", "average"]) for (const padding of ["valid", "same"]) {
          const win = windows(image.shape, 3, { stride: 2, padding });
          const y = pooled(runtime, image, win, kind);
          const outputs = y.shape[0] * y.shape[1];
          found[`${kind} ${padding}`] = {
            unread: unreadCount(win),
            readers: Array.from(x, (_, k) => readersOf(win, Math.floor(k / 7), k % 7).length),
            outputs: Array.from({ length: outputs }, (_, k) => {
              const [i, j] = [Math.floor(k / y.shape[1]), k % y.shape[1]];
              const got = receivers(runtime, image, y, win, kind, i, j);
              return { pixels: pixelsOf(win, i, j).length, got };
            }),
          };
        }
        return found;
      }""",
        x.ravel().tolist(),
    )
    for key, found in shares.items():
        kind, padding = key.split()
        before = 1 if padding == "same" else 0
        side = 4 if padding == "same" else 3
        assert found["unread"] == 0
        assert sum(found["readers"]) == sum(output["pixels"] for output in found["outputs"])
        for k, output in enumerate(found["outputs"]):
            i, j = divmod(k, side)
            rows, columns = (
                [p for p in range(2 * at - before, 2 * at - before + 3) if 0 <= p < 7]
                for at in (i, j)
            )
            places = [(row, column) for row in rows for column in columns]
            assert output["pixels"] == len(places)
            if kind == "max":  # Python's max takes the first, too
                places = [max(places, key=lambda place: x[place])]
            got = {(part["row"], part["column"]): part["share"] for part in output["got"]}
            assert got == pytest.approx(dict.fromkeys(places, 1 / len(places)))


def test_naive_loops_agree(rng):
    coin = PoolingCoin(rng.normal(size=(7, 7)), pool_size=3, stride=2, padding="same")
    wanted = naive_max(coin.x[None, :, :, None], (3, 3), (2, 2), "same")[0, :, :, 0]
    np.testing.assert_array_equal(coin.y, wanted)


# ----------------------------------------------------------------------------------------- a page
def cells(page, name):
    """The texts of a grid, row by row."""
    rows = page.get_by_role("grid", name=name, exact=True).get_by_role("row").all()
    script = (
        "row => [...row.children].map((cell) => cell.firstElementChild?.value ?? cell.innerText)"
    )
    return [row.evaluate(script) for row in rows]


def numbers(page, name):
    return [[float(text.replace("−", "-")) for text in row if text] for row in cells(page, name)]


def story(page):
    return page.locator(".stc-coin-story").inner_text()


def output(page, i, j):
    return page.get_by_role("grid", name="Output y").get_by_role("gridcell", name=f"y[{i}, {j}]")


def test_the_grids_show_python_s_numbers(show):
    coin = PoolingCoin(pool_size=3, stride=2, dy=np.arange(9).reshape(3, 3))
    page = show(coin)
    assert numbers(page, "Image x") == coin.x.tolist()
    assert numbers(page, "Output y") == coin.y.tolist()
    assert numbers(page, "Gradient ∂L/∂x") == coin.dx.tolist()
    badges = page.locator(".stc-coin-output [data-badge]").evaluate_all(
        "cells => cells.map((cell) => cell.dataset.badge)"
    )
    assert badges == [str(k) for k in range(1, 9)]


def test_a_click_drops_a_coin_and_takes_it_away(show):
    page = show(PoolingCoin())
    output(page, 0, 2).click()
    assert numbers(page, "Gradient ∂L/∂x")[0] == [0, 0, 0, 0, 1, 0]
    said = story(page)
    assert "A tie: y[0, 2] = 5 stands in three pixels of the window" in said
    assert "The first one, row by row, is x[0, 4]. It gets all of the coin: 1" in said
    assert "Two coins worth 2 together; two pixels got 2." in said
    output(page, 0, 2).click()
    assert numbers(page, "Gradient ∂L/∂x")[0] == [0] * 6
    assert "all of a coin that falls there" in story(page)


def test_the_keyboard_alone_drops_coins(show):
    page = show(PoolingCoin())
    output(page, 0, 0).focus()
    for key in ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"]:
        page.keyboard.press(key)
    assert numbers(page, "Gradient ∂L/∂x")[5] == [0, 0, 0, 0, 0, 1]  # the 8 of y[2, 2]
    page.keyboard.press("Delete")
    assert numbers(page, "Gradient ∂L/∂x")[5] == [0] * 6
    page.keyboard.press("Shift+Tab")  # the grid has one tab stop
    focused = "() => document.activeElement.closest('[role=grid]')?.getAttribute('aria-label')"
    assert page.evaluate(focused) != "Output y"


def test_the_value_of_a_coin(show):
    page = show(PoolingCoin())
    page.get_by_label("The coin on the marked output").fill("−2.5")
    assert numbers(page, "Gradient ∂L/∂x")[2][2] == -2.5
    output(page, 2, 0).click()  # the next coin is worth as much
    assert numbers(page, "Gradient ∂L/∂x")[4][0] == -2.5
    page.get_by_role("button", name="One on each").click()
    assert "Nine coins worth −22.5 together" in story(page)
    page.get_by_role("button", name="None").click()
    assert "No coin lies on the output." in story(page)


def test_numbers_are_typed_into_the_image(show):
    page = show(PoolingCoin())
    page.get_by_role("textbox", name="x[2, 3]").focus()
    page.keyboard.type("9.5")
    assert "Only x[2, 3] has it" in story(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageUp")
    assert "Only x[2, 2] has it" in story(page)
    assert cells(page, "Image x")[2][2:4] == ["10", "9.5"]
    page.keyboard.type("none")
    assert page.get_by_role("textbox", name="x[2, 2]").get_attribute("aria-invalid") == "true"
    page.keyboard.press("Enter")
    assert cells(page, "Image x")[2][2:4] == ["10", "9.5"]


CONTROLS = {
    "kind": (lambda page: page.get_by_label("average").check(), {"kind": "average"}),
    "window": (lambda page: page.get_by_label("3 × 3").check(), {"pool_size": 3}),
    "stride": (lambda page: page.get_by_label("3", exact=True).check(), {"stride": 3}),
    "padding": (lambda page: page.get_by_label("same").check(), {"padding": "same"}),
    "numbers": (
        lambda page: page.get_by_role("combobox", name="Numbers").select_option("all alike"),
        {"x": np.full((7, 7), 5)},
    ),
    "size": (lambda page: page.get_by_label("Size").select_option("4 × 4"), {"x": HAND}),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_the_picture(show, name):
    coin = PoolingCoin()
    page = show(coin)
    act, change = CONTROLS[name]
    act(page)
    for key, value in change.items():
        setattr(coin, key, value)
    assert numbers(page, "Output y") == np.round(coin.y, 2).tolist()
    got = [text for row in cells(page, "Gradient ∂L/∂x") for text in row if text not in ("", "0")]
    assert len(got) == np.count_nonzero(coin.dx)
    page.get_by_role("button", name="Reset").click()
    assert numbers(page, "Output y") == PoolingCoin().y.tolist()


def test_random_numbers_are_whole(show):
    page = show(PoolingCoin())
    page.get_by_role("button", name="Random").click()
    image = np.array(numbers(page, "Image x"))
    assert np.isin(image, range(10)).all()
    assert numbers(page, "Output y") == PoolingCoin(image).y.tolist()


def test_padding_gets_nothing(show):
    coin = PoolingCoin(pool_size=3, stride=2, padding="same", kind="average")
    coin.i = coin.j = 0
    coin.dy = np.eye(1, 16).reshape(4, 4)
    page = show(coin)
    grid = page.get_by_role("grid", name="Gradient ∂L/∂x")
    assert grid.locator(".stc-padding").count() == 9 * 9 - 7 * 7
    assert "y[0, 0] = (1 + 3 + 4 + 6) / 4 = 3.5. Each of the four pixels gets 1 / 4 = 0.25" in (
        story(page)
    )
    assert "Five places of the window lie in the padding: the mean leaves them out" in story(page)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            "x[2, 2]",
            "x[2, 2] gets 1 from y[0, 0] + 1 from y[0, 1] + 1 from y[1, 0] + 1 from y[1, 1]",
        ),
        ("x[0, 0]", "x[0, 0] is in one window, and gets nothing: it wins none that has a coin."),
        ("x[4, 2]", "x[4, 2] gets 1 from y[2, 0] + 1 from y[2, 1], 2 in all."),
    ],
)
def test_a_pixel_says_what_it_gets(show, place, words):
    page = show(PoolingCoin(pool_size=3, stride=2, dy=np.ones((3, 3))))
    page.get_by_role("grid", name="Gradient ∂L/∂x").get_by_role("gridcell", name=place).hover()
    assert words in page.locator(".stc-coin-hint").last.inner_text()


def test_pixels_in_no_window_are_marked(show):
    page = show(PoolingCoin())
    for name in ("Image x", "Gradient ∂L/∂x"):
        assert page.get_by_role("grid", name=name).locator(".stc-unread").count() == 13
    page.get_by_role("grid", name="Gradient ∂L/∂x").get_by_role("gridcell", name="x[6, 3]").hover()
    said = page.locator(".stc-coin-hint").last.inner_text()
    assert said.startswith("13 pixels in no window. x[6, 3] is in no window")


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
def test_a_shift_compares_before_and_after(show, direction):
    coin = PoolingCoin()
    page = show(coin)
    page.locator(".stc-coin-shift label", has_text=direction).click()
    coin.shift = direction
    after = PoolingCoin(coin.moved).y
    assert numbers(page, "Image, moved") == coin.moved.tolist()
    assert numbers(page, "Output before") == coin.y.tolist()
    assert numbers(page, "Output after") == after.tolist()
    assert page.locator(".stc-changed").count() == (after != coin.y).sum()
    said = page.locator(".stc-coin-shift p").last.inner_text()
    share = np.linalg.norm(after - coin.y) / np.linalg.norm(coin.y)
    assert f"{(after != coin.y).sum()} of 9 outputs changed (‖a − b‖ / ‖a‖ = {share:.2g}" in said
    assert f"{(coin.moved != coin.x).sum()} of 49 pixels changed" in said


def test_a_coin_flies_unless_the_reader_wants_no_motion(show):
    page = show(PoolingCoin(kind="average"))
    output(page, 0, 0).click()
    assert page.locator(".stc-flying").count() == 4
    page.wait_for_function("() => !document.querySelector('.stc-flying')")
    page.emulate_media(reduced_motion="reduce")
    output(page, 2, 2).click()
    assert page.locator(".stc-flying").count() == 0


def test_what_the_reader_does_is_in_the_link(show):
    page = show(PoolingCoin())
    page.get_by_label("average").check()
    output(page, 2, 1).click()
    page.get_by_role("button", name="Copy link").click()
    wanted = cells(page, "Gradient ∂L/∂x")
    link = page.evaluate("() => location.hash")
    assert link.startswith("#pooling-coin?kind=average&coins=0,")
    assert cells(show(PoolingCoin(), link=link), "Gradient ∂L/∂x") == wanted


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(show, theme):
    coin = PoolingCoin(pool_size=3, stride=3)
    coin.shift = "left"
    page = show(coin, theme=theme)
    assert not violations(page)


def test_a_phone_has_room_for_it(show):
    coin = PoolingCoin(np.ones((8, 8)), pool_size=3, stride=1, padding="same")
    coin.shift = "up"
    page = show(coin, width=360)
    assert fits(page)
    cell = page.get_by_role("grid", name="Image x").get_by_role("gridcell").nth(12).bounding_box()
    assert cell["width"] >= 24
