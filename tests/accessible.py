"""Can everybody use a page: the rules of WCAG 2.2 AA by axe-core, and the room of a phone."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # half the time: nothing is written down of what is right
}
#: JavaScript: no color is half way to another.
STILL = """() => document.getAnimations().every(
  (one) => one.effect.getComputedTiming().endTime === Infinity)"""


def violations(page: Any, context: Any = None) -> list[tuple[str, list[str]]]:
    """The rules that are broken, each with the elements that break it."""
    page.wait_for_function(STILL)
    found = Axe().run(page, context=context, options=RULES).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def fits(page: Any) -> bool:
    """Whether the page need not be moved sideways."""
    return page.evaluate("""() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth <= clientWidth;
    }""")


def cut_off(page: Any) -> list[str]:
    """The visible parts of figures that lie beside the window."""
    return page.evaluate("""() => [...document.querySelectorAll(".stc *")]
      .filter((part) => part.checkVisibility() && part.getClientRects().length)
      .filter((part) => {
        const { left, right } = part.getBoundingClientRect();
        return left < 0 || right > document.documentElement.clientWidth;
      })
      .map((part) => part.outerHTML.slice(0, 200))""")
