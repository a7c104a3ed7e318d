"""frame.js: a figure's state, its reset, its link, its words, and what it leaves behind."""

from __future__ import annotations

import pytest

from tests.drawing import FRAME, later

SETUP = """async (widgets) => {
  const { frame } = await import("/cnnlib/widgets/frame.js");
  const { integer, numbers, packed, array } = await import("/cnnlib/widgets/state.js");
  const { Picture } = await import("/cnnlib/widgets/picture.js");
  const { signed } = await import("/cnnlib/widgets/theme.js");
  class Model {
    constructor(values) { Object.assign(this, { values, handlers: [], saved: 0 }); }
    get(key) { return this.values[key]; }
    set(key, value) {
      this.values[key] = value;
      for (const [name, f] of this.handlers) if (name === `change:${key}`) f();
    }
    on(name, f) { this.handlers.push([name, f]); }
    off(name, f) { this.handlers = this.handlers.filter(([n, g]) => n !== name || g !== f); }
    save_changes() { this.saved += 1; }
  }
  globalThis.figure?.dispose();
  document.body.innerHTML = "<main><h1>Test</h1><div id=here></div></main>";
  if (widgets) document.documentElement.dataset.widgets = "ready";
  else delete document.documentElement.dataset.widgets;
  const kernel = packed({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
  globalThis.model = new Model({ name: "test", title: "A test", n: 2, kernel, own: null });
  globalThis.draws = [];
  globalThis.broken = false;
  frame({
    model: globalThis.model,
    el: document.getElementById("here"),
    schema: { n: integer(1, 9), kernel: numbers([2, 2]), own: array() },
    make(figure) {
      globalThis.figure = figure;
      figure.slider("n", { label: "Size", min: 1, max: 9 });
      const twice = { label: "Twice", values: ({ n }) => ({ n: 2 * n }) };
      figure.buttons("More", [{ label: "Nine", values: { n: 9 } }, twice]);
      const onStep = (rows) => figure.set({ n: figure.state.n + rows });
      const picture = new Picture({ label: "Numbers", onStep });
      figure.add(picture.element).style.width = "100px";
      const draw = (state) => {
        if (globalThis.broken) throw new Error("it is broken");
        globalThis.draws.push(state.n);
        const values = Float32Array.from({ length: state.n ** 2 }, (_, k) => k);
        picture.show({ values, rows: state.n, columns: state.n, scale: signed(81) });
        figure.note(`${state.n} rows`);
      };
      return { draw, describe: (state) => `A square of ${state.n}.` };
    },
  });
}"""


@pytest.fixture
def page(module_page):
    """A page with one small figure, as in a static page."""
    module_page.evaluate("history.replaceState(null, '', '/')")
    module_page.evaluate(SETUP, True)
    module_page.evaluate(FRAME)
    return module_page


def after(page, action):
    page.evaluate(f"() => {{ {action} }}")
    page.evaluate(FRAME)


def test_what_python_sets_is_drawn_and_what_the_reader_sets_is_sent(page):
    after(page, "model.set('n', 5)")
    assert page.evaluate("[draws, figure.state.n, model.saved]") == [[2, 5], 5, 0]
    assert page.get_by_role("slider", name="Size").input_value() == "5"
    page.get_by_role("slider", name="Size").press("ArrowRight")
    page.wait_for_function("model.saved === 1")
    assert page.evaluate("[model.get('n'), draws.at(-1)]") == [6, 6]


def test_many_changes_are_one_drawing_and_one_message(page):
    after(page, "for (let n = 3; n <= 9; n++) figure.set({ n })")
    page.wait_for_function("model.saved === 1")
    assert page.evaluate("draws") == [2, 9]


def test_a_wrong_value_is_named_and_changes_nothing(page):
    said = page.evaluate(
        "() => { try { figure.set({ n: 3, kernel: null }); } catch (e) { return e.message; } }"
    )
    assert said == "`kernel` must be finite numbers of shape 2 × 2; got null."
    assert page.evaluate("[figure.state.n, model.get('n')]") == [2, 2]


def test_buttons_set_values_and_reset_brings_back_how_it_came(page):
    page.get_by_role("button", name="Twice").click()
    page.get_by_role("button", name="Twice").click()
    after(page, "figure.set({ own: { shape: [1, 1], data: Uint8Array.of(7) } })")
    assert page.evaluate("[figure.state.n, model.get('own').shape]") == [8, [1, 1]]
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("[figure.state.n, model.get('own')]") == [2, None]


def test_the_link_holds_the_state_and_brings_it_back(page):
    after(
        page, "figure.set({ n: 7, kernel: { shape: [2, 2], data: Float32Array.of(0, 1, 0, -1) } })"
    )
    page.get_by_role("button", name="Copy link").click()
    assert page.url.endswith("#test?n=7&kernel=0,1,0,-1")
    page.get_by_role("button", name="Reset").click()
    page.evaluate("location.hash = '#test?n=4'")
    page.wait_for_function("figure.state.n === 4")
    page.evaluate("location.hash = '#other?n=8'")  # another figure's
    page.evaluate("location.hash = '#test?n=99&color=red'")
    page.wait_for_function("figure.state.n === 2")
    said = page.get_by_text("In the link").inner_text()
    assert "“n” must be a whole number from 1 to 9; got 99." in said
    assert "“color” is not part of this figure." in said


def test_a_notebook_has_no_link(module_page):
    module_page.evaluate("history.replaceState(null, '', '/#test?n=7')")
    module_page.evaluate(SETUP, False)
    module_page.evaluate(FRAME)
    assert module_page.get_by_role("button", name="Copy link").is_hidden()
    assert module_page.evaluate("figure.state.n") == 2


def test_words_follow_and_only_the_readers_own_changes_are_spoken(page):
    words = page.locator("details.stc-words p")
    page.wait_for_function(
        "document.querySelector('.stc-words p').textContent === 'A square of 2.'"
    )
    after(page, "model.set('n', 3)")
    later(page, 900)
    assert page.locator(".stc-aloud").inner_text() == ""
    page.get_by_role("slider", name="Size").press("ArrowRight")
    page.wait_for_function("document.querySelector('.stc-aloud').textContent === 'A square of 4.'")
    page.get_by_text("In words").click()
    assert words.inner_text() == "A square of 4."


def test_a_picture_is_stepped_with_the_arrow_keys(page):
    page.get_by_role("application", name="Numbers").press("ArrowDown")
    assert page.evaluate("figure.state.n") == 3


def test_what_cannot_be_drawn_is_said_until_it_can(page):
    after(page, "broken = true; figure.set({ n: 5 })")
    assert page.get_by_role("alert").inner_text() == "it is broken"
    assert page.get_by_role("application", name="Numbers").is_hidden()
    after(page, "broken = false; figure.set({ n: 6 })")
    assert page.get_by_role("alert").is_hidden()
    assert page.get_by_role("application", name="Numbers").is_visible()


def test_a_first_drawing_that_fails_is_reported_to_the_page(page):
    detail = page.evaluate(f"""async () => {{
        const setup = {SETUP};
        await setup(true);
        broken = true;
        return new Promise((done) => figure.el.addEventListener(
          "figure-failed", (event) => done(event.detail.message)));
    }}""")
    assert detail == "it is broken"


def test_light_and_dark_follow_the_page(page):
    scheme = "document.querySelector('.stc').dataset.scheme"
    for dataset, value, expected in [
        ("document.documentElement.dataset.theme", "dark", "dark"),
        ("document.documentElement.dataset.theme", "light", "light"),
        ("document.body.dataset.jpThemeLight", "false", "light"),  # the book's theme is first
    ]:
        after(page, f"{dataset} = '{value}'")
        page.wait_for_function(f"{scheme} === '{expected}'")
    after(page, "delete document.documentElement.dataset.theme")
    page.wait_for_function(f"{scheme} === 'dark'")
    after(page, "delete document.body.dataset.jpThemeLight")
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{scheme} === 'light'")


def test_full_screen_and_back(page):
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement === figure.root")
    page.get_by_role("button", name="Leave full screen").click()
    page.wait_for_function("document.fullscreenElement === null")
    page.get_by_role("button", name="Full screen", exact=True).wait_for()


def test_the_time_from_an_input_to_its_picture_is_measured(page):
    page.evaluate("performance.clearMeasures()")
    page.get_by_role("slider", name="Size").press("ArrowRight")
    page.wait_for_function("performance.getEntriesByName('figure test').length === 1")
    assert 0 < page.evaluate("performance.getEntriesByName('figure test')[0].duration") < 1000


def test_nothing_is_left_of_a_figure_that_is_disposed(page):
    after(page, "figure.set({ n: 3 }); figure.dispose()")
    assert page.evaluate("[model.handlers.length, model.saved]") == [
        0,
        1,
    ]  # its last change is sent
    assert page.locator("#here > *").count() == 0
    page.evaluate("location.hash = '#test?n=8'")
    later(page, 100)
    assert page.evaluate("model.get('n')") == 3
