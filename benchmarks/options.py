"""What a run of the benchmarks is asked for: how much, with how many threads, on which Python."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pace:
    """How much is measured.

    Attributes:
        rounds: Turns of every implementation.
        calls: Least number of calls in a turn; the first one is dropped.
        seconds: A turn of short calls goes on until this time has passed.
        quiet: Seconds to wait at most for an idle machine, before each turn.
        batches: Batches of one ``fit``.
        starts: Processes of each kind that are started from nothing.
        quick: Whether only to see that everything runs.
    """

    rounds: int = 8
    calls: int = 6
    seconds: float = 0.1
    quiet: float = 15.0
    batches: int = 60
    starts: int = 5
    quick: bool = False


QUICK = Pace(rounds=1, calls=2, seconds=0.0, quiet=0.0, batches=3, starts=1, quick=True)


@dataclass(frozen=True)
class Options:
    """What the command line asks for.

    Attributes:
        peers: A Python that has the other libraries.
        threads: Numbers of threads to measure with.
        isa: A name of :data:`benchmarks.settings.ISAS`.
        pace: How much is measured.
    """

    peers: str = sys.executable
    threads: tuple[int, ...] = (1, 2)
    isa: str = "native"
    pace: Pace = field(default_factory=Pace)

    @property
    def most_threads(self) -> int:
        """For parts that measure with one number of threads only."""
        return max(self.threads)
