"""Networks as lists of words: the same ones in the page and in Python."""

from __future__ import annotations

import re

import numpy as np
import pytest

import cnnlib
from cnnlib.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    LeakyReLU,
    MaxPooling2D,
)
from cnnlib.wasm import export_network
from cnnlib.widgets import _layer_list, _layer_words

BUILD = """async ([text, shape, classes, seed]) => {
  const { build, parse, written } = await import("/cnnlib/widgets/architecture.js");
  const { initialWeights } = await import("/cnnlib/widgets/initial_weights.js");
  try {
    const layers = parse(text);
    const {spec, count} = build(layers, shape, classes);
    const weights = Array.from(initialWeights(spec, count, seed));
    return {spec, count, again: written(layers), weights};
  } catch (error) { return error.message; }
}"""
LISTS = {
    "the usual": "Conv2D 16 3, ReLU, Conv2D 32 3, ReLU, MaxPooling2D 2, Dropout 0.4, Flatten",
    "nothing but dense": "Flatten, Dense 32, ReLU, BatchNormalization, Dense 16",
    "normalized": "Conv2D 4 2, BatchNormalization, LeakyReLU, AveragePooling2D 3, Flatten",
    "no flattening": "Conv2D 5 5, Conv2D 6 1, GlobalAveragePooling2D",
    "deep": "Conv2D 4 7, MaxPooling2D 2, Conv2D 4 4, MaxPooling2D 2, Conv2D 4 2, Flatten",
}


@pytest.mark.parametrize("shape", [(8, 8, 1), (9, 11, 3)])
@pytest.mark.parametrize("name", LISTS)
def test_the_page_builds_what_python_exports(module_page, name, shape):
    text = LISTS[name]
    built = module_page.evaluate(BUILD, [text, shape, 10, 0])
    spec, weights = export_network(_layer_list.build(text, shape, 10))
    assert built["again"] == text
    assert built["count"] == len(weights)
    assert built["spec"]["input_shape"] == spec["input_shape"]
    for page, python in zip(built["spec"]["layers"], spec["layers"], strict=True):
        assert page["config"].items() <= python["config"].items()
        names = ("class_name", "output_shape", "weights", "window")
        assert {n: page.get(n) for n in names} == {n: python.get(n) for n in names}


def test_weights_to_begin_with(module_page):
    text = "Conv2D 32 3, BatchNormalization, Flatten, Dense 64"
    first, again, other = (
        module_page.evaluate(BUILD, [text, [8, 8, 1], 10, seed]) for seed in (1, 1, 2)
    )
    assert first["weights"] == again["weights"] != other["weights"]
    for layer in first["spec"]["layers"]:
        for part in layer["weights"]:
            size = int(np.prod(part["shape"]))
            values = np.array(first["weights"][part["offset"] : part["offset"] + size])
            if part["name"] != "kernel":
                assert (values == (part["name"] in ("gamma", "moving_variance"))).all()
                continue
            *window, inputs, outputs = part["shape"]
            limit = np.sqrt(6 / np.prod(window) / (inputs + outputs))  # Glorot and Bengio's
            assert 0.9 * limit < abs(values).max() <= limit
            np.testing.assert_allclose(values.std(), limit / np.sqrt(3), rtol=0.1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Conv3D 4 3", "A layer is one of Conv2D, Dense, .*; here is “Conv3D”."),
        ("Conv2D 4", "Conv2D takes filters and kernel size; here are 1 numbers."),
        ("ReLU 3", "ReLU takes no number; here are 1 numbers."),
        ("Conv2D 0 3", "Conv2D: filters must be a whole number from 1 to 64; here is 0."),
        ("Dropout 1.5", "Dropout: rate must be a number from 0 to 0.9; here is 1.5."),
        ("Dense x", "Dense: units must be a whole number from 1 to 256; here is NaN."),
        ("Conv2D 4 3", "The last layer, Dense 10, needs a row of numbers: .*8 × 8 × 4."),
        ("Dense 4, Flatten", "Dense 4 needs a row of numbers: .* 8 × 8 × 1."),
        ("Flatten, Conv2D 4 3", "Conv2D 4 3 needs maps .* flattened to a row of 64 numbers."),
        (
            "MaxPooling2D 4, MaxPooling2D 4, Flatten",
            "MaxPooling2D 4 needs maps of at least 4 × 4; here are 2 × 2 × 1.",
        ),
        (", ".join(["ReLU"] * 13), "There may be 12 layers at most before the last .* 13."),
        (
            "Conv2D 64 3, Flatten, Dense 256",
            "A network may have 200,000 weights at most here; this one has 1,052,042.",
        ),
    ],
)
def test_a_list_that_is_no_network_gives_a_sentence(module_page, text, sentence):
    assert re.fullmatch(sentence, module_page.evaluate(BUILD, [text, [8, 8, 1], 10, 0]))


@pytest.mark.parametrize("text", LISTS.values())
def test_python_reads_and_writes_lists(text):
    assert _layer_list.written(_layer_list.build(text, (9, 11, 3), 7)) == text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Conv3D 4 3", "A layer must be one of .*; got 'Conv3D'"),
        ("ReLU,", "A layer must be one of .*; got ''"),
        ("Conv2D 4", "Conv2D takes 2 numbers; got 4"),
        ("Conv2D 0 3", "Conv2D 0 3: filters must be a whole number from 1 to 64; got 0"),
        ("Conv2D 4.5 3", "Conv2D 4.5 3: filters must be a whole number from 1 to 64; got 4.5"),
        ("Conv2D 4 9", "Conv2D 4 9: kernel size must be a whole number from 1 to 7; got 9"),
        ("Flatten, Dense 100000000", "units must be a whole number from 1 to 256; got 100000000"),
        ("MaxPooling2D 0, Flatten", "window must be a whole number from 1 to 7; got 0"),
        ("Dropout 0.95, Flatten", "Dropout 0.95: rate must be a number from 0 to 0.9; got 0.95"),
        ("Dropout nan, Flatten", "rate must be a number from 0 to 0.9; got nan"),
        ("Dropout x", "Dropout x: rate must be a number from 0 to 0.9; got x"),
        (", ".join(["ReLU"] * 13), "There may be 12 layers at most before the last one; got 13"),
        ("Conv2D 4 3", "The last layer, Dense, needs a row of numbers"),
    ],
)
def test_python_refuses_what_is_no_network(text, rule):
    with pytest.raises(ValueError, match=rule):
        _layer_list.build(text, (8, 8, 1), 10)


def test_python_counts_the_weights_before_it_takes_memory_for_them():
    """6 GB would be Dense's."""
    with pytest.raises(ValueError, match=r"200,000 weights at most.*Dense makes it 1,636,041,600"):
        _layer_list.build("Conv2D 64 3, Flatten, Dense 256", (316, 316, 1), 10)


@pytest.mark.parametrize("text", LISTS.values())
def test_python_knows_how_many_weights_a_layer_will_have(text):
    model = _layer_list.build(text, (9, 11, 3), 7)
    channels = [3, *(layer.output_shape[-1] for layer in model.layers)]
    for layer, before in zip(model.layers, channels, strict=False):
        assert _layer_words.weights_of(layer, before) == layer.count_params()


def test_a_small_number_goes_into_a_list_and_comes_out():
    layers = [Input((8, 8, 1)), Dropout(1e-5), Flatten(), Dense(10, **SOFTMAX)]
    text = _layer_list.written(cnnlib.Sequential(layers))
    assert _layer_list.build(text, (8, 8, 1), 10).layers[0].rate == 1e-5


SOFTMAX = {"activation": "softmax"}


@pytest.mark.parametrize(
    ("layers", "rule"),
    [
        ([Conv2D(4, 3), Flatten(), Dense(10, **SOFTMAX)], "Conv2D: `padding` must be 'same'"),
        ([Conv2D(4, (1, 3), padding="same"), Flatten(), Dense(10, **SOFTMAX)], "must be square"),
        ([MaxPooling2D(3, strides=2), Flatten(), Dense(10, **SOFTMAX)], "`strides` must be `pool"),
        ([AveragePooling2D(2, padding="same"), Flatten(), Dense(10, **SOFTMAX)], "same padding"),
        ([LeakyReLU(0.1), Flatten(), Dense(10, **SOFTMAX)], "`negative_slope` must be 0.3"),
        ([BatchNormalization(momentum=0.9), Flatten(), Dense(10, **SOFTMAX)], "`momentum`"),
        ([Flatten(), Dense(4, activation="tanh"), Dense(10, **SOFTMAX)], "`activation` must be"),
        ([Flatten(), Activation("tanh"), Dense(10, **SOFTMAX)], "got .*, a Activation"),
        ([Flatten(), Dense(10)], "The last layer must be Dense with softmax"),
        ([Flatten(), Dense(10, **SOFTMAX, use_bias=False)], "last layer.*`use_bias` must be True"),
    ],
)
def test_models_that_a_list_cannot_say_are_refused(layers, rule):
    model = cnnlib.Sequential([Input((8, 8, 1)), *layers])
    with pytest.raises(ValueError, match=rule):
        _layer_list.written(model)


def test_page_and_python_have_the_same_limits(module_page):
    page = module_page.evaluate(
        """async () => {
          const { KINDS } = await import("/cnnlib/widgets/architecture.js");
          const limits = ({ name, least, most, whole }) => [name, least, most, !!whole];
          return Object.entries(KINDS).map(([kind, numbers]) => [kind, numbers.map(limits)]);
        }"""
    )
    ours = {
        kind: [[n.name, n.least, n.most, n.kind is int] for n in numbers]
        for kind, (numbers, _) in _layer_list.KINDS.items()
    }
    assert dict(page) == ours
