"""Live widgets in a small book, over HTTP and straight from disk."""

from __future__ import annotations

import pytest

from tests import tiny
from tests.accessible import violations
from tests.chromium import PATIENCE, serve

STATE = "() => document.documentElement.dataset.widgets ?? ''"
BLOCKED = """() => new Promise(resolve => {
  addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective));
  fetch('http://127.0.0.1:9/').catch(() => {});
})"""
WORKER = """() => new Promise((resolve, reject) => {
  const code = new Blob(['onmessage = event => postMessage(2 * event.data)']);
  const worker = new Worker(URL.createObjectURL(code));
  worker.onmessage = event => resolve(event.data);
  worker.onerror = reject;
  worker.postMessage(21);
})"""
# A row of all that the page did before and after its load that a reader would see jump.
JUMPS = """() => new Promise(resolve => new PerformanceObserver(list => resolve(
  list.getEntries().map(entry => entry.value))).observe({type: 'layout-shift', buffered: true})
  || setTimeout(() => resolve([]), 300))"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The small book, built."""
    folder = tmp_path_factory.mktemp("tiny")
    tiny.write(folder)
    return tiny.build(folder)


@pytest.fixture(scope="module", params=["http", "file"])
def home(request, book):
    """The small book's address."""
    if request.param == "file":
        yield book.as_uri()
    else:
        with serve(book) as address:
            yield address


@pytest.fixture
def visit(browser, watch, home):
    """Open a page of the book, and see what it asks for."""
    contexts = []

    def visit(name, state="ready", **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.seen = watch(page, home)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(f"{home}/{name}.html", wait_until="load")
        if state:
            page.wait_for_function(f"state => ({STATE})() === state", arg=state)
        return page

    yield visit
    for context in contexts:
        context.close()


def names(page):
    return [address.rsplit("/", 1)[-1].split("?")[0] for address in page.asked]


def test_figures_live_without_ipywidgets_and_without_their_stills(visit):
    page = visit("figures")
    first, second = page.locator(".live button").all()
    assert first.inner_text() == "gain 1, sum 600"
    assert second.inner_text() == "gain 1, sum 1200"
    assert page.locator(".live .widget").last.inner_text() == "sum 2"
    first.click()
    assert first.inner_text() == "gain 2, sum 1200"
    assert second.inner_text() == "gain 1, sum 1200"
    assert not page.locator(".still").first.is_visible()
    assert "controls.js" not in names(page)
    assert not [name for name in names(page) if name.endswith((".png", ".webp"))]
    assert not page.seen.requests
    assert not page.seen.errors


def test_a_captioned_cell_is_one_numbered_figure(visit):
    page = visit("figures")
    figure = page.locator("figure#fig-pixels")
    assert figure.locator(".live button").count() == 1
    assert figure.locator(".still img").count() == 1
    assert figure.locator("figcaption").inner_text().startswith("Fig. 1 Two pixels.")
    assert page.locator("a[href='#fig-pixels']").first.inner_text() == "Fig. 1"


def test_a_slider_moves_a_figure(visit):
    page = visit("links")
    button = page.locator(".live button")
    assert button.inner_text() == "gain 1, sum 1800"
    slider = page.locator(".noUi-handle[aria-label=gain]")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelector('.live button').innerText.includes('5400')"
    )
    button.click()
    page.wait_for_function(
        "() => document.querySelector('.noUi-handle').ariaValueText === '4'"
        " || document.querySelector('.widget-readout').innerText === '4'"
    )
    assert not page.seen.requests
    assert not page.seen.errors


def test_the_policy_is_enforced(visit):
    assert visit("figures").evaluate(BLOCKED) in {"connect-src", "default-src"}


def test_a_figure_may_work_in_the_background(visit):
    assert visit("figures").evaluate(WORKER) == 42


@pytest.mark.parametrize(("name", "state"), [("links", "ready"), ("broken", "error")])
def test_a_live_page_is_accessible(visit, name, state):
    assert not violations(visit(name, state))


def test_without_scripts_the_still_stands_in_the_page(visit):
    page = visit("figures", state=None, java_script_enabled=False)
    still = page.locator("figure#fig-pixels .still")
    assert still.locator("img").is_visible()
    assert still.locator("img").get_attribute("alt") == "Two <grey> pixels."
    assert still.locator("p").inner_text() == "Two <grey> pixels."


def test_print_has_the_still(visit):
    page = visit("figures")
    page.emulate_media(media="print")
    assert page.locator("figure#fig-pixels .still img").is_visible()
    assert not page.locator("figure#fig-pixels .widget").is_visible()
    page.emulate_media(media="screen")
    assert page.locator("figure#fig-pixels .widget").is_visible()


def test_a_figure_that_fails_leaves_its_still_and_says_why(visit):
    page = visit("broken", state="error")
    first, second = page.locator(".live").all()
    assert first.locator(".still img").is_visible()
    assert "no SIMD in this browser" in first.locator(".reason").inner_text()
    assert second.locator("button").is_visible()
    assert second.locator(".reason").count() == 0
    second.locator("button").click()
    assert second.locator(".still img").is_visible()
    assert "out of memory" in second.locator(".reason").inner_text()
    assert second.locator("button").count() == 0


@pytest.mark.parametrize("missing", ["live.js", "widgets"])
def test_a_missing_file_leaves_the_still(browser, home, missing):
    with browser.new_context() as context:
        context.route(f"**/_static/{missing}*/**", lambda route: route.abort())
        context.route(f"**/_static/{missing}*", lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{home}/figures.html", wait_until="load")
        page.locator("figure#fig-pixels .still img").wait_for(timeout=PATIENCE)


def test_nothing_jumps(visit):
    page = visit("figures", viewport={"width": 1400, "height": 900})
    assert sum(page.evaluate(JUMPS)) < 0.1


def test_a_page_without_widgets_carries_nothing_of_them(visit):
    page = visit("plain", state="")
    assert not [name for name in names(page) if name.startswith(("live", "controls"))]
    assert "blob:" not in page.content()
