"""The page: cnnlib's kernels in Chromium against TensorFlow.js, one thread, each in its own tab."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import tfjs
from benchmarks.company import Company
from benchmarks.driver import ROOT, WorkerError
from benchmarks.models import LENET5, Model
from benchmarks.options import Options, Pace
from benchmarks.parts import Measured

OWN = {"cnnlib": "cnnlib.js", "plain loops": "plain.js"}
TFJS = {
    "TF.js wasm": "tfjs.js?backend=wasm&read=yes",
    "TF.js wasm, not read back": "tfjs.js?backend=wasm&read=no",
    "TF.js cpu": "tfjs.js?backend=cpu&read=yes",
}
BLANK = "<!doctype html><html lang=en><title>Benchmark</title>"
SCRIPTS = "<script src=/tfjs/tf.min.js></script><script src=/tfjs/tf-backend-wasm.min.js></script>"
LOAD = "async (address) => { window.ask = (await import(address)).ask; }"
LONGEST = 120_000  # milliseconds for a page to load


def convolution(side: int, channels: int, filters: int) -> Model:
    """One convolution as a network: no pooling, no dense layers."""
    name = f"{side}×{side}×{channels} → {filters}"
    return Model(name, 1, (side, side, channels), (filters,), (), 0)


WORKS = {
    "convolution 28×28×1 → 16": (convolution(28, 1, 16), "forward"),
    "convolution 32×32×16 → 32": (convolution(32, 16, 32), "forward"),
    "LeNet-5, forward": (LENET5, "forward"),
    "LeNet-5, step": (LENET5, "step"),
}


def subject(model: Model) -> dict[str, Any]:
    """What the pages need to know: the numbers of the model, and cnnlib's description of it."""
    import cnnlib
    from benchmarks.implementations.keras_shaped import build
    from cnnlib.wasm import export_network

    if model.outputs:
        network = build(cnnlib, model, [])
    else:
        layer = cnnlib.layers.Conv2D(model.filters[0], model.kernel)
        network = cnnlib.Sequential([cnnlib.Input(model.image), layer])
    spec, weights = export_network(network)
    text = b64encode(weights.tobytes()).decode()
    numbers = {**model.as_dict(), "classes": model.outputs, "pooled": model.outputs > 0}
    return {**numbers, "spec": spec, "weights": text}


class Tab:
    """The driver's end of a page; it is asked as a worker process is."""

    def __init__(self, browser: Any, address: str, files: dict[str, Path]) -> None:
        self.address, self.context = address, browser.new_context()
        self._serve("blank**", body=BLANK + (SCRIPTS if files else ""), content_type="text/html")
        self._serve("cnnlib/wasm/kernels.js", body=kernels_text(), content_type="text/javascript")
        for name, file in files.items():
            self._serve(f"tfjs/{name}", path=file)
        self.page = self.context.new_page()
        self.page.set_default_timeout(LONGEST)

    def _serve(self, place: str, **what: Any) -> None:
        def answer(route: Any) -> None:
            route.fulfill(**what)

        self.context.route(f"{self.address}/{place}", answer)

    def load(self, module: str) -> None:
        """Open the page with a module of ``benchmarks/page`` and its settings."""
        path, _, settings = module.partition("?")
        self.page.goto(f"{self.address}/blank?{settings}")
        self._evaluate(LOAD, f"/benchmarks/page/{path}")

    def _evaluate(self, script: str, argument: Any) -> Any:
        from playwright.sync_api import Error

        try:
            return self.page.evaluate(script, argument)
        except Error as error:
            raise WorkerError(error.message.split("\n")[0]) from error

    def ask(self, subject: Any, kind: str, pace: Pace) -> dict[str, Any]:
        """Let the page measure one kind of call."""
        question = {"subject": subject, "kind": kind, "count": pace.calls}
        return self._evaluate("(question) => ask(question)", question)

    def stop(self) -> None:
        """Close the page."""
        self.context.close()


def kernels_text() -> str:
    """The module of all kernels, which is no file."""
    from cnnlib import wasm

    return wasm.kernels_module(wasm.build())


def peers() -> Iterator[tuple[str, str, dict[str, Path]]]:
    """TensorFlow.js in all its forms, or a line that says why not."""
    try:
        files = tfjs.files()
    except tfjs.UnavailableError as reason:
        print(f"TF.js: skipped, {reason}", flush=True)
        return
    for name, module in TFJS.items():
        yield name, module, files


def measure(options: Options) -> Measured:
    """Measure every work in every tab, in turn."""
    from tools.dev import find_browser

    if find_browser() is None:
        print("page: skipped, neither Chromium nor Chrome is installed", flush=True)
        return Measured([], {})
    from tests.chromium import launch, serve

    rows: list[dict[str, Any]] = []
    with ExitStack() as stack:
        browser, address = stack.enter_context(launch()), stack.enter_context(serve(ROOT))
        found = Company(options)
        for name, module, files in [*((n, m, {}) for n, m in OWN.items()), *peers()]:
            tab = Tab(browser, address, files)
            stack.callback(tab.stop)
            try:
                tab.load(module)
            except WorkerError as reason:
                print(f"{name}: skipped, {reason}", flush=True)
                continue
            found.workers[name] = tab
            if files:
                found.versions["@tensorflow/tfjs"] = tfjs.VERSION
        found.versions["chromium"] = browser.version
        for work, (model, kind) in WORKS.items():
            print(f"page: {work}", flush=True)
            for row in found.ask_all(subject(model), [kind]):
                del row["peak_mib"]
                rows.append({"work": work, **row})
        return Measured(rows, found.versions)
