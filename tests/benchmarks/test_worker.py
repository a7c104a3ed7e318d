"""A worker's side of the conversation."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from benchmarks import worker
from benchmarks.worker import LONG, MOST, WARM, Call, Worker, conversation, timed


@pytest.fixture
def clock(monkeypatch):
    """A clock that only calls move on."""
    now = [0.0]
    monkeypatch.setattr(worker.time, "perf_counter", lambda: now[0])

    def work(seconds):
        now[0] += seconds

    return work


def test_calls_are_counted_and_go_on_until_the_time_is_over(clock):
    call = Call(lambda: clock(2.0))
    assert timed(call, 5, 0.0) == [2.0] * 5
    assert timed(call, 5, 13.0) == [2.0] * 7
    assert len(timed(call, 5, 1e6)) == MOST


def test_a_call_that_does_the_work_many_times_counts_for_each(clock):
    assert timed(Call(lambda: clock(6.0), 3), 2, 0.0) == [2.0, 2.0]


def test_a_worker_holds_one_subject_and_warms_up_each_kind_once():
    log = []

    def make(subject, threads):
        log.append(subject)
        return {"a": Call(lambda: log.append("a")), "b": Call(lambda: log.append("b"), 7)}

    held = Worker(SimpleNamespace(make=make), 1, {})
    question = {"subject": "x", "kind": "a", "count": 4, "seconds": 0}
    held.answer(question)
    held.answer(question)
    held.answer(question | {"kind": "b"})
    assert log == ["x", *"a" * (WARM + 4 + 4), *"b" * (1 + LONG)]
    held.answer(question | {"subject": "y"})
    assert log[-1 - WARM - 4 :] == ["y", *"a" * (WARM + 4)]


def test_a_conversation_begins_with_what_is_missing():
    task = {"module": "no_such_library", "threads": 1}
    (only,) = conversation(task, iter([]))
    assert "no_such_library" in only["missing"]


def test_a_conversation_begins_with_the_versions():
    task = {"module": "numpy_networks", "threads": 1}
    ready, answer = conversation(task, iter([json.dumps({"subject": {}, "kind": "step"})]))
    assert ready["ready"]["numpy"]
    assert answer["error"].startswith("KeyError")
