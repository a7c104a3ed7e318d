"""The command line."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from benchmarks import machine, results, run
from benchmarks.parts import Measured

HERE = {"processor": "P", "cores": 2, "system": "S", "python": "3"}


@pytest.fixture
def parts(monkeypatch, tmp_path):
    """Parts that measure nothing, in place of the real ones; their order is noted."""
    noted = []

    def import_part(name):
        def measure(options):
            noted.append((name.removeprefix("benchmarks.parts."), options))
            group = dict.fromkeys(results.GROUPS["page"], name)
            row = {**group, "name": "cnnlib", "median_ms": 2.0, "least_ms": 1.0}
            return Measured([row] if name.endswith("page") else [], {"torch": "9"})

        return SimpleNamespace(measure=measure)

    monkeypatch.setattr(run, "import_module", import_part)
    monkeypatch.setattr(machine, "describe", lambda: HERE)
    monkeypatch.setattr(run, "RECORD", tmp_path / "record.json")
    return noted


def call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
    run.main()


def test_parts_are_run_with_the_page_last(parts, monkeypatch):
    call(monkeypatch, "--only", "page", "peak", "--threads", "1")
    assert [name for name, _ in parts] == ["peak", "page"]
    assert parts[0][1].threads == (1,)
    record = results.load(run.RECORD)
    assert record["machine"] == HERE
    (told,) = record["runs"]["page"].values()
    assert told["torch"] == "9"
    assert len(told["date"]) == 10


def test_a_quick_run_leaves_the_record_alone(parts, monkeypatch, tmp_path, capsys):
    call(monkeypatch, "--quick")
    assert [name for name, _ in parts] == list(results.GROUPS)
    assert parts[0][1].pace.quick
    assert not run.RECORD.exists()
    assert "In the page" in capsys.readouterr().out
    call(monkeypatch, "--quick", "--only", "page", "--output", str(tmp_path / "mine.json"))
    assert results.load(tmp_path / "mine.json")["parts"]["page"]


def test_a_record_of_another_machine_is_refused_before_anything_runs(parts, monkeypatch):
    call(monkeypatch, "--only", "page")
    parts.clear()
    monkeypatch.setattr(machine, "describe", lambda: HERE | {"cores": 3})
    with pytest.raises(SystemExit, match="A record must be of one machine"):
        call(monkeypatch, "--only", "page")
    assert not parts


def test_the_record_is_shown_without_measuring(parts, monkeypatch, capsys):
    call(monkeypatch, "--only", "page")
    capsys.readouterr()
    parts.clear()
    call(monkeypatch, "--show")
    assert "In the page" in capsys.readouterr().out
    assert not parts


@pytest.mark.parametrize(
    "arguments", [["--only", "pea"], ["--threads", "0"], ["--rounds", "0"], ["--isa", "sse"]]
)
def test_what_cannot_be_is_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        run.read_arguments(arguments)
    assert "error" in capsys.readouterr().err


def test_a_python_is_seen_from_here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = run.options_of(run.read_arguments(["--peers-python", "peers/bin/python"]))
    assert found.peers == str(tmp_path / "peers" / "bin" / "python")
    assert run.options_of(run.read_arguments([])).peers == sys.executable
