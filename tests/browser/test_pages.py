"""Every page of the built book, opened as a reader does."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.built import PAGES

TYPESET = "() => document.querySelectorAll('.math.notranslate mjx-container').length > 0"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("place", ["over_http", "from_disk"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_complete_by_itself(browser, html, watch, request, place, name):
    home = request.getfixturevalue(place)
    with browser.new_context() as context:
        page = context.new_page()
        seen = watch(page, home)
        page.goto(f"{home}/{name}", wait_until="load")
        if "math notranslate" in (html / name).read_text("utf-8"):
            page.wait_for_function(TYPESET)
        else:
            page.wait_for_timeout(200)  # scripts that run after loading have their turn
    assert not seen.requests
    if (place, name) != ("from_disk", "search.html"):  # it fetches excerpts, which disks refuse
        assert not seen.errors


@pytest.mark.parametrize("place", ["over_http", "from_disk"])
def test_the_address_that_the_build_prints_leads_to_the_book(browser, request, place):
    home = request.getfixturevalue(place)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{home}/index.html")
        page.wait_for_url(f"{home}/intro.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(browser, over_http, scheme, name):
    with browser.new_context(
        color_scheme=scheme, viewport={"width": 1400, "height": 900}
    ) as context:
        page = context.new_page()
        page.goto(f"{over_http}/{name}", wait_until="load")
        page.wait_for_function(f"() => document.documentElement.dataset.theme === '{scheme}'")
        results = Axe().run(page, options=RULES)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_phone(browser, html, over_http, name):
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{over_http}/{name}", wait_until="load")
        if "math notranslate" in (html / name).read_text("utf-8"):
            page.wait_for_function(TYPESET)
        assert page.evaluate(OVERFLOW) <= 0
