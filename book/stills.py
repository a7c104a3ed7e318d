"""A widget and its still picture in one place of the page.

A cell's output may hold a widget's view, a picture of its first state, and a description. myst-nb
would show the first and drop the others. Here they become one element: the live widget where
scripts run, the picture with its description elsewhere, in print, and where the widget fails.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.images import get_image_size

VIEW = "application/vnd.jupyter.widget-view+json"


def kinds(bundle: nodes.Node) -> dict[str, nodes.Element]:
    """List what one output of a cell offers: MIME type -> its node; nothing for other nodes."""
    if not isinstance(bundle, nodes.container) or bundle.get("nb_element") != "mime_bundle":
        return {}
    return {child["mime_type"]: child for child in bundle.children if child.children}


def html(text: str) -> nodes.raw:
    """Make a node of HTML."""
    return nodes.raw("", text, format="html")


def take_size(image: nodes.image, source: Path) -> tuple[int, int]:
    """Say how large a picture is to be, and leave its element free to shrink on a phone."""
    width, height = get_image_size(str(source / image["uri"].lstrip("/"))) or (640, 480)
    image.attributes.pop("height", None)
    wanted = image.attributes.pop("width", "")
    if wanted.isdecimal():  # fewer than it has: a picture for dense screens
        width, height = int(wanted), round(height * int(wanted) / width)
    return width, height


def still(offer: dict[str, nodes.Element], source: Path) -> list[nodes.Node]:
    """Make the nodes of the still picture; none if the widget offers none.

    Args:
        offer: MIME type -> node, as ``kinds`` returns it.
        source: the folder that image addresses begin at.
    """
    if "image/png" not in offer:
        return []
    image = next(offer["image/png"].findall(nodes.image))
    text = " ".join(offer["text/plain"].astext().split()) if "text/plain" in offer else ""
    image.setdefault("alt", text)
    width, height = take_size(image, source)
    words = f'<p aria-hidden="true">{escape(text)}</p>' if text else ""  # heard as its name
    opening = f'<div class="still" style="--width: {width}; --height: {height}">'
    return [html(opening), image, html(f"{words}</div>")]


class JoinStills(SphinxPostTransform):
    """Put each widget's still beside its view."""

    default_priority = 3  # before myst-nb selects one kind of each output
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the document in place."""
        for bundle in list(self.document.findall(lambda node: VIEW in kinds(node))):
            offer = kinds(bundle)
            view = offer[VIEW]
            view.insert(0, html('<div class="live">'))
            view += [*still(offer, Path(self.app.srcdir)), html("</div>")]
            bundle.children = [view]


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(JoinStills)
