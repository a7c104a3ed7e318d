"""The project's tasks, and the one other place that calls them."""

from __future__ import annotations

import re
from zipfile import ZipFile

import pytest
import yaml

from tests.built import ROOT
from tools.dev import HTML, TASKS, pack


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "html"
    (folder / "chapters").mkdir(parents=True)
    for name in ("index.html", "chapters/1.html", ".buildinfo"):
        (folder / name).write_text(name)
    return folder


def test_make_knows_every_task():
    names = re.search(r"^TASKS +:= (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert names.split() == list(TASKS)


def test_pack_has_one_folder_and_no_notes(site, tmp_path):
    pack(site, tmp_path / "book.zip", "book")
    with ZipFile(tmp_path / "book.zip") as archive:
        assert archive.namelist() == ["book/chapters/1.html", "book/index.html"]
        assert archive.read("book/index.html") == b"index.html"
        assert all(entry.external_attr >> 16 == 0o644 for entry in archive.infolist())


def test_pack_makes_the_same_bytes_twice(site, tmp_path):
    pack(site, tmp_path / "1.zip", "book")
    (site / "index.html").touch()
    pack(site, tmp_path / "2.zip", "book")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_pages_are_published_by_the_projects_own_tasks():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "pages.yml").read_text())
    build, publish = workflow["jobs"].values()
    commands = [step["run"] for step in build["steps"] if "run" in step]
    assert commands == ["make book"]
    (artifact,) = [step for step in build["steps"] if "pages-artifact" in step.get("uses", "")]
    assert ROOT / artifact["with"]["path"] == HTML
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in build
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    actions = [step["uses"] for job in (build, publish) for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in actions)
