"""Pictures of what a network learns and computes. Every function returns a matplotlib Figure.

A notebook shows a figure that is the last line of a cell; elsewhere ``figure.savefig("file.png")``
writes it. Nothing is shown twice, and pyplot's figures and settings stay as they are.

Numbers with a sign are drawn in red (above 0) and blue (below) on a scale symmetric about 0, which
is white: a color means the same in every figure. Numbers of 0 or more go from dark to light.
"""

from cnnlib.plots.charts import confusion_matrix, history, matrix
from cnnlib.plots.pictures import feature_maps, gradients, heatmap_overlay, images, kernels

__all__ = [
    "images",
    "kernels",
    "feature_maps",
    "gradients",
    "heatmap_overlay",
    "history",
    "confusion_matrix",
    "matrix",
]
