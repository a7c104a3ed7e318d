"""Every control of every live figure in the built book does something."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error

from tests.built import pages_with
from tests.chromium import PATIENCE

AFTER = (1500, 1500, 15_000)  # milliseconds in which something must have changed, try by try
CONTROLS = "button, input, select, summary"
# All that a reader sees of the figure, without the control that was operated.
SEEN = """(figure, control) => {
  control?.setAttribute("data-operated", "");
  const copy = figure.cloneNode(true);
  control?.removeAttribute("data-operated");
  copy.querySelector("[data-operated]")?.remove();
  const pictures = [...figure.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
  const values = [...figure.querySelectorAll("input, select")].filter((box) => box !== control);
  const entered = values.map((box) => [box.value, box.checked]);
  return [document.fullscreenElement !== null, copy.innerHTML, ...pictures, ...entered].join();
}"""
CHANGED = f"""async ([figure, control, before, patience]) => {{
  const seen = {SEEN};
  for (const end = performance.now() + patience; performance.now() < end;) {{
    if (!control.isConnected || seen(figure, control) !== before) return true;
    if (control.matches("summary") && control.parentElement.open) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }}
  return false;
}}"""
# What a reader can see and use now, and what has something else to offer: an option that is chosen
# already does nothing, nor does a slider with a single place.
USABLE = """(box) => box.isConnected && box.checkVisibility({ visibilityProperty: true })
  && !box.matches(":disabled") && box.type !== "file" && !(box.type === "radio" && box.checked)
  && !(box.type === "range" && box.min === box.max)"""
KIND = "(control) => control.type || control.localName"
WHAT = """(control) => [control.localName, control.type,
  control.ariaLabel || control.labels?.[0]?.textContent || control.textContent].join(" ")"""


def operate(control) -> None:
    """Use a control as a reader does with the keyboard or the mouse."""
    kind = control.evaluate(KIND)
    if kind == "select-one":
        options = control.evaluate("(box) => [...box.options].map((option) => option.value)")
        now = control.input_value()
        control.select_option(next(value for value in options if value != now))
    elif kind in ("number", "text"):
        control.press("ArrowUp")
    elif kind == "range":
        at_end = control.evaluate("(box) => Number(box.value) >= Number(box.max)")
        control.press("ArrowLeft" if at_end else "ArrowRight")
    elif kind == "radio":
        control.evaluate("(box) => box.click()")  # its label lies over it
    else:
        control.click(force=True)


def dead(figure, page) -> list[str]:
    """The controls that change nothing, tried in several states of the figure."""
    waiting = figure.query_selector_all(CONTROLS)
    assert len(waiting) >= 3
    for patience in AFTER:
        unmoved = []
        for control in waiting:
            if not control.evaluate(USABLE):
                continue
            before = page.evaluate(
                f"([figure, control]) => ({SEEN})(figure, control)", [figure, control]
            )
            try:
                operate(control)
            except Error:  # a figure that plays may draw its controls anew at any time
                assert not control.evaluate("(box) => box.isConnected")
                continue
            if not page.evaluate(CHANGED, [figure, control, before, patience]):
                unmoved.append(control)
        waiting = unmoved
        page.evaluate("() => document.fullscreenElement && document.exitFullscreen()")
    return [control.evaluate(WHAT) for control in waiting]


@pytest.mark.parametrize("name", pages_with("application/vnd.jupyter.widget-view+json"))
def test_every_control_is_alive(browser, html, from_disk, watch, name):
    with browser.new_context(viewport={"width": 1400, "height": 1000}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        seen = watch(page, from_disk)
        page.goto(f"{from_disk}/{name}", wait_until="load")
        page.wait_for_selector("html[data-widgets=ready]")
        figures = page.query_selector_all(".stc")
        assert figures
        found = {figure.get_attribute("aria-label"): dead(figure, page) for figure in figures}
    assert not {name: controls for name, controls in found.items() if controls}
    assert not seen.errors
