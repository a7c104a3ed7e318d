"""What an exercise is: the right answer, the typical wrong ones, and what to say to each."""

from __future__ import annotations

import inspect
import io
import sysconfig
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from numbers import Number
from pathlib import Path
from textwrap import fill, shorten
from typing import Any

import numpy as np

from cnnlib.check._compare import difference, has_dots, written

WIDTH = 80  # letters in a line of what is printed
LONGEST = 300  # letters of an error
#: Where cnnlib is, and all that is installed: no line of the reader's.
LIBRARIES = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
)
Case = tuple[Any, ...]  # the arguments of one call


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer, and the hint for whoever gives it."""

    answer: Any
    hint: str


@dataclass(frozen=True)
class Verdict:
    """What a check found; true if the answer is right. Its text is printed when it is made.

    Attributes:
        passed: Whether the answer is right; None if there is no answer yet.
        text: What was said.
    """

    passed: bool | None
    text: str

    def __post_init__(self) -> None:
        for line in self.text.splitlines():
            print(fill(line, WIDTH, subsequent_indent="   ", break_on_hyphens=False))

    def __bool__(self) -> bool:
        return bool(self.passed)

    def _ipython_display_(self) -> None:
        """Nothing more: the text stands below the cell already."""


class Exercise:
    """Call it with an answer: it says whether the answer is right, and gives a hint if not.

    Args:
        name: Its name in ``cnnlib.check``.
        right: A right answer.
        hint: For an answer whose mistake is not known.
        mistakes: The typical wrong answers with their hints.
    """

    def __init__(self, name: str, right: Any, hint: str, mistakes: Sequence[Mistake]) -> None:
        self.name, self.right, self.hint, self.mistakes = name, right, hint, tuple(mistakes)

    def __repr__(self) -> str:
        return f"<exercise {self.name}: call it with your answer>"

    def __call__(self, answer: Any) -> Verdict:
        """Check an answer, and print what was found.

        Returns:
            True in an ``if`` when the answer is right.
        """
        if answer is None or has_dots(answer):
            return self._not_yet("Put your answer in the place of the dots.")
        return self._judge(answer)

    def _judge(self, answer: Any) -> Verdict:
        raise NotImplementedError

    def _not_yet(self, what: str) -> Verdict:
        return Verdict(None, f"✏️ {self.name}: not there yet. {what}")

    def _right(self, what: str = "") -> Verdict:
        return Verdict(True, f"✅ {self.name}: right{what}.")

    def _wrong(self, problem: str, hint: str | None = None) -> Verdict:
        return Verdict(False, f"❌ {self.name}: {problem}.\n   Hint: {hint or self.hint}")


class Value(Exercise):
    """An exercise whose answer is a number, an array, a text or a dictionary.

    Numbers that are not whole may be rounded to three digits; what is right is not given away.

    Args:
        name: Its name in ``cnnlib.check``.
        right: The right answer.
        hint: For an answer whose mistake is not known.
        mistakes: Wrong answers with their hints.
        parts: What the parts of a tuple are called.
        exact: Whether nothing may be rounded; the exercise must say so.

    Example:
        >>> weights = Value("weights", 896, "Count one bias for each filter.",
        ...                 [Mistake(864, "Each of the 32 filters has a bias, too.")])
        >>> verdict = weights(864)
        ❌ weights: 864 is too small.
           Hint: Each of the 32 filters has a bias, too.
        >>> verdict = weights(896)
        ✅ weights: right.
    """

    def __init__(
        self,
        name: str,
        right: Any,
        hint: str,
        mistakes: Sequence[Mistake],
        parts: Sequence[str] = (),
        exact: bool = False,
    ) -> None:
        super().__init__(name, right, hint, mistakes)
        self.parts, self.exact = tuple(parts), exact

    def _judge(self, answer: Any) -> Verdict:
        problem = difference(answer, self.right, self.parts, asked=True)
        if problem is None and self.exact and difference(answer, self.right):
            problem = "it is close, but not exact"
        if problem is None:
            return self._right()
        rounded = not self.exact
        same = (m for m in self.mistakes if difference(answer, m.answer, asked=rounded) is None)
        return self._wrong(problem, next((m.hint for m in same), None))


class Function(Exercise):
    """An exercise whose answer is a function; it is called with several arguments.

    Args:
        name: Its name in ``cnnlib.check``.
        right: A function that is right; its parameters' names stand in the messages.
        cases: The arguments of each call. Reader and solution get their own copies.
        hint: For an answer whose mistake is not known.
        mistakes: Wrong functions with their hints.
        results: What the results are called, if the function returns several.

    Example:
        >>> def add(a, b):
        ...     return a + b
        >>> exercise = Function("add", add, [(np.array([1, 2]), 3)], "Use +.",
        ...                     [Mistake(lambda a, b: a * b, "That is the product.")])
        >>> verdict = exercise(lambda a, b: a * b)
        ❌ add: at [0] 4 was expected, 3 came (2 of 2 differ), for a of shape (2,) [1,
           2], b = 3.
           Hint: That is the product.
    """

    def __init__(
        self,
        name: str,
        right: Callable[..., Any],
        cases: Sequence[Case],
        hint: str,
        mistakes: Sequence[Mistake],
        results: Sequence[str] = (),
    ) -> None:
        super().__init__(name, right, hint, mistakes)
        self.cases, self.results = tuple(cases), tuple(results)

    def _judge(self, answer: Any) -> Verdict:
        if not callable(answer):
            return self._wrong(
                f"a function was expected; {written(answer)} came",
                f"Hand over the function itself, without calling it: check.{self.name}(f).",
            )
        for case in self.cases:
            given = deepcopy(case)
            try:
                came = answer(*given)
            except NotImplementedError:
                return self._not_yet("Write the function's body first.")
            except Exception as error:
                return self._wrong(f"{_where(error)}, {self._for(case)}", self._meant(answer))
            if came is None or has_dots(came):
                return self._not_yet("The function returned nothing: end it with a `return`.")
            problem = difference(came, self.right(*deepcopy(case)), self.results)
            changed = self._changed(case, given)
            if changed and not problem:
                problem = f"the result is right, but `{changed}` was changed"
            if problem:
                copy = f"`{changed}` is the caller's. Work on a copy: `{changed}.copy()`."
                hint = self._meant(answer) or (copy if changed else None)
                return self._wrong(f"{problem}, {self._for(case)}", hint)
        return self._right(f" in {len(self.cases)} cases")

    def _arguments(self, case: Case) -> dict[str, Any]:
        return dict(zip(inspect.signature(self.right).parameters, case, strict=False))

    def _changed(self, before: Case, after: Case) -> str | None:
        """The name of the first argument that is no longer what it was."""
        pairs = zip(self._arguments(before), before, after, strict=False)
        return next((name for name, old, new in pairs if _held(old) != _held(new)), None)

    def _for(self, case: Case) -> str:
        told = []
        for name, value in self._arguments(case).items():
            array = isinstance(value, np.ndarray) and value.ndim
            text = written(value)
            told.append(f"{name} {text.removeprefix('an array ')}" if array else f"{name} = {text}")
        return f"for {', '.join(told)}"

    def _meant(self, answer: Callable[..., Any]) -> str | None:
        """The hint of the first mistake that gives what the answer gives, on every case."""
        # What it prints has been seen, and no warning about a mistake of ours is the reader's.
        with redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            came = [_outcome(answer, case) for case in self.cases]
            for mistake in self.mistakes:
                pairs = zip(self.cases, came, strict=True)
                if all(_same(one, _outcome(mistake.answer, case)) for case, one in pairs):
                    return mistake.hint
        return None


@dataclass(frozen=True)
class Failed:
    """What is wrong with an answer, and the hint that helps."""

    problem: str
    hint: str


class Judged(Exercise):
    """An exercise with many right answers: a function judges what came.

    Args:
        name: Its name in ``cnnlib.check``.
        judge: Gets an answer; returns None if it is right, else what is wrong with it.
        right: Makes a right answer (it is called without arguments).
        mistakes: Wrong answers, each as a function that makes it, and the hint it must get.

    Example:
        >>> def even(number):
        ...     return Failed(f"{number} is odd", "Double it.") if number % 2 else None
        >>> verdict = Judged("even", even, lambda: 2, [Mistake(lambda: 3, "Double it.")])(3)
        ❌ even: 3 is odd.
           Hint: Double it.
    """

    def __init__(
        self,
        name: str,
        judge: Callable[[Any], Failed | None],
        right: Callable[[], Any],
        mistakes: Sequence[Mistake],
    ) -> None:
        super().__init__(name, right, "", mistakes)
        self.judge = judge

    def _judge(self, answer: Any) -> Verdict:
        try:
            failed = self.judge(answer)
        except Exception as error:
            return self._wrong(_where(error), "Look at the kind of answer that is asked for.")
        return self._right() if failed is None else self._wrong(failed.problem, failed.hint)


def _where(error: Exception) -> str:
    """An error in short, with the line of the reader's code in which it happened."""
    said = f"{type(error).__name__}: {error}".partition("\n\n")[0]
    text = shorten(said, LONGEST, placeholder=" …").rstrip(".: ")
    files = ((frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__))
    line = next((line for file, line in files if not file.startswith(LIBRARIES)), None)
    return f"line {line} raised {text}" if line else f"it raised {text}"


def _held(argument: Any) -> Any:
    """What an argument holds that a function could change."""
    if isinstance(argument, np.ndarray):
        return argument.shape, argument.tobytes()
    if isinstance(argument, (tuple, list)):
        return [_held(item) for item in argument]
    return argument if isinstance(argument, (str, Number)) else None


def _outcome(function: Callable[..., Any], case: Case) -> tuple[Any, Any]:
    """What a call gives (the type of an error in its place), and its arguments afterwards."""
    given = deepcopy(case)
    try:
        return function(*given), _held(given)
    except Exception as error:
        return type(error), _held(given)


def _same(came: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    if isinstance(came[0], type) or isinstance(other[0], type):
        return came[0] is other[0]
    return difference(came[0], other[0]) is None and came[1] == other[1]
