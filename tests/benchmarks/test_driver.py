"""Workers: they answer, they say what is missing, and they are asked in turn."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from benchmarks.company import Company, company
from benchmarks.driver import Connection, Implementation, WorkerError, connect
from benchmarks.models import LENET
from benchmarks.options import QUICK, Options, Pace
from benchmarks.settings import environment

OPTIONS = Options(pace=QUICK)
NUMPY = Implementation("numpy_networks")
SUBJECT = replace(LENET, batch=2, image=(12, 12, 1)).as_dict()


def test_a_worker_answers_with_the_seconds_of_each_call():
    worker, versions = connect(NUMPY, OPTIONS, threads=1)
    try:
        answer = worker.ask(SUBJECT, "step", Pace(calls=4, seconds=0.0))
        assert len(answer["seconds"]) == 4
        assert min(answer["seconds"]) > 0
        assert answer["peak"] > 1
        assert worker.ask(SUBJECT, "sing", QUICK) == {"unknown": "sing"}
        with pytest.raises(WorkerError, match=r"KeyError: 'image'"):
            worker.ask({"name": "nothing"}, "step", QUICK)
        assert worker.ask(SUBJECT, "forward", QUICK)["seconds"], "it goes on after an error"
    finally:
        worker.stop()
    assert list(versions) == ["numpy"]


def test_a_peer_that_is_not_installed_says_so(capsys):
    table = {"Nothing": Implementation("no_such_library"), "NumPy": NUMPY}
    with company(table, OPTIONS, threads=1) as found:
        assert list(found.workers) == ["NumPy"]
    out = capsys.readouterr().out
    assert out.startswith(f"Nothing: skipped, not installed for {sys.executable} (No module named")


def test_a_python_that_is_not_there_says_so(capsys):
    table = {"PyTorch": Implementation("torch_networks", peer=True)}
    with company(table, replace(OPTIONS, peers="/no/python"), threads=1) as found:
        assert not found.workers
    assert "PyTorch: skipped, /no/python cannot be run: No such file" in capsys.readouterr().out


def test_a_process_that_ends_says_its_last_words():
    worker = Connection([sys.executable, "-c", "raise SystemExit('out of luck')"], environment(1))
    try:
        with pytest.raises(WorkerError, match=r"its process ended \(1\): out of luck"):
            worker.ask(SUBJECT, "step", QUICK)
    finally:
        worker.stop()


class Fake:
    """A worker that notes when it was asked."""

    def __init__(self, name, asked, kinds):
        self.name, self.asked, self.kinds = name, asked, kinds

    def ask(self, subject, kind, pace):
        self.asked.append((self.name, kind))
        if kind not in self.kinds:
            return {"unknown": kind}
        if self.kinds[kind] is None:
            raise WorkerError("it is tired")
        return {"seconds": [9.0, *self.kinds[kind]], "peak": float(len(self.asked))}

    def stop(self):
        pass


def ask_all(rounds, **workers):
    asked = []
    found = Company(Options(pace=replace(QUICK, rounds=rounds)))
    found.workers = {name: Fake(name, asked, kinds) for name, kinds in workers.items()}
    return found.ask_all(None, ["forward", "step"]), asked


def test_workers_are_asked_in_turn():
    kinds = {"forward": [0.1], "step": [0.2]}
    _, asked = ask_all(2, a=kinds, b=kinds)
    once = [("a", "forward"), ("b", "forward"), ("a", "step"), ("b", "step")]
    assert asked == once * 2


def test_the_first_call_of_a_turn_is_dropped_and_the_first_peak_counts():
    rows, _ = ask_all(3, a={"forward": [0.002, 0.004]})
    assert rows == [
        {"name": "a", "kind": "forward", "median_ms": 3, "least_ms": 2, "count": 6, "peak_mib": 1}
    ]


def test_who_cannot_is_asked_once_and_left_out(capsys):
    rows, asked = ask_all(3, a={"forward": [0.1], "step": None}, b={"step": [0.1]})
    assert [(row["name"], row["kind"]) for row in rows] == [("a", "forward"), ("b", "step")]
    assert asked.count(("a", "step")) == asked.count(("b", "forward")) == 1
    assert capsys.readouterr().out == "a: step left out, it is tired\n"
