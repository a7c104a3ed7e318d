"""Links into the state of a figure, from any chapter: the figure is there, the state is valid."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest

from cnnlib import widgets
from tests.built import CHAPTERS

LINK = re.compile(r'<a href="(?:([\w]+)\.html)?#([\w-]+)(?:\?([^"]*))?"')
CLASSES = [getattr(widgets, name) for name in widgets.__all__ if name not in ("Figure", "Products")]
TEXTS = {path.stem: path.read_text("utf-8") for path in CHAPTERS}
FOUND = [(chapter, *link) for chapter, text in TEXTS.items() for link in LINK.findall(text)]


def figure_of(name):
    """A figure of this name, as it comes."""
    words = name.replace("-", "")
    kinds = [kind for kind in CLASSES if kind.__name__.lower() == words]
    assert len(kinds) == 1, f"no figure is called {name!r} when it comes"
    return kinds[0]()


def read(text, now):
    """A value of a link, of the kind of the one that is there."""
    if isinstance(now, bool):
        return {"0": False, "1": True}[text]
    return type(now)(text)


def test_there_are_such_links():
    assert len(FOUND) > 10


@pytest.mark.parametrize(("chapter", "page", "name", "query"), FOUND)
def test_a_link_into_a_figure_leads_there(chapter, page, name, query):
    target = page or chapter
    assert target in TEXTS, f"there is no chapter {target}"
    if re.search(rf"\bname=\"{name}\"", TEXTS[target]):
        return  # a figure with a name of its own; its kind is not known here
    figure = figure_of(name)
    assert re.search(rf"\b{type(figure).__name__}\(", TEXTS[target]), f"{target} has no {name}"
    for key, value in parse_qsl(unescape(query)):
        assert figure.has_trait(key), f"{name} has no {key}"
        setattr(figure, key, read(value, getattr(figure, key)))
