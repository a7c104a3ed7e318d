"""Pictures that are fetched when the reader comes near them, in a place kept free for them.

A chapter's pictures weigh more than all else on its page, and most readers see the first ones only.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.images import get_image_size

from book import pages

IMAGE = re.compile(r'(<img [^>]*src="[^"]*_images/([^"]+\.png)" style=")(width: [\d.]+\w+;)"')


class FetchLate(SphinxPostTransform):
    """Let every picture wait until the reader comes near."""

    default_priority = 900  # after all that makes pictures
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the document in place."""
        for image in self.document.findall(nodes.image):
            image["loading"] = "lazy"


def keep_place(html: str, folder: Path) -> str:
    """Write each picture's proportions beside its width, that nothing jumps when it arrives."""

    def sized(match: re.Match[str]) -> str:
        size = get_image_size(str(folder / match[2]))
        ratio = f" aspect-ratio: {size[0]} / {size[1]};" if size else ""
        return f'{match[1]}{match[3]}{ratio}"'

    return IMAGE.sub(sized, html)


def fix_pages(app: Sphinx, exception: Exception | None) -> None:
    """Correct the pages that were written."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_images"
    pages.rewrite(app, lambda html: keep_place(html, folder))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.add_post_transform(FetchLate)
    app.connect("build-finished", fix_pages)
