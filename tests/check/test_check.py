"""Every exercise: its solution passes, and each typical mistake gets its own hint."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cnnlib import check
from cnnlib.check import shortcut
from cnnlib.check._exercise import Exercise, Function, Judged, Value
from cnnlib.layers import Dense
from cnnlib.models import Sequential
from tests.built import CHAPTERS

EXERCISES = {
    name: value for name in check.__all__ if isinstance(value := getattr(check, name), Exercise)
}
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{name}-{k}")
    for name, exercise in EXERCISES.items()
    for k, mistake in enumerate(exercise.mistakes)
]
ROUNDED = [n for n, e in EXERCISES.items() if isinstance(e, Value) and not e.exact]
CHECKED = re.compile(r"\bcheck\.([a-z]\w*)\(")


def example(exercise, answer):
    """An answer to try: a judged exercise has a function that makes it."""
    return answer() if isinstance(exercise, Judged) else answer


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_passes(name, capsys):
    exercise = EXERCISES[name]
    assert exercise.name == name
    verdict = exercise(example(exercise, exercise.right))
    assert verdict.passed is True, verdict.text
    assert capsys.readouterr().out.startswith("✅ ")


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_a_typical_mistake_gets_its_own_hint(exercise, mistake):
    verdict = exercise(example(exercise, mistake.answer))
    assert verdict.passed is False, verdict.text
    assert verdict.text.startswith("❌ ")
    assert verdict.text.endswith(f"Hint: {mistake.hint}")


def rounded(answer):
    """An answer whose numbers have three digits, where they are not whole."""
    if isinstance(answer, dict):
        return {key: rounded(part) for key, part in answer.items()}
    if isinstance(answer, (tuple, list)):
        return [rounded(part) for part in answer]
    if isinstance(answer, np.ndarray):
        return np.reshape([rounded(number) for number in answer.flat], answer.shape)
    return answer if answer == round(answer) else float(f"{answer:.3g}")


@pytest.mark.parametrize("name", ROUNDED)
def test_three_digits_are_enough(name):
    assert EXERCISES[name](rounded(EXERCISES[name].right)).passed is True


@pytest.mark.parametrize("name", ROUNDED)
def test_a_rounded_mistake_is_still_a_mistake(name):
    for mistake in EXERCISES[name].mistakes:
        verdict = EXERCISES[name](rounded(mistake.answer))
        assert verdict.passed is False
        assert verdict.text.endswith(f"Hint: {mistake.hint}")


@pytest.mark.parametrize("name", EXERCISES)
def test_each_exercise_knows_several_mistakes(name):
    hints = {mistake.hint for mistake in EXERCISES[name].mistakes}
    assert len(hints) >= 3


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("nothing", [..., None], ids=["dots", "None"])
def test_an_answer_that_is_not_there_is_no_mistake(name, nothing):
    verdict = EXERCISES[name](nothing)
    assert verdict.passed is None
    assert not verdict
    assert verdict.text.startswith("✏️ ")


@pytest.mark.parametrize("name", [n for n, e in EXERCISES.items() if isinstance(e, Function)])
def test_a_function_is_asked_for(name):
    exercise = EXERCISES[name]
    assert exercise(lambda *arguments: None).passed is None
    assert "a function was expected" in exercise(np.zeros((2, 3))).text
    constant = exercise(lambda *arguments: "?")
    assert constant.passed is False
    failing = exercise(lambda *arguments: arguments[99])
    assert "IndexError" in failing.text


@pytest.mark.parametrize(
    ("name", "answer", "text"),
    [
        ("revealing_test", lambda dy, w, *rest: (dy * np.nan, w, *rest), "dx is not finite"),
        ("revealing_test", lambda dy, w, *rest: (dy + 0j, w, *rest), "real numbers; got dtype"),
        ("revealing_test", lambda dy, w, shape, t: (dy, w, shape, (t, t)), "do not fit: 'tuple'"),
        ("shortcut_found", lambda *given: given[:2], "a class, a row and a column were expected"),
        ("shortcut_found", lambda *given: ("circles", 3, np.nan), "('circles', 3, nan) came"),
        ("five_bugs", lambda *names: dict.fromkeys(names, np.ones(2)), "is not on the list"),
        ("close_gap", lambda *names: {"shift": np.ones(2)}, "each setting must be a number or"),
        ("close_gap", lambda *names: {"shift": 1, "seed": 2}, "a dictionary of settings was"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_what_is_asked_for(name, answer, text):
    exercise = EXERCISES[name]
    assert text in exercise(answer(*exercise.right())).text


def test_a_network_to_look_at_is_ones_own(monkeypatch):
    model, x = Sequential([Dense(1, input_shape=(2,))]), np.ones((3, 2))
    monkeypatch.setattr(shortcut, "_suspicious", lambda: (model, x, x))
    mine, images, _ = shortcut.suspicious_network()
    mine.set_weights([np.full((2, 1), 7), np.zeros(1)])
    images[:] = 7
    assert not (model.get_weights()[0] == 7).any()
    assert (x == 1).all()


def test_a_class_may_be_written_in_capitals():
    assert check.shortcut_found(("Triangle", 27, 15))


def test_every_exercise_is_in_the_book_and_the_other_way_round():
    asked = {name for path in CHAPTERS for name in CHECKED.findall(path.read_text("utf-8"))}
    assert asked == set(EXERCISES)
