"""The appendices keep to what the chapters and the library are."""

from __future__ import annotations

import re

from book.notation import letter, rows
from cnnlib.datasets import photo_areas
from tests.built import CHAPTERS, ROOT

MAP = (ROOT / "appendix" / "code_map.md").read_text("utf-8")
ENTRIES = [
    (re.findall(r"`(cnnlib[\w/.]*)`", files), [f"{int(n):02}" for n in re.findall(r"`(\d+) <", to)])
    for files, _, to in re.findall(r"^\* - (.+)\n  - (.+)\n  -(.*)$", MAP, re.MULTILINE)
]
EXPLAINED_BY = {path: chapters for paths, chapters in ENTRIES for path in paths}
INCLUDED = re.compile(r"\{literalinclude\} \.\./(\S+)")


def test_the_code_map_names_files_that_exist():
    assert len(EXPLAINED_BY) >= 30
    assert all((ROOT / path).exists() for path in EXPLAINED_BY), EXPLAINED_BY


def test_the_code_map_knows_which_chapter_shows_which_file():
    shown = {(path.stem[:2], file) for path in CHAPTERS for file in
             INCLUDED.findall(path.read_text("utf-8"))}  # fmt: skip
    assert shown
    assert [pair for pair in sorted(shown) if pair[0] not in EXPLAINED_BY.get(pair[1], [])] == []


def test_the_code_map_leaves_no_file_of_the_library_out():
    for path in (ROOT / "cnnlib").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if path.name != "__init__.py":
            assert any(name == known or name.startswith(f"{known}/") for known in EXPLAINED_BY), (
                name
            )


def test_symbols_are_sorted_by_their_letter():
    symbols = [symbol for path in CHAPTERS for symbol, _ in rows(path.read_text("utf-8"))]
    assert len(symbols) > 150
    assert all(re.fullmatch(r"[A-Za-z]+", letter(symbol)[:1]) for symbol in symbols)


def test_the_built_notation_has_every_chapters_symbols(html):
    page = (html / "appendix" / "notation.html").read_text("utf-8")
    told = sum(len(rows(path.read_text("utf-8"))) for path in CHAPTERS)
    assert page.count("<tr") >= told
    assert all(f"../chapters/{path.stem}.html" in page for path in CHAPTERS)


def test_both_words_for_pooling_are_in_the_glossary():
    text = (ROOT / "appendix" / "glossary.md").read_text("utf-8")
    assert re.search(r"\| pooling \| 池化（汇聚） \|", text)
    assert len(re.findall(r"[\u4e00-\u9fff].*\{doc\}", text)) >= 50


def test_every_photograph_has_its_credit():
    text = (ROOT / "appendix" / "credits.md").read_text("utf-8")
    for area in photo_areas():
        author = re.search(r"by ([\w .-]+)|, (NASA[\w ]*)", area.credit)
        assert (author[1] or author[2]).strip() in text, area.credit
