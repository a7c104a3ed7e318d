"""Long strings in files of their own."""

from __future__ import annotations

import json

import pytest

from book.hoist import FILES, LONG, hoist, name, pieces, script

LETTERS = "a" * (LONG + 1)


@pytest.fixture
def stored():
    return []


def test_a_short_string_stays(stored):
    state = {"title": "a" * LONG, "stride": 2, "padding": [None, "same"]}
    assert hoist(state, stored.append) == state
    assert stored == []


def test_a_long_string_leaves_the_names_of_its_files(stored):
    state = hoist({"buffers": [{"path": ["image", "data"], "data": LETTERS}]}, stored.append)
    assert state["buffers"] == [{"path": ["image", "data"], "data": {FILES: [name(LETTERS)]}}]
    assert stored == [LETTERS]


def test_a_module_is_stored_by_its_pieces_and_can_be_put_together_again(stored):
    module = f"// head\n//# piece: a.js\n{LETTERS}\n//# piece: b.js\n  //# piece: no line begins\n"
    files = hoist(module, stored.append)[FILES]
    assert [text.splitlines()[0] for text in stored] == [
        "// head",
        "//# piece: a.js",
        "//# piece: b.js",
    ]
    assert "".join(stored) == module
    assert files == [name(text) for text in stored]


def test_two_modules_share_a_piece():
    shared = f"//# piece: shared.js\n{LETTERS}\n"
    first = pieces(f"{shared}//# piece: one.js\n")
    second = pieces(f"//# piece: two.js\n{shared}")
    assert set(first) & set(second) == {shared}


def test_a_file_gives_its_string_to_the_page():
    text = 'a "quote", a line\n, </script> and é\u2028'
    place, value = script(text).removesuffix(";\n").split("] = ")
    assert place == f'(window.bookFiles ??= {{}})["{name(text)}"'
    assert json.loads(value) == text
    assert value.isascii()  # whatever the page takes the file's encoding to be
