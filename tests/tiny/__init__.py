"""A small book with live widgets, built as the real one is, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.built import ROOT
from tools.dev import ENVIRONMENT

SOURCES = Path(__file__).parent
FROM_THE_BOOK = ["logo.svg", "references.bib"]


def write(folder: Path) -> None:
    """Put the book's sources into a folder, with the configuration of the real book."""
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    for name in FROM_THE_BOOK:
        shutil.copy(ROOT / name, folder)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config["sphinx"]["local_extensions"] = {"book": str(ROOT)}
    (folder / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")


def build(folder: Path) -> Path:
    """Build the book, a warning being an error; return the folder of its pages."""
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", folder, "-W", "-n", "--keep-going"]
    done = subprocess.run(command, env=os.environ | ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "_build" / "html"
