"""What a check says to an answer: right, wrong and where, or not there yet."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from cnnlib.check._compare import difference, written
from cnnlib.check._exercise import Failed, Function, Judged, Mistake, Value

X = np.arange(12.0).reshape(3, 4)


class Tensor:
    """Another library's, on another device."""

    def __array__(self, *arguments, **names):
        raise RuntimeError("move it to the CPU first")

    def __repr__(self):
        return "a tensor"


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
        (864, 896, "896 was expected, 864 came"),
        (np.nan, 896, "896 was expected, nan came"),
        (False, True, "True was expected, False came"),
        (1_511_522_304, 1_511_522_305, "1511522305 was expected"),  # one weight of 1.5 billion
        (1.0002, 1.0, "1 was expected, 1.0002 came"),
        ([2 / 3, 0.667], [2 / 3, 2 / 3], "at [1] 0.6666667 was expected, 0.667 came"),
        ("left", "right", "'left' came"),
        (X, "right", "an array of shape (3, 4) [0, 1, 2, ...] came"),
        ((X, X), (X, 2 * X), "result 1: at [0, 1]"),
        ((X,), (X, X), "2 results were expected, in this order; 1 of them came"),
        (X, (X, X[0]), "an array of shape (3, 4) [0, 1, 2, ...] came"),
        ({"a": 1}, {"a": 1, "b": 2}, "the keys ['a', 'b'] was expected; keys ['a'] came"),
        ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "at 'b': 2 was expected, 3 came"),
        ([3], 3, "the shape () was expected; (1,) came"),
        ([[1], [1, 2]], 3, "a number was expected; rows of different lengths came"),
        (3, {"a": 1}, "a dictionary with the keys ['a'] was expected; 3 came"),
        (2j, 896, "a number was expected; 0+2j came"),
        (10**400, 896, "a number was expected; 1000"),
        (Fraction(1, 2), 896, "896 was expected, 0.5 came"),
        (Tensor(), X, "an array of numbers was expected; a tensor came"),
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
        (Fraction(1, 2), 0.5), ([Fraction(1, 2), 2], [0.5, 2]), (X.astype(object), X),
    ],
)  # fmt: skip
def test_what_is_equal_is_equal(came, right):
    assert difference(came, right) is None


@pytest.mark.parametrize(
    ("came", "right", "text"),
    [
        (864, 896, "864 is too small"),
        (1000, 896, "1000 is too large"),
        (1.0002, 1.0, "1.0002 is too large"),
        (np.nan, 896, "nan came"),
        (False, True, "False came"),
        ([1, 2, 4], [1, 2, 3], "at [2] 4 is too large (1 of 3 differ)"),
        ({"a": [1.083, 0.6]}, {"a": [13 / 12, 2 / 3]}, "at 'a': at [1] 0.6 is too small"),
        ((X, 2), (X, 3), "result 1: 2 is too small"),
        ([2, 3], 3, "the shape () was expected; (2,) came"),
    ],
)
def test_what_is_asked_for_is_not_given_away(came, right, text):
    assert text in difference(came, right, asked=True)


@pytest.mark.parametrize(
    ("came", "right"),
    [
        (2.303, np.log(10)), (6.1, 6.098), (2.302, np.log(10)), ([3], 3), (np.array([[2.3]]), 2.3),
        ([1.08, 0.67, 0.58], [13 / 12, 2 / 3, 7 / 12]), ((X, [-2.0]), (X, -2)),
    ],
)  # fmt: skip
def test_what_is_asked_for_may_be_rounded_or_stand_in_brackets(came, right):
    assert difference(came, right, asked=True) is None


@pytest.mark.parametrize(
    ("came", "right"),
    [(2.2, np.log(10)), (897, 896), (3.01, 3.0), (0.004, 0.0), ([0.67, 2.01], [2 / 3, 2.0])],
)
def test_whole_numbers_are_not_rounded(came, right):
    assert difference(came, right, asked=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"), (3.0, "3"), (1 / 3, "0.3333333"), (True, "True"), (np.True_, "True"),
        (11.4e6, "11400000"), (1e300, "1e+300"), (np.inf, "inf"),
        (X[0, :3], "an array of shape (3,) [0, 1, 2]"), (X[:0], "an array of shape (0, 4) []"),
        ([X, np.float32(2)], "[shape (3, 4) [0, 1, 2, ...], 2]"),
    ],
)  # fmt: skip
def test_what_came_is_written_briefly(value, text):
    assert written(value) == text


def test_a_right_function_passes_every_case(exercise):
    verdict = exercise(lambda image, n: image[::n].astype("float32"))
    assert verdict
    assert verdict.text == "✅ rows: right in 2 cases."


def test_the_hint_depends_on_the_mistake(exercise):
    assert exercise(lambda x, step: x).text == (
        "❌ rows: the shape (2, 4) was expected; (3, 4) came, for x of shape (3, 4) "
        "[0, 1, 2, ...], step = 2.\n"
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


def test_an_error_is_short_and_its_line_is_the_readers(exercise):
    def answer(x, step):
        raise ValueError("no such thing\n\nIn file dispatcher.py, line 422:\n   " + 99 * "deeper ")

    line = answer.__code__.co_firstlineno + 1
    assert f"line {line} raised ValueError: no such thing, for x" in exercise(answer).text
    in_numpy = exercise(partial(np.linalg.norm, axis=7)).text
    assert "it raised AxisError: axis" in in_numpy


@pytest.mark.parametrize("part", [np.array([None, "a"]), Tensor(), [[1], [1, 2]]])
def test_whatever_a_wrong_function_gives_is_told(exercise, part):
    assert "expected" in exercise(lambda x, step: part).text
    assert "2 results were expected" in two_results()(lambda x, step: (x, part, x)).text


def two_results():
    """An exercise whose function returns two arrays."""
    wrong = Mistake(lambda x, step: (x, x), "The step is ignored.")
    return Function("both", lambda x, step: (x, x[::step]), [(X, 2)], "Two.", [wrong])


def test_what_a_function_prints_is_seen_once(exercise, capsys):
    exercise(lambda x, step: print("mine", step))
    exercise(lambda x, step: print("mine", step) or x)
    assert capsys.readouterr().out.count("mine") == 3


def test_an_answer_that_changes_a_list_is_told():
    largest = Function("largest", lambda x: max(x), [([3, 1, 2],)], "Take max.", [])
    assert "`x` was changed" in largest(lambda x: x.sort() or x[-1]).text


def test_an_answer_that_changes_its_arguments_is_told(exercise):
    def answer(x, step):
        y = x[::step].copy()
        x[:] = 0
        return y

    assert "the result is right, but `x` was changed" in exercise(answer).text
    assert exercise(answer).text.endswith("Work on a copy: `x.copy()`.")
    assert X.any()  # the cases are as before


def test_the_argument_that_is_changed_is_named():
    def add(x, dy):
        dy += x
        return dy

    plus = Function("plus", lambda x, dy: x + dy, [(X, X.copy())], "Add.", [])
    assert "but `dy` was changed" in plus(add).text
    wrong = plus(lambda x, dy: 2 * add(x, dy)).text
    assert "2 was expected, 4 came" in wrong  # the result comes first
    assert wrong.endswith("Work on a copy: `dy.copy()`.")


def test_what_our_mistakes_warn_of_is_not_seen(recwarn):
    root = Mistake(lambda x: np.sqrt(-x), "A root.")
    negative = Function("negative", lambda x: -x, [(X,)], "Minus.", [root])
    silent = np.errstate(all="ignore")(lambda x: np.sqrt(-x))
    assert negative(silent).text.endswith("A root.")
    assert not recwarn.list


@pytest.mark.parametrize("answer", [{"a": 1, "b": ...}, (1, (2, ...)), [[..., 1]]])
def test_an_answer_with_dots_left_is_no_mistake(answer):
    assert Value("all", {"a": 1, "b": 2}, "Count.", [])(answer).passed is None
    assert Judged("all", lambda answer: Failed("wrong", "Count."), int, [])(answer).passed is None


@pytest.mark.parametrize("body", [lambda x, step: None, lambda x, step: (x, ...)])
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


def test_the_parts_of_a_value_are_named():
    pair = Value("pair", (X, -2), "Both.", [], parts=("the weights", "the bias"))
    assert "dx, dw and db were expected, in this order; 'no' came" in difference(
        "no", (X, X, X), names=("dx", "dw", "db")
    )
    assert "the weights and the bias were expected, in this order; 1 of them" in pair((X,)).text
    assert "the bias: -3 is too small" in pair((X, [-3])).text
    assert pair((X, np.array([-2.0])))


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
