"""What all tests share: the same random numbers in every run, and one browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import cnnlib

# The same examples in every run; no deadline, for a kernel may have to be compiled first.
settings.register_profile(
    "core",
    derandomize=True,
    deadline=None,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("core")


@pytest.fixture(autouse=True)
def seed() -> None:
    """Every test starts from the same initial weights, shuffles and dropouts."""
    cnnlib.utils.set_random_seed(0)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium or Chrome: one for all tests, for Playwright runs once in a process."""
    from tests.chromium import launch

    with launch() as browser:
        yield browser


@pytest.fixture(scope="module")
def module_page(browser) -> Iterator[Any]:
    """An empty page that can import the library's JavaScript: ``import("/cnnlib/wasm/…")``.

    The module of all kernels, which is no file, is there as well: ``/cnnlib/wasm/kernels.js``.
    """
    from cnnlib import wasm
    from tests.built import ROOT
    from tests.chromium import PATIENCE, serve

    blank = "<!doctype html><html lang=en><title>Modules</title>"
    kernels = wasm.kernels_module(wasm.build())
    with serve(ROOT) as address, browser.new_context() as context:
        context.route(f"{address}/", lambda r: r.fulfill(body=blank, content_type="text/html"))
        context.route(
            f"{address}/cnnlib/wasm/kernels.js",
            lambda r: r.fulfill(body=kernels, content_type="text/javascript"),
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/")
        yield page
