"""Training in the page and in Python: the same losses, step for step."""

from __future__ import annotations

import numpy as np
import pytest

import cnnlib
from cnnlib.layers import BatchNormalization, Conv2D, Dense, Flatten, Input, MaxPooling2D
from cnnlib.losses import CategoricalCrossentropy
from cnnlib.optimizers import SGD, Adam, AdamW, RMSprop
from cnnlib.wasm import export_network

STEPS, BATCH = 100, 16
TRAIN = """async ({spec, weights, x, y, batch, steps, settings}) => {
  const {kernels} = await import("/cnnlib/wasm/kernels.js");
  const {network} = await import("/cnnlib/wasm/network.js");
  const {lossOf, trainer} = await import("/cnnlib/wasm/training.js");
  const net = network(await kernels(), spec, Float32Array.from(weights), batch);
  const teacher = trainer(net, settings);
  const part = (rows, k) => rows.slice(k * batch % rows.length).slice(0, batch).flat();
  const losses = [];
  for (let k = 0; k < steps; k++) losses.push(teacher.step(part(x, k), part(y, k)));
  net.forward(part(x, 0));
  const {value} = lossOf(net, settings.loss, settings)(part(y, 0));
  return {losses, value, weights: Array.from(net.getWeights()), iterations: teacher.iterations};
}"""


def class_numbers(labels):
    return labels[:, None]


def one_hot(labels):
    return np.eye(10, dtype=np.float32)[labels]


def is_even(labels):
    return (labels % 2 == 0)[:, None].astype(np.float32)


# loss and optimizer in Python; the same in the page; targets, outputs and their activation
COURSES = {
    "adam": (
        ("sparse_categorical_crossentropy", "adam"),
        {"loss": "sparse_categorical_crossentropy"},
        (class_numbers, 10, "softmax"),
    ),
    "adamw on logits": (
        (CategoricalCrossentropy(from_logits=True), AdamW(0.002, weight_decay=0.1)),
        {
            "loss": "categorical_crossentropy",
            "fromLogits": True,
            "optimizer": "adamw",
            "learningRate": 0.002,
            "weightDecay": 0.1,
        },
        (one_hot, 10, None),
    ),
    "sgd with momentum": (
        ("binary_crossentropy", SGD(0.02, momentum=0.8, nesterov=True)),
        {
            "loss": "binary_crossentropy",
            "optimizer": "sgd",
            "learningRate": 0.02,
            "momentum": 0.8,
            "nesterov": True,
        },
        (is_even, 1, "sigmoid"),
    ),
    "sgd": (
        ("mse", SGD(0.05)),
        {"loss": "mse", "optimizer": "sgd", "learningRate": 0.05},
        (one_hot, 10, "sigmoid"),
    ),
    "rmsprop": (
        ("mse", RMSprop(rho=0.8)),
        {"loss": "mse", "optimizer": "rmsprop", "rho": 0.8},
        (one_hot, 10, "linear"),
    ),
}


@pytest.mark.parametrize("name", COURSES)
def test_a_hundred_steps(module_page, name):
    (loss, optimizer), settings, (targets, *outputs) = COURSES[name]
    images, labels = samples()
    y = targets(labels)
    model = network(*outputs)
    model.compile(optimizer, loss)
    spec, weights = export_network(model)
    given = {"spec": spec, "weights": weights.tolist(), "settings": settings}
    data = {"x": images.reshape(len(y), -1).tolist(), "y": y.tolist()}
    done = module_page.evaluate(TRAIN, given | data | {"batch": BATCH, "steps": STEPS})
    parts = [slice(k * BATCH % len(y), k * BATCH % len(y) + BATCH) for k in range(STEPS)]
    losses = [model.train_on_batch(images[part], y[part]) for part in parts]
    np.testing.assert_allclose(done["losses"], losses, atol=1e-4)
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])  # there was something to learn
    assert done["iterations"] == STEPS
    value = model.evaluate(images[:BATCH], y[:BATCH], batch_size=BATCH)
    np.testing.assert_allclose(done["value"], value, atol=1e-4)
    learned = np.concatenate([w.ravel() for w in model.get_weights()])
    np.testing.assert_allclose(done["weights"], learned, atol=2e-3)


def test_a_network_of_blocks_learns_as_in_python(module_page):
    """The page's way through convolution, ReLU and pool at once, a hundred steps."""
    images, labels = samples()
    model = cnnlib.Sequential(
        [
            Input((8, 8, 1)),
            *(Conv2D(6, 3, padding="same", activation="relu"), MaxPooling2D(2)),
            *(Conv2D(16, 3, padding="same", activation="relu"), MaxPooling2D(2)),
            *(Flatten(), Dense(40, activation="relu"), Dense(10, activation="softmax")),
        ]
    )
    model.compile(Adam(0.003), "sparse_categorical_crossentropy")
    spec, weights = export_network(model)
    given = {"spec": spec, "weights": weights.tolist(), "batch": BATCH, "steps": STEPS}
    given["settings"] = {"loss": "sparse_categorical_crossentropy", "learningRate": 0.003}
    data = {"x": images.reshape(len(labels), -1).tolist(), "y": labels[:, None].tolist()}
    done = module_page.evaluate(TRAIN, given | data)
    parts = [slice(k * BATCH % len(labels), k * BATCH % len(labels) + BATCH) for k in range(STEPS)]
    losses = [model.train_on_batch(images[part], labels[part]) for part in parts]
    np.testing.assert_allclose(done["losses"], losses, atol=1e-6)
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])
    learned = np.concatenate([w.ravel() for w in model.get_weights()])
    np.testing.assert_allclose(done["weights"], learned, atol=2e-5)


def samples():
    """Sixteen batches of digits, one after the other."""
    images, labels = cnnlib.datasets.digits()[0]
    return images[: 16 * BATCH], labels[: 16 * BATCH]


def network(outputs, activation):
    return cnnlib.Sequential(
        [
            Input((8, 8, 1)),
            Conv2D(6, 3, padding="same", activation="relu"),
            BatchNormalization(momentum=0.9),
            MaxPooling2D(2),
            Conv2D(5, 3, activation="tanh"),
            Flatten(),
            Dense(outputs, activation=activation),
        ]
    )


@pytest.mark.parametrize(
    ("settings", "targets", "message"),
    [
        ("loss: 'hinge'", "[0]", "loss must be one of binary_crossentropy, categorical_cross"),
        ("loss: 'mse', optimizer: 'lion'", "[0]", "optimizer must be one of sgd, rmsprop, adam, a"),
        ("loss: 'mse', beta: 1", "[0]", "Settings are l2, weightDecay, learningRate, beta1, bet"),
        ("loss: 'mse'", "[1]", "There must be 4 targets; got 1."),
        ("loss: 'mse'", "[1, 2, 3, NaN]", "Targets must be finite numbers; got NaN."),
        ("loss: 'binary_crossentropy'", "[1, 0, 0, 2]", "Targets must be numbers from 0 to 1; g"),
        (
            "loss: 'sparse_categorical_crossentropy'",
            "[1, 2]",
            "Targets must be class numbers from 0 to 1; got 2.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(module_page, settings, targets, message):
    assert refused(module_page, settings, targets).startswith(f"Error: {message}")


def refused(page, settings, targets):
    """The error of one step, on two samples of three numbers, with two outputs."""
    spec, weights = export_network(cnnlib.Sequential([Dense(2, input_shape=(3,))]))
    code = f"""async ({{spec, weights}}) => {{
      const {{kernels}} = await import("/cnnlib/wasm/kernels.js");
      const {{network}} = await import("/cnnlib/wasm/network.js");
      const {{trainer}} = await import("/cnnlib/wasm/training.js");
      const net = network(await kernels(), spec, Float32Array.from(weights), 2);
      try {{ trainer(net, {{{settings}}}).step([1, 2, 3, 4, 5, 6], {targets}); }}
      catch (error) {{ return String(error); }}
    }}"""
    return page.evaluate(code, {"spec": spec, "weights": weights.tolist()})


def test_frozen_layers_stay_and_settings_may_change(module_page):
    model = cnnlib.Sequential([Dense(2, trainable=False, input_shape=(1,)), Dense(1)])
    model.set_weights([[[1.0, 2.0]], [0.5, 0.5], [[1.0], [1.0]], [0.0]])
    spec, weights = export_network(model)
    code = """async ({spec, weights}) => {
      const {kernels} = await import("/cnnlib/wasm/kernels.js");
      const {network} = await import("/cnnlib/wasm/network.js");
      const {trainer} = await import("/cnnlib/wasm/training.js");
      const net = network(await kernels(), spec, Float32Array.from(weights));
      const teacher = trainer(net, {loss: "mse", optimizer: "sgd", learningRate: 0});
      const seen = [];
      for (const rate of [0, 0.125]) {
        teacher.settings.learningRate = rate;
        seen.push(teacher.step([1], [2]), Array.from(net.getWeights()));
      }
      return seen;
    }"""
    first, same, second, after = module_page.evaluate(
        code, {"spec": spec, "weights": weights.tolist()}
    )
    assert first == second == 4.0  # the output is 1.5 + 2.5, the target 2
    assert same == [1, 2, 0.5, 0.5, 1, 1, 0]
    assert after == [1, 2, 0.5, 0.5, 1 - 0.125 * 4 * 1.5, 1 - 0.125 * 4 * 2.5, -0.125 * 4]
