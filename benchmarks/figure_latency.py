"""How long is it from an input event to the picture it changes? In Chromium, on the photo.

python benchmarks/figure_latency.py          a kernel of 5 × 5 weights on 160 × 240 pixels
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cnnlib.widgets import KernelLab  # noqa: E402
from tests.chromium import launch, serve  # noqa: E402
from tests.live_page import DRAWN, live_page  # noqa: E402

PAUSE = 40  # milliseconds between two inputs, so that each has a picture of its own


def keys(page: Any, count: int) -> None:
    """Change a weight with the arrow keys: the whole map is computed anew."""
    weight = page.get_by_role("spinbutton", name="w[2, 2]")
    weight.focus()
    for k in range(count):
        page.keyboard.press("ArrowUp" if k % 20 < 10 else "ArrowDown")
        page.wait_for_timeout(PAUSE)


def pointer(page: Any, count: int) -> None:
    """Move the window over the image: other marks, other numbers in the tables."""
    area = page.locator(".stc-picture").first.bounding_box()
    for k in range(count):
        page.mouse.move(area["x"] + 20 + k % 200, area["y"] + 20 + k % 150)
        page.wait_for_timeout(PAUSE)


def measure(page: Any, act: Any, count: int) -> tuple[int, float, float]:
    """Number of pictures, median and 95th percentile of their milliseconds."""
    act(page, 10)  # the browser compiles what runs often
    page.evaluate("performance.clearMeasures()")
    act(page, count)
    found = page.evaluate("performance.getEntriesByType('measure').map((m) => m.duration)")
    return len(found), statistics.median(found), statistics.quantiles(found, n=20)[-1]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="inputs of each kind")
    count = parser.parse_args().count
    body = live_page(KernelLab(size=5))
    print(f"{'':34}{'pictures':>10}{'median ms':>12}{'95 % ms':>10}")
    with launch() as browser, serve(ROOT) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        page.route("**/page", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(f"{address}/page")
        page.wait_for_function(DRAWN)
        throttle = page.context.new_cdp_session(page)
        for rate in (1, 4):
            throttle.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            for name, act in (("weight, arrow keys", keys), ("window, pointer", pointer)):
                label = f"{name}, processor / {rate}" if rate > 1 else name
                pictures, median, most = measure(page, act, count)
                print(f"{label:34}{pictures:10}{median:12.1f}{most:10.1f}")


if __name__ == "__main__":
    main()
