"""A figure that a notebook can show although pyplot has never heard of it."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure

PIXELS_PER_INCH = 100  # on the page
SHARPER = 2  # for screens that have more dots than that


class NotebookFigure(Figure):
    """A Figure that shows itself once.

    IPython shows an object through its ``_repr_png_``; for matplotlib's own Figure it has something
    of the kind only once pyplot is imported. And pyplot shows the figures it has made at the end of
    a cell; it has not made this one.
    """

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        png = BytesIO()
        self.savefig(png, format="png", dpi=PIXELS_PER_INCH * SHARPER)
        return png.getvalue(), {"width": round(self.get_figwidth() * PIXELS_PER_INCH)}
