"""The functions of the Sphinx extension, without Sphinx."""

from __future__ import annotations

from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from PIL import Image

from book.accessibility import fix
from book.images import convert, keep_place, name_webp
from book.notebooks import digest, to_take_away
from book.offline import policy
from book.stills import VIEW
from book.weight import is_mathjax, lighten


@pytest.fixture
def library(tmp_path):
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "dense.py").write_text("y = x @ w\n")
    return tmp_path


def test_digest_is_the_same_for_the_same_sources(library):
    assert digest(library) == digest(library)
    assert len(digest(library)) == 12


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "kernels" / "dense.py").write_text("y = w @ x\n"),
        lambda folder: (folder / "kernels" / "dense.py").rename(folder / "dense.py"),
        lambda folder: (folder / "figure.js").write_text("export default {}\n"),
        lambda folder: (folder / "weights.safetensors").write_bytes(b"\0"),
    ],
    ids=["an edit", "a move", "a new module", "a new data file"],
)
def test_digest_sees(library, change):
    before = digest(library)
    change(library)
    assert digest(library) != before


def test_digest_leaves_out_what_python_makes(library):
    before = digest(library)
    (library / "__pycache__").mkdir()
    (library / "__pycache__" / "dense.cpython-311.pyc").write_bytes(b"\0")
    assert digest(library) == before


def test_notebook_to_take_away_says_how_to_run_it_and_keeps_its_outputs():
    output = nbformat.v4.new_output("stream", text="2\n")
    cell = nbformat.v4.new_code_cell("print(1 + 1)", outputs=[output], execution_count=1)
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    notebook = to_take_away(notebook, "See-Through CNNs")
    assert "pip install" in notebook.cells[0].source
    assert notebook.cells[1].outputs == [output]
    assert "widgets" not in notebook.metadata
    nbformat.validate(notebook)


def test_notebook_to_take_away_keeps_a_widgets_picture_and_words():
    offers = {"image/png": "iVBORw0KGgo=", "text/plain": "Two pixels."}
    view = {"model_id": "1", "version_major": 2, "version_minor": 0}
    output = nbformat.v4.new_output("display_data", data=offers | {VIEW: view})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    notebook = to_take_away(notebook, "See-Through CNNs")
    assert notebook.cells[1].outputs[0].data == offers
    nbformat.validate(notebook)


def test_fix_lets_a_button_be_called_by_its_visible_text():
    button = '<button class="btn search-button-field" title="Search" aria-label="Search"><i></i>'
    assert fix(button) == '<button class="btn search-button-field" title="Search"><i></i>'


def test_fix_makes_the_logo_part_of_a_landmark():
    before = '<div class="sidebar-primary-items__start sidebar-primary__section">'
    assert 'role="region" aria-label="Book"' in fix(before)


def test_fix_leaves_everything_else_alone():
    html = '<button class="btn" aria-label="Close"></button><summary>Answer</summary>'
    assert fix(html) == html


@pytest.mark.parametrize(
    ("filename", "body", "expected"),
    [
        ("_static/mathjax/tex-chtml.js", None, True),
        (None, "window.MathJax = {}", True),
        ("_static/copybutton.js", None, False),
    ],
)
def test_is_mathjax(filename, body, expected):
    assert is_mathjax(SimpleNamespace(filename=filename, attributes={"body": body})) is expected


@pytest.mark.parametrize("live", [False, True])
def test_policy_names_no_other_host(live):
    assert "http" not in policy(live)
    assert "*" not in policy(live)


def test_policy_lets_only_live_pages_make_scripts():
    assert "blob:" not in policy(live=False)
    assert "'wasm-unsafe-eval'" in policy(live=True)
    assert "'unsafe-eval'" not in policy(live=True)


@pytest.mark.parametrize("page", ["plain.html", "search.html"])
def test_only_the_search_page_loads_what_searches(page):
    names = ("searchtools.js", "language_data.js", "searchindex.js")
    scripts = "".join(f'\n    <script src="../_static/{name}"></script>' for name in names)
    body = '<div id="search-results"></div>' if page == "search.html" else ""
    kept = '<script src="_static/doctools.js"></script>'
    before = f'{kept}<script defer src="_static/scripts/fontawesome.js?digest=1"></script>'
    after = lighten(before + scripts + body)
    assert after == kept + (scripts + body if body else "")


def test_a_drawing_becomes_a_webp_of_the_same_pixels(tmp_path):
    pixels = np.zeros((60, 80, 4), np.uint8)
    pixels[10:50, 20:30], pixels[::7, ::3] = (200, 30, 40, 255), (10, 10, 10, 90)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    convert(tmp_path)
    (path,) = tmp_path.iterdir()
    found = np.asarray(Image.open(path))
    assert path.name == "a.webp"
    np.testing.assert_array_equal(found[pixels[..., 3] > 0], pixels[pixels[..., 3] > 0])
    np.testing.assert_array_equal(found[..., 3], pixels[..., 3])


def test_a_photograph_becomes_nearly_the_same_in_half_the_bytes(tmp_path, rng):
    waves = np.sin(np.arange(256) / 9) * np.cos(np.arange(256)[:, None] / 7)
    pixels = 128 + 90 * waves[..., None] * [1, 0.8, 0.6] + rng.normal(0, 2, (256, 256, 3))
    pixels = pixels.round().astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    before = (tmp_path / "a.png").stat().st_size
    convert(tmp_path)
    found = np.asarray(Image.open(tmp_path / "a.webp")).astype(int)
    assert (tmp_path / "a.webp").stat().st_size < before / 2
    assert 0 < np.abs(found - pixels).mean() < 2


def test_a_page_calls_its_pictures_by_their_new_names(tmp_path):
    (tmp_path / "a.webp").touch()
    page = '<a href="../_images/{0}"><img src="../_images/{0}"></a><img src="_images/b.png">'
    after = name_webp(page.format("a.png"), tmp_path)
    assert after == page.format("a.webp")
    assert name_webp(after, tmp_path) == after


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_a_picture_keeps_its_place_free_and_only_once(tmp_path, kind):
    Image.new("L", (640, 480)).save(tmp_path / f"a.{kind}")
    before = f'<img alt="A" loading="lazy" src="../_images/a.{kind}" style="width: 700px;" />'
    after = keep_place(before, tmp_path)
    assert 'style="width: 700px; aspect-ratio: 640 / 480;"' in after
    assert keep_place(after, tmp_path) == after


def test_a_picture_that_is_not_there_is_left_alone(tmp_path):
    html = '<img src="_images/gone.png" style="width: 7px;" /><img src="x.png">'
    assert keep_place(html, tmp_path) == html
