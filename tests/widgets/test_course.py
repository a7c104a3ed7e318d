"""A course of training in the page: that of Python, and one can go back in it."""

from __future__ import annotations

import numpy as np
import pytest

import cnnlib
from cnnlib.losses import SparseCategoricalCrossentropy
from cnnlib.optimizers import SGD, Adam, RMSprop
from cnnlib.wasm import export_network
from cnnlib.widgets import _layer_list

SMALL = "Conv2D 6 3, ReLU, MaxPooling2D 2, Conv2D 8 3, ReLU, BatchNormalization, Flatten"
DROPS = "Conv2D 6 3, ReLU, MaxPooling2D 2, Dropout 0.3, Flatten"
ADAM = {"optimizer": "adam", "learningRate": 0.003, "batch": 32, "l2": 0}
TRAIN = 320  # of 380 digits
# Makes `course` from the arguments, and hands it to a script.
WITH_COURSE = """async ({images, labels, train, spec, weights, settings, seed, args}) => {
  const {kernels} = await import("/cnnlib/wasm/kernels.js");
  const {Course, order} = await import("/cnnlib/widgets/course.js");
  const [x, y] = [Float32Array.from(images), Uint8Array.from(labels)];
  const data = {images: x, labels: y, shape: [8, 8, 1], train};
  const course = new Course(await kernels(), data);
  course.begin({spec, weights: Float32Array.from(weights), seed, settings});
  const go = (steps) => course.advance({milliseconds: Infinity, steps});
  const see = (k = 0, label = -1, layers = []) =>
    course.snapshot({image: data.images.slice(64 * k, 64 * k + 64), label, layers});
  const losses = () => course.losses.entries.map(({loss}) => loss);
  SCRIPT
}"""


@pytest.fixture(scope="module")
def digits():
    (x, y), _ = cnnlib.datasets.digits()
    return x[:380], y[:380]


@pytest.fixture
def course(module_page, digits):
    """Run a script on a course; the network of a list, or a model."""
    x, y = digits
    data = {"images": x.ravel().tolist(), "labels": y.tolist(), "train": TRAIN}

    def run(script, layers=DROPS, settings=ADAM, seed=5, args=None):
        model = _layer_list.build(layers, (8, 8, 1), 10) if isinstance(layers, str) else layers
        spec, weights = export_network(model)
        given = {"spec": spec, "weights": weights.tolist(), "settings": settings, "seed": seed}
        return module_page.evaluate(
            WITH_COURSE.replace("SCRIPT", script), data | given | {"args": args}
        )

    return run


OPTIMIZERS = {
    "adam": (lambda: Adam(0.003), ADAM),
    "rmsprop": (lambda: RMSprop(0.002), ADAM | {"optimizer": "rmsprop", "learningRate": 0.002}),
    "momentum": (
        lambda: SGD(0.01, momentum=0.9),
        ADAM | {"optimizer": "sgd", "momentum": 0.9, "learningRate": 0.01},
    ),
    "sgd and L2": (
        lambda: SGD(0.05),
        ADAM | {"optimizer": "sgd", "learningRate": 0.05, "momentum": 0, "l2": 0.01},
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_hundred_steps_are_those_of_python(course, digits, name):
    (x, y), (make, settings) = digits, OPTIMIZERS[name]
    model = _layer_list.build(SMALL, (8, 8, 1), 10)
    orders = """go(100);
      return {losses: losses(), weights: [...course.student.getWeights()],
              orders: Array.from({length: 11}, (_, epoch) => [...order(5, epoch, 320)])};"""
    page = course(orders, model, settings)
    optimizer, loss, samples = make(), SparseCategoricalCrossentropy(), np.ravel(page["orders"])
    for k, found in enumerate(page["losses"]):
        part = samples[32 * k : 32 * k + 32]
        value, dp = loss.value_and_gradient(y[part], model.forward(x[part], training=True))
        assert abs(value - found) < 1e-4, k
        model.backward(dp, input_gradient=False)
        pairs = [(a, g.params[a], g.grads[a]) for g in model.layers for a in g.trainable_names]
        gradients = [g + 2 * settings["l2"] * w if kind == "kernel" else g for kind, w, g in pairs]
        optimizer.apply(gradients, model.trainable_weights)
    learned = np.concatenate([w.ravel() for w in model.get_weights()])
    np.testing.assert_allclose(page["weights"], learned, atol=2e-3)
    assert np.mean(page["losses"][-10:]) < 0.5 * np.mean(page["losses"][:10])


def test_every_epoch_has_an_order_of_its_own(module_page):
    found = module_page.evaluate("""async () => {
      const {order} = await import("/cnnlib/widgets/course.js");
      return [[0, 0], [0, 0], [0, 1], [1, 0]].map(([seed, epoch]) => [...order(seed, epoch, 50)]);
    }""")
    assert found[0] == found[1]
    assert len({tuple(one) for one in found}) == 3
    assert all(sorted(one) == list(range(50)) for one in found)


@pytest.mark.parametrize("label", [-1, 3])
def test_what_is_shown_is_what_python_computes(course, digits, label):
    (x, y), image = digits, 7
    model = _layer_list.build(SMALL, (8, 8, 1), 10)
    count = len(model.layers)
    script = "go(12); const all = args.map((_, k) => k);"
    script += f" const s = see({image}, {label}, all); return {{...s, weights: [...s.weights],"
    script += " said: [...s.record.said], prediction: [...s.prediction], layers: s.layers.map(l =>"
    script += " Object.fromEntries(Object.entries(l).map(([n, v]) => [n, v && [...v]])))};"
    page = course(script, model, args=[0] * count)
    weights, start, parts = np.array(page["weights"]), 0, []
    for array in model.get_weights():
        parts.append(weights[start : start + array.size].reshape(array.shape))
        start += array.size
    model.set_weights(parts)
    p = model.forward(x[image : image + 1])
    np.testing.assert_allclose(page["prediction"], p[0], atol=1e-5)
    target = int(p.argmax()) if label < 0 else label
    _, dp = SparseCategoricalCrossentropy().value_and_gradient(np.array([target]), p)
    model.backward(dp)
    for shown, layer in zip(page["layers"], model.layers, strict=True):
        if "kernel" in layer.params:
            expected = layer.grads["kernel"].ravel()
            scale = abs(expected).max()
            np.testing.assert_allclose(shown["kernelGradient"], expected, atol=1e-4 * scale)
    held_x, held_y = x[TRAIN:], y[TRAIN:]
    answers = model.predict(held_x, verbose=0)
    record = page["record"]
    assert page["said"] == answers.argmax(axis=1).tolist()
    assert record["heldAccuracy"] == pytest.approx((answers.argmax(axis=1) == held_y).mean())
    expected = SparseCategoricalCrossentropy()(held_y, answers)
    assert record["heldLoss"] == pytest.approx(expected, abs=1e-5)


def test_before_any_step(course, digits):
    found = course("return {...see(), order: [...order(5, 0, 320)].slice(0, 32)};", SMALL)
    assert (found["step"], found["last"], found["epochs"], found["diverged"]) == (0, 0, 0, None)
    assert [entry["step"] for entry in found["curve"]] == [0]
    assert found["record"]["loss"] == pytest.approx(np.log(10), abs=0.5)
    assert all(size > 0 for size in found["record"]["gradients"])


def test_a_step_and_an_end_of_an_epoch(course):
    script = "go(1); const one = see(); go(10); const more = see(); return [one, more];"
    one, more = course(script)
    assert [one["step"], more["step"]] == [1, 11]
    assert more["epochs"] == pytest.approx(11 * 32 / TRAIN)
    assert [entry["step"] for entry in more["curve"]] == [0, 1, 10, 11]


def test_going_back_and_on_from_there_is_the_same_course(course):
    """Dropout, the optimizer's memory and the order of the samples included."""
    script = """go(40); const first = losses();
      course.look(18); const shown = see(); const kept = [...shown.weights];
      const still = see().last;
      go(20);
      return {first, again: losses(), shown: shown.step, still, now: see().step,
              same: kept.every((w, k) => w === course.moments.entries[2].weights[k])};"""
    found = course(script)
    assert (found["shown"], found["still"], found["now"]) == (20, 40, 40)
    assert found["same"]
    assert found["first"] == found["again"]
    assert len(found["first"]) == 40


def test_settings_go_on_from_the_same_weights(course):
    """A smaller batch keeps what Adam remembers; another optimizer starts to remember anew."""
    script = """go(20);
      const before = [...course.student.getWeights()], memory = [...course.teacher.memory];
      course.settle({...course.settings, batch: 8});
      const kept = memory.every((m, k) => m === course.teacher.memory[k]);
      const same = before.every((w, k) => w === course.student.getWeights()[k]);
      const count = course.teacher.iterations;
      course.settle({...course.settings, learningRate: 0.001, l2: 0.1});
      const rate = course.teacher.settings;
      course.settle({...course.settings, optimizer: "sgd", momentum: 0.9});
      const fresh = course.teacher.memory.every((m) => m === 0) && course.teacher.iterations === 0;
      go(1);
      return {kept, same, count, rate: [rate.learningRate, rate.l2], fresh, seen: course.seen};"""
    found = course(script)
    assert found.pop("seen") == 20 * 32 + 8
    assert found == {"kept": True, "same": True, "count": 20, "rate": [0.001, 0.1], "fresh": True}


def test_a_rate_that_is_too_high_ends_in_nan(course):
    settings = {"optimizer": "sgd", "momentum": 0, "learningRate": 1e4, "batch": 32, "l2": 1e3}
    script = """go(300); const s = see(0, -1, [0]); const at = s.step;
      go(10); const stuck = see().step; course.look(0); const back = see(); go(1);
      return {at, stuck, diverged: s.diverged, nan: s.layers[0].output.some(Number.isNaN),
              loss: String(s.record.heldLoss), back: back.prediction.every(Number.isFinite),
              on: see().step, free: course.diverged};"""
    found = course(script, settings=settings)
    assert 1 < found["at"] < 300
    assert found["at"] == found["stuck"] == found["diverged"]
    assert found["nan"]
    assert found["loss"] == "NaN"
    assert found["back"]
    assert (found["on"], found["free"]) == (1, None)


def test_a_history_keeps_its_limit(module_page):
    found = module_page.evaluate("""async () => {
      const {History} = await import("/cnnlib/widgets/history.js");
      const history = new History(20, 10);
      for (let step = 0; step <= 3000; step++) if (history.due(step)) history.add({step});
      const steps = history.entries.map(({step}) => step);
      history.add({step: 3003});
      const cut = new History(5, 1);
      for (let step = 0; step < 4; step++) cut.add({step});
      cut.cut(2);
      const near = [-9, 1000].map((step) => history.nearest(step).step);
      return {steps, last: history.last.step, near, cut: cut.entries.map(({step}) => step)};
    }""")
    steps = found["steps"]
    assert 10 <= len(steps) <= 20
    assert steps[0] == 0
    assert len(set(np.diff(steps))) == 1  # evenly
    assert found["last"] == 3003
    assert found["near"][0] == 0
    assert abs(found["near"][1] - 1000) <= steps[1] / 2
    assert found["cut"] == [0, 1, 2]


def test_all_moments_take_less_than_30_megabytes(course):
    script = """const {limit} = course.moments;
      const bytes = 4 * (course.student.getWeights().length + course.teacher.memory.length);
      return [limit, limit * bytes];"""
    usual = "Conv2D 16 3, ReLU, Conv2D 32 3, ReLU, MaxPooling2D 2, Dropout 0.4, Flatten"
    limit, size = course(script, usual)
    assert limit == 200
    assert size < 30e6
    limit, size = course(script, "Conv2D 64 3, Flatten, Dense 32")
    assert 20 <= limit < 200
    assert size < 36e6
