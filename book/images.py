"""Pictures that are fetched when the reader comes near them, in a place kept free for them.

A chapter's pictures weigh more than all else on its page, and most readers see the first ones only.
As WebP they weigh half of what they do as PNG, and hold the same pixels; photographs, in which
nobody sees the difference, are nearly the same and a third of that.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.images import get_image_size

from book import pages

IMAGE = re.compile(r'(<img [^>]*src="[^"]*_images/([^"]+\.\w+)" style=")(width: [\d.]+\w+;)"')
PNG = re.compile(r'(?<=_images/)([^"/]+)\.png')
NEAR = 95  # the quality of a photograph, of 100


class FetchLate(SphinxPostTransform):
    """Let every picture wait until the reader comes near."""

    default_priority = 900  # after all that makes pictures
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the document in place."""
        for image in self.document.findall(nodes.image):
            image["loading"] = "lazy"


def webp(picture: Image.Image) -> bytes:
    """Write a picture as it is, or nearly so if that takes less than half of the bytes."""

    def saved(**options: Any) -> bytes:
        file = io.BytesIO()
        picture.save(file, "webp", **options)
        return file.getvalue()

    exact, near = saved(lossless=True), saved(quality=NEAR)
    return near if len(near) < len(exact) / 2 else exact


def convert(folder: Path) -> None:
    """Put a WebP in the place of every PNG."""
    for path in folder.glob("*.png"):
        with Image.open(path) as picture:
            path.with_suffix(".webp").write_bytes(webp(picture))
        path.unlink()


def name_webp(html: str, folder: Path) -> str:
    """Call the pictures by their new names."""

    def named(match: re.Match[str]) -> str:
        name = f"{match[1]}.webp"
        return name if (folder / name).exists() else match[0]

    return PNG.sub(named, html)


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
    convert(folder)
    pages.rewrite(app, lambda html: keep_place(name_webp(html, folder), folder))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.add_post_transform(FetchLate)
    app.connect("build-finished", fix_pages)
