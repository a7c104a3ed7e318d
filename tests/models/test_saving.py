"""save and load: every bit comes back, and what is not a model says so."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from cnnlib import Sequential, initializers, layers, load_model, losses, optimizers, utils
from tests.models.test_sequential import every_layer


def classifier(optimizer="adam"):
    model = Sequential(
        [
            layers.Conv2D(3, 2, activation="relu", input_shape=(5, 4, 2)),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture
def data(rng):
    return rng.standard_normal((12, 5, 4, 2)).astype(np.float32), np.arange(12) % 2


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def assert_same(first, second):
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def test_a_model_with_every_layer_comes_back_bit_by_bit(path, rng):
    model = every_layer()
    model.layers[1].params["bias"][:2] = [np.nan, -0.0]
    model.save(path)
    again = load_model(str(path))
    assert again.get_config() == model.get_config()
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        assert a.tobytes() == b.tobytes()
    model.layers[1].params["bias"][:2] = again.layers[1].params["bias"][:2] = 1
    x = rng.standard_normal((2, 9, 8, 2))
    np.testing.assert_array_equal(again(x), model(x))
    assert again(x).dtype == np.float64


@pytest.mark.parametrize(
    "make",
    [
        lambda: optimizers.Adam(0.01),
        lambda: optimizers.AdamW(0.01),
        lambda: optimizers.RMSprop(0.01),
        lambda: optimizers.SGD(0.01, momentum=0.9, nesterov=True),
        lambda: optimizers.SGD(0.01),
    ],
)
def test_training_goes_on_as_if_nothing_had_happened(path, data, make):
    model = classifier(make())
    model.fit(*data, epochs=3, batch_size=5, verbose=0)
    model.save(path)
    again = load_model(path)
    assert again.optimizer.iterations == model.optimizer.iterations == 9
    histories = []
    for one in (model, again):
        utils.set_random_seed(9)
        histories.append(one.fit(*data, epochs=3, batch_size=5, verbose=0).history)
    assert histories[0] == histories[1]
    assert_same(model, again)


def test_a_model_that_was_never_trained_or_never_compiled(path, data):
    model = classifier()
    model.save(path)
    again = load_model(path)
    again.fit(*data, verbose=0)
    plain = Sequential([layers.Dense(2, input_shape=(3,))])
    plain.save(path)
    again = load_model(path)
    assert_same(plain, again)
    with pytest.raises(RuntimeError, match="needs a compiled model"):
        again.evaluate(np.ones((1, 3)), np.ones((1, 2)))


def test_arguments_of_layers_losses_and_initializers_come_back(path):
    model = Sequential(
        [
            layers.Dense(2, kernel_initializer=initializers.Constant(0.5), input_shape=(3,)),
            layers.Dropout(0.25, seed=4, name="drop"),
        ],
        name="mine",
    )
    model.layers[0].trainable = False
    loss = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    model.compile(optimizers.SGD(0.5, momentum=0.25, weight_decay=0.125), loss, ["acc"])
    model.save(path)
    again = load_model(path)
    assert again.name == "mine"
    assert again.layers[0].kernel_initializer.value == 0.5
    assert again.layers[0].trainable is False
    assert (again.layers[1].rate, again.layers[1].seed) == (0.25, 4)
    assert again.optimizer.get_config() == model.optimizer.get_config()
    assert vars(again.loss) == vars(loss)
    assert again.metric_names == ["acc"]


def test_code_of_ones_own_is_not_saved(path, data):
    model = classifier()
    model.compile("adam", "sparse_categorical_crossentropy", [lambda t, p: np.ones(len(p))])
    model.fit(*data, verbose=0)
    model.save(path)
    again = load_model(path)
    assert_same(model, again)
    assert again.optimizer is None


class Double(layers.Layer):
    """A layer that cnnlib does not know."""

    def compute_output_shape(self, input_shape):
        return input_shape

    def _forward(self, x, training):
        return x + x, ()

    def _backward(self, dy, saved, input_gradient):
        return dy + dy


def test_a_layer_of_ones_own(path):
    Sequential([layers.Dense(2, input_shape=(3,)), Double()]).save(path)
    with pytest.raises(ValueError, match="no layer class 'Double': name it in `custom_objects`"):
        load_model(path)
    again = load_model(path, custom_objects={"Double": Double})
    assert isinstance(again.layers[1], Double)


# ----------------------------------------------------------------- layers changed after training
def test_frozen_after_training(path, data):
    model = classifier()
    model.fit(*data, verbose=0)
    model.layers[0].trainable = False
    model.save(path)
    again = load_model(path)
    assert_same(model, again)
    again.fit(*data, verbose=0)


def test_layers_exchanged_after_training(path, data):
    model = classifier()
    model.fit(*data, verbose=0)
    model.pop()
    model.add(layers.Dense(5, activation="softmax"))
    model.save(path)
    assert_same(model, load_model(path))


@pytest.mark.parametrize("compiled", [True, False])
def test_a_layer_called_optimizer(path, data, compiled):
    model = Sequential([layers.Flatten(input_shape=(5, 4, 2)), layers.Dense(2, name="optimizer")])
    if compiled:
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(*data, verbose=0)
    model.save(path)
    assert_same(model, load_model(path))


# -------------------------------------------------------------------------------------- the file
def test_the_file_is_plain_safetensors_with_readable_text(path):
    classifier().save(path)
    with safe_open(path, framework="numpy") as file:
        names, text = set(file.keys()), file.metadata()["cnnlib"]
    assert {"conv2d/kernel", "dense/bias", "batch_normalization/moving_mean"} <= names
    config = json.loads(text)
    assert config["format"] == 1
    assert [item["class_name"] for item in config["model"]["layers"]][:2] == [
        "Conv2D",
        "BatchNormalization",
    ]


def test_saving_replaces_the_file_unless_told_not_to(path):
    first, second = classifier(), classifier()
    first.save(path)
    with pytest.raises(FileExistsError, match=r"`filepath` must be free when `overwrite` is False"):
        second.save(path, overwrite=False)
    assert_same(load_model(path), first)
    second.save(path)
    assert_same(load_model(path), second)
    assert [p.name for p in path.parent.iterdir()] == [path.name], "no other file is left behind"


def test_a_save_that_fails_leaves_the_old_file(path, monkeypatch):
    first = classifier()
    first.save(path)

    def full_disk(arrays, filename, metadata):
        filename.write_bytes(b"half of the")
        raise OSError("No space left on device")

    monkeypatch.setattr("cnnlib.models.saving.save_file", full_disk)
    with pytest.raises(OSError, match="No space left"):
        classifier().save(path)
    assert_same(load_model(path), first)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_what_cannot_be_saved_leaves_the_old_file(path):
    first = classifier()
    first.save(path)

    class Half(initializers.Initializer):
        def __call__(self, shape, dtype=np.float32):
            return np.full(shape, 0.5, dtype)

    model = Sequential([layers.Dense(2, kernel_initializer=Half(), input_shape=(3,))])
    with pytest.raises(ValueError, match="Only cnnlib's own initializers can be saved"):
        model.save(path)
    with pytest.raises(ValueError, match=r"save\(\) needs a built model"):
        Sequential([layers.Dense(2)]).save(path)
    assert_same(load_model(path), first)


def test_saving_into_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        classifier().save(tmp_path / "nowhere" / "model.safetensors")


# ------------------------------------------------------------------------------ what is no model
def test_there_is_no_file(path, tmp_path):
    for missing in (path, tmp_path):
        with pytest.raises(FileNotFoundError, match="There is no model file"):
            load_model(missing)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 100, b"{}" * 50, b"\xff" * 9])
def test_a_file_that_is_something_else(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is not a whole safetensors file"):
        load_model(path)


def test_a_truncated_file(path):
    classifier().save(path)
    whole = path.read_bytes()
    for length in (1, 7, 8, 50, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="is not a whole safetensors file"):
            load_model(path)


def test_a_safetensors_file_of_somebody_else(path):
    save_file({"weight": np.ones(3)}, path)
    with pytest.raises(ValueError, match="is a safetensors file, but no model of cnnlib"):
        load_model(path)
    save_file({"weight": np.ones(3)}, path, metadata={"format": "pt"})
    with pytest.raises(ValueError, match="is a safetensors file, but no model of cnnlib"):
        load_model(path)


def rewrite(path, change):
    """Read a saved model's file, change its arrays and configuration, write it again."""
    with safe_open(path, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        config = json.loads(file.metadata()["cnnlib"])
    text = change(arrays, config)
    text = text if isinstance(text, str) else json.dumps(config)
    save_file(arrays, path, metadata={"cnnlib": text})


def widen(arrays):
    arrays["dense/bias"] = np.ones(7, np.float32)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays, config: arrays.pop("dense/bias"), "too many: dense/bias"),
        (lambda arrays, config: arrays.update(more=np.ones(1)), "missing or too many: more"),
        (lambda arrays, config: widen(arrays), r"dense/bias has shape \(7,\), not \(2,\)"),
        (lambda arrays, config: config.update(format=2), "its format is 2, this cnnlib reads 1"),
        (lambda arrays, config: config.pop("model"), "does not hold a whole model"),
        (lambda arrays, config: config.update(model=3), "does not hold a whole model"),
        (lambda arrays, config: config["model"].update(layers=[3]), "does not hold a whole model"),
        (
            lambda arrays, config: config["model"]["layers"][0].update(class_name="Conv3D"),
            "no layer class 'Conv3D'",
        ),
        (
            lambda arrays, config: config["model"]["layers"][0]["config"].update(filters=0),
            "`filters` must be an integer of 1 or more; got 0",
        ),
        (lambda arrays, config: config["compile"].update(loss="x"), "`loss` must be one of"),
        (lambda arrays, config: "not json", "does not hold a whole model"),
        (lambda arrays, config: "[]", "does not hold a whole model"),
        (lambda arrays, config: "null", "does not hold a whole model"),
    ],
)
def test_a_file_that_is_not_whole(path, change, message):
    classifier().save(path)
    rewrite(path, change)
    with pytest.raises(ValueError, match=message) as caught:
        load_model(path)
    assert str(path) in str(caught.value)
