"""The rules that every chapter's source keeps."""

from __future__ import annotations

import re

import jupytext
import pytest
import yaml

from tests.book.notation import PARSER
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


def ordered_lists(text):
    """How many items each list that begins with 1 has, those inside directives too."""
    tokens = PARSER.parse(text)
    for k, token in enumerate(tokens):
        if token.type == "ordered_list_open" and not token.attrs:
            end = next(t for t in range(k, len(tokens)) if tokens[t].level == token.level
                       and tokens[t].type == "ordered_list_close")  # fmt: skip
            items = [t for t in tokens[k:end] if t.type == "list_item_open"]
            yield sum(item.level == token.level + 1 for item in items)
        elif token.type in ("fence", "colon_fence") and "code" not in token.info:
            yield from ordered_lists(token.content)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_line_of_a_paragraph_has_become_a_list(path):
    """A line that begins with "1. " begins a list, also in the middle of a sentence."""
    assert 1 not in ordered_lists(path.read_text("utf-8"))
