"""A chapter in JupyterLab: it opens as a notebook, and all its cells run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/api"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer within {PATIENCE} seconds.")


@pytest.fixture
def lab(tmp_path):
    """JupyterLab with the project's settings, on a copy of one chapter."""
    chapters = tmp_path / "chapters"
    chapters.mkdir()
    shutil.copy(ROOT / "chapters" / CHAPTER, chapters)
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
            wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait(PATIENCE)


def test_chapter_runs_as_a_notebook(browser, watch, lab):
    with browser.new_context(viewport={"width": 1400, "height": 1000}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        seen = watch(page, lab)
        page.goto(f"{lab}/lab/tree/{CHAPTER}", wait_until="load")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        cells = page.evaluate(RUN_ALL)
    assert cells
    assert all(cell["count"] and not cell["errors"] for cell in cells), cells
    assert not [url for url in seen.requests if not url.startswith("ws://127.0.0.1")]
