"""Outputs that follow the library, and executed chapters to take away.

A chapter is run again when its cells change (Jupyter Book's cache) or when the library changes
(``cache_by_library``). Each page then offers the chapter as a notebook with its outputs.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.config import Config

from book.stills import VIEW

READ = ("cnnlib", "benchmarks/results.json")  # what the chapters' cells read
HOW_TO_RUN = """\
This notebook is a chapter of *{title}*, with the outputs of the build.
To run it, install the library from a copy of the book's repository, then open this file in Jupyter:

    pip install ".[all]" jupyterlab
"""


def digest(*roots: Path) -> str:
    """Sum up files and folders, names and contents, in twelve letters; not what Python compiles."""
    total = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if not path.is_file() or "__pycache__" in path.parts:
                continue
            total.update(path.relative_to(root).as_posix().encode() + b"\0")
            total.update(path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def cache_by_library(app: Sphinx, config: Config) -> None:
    """Keep one cache of outputs per state of the library: the cells alone do not tell."""
    state = digest(*(Path(app.srcdir) / name for name in READ))
    config.nb_execution_cache_path = str(Path(app.outdir).parent / ".jupyter_cache" / state)
    os.environ.setdefault("KERAS_BACKEND", "jax")  # the kernels inherit it


def executed_file(app: Sphinx, page: str) -> Path:
    """Say where myst-nb leaves a page's executed notebook."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"


def with_outputs(app: Sphinx, path: Path) -> nbformat.NotebookNode:
    """Read an executed notebook; myst-nb leaves the outputs out when they come from the cache."""
    notebook = nbformat.read(path, as_version=4)
    if app.config.nb_execution_mode == "cache":
        cache = get_cache(app.config.nb_execution_cache_path)
        with contextlib.suppress(KeyError):  # not in the cache: it has just been run
            _, notebook = cache.merge_match_into_notebook(notebook)
    return notebook


def to_take_away(notebook: nbformat.NotebookNode, title: str) -> nbformat.NotebookNode:
    """Say at the top how to run the notebook; widgets leave their pictures, not their state."""
    note = nbformat.v4.new_markdown_cell(HOW_TO_RUN.format(title=title), id="how-to-run")
    notebook.cells.insert(0, note)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)  # nothing, without the state
    return notebook


def offer_notebook(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Tell the theme's download button of the notebook that ``write_notebooks`` will write."""
    if executed_file(app, page).exists():
        context["ipynb_source"] = f"{page}.ipynb"


def write_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Put the executed notebooks beside the sources that Sphinx has copied."""
    if exception or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        executed = executed_file(app, page)
        if executed.exists():
            target = Path(app.outdir) / "_sources" / f"{page}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            notebook = to_take_away(with_outputs(app, executed), app.config.html_title)
            nbformat.write(notebook, target)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("config-inited", cache_by_library, priority=400)  # before myst-nb reads the path
    app.connect("html-page-context", offer_notebook, priority=400)  # before the theme's button
    app.connect("build-finished", write_notebooks)
