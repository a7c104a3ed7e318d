"""The theme's icons, reduced to those in use."""

from __future__ import annotations

import io
from importlib.metadata import distribution
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from book.icons import FONTS, OWN_NAME, STYLE, drawn, named, reduce_font, reduce_style

SUN, FISH, BULB = 0xF185, 0xF578, 0xF0EB  # the last one is a rule's of admonitions
THEME = "pydata_sphinx_theme/theme/pydata_sphinx_theme/static"


@pytest.fixture(scope="module")
def theme():
    return Path(str(distribution("pydata-sphinx-theme").locate_file(THEME)))


def test_icons_are_named_by_classes_and_by_widgets():
    page = '<i class="fa-solid fa-sun fa-lg"></i>'
    assert named([page, '{"icon":"play", "icons": "no"}']) == {"solid", "sun", "lg", "play"}


def test_an_icon_keeps_its_rule_under_each_of_its_names(theme):
    css = '.fa-close:before,.fa-xmark:before{content:"\\f00d"}.fa-2x{font-size:2em}'
    assert reduce_style(css, {"xmark"}) == css
    assert reduce_style(css, {"sun"}) == ".fa-2x{font-size:2em}"


def test_the_theme_is_the_expected_one(theme):
    css = (theme / STYLE).read_text("utf-8")
    style = reduce_style(css, {"sun"})
    assert {SUN, BULB} <= drawn(style)
    assert FISH not in drawn(style)
    assert len(drawn(style)) < 30
    assert len(style) < len(css) - 80_000
    assert style.count('.woff) format("woff")') == 3
    assert ".ttf" not in style


def test_a_font_has_the_icons_asked_for_and_a_name_of_its_own(theme):
    path = theme / FONTS / "fa-solid-900.ttf"
    data = reduce_font(path, {SUN})
    font = TTFont(io.BytesIO(data))
    assert set(font.getBestCmap()) == {SUN}
    assert len(data) < path.stat().st_size / 100
    names = {record.nameID: str(record) for record in font["name"].names}
    assert names[1] == OWN_NAME
    assert not [text for i, text in names.items() if i in (1, 3, 4, 6, 16) and "Awesome" in text]
    assert "Font Awesome" in names[0]  # whose work it is
    assert FISH not in font.getBestCmap()
    assert data == reduce_font(path, {SUN})


def test_the_book_has_every_icon_that_its_styles_draw(html):
    static = html / "_static"
    points = set().union(*(drawn(css.read_text("utf-8")) for css in static.rglob("*.css")))
    fonts = [TTFont(font).getBestCmap() or {} for font in (static / FONTS).glob("*.woff")]
    assert len(fonts) == 3
    assert BULB in points
    assert points <= set().union(*fonts)
