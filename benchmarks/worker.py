"""A process that holds one implementation and measures it when asked.

The driver starts it as ``python -m benchmarks.worker '{"module": ..., "threads": ...}'`` and sends
one line of JSON for each question: which subject (a network, a convolution), which kind of call,
how many of them. The answer is a line with the seconds of each call.

Every module of ``benchmarks.implementations`` that a worker can hold has

* ``PACKAGES``, whose versions are reported,
* ``make(subject, threads, **options)``: kind of call -> :class:`Call`.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import version
from typing import Any, NamedTuple, TextIO

WARM = 3  # calls before the first one that is measured: some compile, some choose an algorithm
MOST = 200  # calls per answer
LONG = 2  # calls per answer of what does its work many times in one call


class Call(NamedTuple):
    """Something to measure: one call of the function does the work ``times`` times."""

    function: Callable[[], Any]
    times: int = 1


def peak_mebibytes() -> float | None:
    """The most memory this process has had so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def pin(threads: int) -> None:
    """Keep the process on its first cores, for libraries that have no setting for threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def timed(call: Call, count: int, seconds: float) -> list[float]:
    """Seconds per work of ``count`` calls, and of more of them while ``seconds`` are not over."""
    found: list[float] = []
    end = time.perf_counter() + seconds
    while len(found) < count or (len(found) < MOST and time.perf_counter() < end):
        start = time.perf_counter()
        call.function()
        found.append((time.perf_counter() - start) / call.times)
    return found


class Worker:
    """Answers questions about one implementation; it holds one subject at a time."""

    def __init__(self, module: Any, threads: int, options: dict[str, Any]) -> None:
        self.module, self.threads, self.options = module, threads, options
        self.subject: Any = None
        self.calls: dict[str, Call] = {}
        self.warm: set[str] = set()

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Measure; the answer has ``seconds``, is ``unknown``, or says the ``error``."""
        try:
            self._take(question["subject"])
            kind = question["kind"]
            if kind not in self.calls:
                return {"unknown": kind}
            if kind not in self.warm:
                timed(self.calls[kind], 1 if self.calls[kind].times > 1 else WARM, 0)
                self.warm.add(kind)
            count = LONG if self.calls[kind].times > 1 else question["count"]
            seconds = timed(self.calls[kind], count, question["seconds"])
            return {"seconds": seconds, "peak": peak_mebibytes()}
        except Exception as error:
            traceback.print_exc()
            return {"error": f"{type(error).__name__}: {str(error)[:300]}"}

    def _take(self, subject: Any) -> None:
        if subject == self.subject:
            return
        self.calls, self.subject = {}, None  # the old one goes before the new one comes
        self.calls = self.module.make(subject, self.threads, **self.options)
        self.subject, self.warm = subject, set()


def conversation(task: dict[str, Any], questions: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The worker's side of a conversation: ready (or missing), then an answer per question."""
    if task.get("pin"):
        pin(task["threads"])
    try:
        module = import_module(f"benchmarks.implementations.{task['module']}")
    except ImportError as error:
        yield {"missing": str(error)}
        return
    yield {"ready": {name: version(name) for name in module.PACKAGES}}
    worker = Worker(module, task["threads"], task.get("options", {}))
    for line in questions:
        yield worker.answer(json.loads(line))


def private_stdout() -> TextIO:
    """The real stdout for answers; what libraries print goes to stderr from here on."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def main() -> None:
    """Talk with the driver until it hangs up."""
    answers = private_stdout()
    for answer in conversation(json.loads(sys.argv[1]), iter(sys.stdin)):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
