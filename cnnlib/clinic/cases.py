"""The museum: every case has a symptom, a broken recipe, the test that catches it, and a cure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cnnlib.clinic import backward_tests, training_tests
from cnnlib.clinic.finding import Finding
from cnnlib.clinic.passes import Backward
from cnnlib.clinic.recipe import Recipe

Subject = Recipe | Backward


@dataclass(frozen=True)
class Test:
    """A question to a patient. Call it with a recipe or a backward pass.

    Attributes:
        name: Its name in ``TESTS``.
        question: What it asks.
        function: What answers.
        kind: The class of those it can be asked of.

    Raises:
        TypeError: If it is called with anything else.
    """

    name: str
    question: str
    function: Callable[[Any], Finding]
    kind: type[Subject]

    def __call__(self, subject: Subject) -> Finding:
        """Ask."""
        if not isinstance(subject, self.kind):
            raise TypeError(
                f"The test {self.name!r} must be given a {self.kind.__name__}; "
                f"got {type(subject).__name__}."
            )
        return self.function(subject)


@dataclass(frozen=True)
class Cure:
    """A change of some settings.

    Attributes:
        name: Its name in ``CURES``.
        words: What is done.
        settings: What changes.

    Raises:
        TypeError: If it is called with something that has no such settings.
    """

    name: str
    words: str
    settings: dict[str, Any] = field(hash=False)

    def __call__(self, subject: Any) -> Any:
        """The subject with these settings."""
        for name in self.settings:
            if not hasattr(subject, name):
                raise TypeError(
                    f"The cure {self.name!r} must be given what has a setting `{name}`; "
                    f"got {type(subject).__name__}."
                )
        return subject.changed(**self.settings)


def _tests(module: Any, kind: type[Subject], *names: str) -> dict[str, Test]:
    """The tests of a module; the first line of a docstring is the question."""
    functions = {name: getattr(module, name) for name in names}
    return {name: Test(name, f.__doc__.splitlines()[0], f, kind) for name, f in functions.items()}


_BEFORE = ("initial_loss", "overfit", "gradient_check", "update_ratio", "gradient_flow")
_DATA = ("unlike_units", "pixels", "labels", "batches", "copies")
_AFTER = ("dead_units", "answers", "confusion", "twice")
TRAINING_TESTS = _tests(training_tests, Recipe, *_BEFORE, *_DATA, *_AFTER)
BACKWARD_TESTS = _tests(backward_tests, Backward, "sum_check", "array_check", "finite")
TESTS = TRAINING_TESTS | BACKWARD_TESTS


def _cures(*cures: tuple[str, str, dict[str, Any]]) -> dict[str, Cure]:
    return {name: Cure(name, words, settings) for name, words, settings in cures}


TRAINING_CURES = _cures(
    ("scale", "Divide the pixels by their largest value", {"scale": 1.0}),
    ("pair", "Shuffle images and labels together", {"labels": "own"}),
    ("shuffle", "Shuffle the samples in every epoch", {"order": "shuffled"}),
    ("new-digits", "Hold out digits that are not learned from", {"held_out": "new"}),
    ("one-numbering", "Number the classes in one way everywhere", {"names": "same"}),
    ("mean", "Take the gradient of the mean loss", {"reduction": "mean"}),
    ("smaller-rate", "A learning rate of 0.1", {"rate": 0.1}),
    ("larger-rate", "A learning rate of 0.2", {"rate": 0.2}),
    ("he", "Begin with random weights by He’s rule", {"start": "he"}),
    ("glorot", "Begin with random weights by Glorot’s rule", {"start": "glorot"}),
    ("no-bias", "Begin with biases of 0", {"bias": 0.0}),
    ("sigmoid", "A sigmoid for the one output", {"last": "sigmoid", "answer": "threshold"}),
    ("threshold", "Compare the one output with one half", {"answer": "threshold"}),
    ("prediction", "Switch dropout off when the network is asked", {"mode": "prediction"}),
)
BACKWARD_CURES = _cures(
    ("turn", "Turn the kernel by 180°", {"version": "turned"}),
    ("add", "Write += in the place of =", {"version": "added"}),
    ("by-input", "Ask for the sign of the input", {"version": "by input"}),
    ("logit", "Compute the loss from the logit", {"version": "of logit"}),
)
CURES = TRAINING_CURES | BACKWARD_CURES


@dataclass(frozen=True)
class Case:
    """A broken network or backward pass.

    Attributes:
        name: Its name in ``CASES``.
        title: What the patient is called before the diagnosis; it gives nothing away.
        symptom: What is seen.
        broken: The recipe, or the backward pass.
        test: The test that catches it.
        cure: What helps.
        diagnosis: What was wrong, and why it shows as it does.
    """

    name: str
    title: str
    symptom: str
    broken: Subject
    test: Test
    cure: Cure
    diagnosis: str

    @property
    def cured(self) -> Subject:
        """The recipe, or the backward pass, after the cure."""
        return self.cure(self.broken)
