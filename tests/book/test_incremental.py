"""A second build writes what has changed, and takes nothing from the pages that stay."""

from __future__ import annotations

import pytest

from book.live import FOLDER, USED
from tests import tiny


def loaded(html):
    """The files of widgets that the pages load."""
    return {name for page in html.rglob("*.html") for name in USED.findall(page.read_text())}


def stored(html):
    found = {f"{FOLDER}/{path.name}" for path in (html / "_static" / FOLDER).iterdir()}
    return found | {path.name for path in (html / "_static").glob("controls.js")}


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

    for name, old in [("figures", "Other(3)"), ("links", "display(slider)")]:
        text = (source / f"{name}.md").read_text()
        (source / f"{name}.md").write_text(text.replace(old, "3"))
    tiny.build(source)
    assert loaded(html) == stored(html)
    assert stored(html) < first
    assert "controls.js" in first - stored(html)
