"""Models: layers in a row that can be trained, saved and loaded."""

from cnnlib.models.saving import load_model
from cnnlib.models.sequential import Sequential

__all__ = ["Sequential", "load_model"]
