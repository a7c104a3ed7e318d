"""Gradients: what Python sets and reads, and every control of the live figure in a page."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from cnnlib import ops
from cnnlib.widgets import Gradients
from tests.accessible import cut_off, fits, violations
from tests.drawing import FRAME

RIGHT = [[1, 12, 23, 30], [104, 1245, 2356, 3060], [400, 4500, 5600, 6000]]
WRONG = [[6, 65, 54, 40], [603, 6532, 5421, 4010], [300, 3200, 2100, 1000]]


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize(("stride", "padding"), list(product((1, 2, 3), ("valid", "same"))))
def test_the_gradients_are_those_of_the_library(rng, stride, padding):
    x, w = rng.normal(size=(5, 6)), rng.normal(size=(2, 3))
    figure = Gradients(w, x, stride=stride, padding=padding)
    figure.dy = rng.normal(size=figure.dy.shape)
    dx, dw, db = ops.conv2d_backward(
        figure.dy[None, :, :, None], x[None, :, :, None].astype(np.float32),
        w[:, :, None, None].astype(np.float32), stride, padding,
    )  # fmt: skip
    np.testing.assert_array_equal(figure.dx, dx[0, :, :, 0])
    np.testing.assert_array_equal(figure.dw, dw[:, :, 0, 0])
    assert figure.db == pytest.approx(db[0])
    np.testing.assert_array_equal(figure.gathered, figure.dx)
    for h, k in np.ndindex(x.shape):
        figure.h, figure.k = h, k
        total = sum(weight * dy for weight, dy in figure.terms())
        assert total == pytest.approx(figure.dx[h, k], abs=1e-5)


def test_without_the_flip_only_the_sum_is_right():
    figure = Gradients(flip=False)
    assert figure.dx.tolist() == RIGHT
    assert figure.gathered.tolist() == WRONG
    assert figure.dx.sum() == figure.gathered.sum() == 1111 * 21
    assert "Without the flip, gather gets 6, 65, 54, 40" in figure.describe()
    figure.kernel = np.ones((2, 3))
    assert "agree on dx" in figure.describe()


def test_dy_follows_the_size_of_the_output():
    figure = Gradients()
    assert figure.dy.tolist() == [[1, 10], [100, 1000]]
    figure.padding = "same"
    assert figure.dy.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    assert figure.step == 12
    figure.dy = np.zeros((3, 4))
    figure.image = np.ones((3, 4))
    assert not figure.dy.any()  # the same size: it stays
    figure.stride = 2
    assert figure.dy.tolist() == [[1, 10], [100, 1000]]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("kernel", np.ones((4, 4)), r"`kernel` must have a shape of .*; got \(4, 4\)"),
        ("kernel", [1, 2], r"`kernel` must have 2 axes .*; got shape \(2,\)"),
        ("kernel", [["a", "b"]], "`kernel` must hold real numbers"),
        ("image", np.ones((6, 6)), r"`image` must have 1 × 2 to 5 × 6 numbers; got .*\(6, 6\)"),
        ("image", np.ones((1, 4)), r"`image` must be as large as `kernel` .*\(1, 4\) .*\(2, 3\)"),
        ("image", np.full((3, 4), np.nan), "`image` must hold finite numbers"),
        ("dy", np.ones((3, 2)), r"`dy` must have the shape of the output, \(2, 2\); got \(3, 2\)"),
        ("stride", 4, "`stride` must be a whole number from 1 to 3; got 4"),
        ("padding", "full", "`padding` must be one of 'valid', 'same'; got 'full'"),
        ("gradient", "dz", "`gradient` must be one of 'dx', 'dw', 'db'; got 'dz'"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    figure = Gradients()
    before = figure.get_state()
    with pytest.raises((ValueError, TypeError), match=message):
        setattr(figure, name, value)
    assert figure.get_state() == before
    with pytest.raises((ValueError, TypeError), match=message):
        Gradients(**{name: value})


@pytest.mark.parametrize("gradient", ["dx", "dw", "db"])
def test_the_still_shows_the_state(gradient):
    figure = Gradients(gradient=gradient, flip=False)
    drawn = figure.still()
    tables = {axes.get_title("left"): axes.images[0].get_array() for axes in drawn.axes}
    np.testing.assert_array_equal(tables["dy"], figure.dy)
    if gradient == "dx":
        np.testing.assert_array_equal(tables["dx"], RIGHT)
        np.testing.assert_array_equal(tables["dx without the flip"], WRONG)
        field, w = tables["gather: dy among zeros"], tables["w, not turned"]
        found = ops.conv2d(field[None, :, :, None], w[:, :, None, None])[0, :, :, 0]
        np.testing.assert_array_equal(found, WRONG)
        text = drawn.texts[0].get_text()
        assert text == "dx[1, 2] = 6 · 1 + 5 · 10 + 3 · 100 + 2 · 1000 = 2356"
    else:
        np.testing.assert_array_equal(tables["dw"], figure.dw)
    assert drawn.get_figwidth() <= 7.0


@pytest.mark.parametrize(("stride", "padding"), list(product((1, 2, 3), ("valid", "same"))))
def test_gather_on_paper(rng, stride, padding):
    figure = Gradients(rng.normal(size=(2, 3)), np.zeros((5, 6)), stride=stride, padding=padding)
    drawn = figure.still()
    tables = {axes.get_title("left"): axes.images[0].get_array() for axes in drawn.axes}
    field, w = tables["gather: dy among zeros"], tables["w turned by 180°"]
    found = ops.conv2d(field[None, :, :, None], w[:, :, None, None])[0, :, :, 0]
    np.testing.assert_allclose(found, figure.dx, rtol=1e-5, atol=1e-5)


# ----------------------------------------------------------------------------------------- a page
def number(text):
    return float(text.replace("−", "-") or "nan")


def grid(page, lens, which="result"):
    """The numbers of a grid of a lens: the gradient so far, or the mechanism above it."""
    cells = page.evaluate(
        """([lens, which]) => {
        const grids = document.querySelectorAll(".stc-lens")[lens].querySelectorAll(".stc-ng");
        const grid = grids[which === "result" ? 1 : 0];
        const columns = Number(grid.style.getPropertyValue("--columns"));
        const cells = [...grid.querySelectorAll(".stc-ng-cell")];
        return [columns, cells.map((cell) => cell.firstChild.textContent)];
      }""",
        [lens, which],
    )
    return np.reshape([number(text) for text in cells[1]], (-1, cells[0]))


def states(page, lens, which="result"):
    place = page.locator(".stc-lens").nth(lens).locator(".stc-ng").nth(int(which == "result"))
    return [cell.get_attribute("data-state") for cell in place.locator(".stc-ng-cell").all()]


def smalls(page, lens):
    place = page.locator(".stc-lens").nth(lens).locator(".stc-ng").first
    return [node.text_content() for node in place.locator("small").all()]


def verdicts(page):
    rows = page.locator(".stc-checks tbody tr").all()
    return [[cell.inner_text().split()[1] for cell in row.locator("b").all()] for row in rows]


def button(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_three_lenses_step_together_to_the_same_dx(show):
    page = show(Gradients())
    figure = Gradients()
    button(page, "Start")
    for step in range(5):
        part = np.where(np.arange(4).reshape(2, 2) < step, figure.dy, 0)
        wanted = ops.conv2d_input_gradient(
            part[None, :, :, None], figure.kernel[:, :, None, None], (1, 3, 4, 1)
        )
        for lens in range(3):
            np.testing.assert_array_equal(grid(page, lens), wanted[0, :, :, 0])
        assert page.get_by_text(f"{step} of 4", exact=True).count() == 1
        button(page, "Next ›")
    assert grid(page, 0).tolist() == RIGHT
    button(page, "‹ Back")
    assert grid(page, 1)[1].tolist() == [104, 245, 356, 60]
    page.get_by_role("slider", name="Step").press("ArrowLeft")
    assert grid(page, 2)[1].tolist() == [4, 45, 56, 60]
    button(page, "End")
    assert grid(page, 2).tolist() == RIGHT


def test_the_flip_is_seen_in_every_lens(show):
    page = show(Gradients())
    assert smalls(page, 0) == ["", "4th", "3rd", "", "2nd", "1st"]
    under = [text for text in smalls(page, 1) if text]
    assert under == ["×6", "×5", "×4", "×3", "×2", "×1"]
    boxes = page.locator(".stc-lens").nth(2).locator(".stc-ng").first
    marked = [box.evaluate("node => [node.style.gridRowStart, node.style.gridColumnStart]")
              for box in boxes.locator(".stc-ng-box[data-kind=own]:visible").all()]  # fmt: skip
    assert marked == [["2", "7"], ["3", "6"], ["4", "4"], ["5", "3"]]  # heads are the first
    said = page.locator(".stc-strip").first.inner_text()
    assert "w backwards ←" in said
    assert "dx[1, 2] = 6 + 50 + 300 + 2000 = 2356" in said


def test_without_the_flip_the_check_by_sums_stays_green(show):
    page = show(Gradients())
    assert verdicts(page) == [["passes", "passes"]] * 3
    page.get_by_label("Leave out the flip").check()
    assert grid(page, 1).tolist() == WRONG
    assert grid(page, 0).tolist() == grid(page, 2).tolist() == RIGHT
    assert states(page, 1) == ["wrong"] * 12
    assert verdicts(page) == [["passes", "passes"], ["passes", "fails"], ["passes", "passes"]]
    page.locator(".stc-says", has_text="a check by means cannot find this bug").wait_for()
    page.get_by_text("largest difference 5287 at pixel (1, 1)").wait_for()
    assert [text for text in smalls(page, 1) if text] == ["×1", "×2", "×3", "×4", "×5", "×6"]
    page.get_by_label("Example").select_option("symmetric kernel")
    assert verdicts(page) == [["passes", "passes"]] * 3
    page.get_by_text("test with an asymmetric kernel").wait_for()
    page.get_by_role("radio", name="same").check()
    assert verdicts(page) == [["passes"]] * 3  # the check by sums does not apply


CONTROLS = {
    "weight": (lambda page: page.get_by_label("w[1, 2]").fill("−2.5"),
               {"kernel": [[1, 2, 3], [4, 5, -2.5]]}),
    "dy": (lambda page: page.get_by_label("dy[0, 1]").press("ArrowUp"),
           {"dy": [[1, 11], [100, 1000]]}),
    "stride": (lambda page: page.get_by_role("radio", name="2", exact=True).check(), {"stride": 2}),
    "padding": (lambda page: page.get_by_role("radio", name="same").check(), {"padding": "same"}),
    "kernel": (lambda page: page.get_by_role("combobox", name="Kernel").select_option("2 × 2"),
               {"kernel": [[1, 2], [3, 4]], "dy": [[1, 2, 3], [4, 5, 6]]}),
    "rows": (lambda page: page.get_by_label("Rows of the image").select_option("4"),
             {"image": np.arange(16).reshape(4, 4)}),
    "columns": (lambda page: page.get_by_label("Columns of the image").select_option("6"),
                {"image": np.arange(18).reshape(3, 6)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_the_picture(show, name):
    figure = Gradients()
    page = show(figure)
    act, change = CONTROLS[name]
    act(page)
    for key, value in change.items():
        setattr(figure, key, value)
    for lens in range(3):
        np.testing.assert_allclose(grid(page, lens), figure.dx)
    button(page, "Reset")
    assert grid(page, 0).tolist() == RIGHT


def test_a_pixel_of_the_image_changes_dw(show):
    figure = Gradients(gradient="dw")
    page = show(figure)
    for lens in range(3):
        assert grid(page, lens).tolist() == figure.dw.tolist()
    page.get_by_label("x[0, 0]").fill("3")
    assert grid(page, 0)[0, 0] == figure.dw[0, 0] + 3
    page.locator(".stc-says", has_text="there is no flip in dw").wait_for()
    assert page.get_by_label("w[0, 0]").is_hidden()
    assert page.get_by_label("Leave out the flip").is_hidden()


def test_db_is_one_sum(show):
    page = show(Gradients())
    page.get_by_label("db, by the bias").check()
    assert grid(page, 0).tolist() == [[1111]]
    button(page, "‹ Back")
    assert grid(page, 0).tolist() == [[111]]
    page.get_by_text("db so far = 1 + 10 + 100 = 111").wait_for()
    assert page.locator(".stc-lens:visible").count() == 1


@pytest.mark.parametrize(("gradient", "name"), [("dx", "dx"), ("dw", "dw")])
def test_every_numbers_sum_is_spelled_out(show, gradient, name):
    figure = Gradients(gradient=gradient, stride=2, image=np.arange(30).reshape(5, 6) % 7)
    page = show(figure)
    wanted = getattr(figure, name)
    result = page.get_by_role("application").first
    for key in ["ArrowUp", "ArrowLeft"] * 5:
        result.press(key)
    for row, column in np.ndindex(wanted.shape):
        total = page.locator(".stc-total").inner_text().replace("−", "-")
        assert total.startswith(f"{name}[{row}, {column}] =")
        value = total.split("=")[-1].replace("nothing yet:", "")
        assert float(value) == wanted[row, column]
        terms = [float(t.replace("=", "")) for t in page.locator(".stc-product").all_inner_texts()]
        assert sum(terms) == wanted[row, column]
        last = column == wanted.shape[1] - 1
        keys = ["ArrowDown"] + ["ArrowLeft"] * column if last else ["ArrowRight"]
        for key in keys:
            result.press(key)


def test_nothing_is_lost_between_two_frames(show):
    page = show(Gradients())
    page.evaluate("""() => {
      const grid = document.querySelector(".stc-lens [role=application]");
      const left = () => new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true });
      grid.dispatchEvent(left());
      grid.dispatchEvent(left());
      const back = [...document.querySelectorAll("button")].find((b) => b.textContent === "‹ Back");
      back.click();
      back.click();
      for (const name of ["w[0, 0]", "w[0, 1]", "dy[0, 0]"]) {
        const cell = document.querySelector(`[aria-label="${name}"]`);
        cell.value = "9";
        cell.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }""")
    page.evaluate(FRAME)
    assert grid(page, 0)[0].tolist() == [81, 81 + 90, 27 + 90, 30]
    page.get_by_text("How dx[1, 0] comes about").wait_for()
    page.get_by_text("2 of 4", exact=True).wait_for()  # the clock stays where it was
    button(page, "Start")
    page.evaluate("""() => {
      const next = [...document.querySelectorAll("button")].find((b) => b.textContent === "Next ›");
      next.click();
      next.click();
    }""")
    page.get_by_text("2 of 4", exact=True).wait_for()


def test_a_click_chooses_a_number_and_a_product(show):
    page = show(Gradients())
    page.locator(".stc-lens").nth(1).locator(".stc-ng").nth(1).locator(".stc-ng-cell").nth(
        4
    ).click()
    page.get_by_text("How dx[1, 0] comes about").wait_for()
    matrix = page.locator(".stc-lens").nth(2).locator(".stc-ng").first
    matrix.locator(".stc-ng-cell").nth(6 + 5).click()  # output 1, weight 5: pixel (1, 3)
    page.get_by_text("How dx[1, 3] comes about").wait_for()
    page.get_by_text("2 of 4", exact=True).wait_for()


def test_pixel_by_pixel(show):
    page = show(Gradients())
    page.get_by_label("pixel by pixel").check()
    page.get_by_text("7 of 12", exact=True).wait_for()
    button(page, "Next ›")
    found = grid(page, 1)
    assert found[1].tolist() == RIGHT[1]
    assert np.isnan(found[2]).all()
    page.get_by_text("How dx[1, 3] comes about").wait_for()
    button(page, "End")
    assert grid(page, 0).tolist() == grid(page, 1).tolist() == grid(page, 2).tolist() == RIGHT
    page.get_by_label("dw, by the kernel").check()
    page.get_by_label("weight by weight").wait_for()


def test_play_goes_to_the_end_and_stops(show):
    page = show(Gradients(kernel=[[2, 3]], image=[[1, 2, 3]]))
    button(page, "Play")
    page.get_by_text("0 of 2", exact=True).wait_for()
    page.get_by_text("1 of 2", exact=True).wait_for()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_text("2 of 2", exact=True).wait_for()
    page.get_by_role("button", name="Play", exact=True).wait_for()


def test_pixels_that_no_window_reads_stay_dark(show):
    page = show(Gradients(image=np.ones((5, 6)), stride=2))
    dark = np.reshape([state == "unread" for state in states(page, 0)], (5, 6))
    wanted = np.zeros((5, 6), bool)
    wanted[4], wanted[:, 5] = True, True
    assert (dark == wanted).all()
    page.get_by_text("read by no window", exact=True).wait_for()
    page.locator(".stc-lens").first.locator(".stc-ng").nth(1).locator(".stc-ng-cell").last.click()
    page.locator(".stc-says", has_text="No window has read this pixel").wait_for()


def test_examples(show):
    page = show(Gradients())
    for name in ["one spike in dy", "symmetric kernel", "one dimension", "stride 2, a remainder",
                 "same padding", "asymmetric kernel"]:  # fmt: skip
        page.get_by_label("Example").select_option(name)
        assert grid(page, 0).tolist() == grid(page, 1).tolist() == grid(page, 2).tolist()
        assert verdicts(page)[1][-1] == "passes"
        assert page.get_by_label("Example").input_value() == name
    page.get_by_label("Example").select_option("one spike in dy")
    assert grid(page, 1)[1:4, 1:4].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]  # upright
    page.get_by_label("Leave out the flip").check()
    assert grid(page, 1)[1:4, 1:4].tolist() == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
    page.get_by_label("w[0, 0]").fill("7")
    assert page.get_by_label("Example").input_value() == "your own numbers"


def test_a_link_brings_its_numbers_and_a_stride_alone_fits_dy(show):
    page = show(Gradients(), link="#gradients?kernel=1,2_3,4&dy=1,0,0_0,0,5&step=6&flip=0")
    page.get_by_label("Leave out the flip").wait_for()
    assert grid(page, 0).tolist() == [[1, 2, 0, 0], [3, 4, 5, 10], [0, 0, 15, 20]]
    assert page.get_by_label("Leave out the flip").is_checked()
    page = show(Gradients(), link="#gradients?stride=2")
    assert grid(page, 0).tolist() == [[1, 2, 3, 0], [4, 5, 6, 0], [0, 0, 0, 0]]


# -------------------------------------------------------------------------------- for every reader
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("gradient", ["dx", "dw", "db"])
def test_axe_finds_nothing(show, theme, gradient):
    image = np.arange(30).reshape(5, 6) - 12
    page = show(Gradients(gradient=gradient, flip=False, image=image, padding="same"), theme=theme)
    page.get_by_text("In words").click()
    for _ in range(3):
        button(page, "‹ Back")
    assert not violations(page)


@pytest.mark.parametrize("gradient", ["dx", "dw", "db"])
def test_it_fits_a_phone(show, gradient):
    image = np.arange(30).reshape(5, 6) - 12.25
    kernel = np.arange(9).reshape(3, 3) / 3
    figure = Gradients(kernel, image, padding="same", gradient=gradient)
    page = show(figure, width=340, height=740)  # in the book 312 pixels are left for it
    assert fits(page)
    assert not cut_off(page)


def test_on_a_phone_the_steps_stay_in_view(show):
    page = show(Gradients(), width=340, height=740)
    page.locator(".stc-lens").last.evaluate("node => node.scrollIntoView()")
    assert page.locator(".stc-player").bounding_box()["y"] == 0
    button(page, "‹ Back")
    assert grid(page, 2)[2].tolist() == [400, 500, 600, 0]


def test_the_keyboard_alone_suffices(show):
    page = show(Gradients())
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        name = page.evaluate("""() => {
          const at = document.activeElement;
          const text = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent;
          return at.closest(".stc") && (text ?? at.textContent);
        }""")
        if name is None:
            break
        reached.append(name.strip())
    for wanted in ["dx, by the image", "Example", "w[1, 2]", "dy[1, 1]", "Kernel", "Rows of", "1",
                   "valid", "Start", "‹ Back", "Play", "Next ›", "End", "Step", "output by output",
                   "Leave out the flip", "Scatter", "Gather", "col2im", "In words"]:  # fmt: skip
        assert any(name.startswith(wanted) for name in reached), (wanted, reached)


def test_in_words(show):
    page = show(Gradients())
    button(page, "‹ Back")
    page.get_by_text("In words").click()
    said = page.get_by_text("dx[1, 2] so far: 6 · 1 + 5 · 10 + 3 · 100 = 356.")
    said.wait_for()
    assert "Step 3 of 4: dy[1, 0] = 100." in said.inner_text()
    assert "the weights from back to front. This is the flip." in said.inner_text()
