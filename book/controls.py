"""ipywidgets' own front end as one script for a static page.

``widgetsnbextension``, a dependency of ipywidgets, carries it as a program for the classic
notebook. One word is added to it, so that its manager of models can be used from outside, and
``controls.js`` puts a page around it where it expects a notebook.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from sphinx.errors import ExtensionError

NAME = "controls.js"
PLACE = "/* HERE: widgetsnbextension/static/extension.js */"
EXPORTS = "e.exports={load_ipython_extension:"


def patch(text: str, old: str, new: str, what: str) -> str:
    """Replace a part that must occur exactly once.

    Raises:
        ExtensionError: if the part does not, because another version was installed.
    """
    if text.count(old) != 1:
        raise ExtensionError(f"{what} must contain {old!r} once; found {text.count(old)}")
    return text.replace(old, new)


def program() -> str:
    """Join the installed front end and ``controls.js``."""
    wheel = distribution("widgetsnbextension")
    path = Path(str(wheel.locate_file("widgetsnbextension/static/extension.js")))
    text = path.read_text("utf-8").split("//# sourceMappingURL=")[0]
    opened = EXPORTS.replace("{", "{WidgetManager:r.WidgetManager,")
    front_end = patch(text, EXPORTS, opened, f"{wheel.name} {wheel.version}")
    return patch(Path(__file__).with_suffix(".js").read_text("utf-8"), PLACE, front_end, NAME)


def write(path: Path) -> None:
    """Write the script, unless it is there already."""
    text = program()
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
