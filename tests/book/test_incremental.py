"""A second build writes what has changed, and takes nothing from the pages that stay."""

from __future__ import annotations

import pytest

from book.live import FOLDER, USED
from tests import tiny


def loaded(html):
    """The files that all pages load, by their stems."""
    return {name for page in html.rglob("*.html") for name in USED.findall(page.read_text())}


def stored(html):
    return {path.stem for path in (html / FOLDER).iterdir()}


@pytest.fixture
def source(tmp_path):
    tiny.write(tmp_path)
    return tmp_path


def test_files_stay_while_a_page_loads_them(source):
    html = tiny.build(source)
    first = stored(html)
    assert loaded(html) == first
    before = (html / "links.html").stat().st_mtime_ns

    (source / "plain.md").write_text("# Plain\n\nNow with other words.\n")
    tiny.build(source)
    assert (html / "links.html").stat().st_mtime_ns == before  # not written again
    assert "other words" in (html / "plain.html").read_text()
    assert stored(html) == first

    text = (source / "figures.md").read_text()
    (source / "figures.md").write_text(text.replace("Other(3)", "3"))
    tiny.build(source)
    assert loaded(html) == stored(html)
    assert stored(html) < first
