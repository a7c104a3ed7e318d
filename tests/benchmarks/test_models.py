"""The networks that are measured, and how many multiply-adds they are."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import cnnlib
from benchmarks.implementations.data import weights
from benchmarks.implementations.keras_shaped import build
from benchmarks.models import LENET, LENET5, SEED, Model
from benchmarks.parts.growth import models

MODELS = (SEED, LENET, LENET5)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_multiply_adds_are_counted_weight_by_weight(model):
    """A kernel is used at every place of its layer's output, a matrix once per sample."""
    layers = [layer for layer in build(cnnlib, model, []).layers if layer.params]
    expected = []
    for layer in layers:
        places = 1
        for side in layer.output_shape[1:-1]:
            places *= side
        expected.append(model.batch * places * layer.params["kernel"].size)
    assert model.layer_macs() == expected
    assert model.forward_macs == sum(expected)
    assert model.step_macs == 3 * sum(expected) - expected[0]


def test_the_seed_is_that_of_the_readme():
    assert SEED.forward_macs == 32 * (62 * 62 * 864 + 29 * 29 * 18432 + 12544 * 128 + 128)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_weights_fit_the_network(model):
    network = build(cnnlib, model, [])
    assert [w.shape for w in network.weights] == [w.shape for w in weights(model)]


def test_a_model_survives_json():
    assert all(Model.read(json.loads(json.dumps(model.as_dict()))) == model for model in MODELS)


def test_an_image_that_is_too_small_is_refused():
    with pytest.raises(ValueError, match=r"`image` must be large enough .*; got \(8, 8, 3\)"):
        replace(SEED, image=(8, 8, 3)).layer_macs()


def test_every_axis_grows():
    grown = {}
    for axis, value, model in models():
        grown.setdefault(axis, []).append((value, model.step_macs))
    assert set(grown) == {"batch", "image side", "channels"}
    for found in grown.values():
        assert found == sorted(set(found))
        assert len(found) >= 5
