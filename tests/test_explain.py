"""cnnlib.explain against slower and simpler ways to the same numbers."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest

from cnnlib import explain
from cnnlib.explain.heatmaps import resize
from cnnlib.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LeakyReLU,
    MaxPooling2D,
    Softmax,
    ZeroPadding2D,
)
from cnnlib.models import Sequential
from cnnlib.utils import set_random_seed

STEP = 1e-6


def model_of(*layers, shape=(7, 6, 2), seed=0, dtype="float64"):
    set_random_seed(seed)
    model = Sequential(layers, dtype=dtype)
    model.build((None, *shape))
    random = np.random.default_rng(seed)
    model.set_weights([w + 0.1 * random.random(w.shape) for w in model.get_weights()])
    return model


def images(model, count=2, seed=1):
    return np.random.default_rng(seed).normal(size=(count, *model.input_shape[1:]))


def everything():
    """A model with a layer of every kind, ending in three logits and a softmax."""
    return model_of(
        Conv2D(3, (3, 2), padding="same", activation="tanh"),
        BatchNormalization(),
        LeakyReLU(),
        MaxPooling2D(2),
        Dropout(0.5),
        ZeroPadding2D(1),
        Conv2D(2, 2, activation="sigmoid"),
        AveragePooling2D(2),
        Flatten(),
        Dense(3, activation="softmax"),
    )


def logits(model, x):
    """The scores, without cnnlib.explain: the same layers with the last activation left out."""
    for layer in model.layers[:-1]:
        x = layer(x)
    last = model.layers[-1]
    return x.reshape(-1, last.kernel.shape[0]) @ last.kernel + last.bias


def numeric(number, array):
    """The gradient of number() by an array that it reads, one entry after the other."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        before = array[index]
        array[index] = before + STEP
        up = number()
        array[index] = before - STEP
        gradient[index] = (up - number()) / (2 * STEP)
        array[index] = before
    return gradient


def check_gradient(gradient, number, array):
    """Compare a gradient with the slope of number() in random directions."""
    assert gradient.shape == array.shape
    random, before = np.random.default_rng(3), array.copy()
    for _ in range(3):
        direction = random.normal(size=array.shape)
        array[...] = before + STEP * direction
        up = number()
        array[...] = before - STEP * direction
        slope = (up - number()) / (2 * STEP)
        array[...] = before
        assert (gradient * direction).sum() == pytest.approx(slope, abs=1e-8)


def state(model):
    """All that a model and its layers remember."""
    layers = [(layer.params, layer.grads, layer._saved, layer.trainable) for layer in model.layers]
    return deepcopy((layers, vars(model.optimizer), model.history.history))


# ------------------------------------------------------------------------------------ two passes
def test_activations_are_the_outputs_of_the_layers():
    model = everything()
    x = images(model)
    maps = explain.activations(model, x)
    assert list(maps) == [layer.name for layer in model.layers]
    y = x
    for layer in model.layers:
        y = layer(y)
        np.testing.assert_array_equal(maps[layer.name], y)
    np.testing.assert_array_equal(maps[model.layers[-1].name], model.predict(x))


def test_activations_can_be_written_into():
    model = model_of(Flatten(), Dropout(0.5), Dense(1))
    x = images(model)
    maps = explain.activations(model, x)
    maps["flatten"][:] = 7
    assert not (maps["dropout"] == 7).any()
    assert not (x == 7).any()


@pytest.mark.parametrize("loss", ["sparse_categorical_crossentropy", "mse"])
def test_gradients_of_the_loss_are_those_of_finite_differences(loss):
    model = everything()
    model.compile(loss=loss)
    x = images(model)
    y = np.array([2, 0]) if loss != "mse" else np.ones((2, 3))
    found = explain.gradients(model, x, y)

    def number():
        return model.loss(y, model(x))

    check_gradient(found.input, number, x)
    for layer in model.layers:
        assert list(found.weights.get(layer.name, {})) == layer.trainable_names
        for name in layer.trainable_names:
            check_gradient(found.weights[layer.name][name], number, layer.params[name])


def test_gradients_by_every_output_are_those_of_finite_differences():
    model = everything()
    x = images(model)
    found = explain.gradients(model, x, class_index=[1, 2])
    maps = explain.activations(model, x)
    assert list(found.activations) == list(maps)
    for k, layer in enumerate(model.layers[:-1]):
        output = maps[layer.name]

        def number(rest=model.layers[k + 1 : -1], output=output):
            y = output
            for later in rest:
                y = later(y)
            last = model.layers[-1]
            return (y @ last.kernel + last.bias)[[0, 1], [1, 2]].sum()

        check_gradient(found.activations[layer.name], number, output)
    np.testing.assert_array_equal(found.activations["dense"], [[0, 1, 0], [0, 0, 1]])


def test_the_predicted_class_is_taken_if_none_is_given():
    model = everything()
    x = images(model, 4)
    predicted = model.predict(x).argmax(axis=1)
    found, same = explain.gradients(model, x), explain.gradients(model, x, class_index=predicted)
    np.testing.assert_array_equal(found.input, same.input)


ENDS = {
    "dense": [Dense(3, activation="softmax")],
    "softmax": [Dense(3), Softmax()],
    "activation": [Dense(3), Activation("softmax")],
    "sigmoid": [Dense(3, activation="sigmoid")],
    "none": [Dense(3)],
}


@pytest.mark.parametrize("end", ENDS)
def test_a_score_is_the_output_before_the_last_activation(end):
    model = model_of(Flatten(), *deepcopy(ENDS[end]))
    w = model.get_layer("dense").kernel
    x = images(model)
    found = explain.gradients(model, x, class_index=1)
    np.testing.assert_allclose(found.input, np.tile(w[:, 1], (2, 1)).reshape(x.shape))
    for layer in model.layers[1:]:
        np.testing.assert_array_equal(found.activations[layer.name], [[0, 1, 0]] * 2)


def test_a_single_output_has_two_classes():
    model = model_of(Flatten(), Dense(1, activation="sigmoid"))
    w, x = model.get_layer("dense").kernel, images(model, 6)
    for_one = explain.gradients(model, x, class_index=1).input
    np.testing.assert_allclose(for_one, np.tile(w[:, 0], (6, 1)).reshape(x.shape))
    np.testing.assert_array_equal(explain.gradients(model, x, class_index=0).input, -for_one)
    yes = model.predict(x)[:, 0] > 0.5
    assert 0 < yes.sum() < 6
    signs = np.where(yes, 1, -1)[:, None, None, None]
    np.testing.assert_array_equal(explain.gradients(model, x).input, signs * for_one)


def test_a_model_stays_as_it_was():
    model = everything()
    model.compile("adam", "sparse_categorical_crossentropy")
    x = images(model, 8)
    model.fit(x, np.arange(8) % 3, epochs=1, verbose=0)
    model.backward(np.ones_like(model.forward(x)))  # the layers hold gradients and saved arrays
    before, batch = state(model), x.copy()
    explain.activations(model, x)
    explain.gradients(model, x, np.arange(8) % 3)
    explain.saliency(model, x)
    explain.occlusion(model, x, patch_size=3)
    explain.grad_cam(model, x)
    explain.receptive_field(model)
    explain.ledger(model)
    np.testing.assert_equal(state(model), before)
    np.testing.assert_array_equal(x, batch)


# -------------------------------------------------------------------------------------- heat maps
def test_saliency_is_the_largest_slope_of_a_pixels_channels():
    model = everything()
    x = images(model)
    slopes = numeric(lambda: logits(model, x)[:, 2].sum(), x)
    found = explain.saliency(model, x, class_index=2)
    np.testing.assert_allclose(found, np.abs(slopes).max(axis=-1), atol=1e-8)


def test_occlusion_is_the_drop_of_the_score():
    model = everything()
    x = images(model)
    found = explain.occlusion(model, x, 1, patch_size=(3, 2), strides=(2, 3), fill=[0.5, -1.0])
    assert found.shape == (2, 3, 2)  # (7-3)//2 + 1, (6-2)//3 + 1
    for s, i, j in np.ndindex(found.shape):
        covered = x[s : s + 1].copy()
        covered[0, 2 * i : 2 * i + 3, 3 * j : 3 * j + 2] = [0.5, -1.0]
        drop = logits(model, x[s : s + 1])[0, 1] - logits(model, covered)[0, 1]
        assert found[s, i, j] == pytest.approx(drop)


def test_occlusion_asks_for_the_class_predicted_without_the_patch():
    model = model_of(Flatten(), Dense(2), shape=(1, 2, 1))
    model.set_weights([np.array([[9.0, 0.0], [0.0, 1.0]]), np.zeros(2)])
    found = explain.occlusion(model, np.ones((1, 1, 2, 1)), patch_size=1, strides=1)
    np.testing.assert_array_equal(found, [[[9, 0]]])


@pytest.mark.parametrize("end", [[Flatten()], [GlobalAveragePooling2D()]], ids=["dense", "gap"])
def test_grad_cam_is_its_formula(end):
    model = model_of(
        Conv2D(3, 3, activation="relu"),
        Conv2D(4, 2),
        *deepcopy(end),
        Dense(3, activation="softmax"),
    )
    x = images(model)
    maps = explain.activations(model, x)["conv2d_1"]

    def score():
        y = maps.reshape(2, -1) if isinstance(end[0], Flatten) else maps.mean(axis=(1, 2))
        return (y @ model.layers[-1].kernel)[:, 0].sum()

    weights = numeric(score, maps).mean(axis=(1, 2))
    heat = np.maximum(np.einsum("so,sijo->sij", weights, maps), 0)
    assert heat.max() > 0
    found = explain.grad_cam(model, x, 0)
    np.testing.assert_allclose(found, resize(heat, (7, 6)), atol=1e-8)
    assert found.shape == (2, 7, 6)
    assert found.min() >= 0


def test_grad_cam_takes_a_layer_or_its_name():
    model = model_of(Conv2D(3, 3, name="first"), MaxPooling2D(2, name="pool"), Flatten(), Dense(2))
    x = images(model)
    first = explain.grad_cam(model, x, 0)
    np.testing.assert_array_equal(first, explain.grad_cam(model, x, 0, layer="first"))
    np.testing.assert_array_equal(first, explain.grad_cam(model, x, 0, layer=model.layers[0]))
    assert not np.array_equal(first, explain.grad_cam(model, x, 0, layer="pool"))


def test_resize_puts_values_in_the_middle_of_their_pixels():
    ramp = np.arange(4.0)[None, :, None] + np.zeros((1, 4, 3))
    larger = resize(ramp, (8, 6))
    np.testing.assert_allclose(larger[0, :, 0], [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])
    np.testing.assert_allclose(larger[0, 3], 1.25)
    np.testing.assert_allclose(resize(larger, (8, 6)), larger)
    assert resize(ramp.astype(np.float32), (5, 5)).dtype == np.float32


# ------------------------------------------------------------------------------ receptive fields
STACKS = {
    "plain": [Conv2D(1, 3), MaxPooling2D(2), Conv2D(1, (2, 3))],
    "same": [Conv2D(1, (3, 4), 2, "same"), AveragePooling2D(2, padding="same"), Conv2D(1, 3)],
    "dilated": [Conv2D(1, (2, 3), dilation_rate=(3, 2)), Conv2D(1, 2, strides=(1, 2))],
    "padded": [ZeroPadding2D(((2, 1), (0, 3))), Conv2D(1, 3), BatchNormalization(), LeakyReLU()],
    "strided pool": [MaxPooling2D((3, 2), strides=(1, 2)), Conv2D(1, 1), Dense(1), Dropout(0.1)],
    "remainder": [MaxPooling2D(3), Conv2D(1, 2), MaxPooling2D(2)],
}


@pytest.mark.parametrize("stack", STACKS)
def test_a_unit_sees_exactly_its_receptive_field(stack):
    model = model_of(*deepcopy(STACKS[stack]), shape=(13, 12, 1))
    model.set_weights([abs(w) for w in model.get_weights()])  # a large number stays one
    x = np.repeat(0.1 * images(model, 1), 13 * 12 + 1, axis=0)
    for k, pixel in enumerate(np.ndindex(13, 12)):
        x[(k, *pixel)] = 40
    maps = explain.activations(model, x)
    for field in explain.receptive_field(model):
        y = maps[field.name]
        changed = ~np.isclose(y[:-1], y[-1:], atol=1e-9).all(axis=-1)
        for unit in np.ndindex(y.shape[1:3]):
            touched = changed[:, *unit].reshape(13, 12)
            expected = np.zeros_like(touched)
            expected[field.pixels(*unit)] = True
            np.testing.assert_array_equal(box_around(touched), expected)


def box_around(touched):
    """The smallest rectangle with all of it: a dilated kernel leaves pixels out in between."""
    box = np.zeros_like(touched)
    if touched.any():
        (top, left), (bottom, right) = (f(np.argwhere(touched), axis=0) for f in (np.min, np.max))
        box[top : bottom + 1, left : right + 1] = True
    return box


def test_the_field_of_an_inner_unit_has_its_full_size():
    model = model_of(*deepcopy(STACKS["same"]), shape=(40, 40, 1))
    field = explain.receptive_field(model)[-1]
    rows, cols = field.pixels(2, 2)
    assert (rows.stop - rows.start, cols.stop - cols.start) == field.size
    later = field.pixels(3, 3)
    assert (later[0].start - rows.start, later[1].start - cols.start) == field.jump


def test_after_flatten_a_unit_sees_everything():
    for end in (Flatten(), GlobalAveragePooling2D(), GlobalAveragePooling2D(keepdims=True)):
        model = model_of(Conv2D(1, 3), end, Dense(2))
        last = explain.receptive_field(model)[-1]
        assert last[1:] == (None, None, None)
        assert last.pixels(0, 0) == (slice(None), slice(None))
    assert explain.receptive_field(model_of(Dense(2), shape=(5,)))[0].size is None


# ----------------------------------------------------------------------------------------- ledger
def source_model():
    return Sequential(
        [
            Conv2D(32, (3, 3), activation="relu", input_shape=(64, 64, 3)),
            MaxPooling2D(pool_size=(2, 2)),
            Conv2D(64, (3, 3), activation="relu"),
            MaxPooling2D(pool_size=(2, 2)),
            Flatten(),
            Dense(128, activation="relu"),
            Dense(1, activation="sigmoid"),
        ]
    )


FACTS = [  # output, params, MACs, receptive field, jump
    ((62, 62, 32), 896, 3_321_216, (3, 3), (1, 1)),
    ((31, 31, 32), 0, 0, (4, 4), (2, 2)),
    ((29, 29, 64), 18_496, 15_501_312, (8, 8), (2, 2)),
    ((14, 14, 64), 0, 0, (10, 10), (4, 4)),
    ((12_544,), 0, 0, None, None),
    ((128,), 1_605_760, 1_605_632, None, None),
    ((1,), 129, 128, None, None),
]


def test_the_ledger_of_the_books_model():
    ledger = explain.ledger(source_model())
    found = [
        (row.output_shape[1:], row.params, row.macs, row.receptive_field, row.jump)
        for row in ledger
    ]
    assert found == FACTS
    assert [row.memory for row in ledger] == [4 * np.prod(fact[0]) for fact in FACTS]
    assert ledger.totals[:2] == (1_625_281, 20_428_288)
    assert ledger.totals.memory == sum(row.memory for row in ledger)
    convolutions = [ledger["conv2d"], ledger["conv2d_1"]]
    assert f"{sum(r.params for r in convolutions) / ledger.totals.params:.1%}" == "1.2%"
    assert f"{sum(r.macs for r in convolutions) / ledger.totals.macs:.1%}" == "92.1%"


def test_the_ledger_counts_the_multiplications_of_the_loops():
    model = model_of(
        Conv2D(3, (2, 3), (1, 2), "same"),
        Dense(4),
        GlobalAveragePooling2D(),
        Dense(5),
        shape=(5, 7, 2),
    )
    conv, per_pixel, _, dense = explain.ledger(model)
    assert conv.macs == 5 * 4 * 3 * (2 * 3 * 2)
    assert per_pixel.macs == 5 * 4 * (3 * 4)
    assert dense.macs == 4 * 5
    assert conv.memory == 5 * 4 * 3 * 8  # float64


def test_a_ledger_is_a_table():
    ledger = explain.ledger(source_model())
    text = str(ledger)
    assert repr(ledger) == text
    assert "20,428,288" in text.splitlines()[-1]
    assert len(set(map(len, text.splitlines()[2:9]))) == 1  # in columns
    html = ledger._repr_html_()
    assert html.count("<tr>") == 9
    assert "62×62×32" in html
    assert len(ledger) == 7
    assert ledger[-1].name == "dense_1"
    assert ledger["flatten"].layer == "Flatten"
    with pytest.raises(KeyError, match="A layer is one of conv2d"):
        ledger["conv"]


# ----------------------------------------------------------------------------------------- errors
@pytest.mark.parametrize("name", ["activations", "gradients", "saliency", "occlusion", "grad_cam"])
def test_a_model_must_be_built_and_get_a_batch(name):
    function = getattr(explain, name)
    with pytest.raises(ValueError, match="must be built"):
        function(Sequential([Flatten(), Dense(1)]), np.zeros((1, 8, 8, 1)))
    model = model_of(Conv2D(2, 3), Flatten(), Dense(3), shape=(8, 8, 1))
    with pytest.raises(ValueError, match=r"shape \(s, 8, 8, 1\); got \(8, 8, 1\).*x\[None\]"):
        function(model, np.zeros((8, 8, 1)))
    with pytest.raises(ValueError, match=r"got \(2, 8, 9, 1\)\.$"):
        function(model, np.zeros((2, 8, 9, 1)))
    with pytest.raises(ValueError, match="got"):
        function(model, np.zeros((0, 8, 8, 1)))
    with pytest.raises(TypeError, match="real numbers"):
        function(model, np.full((1, 8, 8, 1), "a"))
    with pytest.raises(TypeError, match="must be a Sequential; got str"):
        function("model", np.zeros((1, 8, 8, 1)))
    with pytest.raises(ValueError, match="`x` must be an array; NumPy says"):
        function(model, [[1], [1, 2]])
    for number in (np.nan, np.inf):  # a saliency of NaN would be 0 behind a ReLU
        with pytest.raises(ValueError, match="`x` must be finite as float64"):
            function(model, np.full((1, 8, 8, 1), number))


@pytest.mark.parametrize("name", ["receptive_field", "ledger"])
def test_costs_need_a_built_model(name):
    with pytest.raises(ValueError, match="must be built"):
        getattr(explain, name)(Sequential([Dense(1)]))
    with pytest.raises(TypeError, match="must be a Sequential; got NoneType"):
        getattr(explain, name)(None)


@pytest.mark.parametrize("index", [3, -1, 1.0, "1", [0, 1], True, [[0]]])
def test_a_class_index_must_be_one_of_the_classes(index):
    model = model_of(Flatten(), Dense(3))
    with pytest.raises(ValueError, match="`class_index` must be"):
        explain.saliency(model, images(model, 1), index)
    one = model_of(Flatten(), Dense(1, activation="sigmoid"))
    with pytest.raises(ValueError, match="from 0 to 1; got 2"):
        explain.saliency(one, images(one, 1), 2)


def test_a_loss_needs_a_compiled_model_and_no_class():
    model = model_of(Flatten(), Dense(3))
    x = images(model)
    with pytest.raises(RuntimeError, match="compile"):
        explain.gradients(model, x, [0, 1])
    with pytest.raises(ValueError, match="not both"):
        explain.gradients(model, x, [0, 1], class_index=1)
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="y_true"):
        explain.gradients(model, x, np.zeros((5, 3)))


def test_maps_need_images_and_scores_need_classes():
    flat = model_of(Dense(3), shape=(4,))
    with pytest.raises(ValueError, match="must take images"):
        explain.saliency(flat, np.zeros((1, 4)))
    assert explain.gradients(flat, np.zeros((1, 4))).input.shape == (1, 4)
    maps = model_of(Conv2D(2, 3))
    with pytest.raises(ValueError, match="one output per class"):
        explain.saliency(maps, images(maps))


def test_grad_cam_names_what_it_needs():
    model = model_of(Flatten(), Dense(3))
    with pytest.raises(ValueError, match="needs a Conv2D"):
        explain.grad_cam(model, images(model))
    model = model_of(Conv2D(2, 3), Flatten(), Dense(3))
    x = images(model)
    with pytest.raises(ValueError, match="must be one of conv2d, flatten, dense; got 'conv'"):
        explain.grad_cam(model, x, layer="conv")
    with pytest.raises(ValueError, match="must put out feature maps"):
        explain.grad_cam(model, x, layer="flatten")
    with pytest.raises(ValueError, match="must be a layer of the model"):
        explain.grad_cam(model, x, layer=Conv2D(2, 3))


def test_a_patch_must_fit():
    model = model_of(Flatten(), Dense(3))
    x = images(model)
    with pytest.raises(ValueError, match="`patch_size` must fit"):
        explain.occlusion(model, x)  # 8 x 8 on 7 x 6
    for fill in ([1, 2, 3], None, "a", np.nan):
        with pytest.raises(ValueError, match="`fill` must be a finite number, or one for each of"):
            explain.occlusion(model, x, patch_size=2, fill=fill)
