"""One step shared by several processes is the step of one process, whatever happens to them."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import cnnlib
from cnnlib import layers, losses, optimizers

psutil = pytest.importorskip("psutil")
pytest.importorskip("distributed")

from cnnlib import parallel  # noqa: E402
from cnnlib.losses import Loss  # noqa: E402
from cnnlib.parallel import training  # noqa: E402

# Dask leaves some sockets for the garbage collector, when processes are killed above all.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
CLOSE = {"rtol": 1e-4, "atol": 1e-6}  # float32, sums in another order


def network(*more, optimizer="adam", loss="sparse_categorical_crossentropy", size=12):
    cnnlib.utils.set_random_seed(0)
    model = cnnlib.Sequential(
        [
            cnnlib.Input((size, size, 2)),
            layers.Conv2D(4, (3, 2), activation="relu"),
            layers.MaxPooling2D(2),
            *more,
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizer, loss)
    return model


@pytest.fixture
def data(rng):
    return rng.random((50, 12, 12, 2), dtype=np.float32), rng.integers(0, 3, 50)


@pytest.fixture(scope="module")
def client():
    with parallel.local_workers(2) as client:
        yield client


def gradient_of_the_batch(model, x, y):
    found = cnnlib.explain.gradients(model, x, y).weights
    return [array for one in found.values() for array in one.values()]


def assert_close(found, wanted):
    assert [a.shape for a in found] == [a.shape for a in wanted]
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, **CLOSE)


def same_bits(found, wanted):
    return all(np.array_equal(one, other) for one, other in zip(found, wanted, strict=True))


# --------------------------------------------------------------------------------------- arithmetic
@pytest.mark.parametrize(("samples", "parts"), [(1, 1), (10, 3), (7, 7), (32, 4), (33, 4)])
def test_shards_hold_every_sample_once(samples, parts):
    cuts = parallel.shards(samples, parts)
    assert len(cuts) == parts
    assert [k for cut in cuts for k in range(samples)[cut]] == list(range(samples))
    sizes = [cut.stop - cut.start for cut in cuts]
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= 1


@pytest.mark.parametrize(
    ("samples", "parts", "message"),
    [
        (3, 4, "No shard may be empty; got 4 shards for 3 samples"),
        (0, 1, "`samples` must be an integer of 1 or more; got 0"),
        (3, 0, "`parts` must be an integer of 1 or more; got 0"),
        (3, 1.5, "`parts` must be an integer of 1 or more; got 1.5"),
    ],
)
def test_no_shard_is_empty(samples, parts, message):
    with pytest.raises(ValueError, match=message):
        parallel.shards(samples, parts)


def test_the_mean_is_weighted_with_the_sizes():
    a, b = np.array([[6.0, 0.0]], np.float32), np.array([[2.0, 4.0]], np.float32)
    (mean,) = parallel.mean_gradients([[a], [b]], [3, 1])
    assert mean.dtype == np.float32
    np.testing.assert_array_equal(mean, [[5.0, 1.0]])


@pytest.mark.parametrize(
    ("gradients", "sizes"),
    [
        ([], []),
        ([[1.0]], [1, 2]),
        ([[1.0], [2.0]], [1, 0]),
        ([[1.0], [2.0]], [1, np.nan]),
        ([[1.0], [2.0]], [1, None]),
        ([[1.0], [2.0]], 2),
    ],
)
def test_every_shard_has_a_size(gradients, sizes):
    with pytest.raises(ValueError, match="Every shard must have gradients and a size of 1 or more"):
        parallel.mean_gradients(gradients, sizes)


def test_gradients_of_other_shapes():
    with pytest.raises(ValueError, match="the same shapes"):
        parallel.mean_gradients([[np.zeros(2)], [np.zeros(3)]], [1, 1])


@pytest.mark.parametrize("number", [1j, "1", None])
def test_gradients_are_real_numbers(number):
    with pytest.raises(TypeError, match="`gradients` must hold real numbers; got dtype"):
        parallel.mean_gradients([[1.0], [number]], [1, 1])


def test_the_mean_of_the_shards_is_the_gradient_of_the_batch(data):
    model, (x, y) = network(), data
    cuts = parallel.shards(len(x), 4)
    parts = [gradient_of_the_batch(model, x[cut], y[cut]) for cut in cuts]
    mean = parallel.mean_gradients(parts, [cut.stop - cut.start for cut in cuts])
    assert_close(mean, gradient_of_the_batch(model, x, y))
    unweighted = np.mean([part[0] for part in parts], axis=0)  # 13, 13, 12 and 12 samples
    assert not np.allclose(unweighted, mean[0], rtol=1e-4, atol=1e-6)


# ------------------------------------------------------------------------------------- with workers
@pytest.mark.parametrize("parts", [None, 1, 3, 7, 50])
def test_workers_find_the_gradient_of_the_batch(client, data, parts):
    model, (x, y) = network(), data
    before = model.get_weights()
    shared = parallel.gradients(client, model, x, y, parts)
    assert_close(shared.gradients, gradient_of_the_batch(model, x, y))
    assert shared.loss == pytest.approx(model.evaluate(x, y, batch_size=50), rel=1e-6)
    assert len(shared.sizes) == (parts or 2) == len(shared.seconds)
    assert sum(shared.sizes) == 50
    assert len(set(shared.processes)) == min(parts or 2, 2)
    assert min(shared.seconds) > 0
    assert same_bits(model.get_weights(), before)


def test_the_bits_are_the_same_in_every_run(client, data):
    model, (x, y) = network(), data
    first, second = (parallel.gradients(client, model, x, y, 3) for _ in range(2))
    assert same_bits(first.gradients, second.gradients)
    assert first.loss == second.loss


def test_a_model_of_float64(client, data):
    x, y = data
    cnnlib.utils.set_random_seed(0)
    model = cnnlib.Sequential(
        [cnnlib.Input((12, 12, 2)), layers.Flatten(), layers.Dense(1)], dtype="float64"
    )
    model.compile("sgd", "mse")
    shared = parallel.gradients(client, model, x, y, 3)
    assert shared.gradients[0].dtype == np.float64
    for one, other in zip(shared.gradients, gradient_of_the_batch(model, x, y), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_one_step_with_momentum(client, data):
    (x, y), models = data, [network(optimizer=optimizers.SGD(0.1, momentum=0.9)) for _ in "ab"]
    for _ in range(3):
        shared = parallel.train_on_batch(client, models[0], x, y)
        loss = models[1].train_on_batch(x, y)
        assert shared.loss == pytest.approx(loss, rel=1e-5)
    assert models[0].optimizer.iterations == 3
    assert_close(models[0].get_weights(), models[1].get_weights())


def test_fit_is_the_fit_of_the_model(client, data):
    (x, y), models = data, [network(optimizer=optimizers.SGD(0.1)) for _ in "ab"]
    cnnlib.utils.set_random_seed(5)
    shared = parallel.fit(client, models[0], x, y, batch_size=7, epochs=2)  # 50 = 7 · 7 + 1
    cnnlib.utils.set_random_seed(5)
    alone = models[1].fit(x, y, batch_size=7, epochs=2, verbose=0).history
    assert shared["loss"] == pytest.approx(alone["loss"], rel=1e-5)
    assert_close(models[0].get_weights(), models[1].get_weights())


def test_frozen_layers_stay(client, data):
    model, (x, y) = network(layers.BatchNormalization(trainable=False)), data
    model.layers[0].trainable = False
    shared = parallel.train_on_batch(client, model, x, y)
    assert [g.shape for g in shared.gradients] == [w.shape for w in model.trainable_weights]
    assert len(shared.gradients) == 2


def test_dropout_draws_the_same_noise_from_the_same_seed(client, data):
    model, (x, y) = network(layers.Dropout(0.5, seed=3)), data
    found = []
    for seed in (1, 1, 2):
        cnnlib.utils.set_random_seed(seed)
        found.append(parallel.gradients(client, model, x, y, 3).gradients)
    assert same_bits(found[0], found[1])
    assert not same_bits(found[0], found[2])


def computing(client):
    """The number of a process in which a shard is being computed."""
    while True:
        for address, tasks in client.processing().items():
            if tasks:
                return client.run(lambda: __import__("os").getpid(), workers=[address])[address]
        time.sleep(0.001)


def test_a_worker_that_is_killed_changes_nothing(client, rng, capfd):
    x, y = rng.random((3000, 48, 48, 2), dtype=np.float32), rng.integers(0, 3, 3000)
    models = [network(size=48, optimizer=optimizers.SGD(0.01)) for _ in "ab"]
    settings = {"batch_size": 1000, "epochs": 1, "shuffle": False, "parts": 2}
    undisturbed = parallel.fit(client, models[0], x, y, **settings)
    before, killed = set(client.run(lambda: __import__("os").getpid()).values()), []

    def kill():
        number = computing(client)
        psutil.Process(number).kill()
        killed.append(number)

    thread = threading.Thread(target=kill)
    thread.start()
    disturbed = parallel.fit(client, models[1], x, y, **settings)
    assert killed, "it died while the model was trained"
    thread.join()
    client.wait_for_workers(2, timeout=60)
    after = set(client.run(lambda: __import__("os").getpid()).values())
    assert killed[0] in before - after
    assert not psutil.pid_exists(killed[0])
    assert disturbed == undisturbed
    assert same_bits(models[1].get_weights(), models[0].get_weights())
    assert capfd.readouterr().err == ""


# -------------------------------------------------------------------------------------- bad input
def test_no_worker(monkeypatch, data):
    import distributed

    monkeypatch.setattr(training, "PATIENCE", 0.2)
    with (
        distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster) as empty,
        pytest.raises(RuntimeError, match=r"must have a worker; none came within 0\.2 seconds"),
    ):
        parallel.gradients(empty, network(), *data)


def test_no_client(data):
    with pytest.raises(TypeError, match=r"`client` must be a distributed\.Client .*; got NoneType"):
        parallel.fit(None, network(), *data)


def test_a_client_that_is_closed(data):
    with parallel.local_workers(1) as client:
        pass
    with pytest.raises(RuntimeError, match="client is closed"):
        parallel.gradients(client, network(), *data)


@pytest.mark.parametrize("name", ["count", "threads"])
@pytest.mark.parametrize("value", [0, 1.5, True])
def test_numbers_of_workers(name, value):
    with (
        pytest.raises(ValueError, match=f"`{name}` must be an integer of 1 or more"),
        parallel.local_workers(**{name: value}),
    ):
        pass


def test_a_model_that_is_not_compiled(client, data):
    model = network()
    model.loss = None
    with pytest.raises(RuntimeError, match="call compile"):
        parallel.gradients(client, model, *data)


def test_no_model(client, data):
    with pytest.raises(TypeError, match="`model` must be a Sequential; got str"):
        parallel.gradients(client, "model", *data)


def test_a_model_that_is_not_built(client, data):
    model = cnnlib.Sequential([layers.Flatten(), layers.Dense(3)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="needs a built model"):
        parallel.gradients(client, model, *data)


def test_more_shards_than_samples(client, data):
    x, y = data
    with pytest.raises(ValueError, match="No shard may be empty; got 4 shards for 3 samples"):
        parallel.gradients(client, network(), x[:3], y[:3], parts=4)
    assert parallel.gradients(client, network(), x[:1], y[:1]).sizes == [1]


def test_data_that_do_not_fit(client, data):
    x, y = data
    with pytest.raises(ValueError, match="as many samples; got 50 and 49"):
        parallel.fit(client, network(), x, y[1:])
    with pytest.raises(ValueError, match="`batch_size` must be"):
        parallel.fit(client, network(), x, y, batch_size=0)


def test_batch_normalization_is_refused(client, data):
    model = network(layers.BatchNormalization())
    with pytest.raises(ValueError, match="mean and variance from the samples it sees"):
        parallel.gradients(client, model, *data)


def test_code_of_ones_own_does_not_travel(client, data):
    class Own(layers.ReLU):
        pass

    with pytest.raises(ValueError, match="cnnlib's own layers only"):
        parallel.gradients(client, network(Own()), *data)

    class OwnLoss(Loss):
        pass

    with pytest.raises(ValueError, match="cnnlib's own losses only"):
        parallel.gradients(client, network(loss=OwnLoss()), *data)


# ----------------------------------------------------------------------------------- from outside
PROGRAM = """
import os
import numpy as np
import cnnlib
from cnnlib import layers, parallel

def main():
    model = cnnlib.Sequential([layers.Dense(1, input_shape=(4,))])
    model.compile("sgd", "mse")
    with parallel.local_workers(2) as client:
        parallel.fit(client, model, np.ones((8, 4)), np.ones(8), epochs=2)
        addresses = [client.scheduler.address, *client.ncores()]
        print(all(address.startswith("tcp://127.0.0.1:") for address in addresses))
        numbers = list(client.run(os.getpid).values())
    print(*numbers)

if __name__ == "__main__":
    main()
"""


def test_a_program_starts_workers_and_ends_them_in_silence(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-W", "error", program], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    local, numbers = done.stdout.splitlines()
    assert local == "True"
    assert not any(psutil.pid_exists(int(number)) for number in numbers.split())
    assert list(tmp_path.iterdir()) == [program]  # nothing was left on disk


def test_dask_is_asked_for_when_it_is_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ImportError, match=r"pip install 'cnnlib\[scale\]'"),
        parallel.local_workers(),
    ):
        pass


def test_importing_the_module_imports_neither_dask_nor_keras():
    program = (
        "import sys, cnnlib; cnnlib.parallel; print({'dask', 'keras', 'jax'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n"


# ------------------------------------------------------------------------------ keras.distribution
def test_keras_on_virtual_devices_finds_the_same(client, data):
    pytest.importorskip("jax")
    (x, y), model = data, network()
    found = parallel.keras_gradients(model, x[:48], y[:48], devices=4)
    assert found.sizes == [12] * 4
    shared = parallel.gradients(client, model, x[:48], y[:48], parts=4)
    assert found.loss == pytest.approx(shared.loss, rel=1e-6)
    assert_close(found.gradients, shared.gradients)
    assert_close(found.gradients, gradient_of_the_batch(model, x[:48], y[:48]))


def test_keras_normalizes_over_the_whole_batch(data, rng):
    """The compiler sees one batch: its statistics are those of all shards together."""
    pytest.importorskip("jax")
    x = rng.normal(size=(12, 12, 12, 2)).astype(np.float32)
    x[:6] += 3  # the first device sees brighter images
    model = network(layers.BatchNormalization(), loss=losses.BinaryCrossentropy(from_logits=True))
    y = np.eye(3)[np.arange(12) % 3]
    found = parallel.keras_gradients(model, x, y, devices=2)
    models_own = model.forward(x, training=True)
    value, dy = model.loss.value_and_gradient(y, models_own)
    model.backward(dy)
    wanted = [layer.grads[name] for layer in model.layers for name in layer.trainable_names]
    assert found.loss == pytest.approx(value, rel=1e-5)
    for one, other in zip(found.gradients, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    ("loss", "y"),
    [
        (losses.BinaryCrossentropy(from_logits=True), [[1, 0], [0, 1]]),
        (losses.BinaryCrossentropy(label_smoothing=0.2), [[1, 0], [0, 1]]),
        (losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), [[1, 0], [0, 1]]),
        (losses.SparseCategoricalCrossentropy(from_logits=True), [1, 0]),
        (losses.SparseCategoricalCrossentropy(), [1, 0]),
        (losses.MeanSquaredError(), [[1, 0], [0, 1]]),
    ],
    ids=lambda value: value.name if isinstance(value, Loss) else "",
)
def test_every_loss_is_the_same_in_keras(monkeypatch, loss, y):
    monkeypatch.setenv("KERAS_BACKEND", "jax")  # where Keras is not imported yet
    pytest.importorskip("keras")
    from cnnlib.parallel.virtual import keras_loss

    y_pred, y = np.array([[0.3, 0.7], [0.4, 0.6]], np.float32), np.array(y, np.float32)
    assert float(keras_loss(loss)(y, y_pred)) == pytest.approx(loss(y, y_pred), rel=1e-5)


@pytest.mark.parametrize(
    ("devices", "message"),
    [(3, "`devices` must divide the number of samples, 50; got 3"), (0, "`devices` must be an")],
)
def test_devices_divide_the_batch(data, devices, message):
    with pytest.raises(ValueError, match=message):
        parallel.keras_gradients(network(), *data, devices=devices)


def test_a_failing_process_says_why(data, monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--no_such_flag=1")
    with pytest.raises(RuntimeError, match="Keras's process failed:\n"):
        parallel.keras_gradients(network(), *data, devices=2)
