"""Every page of the built book, opened as a reader does."""

from __future__ import annotations

import pytest

from book.live import VIEWS
from tests.accessible import violations
from tests.built import PAGES, pages_with

TYPESET = "() => document.querySelectorAll('.math.notranslate mjx-container').length > 0"
# The theme has changed, and no color is half way to another any more.
THEME = """scheme => document.documentElement.dataset.theme === scheme
  && document.getAnimations().length === 0"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNREACHED = """() => [...document.querySelectorAll("mjx-container[display], .bd-article table")]
  .filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth)
  .filter((part) => part.tabIndex < 0)"""
# All source listings are colored alike: axe, slow on so many words, reads the words of one only.
LISTINGS = [name for name in PAGES if name.startswith("_modules/cnnlib/")][1:]
QUIZZES = pages_with('id="quiz')
WIDE = {"width": 1400, "height": 900}
PHONE = {"width": 360, "height": 740}


def load(page, home, name, html):
    """Open a page and wait until its scripts, its maths and its live figures are done."""
    page.goto(f"{home}/{name}", wait_until="load")
    text = (html / name).read_text("utf-8")
    if VIEWS.search(text):
        page.wait_for_selector("html[data-widgets=ready]")
    if "math notranslate" in text:
        page.wait_for_function(TYPESET)
    else:
        page.wait_for_timeout(200)


@pytest.fixture(scope="module", params=PAGES)
def opened(request, browser, html, over_http, watch):
    """One page over HTTP, its name, and what was seen while it loaded; its tests share it."""
    with browser.new_context(viewport=WIDE) as context:
        page = context.new_page()
        seen = watch(page, over_http)
        load(page, over_http, request.param, html)
        yield page, request.param, seen


def test_page_is_complete_by_itself(opened):
    _, _, seen = opened
    assert not seen.requests
    assert not seen.errors


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible(opened, scheme):
    page, name, _ = opened
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(THEME, arg=scheme)
    part = {"exclude": [".highlight"]} if name in LISTINGS else None
    assert not violations(page, context=part)


def test_page_fits_a_phone(opened):
    page, _, _ = opened
    page.set_viewport_size(PHONE)
    assert page.evaluate(OVERFLOW) <= 0
    page.wait_for_function(f"() => !({UNREACHED})().length")


@pytest.mark.parametrize("name", PAGES)
def test_page_works_from_disk(browser, html, from_disk, watch, name):
    with browser.new_context() as context:
        page = context.new_page()
        seen = watch(page, from_disk)
        load(page, from_disk, name, html)
    assert not seen.requests
    if name != "search.html":  # it fetches what it searches, which a disk refuses
        assert not seen.errors


@pytest.mark.parametrize("place", ["over_http", "from_disk"])
def test_the_address_that_the_build_prints_leads_to_the_book(browser, request, place):
    home = request.getfixturevalue(place)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{home}/index.html")
        page.wait_for_url(f"{home}/intro.html")


@pytest.mark.parametrize("name", QUIZZES)
def test_a_quiz_works_without_scripts_and_prints(browser, from_disk, name):
    with browser.new_context(viewport=WIDE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{from_disk}/{name}")
        options = page.locator("section[id^=quiz] details")
        answers = page.locator("section[id^=quiz] details > div")
        assert options.count() >= 9
        assert not answers.first.is_visible()
        options.first.locator("summary").click()
        assert answers.first.is_visible()
        page.emulate_media(media="print")
        assert all(answer.is_visible() for answer in answers.all())
