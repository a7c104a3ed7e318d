"""A patient: its data, its weights to begin with, its steps, against the library's own."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import _random, datasets, optimizers
from cnnlib.clinic import CASES, TRAINING_TESTS, Patient, Recipe
from cnnlib.clinic.patient import BATCH, order, trained


def test_an_order_is_an_order():
    one = order(3, 0, 101)
    assert sorted(one) == list(range(101))
    assert not (one == order(3, 1, 101)).all()


@pytest.mark.parametrize("name", ["network", "outputs", "start", "held_out", "answer", "mode"])
def test_a_setting_that_does_not_exist_is_named(name):
    with pytest.raises(ValueError, match=f"`{name}` must be one of .*; got 'none'"):
        Recipe(**{name: "none"})


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("rate", np.nan, "a number from -1e\\+09 to 1e\\+09"),
        ("bias", "0", "a number from -1e\\+09 to 1e\\+09"),
        ("samples", 0, "a whole number from 20 to 1438"),
        ("samples", 10**6, "a whole number from 20 to 1438"),
        ("seed", 1.5, "a whole number from 0 to 999999"),
        ("outputs", True, "one of 10, 1"),
        ("network", ["plain"], "one of 'plain', 'dropout', 'deep'"),
        ("network", np.array(["plain", "deep"]), "one of 'plain', 'dropout', 'deep'"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name, value, rule):
    with pytest.raises(ValueError, match=f"`{name}` must be {rule}; got "):
        Recipe(**{name: value})


def test_a_patient_draws_nothing_from_the_common_generator():
    before = _random.generator().bit_generator.state
    Patient(Recipe(network="dropout")).teach()
    assert _random.generator().bit_generator.state == before


@pytest.mark.parametrize("make", [Patient, trained])
@pytest.mark.parametrize("recipe", [None, CASES["missing-flip"]])
def test_a_patient_follows_a_recipe(make, recipe):
    with pytest.raises(TypeError, match=r"`recipe` must be a Recipe; got (NoneType|Case)\."):
        make(recipe)


def test_steps_are_those_of_the_sgd_of_the_library():
    patient = Patient(Recipe(seed=5))
    model = Recipe().build()
    model.set_weights(patient.model.get_weights())
    model.compile(optimizers.SGD(0.2), "sparse_categorical_crossentropy")
    for step in range(20):
        batch = patient.samples(step)
        theirs = model.train_on_batch(patient.images[batch], patient.targets[batch])
        assert patient.teach()[0] == pytest.approx(theirs, rel=1e-4)
    for ours, theirs in zip(patient.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_a_summed_gradient_is_that_of_the_mean_times_the_batch():
    one, other = Patient(Recipe(reduction="sum", rate=0.01)), Patient(Recipe(rate=0.01 * BATCH))
    for _ in range(3):
        one.teach()
        other.teach()
    for a, b in zip(one.model.get_weights(), other.model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_how_weights_begin():
    for start, least, most in (("glorot", 0.05, 0.2), ("he", 0.1, 0.3), ("large", 0.9, 1.1)):
        kernel = Patient(Recipe(start=start)).model.get_weights()[2]  # 128 x 32
        assert least < kernel.std() < most, start
    small = Patient(Recipe(start="small")).model.get_weights()[2]
    assert small.std() == pytest.approx(0.01, rel=0.05)
    weights = Patient(Recipe(start="zeros", bias=-4.0)).model.get_weights()
    assert [set(w.ravel().tolist()) for w in weights] == [{0}, {-4}, {0}, {-4}, {0}, {0}]


def test_what_a_recipe_does_to_the_data():
    (x, y), (held_x, held_y) = datasets.digits()
    plain = Patient(Recipe())
    np.testing.assert_array_equal(plain.images, x)
    np.testing.assert_array_equal(plain.held_images, held_x)
    assert Patient(Recipe(scale=255.0)).images.max() == 255
    others = Patient(Recipe(labels="others"))
    assert sorted(others.targets) == sorted(y)
    assert (others.targets == y).mean() < 0.2
    by_class = Patient(Recipe(order="by class"))
    assert (np.diff(by_class.targets) >= 0).all()
    assert set(by_class.targets[by_class.samples(0)]) == {0}
    copies = Patient(Recipe(samples=100, held_out="copies"))
    np.testing.assert_array_equal(copies.held_images, x[:100])
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    as_text = np.array([sorted(words).index(word) for word in words])
    np.testing.assert_array_equal(Patient(Recipe(names="as text")).held_targets, as_text[held_y])
    yes = Patient(Recipe(outputs=1, last="sigmoid"))
    np.testing.assert_array_equal(yes.targets, y >= 5)


def test_a_course_is_written_down():
    patient = trained(Recipe())
    assert [entry["step"] for entry in patient.curve] == list(range(0, 201, 10))
    assert patient.curve[-1]["held_accuracy"] == patient.accuracy > 0.9
    assert trained(Recipe()) is patient
    assert Patient(Recipe()).train(20).curve[-1]["step"] == 20


def test_dropout_is_the_same_in_the_same_time():
    patient = trained(Recipe(network="dropout", mode="training"))
    np.testing.assert_array_equal(patient.outputs(3), patient.outputs(3))
    assert (patient.outputs(3) != patient.outputs(4)).any()


def test_few_digits_are_asked_once_each_for_their_like():
    finding = TRAINING_TESTS["labels"](Recipe(samples=50))
    assert "of 50 images" in finding.text
    assert 20 < finding.numbers["same"] < 50
