"""JupyterLab with a live kernel: a chapter runs as a notebook, and Python and figures talk."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.built import ROOT

CHAPTER = "02_convolution.md"
PATIENCE = 120  # seconds, for a slow machine
# JupyterLab leaves cells out of the page that are not in view: ask its model instead.
RUN_ALL = """async () => {
  const app = window.jupyterapp;
  await app.shell.currentWidget.sessionContext.ready;
  await app.commands.execute('notebook:run-all-cells');
  const cells = app.shell.currentWidget.content.model.sharedModel.cells;
  return cells.filter(cell => cell.cell_type === 'code').map(cell => ({
    source: cell.source, count: cell.execution_count,
    errors: cell.outputs.filter(output => output.output_type === 'error').map(e => e.evalue)}));
}"""

# Runs code in the notebook's kernel, and gives back what it prints.
EXECUTE = """async (code) => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const future = kernel.requestExecute({ code });
  let text = "";
  future.onIOPub = ({ content }) => { text += content.text ?? content.evalue ?? ""; };
  await future.done;
  return text;
}"""
# Sums up what the pictures of the page's figures show.
PICTURES = """() => [...document.querySelectorAll(".stc canvas")].map((canvas) => {
  if (!canvas.width || !canvas.height) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, k) => (sum * 31 + value) % 1000003, 7);
})"""
CHANGED = f"(before) => JSON.stringify(({PICTURES})()) !== JSON.stringify(before)"
FIGURES = """\
```{code-cell} python
import cnnlib
from cnnlib.layers import Conv2D, Dense, Flatten

lab = cnnlib.widgets.KernelLab()
lab
```

```{code-cell} python
def network():
    return cnnlib.Sequential([
        Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1)), Flatten(), Dense(10, "softmax")])

(x, y), _ = cnnlib.datasets.digits()
xray = cnnlib.widgets.FeatureMaps(network(), image=x[0])
xray
```
"""


EVERY = """\
```{code-cell} python
import ipywidgets
import cnnlib
from cnnlib import layers, widgets

(x, y), _ = cnnlib.datasets.digits()
model = cnnlib.Sequential([
    layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1)), layers.Flatten(),
    layers.Dense(10, "softmax")])
needs = {"FeatureMaps": (model, x[0]), "Judge": (model, x[0]), "ParityViewer": (model, x[:4]),
         "ShuffleTest": (2, 1, 100)}
names = [name for name, kind in vars(widgets).items() if isinstance(kind, type)
         and issubclass(kind, widgets.Figure) and kind is not widgets.Figure]
figures = [getattr(widgets, name)(*needs.get(name, ())) for name in names]
ipywidgets.VBox(figures)
```
"""
# The figures that are drawn, and what those say that cannot be.
DRAWN = """() => {
  const figures = [...document.querySelectorAll(".stc")].filter((one) => one.dataset.scheme);
  const failed = figures.map((one) => one.querySelector(".stc-failure"));
  return [figures.length, failed.filter((one) => !one.hidden).map((one) => one.textContent)];
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(happened: Callable[[], bool]) -> None:
    """Wait for something to happen."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, f"It did not happen within {PATIENCE} seconds."
        time.sleep(0.2)


def answers(address: str) -> bool:
    """Whether the server answers."""
    try:
        with urllib.request.urlopen(f"{address}/api"):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.fixture
def lab(tmp_path):
    """JupyterLab with the project's settings, on a copy of one chapter and two pages of figures."""
    chapters = tmp_path / "chapters"
    chapters.mkdir()
    shutil.copy(ROOT / "chapters" / CHAPTER, chapters)
    head = (ROOT / "chapters" / CHAPTER).read_text("utf-8").split("---\n")[1]
    for name, cells in {"figures": FIGURES, "every": EVERY}.items():
        (chapters / f"{name}.md").write_text(f"---\n{head}---\n\n{cells}", "utf-8")
    settings = tmp_path / "settings"
    shutil.copytree(ROOT / ".jupyter" / "lab" / "user-settings", settings)
    port = free_port()
    options = ["--no-browser", "--allow-root", "--expose-app-in-browser", "--ip=127.0.0.1"]
    options += [f"--port={port}", "--IdentityProvider.token=", f"--ServerApp.root_dir={chapters}"]
    places = {
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    with (tmp_path / "log.txt").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=os.environ | places,
            stdout=log,
            stderr=log,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            until(lambda: answers(address))
            yield address
        finally:
            server.terminate()
            server.wait(PATIENCE)


@pytest.fixture
def notebook(browser, watch, lab):
    """Open a file of the laboratory and run all its cells."""
    with browser.new_context(viewport={"width": 1400, "height": 3000}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        seen = watch(page, lab)

        def run(name):
            page.goto(f"{lab}/lab/tree/{name}", wait_until="load")
            page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
            cells = page.evaluate(RUN_ALL)
            assert cells
            assert all(cell["count"] and not cell["errors"] for cell in cells), cells
            return page

        yield run
    assert not [url for url in seen.requests if not url.startswith("ws://127.0.0.1")]


def test_chapter_runs_as_a_notebook(notebook):
    notebook(CHAPTER)


def test_python_and_the_figures_talk(notebook):
    page = notebook("figures.md")

    def execute(code):
        before = page.evaluate(PICTURES)
        return page.evaluate(EXECUTE, code), before

    page.wait_for_function("() => document.querySelectorAll('.stc-stage canvas').length > 4")
    page.wait_for_timeout(500)
    _, before = execute("lab.kernel = [[0, 0, 0], [0, 0, 1], [0, 0, 0]]")
    page.wait_for_function(CHANGED, arg=before)

    box = page.locator(".stc-kernel input").first
    box.fill("7")
    box.press("Enter")
    until(lambda: execute("print(lab.kernel[0, 0])")[0].strip() == "7.0")
    printed, _ = execute("print(lab.kernel[1, 2], lab.feature_map.shape)")
    assert printed.split() == ["1.0", "(158,", "238)"]

    page.wait_for_timeout(500)
    _, before = execute("xray.model = network()")
    page.wait_for_function(CHANGED, arg=before)
    _, before = execute("xray.image = x[1]")
    page.wait_for_function(CHANGED, arg=before)
    printed, _ = execute("lab.stride = 0")
    assert "must be a whole number from 1" in printed


def test_every_figure_is_drawn_and_hears_python(notebook):
    page = notebook("every.md")
    count = int(page.evaluate(EXECUTE, "print(len(figures))"))
    assert count >= 20
    until(lambda: page.evaluate(DRAWN)[0] == count)
    assert page.evaluate(DRAWN)[1] == []
    valley = page.get_by_role("group", name="Valley", exact=True)
    printed = page.evaluate(EXECUTE, "figures[names.index('Valley')].step = 7")
    assert not printed
    until(lambda: "7 of 100" in valley.inner_text())
    valley.get_by_role("button", name="Next ›").click()
    until(lambda: page.evaluate(EXECUTE, "print(figures[names.index('Valley')].step)") == "8\n")
