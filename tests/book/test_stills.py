"""A widget's still picture beside its view."""

from __future__ import annotations

import pytest
from docutils import nodes
from PIL import Image

from book.stills import VIEW, kinds, still


@pytest.fixture
def source(tmp_path):
    Image.new("L", (300, 200)).save(tmp_path / "still.png")
    return tmp_path


def bundle(**offers):
    node = nodes.container(nb_element="mime_bundle")
    for kind, child in offers.items():
        part = nodes.container(mime_type=kind)
        node += part
        if child is not None:
            part += child
    return node


@pytest.fixture
def output():
    return bundle(
        **{
            VIEW: nodes.raw("", "<script></script>", format="html"),
            "image/png": nodes.image(uri="/still.png"),
            "text/plain": nodes.literal_block("", 'Two <grey>\n"pixels".'),
        }
    )


def test_kinds_are_those_with_a_content(output):
    assert set(kinds(output)) == {VIEW, "image/png", "text/plain"}
    assert set(kinds(bundle(**{VIEW: None}))) == set()
    assert kinds(nodes.paragraph()) == {}


def test_still_has_size_name_and_words(output, source):
    opening, image, closing = still(kinds(output), source)
    assert opening.astext() == '<div class="still" style="--width: 300; --height: 200">'
    assert image["alt"] == 'Two <grey> "pixels".'
    assert "Two &lt;grey&gt;" in closing.astext()
    assert closing.astext().endswith("</div>")


def test_a_picture_for_dense_screens_has_the_size_it_says(output, source):
    image = next(output.findall(nodes.image))
    image["width"] = "150"
    opening, image, _ = still(kinds(output), source)
    assert "--width: 150; --height: 100" in opening.astext()
    assert "width" not in image


def test_an_author_may_name_the_picture(output, source):
    next(output.findall(nodes.image))["alt"] = "Both pixels"
    assert still(kinds(output), source)[1]["alt"] == "Both pixels"


def test_a_widget_without_a_picture_has_no_still(source):
    assert still({"text/plain": nodes.literal_block("", "IntSlider(value=1)")}, source) == []
