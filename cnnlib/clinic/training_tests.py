"""What one asks a network that does not learn; the answer is "passed" or not, and numbers.

Every function takes a recipe. Those of the upper half look before a course of training or at its
first steps, those of the lower half after it. ``clinic_tests.js`` asks the same in the page.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.clinic.finding import Finding
from cnnlib.clinic.patient import STEPS, Patient, trained
from cnnlib.clinic.recipe import Recipe
from cnnlib.layers import ReLU

Array = NDArray[Any]
FEW = 20  # images to overfit
LONG = 200  # steps of it
FIRST = 10  # steps at the beginning of a course


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


# ------------------------------------------------------------------------------- before and early
def initial_loss(recipe: Recipe) -> Finding:
    """Is the loss before any step that of a network that knows nothing, ln C?"""
    patient = Patient(recipe)
    classes = max(2, recipe.outputs)
    loss, expected = patient.measure(), log(classes)
    text = f"the first batch has the loss {loss:.2f}; ln {classes} = {expected:.2f}"
    return Finding(abs(loss - expected) < 1, text, {"loss": loss, "expected": expected})


def overfit(recipe: Recipe) -> Finding:
    """Can it learn 20 images by heart?"""
    patient, few = Patient(recipe), _spread(Patient(recipe).targets)
    for _ in range(LONG):
        patient.teach(few)
    right, loss = patient.right(few), patient.measure(few)
    text = f"after {LONG} steps {right} of {FEW} images are right, with the loss {loss:.2g}"
    return Finding(right == FEW, text, {"right": right, "loss": loss})


def _spread(targets: Array) -> Array:
    """Places of 20 images, at equal distances."""
    return np.arange(FEW) * (len(targets) // FEW)


def gradient_check(recipe: Recipe) -> Finding:
    """Does the loss change along its gradient as fast as the gradient says?"""
    patient, batch = Patient(recipe), Patient(recipe).samples(0)
    p = patient.model.forward(patient.images[batch], training=False)
    dp = patient.reduced(patient.loss.value_and_gradient(patient.targets[batch], p)[1])
    patient.model.backward(dp, input_gradient=False)
    grads = [layer.grads[n].copy() for layer in patient.model.layers for n in layer.trainable_names]
    length = sqrt(sum(float(np.square(g, dtype=np.float64).sum()) for g in grads))
    if length == 0:
        return Finding(False, "the gradient is 0: no step changes anything", {"length": 0.0})
    start, sides, h = patient.model.get_weights(), list[float](), 0.01 / max(1.0, length)
    for sign in (1, -1):
        moved = [w + np.float32(sign * h / length) * g for w, g in zip(start, grads, strict=True)]
        patient.model.set_weights(moved)
        sides.append(patient.measure(batch))
    slope = (sides[0] - sides[1]) / (2 * h)
    ratio = length / slope if slope else float("inf")
    text = (
        f"the gradient says {length:.3g}, two losses side by side say {slope:.3g}: {ratio:.2f} to 1"
    )
    found = {"length": length, "slope": slope, "ratio": ratio}
    return Finding(abs(ratio - 1) < 0.1, text, found)


def update_ratio(recipe: Recipe) -> Finding:
    """How far do the weights move in a step, as a share of their size?"""
    patient, ratios = Patient(recipe), list[float]()
    for _ in range(FIRST):
        before = patient.model.get_weights()
        patient.teach()
        moved = sum(
            float(np.square(b - a).sum())
            for a, b in zip(before, patient.model.get_weights(), strict=True)
        )
        size = sum(float(np.square(w).sum()) for w in before)
        ratios.append(sqrt(moved / size) if size else float("inf"))
    largest = max(ratios)
    text = (
        f"in the first {FIRST} steps the weights move by up to {largest:.2g} of their size in a "
        "step (usual: 0.001 to 0.1)"
    )
    return Finding(1e-4 < largest < 0.1, text, {"ratio": largest})


def gradient_flow(recipe: Recipe) -> Finding:
    """How much of the gradient by the scores is left at the first kernel?"""
    patient = Patient(recipe)
    patient.teach()
    grads = [layer.grads[name] for layer in patient.model.layers for name in layer.trainable_names]
    first, last = (
        float(np.sqrt(np.square(g, dtype=np.float64).mean())) for g in (grads[0], grads[-1])
    )
    if not first or not last:
        return Finding(
            False, "the gradient by the first kernel is 0", {"first": first, "last": last}
        )
    ratio = first / last
    text = f"by the first kernel {first:.2g}, by the scores {last:.2g}: {ratio:.2g} to 1"
    return Finding(0.01 < ratio < 100, text, {"first": first, "last": last, "ratio": ratio})


def unlike_units(recipe: Recipe) -> Finding:
    """Do the units of the first layer differ from each other after a few steps?"""
    patient = Patient(recipe)
    for _ in range(FIRST):
        patient.teach()
    kernel = patient.model.get_weights()[0]
    units = kernel.shape[-1]
    unlike = len(np.unique(kernel.reshape(-1, units), axis=1).T)
    text = f"after {FIRST} steps {unlike} of {units} units of the first layer differ"
    return Finding(unlike == units, text, {"unlike": unlike, "units": units})


# ------------------------------------------------------------------------------- a look at the data
def pixels(recipe: Recipe) -> Finding:
    """In which range are the numbers that go in?"""
    images = Patient(recipe).images
    low, high, mean = float(images.min()), float(images.max()), float(images.mean())
    text = f"pixels from {low:g} to {high:g}, mean {mean:.3g}"
    return Finding(high <= 10 and low >= -10, text, {"low": low, "high": high, "mean": mean})


def labels(recipe: Recipe) -> Finding:
    """Does an image have the label of the image most like it?"""
    patient = Patient(recipe)
    flat = patient.images.reshape(len(patient.images), -1).astype(np.float64)
    number = min(100, len(flat))
    some = np.arange(number) * (len(flat) // number)
    apart = np.square(flat).sum(axis=1) - 2 * flat[some] @ flat.T  # but for a constant per row
    apart[np.arange(number), some] = np.inf  # not itself
    same = int((patient.targets[apart.argmin(axis=1)] == patient.targets[some]).sum())
    text = f"{same} of {number} images have the label of the image that is most like them"
    return Finding(same > 0.7 * number, text, {"same": same})


def batches(recipe: Recipe) -> Finding:
    """How many classes are in a batch?"""
    patient = Patient(recipe)
    found = [len(np.unique(patient.targets[patient.samples(step)])) for step in range(FIRST)]
    classes, mean = len(np.unique(patient.targets)), float(np.mean(found))
    text = f"the first {FIRST} batches hold {mean:.1f} of {classes} classes each, on average"
    return Finding(mean > 0.7 * classes, text, {"mean": mean, "classes": classes})


def copies(recipe: Recipe) -> Finding:
    """How many held-out images are among those that are learned from?"""
    patient = Patient(recipe)
    known = {image.tobytes() for image in patient.images}
    twice = sum(image.tobytes() in known for image in patient.held_images)
    held = len(patient.held_images)
    text = f"{twice} of {held} held-out images are also learned from"
    return Finding(twice == 0, text, {"copies": twice, "held": held})


# ------------------------------------------------------------------------------ after the training
def dead_units(recipe: Recipe) -> Finding:
    """Which share of the ReLUs answers 0 to every held-out image?"""
    patient, dead, units = trained(recipe), 0, 0
    y = patient.held_images
    for layer in patient.model.layers:
        y = layer.forward(y, training=False)
        if isinstance(layer, ReLU):
            most = y.reshape(-1, y.shape[-1]).max(axis=0)
            dead, units = dead + int((most == 0).sum()), units + most.size
    text = f"after {STEPS} steps {dead} of {units} ReLUs answer 0 to every held-out image"
    return Finding(dead <= units / 2, text, {"dead": dead, "units": units})


def answers(recipe: Recipe) -> Finding:
    """What does it say to the held-out images?"""
    patient = trained(recipe)
    p = patient.outputs()
    said, times = np.unique(patient.decide(p), return_counts=True)
    most = int(times.argmax())
    text = (
        f"outputs from {p.min():.2g} to {p.max():.2g}; {count(len(said), 'different answer')}, the "
        f"most frequent one, {said[most]}, to {times[most]} of {len(p)} images"
    )
    found = {"low": float(p.min()), "high": float(p.max()), "different": len(said)}
    return Finding(bool(times[most] < 0.9 * len(p)), text, found | {"most": int(times[most])})


def confusion(recipe: Recipe) -> Finding:
    """Is one wrong answer given to most images of a class?"""
    patient = trained(recipe)
    said, classes = patient.decide(patient.outputs()), max(2, recipe.outputs)
    table = np.zeros((classes, classes), int)
    np.add.at(table, (patient.held_targets, said), 1)
    wrong = [
        (true, int(row.argmax()))
        for true, row in enumerate(table)
        if row.argmax() != true and row.max() > row.sum() / 2
    ]
    pairs = ", ".join(f"{true} is called {other}" for true, other in wrong)
    text = f"{len(wrong)} of {classes} classes have one wrong answer for most of their images"
    text += f": {pairs}" if wrong else ""
    return Finding(not wrong, text, {"wrong": len(wrong), "classes": classes})


def twice(recipe: Recipe) -> Finding:
    """Does the same image get the same answer twice?"""
    patient = trained(recipe)
    first, second = patient.outputs(0), patient.outputs(1)
    apart = float(np.abs(first - second).max())
    other = int((patient.decide(first) != patient.decide(second)).sum())
    text = (
        f"asked twice, the outputs differ by up to {apart:.2g}, and {other} of {len(first)} "
        "answers are not the same"
    )
    return Finding(apart == 0, text, {"apart": apart, "other": other})
