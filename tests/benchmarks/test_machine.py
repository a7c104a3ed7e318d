"""What the machine is, and whether it is busy."""

from __future__ import annotations

import pytest

from benchmarks import machine
from benchmarks.results import SAME


def test_the_machine_has_a_name():
    here = machine.describe()
    assert all(here[name] for name in (*SAME, "kind", "instructions", "python"))
    assert here["cores"] >= 1


@pytest.fixture
def stat(tmp_path, monkeypatch):
    path = tmp_path / "stat"
    path.write_text("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 1 1 1\n")
    monkeypatch.setattr(machine, "STAT", path)
    monkeypatch.setattr(machine, "LOOK", 0)
    return path


def test_idle_time_is_read_with_waiting_for_disks(stat):
    assert machine.jiffies() == (800, 1000)


def test_load_is_the_share_that_was_used(stat, monkeypatch):
    later = "cpu  150 0 100 750 100 0 0 0 0 0\n"
    monkeypatch.setattr(machine.time, "sleep", lambda _: stat.write_text(later))
    assert machine.load() == 0.5


def test_waiting_ends_when_the_machine_is_idle(monkeypatch, stat):
    loads = iter([0.9, 0.5, 0.01, 0.9])
    monkeypatch.setattr(machine, "load", lambda: next(loads))
    machine.wait_until_idle(60)
    assert next(loads) == 0.9


def test_waiting_ends_after_its_limit(monkeypatch, stat):
    monkeypatch.setattr(machine, "load", lambda: 1.0)
    machine.wait_until_idle(0.05)


def test_nobody_waits_where_nobody_can_tell(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "STAT", tmp_path / "none")
    machine.wait_until_idle(60)
