"""TimeScrubber: a graph both ways, in Python, in the page's pure functions, and on the screen."""

from __future__ import annotations

import numpy as np
import pytest

import cnnlib
from cnnlib import ops
from cnnlib.layers import Dense
from cnnlib.widgets import TimeScrubber
from cnnlib.widgets._figure import to_page
from cnnlib.widgets.time_scrubber import _graph
from cnnlib.widgets.time_scrubber._ops import OPS
from tests.accessible import fits, violations

GRAPHS = ("chain", "fork", "network", "convolution")
# Every step once, a node that goes into another twice, and forks on the way.
MIXED = [
    *(("a", 0.5), ("b", -1.5), ("c", 2), ("t", 1, "constant")),
    *(("d", "sub", "a", "b"), ("e", "max", "d", "c"), ("f", "mul", "e", "e")),
    *(("g", "sigmoid", "a"), ("h", "squares", "g", "b"), ("i", "unit", "f", "h", "a", "b")),
    *(("j", "add", "i", "c", "d"), ("k", "relu", "j"), ("l", "unit", "k", "b", "c")),
    ("L", "bce", "l", "t"),
]


# ---------------------------------------------------------------------------------------- Python
def test_the_chapter_s_numbers():
    fork = TimeScrubber("fork")
    assert fork.value == {"a": 2, "b": 3, "u": 5, "L": 15}
    assert fork.gradients == {"a": 3, "b": 8, "u": 3, "L": 1}
    fork.accumulate = False
    assert fork.gradients == {"a": 3, "b": 3, "u": 3, "L": 1}
    chain = TimeScrubber("chain")
    assert chain.gradients == {"a": -6, "b": 4, "c": -6, "u": 2, "L": 1}


def test_the_network_is_the_library_s(rng):
    figure = TimeScrubber("network")
    for _ in range(5):
        v = rng.normal(size=12).astype(np.float32)
        v[11] = rng.integers(0, 2)
        figure.values = v
        layers = [Dense(2, activation="relu", input_shape=(2,)), Dense(1)]
        model = cnnlib.Sequential(layers)
        w1, w2 = np.array([[v[2], v[5]], [v[3], v[6]]]), v[8:10, None]
        model.set_weights([w1, v[[4, 7]], w2, v[10:11]])
        loss = cnnlib.losses.BinaryCrossentropy(from_logits=True)
        value, dz = loss.value_and_gradient(v[None, 11:], model.forward(v[None, :2]))
        dx = model.backward(dz)
        first, second = (layer.grads for layer in layers)
        wanted = [*dx[0], *first["kernel"][:, 0], first["bias"][0]]
        wanted += [*first["kernel"][:, 1], first["bias"][1], *second["kernel"][:, 0]]
        names = [node["name"] for node in _graph.inputs(figure.graphs["network"])][:11]
        got = [figure.gradients[name] for name in names]
        np.testing.assert_allclose(got, [*wanted, *second["bias"]], atol=1e-6)
        assert figure.value["L"] == pytest.approx(value, abs=1e-6)


def test_the_convolution_is_the_library_s():
    figure = TimeScrubber("convolution", values=[1, 2, 0, -1, 3, -1])
    x = np.array([1, 2, 0, -1], np.float32).reshape(1, 1, 4, 1)
    w = np.array([3, -1], np.float32).reshape(1, 2, 1, 1)
    y = ops.conv2d(x, w)
    dx, dw, _ = ops.conv2d_backward(2 * y, x, w)
    assert [figure.gradients[f"x{k}"] for k in range(4)] == dx.ravel().tolist() == [6, 34, -6, -2]
    assert [figure.gradients[f"w{k}"] for k in range(2)] == dw.ravel().tolist() == [26, 2]


def test_every_gradient_is_what_is_measured(rng):
    for figure in (*map(TimeScrubber, GRAPHS), TimeScrubber(nodes=MIXED)):
        for _ in range(3):
            shape = figure.values.shape
            figure.values = figure.values + rng.normal(size=shape).astype(np.float32) * 0.05
            for name, gradient in figure.gradients.items():
                assert figure.measured(name) == pytest.approx(gradient, rel=0.02, abs=0.02), name


def test_steps_forwards_and_back():
    figure = TimeScrubber("fork", step=0)
    assert (figure.steps, figure.so_far) == (5, {})
    found = []
    for figure.step in range(6):
        found.append(figure.so_far)
    assert found[2] == {}
    assert found[3] == {"L": 1}
    assert found[4] == {"b": 5, "u": 3, "L": 1}
    assert found[5] == figure.gradients
    figure.step = 40  # beyond the end
    assert figure.so_far == figure.gradients


def test_a_step_too_small_drowns_in_rounding():
    figure = TimeScrubber("fork")
    errors = []
    for figure.digits in range(1, 9):
        errors.append(abs(figure.measured("b") - 8) / 8)
    assert min(errors) < 1e-4
    assert errors[-1] == 1  # 3 + 1e-8 is 3 in float32
    with pytest.raises(ValueError, match="`name` must be one of a, b, u, L; got 'z'"):
        figure.measured("z")


def test_at_a_corner_the_measurement_is_the_mean_of_both_slopes():
    figure = TimeScrubber(nodes=[("a", 0), ("L", "relu", "a")])
    assert (figure.gradients["a"], figure.measured("a")) == (0, 0.5)


def test_another_graph_starts_with_its_own_numbers():
    figure = TimeScrubber("fork", values=[5, 6], step=2)
    figure.probe = 1
    figure.graph = "network"
    assert figure.values.tolist() == [1, 2, 1, 0.5, 0, -1, -1, 1, 1, -3, 0, 0]
    assert (figure.step, figure.probe) == (13, 0)
    counts = [len(_graph.inputs(_graph.read(nodes))) for nodes in _graph.PRESETS.values()]
    assert len(set(counts)) == len(counts)  # so numbers of one graph never fit another


def test_what_the_page_sends_is_read():
    figure = TimeScrubber("fork")
    values = np.arange(6, dtype=np.float32)
    figure.set_state({"graph": "convolution", "values": to_page(values), "step": 4, "probe": 2})
    assert (figure.graph, figure.step, figure.probe) == ("convolution", 4, 2)
    assert figure.values.tolist() == values.tolist()
    figure.set_state({"values": to_page(values[::-1]), "graph": "convolution"})
    assert figure.value["x0"] == 5


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("graph", "tree", "`graph` must be one of 'chain', 'fork', 'network', 'convolution'; got"),
        ("values", [1, 2, 3], "`values` must have a number for each of a, b; got 3"),
        ("values", [[1, 2, 3]], r"`values` must be a list of numbers; got shape \(1, 3\)"),
        ("values", [1, 2, np.nan], "`values` must hold finite numbers"),
        ("step", -1, "`step` must be a whole number from 0 to 48; got -1"),
        ("accumulate", 1, "`accumulate` must be True or False; got 1"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    figure = TimeScrubber()
    before = figure.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(figure, name, value)
    assert figure.get_state() == before
    with pytest.raises(ValueError, match=message):
        TimeScrubber(**{name: value})


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([("a", 1)], "`nodes` must be a list of 2 to 24; got 1"),
        ([("a", 1), ("a", "relu", "a")], "Each node must have a name of its own; got 'a' twice"),
        ([("a", 1), ("L", "exp", "a")], "A node's step must be one of add, .*; got 'exp'"),
        ([("a", 1), ("L", "relu", "b")], "'L' must use nodes that stand before it; got 'b'"),
        ([("a", 1), ("L", "mul", "a")], "'mul' must have 2 inputs; got 1 inputs"),
        ([("a", 1), ("b", 1), ("L", "relu", "a")], "Every node but the last must be used; got 'b'"),
        ([("a", 1), ("L", 2)], "An input must be .*, and not the last node"),
        ([("a", 1, "fixed"), ("L", "relu", "a")], "An input must be"),
        ([("a", np.inf), ("L", "relu", "a")], "`a` must hold finite numbers"),
        ([("a b", 1), ("L", "relu", "a b")], "A node's name must be 1 to 4 letters and digits"),
        ([("a",), ("L", "relu", "a")], "A node's step must be one of"),
        ([(), ("L", "relu", "a")], "A node's name must be 1 to 4 letters and digits; got None"),
        ([("a", 1), ("L", ["relu"], "a")], r"A node's step must be one of .*; got \['relu'\]"),
        (3, "`nodes` must be a list of tuples; got 'int' object is not iterable"),
        ([1, 2], "`nodes` must be a list of tuples; got"),
    ],
)
def test_a_list_that_is_no_graph_is_refused(nodes, message):
    with pytest.raises(ValueError, match=message):
        TimeScrubber(nodes=nodes)


def test_an_own_graph_has_no_others_beside_it():
    figure = TimeScrubber(nodes=MIXED)
    assert [*figure.graphs] == ["own"]
    assert {node["op"] for node in figure.graphs["own"]} == {"", *OPS}
    with pytest.raises(ValueError, match="`graph` must be one of 'own'; got 'fork'"):
        figure.graph = "fork"


@pytest.mark.parametrize("graph", GRAPHS)
def test_the_layout_goes_from_left_to_right(graph):
    nodes = TimeScrubber(graph).graphs[graph]
    place = {node["name"]: node for node in nodes}
    for node in nodes:
        assert all(place[name]["column"] < node["column"] for name in node["inputs"])
    spots = {(node["column"], node["row"]) for node in nodes}
    assert len(spots) == len(nodes)


def test_the_still_shows_what_is_known():
    figure = TimeScrubber("fork", step=4).still()
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"a", "u = a + b", "15", "5", "3", "1"} <= set(texts)
    assert "8" not in texts
    assert figure.get_figwidth() <= 7.6
    early = [text.get_text() for text in TimeScrubber("fork", step=0).still().axes[0].texts]
    assert "15" not in early


def test_the_description_says_formulas_and_numbers():
    text = TimeScrubber("fork", accumulate=False, step=4).describe()
    assert "u = a + b; L = u · b. Step 4 of 5: a = 2, b = 3, u = 5, L = 15." in text
    assert "Gradients of L so far: b 5, u 3, L 1." in text
    assert "wrong at a fork" in text
    assert "so far: none" in TimeScrubber("fork", step=1).describe()


# ------------------------------------------------------------------------------- pure functions
VIEWS = """async (sent) => {
  const { viewOf } = await import("/cnnlib/widgets/time_scrubber/time_scrubber.js");
  const { graphOf } = await import("/cnnlib/widgets/time_scrubber/passes.js");
  const { rules } = await import("/cnnlib/widgets/time_scrubber/time_scrubber_text.js");
  const { kernels } = await import("/cnnlib/wasm/kernels.js");
  const runtime = await kernels();
  return sent.map(({ nodes, values, ...rest }) => {
    const data = Float32Array.from(values);
    const state = { values: { shape: [data.length], data }, ...rest };
    const view = viewOf(runtime, graphOf(nodes), state);
    const measured = view.measures.map(({ difference }) => difference);
    const said = rules(view).map(({ text, note }) => `${text} ${note ?? ""}`);
    const { gradients, whole } = view;
    return { values: [...view.values], gradients, measured, said, whole };
  });
}"""


def views(page, figures):
    sent = [
        {
            "nodes": figure.graphs[figure.graph],
            "values": figure.values.tolist(),
            **{key: getattr(figure, key) for key in ("graph", "step", "accumulate", "probe")},
            "digits": figure.digits,
        }
        for figure in figures
    ]
    return page.evaluate(VIEWS, sent)


def test_the_page_s_numbers_are_python_s(module_page, rng):
    figures = []
    for graph in (*GRAPHS, None):
        for step in range(20):
            figure = TimeScrubber(graph) if graph else TimeScrubber(nodes=MIXED)
            figure.values = rng.normal(size=figure.values.shape)
            figure.step, figure.accumulate, figure.digits = step, step % 3 > 0, 2
            figures.append(figure)
    for figure, got in zip(figures, views(module_page, figures), strict=True):
        names = [node["name"] for node in figure.graphs[figure.graph]]
        plain = figure.graph in ("chain", "fork")  # sums and products: equal to the last bit
        near = {"rtol": 0, "atol": 0} if plain else {"rtol": 1e-5, "atol": 1e-5}
        np.testing.assert_allclose(got["values"], [*figure.value.values()], **near)
        found = {name: g for name, g in zip(names, got["gradients"], strict=True) if g is not None}
        assert found.keys() == figure.so_far.keys()
        for name, gradient in figure.so_far.items():
            np.testing.assert_allclose(found[name], gradient, **near)
        wanted = [figure.measured(name) for name in names]
        near = near if plain else {"rtol": 1e-3, "atol": 2e-3}  # differences of rounded losses
        np.testing.assert_allclose(got["measured"], wanted, **near)


def test_a_rule_in_letters_and_numbers(module_page):
    chain = TimeScrubber("chain", step=5)
    fork = TimeScrubber("fork", step=5)
    wrong = TimeScrubber("fork", accumulate=False)
    start, ahead, seed = (TimeScrubber("chain", step=step) for step in (0, 1, 3))
    network = [TimeScrubber("network", step=step) for step in (8, 10, 13)]
    figures = [chain, fork, wrong, start, ahead, seed, *network]
    said = [got["said"] for got in views(module_page, figures)]
    assert said[0] == [
        "∂L/∂a += ∂L/∂u · b = 2 · (−3) = −6 ",
        "∂L/∂b += ∂L/∂u · a = 2 · 2 = 4 ",
    ]
    assert said[1][1] == "∂L/∂b += ∂L/∂u · 1 = 3 · 1 = 3 b is used more than once: 5 + 3 = 8."
    assert said[2][1] == "∂L/∂b = ∂L/∂u · 1 = 3 · 1 = 3 3 takes the place of 5, which is lost."
    assert said[3] == ["The inputs are given. Nothing is computed yet. "]
    assert said[4] == ["u = a · b = 2 · (−3) = −6 "]
    assert said[5][0].startswith("∂L/∂L = 1 ")
    assert said[6] == ["∂L/∂z₃ += ∂L/∂L · (σ(z₃) − t) = 1 · (σ(2) − 0) = 0.8808 "]
    assert said[7] == ["∂L/∂z₂ += ∂L/∂a₂ · [z₂ > 0] = (−2.6424) · 0 = 0 "]
    assert said[8][3] == "∂L/∂w₂₁ += ∂L/∂z₁ · x₂ = 0.8808 · 2 = 1.7616 "


def test_when_a_gradient_is_whole(module_page):
    figures = [TimeScrubber("fork", step=step) for step in range(6)]
    whole = [got["whole"] for got in views(module_page, figures)]
    first = [next(step for step in range(6) if whole[step][node]) for node in range(4)]
    assert first == [5, 5, 4, 3]


def test_words_on_arrows_do_not_hide_each_other(module_page):
    graphs = {key: TimeScrubber(key).graphs[key] for key in GRAPHS}
    hidden = module_page.evaluate(
        """async (graphs) => {
        const { graphOf } = await import("/cnnlib/widgets/time_scrubber/passes.js");
        const { layout, wordPlaces } = await import("/cnnlib/widgets/time_scrubber/graph_view.js");
        return Object.values(graphs).map((nodes) => {
          const plan = layout(graphOf(nodes), 700);
          const places = wordPlaces(plan, plan.lines.map(() => 20));
          const near = ([x, y]) => ([X, Y]) => Math.abs(x - X) < 20 && Math.abs(y - Y) < 20;
          const pairs = places.flatMap((one, k) => places.slice(k + 1).filter(near(one)));
          const boxes = plan.boxes.flat().every(Number.isFinite);
          return { pairs: pairs.length, wide: plan.width, boxes };
        });
      }""",
        graphs,
    )
    assert [found["pairs"] for found in hidden] == [0] * 4
    assert all(found["boxes"] and found["wide"] <= 700 for found in hidden)


# ----------------------------------------------------------------------------------------- a page
def rows(page):
    """The table: name -> value, gradient, measured, error."""
    return page.locator(".stc-ts-table tbody tr").evaluate_all(
        """rows => Object.fromEntries(rows.map((row) => [
          row.querySelector("button").innerText,
          [...row.querySelectorAll("td")].map(
            (cell) => cell.querySelector("input")?.value ?? cell.innerText,
          ),
        ]))"""
    )


def rule(page):
    return page.locator(".stc-ts-rule").inner_text()


def drawn(page):
    """The texts of the drawing's boxes: name and sign, value, gradient."""
    return page.locator(".stc-ts-node").evaluate_all(
        """boxes => boxes.map((box) =>
          [...box.querySelectorAll("text")].map((text) => text.textContent.trim()))"""
    )


def test_the_table_and_the_drawing_have_python_s_numbers(show):
    figure = TimeScrubber("network")
    page = show(figure)
    table = rows(page)
    names = dict(zip((node["name"] for node in figure.graphs["network"]), table, strict=True))
    for name, gradient in figure.gradients.items():
        value, got, measured, error = table[names[name]]
        assert float(value.replace("−", "-")) == pytest.approx(figure.value[name], abs=1e-4)
        assert float(got.replace("−", "-")) == pytest.approx(gradient, abs=1e-4)
        assert float(measured.replace("−", "-")) == pytest.approx(gradient, abs=1e-3)
        assert error.startswith("✓")
    assert table["t"][1:] == ["–", "–", "–"]
    assert ["z₃  Σ", "2", "0.881"] in drawn(page)
    assert ["t", "0"] in drawn(page)


def test_the_clock_goes_forwards_and_back(show):
    page = show(TimeScrubber("fork", step=0))
    assert drawn(page) == [["a", "2"], ["b", "3"], ["u  +"], ["L  ×"]]
    said = []
    for _ in range(5):
        page.get_by_role("button", name="Next ›").click()
        said.append(rule(page))
    assert said[0] == "u = a + b = 2 + 3 = 5"
    assert said[2].startswith("∂L/∂L = 1")
    assert said[3].startswith("∂L/∂u += ∂L/∂L · b = 1 · 3 = 3")
    assert drawn(page)[1] == ["b", "3", "8"]
    page.get_by_role("button", name="‹ Back").click()
    assert rows(page)["b"][1] == "5 so far"
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Home")
    assert "Nothing is computed yet" in rule(page)


def test_play_runs_to_the_end(show):
    page = show(TimeScrubber("chain", step=0))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.stc-play').textContent === 'Play'")
    assert drawn(page)[0] == ["a", "2", "−6"]


def test_inputs_can_be_changed_at_any_time(show):
    figure = TimeScrubber("fork", step=4)
    page = show(figure)
    page.get_by_role("spinbutton", name="Value of b").fill("-4")
    figure.values = [2, -4]
    assert (
        rows(page)["b"][:2] == ["-4", "−2 so far"] == ["-4", f"−{abs(figure.so_far['b']):g} so far"]
    )
    page.keyboard.press("ArrowUp")
    assert rows(page)["u"][0] == "−1"
    page.get_by_role("button", name="Reset").click()
    assert rows(page)["u"][0] == "5"


def test_without_plus_a_part_is_lost(show):
    page = show(TimeScrubber("fork"))
    page.get_by_label("= instead of +=").focus()
    page.keyboard.press("Space")
    assert "✗ 3 takes the place of 5, which is lost." in rule(page)
    assert drawn(page)[1] == ["b", "3", "✗ 3"]
    assert rows(page)["b"][1:] == ["3", "8.00009", "✗ 0.45"]
    lost = page.locator(".stc-ts-graph > text").all_text_contents()
    assert "✗ 5" in lost


def test_the_step_of_the_measurement(show):
    page = show(TimeScrubber("fork"))
    page.get_by_role("button", name="b", exact=True).click()
    said = page.locator(".stc-ts-check p")
    assert "b a little larger, and a little smaller: (L(3.00999999) − L(2.99000001)) / 0.02" in (
        said.inner_text()
    )
    page.get_by_role("slider", name="Measured with h").focus()
    page.keyboard.press("End")
    assert "3 ± 1e−8 is the same number: the step is too small" in said.inner_text()
    assert rows(page)["b"][2:] == ["0", "✗ 1"]


def test_a_box_of_the_drawing_can_be_chosen(show):
    page = show(TimeScrubber("fork"))
    page.locator(".stc-ts-node").nth(2).click()
    assert page.get_by_role("button", name="u", exact=True).get_attribute("aria-pressed") == "true"


def test_every_graph_can_be_chosen(show):
    page = show(TimeScrubber("fork"))
    for key, text in (("convolution", "a convolution: shared weights"), ("chain", "two products")):
        page.get_by_role("combobox", name="Graph").select_option(text)
        figure = TimeScrubber(key)
        assert len(rows(page)) == len(figure.value)
        first = next(iter(figure.gradients.values()))
        assert next(iter(rows(page).values()))[1] == f"{first:g}".replace("-", "−")


def test_an_own_graph_is_drawn_as_well(show):
    page = show(TimeScrubber(nodes=MIXED))
    assert len(drawn(page)) == len(MIXED)
    assert page.get_by_role("combobox", name="Graph").count() == 0


def test_what_the_reader_does_is_in_the_link(show):
    page = show(TimeScrubber("fork"))
    page.get_by_role("combobox", name="Graph").select_option("two products")
    page.get_by_role("spinbutton", name="Value of c").fill("0.5")
    page.get_by_role("button", name="‹ Back").click()
    page.get_by_role("button", name="Copy link").click()
    wanted = rows(page)
    link = page.evaluate("() => location.hash")
    assert link == "#time-scrubber?graph=chain&values=2,-3,0.5&step=4"
    assert rows(show(TimeScrubber("fork"), link=link)) == wanted
    bad = show(TimeScrubber("fork"), link="#time-scrubber?values=1,2,3,4,5,6&step=99")
    assert "a whole number from 0 to 48; got 99" in bad.locator(".stc").inner_text()
    assert rows(bad)["u"][0] == "5"  # six numbers fit another graph: not used


def test_the_words_say_all(show):
    page = show(TimeScrubber("fork", step=4))
    page.get_by_text("In words").click()
    page.wait_for_function("() => document.querySelector('.stc-words p').textContent")
    text = page.locator(".stc-words p").inner_text()
    assert "Step 4 of 5, backwards: ∂L/∂u += ∂L/∂L · b = 1 · 3 = 3." in text
    assert "Gradients so far: b 5, u 3, L 1. Measured with h = 0.01" in text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("accumulate", [True, False])
def test_everybody_can_use_it(show, theme, accumulate):
    page = show(TimeScrubber("network", accumulate=accumulate), theme=theme)
    assert not violations(page)


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_phone_has_room_for_it(show, graph):
    page = show(TimeScrubber(graph), width=360)
    assert fits(page)
    table = page.locator(".stc-ts-tables")
    assert table.evaluate("(room) => room.scrollWidth <= room.clientWidth")
    page.get_by_role("button", name="Start").click()
    for _ in range(3):
        page.get_by_role("button", name="Next ›").click()
    room, box = (
        page.locator(".stc-ts-room").bounding_box(),
        page.locator(".stc-ts-now").bounding_box(),
    )
    assert room["x"] <= box["x"] + box["width"] / 2 <= room["x"] + room["width"]
