"""The cases: fifteen networks that do not learn, or seem to, and four functions with a bug."""

from __future__ import annotations

from cnnlib.clinic.cases import CURES, TESTS, Case, Subject
from cnnlib.clinic.passes import Backward
from cnnlib.clinic.recipe import Recipe

STUCK = (
    "The loss is that of a network that knows nothing, ln 10 = 2.30, and it stays there. Every "
    "image gets the same answer."
)
DEEP = Recipe(network="deep", rate=0.1)


def _case(
    name: str, title: str, symptom: str, broken: Subject, test: str, cure: str, diagnosis: str
) -> Case:
    return Case(name, title, symptom, broken, TESTS[test], CURES[cure], diagnosis)


_TRAINING = (
    _case(
        "unscaled-input",
        "It begins with a loss of 15.6",
        "The very first batch has a loss of 15.6, and 200 steps later it is 14.5. The same "
        "network learned these digits yesterday, from another file.",
        Recipe(scale=255.0),
        "pixels",
        "scale",
        "The pixels go from 0 to 255. All sums are 255 times too large: right answers get less "
        "than 10⁻⁷, where the loss is cut off, and its gradient is 0. A single step of the 200 "
        "moves anything, one of the first two. It throws the weights away: it is about as large "
        "as they are.",
    ),
    _case(
        "summed-loss",
        "Jumps at once, with the settings of its neighbor",
        "Data, network, loss and learning rate are those of a network that learns. This one’s loss "
        "jumps up in the first steps and then stays at 2.3 to 2.4.",
        Recipe(reduction="sum"),
        "gradient_check",
        "mean",
        "The loss that is printed is the mean over the batch, the gradient is that of the sum: 32 "
        "times as long. The learning rate is 32 times as large as it seems.",
    ),
    _case(
        "rate-too-high",
        "It jumps, then nothing moves",
        "After some wild steps the loss stays a little above 2.3, and one class is the answer to "
        "every image.",
        Recipe(rate=2.0),
        "update_ratio",
        "smaller-rate",
        "The learning rate is too high. A step moves the weights by up to a quarter of their "
        "size; most ReLUs are dead afterwards.",
    ),
    _case(
        "rate-too-low",
        "It hardly moves",
        "No error, no jump, nothing dead. After 200 steps the loss has fallen by 0.02.",
        Recipe(rate=1e-4),
        "update_ratio",
        "larger-rate",
        "The learning rate is too low: a step moves the weights by less than a ten-thousandth of "
        "their size.",
    ),
    _case(
        "dead-relus",
        "Stuck at 2.3 (A)",
        STUCK,
        Recipe(bias=-4.0),
        "dead_units",
        "no-bias",
        "The biases begin at −4. No sum reaches 0, so no ReLU ever fires and no gradient passes "
        "through any of them.",
    ),
    _case(
        "zero-weights",
        "Stuck at 2.3 (B)",
        STUCK,
        Recipe(start="zeros"),
        "unlike_units",
        "glorot",
        "All weights begin at 0. Units that begin alike get the same gradient and stay alike "
        "(here it is 0 besides). Random weights break the symmetry.",
    ),
    _case(
        "vanishing-gradients",
        "Stuck at 2.3 (C)",
        f"{STUCK} It has six layers; with two it was better.",
        DEEP.changed(start="small"),
        "gradient_flow",
        "he",
        "The weights begin with a standard deviation of 0.01. Each layer makes the numbers, and on "
        "the way back the gradients, some twenty times smaller: the first layer gets nothing.",
    ),
    _case(
        "exploding-activations",
        "It begins with a loss of 13",
        "Six layers. The first batch has a loss above 12, and it grows from there. The pixels are "
        "scaled as they should be.",
        DEEP.changed(start="large"),
        "initial_loss",
        "he",
        "The weights begin with a standard deviation of 1. Each layer makes the numbers several "
        "times larger; the softmax is sure of one class before it has seen anything.",
    ),
    _case(
        "sigmoid-argmax",
        "The loss falls, the accuracy does not",
        "“Is this digit 5 or more?” One sigmoid. The loss falls from 0.7 to 0.26, and the accuracy "
        "is stuck at 0.50.",
        Recipe(outputs=1, last="sigmoid"),
        "answers",
        "threshold",
        "The network is fine. The answer is taken as the argmax of one number, which is always "
        "place 0. An output must be compared with one half.",
    ),
    _case(
        "softmax-of-one",
        "A loss of 7 that no step changes",
        "“Is this digit 5 or more?” One output. The loss is about 7 or 8 from the first step to "
        "the last.",
        Recipe(outputs=1, last="softmax"),
        "gradient_check",
        "sigmoid",
        "A softmax over one number is that number divided by itself: always 1. Its gradient is "
        "always 0. One output needs a sigmoid.",
    ),
    _case(
        "shuffled-labels",
        "It learned these digits yesterday",
        "The code has not changed, the images look as always. Today the loss stays at 2.3, though "
        "it learns 20 images by heart without trouble.",
        Recipe(labels="others"),
        "labels",
        "pair",
        "The images were shuffled and their labels were not: each has the label of another image. "
        "There is nothing to learn but the list itself.",
    ),
    _case(
        "sorted-batches",
        "A loss in waves",
        "The loss of single batches falls nearly to 0 and then jumps above 5, again and again. The "
        "mean of ten batches stays above 1.6, and held-out digits all get the same answer.",
        Recipe(order="by class"),
        "batches",
        "shuffle",
        "The samples are sorted by class and never shuffled. Every batch holds one class; the "
        "network learns to say it, until the next one comes.",
    ),
    _case(
        "leaked-split",
        "Too good",
        "Only 100 digits to learn from, and 98 % of the held-out ones are right. The customer "
        "complains about every seventh digit.",
        Recipe(samples=100, held_out="copies"),
        "copies",
        "new-digits",
        "The held-out images are copies of images that are learned from. They measure what the "
        "network remembers, not what it will say to a new digit.",
    ),
    _case(
        "label-order",
        "Right in training, wrong everywhere else",
        "92 % of the training digits are right, 10 % of the held-out ones. This is worse than "
        "overfitting: it is as good as guessing.",
        Recipe(names="as text"),
        "confusion",
        "one-numbering",
        "The held-out digits come from folders whose names were sorted as text: eight, five, "
        "four, … The network says the right digit; its number means another one there.",
    ),
    _case(
        "dropout-in-prediction",
        "It says something else each time",
        "Ask about the same digit twice: the answers differ. The accuracy on held-out digits is "
        "much worse than that of a colleague with the same weights.",
        Recipe(network="dropout", mode="training"),
        "twice",
        "prediction",
        "The network is asked in training mode, so dropout still sets a random half of the "
        "features to 0.",
    ),
)

_BACKWARD = (
    _case(
        "missing-flip",
        "A gradient with the right sum",
        "The gradient of a convolution by its input. Its sum is right to the last digit; the "
        "layers before it learn badly.",
        Backward("gather", "upright"),
        "array_check",
        "turn",
        "A pixel that collects has been read by the window at its upper left with the kernel’s "
        "last weight: the kernel must be turned by 180°. The sum does not notice.",
    ),
    _case(
        "overwritten-windows",
        "Right at stride 3, wrong at stride 1",
        "The gradient of a convolution by its input. With a stride as large as the kernel it was "
        "right; with a stride of 1 it is not.",
        Backward("windows", "set"),
        "array_check",
        "add",
        "A pixel lies in several windows, and what it owes to each adds up. With = the last window "
        "wins.",
    ),
    _case(
        "mask-by-gradient",
        "A gradient without a minus sign",
        "The gradient of a ReLU. There is no negative number in it, whatever comes in.",
        Backward("relu", "by gradient"),
        "array_check",
        "by-input",
        "The mask asks for the sign of the gradient. It must ask for the sign of the input: that "
        "decides whether the ReLU was open.",
    ),
    _case(
        "log-of-zero",
        "A loss that becomes nan",
        "The loss is right for weeks. One night the network is very sure of itself, and the next "
        "morning everything is nan.",
        Backward("loss", "of probability"),
        "finite",
        "logit",
        "For large logits p is exactly 0 or 1 in float32, ln 0 is minus infinity, and 0 times "
        "infinity is nan. The loss must be computed from the logit.",
    ),
)

#: name -> case
CASES: dict[str, Case] = {one.name: one for one in (*_TRAINING, *_BACKWARD)}


def case(name: str) -> Case:
    """The case of a name.

    Args:
        name: One of ``CASES``.

    Raises:
        ValueError: If there is no such case.

    Example:
        >>> flip = case("missing-flip")
        >>> print(TESTS["sum_check"](flip.broken))
        ✅ the sum is -8, and it should be -8
        >>> bool(flip.test(flip.broken)), bool(flip.test(flip.cured))
        (False, True)
    """
    if not isinstance(name, str) or name not in CASES:
        raise ValueError(f"`name` must be one of {', '.join(CASES)}; got {name!r}.")
    return CASES[name]
