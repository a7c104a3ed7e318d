"""The museum: every case fails its own test, and its cure passes it; whatever the seed."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import clinic
from cnnlib.clinic import BACKWARD_TESTS, CASES, CURES, TESTS, TRAINING_TESTS, Backward, Recipe

NAMES = list(CASES)
TRAINING = [name for name in NAMES if isinstance(CASES[name].broken, Recipe)]


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize("name", NAMES)
def test_its_test_catches_the_case_and_its_cure_helps(name, seed):
    case = clinic.case(name)
    before, after = (case.test(one.changed(seed=seed)) for one in (case.broken, case.cured))
    assert not before, before
    assert after, after
    assert any(letter.isdigit() for letter in before.text + after.text)


def test_there_are_enough_cases_of_both_kinds():
    assert len(TRAINING) == 15
    assert len(NAMES) - len(TRAINING) == 4


@pytest.mark.parametrize("name", NAMES)
def test_a_case_says_what_is_seen_but_not_what_it_is(name):
    case = CASES[name]
    for text in (case.title, case.symptom, case.diagnosis, case.cure.words, case.test.question):
        assert text == text.strip()
        assert "  " not in text
    assert case.symptom.endswith((".", "?"))
    assert case.diagnosis.endswith((".", "?"))
    assert case.title not in case.diagnosis
    assert case.name == name
    assert TESTS[case.test.name] is case.test
    assert CURES[case.cure.name] is case.cure


@pytest.mark.parametrize("name", TRAINING)
def test_a_broken_recipe_has_one_fault(name):
    case = CASES[name]
    changed = {
        key for key, value in case.broken.settings.items() if case.cured.settings[key] != value
    }
    assert changed <= set(case.cure.settings)
    assert changed


def test_every_cure_and_every_question_is_needed():
    used = {case.cure.name for case in CASES.values()}
    assert set(CURES) - used == set()
    asked = {case.test.name for case in CASES.values()}
    assert set(TESTS) - asked == {"overfit", "sum_check"}  # these are asked, too, and say less


def test_a_healthy_network_passes_every_test():
    for name, test in TRAINING_TESTS.items():
        assert test(Recipe()), name


def test_the_sum_does_not_see_the_missing_flip():
    flip = clinic.case("missing-flip")
    for seed in range(10):
        broken = flip.broken.changed(seed=seed)
        assert BACKWARD_TESTS["sum_check"](broken)
        assert not BACKWARD_TESTS["array_check"](broken)


def test_one_symptom_three_diagnoses():
    stuck = [CASES[name] for name in ("dead-relus", "zero-weights", "vanishing-gradients")]
    for case in stuck:
        curve = clinic.trained(case.broken).curve
        assert all(2.2 < entry["loss"] < 2.4 for entry in curve)
        assert curve[-1]["held_accuracy"] < 0.2
    assert len({case.test.name for case in stuck}) == 3


def test_numbers_that_symptoms_and_diagnoses_name():
    course = lambda name: clinic.trained(CASES[name].broken).curve  # noqa: E731
    assert course("unscaled-input")[0]["loss"] == pytest.approx(15.6, abs=0.05)
    assert course("unscaled-input")[-1]["loss"] == pytest.approx(14.5, abs=0.05)
    assert course("rate-too-low")[0]["loss"] - course("rate-too-low")[-1]["loss"] < 0.03
    assert course("exploding-activations")[0]["loss"] > 12
    assert 0.24 < course("sigmoid-argmax")[-1]["loss"] < 0.28
    assert 0.49 < course("sigmoid-argmax")[-1]["held_accuracy"] < 0.51
    assert course("leaked-split")[-1]["held_accuracy"] == 0.98
    assert 0.85 < clinic.trained(CASES["leaked-split"].cured).accuracy < 0.87
    assert course("label-order")[-1]["accuracy"] > 0.91
    assert course("label-order")[-1]["held_accuracy"] < 0.11
    assert min(entry["loss"] for entry in course("softmax-of-one")) > 6
    waves = clinic.Patient(CASES["sorted-batches"].broken)
    batches = [waves.teach()[0] for _ in range(30)]
    assert min(batches) < 0.05
    assert sum(loss > 5 for loss in batches) >= 2
    assert min(entry["loss"] for entry in course("sorted-batches")) > 1.6


@pytest.mark.parametrize("seed", range(3))
def test_a_single_step_moves_the_network_of_unscaled_pixels(seed):
    patient = clinic.Patient(CASES["unscaled-input"].broken.changed(seed=seed))
    sizes = []
    for _ in range(clinic.patient.STEPS):
        before = np.concatenate([weight.ravel() for weight in patient.model.get_weights()])
        patient.teach()
        after = np.concatenate([weight.ravel() for weight in patient.model.get_weights()])
        sizes.append(np.linalg.norm(after - before) / np.linalg.norm(before))
    (moved,) = np.flatnonzero(sizes)
    assert moved < 2
    assert 0.7 < sizes[moved] < 1


def test_an_unknown_case_is_named():
    for name in ("flu", ["flu"]):
        with pytest.raises(ValueError, match=r"`name` must be one of unscaled-input, .*'flu'"):
            clinic.case(name)


@pytest.mark.parametrize("subject", [None, CASES["missing-flip"], CASES["dead-relus"].broken])
def test_tests_and_cures_are_for_their_own_kind(subject):
    with pytest.raises(TypeError, match=r"'finite' must be given a Backward; got \w+\."):
        TESTS["finite"](subject)
    with pytest.raises(TypeError, match=r"'turn' must be given what has a setting `version`; got"):
        CURES["turn"](subject)


def test_a_backward_pass_takes_versions_of_its_own_operation():
    with pytest.raises(
        ValueError, match=r"must be one of 'gather' 'upright', .*; got 'gather' 'set'"
    ):
        Backward("gather", "set")
    for operation in ("sort", ["relu"]):
        with pytest.raises(ValueError, match=r"got .* 'set'"):
            Backward(operation, "set")
    with pytest.raises(ValueError, match=r"`seed` must be a whole number; got 1\.5"):
        Backward("relu", "by input", seed=1.5)
    assert Backward("relu", "by input").changed(seed=4).seed == 4
