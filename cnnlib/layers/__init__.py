"""The building blocks of a network, with the names and arguments they have in Keras."""

from cnnlib.layers.activations import Activation, LeakyReLU, ReLU, Softmax
from cnnlib.layers.base import Layer
from cnnlib.layers.convolution import Conv2D
from cnnlib.layers.core import Dense, Dropout, Flatten
from cnnlib.layers.input import Input
from cnnlib.layers.normalization import BatchNormalization
from cnnlib.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from cnnlib.layers.reshaping import ZeroPadding2D

__all__ = [
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "Input",
    "Layer",
    "LeakyReLU",
    "MaxPooling2D",
    "ReLU",
    "Softmax",
    "ZeroPadding2D",
]
