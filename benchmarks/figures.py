"""What is kept of many times: the median, the least, and how many there were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

DIGITS = 4  # of a kept number; a machine repeats itself less well than that


def rounded(value: float) -> float:
    """A number with as many digits as are worth keeping."""
    return float(f"{value:.{DIGITS}g}")


def summary(seconds: Sequence[float]) -> dict[str, Any]:
    """Median, least and count of times in seconds, as milliseconds.

    Raises:
        ValueError: If there are none, or one is not positive.
    """
    if not seconds or min(seconds) <= 0:
        raise ValueError(f"There must be times, all above 0; got {list(seconds)[:3]}.")
    milliseconds = [1e3 * time for time in seconds]
    return {
        "median_ms": rounded(median(milliseconds)),
        "least_ms": rounded(min(milliseconds)),
        "count": len(milliseconds),
    }


def ratio(row: dict[str, Any], own: dict[str, Any] | None) -> float | None:
    """How many times as long as ours a row's median is; None where there is none of ours."""
    return None if own is None else rounded(row["median_ms"] / own["median_ms"])


def gigaflops(macs: float, milliseconds: float) -> float:
    """Thousand millions of operations per second; a multiply-add is two of them."""
    return rounded(2e-6 * macs / milliseconds)


def find(rows: Iterable[dict[str, Any]], **wanted: Any) -> dict[str, Any] | None:
    """The first row with these values."""
    return next(iter(select(rows, **wanted)), None)


def select(rows: Iterable[dict[str, Any]], **wanted: Any) -> list[dict[str, Any]]:
    """The rows with these values."""
    return [row for row in rows if all(row.get(k) == v for k, v in wanted.items())]


def distinct(rows: Iterable[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """The values that columns have together, each once, in the order of the rows."""
    return list(dict.fromkeys(tuple(row.get(name) for name in names) for row in rows))
