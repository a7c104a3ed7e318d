"""The links of the lesson plan open a figure in the state that they name."""

from __future__ import annotations

import html as markup
import re

import pytest

from tests.built import ROOT

LINKS = re.findall(r'<a href="(chapters/[^"#]+#[^"]+)"', (ROOT / "intro.md").read_text("utf-8"))
PATIENCE = 120_000  # milliseconds, for a slow machine


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
        page.wait_for_timeout(500)
        top = "(figure) => Math.abs(figure.getBoundingClientRect().top)"
        near = [figure for figure in page.locator(".stc").all() if figure.evaluate(top) < 200]
        assert len(near) == 1, "the figure of the link is in view"
        assert "In the link" not in near[0].inner_text()
        # The figure's own link to its state says what the lesson's link says.
        near[0].get_by_role("button", name="Copy link").click()
        assert page.url.split("#")[1].split("?")[0] == address.split("#")[1].split("?")[0]
        for setting in filter(None, address.partition("?")[2].split("&")):
            assert setting in page.url, page.url
    assert not seen.errors
