"""The rules that every chapter's source keeps."""

from __future__ import annotations

import re

import jupytext
import pytest
import yaml

from tests.built import CHAPTERS, ROOT

MOST_LINES = 15
SECTIONS = range(1, 9)  # of the source text


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_code_cells_are_short(path):
    cells = [cell for cell in jupytext.read(path).cells if cell.cell_type == "code"]
    assert cells, "a chapter runs code"
    for cell in cells:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MOST_LINES, cell.source


def test_chapters_are_text_without_outputs():
    assert CHAPTERS, "chapters/ holds the book"
    assert not list((ROOT / "chapters").rglob("*.ipynb"))


def test_every_chapter_is_in_the_table_of_contents():
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
    listed = {chapter["file"] for part in parts for chapter in part["chapters"]}
    assert {f"chapters/{path.stem}" for path in CHAPTERS} <= listed
    assert all((ROOT / f"{file}.md").exists() for file in listed)


def test_intro_says_where_each_section_of_the_source_went():
    text = (ROOT / "intro.md").read_text("utf-8")
    table = text.split("Source section → chapter", 1)[1].split("```", 1)[0]
    rows = re.findall(r"^\* - (\d) .*\n  - (.+)$", table, re.MULTILINE)
    assert {int(section) for section, _ in rows} == set(SECTIONS)
    for _, chapters in rows:
        targets = re.findall(r"\{doc\}`([^`]+)`", chapters)
        assert targets
        assert all((ROOT / f"{target}.md").exists() for target in targets)
