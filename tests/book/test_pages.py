"""The built pages, as files."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nbformat
import pytest

from book.live import VIEWS
from book.offline import policy
from book.weight import UNUSED
from tests.built import CHAPTERS, PAGES

SOURCES = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
ELSEWHERE = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)


class Loaded(HTMLParser):
    """Collect the addresses that a page loads by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get(SOURCES.get(tag, ""))
        if address:
            self.addresses.append(address)


@pytest.mark.parametrize("page", PAGES)
def test_page_loads_nothing_from_elsewhere(html, page):
    text = (html / page).read_text("utf-8")
    addresses = Loaded(text).addresses
    assert addresses
    assert not [address for address in addresses if ELSEWHERE.match(address)]
    assert policy(live=bool(VIEWS.search(text))) in text


@pytest.mark.parametrize("chapter", [path.stem for path in CHAPTERS])
def test_chapter_can_be_taken_away_with_its_outputs(html, chapter):
    page = (html / "chapters" / f"{chapter}.html").read_text("utf-8")
    assert f"_sources/chapters/{chapter}.ipynb" in page
    notebook = nbformat.read(html / "_sources" / "chapters" / f"{chapter}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert "pip install" in notebook.cells[0].source
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    assert any(cell.outputs for cell in cells)


def test_mathjax_is_only_where_maths_is(html):
    for page in PAGES:
        text = (html / page).read_text("utf-8")
        assert ("mathjax/tex-chtml.js" in text) == ("math notranslate" in text), page


def test_every_page_leads_to_the_licenses(html):
    for page in PAGES:
        assert '_static/licenses.txt">Licenses</a>' in (html / page).read_text("utf-8"), page
    assert (html / "_static" / "licenses.txt").stat().st_size > 30_000


def test_no_unused_weight_is_shipped(html):
    assert not [path for path in UNUSED if (html / "_static" / path).exists()]
    assert not list((html / "_static").rglob("*.map"))
    fonts = list((html / "_static").rglob("fa-*.*"))
    assert fonts
    assert sum(path.stat().st_size for path in fonts) < 20_000
    size = (html / "_static" / "mathjax" / "tex-chtml.js").stat().st_size
    assert 500_000 < size < 900_000  # without its menu


@pytest.mark.parametrize(
    ("chapter", "pattern", "least"),
    [
        ("12_training", r"^worst (\S+)%", 98.0),
        ("14_keras", r"^the worst of the five\s+(\S+)%", 90.0),
    ],
)
def test_the_worst_of_five_trainings_keeps_what_the_chapter_promises(html, chapter, pattern, least):
    notebook = nbformat.read(html / "_sources" / "chapters" / f"{chapter}.ipynb", as_version=4)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    text = "\n".join(out.get("text", "") for out in outputs)
    scores = re.findall(pattern, text, re.MULTILINE)
    assert len(scores) == 1
    assert float(scores[0]) >= least


def test_the_mean_color_does_not_give_the_photos_away(html):
    notebook = nbformat.read(html / "_sources" / "chapters" / "14_keras.ipynb", as_version=4)
    text = "".join(out.get("text", "") for c in notebook.cells for out in c.get("outputs", []))
    (score,) = re.findall(r"^logistic regression, mean color\s+(\S+)%", text, re.MULTILINE)
    assert float(score) < 75
