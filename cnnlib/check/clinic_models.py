"""Two exercises of the clinic: a recipe with three faults, a network of one answer."""

from __future__ import annotations

from functools import cache
from typing import Any

from cnnlib import _random, datasets
from cnnlib.check._exercise import Failed, Judged, Mistake
from cnnlib.clinic import Recipe, trained
from cnnlib.clinic import training_tests as ask
from cnnlib.layers import Dense, Flatten, Input
from cnnlib.models import Sequential
from cnnlib.optimizers import Adam

# -------------------------------------------------------------------------------- repaired_recipe
FAULTY = Recipe(scale=255.0, order="by class", bias=-4.0)
RECIPE = "Hand over a clinic.Recipe, such as clinic.Recipe(rate=0.1)."
FAULTS = {
    ask.pixels: "Look at the range of the pixels.",
    ask.batches: "Count the classes in a batch.",
    ask.dead_units: "Count the units that answer 0 to every image.",
}
RIGHT = 0.9  # of the held-out digits
HONEST = "Leave what is measured as it is: new digits, numbered in the same way, from own labels."
LEARNS = "Use the learning rate, the start and the network of the healthy Recipe()."


def judge_recipe(recipe: Any) -> Failed | None:
    """The first fault that is left, else whether it learns."""
    if not isinstance(recipe, Recipe):
        return Failed(f"a Recipe was expected; {type(recipe).__name__} came", RECIPE)
    if recipe.held_out != "new" or recipe.names != "same" or recipe.labels != "own":
        return Failed("the repaired recipe measures something else", HONEST)
    for test, hint in FAULTS.items():
        finding = test(recipe)
        if not finding:
            return Failed(finding.text, hint)
    right = trained(recipe).accuracy
    return None if right >= RIGHT else Failed(f"{right:.1%} of the held-out digits", LEARNS)


repaired_recipe = Judged(
    "repaired_recipe",
    judge_recipe,
    lambda: FAULTY.changed(scale=1.0, order="shuffled", bias=0.0),
    [
        Mistake(lambda: FAULTY, FAULTS[ask.pixels]),
        Mistake(lambda: FAULTY.changed(scale=1.0, bias=0.0), FAULTS[ask.batches]),
        Mistake(lambda: FAULTY.changed(scale=1.0, order="shuffled"), FAULTS[ask.dead_units]),
        Mistake(lambda: Recipe(rate=1e-4), LEARNS),
        Mistake(lambda: Recipe(samples=100, held_out="copies"), HONEST),
        Mistake(lambda: "scale=1", RECIPE),
    ],
)

# --------------------------------------------------------------------------------- repaired_model
MODEL = "Hand over the trained model: images (s, 8, 8, 1) in, one number for each out."
ONE = "A softmax over one number is always 1: the last activation must be a sigmoid."
SCORES = "Those are scores (logits). A sigmoid makes the probability of a yes of them."
UNTRAINED = "Compile it with binary_crossentropy and fit it: x_train, y_train >= 5."
OTHER_WAY = "It says the opposite: is the target 1 for a digit of 5 or more?"
BETTER = "Train it longer; 20 epochs of Adam with a rate of 0.003 are enough."
ENOUGH = 0.85


def judge_model(model: Any) -> Failed | None:
    """What it says to the held-out digits."""
    if not isinstance(model, Sequential) or model.output_shape != (None, 1):
        return Failed("a Sequential with one output was expected", MODEL)
    _, (x, y) = datasets.digits()
    p = model.predict(x, verbose=0)[:, 0]
    if (p == 1).all():
        return Failed("it answers 1 to every image", ONE)
    if p.min() < 0 or p.max() > 1:
        return Failed(f"its answers go from {p.min():.2g} to {p.max():.2g}", SCORES)
    right = float(((p > 0.5) == (y >= 5)).mean())
    if right >= ENOUGH:
        return None
    hint = OTHER_WAY if right < 1 - ENOUGH else UNTRAINED if right < 0.7 else BETTER
    return Failed(f"{right:.1%} of the held-out digits are right", hint)


@cache
def yes_or_no(
    last: str = "sigmoid", epochs: int = 20, opposite: bool = False, rate: float = 0.003
) -> Sequential:
    """A network that answers whether a digit is 5 or more."""
    (x, y), _ = datasets.digits()
    with _random.seeded(0):
        hidden = Dense(32, activation="relu")
        model = Sequential([Input((8, 8, 1)), Flatten(), hidden, Dense(1, activation=last)])
        model.compile(Adam(rate), "binary_crossentropy")
        if epochs:
            model.fit(x, (y >= 5) != opposite, epochs=epochs, verbose=0)
    return model


repaired_model = Judged(
    "repaired_model",
    judge_model,
    yes_or_no,
    [
        Mistake(lambda: yes_or_no("softmax", 1), ONE),
        Mistake(lambda: yes_or_no("linear", 0), SCORES),
        Mistake(lambda: yes_or_no(epochs=0), UNTRAINED),
        Mistake(lambda: yes_or_no(opposite=True), OTHER_WAY),
        Mistake(lambda: yes_or_no(epochs=2, rate=0.0005), BETTER),
        Mistake(lambda: Sequential([Flatten(input_shape=(8, 8, 1)), Dense(10)]), MODEL),
    ],
)
