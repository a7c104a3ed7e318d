"""controls.js: how numbers are written and read, and the box in which one is edited."""

from __future__ import annotations

import pytest

SETUP = """async ({ use, input }) => {
  const controls = await import("/cnnlib/widgets/controls.js");
  document.body.replaceChildren();
  globalThis.seen = [];
  return eval(use)({ ...controls, input, put: (control) => document.body.append(control.element),
    note: (value) => seen.push(value) });
}"""


@pytest.fixture
def run(module_page):
    return lambda use, given=None: module_page.evaluate(SETUP, {"use": use, "input": given})


@pytest.fixture
def box(run, module_page):
    """A box with the number 2 on the page."""
    run("""({cell, put, note}) => {
        const control = cell({label: "w[0, 0]"}, note); put(control); control.show(2); }""")
    return module_page.get_by_role("spinbutton", name="w[0, 0]")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (-1, "−1"), (0.25, "0.25"), (1 / 3, "0.3333"), (-2.00004, "−2"),
        (366, "366"), (1234567, "1234567"), (3e8, "3.0e+8"), (0.00001, "0.000010"),
    ],
)  # fmt: skip
def test_a_number_is_written_briefly(run, value, text):
    assert run("({written, input}) => written(input)", value) == text


def test_what_is_no_number_is_named(run):
    assert run("({written}) => [NaN, Infinity].map((v) => written(v))") == ["NaN", "Infinity"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1 / 9, "1/9"), (-2 / 3, "−2/3"), (1 / 6, "1/6"), (0.04, "0.04"), (0.5, "0.5"), (3, "3")],
)
def test_a_weight_may_be_a_fraction(run, value, text):
    assert run("({weight, input}) => weight(Math.fround(input))", value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", 2), (" −1 ", -1), ("-1", -1), ("0,5", 0.5), ("1/9", 1 / 9), ("−1/4", -0.25),
     ("1e-3", 0.001), (".5", 0.5)],
)  # fmt: skip
def test_what_a_person_types_is_read(run, text, value):
    assert run("({parse, input}) => parse(input)", text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "x", "-", "1/", "1/0", "1/2/3", "1 2", "NaN", "Infinity"])
def test_what_is_no_number_is_refused(run, text):
    assert run("({parse, input}) => Number.isNaN(parse(input))", text)


def test_typing_changes_a_number(box, module_page):
    box.fill("1/9")
    assert module_page.evaluate("seen") == [pytest.approx(1 / 9)]
    assert box.get_attribute("aria-valuetext") == "1/9"
    box.fill("0.")  # not finished, and a number already: it stays as typed
    assert box.input_value() == "0."
    box.fill("-")
    assert box.get_attribute("aria-invalid") == "true"
    assert module_page.evaluate("seen.at(-1)") == 0
    box.blur()
    assert box.input_value() == "0"
    assert box.get_attribute("aria-invalid") == "false"


def test_arrow_keys_step(box, module_page):
    box.press("ArrowUp")
    box.press("Shift+ArrowDown")
    box.press("Shift+ArrowDown")
    assert module_page.evaluate("seen") == [3, 2.9, 2.8]
    assert box.input_value() == "2.8"


def test_dragging_up_and_down_steps(box, module_page):
    area = box.bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    module_page.mouse.move(x, y)
    module_page.mouse.down()
    module_page.mouse.move(x, y - 40, steps=8)
    assert module_page.evaluate("seen") == [3, 4, 5]
    module_page.mouse.move(x, y + 30, steps=8)
    module_page.mouse.up()
    module_page.mouse.move(x, y + 200)
    assert module_page.evaluate("seen.at(-1)") == 0
    assert box.input_value() == "0"


def test_controls_have_names_and_tell_their_values(run, module_page):
    run("""({slider, select, radio, toggle, put, note}) => {
        const all = [slider({label: "Stride", min: 1, max: 8, format: (v) => `${v} pixels`}, note),
          select({label: "Digit", options: [0, [7, "seven"]]}, note),
          radio({label: "Padding", options: ["valid", "same"]}, note),
          radio({label: "Other padding", options: ["valid", "same"]}, note),
          toggle({label: "Flip"}, note)];
        all.forEach(put);
        [3, 0, "valid", "valid", false].forEach((value, k) => all[k].show(value)); }""")
    page = module_page
    slider = page.get_by_role("slider", name="Stride", exact=True)
    assert slider.get_attribute("aria-valuetext") == "3 pixels"
    slider.press("ArrowRight")
    page.get_by_role("combobox", name="Digit").select_option("seven")
    page.get_by_role("radiogroup", name="Padding", exact=True).get_by_label("same").check()
    page.get_by_role("checkbox", name="Flip").check()
    assert page.evaluate("seen") == [4, 7, "same", True]
    other = page.get_by_role("radiogroup", name="Other padding")
    assert other.get_by_label("valid").is_checked()  # groups of one page are apart
