"""What a reader's browser loads: each page first, and each page after the one before it.

python benchmarks/page_weight.py [FOLDER]    FOLDER is a built book, by default _build/html
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.chromium import launch, serve  # noqa: E402

PACKED = {".woff", ".woff2", ".png", ".jpg", ".ico"}  # servers send these as they are
QUIET = 500  # milliseconds without a request, after which a page is taken to be complete


@cache
def sizes(path: Path) -> tuple[int, int]:
    """Bytes of a file, as it is and as a server sends it."""
    data = path.read_bytes()
    return len(data), len(data) if path.suffix in PACKED else len(gzip.compress(data))


def loaded(browser: Browser, address: str, folder: Path, page: str) -> set[Path]:
    """The files that a browser with nothing in its cache loads for a page."""
    files: set[Path] = set()
    with browser.new_context() as context:
        tab = context.new_page()
        tab.on(
            "request", lambda request: files.add(folder / unquote(urlsplit(request.url).path)[1:])
        )
        tab.goto(f"{address}/{page}", wait_until="networkidle")
        tab.wait_for_timeout(QUIET)
    return {path for path in files if path.is_file()}


def pages(folder: Path) -> list[str]:
    """The book's pages in the reader's order, chapters before the rest."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html")]
    skipped = ("_static/", "_modules/", "index.html", "genindex.html", "search.html")
    return sorted((p for p in found if not p.startswith(skipped)), key=lambda p: ("/" not in p, p))


def rows(folder: Path) -> Iterator[list[str]]:
    """One row for each page."""
    before: set[Path] = set()
    with serve(folder) as address, launch() as browser:
        for page in pages(folder):
            files = loaded(browser, address, folder, page)
            row = [page]
            for part in (files, files - before):
                row += [f"{sum(size) / 1000:,.0f}" for size in zip(*map(sizes, part), strict=True)]
            before = files
            yield row


def main(folder: Path) -> None:
    """Print the table, in kilobytes."""
    print(f"{'kB':36}{'first page':>20}{'after the one above':>24}")
    print(f"{'':36}{'raw':>10}{'gzip':>10}{'raw':>14}{'gzip':>10}")
    for page, *numbers in rows(folder):
        print(
            f"{page:36}"
            + "".join(f"{n:>{w}}" for n, w in zip(numbers, (10, 10, 14, 10), strict=True))
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT / "_build" / "html")
