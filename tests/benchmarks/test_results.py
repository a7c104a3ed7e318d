"""The record: parts are added, and what belongs together stays together."""

from __future__ import annotations

import json

import pytest

from benchmarks.results import EMPTY, GROUPS, as_text, check_machine, load, merge, save

HERE = {"processor": "P", "cores": 2, "system": "Linux x86_64", "python": "3.11.7"}
RUN = {"date": "2030-01-02", "torch": "9.9"}


def row(name, model="seed", threads=1, median=1.0):
    group = {"isa": "native", "threads": threads, "model": model}
    return {**group, "name": name, "kind": "step", "median_ms": median}


def test_what_was_measured_together_is_replaced_together():
    old = [row("cnnlib"), row("gone"), row("cnnlib", threads=2), row("cnnlib", model="LeNet")]
    record = merge(EMPTY, "networks", old, HERE, RUN)
    new = [row("cnnlib", median=3.0), row("new")]
    later = merge(record, "networks", new, HERE, RUN | {"date": "2030-02-02"})
    assert later["parts"]["networks"] == [*old[2:], *new]
    dates = {group: run["date"] for group, run in later["runs"]["networks"].items()}
    assert dates == {
        "native, 1, seed": "2030-02-02",
        "native, 2, seed": "2030-01-02",
        "native, 1, LeNet": "2030-01-02",
    }


def test_parts_do_not_touch_each_other():
    record = merge(EMPTY, "networks", [row("cnnlib")], HERE, RUN)
    both = merge(record, "page", [{"work": "w", "name": "cnnlib"}], HERE, RUN)
    assert both["parts"]["networks"] == [row("cnnlib")]
    assert len(both["parts"]["page"]) == 1
    assert record["parts"].keys() == {"networks"}, "the old record stays as it was"
    assert EMPTY["parts"] == {}


def test_a_part_with_no_rows_changes_nothing():
    record = merge(EMPTY, "page", [{"work": "w", "name": "cnnlib"}], HERE, RUN)
    assert merge(record, "page", [], HERE, RUN) == record


def test_another_machine_is_refused():
    record = merge(EMPTY, "networks", [row("cnnlib")], HERE, RUN)
    with pytest.raises(
        ValueError, match=r"A record must be of one machine: .*'P'.*this one is .*Q"
    ):
        merge(record, "networks", [], HERE | {"processor": "Q"}, RUN)
    check_machine(record, HERE | {"python": "3.12.1"})


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match=r"A part must be one of peak, .*; got 'pea'"):
        merge(EMPTY, "pea", [], HERE, RUN)


def test_a_record_is_kept_with_one_row_per_line(tmp_path):
    record = merge(EMPTY, "networks", [row("cnnlib"), row("Käse")], HERE, RUN)
    record = merge(record, "peak", [], HERE, RUN)
    path = tmp_path / "results.json"
    save(record, path)
    assert load(path) == record
    lines = path.read_text("utf-8").splitlines()
    assert [json.loads(line.strip().rstrip(",")) for line in lines if '"name"' in line] == [
        row("cnnlib"),
        row("Käse"),
    ]


def test_an_empty_record_is_json_too():
    assert json.loads(as_text(EMPTY)) == EMPTY


def test_a_file_that_is_not_there_is_an_empty_record(tmp_path):
    assert load(tmp_path / "none.json") == EMPTY


def test_every_part_can_be_run():
    from importlib import import_module

    from benchmarks.report import PARTS

    assert set(GROUPS) == set(PARTS)
    assert all(import_module(f"benchmarks.parts.{name}").measure for name in GROUPS)
