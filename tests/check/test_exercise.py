"""What a check says to an answer: right, wrong and where, or not there yet."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib.check._compare import difference, written
from cnnlib.check._exercise import Failed, Function, Judged, Mistake, Value

X = np.arange(12.0).reshape(3, 4)


def rows(x, step):
    """Every step-th row."""
    return x[::step]


@pytest.fixture
def exercise():
    every = Mistake(lambda x, step: x, "The step is ignored.")
    columns = Mistake(lambda x, step: x[:, ::step], "Those are columns: rows come first.")
    return Function("rows", rows, [(X, 1), (X, 2)], "Slice the first axis.", [every, columns])


@pytest.mark.parametrize(
    ("came", "right", "text"),
    [
        ([1, 2, 4], [1, 2, 3], "at [2] 3 was expected, 4 came (1 of 3 differ)"),
        (X.T, X, "the shape (3, 4) was expected; (4, 3) came"),
        ([[1], [1, 2]], X, "rows of different lengths came"),
        (-X, X, "at [0, 1] 1 was expected, -1 came (11 of 12 differ)"),
        (X * np.nan, X, "at [0, 0] 0 was expected, nan came"),
        ("12", 12, "a number was expected; '12' came"),
        (864, 896, "864 is too small"),
        (1000, 896, "1000 is too large"),
        (np.nan, 896, "nan came"),
        (False, True, "False came"),
        (1_511_522_304, 1_511_522_305, "too small"),  # one weight of 1.5 billion
        (1.0002, 1.0, "too large"),
        ("left", "right", "'left' came"),
        (X, "right", "an array of shape (3, 4) came"),
        ((X, X), (X, 2 * X), "result 1: at [0, 1]"),
        ((X,), (X, X), "2 results were expected, in this order; 1 of them came"),
        (X, (X, X[0]), "an array of shape (3, 4) came"),
        ({"a": 1}, {"a": 1, "b": 2}, "the keys ['a', 'b'] was expected; keys ['a'] came"),
        ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "at 'b': 3 is too large"),
        (3, {"a": 1}, "a dictionary with the keys ['a'] was expected; 3 came"),
    ],
)
def test_a_difference_is_found_and_named(came, right, text):
    assert text in difference(came, right)


@pytest.mark.parametrize(
    ("came", "right"),
    [
        (896, 896), (896.0, 896), (np.int64(896), 896), (np.float32(0.1), 0.1),
        ([0, 1.0], np.array([0, 1])), (X.astype("float32") / 3, X / 3),
        ((31, 31, 32), [31, 31, 32]),
        (np.inf, np.inf), ([np.nan, 1], [np.nan, 1]), ("same", "same"),
        ([X, X], (X, X)), ({"a": X}, {"a": X.copy()}), (True, True),
    ],
)  # fmt: skip
def test_what_is_equal_is_equal(came, right):
    assert difference(came, right) is None


def test_numbers_are_written_briefly():
    assert [written(v) for v in (3, 3.0, 1 / 3, True, X)] == [
        "3", "3", "0.3333333", "True", "an array of shape (3, 4)",
    ]  # fmt: skip


def test_a_right_function_passes_every_case(exercise):
    verdict = exercise(lambda image, n: image[::n].astype("float32"))
    assert verdict
    assert verdict.text == "✅ rows: right in 2 cases."


def test_the_hint_depends_on_the_mistake(exercise):
    assert exercise(lambda x, step: x).text == (
        "❌ rows: the shape (2, 4) was expected; (3, 4) came, for x of shape (3, 4), step = 2.\n"
        "   Hint: The step is ignored."
    )
    assert "rows come first" in exercise(lambda x, step: x[:, ::step]).text
    assert exercise(lambda x, step: x[::step] + 1).text.endswith("Hint: Slice the first axis.")


def test_an_error_is_told_with_its_line_and_loses_nothing(exercise):
    def answer(x, step):
        return x[7]

    line = answer.__code__.co_firstlineno + 1
    assert f"line {line} raised IndexError: index 7" in exercise(answer).text
    assert "raised TypeError" in exercise(lambda x: x).text  # too few parameters


def test_an_answer_that_changes_its_arguments_is_told(exercise):
    def answer(x, step):
        y = x[::step].copy()
        x[:] = 0
        return y

    assert "an argument was changed" in exercise(answer).text
    assert "Work on a copy" in exercise(answer).text
    assert X.any()  # the cases are as before


@pytest.mark.parametrize("body", [lambda x, step: None, lambda x, step: ...])
def test_an_unwritten_function_is_no_mistake(exercise, body):
    assert exercise(body).passed is None


def test_not_implemented_is_not_written(exercise):
    def answer(x, step):
        raise NotImplementedError

    assert exercise(answer).passed is None


def test_a_result_instead_of_the_function(exercise):
    assert "Hand over the function itself" in exercise(rows(X, 2)).text


def test_arguments_that_are_no_arrays_are_handed_over():
    double = Function("twice", lambda f, x: f(f(x)), [(np.sin, 0.5)], "Call it twice.", [])
    assert double(lambda f, x: f(f(x)))
    assert "f = <ufunc 'sin'>" in double(lambda f, x: f(x)).text


def test_a_value_is_not_given_away():
    exercise = Value("count", 896, "Count again.", [Mistake(864, "And the biases?")])
    assert exercise(864).text == "❌ count: 864 is too small.\n   Hint: And the biases?"
    assert exercise(7).text.endswith("Count again.")
    assert "896" not in exercise(900).text
    assert exercise(896)


def test_a_judge_may_fail_on_what_it_was_not_made_for():
    def judge(answer):
        return None if answer.upper() == "A" else Failed("not a", "Try a.")

    exercise = Judged("letter", judge, lambda: "a", [])
    assert exercise("a")
    assert exercise("b").text == "❌ letter: not a.\n   Hint: Try a."
    assert "AttributeError" in exercise(3).text


def test_in_a_notebook_nothing_is_said_twice(exercise, capsys):
    verdict = exercise(rows)
    assert capsys.readouterr().out.count("✅") == 1
    verdict._ipython_display_()
    assert capsys.readouterr().out == ""
    assert repr(exercise) == "<exercise rows: call it with your answer>"
