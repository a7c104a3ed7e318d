"""The package from outside: its names, and what importing it does not do."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys

import pytest

import cnnlib

MODULES = [
    *("callbacks", "initializers", "layers", "losses", "metrics", "models", "ops", "optimizers"),
    "utils",
]


def test_every_promised_name_is_there():
    for name in cnnlib.__all__:
        if name not in cnnlib._ON_DEMAND:
            assert hasattr(cnnlib, name), name
    for module in (cnnlib.layers, cnnlib.models, cnnlib.ops):
        assert all(hasattr(module, name) for name in module.__all__)
    assert cnnlib.Sequential is cnnlib.models.Sequential
    assert cnnlib.load_model is cnnlib.models.load_model
    assert cnnlib.Input is cnnlib.layers.Input


def test_the_names_the_book_relies_on():
    names = """Conv2D MaxPooling2D AveragePooling2D GlobalAveragePooling2D Flatten Dense Activation
        ReLU LeakyReLU Softmax Dropout BatchNormalization ZeroPadding2D Input"""
    assert set(names.split()) <= set(cnnlib.layers.__all__)
    for name in ("conv2d", "max_pool2d", "avg_pool2d", "dense", "batch_norm"):
        assert callable(getattr(cnnlib.ops, name))
        assert callable(getattr(cnnlib.ops, f"{name}_backward"))
    for name in ("relu", "leaky_relu", "sigmoid", "tanh", "softmax"):
        assert list(inspect.signature(getattr(cnnlib.ops, f"{name}_backward")).parameters)[:2] == [
            *("dy", "x")
        ]


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="module 'cnnlib' has no attribute 'Conv2D'"):
        _ = cnnlib.Conv2D


def test_the_version_is_a_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", cnnlib.__version__)


PROGRAM = """
import json, sys
import cnnlib
from cnnlib.kernels import KERNELS
print(json.dumps({
    "modules": sorted(name.partition(".")[0] for name in sys.modules),
    "compiled": [name for name, (function, _) in KERNELS.items() if function.signatures],
}))
"""


def test_an_import_compiles_nothing_and_brings_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    heavy = {
        "matplotlib",
        "sklearn",
        "skimage",
        "keras",
        "jax",
        "dask",
        "distributed",
        "pooch",
        "PIL",
        "IPython",
        "pandas",
    }
    assert not heavy & set(report["modules"])
    assert report["compiled"] == []


def public(module):
    """The functions and classes that a module itself defines."""
    for name, value in vars(module).items():
        mine = getattr(value, "__module__", "").startswith(module.__name__)
        if (
            mine
            and not name.startswith("_")
            and (inspect.isfunction(value) or inspect.isclass(value))
        ):
            yield name, value


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_says_what_it_does(name):
    module = importlib.import_module(f"cnnlib.{name}")
    assert module.__doc__
    for key, value in public(module):
        assert value.__doc__, f"{name}.{key}"
        if inspect.isclass(value):
            for method, function in vars(value).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    inherited = any(
                        getattr(getattr(base, method, None), "__doc__", None)
                        for base in value.__mro__
                    )
                    assert inherited, f"{name}.{key}.{method}"


@pytest.mark.parametrize("name", MODULES)
def test_a_docstring_lists_the_arguments_it_explains(name):
    """Whoever is in the Args section is in the signature, under this very name."""
    module = importlib.import_module(f"cnnlib.{name}")
    for key, value in public(module):
        section = re.search(r"Args:\n(.*?)(\n\s*\n|\Z)", inspect.getdoc(value) or "", re.DOTALL)
        if section:
            explained = re.findall(r"^    \*{0,2}(\w+):", section.group(1), re.MULTILINE)
            assert set(explained) <= set(inspect.signature(value).parameters), f"{name}.{key}"
