"""A broken network: ask it questions, find out what is wrong, choose a cure, and train again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from cnnlib import clinic, datasets
from cnnlib.clinic import BACKWARD_TESTS, CASES, CURES, TESTS, TRAINING_TESTS, Backward, Case
from cnnlib.clinic.cases import BACKWARD_CURES, TRAINING_CURES, Subject
from cnnlib.clinic.passes import VERSIONS
from cnnlib.clinic.recipe import NETWORKS, Recipe
from cnnlib.widgets import _layer_list
from cnnlib.widgets._figure import Array, Figure, Flag, Whole
from cnnlib.widgets._training_data import packed
from cnnlib.widgets.clinic._still import clinic_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

NAMES = tuple(CASES)
KINDS = {"training": (TRAINING_TESTS, TRAINING_CURES), "backward": (BACKWARD_TESTS, BACKWARD_CURES)}


def kind_of(case: Case) -> str:
    """Whether a case is a network in training or a backward pass."""
    return "training" if isinstance(case.broken, Recipe) else "backward"


def to_page(case: Case) -> dict[str, Any]:
    """A case as the page takes it."""
    broken = case.broken
    training = isinstance(broken, Recipe)
    return {
        **{name: getattr(case, name) for name in ("title", "symptom", "diagnosis")},
        "kind": kind_of(case),
        "broken": broken.settings if isinstance(broken, Recipe) else vars(broken),
        "versions": [] if training else list(VERSIONS[vars(broken)["operation"]]),
        "test": case.test.name,
        "words": case.cure.words,
    }


class Names(traitlets.TraitType[str, str]):
    """A synced trait: names from a list in one text, with commas between them.

    Args:
        options: The names there are.
        most: How many there may be.
    """

    def __init__(self, options: tuple[str, ...], most: int) -> None:
        self.options, self.most = options, most
        super().__init__("")
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> str:
        names = value.split(",") if isinstance(value, str) and value else []
        known = isinstance(value, str) and set(names) <= set(self.options)
        if not known or len(names) > self.most:
            rule = "none or one" if self.most == 1 else "some"
            raise ValueError(
                f"`{self.name}` must be {rule} of {', '.join(self.options)}; got {value!r}."
            )
        return str(value)


class Clinic(Figure):
    """Patients that do not learn: choose one, ask, diagnose, treat, and train again in the page.

    The patients are those of :mod:`cnnlib.clinic`. Networks are trained in the page, from the same
    weights and with the same batches as in Python; backward passes are computed there on small
    arrays.

    Args:
        patient: Its number, from 1, or its name in ``clinic.CASES``.
        tests: What has been asked: names of ``clinic.TESTS``, such as "pixels,answers".
        cure: What it is treated with: a name of ``clinic.CURES``, or "".
        diagnosis: Whether the diagnosis is shown.
        seed: Decides weights, the order of the samples, and arrays.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> figure = Clinic("missing-flip", tests="sum_check,array_check", cure="turn")
        >>> for finding in figure.findings.values():
        ...     print(finding)
        ✅ the sum is -8, and it should be -8
        ❌ 17 of 20 numbers differ from the measured ones; at [0, 2] -3 came, and 2 was expected
        >>> figure.case.test(figure.treated).passed
        True
    """

    _module = "clinic/clinic.js"
    _once = ("images", "labels", "levels", "held_out", "classes")
    patient, seed = Whole(1, 1, len(NAMES)), Whole(0, 0, 999_999)
    tests, cure = Names(tuple(TESTS), len(TESTS)), Names(tuple(CURES), 1)
    diagnosis = Flag()
    images, labels, levels = Array(), Array(), Whole(0, 0, 255)
    held_out, classes = Whole(0, 0, 10**6), Whole(10, 2, 100)
    cases: Any = traitlets.List(read_only=True).tag(sync=True)
    cures = traitlets.Dict(read_only=True).tag(sync=True)
    tests_of = traitlets.Dict(read_only=True).tag(sync=True)
    networks = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        patient: int | str = 1,
        tests: str = "",
        cure: str = "",
        diagnosis: bool = False,
        seed: int = 0,
        name: str = "clinic",
    ) -> None:
        number: Any = patient
        if isinstance(patient, str):
            number = NAMES.index(clinic.case(patient).name) + 1
        state = {"patient": number, "tests": tests, "cure": cure, "seed": seed}
        super().__init__(name=name, diagnosis=diagnosis, **state, **packed(datasets.digits()))

    @traitlets.default("cases")
    def _default_cases(self) -> list[dict[str, Any]]:
        return [to_page(case) for case in CASES.values()]

    @traitlets.default("cures")
    def _default_cures(self) -> dict[str, Any]:
        return {kind: [vars(cure) for cure in cures.values()] for kind, (_, cures) in KINDS.items()}

    @traitlets.default("tests_of")
    def _default_tests_of(self) -> dict[str, Any]:
        return {
            kind: [(test.name, test.question) for test in tests.values()]
            for kind, (tests, _) in KINDS.items()
        }

    @traitlets.default("networks")
    def _default_networks(self) -> dict[str, str]:
        return {name: _layer_list.written(Recipe(network=name).build()) for name in NETWORKS}

    @property
    def case(self) -> Case:
        """The patient's case."""
        return CASES[NAMES[self.patient - 1]]

    @property
    def subject(self) -> Subject:
        """The recipe or backward pass as it came."""
        return self.case.broken.changed(seed=self.seed)

    @property
    def treated(self) -> Subject | None:
        """The same after the cure; None if there is none."""
        subject, cure = self.subject, KINDS[kind_of(self.case)][1].get(self.cure)
        if cure is None:
            return None
        if isinstance(subject, Backward) and (
            cure.settings["version"] not in VERSIONS[subject.operation]
        ):
            return subject  # the cure of another one changes nothing
        return cure(subject)

    def _found(self, subject: Subject) -> dict[str, clinic.Finding]:
        tests = KINDS[kind_of(self.case)][0]
        return {name: tests[name](subject) for name in self.tests.split(",") if name in tests}

    @property
    def findings(self) -> dict[str, clinic.Finding]:
        """What the tests say that have been asked, of the patient as it came."""
        return self._found(self.subject)

    def describe(self) -> str:
        """Say what the symptom is, what was asked and found, and what the cure has done."""
        case, treated = self.case, self.treated
        words = [f"Patient {self.patient} of {len(NAMES)}: {case.title}. {case.symptom}"]
        words += [f"{TESTS[n].question} {finding.text}." for n, finding in self.findings.items()]
        if treated is not None:
            finding = case.test(treated)
            words.append(f"After the cure “{CURES[self.cure].words}”: {finding.text}.")
        if self.diagnosis:
            words.append(f"Diagnosis: {case.diagnosis}")
        return " ".join(words)

    def still(self) -> Still:
        """Draw the course before and after the cure, or the arrays."""
        return clinic_still(self.subject, self.treated)
