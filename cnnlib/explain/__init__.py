"""Look inside a network: what every layer computes, what the answer depends on, what it costs.

Arrays come out, never pictures (:mod:`cnnlib.plots` draws them). A network is looked at as it
answers, not as it trains (no dropout, batch normalization by moving statistics), and stays as it
was.

The score of a class is the network's output before its last activation, where that is a sigmoid or
a softmax: a probability near 0 or 1 hardly moves, whatever the pixels do. A network with a single
output has two classes: the score of class 1 is the output, that of class 0 is minus the output.
"""

from cnnlib.explain.costs import Ledger, LedgerRow, Totals, ledger
from cnnlib.explain.fields import ReceptiveField, receptive_field
from cnnlib.explain.heatmaps import grad_cam, occlusion, saliency
from cnnlib.explain.passes import Gradients, activations, gradients

__all__ = [
    "activations",
    "gradients",
    "saliency",
    "occlusion",
    "grad_cam",
    "receptive_field",
    "ledger",
    "Gradients",
    "ReceptiveField",
    "Ledger",
    "LedgerRow",
    "Totals",
]
