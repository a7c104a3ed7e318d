"""A widget as small as can be that has everything a figure of the book has."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import anywidget
import traitlets
from PIL import Image

SHARED = "//# piece: shared.js\nconst sum = (a) => a.reduce((s, v) => s + v, 0);\n"
OTHER = """
function render({ model, el }) {
  el.className += " pixels";
  el.textContent = `sum ${sum([model.get("gain"), 1])}`;
}
"""
PADDING = "// A module is long; this one pretends.\n" * 20


def png() -> str:
    """Draw two gray pixels, 200 times as large, as notebooks keep a picture."""
    file = io.BytesIO()
    Image.new("L", (400, 200), 128).save(file, "png")
    return base64.b64encode(file.getvalue()).decode()


class Pixels(anywidget.AnyWidget):
    """Numbers in an array deep in a trait, and a button that multiplies them."""

    _esm = SHARED + PADDING + Path(__file__).with_suffix(".js").read_text() + PADDING
    _css = ".pixels { height: 200px }"  # as high as the still
    gain = traitlets.Int(1).tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    image = traitlets.Dict().tag(sync=True)

    def __init__(self, value: int, **traits: object):
        data = {"shape": [600], "dtype": "uint8", "data": bytes([value]) * 600}
        super().__init__(image=data, **traits)

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"image/png": png(), "text/plain": "Two <grey> pixels."}, metadata


class Other(Pixels):
    """Another class, with a piece of its own and the shared one."""

    _esm = SHARED + PADDING + "//# piece: other.js\nexport default () => ({ render });\n" + OTHER
