"""The theme's icons: of two thousand, the few that the pages use.

The theme brings Font Awesome as three fonts and a style rule for each icon, 180 kB on a reader's
first page. Here the rules are reduced to the icons that some page or script names, and the fonts to
those and to the icons that other rules of the styles draw. The reduced fonts have a name of their
own, as the SIL Open Font License of Font Awesome asks of changed versions.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from book import pages

STYLE = "styles/pydata-sphinx-theme.css"
FONTS = "vendor/fontawesome/webfonts"
OWN_NAME = "Book Icons"
NAMES = {1: OWN_NAME, 3: OWN_NAME, 4: OWN_NAME, 6: OWN_NAME.replace(" ", ""), 16: OWN_NAME}
ICON = re.compile(r'\bfa-([a-z0-9-]+)|"icon": ?"([a-z0-9-]+)"')  # a class, or a widget's trait
RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:{1,2}before,?)+)\{content:"(\\[0-9a-f]+ ?|.)"\}')
ESCAPE = re.compile(r"\\([0-9a-f]{4})\b", re.IGNORECASE)
SOURCE = re.compile(r'(url\([^()]+)\.woff2\) format\("woff2"\),\1\.ttf\) format\("truetype"\)')


def named(texts: Iterable[str]) -> set[str]:
    """List the icons that pages and scripts name; a few that are none do no harm."""
    return {icon or trait for text in texts for icon, trait in ICON.findall(text)}


def reduce_style(css: str, icons: set[str]) -> str:
    r"""Keep the rules of some icons, and name the smaller fonts.

    Example:
        >>> css = '.fa-sun:before{content:"\\f185"}.fa-fish:before{content:"\\f578"}'
        >>> reduce_style(css, {"sun"})
        '.fa-sun:before{content:"\\f185"}'
    """

    def keep(rule: re.Match[str]) -> str:
        return rule[0] if icons & {name for name, _ in ICON.findall(rule[1])} else ""

    return SOURCE.sub(r'\1.woff) format("woff")', RULE.sub(keep, css))


def drawn(css: str) -> set[int]:
    r"""The code points of the icons that a style draws, written as themselves or in hexadecimal.

    Example:
        >>> sorted(drawn('.note{--icon:"\\f0eb"}.exercise{content:"\uf303"}'))
        [61675, 62211]
    """
    escaped = {int(digits, 16) for digits in ESCAPE.findall(css)}
    return {point for point in escaped | set(map(ord, css)) if 0xE000 <= point <= 0xF8FF}


def reduce_font(path: Path, points: set[int]) -> bytes:
    """Make a WOFF font of some characters of another font, under another name."""
    options = Options(name_IDs=["*"], layout_features=[], notdef_outline=True)
    font = TTFont(path)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    for record in font["name"].names:
        record.string = NAMES.get(record.nameID, str(record))
    font.flavor = "woff"
    font["head"].modified = font["head"].created  # the same bytes in every build
    font.recalcTimestamp = False
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def reduce_icons(app: Sphinx, exception: Exception | None) -> None:
    """Write the site's own style and fonts, always from the theme's."""
    if exception or app.builder.format != "html":
        return
    theme = distribution("pydata-sphinx-theme")
    origin = Path(str(theme.locate_file("pydata_sphinx_theme/theme/pydata_sphinx_theme/static")))
    static = Path(app.outdir) / "_static"
    users = [*pages.written(app), *static.rglob("*.js")]
    icons = named(path.read_text("utf-8") for path in users)
    style = reduce_style((origin / STYLE).read_text("utf-8"), icons)
    others = (path for path in static.rglob("*.css") if path != static / STYLE)
    points = drawn(style).union(*(drawn(path.read_text("utf-8")) for path in others))
    fonts = sorted((origin / FONTS).glob("*.ttf"))
    if not drawn(style) or not fonts or style.count('.woff) format("woff")') != len(fonts):
        raise ExtensionError(f"book.icons does not know the icons of {theme.name} {theme.version}")
    (static / STYLE).write_text(style, "utf-8")
    for font in fonts:
        (static / FONTS / font.name).with_suffix(".woff").write_bytes(reduce_font(font, points))
        for suffix in (".ttf", ".woff2"):
            (static / FONTS / font.name).with_suffix(suffix).unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("build-finished", reduce_icons, priority=700)  # after unused scripts were dropped
