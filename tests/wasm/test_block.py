"""Convolution, ReLU and max-pool as one stage of a network in the page, against its layers."""

from __future__ import annotations

import numpy as np
import pytest

import cnnlib
from cnnlib.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D, ReLU
from cnnlib.wasm import export_network
from tests.wasm.test_network import close, floats, text

# A pass layer by layer and one by stages, forward and backward; and how many stages there are.
RUN = """async ({spec, weights, x, dy, batch}) => {
  const {kernels} = await import("/cnnlib/wasm/kernels.js");
  const {network} = await import("/cnnlib/wasm/network.js");
  const floats = text => new Float32Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
  const text = ({data}) => {
    const bytes = new Uint8Array(data.slice().buffer);
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
  };
  const net = network((await kernels()).another(), spec, floats(weights), batch);
  const gradients = () => net.layers.flatMap((_, k) => Object.values(net.gradients(k)).map(text));
  const outputs = () => net.layers.map((_, k) => {
    try { return text(net.output(k)); } catch { return null; }
  });
  const [inputs, owed] = [floats(x), floats(dy)];
  net.forward(inputs);
  net.backward(owed, {inputGradient: false});
  const whole = {outputs: outputs(), gradients: gradients()};
  net.layers.forEach((_, k) => Object.values(net.gradients(k)).forEach(g => g.fill(NaN)));
  net.learn(inputs, () => owed);
  const staged = {outputs: outputs(), gradients: gradients()};
  return {whole, staged, predicted: text(net.predict(inputs))};
}"""


def block(filters, size=3, pool=2, **options):
    return [Conv2D(filters, size, **options), ReLU(), MaxPooling2D(pool)]


MODELS = {
    "a small LeNet": lambda: [
        Input((12, 12, 1)),
        Conv2D(6, 5, activation="relu", padding="same"),
        MaxPooling2D(2),
        Conv2D(16, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(12, activation="relu"),
        Dense(5, activation="softmax"),
    ],
    "three colors, odd sides": lambda: [
        Input((13, 11, 3)),
        *block(5, (2, 3), padding="same"),
        *block(9, 2),
        Flatten(),
        Dense(3),
    ],
    "strides, no bias": lambda: [
        Input((17, 15, 2)),
        *block(8, (3, 5), strides=(2, 1), use_bias=False),
        *block(12, 3, padding="same", strides=(1, 2)),
    ],
    "dilation": lambda: [
        Input((16, 15, 1)),
        *block(16, 3, dilation_rate=(2, 3)),
        *block(4, 2, dilation_rate=2, padding="same"),
    ],
    "after other layers": lambda: [
        Input((10, 10, 2)),
        Conv2D(17, 3, padding="same"),
        ReLU(),
        Dropout(0),
        *block(33, 3, padding="same"),
        Dense(4),
    ],
}
STAGES = dict.fromkeys(MODELS, 2) | {"after other layers": 1}
# no blocks: too few filters, another pool, another activation, too narrow to be sent back
LAYERED = {
    "few filters": lambda: [Input((8, 8, 1)), *block(3), Flatten(), Dense(2)],
    "another pool": lambda: [Input((8, 8, 1)), *block(8, pool=3), Flatten(), Dense(2)],
    "leaky": lambda: [
        *(Input((8, 8, 1)), Conv2D(8, 3), ReLU(0.1), MaxPooling2D(2), Flatten(), Dense(2)),
    ],
    "narrow": lambda: [Input((8, 8, 3)), Conv2D(2, 1), *block(8), Flatten(), Dense(2)],
}


def build(make, rng):
    model = cnnlib.Sequential(make())
    model.set_weights([rng.uniform(-0.5, 0.5, w.shape) for w in model.weights])
    return model


def run(page, model, x, dy):
    spec, weights = export_network(model)
    arrays = {"weights": text(weights), "x": text(x), "dy": text(dy)}
    return page.evaluate(RUN, {"spec": spec, "batch": len(x), **arrays})


def batch_for(model, rng, count):
    x = rng.standard_normal((count, *model.input_shape[1:])).astype(np.float32)
    return x, rng.standard_normal((count, *model.output_shape[1:])).astype(np.float32)


def in_python(model, x, dy):
    """What every layer puts out, and the gradients by the weights."""
    outputs = []
    for layer in model.layers:
        x = layer.forward(x)
        outputs.append(x)
    for layer in reversed(model.layers):
        dy = layer.backward(dy)
    return outputs, [gradient for layer in model.layers for gradient in layer.grads.values()]


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("name", [*MODELS, *LAYERED])
def test_stages_give_what_the_layers_give(module_page, rng, name, count):
    model = build((MODELS | LAYERED)[name], rng)
    x, dy = batch_for(model, rng, count)
    done = run(module_page, model, x, dy)
    outputs, gradients = in_python(model, x, dy)
    assert None not in done["whole"]["outputs"]
    kept = [output is not None for output in done["staged"]["outputs"]]
    pools = [isinstance(layer, MaxPooling2D) for layer in model.layers]
    blocks = [k for k, pool in enumerate(pools) if pool and not kept[k - 1]]
    assert len(blocks) == STAGES.get(name, 0)
    for result in (done["whole"], done["staged"]):
        for found, expected in zip(result["outputs"], outputs, strict=True):
            if found is not None:
                close(found, expected)
        for found, expected in zip(result["gradients"], gradients, strict=True):
            close(found, expected)
    close(done["predicted"], outputs[-1])


def test_of_equal_pixels_the_first_has_the_gradient(module_page, rng):
    """All windows see the same: without the rule the weights' gradient at the edge would differ."""
    model = build(lambda: [Input((6, 6, 1)), *block(4, 3, padding="same")], rng)
    model.set_weights([np.ones((3, 3, 1, 4)), np.ones(4)])
    x, dy = batch_for(model, rng, 2)
    x[:] = 1
    done = run(module_page, model, x, dy)
    _, gradients = in_python(model, x, dy)
    for found, expected in zip(done["staged"]["gradients"], gradients, strict=True):
        close(found, expected)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_go_through(module_page, rng, bad):
    model = build(MODELS["a small LeNet"], rng)
    x, dy = batch_for(model, rng, 3)
    x[0, 5, 5] = bad
    done = run(module_page, model, x, dy)
    whole, staged = done["whole"]["outputs"][-1], done["staged"]["outputs"][-1]
    like = np.empty((3, 5), np.float32)
    np.testing.assert_array_equal(np.isnan(floats(staged, like)), np.isnan(floats(whole, like)))
    np.testing.assert_array_equal(np.isnan(floats(done["predicted"], like))[0], True)
    assert np.isfinite(floats(staged, like)[1:]).all()


def alone(page, code):
    """Run lines of JavaScript on a network with one block, for one image."""
    model = cnnlib.Sequential([Input((4, 4, 1)), *block(4), Flatten(), Dense(2)])
    spec, weights = export_network(model)
    script = f"""async ({{spec, weights}}) => {{
      const {{kernels}} = await import("/cnnlib/wasm/kernels.js");
      const {{network}} = await import("/cnnlib/wasm/network.js");
      const net = network(await kernels(), spec, Float32Array.from(weights));
      const x = new Float32Array(16).fill(1);
      try {{ {code} }} catch (error) {{ return String(error); }}
    }}"""
    return page.evaluate(script, {"spec": spec, "weights": weights.tolist()})


@pytest.mark.parametrize("look", ["output(0)", "preactivation(1)", "gradient(1)"])
@pytest.mark.parametrize("work", ["predict(x)", "learn(x, () => [1, 0])"])
def test_what_a_stage_does_not_keep_is_not_shown(module_page, work, look):
    k = look[-2]
    message = f"Error: Training and predict() keep no output of layer {k}; forward() does."
    assert alone(module_page, f"net.forward(x); net.{work}; return net.{look};") == message
    code = f"net.{work}; net.forward(x); return net.{look}.size;"
    assert alone(module_page, code) == 16


def test_the_way_back_needs_a_forward_that_keeps_everything(module_page):
    answer = alone(module_page, "net.predict(x); net.backward([1, 0]);")
    assert answer == "Error: backward() needs a forward() before it; there was none."
    answer = alone(module_page, "net.learn(x, () => [1]);")
    assert answer == "Error: learn() takes the gradient by the output, 1 × 2 = 2 numbers; got 1."
