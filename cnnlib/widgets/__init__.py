"""Live figures: they compute in the page, with the kernels of this library compiled to WebAssembly.

A notebook shows a figure that is the last line of a cell. What the reader changes there can be read
in Python, and what Python sets is drawn. A page without a kernel shows the same figure, live.

>>> lab = KernelLab(size=5)
>>> lab.kernel.shape, lab.feature_map.shape
((5, 5), (156, 236))
"""

from cnnlib.widgets._figure import Figure
from cnnlib.widgets.activation import Activation
from cnnlib.widgets.augmentation_studio import AugmentationStudio
from cnnlib.widgets.clinic import Clinic
from cnnlib.widgets.confidence_dial import ConfidenceDial
from cnnlib.widgets.depthwise_calculator import DepthwiseCalculator
from cnnlib.widgets.feature_maps import FeatureMaps
from cnnlib.widgets.gradients import Gradients
from cnnlib.widgets.graveyard import Graveyard
from cnnlib.widgets.judge import Judge
from cnnlib.widgets.kernel_lab import KernelLab, Products
from cnnlib.widgets.ledger import Ledger
from cnnlib.widgets.live_trainer import LiveTrainer
from cnnlib.widgets.parity_viewer import ParityViewer
from cnnlib.widgets.pooling_coin import PoolingCoin
from cnnlib.widgets.shape_bench import ShapeBench
from cnnlib.widgets.shuffle_test import ShuffleTest
from cnnlib.widgets.three_worlds import ThreeWorlds
from cnnlib.widgets.time_scrubber import TimeScrubber
from cnnlib.widgets.unroller import Unroller
from cnnlib.widgets.valley import Valley

__all__ = [
    "Activation",
    "AugmentationStudio",
    "Clinic",
    "ConfidenceDial",
    "DepthwiseCalculator",
    "FeatureMaps",
    "Figure",
    "Gradients",
    "Graveyard",
    "Judge",
    "KernelLab",
    "Ledger",
    "LiveTrainer",
    "ParityViewer",
    "PoolingCoin",
    "Products",
    "ShuffleTest",
    "ThreeWorlds",
    "TimeScrubber",
    "Unroller",
    "Valley",
    "ShapeBench",
]
