"""All workers are asked in turn, so that a busy moment of the machine hits all alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from benchmarks.driver import Implementation, WorkerError, connect
from benchmarks.figures import summary
from benchmarks.machine import wait_until_idle
from benchmarks.options import Options, Pace


class Asked(Protocol):
    """Who answers questions: a worker process, or a page."""

    def ask(self, subject: Any, kind: str, pace: Pace) -> dict[str, Any]:
        """Measure; the answer has ``seconds`` and ``peak``, or is ``unknown``."""

    def stop(self) -> None:
        """Hang up."""


class Company:
    """Several workers that are asked in turn."""

    def __init__(self, options: Options) -> None:
        self.pace = options.pace
        self.versions: dict[str, str] = {}
        self.workers: dict[str, Asked] = {}

    def ask_all(self, subject: Any, kinds: Sequence[str]) -> list[dict[str, Any]]:
        """Measure every kind of call of every worker, round after round.

        Returns:
            A row for each worker and kind: their names, median, least and count, and ``peak_mib``,
            the most memory the process had had when it was first asked for that kind.
        """
        times: dict[tuple[str, str], list[float]] = {}
        peaks: dict[tuple[str, str], float | None] = {}
        left = {(name, kind) for name in self.workers for kind in kinds}
        for _ in range(self.pace.rounds):
            for kind in kinds:
                for name in [name for name in self.workers if (name, kind) in left]:
                    answer = self._ask(name, subject, kind)
                    if answer is None:
                        left.discard((name, kind))
                        continue
                    times.setdefault((name, kind), []).extend(answer["seconds"][1:])
                    peaks.setdefault((name, kind), answer["peak"])
        return [
            {"name": name, "kind": kind, **summary(times[name, kind]),
             "peak_mib": round(peaks[name, kind] or 0)}
            for name in [*self.workers] for kind in kinds if (name, kind) in times
        ]  # fmt: skip

    def _ask(self, name: str, subject: Any, kind: str) -> dict[str, Any] | None:
        """One answer; None if the worker does not know this kind of call, or has ended."""
        wait_until_idle(self.pace.quiet)
        try:
            answer = self.workers[name].ask(subject, kind, self.pace)
        except WorkerError as reason:
            print(f"{name}: {kind} left out, {reason}", flush=True)
            return None
        return None if "unknown" in answer else answer


@contextmanager
def company(
    implementations: dict[str, Implementation], options: Options, threads: int
) -> Iterator[Company]:
    """Start workers, and stop them in the end. Who cannot start is left out with a line."""
    made = Company(options)
    try:
        for name, implementation in implementations.items():
            try:
                made.workers[name], versions = connect(implementation, options, threads)
                made.versions |= versions
            except WorkerError as reason:
                print(f"{name}: skipped, {reason}", flush=True)
        yield made
    finally:
        for worker in made.workers.values():
            worker.stop()
