"""Keras computes with JAX here; the choice must be made before Keras is imported."""

import os

os.environ["KERAS_BACKEND"] = "jax"
