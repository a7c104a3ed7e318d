"""Any Sequential model, in the page and in Python: the same numbers, forward and backward."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

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
    GlobalAveragePooling2D,
    Input,
    LeakyReLU,
    MaxPooling2D,
    ReLU,
    Softmax,
    ZeroPadding2D,
)
from cnnlib.wasm import export_network
from cnnlib.wasm._network import LAYERS

MODELS = {
    "digits": lambda: [
        Input((8, 8, 1)),
        Conv2D(16, 3, padding="same", activation="relu"),
        Conv2D(32, 3, padding="same", activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dropout(0.4),
        Dense(10, activation="softmax"),
    ],
    "strides and remainders": lambda: [
        Input((10, 9, 3)),
        Conv2D(5, (3, 2), strides=(2, 3), activation="tanh"),
        MaxPooling2D((3, 2), strides=(1, 2)),
        Flatten(),
        Dense(3, activation="sigmoid"),
    ],
    "same, odd pixels at the end": lambda: [
        Input((9, 8, 2)),
        Conv2D(4, (2, 5), strides=2, padding="same", activation="leaky_relu"),
        AveragePooling2D(3, strides=2, padding="same"),
        MaxPooling2D(2, strides=1, padding="same"),
        GlobalAveragePooling2D(keepdims=True),
        Flatten(),
        Softmax(),
    ],
    "dilation": lambda: [
        Input((9, 11, 5)),
        Conv2D(6, 3, dilation_rate=(2, 1), padding="same", use_bias=False),
        BatchNormalization(),
        ReLU(),
        ZeroPadding2D(((1, 0), (2, 3))),
        Conv2D(7, 2, dilation_rate=2, activation="sigmoid"),
        GlobalAveragePooling2D(),
        Dense(1),
    ],
    "layers that are activations": lambda: [
        Input((4, 3, 6)),
        Activation("tanh"),
        Dense(5, use_bias=False),  # pixel by pixel
        ReLU(0.1),
        BatchNormalization(center=False, scale=False),
        LeakyReLU(),
        Activation("linear"),
        Softmax(),
        AveragePooling2D((2, 3)),
        Activation("sigmoid"),
    ],
    "vectors": lambda: [
        Input((7,)),
        Dense(9, activation="relu"),
        BatchNormalization(momentum=0.8, epsilon=0.1),
        Dense(4, activation="softmax"),
    ],
    "one row, no weights first": lambda: [
        Input((1, 12, 2)),
        ZeroPadding2D((0, 1)),
        Activation("relu"),
        Conv2D(3, (1, 4)),
        MaxPooling2D((1, 3)),
        Flatten(),
    ],
}

# Everything a network has computed, its numbers as text (JSON knows no NaN).
RUN = """async ({spec, weights, x, dy, batch, training, options}) => {
  const {kernels} = await import("/cnnlib/wasm/kernels.js");
  const {network} = await import("/cnnlib/wasm/network.js");
  const floats = text => new Float32Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
  const text = ({data}) => {
    const bytes = new Uint8Array(data.slice().buffer);
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
  };
  const net = network(await kernels(), spec, floats(weights), batch);
  const each = method => net.layers.map((_, k) => method.call(net, k));
  const named = tensors => Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, text(tensor)]));
  net.forward(floats(x), training);
  const dx = dy && net.backward(floats(dy), options);
  return {
    layers: net.layers,
    outputs: each(net.output).map(text),
    preactivations: each(net.preactivation).map(text),
    gradients: each(net.gradient).map(text),
    weightGradients: each(net.gradients).map(named),
    weights: text({data: net.getWeights()}),
    dx: dx ? text(dx) : null,
  };
}"""


def text(array):
    return b64encode(np.asarray(array, np.float32).tobytes()).decode()


def floats(text, like):
    return np.frombuffer(b64decode(text), np.float32).reshape(np.shape(like))


def build(name, rng, dtype="float32"):
    """A model of the list with random weights everywhere, statistics included."""
    model = cnnlib.Sequential(MODELS[name](), dtype=dtype)
    model.set_weights([rng.uniform(0.1, 0.9, w.shape) - 0.4 * (w.ndim > 1) for w in model.weights])
    return model


def run(page, model, x, dy=None, training=False, **options):
    spec, weights = export_network(model)
    arrays = {"weights": weights, "x": x, "dy": dy}
    given = {name: text(array) for name, array in arrays.items() if array is not None}
    settings = {"spec": spec, "batch": len(x), "training": training, "options": options}
    return page.evaluate(RUN, given | settings)


def close(found, expected):
    """Equal but for rounding, measured by the largest number."""
    found = floats(found, expected)
    size = np.abs(expected[np.isfinite(expected)]).max(initial=0.1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * size)


def check(page, model, x, dy, training=False):
    """Compare every layer's output, every gradient, and the weights after the pass."""
    done = run(page, model, x, dy, training)
    outputs, gradients = [], []
    for layer in model.layers:
        x = layer.forward(x, training)
        outputs.append(x)
    for layer in reversed(model.layers):
        gradients.insert(0, dy)
        dy = layer.backward(dy)
    for k, layer in enumerate(model.layers):
        assert done["layers"][k]["name"] == layer.name
        assert tuple(done["layers"][k]["shape"]) == outputs[k].shape
        close(done["outputs"][k], outputs[k])
        close(done["gradients"][k], gradients[k])
        assert done["weightGradients"][k].keys() == layer.grads.keys()
        for name, gradient in layer.grads.items():
            close(done["weightGradients"][k][name], gradient)
    close(done["dx"], dy)
    weights = np.concatenate([np.empty(0), *(w.ravel() for w in model.weights)])
    if weights.size:
        close(done["weights"], weights)


def batch_for(model, rng, size):
    x = rng.standard_normal((size, *model.input_shape[1:])).astype(np.float32)
    return x, rng.standard_normal((size, *model.output_shape[1:])).astype(np.float32)


def test_the_models_have_every_layer():
    kinds = {type(layer).__name__ for make in MODELS.values() for layer in make()} - {"Input"}
    public = set(cnnlib.layers.__all__) - {"Input", "Layer"}
    assert kinds == set(LAYERS) == public


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("name", MODELS)
def test_every_output_and_gradient(module_page, rng, name, size):
    model = build(name, rng)
    check(module_page, model, *batch_for(model, rng, size))


@pytest.mark.parametrize("seed", range(12))
def test_random_networks(module_page, seed):
    rng = np.random.default_rng(seed)
    model = random_model(rng)
    check(module_page, model, *batch_for(model, rng, int(rng.integers(1, 5))))


def random_model(rng):
    """Layers in a row, as long as each can take the output of the one before it."""

    def size(least=1):
        return tuple(int(n) for n in rng.integers(least, 4, 2))

    def conv():
        strided = rng.random() < 0.5
        step = {"strides" if strided else "dilation_rate": size()}
        activation = rng.choice(["linear", "relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
        padding, bias = rng.choice(["valid", "same"]), bool(rng.random() < 0.7)
        filters = int(rng.integers(1, 7))
        return Conv2D(
            filters, size(), padding=padding, activation=activation, use_bias=bias, **step
        )

    def pool(kind):
        return kind(size(), strides=size(), padding=rng.choice(["valid", "same"]))

    choices = [
        *(conv, conv, lambda: pool(MaxPooling2D), lambda: pool(AveragePooling2D)),
        *(BatchNormalization, lambda: ZeroPadding2D(size()), lambda: LeakyReLU(0.2)),
    ]
    model = cnnlib.Sequential([Input((*(int(n) for n in rng.integers(5, 12, 2)), 3))])
    while len(model.layers) < 5:
        try:
            model.add(choices[rng.integers(len(choices))]())
        except ValueError:  # the window does not fit
            continue
    model.set_weights([rng.uniform(0.1, 0.9, w.shape) - 0.4 * (w.ndim > 1) for w in model.weights])
    return model


@pytest.mark.parametrize("name", ["dilation", "vectors", "layers that are activations"])
def test_training_goes_by_the_batch(module_page, rng, name):
    model = build(name, rng)
    before = np.concatenate([w.ravel() for w in model.weights])
    check(module_page, model, *batch_for(model, rng, 5), training=True)
    after = np.concatenate([w.ravel() for w in model.weights])
    assert (before != after).any()  # the moving mean and variance: check() has compared them


def test_a_frozen_normalization_stays_with_its_statistics(module_page, rng):
    model = cnnlib.Sequential([BatchNormalization(trainable=False, input_shape=(3,))])
    check(module_page, model, *batch_for(model, rng, 5), training=True)
    assert model.layers[0].params["moving_mean"].tolist() == [0, 0, 0]


def test_the_gradient_of_a_score_leaves_the_last_activation_out(module_page, rng):
    model = build("digits", rng)
    x, _ = batch_for(model, rng, 2)
    found = cnnlib.explain.gradients(model, x, class_index=[3, 7])
    done = run(module_page, model, x, found.activations["dense"], scores=True)
    close(done["dx"], found.input)
    for k, layer in enumerate(model.layers):
        close(done["gradients"][k], found.activations[layer.name])
    scores = cnnlib.explain.activations(model, x)["flatten"] @ model.weights[-2] + model.weights[-1]
    close(done["preactivations"][-1], scores)


def test_without_the_gradient_by_the_input_those_by_the_weights_are_the_same(module_page, rng):
    model = build("one row, no weights first", rng)
    x, dy = batch_for(model, rng, 2)
    whole = run(module_page, model, x, dy)
    spared = run(module_page, model, x, dy, inputGradient=False)
    assert spared["weightGradients"] == whole["weightGradients"]
    assert not floats(spared["dx"], x).any()
    assert not floats(spared["gradients"][1], model.layers[1](model.layers[0](x))).any()
    assert floats(whole["dx"], x).any()


def test_not_a_number_and_infinity_go_through(module_page, rng):
    model = build("digits", rng)
    x, dy = batch_for(model, rng, 3)
    x[0, 2, 3], x[1, 4, 4] = np.nan, np.inf
    done = run(module_page, model, x, dy)
    with np.errstate(invalid="ignore"):
        y = model.forward(x)
        dx = model.backward(dy)
    assert np.isnan(y[0]).all()
    assert np.isfinite(y[2]).all()
    close(done["outputs"][-1], y)
    np.testing.assert_array_equal(np.isnan(floats(done["dx"], x)), np.isnan(dx))


def test_relu_of_minus_infinity_is_zero(module_page):
    model = cnnlib.Sequential([ReLU(input_shape=(3,)), LeakyReLU(0)])
    x = np.array([[-np.inf, np.inf, np.nan]], np.float32)
    assert floats(run(module_page, model, x)["outputs"][1], x).tolist()[0][:2] == [0, np.inf]


def test_weights_arrive_in_single_precision(module_page, rng):
    model = build("dilation", rng, dtype="float64")
    spec, weights = export_network(model)
    assert weights.dtype == np.float32
    assert spec == json.loads(json.dumps(spec))
    for layer, described in zip(model.layers, spec["layers"], strict=True):
        for weight in described["weights"]:
            array = layer.params[weight["name"]]
            part = weights[weight["offset"] :][: array.size].reshape(weight["shape"])
            np.testing.assert_array_equal(part, array.astype(np.float32))
    done = run(module_page, model, *batch_for(model, rng, 1))
    np.testing.assert_array_equal(floats(done["weights"], weights), weights)


ALONE = """async ({spec, weights, code}) => {
  const {kernels} = await import("/cnnlib/wasm/kernels.js");
  const {network} = await import("/cnnlib/wasm/network.js");
  const runtime = await kernels();
  const net = network(runtime, spec, Float32Array.from(weights), 2);
  const run = new Function("net", "network", "runtime", "spec", code);
  try { return run(net, network, runtime, spec); } catch (error) { return String(error); }
}"""


def alone(page, code, model=None):
    """Run a line of JavaScript on a network of three inputs and two outputs, for two samples."""
    model = model or cnnlib.Sequential([Dense(2, input_shape=(3,)), Dropout(0.5, seed=1)])
    spec, weights = export_network(model)
    return page.evaluate(ALONE, {"spec": spec, "weights": weights.tolist(), "code": code})


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("net.forward([1])", "forward() takes a batch, 2 × 3 = 6 numbers; got 1."),
        ("net.forward()", "forward() takes a batch, 2 × 3 = 6 numbers; got undefined."),
        ("net.backward([0, 0, 0, 0])", "backward() needs a forward() before it; there was none."),
        (
            "net.forward([1, 2, 3, 4, 5, 6]); net.backward([1])",
            "backward() takes the gradient by the output, 2 × 2 = 4 numbers; got 1.",
        ),
        ("net.output(2)", "A layer is an integer from 0 to 1; got 2."),
        ("net.setWeights([1, 2])", "This network has 8 weights; got 2 numbers."),
        ("network(runtime, spec, [])", "This network has 8 weights; got 0 numbers."),
        ("network(runtime, spec, net, 0)", "batch must be an integer of 1 or more; got 0."),
        (
            "network(runtime, {...spec}, net)",
            "Networks that share weights must have the same spec.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(module_page, code, message):
    assert alone(module_page, code) == f"Error: {message}"


def test_a_layer_the_page_does_not_know(module_page):
    code = "spec.layers[0].class_name = 'Attention'; network(runtime, spec, net)"
    answer = alone(module_page, code)
    assert answer.endswith("got Attention (layer dense).")
    assert answer.startswith("Error: A page can run Conv2D, Dense, ")


def test_weights_can_be_shared_and_set(module_page):
    code = """
      const one = network(runtime, spec, net);
      const before = Array.from(one.forward([1, 2, 3]).data);
      net.setWeights(new Float32Array([1, 0, 0, 1, 1, 1, 10, 20]));
      return [before, Array.from(one.forward([1, 2, 3]).data), Array.from(net.getWeights())];
    """
    before, after, weights = alone(module_page, code)
    assert before != after == [14, 25]
    assert weights == [1, 0, 0, 1, 1, 1, 10, 20]


def test_dropout_is_seeded_and_its_gradient_has_the_same_gaps(module_page):
    model = cnnlib.Sequential([Dropout(0.75, seed=5, input_shape=(1000,))])
    code = """
      const x = new Float32Array(2000).fill(1);
      const still = Array.from(net.forward(x).data);
      const y = Array.from(net.forward(x, true).data);
      const dx = Array.from(net.backward(new Float32Array(2000).fill(2)).data);
      const again = network(runtime, spec, net, 2);
      const [same, later] = [again, net].map(one => Array.from(one.forward(x, true).data));
      return [still, y, dx, same, later];
    """
    still, y, dx, again, later = map(np.array, alone(module_page, code, model))
    assert (still == 1).all()
    assert set(y) == {0, 4}
    assert abs((y > 0).mean() - 0.25) < 0.03
    np.testing.assert_array_equal(dx, 2 * y)
    np.testing.assert_array_equal(again, y)
    assert (later != y).any()


def test_only_built_models_of_the_library_are_exported():
    with pytest.raises(ValueError, match="must be built before it can be exported"):
        export_network(cnnlib.Sequential([Dense(1)]))
    with pytest.raises(TypeError, match="`model` must be a Sequential; got list"):
        export_network([Dense(1)])

    class Twice(Dense):
        pass

    model = cnnlib.Sequential([Twice(1, input_shape=(2,), name="own")])
    with pytest.raises(TypeError, match=r"cnnlib's own layers \(Activation, .*got 'own', a Twice"):
        export_network(model)


def test_classes_are_as_many_as_the_network_tells_apart():
    model = cnnlib.Sequential([Dense(1, activation="sigmoid", input_shape=(2,))])
    assert export_network(model, classes=("cat", "dog")).spec["classes"] == ["cat", "dog"]
    assert "classes" not in export_network(model).spec
    with pytest.raises(ValueError, match="must name 2 classes"):
        export_network(model, classes=["cat"])
    with pytest.raises(TypeError, match="`classes` must be a list of names; got 2"):
        export_network(model, classes=2)
