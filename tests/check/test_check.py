"""Every exercise: its solution passes, and each typical mistake gets its own hint."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cnnlib import check
from cnnlib.check._exercise import Exercise, Function, Judged
from tests.built import CHAPTERS

EXERCISES = {
    name: value for name in check.__all__ if isinstance(value := getattr(check, name), Exercise)
}
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{name}-{k}")
    for name, exercise in EXERCISES.items()
    for k, mistake in enumerate(exercise.mistakes)
]
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


def test_every_exercise_is_in_the_book_and_the_other_way_round():
    asked = {name for path in CHAPTERS for name in CHECKED.findall(path.read_text("utf-8"))}
    assert asked == set(EXERCISES)
