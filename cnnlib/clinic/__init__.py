"""A museum of bugs: networks and backward passes that are broken, each with a test and a cure.

A case is data: a symptom in words, a recipe that is broken in one setting, the test that catches
it, and the cure. Everything runs, on scikit-learn's digits, in a moment.

>>> patient = case("unscaled-input")
>>> print(patient.test(patient.broken))
❌ pixels from 0 to 255, mean 77.9
>>> print(patient.test(patient.cured))
✅ pixels from 0 to 1, mean 0.305
"""

from cnnlib.clinic.cases import BACKWARD_TESTS, CURES, TESTS, TRAINING_TESTS, Case, Cure, Test
from cnnlib.clinic.finding import Finding
from cnnlib.clinic.museum import CASES, case
from cnnlib.clinic.passes import Backward
from cnnlib.clinic.patient import Patient, trained
from cnnlib.clinic.recipe import Recipe

__all__ = [
    "BACKWARD_TESTS",
    "CASES",
    "CURES",
    "TESTS",
    "TRAINING_TESTS",
    "Backward",
    "Case",
    "Cure",
    "Finding",
    "Patient",
    "Recipe",
    "Test",
    "case",
    "trained",
]
