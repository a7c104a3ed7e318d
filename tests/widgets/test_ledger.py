"""Ledger: what layers cost, in Python, in the page's arithmetic, and on the screen."""

from __future__ import annotations

import random
import re

import pytest

import cnnlib
from cnnlib import explain
from cnnlib.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    LeakyReLU,
    MaxPooling2D,
    ReLU,
)
from cnnlib.widgets import Ledger
from cnnlib.widgets._layer_words import Number
from cnnlib.widgets.ledger import _networks
from tests.accessible import fits, violations
from tests.drawing import FRAME
from tests.live_page import open_in_notebook

COSTS = """async (text) => {
  const { WORDS, costsOf } = await import("/cnnlib/widgets/ledger/ledger_networks.js");
  try {
    return { ...costsOf(text), again: WORDS.written(WORDS.parse(text)) };
  } catch (error) { return error.message; }
}"""


def source_model(last=Flatten):
    """The source document's network, with its activations."""
    return cnnlib.Sequential(
        [
            Conv2D(32, (3, 3), activation="relu", input_shape=(64, 64, 3)),
            MaxPooling2D((2, 2)),
            Conv2D(64, (3, 3), activation="relu"),
            MaxPooling2D((2, 2)),
            last(),
            Dense(128, activation="relu"),
            Dense(1, activation="sigmoid"),
        ]
    )


def random_list(seed):
    """A list of layers that fit each other, mostly."""
    draw = random.Random(seed)
    words = [f"Input {draw.randint(9, 40)} {draw.randint(9, 40)} {draw.randint(1, 4)}"]
    for _ in range(draw.randint(1, 5)):
        kernel = f"Conv2D {draw.randint(1, 9)} {draw.randint(1, 4)}"
        stride = draw.choice(["", " 1", " 2", " 3"])
        conv = kernel + stride + draw.choice(["", " valid", " same"])
        pool = f"{draw.choice(['Max', 'Average'])}Pooling2D {draw.randint(1, 3)}"
        same = draw.choice(["ReLU", "BatchNormalization", "Dropout 0.25", f"Dense {seed % 7 + 1}"])
        words.append(draw.choice([conv, conv, pool, same]))
    words.append(draw.choice(["Flatten", "GlobalAveragePooling2D", "ReLU"]))
    return ", ".join([*words, "Dense 5", "BatchNormalization", "Dense 2"])


# ---------------------------------------------------------------------------------------- Python
def test_the_source_s_network_is_the_usual_one():
    costs = Ledger().costs
    assert list(costs) == list(explain.ledger(source_model()))
    facts = [(row.params, row.macs) for row in costs if row.params]
    assert facts == [(896, 3321216), (18496, 15501312), (1605760, 1605632), (129, 128)]
    assert Ledger(source_model()).layers == Ledger().layers


def test_shares():
    ledger = Ledger()
    assert round(100 * ledger.share("Conv2D"), 1) == 1.2
    assert round(100 * ledger.share("Conv2D", "macs"), 1) == 92.1
    assert round(100 * ledger.share("Dense"), 1) == 98.8
    assert Ledger("Input 8 8 1, ReLU").share("Dense") == 0
    with pytest.raises(ValueError, match="`what` must be one of params, macs, memory; got 'size'"):
        ledger.share("Dense", "size")
    with pytest.raises(ValueError, match=r"`layer` must be one of Input, .*; got 'dense'"):
        ledger.share("dense")


def test_pooling_globally_instead_of_flattening():
    ledger = Ledger(source_model(GlobalAveragePooling2D))
    assert ledger.costs.totals.params == 27841
    assert round(Ledger().costs.totals.params / 27841) == 58


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ([Conv2D(4, 3, strides=2, padding="same")], "Input 9 8 1, Conv2D 4 3 2 same"),
        ([Conv2D(4, 3, padding="same"), ReLU()], "Input 9 8 1, Conv2D 4 3 same, ReLU"),
        ([AveragePooling2D(3), Dropout(0.5)], "Input 9 8 1, AveragePooling2D 3, Dropout 0.5"),
        ([BatchNormalization(), Dense(3)], "Input 9 8 1, BatchNormalization, Dense 3"),
    ],
)
def test_a_model_in_words(layers, text):
    model = cnnlib.Sequential([Input((9, 8, 1)), *layers])
    ledger = Ledger(model)
    assert ledger.layers == text
    assert list(ledger.costs) == list(explain.ledger(model))


@pytest.mark.parametrize(
    ("layers", "rule"),
    [
        ([Conv2D(4, (1, 3))], "Conv2D: a window must be square here"),
        ([Conv2D(4, 3, strides=(1, 2))], "Conv2D: strides must be alike here"),
        ([Conv2D(4, 3, dilation_rate=2)], "`dilation_rate` must be .1, 1. here"),
        ([Conv2D(4, 3, use_bias=False)], "`use_bias` must be True here"),
        ([MaxPooling2D(3, strides=2)], "`strides` must be `pool_size`"),
        ([LeakyReLU()], "A layer must be one of Input, Conv2D, .*a LeakyReLU"),
    ],
)
def test_a_model_that_a_list_cannot_say(layers, rule):
    with pytest.raises(ValueError, match=rule):
        Ledger(cnnlib.Sequential([Input((8, 8, 1)), *layers]))


def test_a_model_without_images():
    with pytest.raises(ValueError, match=r"must be built, and take images .* not built"):
        Ledger(cnnlib.Sequential([Dense(3)]))
    with pytest.raises(ValueError, match=r"must be built, and take images .* got \(4,\)"):
        Ledger(cnnlib.Sequential([Dense(3, input_shape=(4,))]))


BAD = {  # a list -> what Python says, and what the page says
    "Flatten": ("begin with its one Input", "A list begins with its one Input"),
    "": ("begin with its one Input", "A list begins with its one Input"),
    "Input 8 8 1, Input 8 8 1": ("its one Input", "A list begins with its one Input"),
    "Input 8 8 1": ("must have a layer after Input", "at least one layer after its Input"),
    "Input 8 8 1, Conv3D 4 3": ("A layer must be one of", "A layer is one of Input, .* “Conv3D”"),
    "Input 8 8 1, Conv2D 4": (
        "Conv2D takes 2 to 3 numbers; got 4",
        "Conv2D takes filters and kernel size and stride and padding; here are 3",
    ),
    "Input 8 8 1, Conv2D 4 3 1 2": ("Conv2D takes 2 to 3 numbers", "here are 5 numbers"),
    "Input 8 8 1, Conv2D 4 3 9": ("from 1 to 8; got 9", "stride must be .* 1 to 8; here is 9"),
    "Input 8 8 1, Conv2D 4 3 wide": ("stride must be .*got wide", "stride must be .* is NaN"),
    "Input 8 8 1, Conv2D 4 9": ("must fit into", "Conv2D 4 9 needs maps of at least 9 × 9; here"),
    "Input 4 9 1, MaxPooling2D 5": (
        "must fit into",
        "needs maps of at least 5 × 5; here are 4 × 9",
    ),
    "Input 8 8 1, Flatten, Conv2D 4 3": ("takes images", "flattened to a row of 64 numbers"),
    "Input 0 8 1, ReLU": ("rows must be a whole", "Input: rows must be .* from 1 to 1024"),
    "Input 900 900 9, Flatten, Dense 99": ("Dense makes it 721,710,099", "one has 721,710,099"),
    "Input 8 8 1" + ", ReLU" * 30: ("30 layers at most; got 31", "30 layers at most; here are 31"),
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_network_is_refused_and_changes_nothing(module_page, text):
    ledger = Ledger()
    python, page = BAD[text]
    with pytest.raises(ValueError, match=python):
        ledger.layers = text
    assert ledger.layers == Ledger().layers
    assert re.search(page, module_page.evaluate(COSTS, text))


def test_other_variables_are_checked():
    for name, value in (("show", "bytes"), ("marked", 30), ("marked", -1), ("layers", 3)):
        with pytest.raises((ValueError, TypeError, Exception), match=name):
            setattr(Ledger(), name, value)


# --------------------------------------------------------------------------- the page's arithmetic
@pytest.mark.parametrize("seed", range(40))
def test_the_page_counts_as_python_does(module_page, seed):
    text = random_list(seed)
    found = module_page.evaluate(COSTS, text)
    try:
        costs = Ledger(text).costs
    except ValueError:
        assert isinstance(found, str)
        return
    for row, page in zip(costs, found["rows"], strict=True):
        assert (row.name, row.layer) == (page["name"], page["kind"])
        assert row.output_shape[1:] == tuple(page["shape"])
        assert (row.params, row.macs, row.memory) == tuple(
            page[key] for key in ("params", "macs", "memory")
        )
        views = [page[key] and tuple(page[key]) for key in ("field", "jump")]
        assert [row.receptive_field, row.jump] == views
    assert found["totals"] == costs.totals._asdict()
    assert found["again"] == _networks.written(_networks.build(text))


def test_most_random_lists_are_networks(module_page):
    fit = [
        not isinstance(module_page.evaluate(COSTS, random_list(seed)), str) for seed in range(40)
    ]
    assert sum(fit) >= 20


def test_the_networks_to_begin_with(module_page):
    found = module_page.evaluate("""async () => {
      const { NETWORKS, costsOf } = await import("/cnnlib/widgets/ledger/ledger_networks.js");
      return Object.entries(NETWORKS).map(([name, text]) => [name, text, costsOf(text).totals]);
    }""")
    totals = {}
    for name, text, total in found:
        totals[name] = total["params"]
        assert Ledger(text).costs.totals._asdict() == total
        assert Ledger(text).layers == _networks.written(_networks.build(text))
    assert list(totals.values()) == [1625281, 27841, 1611721, 61706, 1573121]
    assert found[0][1] == Ledger().layers


def test_page_and_python_have_the_same_limits(module_page):
    page = module_page.evaluate("""async () => {
      const { KINDS } = await import("/cnnlib/widgets/ledger/ledger_networks.js");
      const one = ({ name, options, least, most, whole, standard }) =>
        options ? [name, options] : [name, least, most, !!whole, standard ?? null];
      return Object.fromEntries(Object.entries(KINDS).map(([kind, all]) => [kind, all.map(one)]));
    }""")
    assert page == {
        kind: [
            [s.name, s.least, s.most, s.kind is int, s.standard]
            if isinstance(s, Number)
            else [s.name, list(s.options)]
            for s in settings
        ]
        for kind, (settings, _) in _networks.KINDS.items()
    }


# ----------------------------------------------------------------------------------------- a page
def bars(page):
    """Name, share and count of every bar, and its width in per cent of its track."""
    return page.locator(".stc-l-bar").evaluate_all("""bars => bars.map((bar) => [
      ...["name", "share", "count"].map((part) => bar.querySelector(`.stc-l-${part}`).textContent),
      bar.querySelector(".stc-l-fill").style.width])""")


def table(page):
    rows = page.locator(".stc-l-table tbody tr, .stc-l-table tfoot tr")
    return rows.evaluate_all(
        "rows => rows.map((row) => [...row.children].map((c) => c.textContent))"
    )


def worked(page):
    return page.locator(".stc-l-worked").inner_text()


def said(page):
    return page.locator(".stc-l-said").inner_text()


def test_the_table_is_python_s(show):
    ledger = Ledger("Input 40 32 3, Conv2D 8 5 2 same, MaxPooling2D 3, BatchNormalization, Dense 7")
    *rows, total = table(show(ledger))
    for shown, row in zip(rows, ledger.costs, strict=True):
        field = " × ".join(map(str, row.receptive_field))
        assert shown[1:] == [
            " × ".join(f"{side:,}" for side in row.output_shape[1:]),
            *(f"{number:,}" for number in (row.params, row.macs, row.memory)),
            field,
            str(row.jump[0]),
        ]
    assert total[2:5] == [f"{number:,}" for number in ledger.costs.totals]


def test_the_bars_flip(show):
    page = show(Ledger())
    shares = [share for _, share, _, _ in bars(page)]
    assert shares == ["0.1 %", "0 %", "1.1 %", "0 %", "0 %", "98.8 %", "< 0.1 %"]
    page.get_by_role("radio", name="multiply-adds").check()
    after = bars(page)
    assert [share for _, share, _, _ in after][:3] == ["16.3 %", "0 %", "75.9 %"]
    assert after[2] == ["Conv2D 64 3", "75.9 %", "15,501,312", after[2][3]]
    assert float(re.search(r"([\d.]+)%", after[2][3])[1]) == pytest.approx(75.881, abs=0.01)
    page.get_by_role("radio", name="memory").check()
    assert bars(page)[0][1:3] == ["52.8 %", "492,032 bytes"]
    text = said(page)
    assert "The 2 convolutions hold 1.2 % of the parameters and do 92.1 % of the multiply" in text
    assert "The 2 dense layers hold 98.8 % of the parameters" in text


def test_a_layer_is_worked_out(show):
    page = show(Ledger())
    assert "3 × 3 × 32 × 64 + 64 = 18,496." in worked(page)
    assert "29 × 29 × 64 outputs, each a sum of 3 × 3 × 32 = 288 products: 15,501,312." in (
        worked(page)
    )
    assert "a side is 4 + (3 − 1) · 2 = 8" in worked(page)
    page.get_by_role("button", name="Dense 128").click()
    assert (
        "12,544 weights for each of 128 units, and 128 biases: 12,544 × 128 + 128 = 1,605,760."
        in (worked(page))
    )
    page.get_by_role("button", name="Dense 1", exact=False).last.focus()
    page.keyboard.press("Enter")
    assert "128 weights for each of 1 unit, and a bias: 128 × 1 + 1 = 129." in worked(page)
    page.get_by_role("button", name="MaxPooling2D 2").last.click()
    assert "none: nothing is learned here." in worked(page)
    assert "a side is 8 + (2 − 1) · 2 = 10" in worked(page)
    page.locator(".stc-block").nth(1).click()  # of the drawing
    assert "on 64 × 64 × 3" in worked(page)


def test_networks_to_choose(show):
    page = show(Ledger())
    network = page.get_by_role("combobox", name="Network")
    network.select_option("with global average pooling")
    assert table(page)[-1][2] == "27,841"
    network.select_option("like LeNet-5")
    assert table(page)[-1][2] == "61,706"
    assert len(page.locator(".stc-block").all()) == 9
    network.select_option("dense layers only")
    assert "The 2 dense layers hold 100.0 %" in said(page)
    page.get_by_role("button", name="Reset").click()
    assert table(page)[-1][2] == "1,625,281"
    assert network.evaluate("select => select.value") == "the source's network"


def test_layers_are_edited(show):
    page = show(Ledger())
    page.get_by_label("Layer 3, Conv2D: filters").select_option("32")
    assert table(page)[2][2] == "9,248"
    assert (
        page.get_by_role("combobox", name="Network").evaluate("select => select.value")
        == "your own"
    )
    page.get_by_label("Layer 1, Conv2D: padding").select_option("same")
    assert table(page)[0][:2] == ["Conv2D 32 3 same", "64 × 64 × 32"]
    page.get_by_label("Input: channels").select_option("1")
    assert table(page)[0][2] == "320"
    page.get_by_label("Move layer 2, MaxPooling2D, up").click()
    assert table(page)[0][0] == "MaxPooling2D 2"
    page.get_by_label("Take out layer 5, Flatten").click()
    assert table(page)[-2][1] == "15 × 15 × 1"  # a dense layer at every pixel


def test_a_list_that_is_no_network_loses_nothing(show):
    page = show(Ledger())
    page.get_by_label("Layer 2, MaxPooling2D: window").select_option("4")
    page.get_by_label("Layer 4, MaxPooling2D: window").select_option("4")
    good = table(page)
    page.get_by_label("Kind of the new layer").select_option("MaxPooling2D")
    page.get_by_role("button", name="Add").click()  # before Flatten, on 3 × 3
    page.get_by_label("Layer 5, MaxPooling2D: window").select_option("4")
    problem = page.get_by_role("alert").filter(has_text="needs maps")
    why = "MaxPooling2D 4 needs maps of at least 4 × 4; here are 3 × 3 × 64. Until this is right"
    assert problem.inner_text().startswith(why)
    kept = table(page)
    assert len(kept) == len(good) + 1  # with the window of 2 that was right
    assert page.get_by_label("Layer 5, MaxPooling2D: window").input_value() == "4"
    page.get_by_role("button", name="Back to the last network").click()
    assert not problem.is_visible()
    assert page.get_by_label("Layer 5, MaxPooling2D: window").input_value() == "2"
    assert table(page) == kept


def test_what_the_reader_does_is_in_the_link(show):
    page = show(Ledger())
    page.get_by_role("radio", name="multiply-adds").check()
    page.get_by_label("Layer 6, Dense: units").select_option("16")
    page.get_by_role("button", name="Copy link").click()
    wanted, link = table(page), page.evaluate("() => location.hash")
    assert link.startswith("#ledger?layers=Input")
    again = show(Ledger(), link=link)
    assert table(again) == wanted
    assert again.get_by_role("radio", name="multiply-adds").is_checked()


def test_a_bad_link_says_so(show):
    page = show(Ledger(), link="#ledger?layers=Input+8+8+1,Conv2D+4+9")
    assert "needs maps of at least 9 × 9" in page.locator(".stc-note").all_inner_texts()[1]
    assert table(page)[-1][2] == "1,625,281"


def test_a_notebook_and_the_page_follow_each_other(module_page):
    ledger = Ledger()
    open_in_notebook(module_page, ledger)
    module_page.evaluate("model.set('layers', 'Input 8 8 1, Conv2D 4 3')")
    module_page.evaluate(FRAME)
    assert table(module_page)[-1][2] == "40"
    module_page.get_by_label("Layer 1, Conv2D: filters").select_option("8")
    module_page.get_by_role("radio", name="memory").check()
    sent = module_page.evaluate("['layers', 'show', 'marked'].map((key) => model.get(key))")
    ledger.layers, ledger.show, ledger.marked = sent
    assert ledger.costs.totals.params == 80
    assert ledger.show == "memory"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_everybody_can_use_it(show, theme, width):
    page = show(Ledger(), theme=theme, width=width)
    page.get_by_label("Layer 2: kind").select_option("Flatten")  # and the problem
    page.locator(".stc-words summary").click()
    assert fits(page)
    assert not violations(page)


def test_the_words_of_page_and_python(show):
    page = show(Ledger())
    page.wait_for_function("document.querySelector('.stc-words p').textContent")
    shown = page.locator(".stc-words p").text_content()
    for text in (shown, Ledger().describe()):
        assert "1,625,281 parameters" in text
        assert re.search(r"98\.8 ?% of the parameters", text)
    assert "Conv2D 64 3: 1.1 %" in shown
    drawing = page.get_by_role(
        "img", name="The network, drawn: the input 64 × 64 × 3, then 62 × 62"
    )
    assert drawing.count() == 1


def test_a_still_has_a_bar_for_every_layer_and_measure():
    figure = Ledger().still()
    assert [len(axes.patches) for axes in figure.axes] == [7, 7, 7]
    assert figure.axes[0].patches[5].get_width() == pytest.approx(98.8, abs=0.05)
    assert figure.get_figwidth() * 100 <= 760
    Ledger("Input 8 8 1, ReLU").still()  # without weights
