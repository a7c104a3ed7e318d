"""Every chapter keeps one rhythm: goals, symbols, exercises with checks, quiz, summary."""

from __future__ import annotations

import re

import jupytext
import pytest

from book.notation import TABLE
from tests.book.notation import PARSER, formulas, named, symbols
from tests.built import CHAPTERS

ENDING = ["Exercises", "Quiz", "In this chapter we", "Further reading"]
CHECK = re.compile(r"\bcheck\.([a-z]\w*)\(")
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def directives(text, kind):
    """The arguments and contents of a kind of directive, nested ones too."""
    for token in PARSER.parse(text):
        if token.type in ("fence", "colon_fence"):
            name, _, argument = token.info.partition("}")
            if name == f"{{{kind}":
                yield argument.strip(), token.content
            if not name.startswith(("{code-cell", "{literalinclude")):
                yield from directives(token.content, kind)


def section(text, title):
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def cells(path):
    return [cell for cell in jupytext.read(path).cells if cell.cell_type == "code"]


def test_symbols_are_letters_greek_ones_and_signs():
    formula = r"\sigma(z_{\text{in}}) = \max_{m}(0, x) \star w + \begin{cases} 1 \end{cases}"
    assert symbols(formula) == {"sigma", "z", "m", "x", "star", "w"}


def test_formulas_are_found_wherever_they_stand():
    text = "\n".join([
        "$a$", "", "```{code-cell} python", "---", "mystnb:", "  figure:", "    caption: |",
        "      A $b$.", "---", "c", "```", "", ":::{dropdown} D $e$", "f $g$", ":::", "",
        "```{math}", "h", "```", "", "$$", "i", "$$ (eq)", "",
    ])  # fmt: skip
    assert [formula.strip() for formula in formulas(text)] == ["a", "b", "e", "g", "h", "i"]


@every_chapter
def test_a_chapter_begins_with_goals_prerequisites_and_minutes(path):
    text = path.read_text("utf-8")
    title, goals = next(directives(text, "admonition"))
    assert title == "In this chapter you will learn"
    assert len(re.findall(r"^- ", goals, re.MULTILINE)) == 3
    assert "Before it:" in goals
    assert re.search(r"About \d+ minutes\b", " ".join(goals.split()))
    assert text.index("# ") < text.index(title) < text.index("\n## ")


@every_chapter
def test_a_chapter_ends_with_exercises_quiz_summary_and_reading(path):
    titles = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert titles[-4:] == ENDING


@every_chapter
def test_every_symbol_of_a_formula_is_in_the_table_of_symbols(path):
    text = path.read_text("utf-8")
    used = {symbol for formula in formulas(text) for symbol in symbols(formula)}
    assert used, "a chapter has formulas"
    assert f"{{dropdown}} {TABLE}" in text
    assert used <= named(text), sorted(used - named(text))


@every_chapter
def test_exercises_are_checked_and_solved(path):
    text = path.read_text("utf-8")
    part = section(text, "Exercises")
    labels = re.findall(r"\{exercise\}.*\n:label: (\S+)", part)
    assert len(labels) >= 3
    for label in labels:
        assert re.search(rf"\{{solution(-start)?\}} {label}\n:class: dropdown", part), label
    asked = [CHECK.findall(cell.source) for cell in cells(path)]
    names = [name for found in asked for name in found]
    assert len(set(names)) >= 3
    # Once for the reader to fill in, and once with the solution.
    assert all(names.count(name) >= 2 for name in names), names
    assert len(set(names)) >= len(labels) - 1


@every_chapter
def test_a_quiz_says_for_each_option_whether_and_why(path):
    part = section(path.read_text("utf-8"), "Quiz")
    questions = re.split(r"^\d+\. ", part, flags=re.MULTILINE)[1:]
    assert 3 <= len(questions) <= 6
    places = []
    for question in questions:
        options = re.findall(
            r"^ +:::\{dropdown\} .+\n +(\*\*(?:Right|No)\.\*\*) \S", question, re.M
        )
        assert len(options) == question.count("{dropdown}") >= 3, question
        assert options.count("**Right.**") == 1, question
        places.append(options.index("**Right.**"))
    assert len(set(places)) > 1, "the right option is not always at the same place"


@every_chapter
def test_every_figure_is_referenced(path):
    captioned = [cell.metadata["mystnb"] for cell in cells(path) if "mystnb" in cell.metadata]
    names = [settings["figure"]["name"] for settings in captioned if "figure" in settings]
    text = path.read_text("utf-8")
    names += re.findall(r"\{(?:figure|list-table|table)\}.*\n(?::.*\n)*?:name: (\S+)", text)
    assert names
    assert [name for name in names if f"{{numref}}`{name}`" not in text] == []
