"""The links of the lesson plan open a figure in the state that they name."""

from __future__ import annotations

import html as markup
import re

import pytest

from tests.built import ROOT
from tests.chromium import PATIENCE

LINKS = re.findall(r'<a href="(chapters/[^"#]+#[^"]+)"', (ROOT / "intro.md").read_text("utf-8"))
# The figures at the top of the window.
NEAR = """() => [...document.querySelectorAll(".stc")].filter(
  (figure) => Math.abs(figure.getBoundingClientRect().top) < 200)"""


def test_the_lesson_leads_to_many_chapters():
    assert len({link.split("#")[0] for link in LINKS}) >= 9


@pytest.mark.parametrize("link", LINKS)
def test_a_link_opens_the_figure_in_its_state(browser, from_disk, watch, link):
    address = markup.unescape(link)
    with browser.new_context(viewport={"width": 1400, "height": 1000}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        seen = watch(page, from_disk)
        page.goto(f"{from_disk}/{address}", wait_until="load")
        page.wait_for_selector("html[data-widgets=ready]")
        page.wait_for_function(f"() => ({NEAR})().length === 1")
        near = page.evaluate_handle(f"() => ({NEAR})()[0]").as_element()
        assert "In the link" not in near.inner_text()
        # The figure's own link to its state says what the lesson's link says.
        page.evaluate("() => history.replaceState(null, '', ' ')")
        near.query_selector("button:has-text('Copy link')").click()
        name, _, settings = address.partition("#")[2].partition("?")
        page.wait_for_url(lambda url: url.partition("#")[2].partition("?")[0] == name)
        for setting in filter(None, settings.split("&")):
            assert setting in page.url, page.url
    assert not seen.errors
