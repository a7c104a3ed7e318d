"""The exercises in the built book: the solutions pass, and what the reader fills in is empty."""

from __future__ import annotations

import re

import nbformat
import pytest

from tests.book.test_rhythm import CHECK
from tests.built import CHAPTERS

SOLUTION = "{solution-start}"


def checked(html, chapter):
    """The cells that call a check: whether it is a solution, and what was printed."""
    notebook = nbformat.read(html / "_sources" / "chapters" / f"{chapter}.ipynb", as_version=4)
    inside = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            starts, ends = cell.source.rfind(SOLUTION), cell.source.rfind("{solution-end}")
            inside = starts > ends if max(starts, ends) >= 0 else inside
        elif names := CHECK.findall(cell.source):
            yield inside, names, "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_solution_in_the_book_passes_its_check(html, path):
    solved, asked = set(), set()
    for inside, names, text in checked(html, path.stem):
        for name in names:
            assert f"{'✅' if inside else '✏️'} {name}: " in text, (name, text)
        assert not re.search(rf"❌ (?:{'|'.join(names)}):", text)
        (solved if inside else asked).update(names)
    assert solved == asked
    assert len(solved) >= 3


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_notebook_hides_its_solutions(path):
    text = path.read_text("utf-8")
    for block in text.split(SOLUTION)[1:]:
        solution = block.split("{solution-end}", 1)[0]
        cells = solution.count("```{code-cell}")
        assert solution.count("jupyter: {source_hidden: true}") == cells, solution
