"""Growth: does a step cost as much per multiply-add when batch, image or channels grow?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from benchmarks.company import company
from benchmarks.figures import rounded
from benchmarks.models import SEED, Model
from benchmarks.options import Options
from benchmarks.parts import Measured
from benchmarks.parts.networks import OWN, PEERS

PEER = "PyTorch, channels last"
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)
SIDES = (16, 32, 64, 128, 256)
FACTORS = (0.25, 0.5, 1, 2, 4)  # of the seed's channels
SMALL = 8  # samples where sides grow, so that the largest images fit into memory


def models() -> Iterator[tuple[str, float, Model]]:
    """What grows, how far it has grown, and the network."""
    for batch in BATCHES:
        yield "batch", batch, replace(SEED, batch=batch)
    for side in SIDES:
        yield "image side", side, replace(SEED, batch=SMALL, image=(side, side, 3))
    for factor in FACTORS:
        filters = tuple(int(factor * count) for count in SEED.filters)
        yield "channels", filters[0], replace(SEED, batch=SMALL, filters=filters)


def measure(options: Options) -> Measured:
    """Measure steps; ``ns_per_kmac`` is nanoseconds per thousand multiply-adds."""
    rows: list[dict[str, Any]] = []
    threads = options.most_threads
    found_models = list(models())
    with company({**OWN, PEER: PEERS[PEER]}, options, threads) as found:
        for axis, value, model in found_models[: 2 if options.pace.quick else None]:
            print(f"growth: {axis} {value}", flush=True)
            group = {"isa": options.isa, "threads": threads, "axis": axis, "value": value}
            for row in found.ask_all(model.as_dict(), ["step"]):
                del row["peak_mib"]
                cost = rounded(1e9 * row["median_ms"] / model.step_macs)
                rows.append({**group, **row, "macs": model.step_macs, "ns_per_kmac": cost})
        return Measured(rows, found.versions)
