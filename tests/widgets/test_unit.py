"""The numbers behind a unit: what it sees, and that all that is shown adds up to its value."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import pytest

import cnnlib
from cnnlib import explain
from cnnlib.layers import (
    Activation,
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
    ZeroPadding2D,
)
from cnnlib.wasm import export_network

SHAPE = (23, 19, 2)


def digits():
    return cnnlib.Sequential(
        [
            Input((8, 8, 1)),
            Conv2D(6, 3, padding="same", activation="relu"),
            Conv2D(9, 3, padding="same", activation="relu"),
            MaxPooling2D(2),
            Flatten(),
            Dropout(0.4),
            Dense(10, activation="softmax"),
        ]
    )


def mixed():
    return cnnlib.Sequential(
        [
            Input((12, 11, 3)),
            ZeroPadding2D(((1, 0), (2, 1))),
            Conv2D(7, (3, 2), strides=(2, 1), padding="same", use_bias=False),
            BatchNormalization(),
            LeakyReLU(0.1),
            AveragePooling2D(3, strides=2, padding="same"),
            Conv2D(5, 2, dilation_rate=2, activation="tanh"),
            Dense(4),  # pixel by pixel
            Activation("sigmoid"),
            GlobalAveragePooling2D(),
            Dense(1, activation="sigmoid"),
        ]
    )


# Every unit named in `units`, taken apart by the page.
TAKE_APART = """async ({spec, weights, x, units}) => {
  const {kernels} = await import("/cnnlib/wasm/kernels.js");
  const {network} = await import("/cnnlib/wasm/network.js");
  const {derivation} = await import("/cnnlib/widgets/feature_maps/unit.js");
  const {ledger} = await import("/cnnlib/widgets/sums.js");
  const {activated} = await import("/cnnlib/widgets/feature_maps/unit_words.js");
  const floats = text => new Float32Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
  const net = network(await kernels(), spec, floats(weights));
  net.forward(floats(x));
  return units.map(unit => {
    const {x, ...steps} = derivation(net, unit);
    const parts = steps.groups?.map(g => g.sum) ?? steps.terms?.map(t => t.product);
    if (steps.source) {
      const {layer: k, row, column, channel} = steps.source;
      const [, width, channels] = k < 0 ? spec.input_shape : spec.layers[k].output_shape;
      const data = k < 0 ? net.input.data : net.output(k).data;
      steps.found = data[channels ? (row * width + column) * channels + channel : channel];
    }
    const slope = spec.layers[unit.layer].config.negative_slope;
    if (steps.activation) steps.words = activated({...steps, slope}, 4);
    return {...steps, ledger: parts ? ledger(parts, steps.bias, steps.sum) : null};
  });
}"""


@pytest.fixture
def run(module_page):
    def run(module: str, function: str, argument: Any = None) -> Any:
        """Call ``function`` with a module and an argument."""
        source = f"async a => ({function})(await import('/cnnlib/widgets/{module}'), a)"
        return module_page.evaluate(source, argument)

    return run


def random_layers(rng):
    """A few layers with windows of every kind; all still fit."""
    made = []
    for _ in range(rng.integers(1, 6)):
        size, stride = tuple(rng.integers(1, 4, 2).tolist()), int(rng.integers(1, 3))
        padding = str(rng.choice(["valid", "same"]))
        kinds = [
            lambda s=size, t=stride, p=padding: Conv2D(2, s, strides=t, padding=p),
            lambda s=size, p=padding: Conv2D(3, s, dilation_rate=2, padding=p),
            lambda s=size, t=stride, p=padding: MaxPooling2D(s, strides=t, padding=p),
            lambda s=size, p=padding: AveragePooling2D(s, padding=p),
            lambda: ZeroPadding2D(((1, 2), (0, 3))),
            lambda: Activation("relu"),
            BatchNormalization,
        ]
        made.append(kinds[rng.integers(len(kinds))]())
    return [*made, Flatten(), Dense(2)] if rng.random() < 0.5 else made


@pytest.mark.parametrize("seed", range(12))
def test_receptive_fields_are_those_of_explain(run, seed):
    rng = np.random.default_rng(seed)
    try:
        model = cnnlib.Sequential([Input(SHAPE), *random_layers(rng)])
    except ValueError:  # a window too large for what is left of the image
        pytest.fail("The test's own network does not fit: choose fewer or smaller windows.")
    spec, _ = export_network(model)
    fields = run("feature_maps/unit.js", "({receptiveFields}, spec) => receptiveFields(spec)", spec)
    for field, expected in zip(fields, explain.receptive_field(model), strict=True):
        if expected.size is None:
            assert field is None
            continue
        assert tuple(field["size"]) == expected.size
        assert tuple(field["jump"]) == expected.jump
        assert tuple(field["start"]) == expected.start
        for row, column in rng.integers(0, 12, (4, 2)).tolist():
            place = {"row": row, "column": column}
            seen = run(
                "feature_maps/unit.js",
                "({pixelsOf}, {field, place, shape}) => pixelsOf(field, place, shape)",
                {"field": field, "place": place, "shape": SHAPE},
            )
            mask = np.zeros(SHAPE[:2], bool)
            mask[expected.pixels(row, column)] = True
            ours = np.zeros(SHAPE[:2], bool)
            ours[
                seen["row"] : seen["row"] + seen["rows"],
                seen["column"] : seen["column"] + seen["columns"],
            ] = True
            np.testing.assert_array_equal(ours, mask)


def units_of(model, rng, each=6):
    for k, layer in enumerate(model.layers):
        shape = (1, 1, *layer.output_shape[1:])[-3:]
        for _ in range(each):
            row, column, channel = (int(rng.integers(side)) for side in shape)
            yield {"layer": k, "row": row, "column": column, "channel": channel}


@pytest.mark.parametrize("make", [digits, mixed])
def test_a_value_is_made_of_the_numbers_shown(module_page, rng, make):
    model = make()
    model.set_weights([rng.normal(0.05, 0.5, w.shape) ** 2 for w in model.get_weights()])
    x = rng.random((1, *model.input_shape[1:]), np.float32)
    outputs = list(explain.activations(model, x).values())
    spec, weights = export_network(model)
    units = list(units_of(model, rng))
    coded = {"weights": b64encode(weights).decode(), "x": b64encode(x).decode()}
    taken = module_page.evaluate(TAKE_APART, {"spec": spec, "units": units, **coded})
    kinds = set()
    for unit, steps in zip(units, taken, strict=True):
        kinds.add(steps["kind"])
        place = (unit["row"], unit["column"], unit["channel"])
        output = outputs[unit["layer"]][0]
        value = output[place] if output.ndim == 3 else output[unit["channel"]]
        assert steps["value"] == pytest.approx(value, abs=1e-5)
        check(steps)
    assert {"window products", "products"} <= kinds


def check(steps):
    """All that is shown of a unit leads to its value."""
    close = pytest.approx(steps["sum"], rel=1e-4, abs=1e-4)
    if steps["kind"] == "window products":
        for group in steps["groups"]:
            products = np.array(group["patch"]) * group["kernel"]
            np.testing.assert_allclose(group["products"], products)
            assert group["sum"] == pytest.approx(products.sum())
        assert sum(group["sum"] for group in steps["groups"]) + steps["bias"] == close
    elif steps["kind"] == "products":
        assert sum(t["input"] * t["weight"] for t in steps["terms"]) + steps["bias"] == close
    elif steps["kind"] == "scaled":
        root = np.sqrt(steps["variance"] + steps["epsilon"])
        normal = (steps["input"] - steps["mean"]) / root
        assert steps["gamma"] * normal + steps["beta"] == close
    elif steps["kind"] == "copy":
        expected = steps["found"] if steps["source"] else 0
        assert steps["sum"] == expected
    else:
        inside = [v for v, p in zip(steps["values"], steps["places"], strict=True) if p["inside"]]
        assert len(inside) == steps["count"]
        made = max(inside) if steps["kind"] == "largest" else np.mean(inside)
        assert made == close
        if steps["kind"] == "largest":
            assert steps["values"][steps["winner"]] == steps["value"]
    if steps.get("ledger"):
        exact(steps["ledger"], steps["sum"])
    if steps["activation"]:
        assert number(steps["words"][1]) == pytest.approx(steps["value"], abs=6e-5)


def exact(ledger, total):
    """The lines add up to the last decimal, in whole units of it."""
    unit = 10 ** ledger["decimals"]
    values = [line["value"] for line in ledger["lines"]] + [ledger["bias"]]
    if ledger["rest"]:
        values.append(ledger["rest"]["value"])
    assert sum(round(value * unit) for value in values) == round(ledger["sum"] * unit)
    assert ledger["sum"] == pytest.approx(total, abs=0.51 / unit)


def number(text):
    return float(text.replace("−", "-"))


def test_rounded_numbers_add_up(run, rng):
    apportion = "({apportion}, {v, s, d}) => apportion(v, s, d)"
    for decimals in (0, 2, 4):
        values = rng.normal(size=30) * 10.0 ** rng.integers(-3, 3)
        total = float(values.sum())
        v = run("sums.js", apportion, {"v": values.tolist(), "s": total, "d": decimals})
        unit = 10**decimals
        assert sum(round(x * unit) for x in v) == round(total * unit)
        assert abs(np.array(v) - values).max() <= 1 / unit  # none is off by a whole unit


def test_a_ledger_lists_the_largest_and_adds_up_the_rest(run):
    parts = [0.01, -5, 0.02, 3, 0.03, 0.04, 1, -2, 0.05]
    call = "({ledger}, {p, o}) => ledger(p, 0.5, -2.35, o)"
    found = run("sums.js", call, {"p": parts, "o": {"most": 4}})
    assert [line["index"] for line in found["lines"]] == [1, 3, 7, 6]
    assert found["rest"] == {"count": 5, "value": 0.15}
    exact(found, -2.35)
    always = run("sums.js", call, {"p": parts, "o": {"most": 4, "always": 0}})
    assert [line["index"] for line in always["lines"]] == [1, 3, 7, 6, 0]
    exact(always, -2.35)


def test_nothing_hangs_on_numbers_that_are_none(run):
    found = run("sums.js", "({ledger}) => ledger([1, NaN, Infinity], 0, NaN).lines.length")
    assert found == 3
    assert run("sums.js", "({fixed}) => fixed(NaN, 2)") == "NaN"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-1.25, 3, "−1.250"), (-0.0001, 3, "0.000"), (2, 0, "2"), (1e-9, 2, "0.00")],
)
def test_numbers_are_written_with_a_proper_minus(run, value, decimals, text):
    call = "({fixed}, {v, d}) => fixed(v, d)"
    assert run("sums.js", call, {"v": value, "d": decimals}) == text


@pytest.mark.parametrize(("largest", "decimals"), [(0, 3), (0.004, 5), (0.7, 3), (81, 3), (2e4, 0)])
def test_small_numbers_get_more_decimals(run, largest, decimals):
    assert run("sums.js", "({decimalsFor}, x) => decimalsFor(x)", largest) == decimals


def test_a_number_of_flatten_sees_what_it_saw_before(run):
    spec, _ = export_network(digits())
    call = """({receptiveFields, seenBy, sourceOf}, spec) => {
      const unit = {layer: 3, row: 0, column: 0, channel: (1 * 4 + 2) * 9 + 5};
      const seen = seenBy(spec, receptiveFields(spec), unit);
      return {source: sourceOf(spec, 5, unit.channel), seen};
    }"""
    found = run("feature_maps/unit.js", call, spec)
    assert found["source"] == {"layer": 2, "row": 1, "column": 2, "channel": 5}
    seen = {key: found["seen"][key] for key in ("row", "column", "rows", "columns")}
    assert seen == {"row": 0, "column": 2, "rows": 6, "columns": 6}


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (
            {"row": 1, "column": 2, "rows": 5, "columns": 5},
            "It sees rows 1–5 and columns 2–6 of the image: 25 of 64 pixels.",
        ),
        (
            {"row": 0, "column": 7, "rows": 3, "columns": 1},
            "It sees rows 0–2 and column 7 of the image: 3 of 64 pixels. "
            "The rest of its field is padding.",
        ),
        ({"row": 0, "column": 0, "rows": 0, "columns": 2}, "It sees nothing but padding."),
        ({"row": 0, "column": 0, "rows": 8, "columns": 8}, "It sees the whole image."),
    ],
)
def test_what_a_unit_sees_in_words(run, seen, words):
    seen["field"] = {"size": [5, 5] if seen["rows"] == 5 else [3, 3]}
    assert (
        run("feature_maps/unit_words.js", "({seesWhat}, s) => seesWhat(s, [8, 8])", seen) == words
    )
