"""DepthwiseCalculator: what the variants cost, in Python, in the page, and on the screen."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

import cnnlib
from cnnlib import explain, ops
from cnnlib.layers import Conv2D, Input
from cnnlib.shapes import window
from cnnlib.widgets import DepthwiseCalculator
from cnnlib.widgets.depthwise_calculator import VARIANTS
from cnnlib.widgets.depthwise_calculator._variants import stages
from tests.accessible import fits, violations

PARTS = "/cnnlib/widgets/depthwise_calculator"
COSTS = f"""async (state) => (await import("{PARTS}/variants.js")).costsOf(state)"""
LINKS = f"""async ([step, last]) => {{
  const {{ links, traced }} = await import("{PARTS}/connections.js");
  return {{ links: links(step), traced: traced([step], last).map((dots) => [...dots]) }};
}}"""
MOBILENET = {"side": 14, "channels": 512, "filters": 512, "padding": "same", "groups": 32}
CONVNEXT = {"side": 56, "kernel_size": 7, "channels": 96, "filters": 96, "padding": "same"}


def random_layer(seed):
    draw = random.Random(seed)
    return DepthwiseCalculator(
        side=draw.randint(11, 70),
        kernel_size=draw.randint(1, 11),
        channels=draw.choice([1, 3, 8, 12, 32, 64, 100]),
        filters=draw.choice([1, 8, 16, 24, 96]),
        stride=draw.randint(1, 4),
        padding=draw.choice(["valid", "same"]),
        groups=draw.choice([1, 2, 4, 8, 64]),
    )


def settings(calculator):
    names = ("side", "kernel_size", "channels", "filters", "stride", "padding", "groups")
    return {name: getattr(calculator, name) for name in names}


# ---------------------------------------------------------------------------------------- Python
def test_the_source_s_second_convolution():
    calculator = DepthwiseCalculator()
    assert calculator.cost("ordinary") == (18496, 15501312, 215296)
    assert calculator.cost("separable").macs == 29 * 29 * (9 * 32 + 32 * 64)
    assert calculator.cost("bottleneck")[:2] == (4936, 4121344)  # chapter 4's
    assert calculator.cost("threes") == calculator.cost("ordinary")


@pytest.mark.parametrize("seed", range(20))
def test_convolutions_cost_what_the_ledger_says(seed):
    calculator = random_layer(seed)
    side, k, stride, padding, c, o, _ = calculator._layer
    end = Conv2D(o, k, strides=stride, padding=padding)
    narrow = [Conv2D(max(1, c // 4), 1), Conv2D(o, k, strides=stride, padding=padding)]
    made = {"ordinary": [end], "bottleneck": narrow}
    if k >= 3 and k % 2:
        many = (k - 1) // 2
        made["threes"] = [Conv2D(o, 3, padding=padding) for _ in range(many - 1)]
        made["threes"] += [Conv2D(o, 3, strides=stride, padding=padding)]
    for variant, layers in made.items():
        costs = explain.ledger(cnnlib.Sequential([Input((side, side, c)), *layers]))
        field = calculator.field(variant)
        assert calculator.cost(variant) == costs.totals
        assert costs[-1].receptive_field == (field, field)
        assert costs[-1].output_shape[1] == stages(variant, calculator._layer)[-1].rows


@pytest.mark.parametrize("seed", range(10))
def test_the_ratios_of_the_formulas(seed):
    calculator = random_layer(seed)
    k, o = calculator.kernel_size, calculator.filters
    assert calculator.ratio("separable") == pytest.approx(1 / o + 1 / k**2)
    calculator.channels, calculator.filters = 64, 128
    assert calculator.ratio("grouped") == pytest.approx(1 / calculator.groups)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_depthwise_separable_from_ops_is_the_definition(rng, stride, padding):
    x, d, p = rng.normal(size=(2, 9, 8, 4)), rng.normal(size=(3, 3, 4)), rng.normal(size=(4, 5))
    slide = {"strides": stride, "padding": padding}
    maps = [ops.conv2d(x[..., c : c + 1], d[:, :, c, None, None], **slide) for c in range(4)]
    y = ops.conv2d(np.concatenate(maps, axis=-1), p[None, None])
    win = window((9, 8), 3, stride, padding)
    (top, bottom), (left, right) = win.padding
    framed = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    wanted = np.zeros((2, *win.output, 5))
    for s, i, j, o, m, n, c in np.ndindex(*wanted.shape, 3, 3, 4):
        pixel = framed[s, i * stride + m, j * stride + n, c]
        wanted[s, i, j, o] += p[c, o] * d[m, n, c] * pixel
    np.testing.assert_allclose(y, wanted, rtol=1e-4, atol=1e-4)
    one = ops.conv2d(x, d[..., None] * p, **slide)  # an ordinary convolution of a special kernel
    np.testing.assert_allclose(y, one, rtol=1e-4, atol=1e-4)


def test_attention_counted_in_loops():
    calculator = DepthwiseCalculator(side=11, kernel_size=3, channels=2, filters=3, stride=4)
    keys, queries = 11 * 11, 3 * 3
    macs = queries * 2 * 3 + 2 * keys * 2 * 3 + queries * 3 * 3  # q, k, v and the last mixing
    macs += queries * keys * 3 + queries * keys * 3  # scores, and the mixtures of values
    numbers = queries * 3 * 3 + 2 * keys * 3 + queries * keys
    params = 3 * (2 + 1) * 3 + (3 + 1) * 3
    assert calculator.cost("attention") == (params, macs, 4 * numbers)
    assert calculator.field("attention") is None


def test_what_cannot_be_built_is_left_out():
    calculator = DepthwiseCalculator(kernel_size=4, channels=3)
    assert set(VARIANTS) - set(calculator.costs) == {"threes", "grouped"}
    with pytest.raises(ValueError, match="g must divide C and O"):
        calculator.cost("grouped")
    with pytest.raises(ValueError, match="k must be odd"):
        calculator.ratio("threes")
    for name in ("cheap", ["cheap"]):
        with pytest.raises(ValueError, match=r"`variant` must be one of ordinary, .*'cheap'"):
            calculator.cost(name)
    with pytest.raises(ValueError, match="`what` must be one of params, macs, memory; got 'time'"):
        calculator.ratio("grouped", "time")


BAD = {"side": 10, "kernel_size": 12, "channels": 0, "filters": 2.5, "stride": 5, "groups": 65}


@pytest.mark.parametrize("name", BAD)
def test_bad_numbers_are_refused(name):
    with pytest.raises(ValueError, match=f"`{name}` must be a whole number from"):
        DepthwiseCalculator(**{name: BAD[name]})
    calculator = DepthwiseCalculator()
    before = getattr(calculator, name)
    with pytest.raises(ValueError, match=name):
        setattr(calculator, name, BAD[name])
    assert getattr(calculator, name) == before


# --------------------------------------------------------------------------- the page's arithmetic
@pytest.mark.parametrize("seed", range(40))
def test_the_page_counts_as_python_does(module_page, seed):
    calculator = random_layer(seed)
    found = module_page.evaluate(COSTS, {**settings(calculator), "attention": True})
    assert [one["variant"] for one in found] == list(VARIANTS)
    for one in found:
        if "problem" in one:
            with pytest.raises(ValueError, match=one["problem"]):
                calculator.cost(one["variant"])
        else:
            numbers = tuple(one[key] for key in ("params", "macs", "memory"))
            assert numbers == calculator.cost(one["variant"])
            assert one["field"] == calculator.field(one["variant"])


def test_the_layers_to_begin_with(module_page):
    found = module_page.evaluate(f"async () => (await import('{PARTS}/variants.js')).PRESETS")
    ratios = [round(DepthwiseCalculator(**one).ratio("separable"), 3) for one in found.values()]
    assert ratios == [0.127, 0.113, 0.031, 0.056]
    assert settings(DepthwiseCalculator()) == next(iter(found.values()))


def test_lines_of_the_drawing(module_page):
    def drawn(before, after, groups, last=0):
        step = {"before": before, "after": after, "groups": groups}
        return module_page.evaluate(LINKS, [step, last])

    assert len(drawn(32, 64, 1)["links"]) == 64
    assert drawn(6, 6, 6)["links"] == [[n, n] for n in range(6)]
    assert drawn(32, 32, 32)["links"] == [[n, n] for n in range(8)]
    assert drawn(8, 4, 2, 3)["traced"] == [[4, 5, 6, 7], [3]]
    assert sorted(drawn(3, 6, 3)["links"]) == [[n // 2, n] for n in range(6)]
    assert len(drawn(1, 2048, 1)["links"]) == 8


# ----------------------------------------------------------------------------------------- a page
def bars(page):
    return {
        name: tuple(rest)
        for name, *rest in page.locator(".stc-l-bar").evaluate_all(
            """bars => bars.map((bar) => ["name", "share", "count"].map(
              (part) => bar.querySelector(`.stc-l-${part}`).textContent))"""
        )
    }


def worked(page):
    return page.locator(".stc-l-worked").inner_text()


def test_bars_are_python_s(show):
    calculator = DepthwiseCalculator(**CONVNEXT)
    page = show(calculator)
    for label, what, unit in (
        ("multiply-adds", "macs", ""),
        ("parameters", "params", ""),
        ("memory", "memory", " bytes"),
    ):
        page.get_by_role("radio", name=label).check()
        found = bars(page)
        assert len(found) == 6
        for variant, cost in calculator.costs.items():
            if variant != "attention":
                share = f"{100 * calculator.ratio(variant, what):.1f} %"
                assert found[VARIANTS[variant]] == (share, f"{getattr(cost, what):,}{unit}")


def test_formulas_are_filled_in(show):
    page = show(DepthwiseCalculator())
    text = worked(page)
    assert "(3 · 3 · 1 + 1) · 32 + (1 · 1 · 32 + 1) · 64 = 2,432." in text
    assert "29 · 29 · 32 · 9 + 29 · 29 · 64 · 32 = 1,964,576." in text
    assert "1/O + 1/k² = 1/64 + 1/9 = 0.1267; counted: 1,964,576 / 15,501,312 = 0.1267" in text
    page.get_by_role("button", name="grouped").focus()
    page.keyboard.press("Enter")
    assert "1/g = 1/4 = 0.2500" in worked(page)
    assert "8 of the 32 input channels" in page.locator(".stc-w-caption").inner_text()
    page.get_by_label("Kernel k").select_option("7")
    page.get_by_role("button", name="3 × 3 repeated").click()
    assert "7 × 7 pixels: 1 + 3 · 2 = 7." in worked(page)
    assert page.locator(".stc-w-links text").all_text_contents().count("3 × 3") == 3


def test_layers_to_choose_and_attention(show):
    page = show(DepthwiseCalculator())
    layer = page.get_by_role("combobox", name="Layer")
    layer.select_option("a layer of MobileNet")
    assert bars(page)["depthwise separable"] == ("11.3 %", "52,283,392")
    assert "attention" not in bars(page)
    page.get_by_role("checkbox", name="attention over all pixels, too").check()
    assert bars(page)["attention"] == ("53.0 %", "244,858,880")
    page.get_by_role("button", name="attention").last.click()
    assert "all 14 × 14 pixels." in worked(page)
    page.get_by_label("Channels C").select_option("3")
    assert bars(page)["grouped"] == ("–", "g must divide C and O")
    assert layer.evaluate("select => select.value") == "your own"
    page.get_by_role("button", name="grouped").click()
    assert "g must divide C and O; k = 3, C = 3, O = 512, g = 32." in worked(page)
    assert not page.locator(".stc-w-links").is_visible()
    page.get_by_role("button", name="Reset").click()
    assert bars(page)["ordinary"] == ("100.0 %", "15,501,312")
    assert page.locator(".stc-w-links").is_visible()


def test_a_number_from_python_can_be_kept(show):
    page = show(DepthwiseCalculator(side=77, channels=10))
    assert page.get_by_label("Input, a side").input_value() == "77"
    page.get_by_label("Channels C").focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("Channels C").input_value() == "16"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Channels C"


def test_what_the_reader_does_is_in_the_link(show):
    page = show(DepthwiseCalculator())
    page.get_by_label("Kernel k").select_option("5")
    page.get_by_role("radio", name="parameters").check()
    page.get_by_role("button", name="1 × 1 bottleneck").click()
    page.get_by_role("button", name="Copy link").click()
    wanted, link = (bars(page), worked(page)), page.evaluate("() => location.hash")
    assert link == "#depthwise-calculator?kernel_size=5&show=params&marked=bottleneck"
    again = show(DepthwiseCalculator(), link=link)
    assert (bars(again), worked(again)) == wanted


def test_a_bad_link_says_so(show):
    page = show(DepthwiseCalculator(), link="#depthwise-calculator?kernel_size=12&stride=2")
    note = " ".join(page.locator(".stc-note").all_inner_texts())
    assert "“kernel_size” must be a whole number from 1 to 11; got 12." in note
    assert bars(page)["ordinary"][1] == f"{15 * 15 * 64 * 288:,}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_everybody_can_use_it(show, theme, width):
    calculator = DepthwiseCalculator(channels=3)
    calculator.attention = True
    page = show(calculator, theme=theme, width=width)
    page.locator(".stc-words summary").click()
    assert fits(page)
    assert not violations(page)


def test_the_words_of_page_and_python(show):
    calculator = DepthwiseCalculator(**MOBILENET)
    page = show(calculator)
    page.wait_for_function("document.querySelector('.stc-words p').textContent")
    shown = page.locator(".stc-words p").text_content()
    for text in (shown, calculator.describe()):
        assert "462,422,016" in text
        assert re.search(r"depthwise separable .*11\.3 %", text)
    assert page.get_by_role("img", name="Depthwise separable, channels 512, 512, 512.").count() == 1


def test_a_still_has_a_bar_for_every_variant_and_measure():
    calculator = DepthwiseCalculator()
    figure = calculator.still()
    assert [len(axes.patches) for axes in figure.axes] == [6, 6, 6]
    assert figure.axes[1].patches[4].get_width() == pytest.approx(12.67, abs=0.01)
    assert figure.get_figwidth() * 100 <= 760
    calculator.attention, calculator.groups = True, 64
    assert len(calculator.still().axes[0].patches) == 6  # 64 groups do not fit 32 channels
