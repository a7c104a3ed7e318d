"""The licenses of everything that the site carries, in one file beside the pages.

The texts are those of the installed packages, read in every build; nothing is copied into git.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from docutils import nodes
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

NAME = "licenses.txt"
HEAD = """\
What this site carries besides its own text and code, and on which terms.
Its font Book Icons is a changed version of Font Awesome Free: the icons in use, under another name.

"""
# package -> what of it is in the pages
PACKAGES = {
    "sphinx": "search and basic styles",
    "sphinx-book-theme": "layout",
    "pydata-sphinx-theme": "layout, with Bootstrap and Font Awesome",
    "pygments": "colors of code",
    "accessible-pygments": "colors of code",
    "myst-nb": "styles of cells",
    "sphinx-design": "tabs and cards",
    "sphinx-copybutton": "copy buttons, with clipboard.js",
    "sphinx-togglebutton": "what can be folded",
    "sphinx-exercise": "styles of exercises",
    "sphinx-proof": "styles of theorems",
    "sphinx-mathjax-offline": "MathJax, by the MathJax Consortium; Apache License 2.0, see below",
    "widgetsnbextension": "sliders and links between widgets, by the Jupyter Development Team",
}
NOTICES = re.compile(r"/\*!.*?\*/", re.DOTALL)  # kept by the programs that shorten scripts
# license that notices only name -> (package that carries its text, where the text begins and ends)
TEXTS = {
    "MIT License": ("sphinx-design", r"Permission is hereby\s+granted.*"),
    "Apache License 2.0": ("importlib-metadata", r"Apache License\s+Version 2\.0.*"),
    "SIL Open Font License 1.1": (
        "fonttools",
        r"SIL OPEN FONT LICENSE Version 1\.1.*?OTHER DEALINGS IN THE FONT SOFTWARE\.",
    ),
}


def license_files(package: Distribution) -> list[Path]:
    """List the files of a package that say on which terms it comes."""
    files = [file for file in package.files or [] if re.search(r"licen[cs]e", file.name, re.I)]
    return [Path(str(package.locate_file(file))) for file in sorted(files)]


def section(title: str, *parts: str) -> str:
    """Lay out one section."""
    return (
        "\n\n".join([f"{title}\n{'=' * len(title)}", *(part.strip() for part in parts)]) + "\n\n\n"
    )


def packages() -> Iterator[str]:
    """Write what each package says of itself."""
    for name, what in PACKAGES.items():
        package = distribution(name)
        texts = [path.read_text("utf-8") for path in license_files(package)]
        yield section(f"{name} {package.version}", f"In this site: {what}.", *texts)


def notices(static: Path) -> str:
    """Collect the notices in scripts and styles, and in fonts."""
    found: dict[str, None] = {}  # in order, each once
    for path in sorted(static.rglob("*")):
        if path.suffix in (".js", ".css"):
            found |= dict.fromkeys(NOTICES.findall(path.read_text("utf-8")))
        elif path.suffix == ".woff":
            names = TTFont(path)["name"]
            family, copyright, license = map(names.getDebugName, (1, 0, 13))
            found[f"{family}: {license or copyright}"] = None
    return section("Notices in the files themselves", *found)


def terms() -> Iterator[str]:
    """Write the texts of the licenses that notices only name.

    Raises:
        ExtensionError: if the package of ``TEXTS`` does not carry the text any more.
    """
    for title, (name, pattern) in TEXTS.items():
        texts = (path.read_text("utf-8") for path in license_files(distribution(name)))
        found = [match[0] for text in texts if (match := re.search(pattern, text, re.DOTALL))]
        if not found:
            raise ExtensionError(f"{name} must carry the text of the {title}; found none")
        yield section(title, found[0])


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the file."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    text = HEAD + "".join([*packages(), notices(static), *terms()])
    (static / NAME).write_text(text, "utf-8")


def link(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Link the file at the foot of the page."""
    address = context["pathto"](f"_static/{NAME}", resource=True)
    context["theme_extra_footer"] = f'<a href="{address}">Licenses</a>'


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("html-page-context", link)
    app.connect("build-finished", write, priority=800)  # when scripts, styles and fonts are final
