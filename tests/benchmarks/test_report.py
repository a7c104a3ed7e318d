"""The record as tables."""

from __future__ import annotations

from benchmarks import report
from benchmarks.results import EMPTY

NATIVE = {"isa": "native", "threads": 2}


def timing(median, least=None, **more):
    return {"median_ms": median, "least_ms": least or median, "count": 9, **more}


def record(**parts):
    return {**EMPTY, "parts": parts}


def test_an_empty_record_has_no_tables():
    assert report.tables(EMPTY) == []


def test_networks_are_compared_with_ours():
    group = {**NATIVE, "model": "seed"}
    rows = [
        {**group, "name": "cnnlib", "kind": "forward", **timing(2.0, 1.5, peak_mib=190)},
        {**group, "name": "cnnlib", "kind": "step", **timing(7.0, peak_mib=200)},
        {**group, "name": "cnnlib", "kind": "fit", **timing(8.0, peak_mib=300)},
        {**group, "name": "cnnlib", "kind": "fit, progress bar", **timing(10.0, peak_mib=300)},
        {**group, "name": "TF", "kind": "step", **timing(21.0, peak_mib=600)},
        {**group, "name": "TF", "kind": "bare step", **timing(14.0, peak_mib=600)},
    ]
    (table,) = report.tables(record(networks=rows))
    assert table.title == "Network seed, 2 threads"
    nothing = [None] * 3
    assert table.rows == [
        ["cnnlib", 2.0, 1.5, 1, 7.0, 7.0, 1, 8.0, 1, 200],
        ["cnnlib, progress bar", *nothing, *nothing, 10.0, 1.25, None],
        ["TF", *nothing, 21.0, 21.0, 3, None, None, 600],
        ["TF, compiled functions alone", *nothing, 14.0, 14.0, 2, None, None, None],
    ]


def test_networks_without_ours_have_no_ratios():
    row = {**NATIVE, "model": "seed", "name": "TF", "kind": "step", **timing(21.0, peak_mib=600)}
    (table,) = report.tables(record(networks=[row]))
    assert table.rows[0][4:7] == [21.0, 21.0, None]


def test_layers_show_the_share_of_the_peak_and_the_faster_layout():
    group = {**NATIVE, "shape": "seed, second", "kind": "forward"}
    rows = [
        {**group, "name": "cnnlib", **timing(5.0), "gflops": 200.0},
        {**group, "name": "PyTorch", **timing(20.0), "gflops": 50.0},
        {**group, "name": "PyTorch, channels last", **timing(10.0), "gflops": 100.0},
        {**group, "name": "plain loops", **timing(50.0), "gflops": 20.0},
    ]
    peak = [{**NATIVE, "kind": f"{k} lanes", "gflops": 100.0 * k} for k in (1, 4)]
    _, table = report.tables(record(layers=rows, peak=peak))
    (row,) = table.rows
    assert row[0] == "seed, second"
    assert row[2:] == [5.0, 200.0, 50.0, 2, None, 10]
    (table,) = report.tables(record(layers=rows))
    assert table.rows[0][4] is None, "no peak, no share of it"


def test_growth_has_a_line_per_value():
    rows = [
        {**NATIVE, "axis": "batch", "value": n, "macs": n * 10**6, "name": name, "kind": "step",
         "ns_per_kmac": 10.0, **timing(n)}
        for n in (1, 2) for name in ("cnnlib", "PyTorch")
    ]  # fmt: skip
    (table,) = report.tables(record(growth=rows))
    assert table.rows == [[1, 1, 1, 10.0, 1, 10.0], [2, 2, 2, 10.0, 2, 10.0]]
    assert table.header[2:4] == ["cnnlib ms", "cnnlib ns/kMAC"]


def test_start_is_in_seconds_and_compared_with_everything_compiled():
    rows = [
        {"isa": "avx2", "name": name, "kind": kind, "peak_mib": 100, **timing(1000.0 * s)}
        for name, kind, s in (
            ("cnnlib, nothing compiled", "import", 0.5),
            ("cnnlib, nothing compiled", "first step", 8.0),
            ("cnnlib", "import", 0.25),
            ("cnnlib", "first step", 0.5),
        )
    ]
    (table,) = report.tables(record(start=rows))
    assert table.title == "From the start of a process, avx2 instructions"
    assert table.rows == [
        ["cnnlib, nothing compiled", 0.5, 8.0, 8.0, 16, 100],
        ["cnnlib", 0.25, 0.5, 0.5, 1, 100],
    ]


def test_the_page_is_in_microseconds():
    rows = [{"work": "w", "name": n, **timing(ms)} for n, ms in (("cnnlib", 0.005), ("TF", 0.02))]
    (table,) = report.tables(record(page=rows))
    assert table.rows == [["cnnlib", 5.0, 5.0, 1], ["TF", 20.0, 20.0, 4]]


def test_a_table_is_text_with_words_left_and_numbers_right():
    table = report.Table("Title", ["", "ms"], [["one", 1.23456], ["thirteen", None], ["x", 1234.5]])
    assert (
        report.text(table)
        == "Title\n            ms\none       1.23\nthirteen     –\nx         1234\n"
    )
