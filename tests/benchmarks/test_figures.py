"""Medians, minima and ratios."""

from __future__ import annotations

import pytest

from benchmarks.figures import distinct, find, gigaflops, ratio, rounded, select, summary

ROWS = [{"name": "a", "kind": 1}, {"name": "b", "kind": 1}, {"name": "a", "kind": 2}]


def test_median_and_least_are_in_milliseconds():
    found = summary([0.004, 0.001, 0.0025])
    assert found == {"median_ms": 2.5, "least_ms": 1.0, "count": 3}


def test_the_median_of_an_even_number_lies_between():
    assert summary([0.001, 0.004, 0.002, 0.1])["median_ms"] == 3


@pytest.mark.parametrize("seconds", [[], [0.1, 0.0], [-1.0]])
def test_what_is_no_time_is_refused(seconds):
    with pytest.raises(ValueError, match="There must be times, all above 0; got"):
        summary(seconds)


def test_a_ratio_is_how_many_times_as_long_as_ours():
    assert ratio({"median_ms": 6.0}, {"median_ms": 2.0}) == 3
    assert ratio({"median_ms": 6.0}, None) is None


def test_a_multiply_add_is_two_operations():
    assert gigaflops(1e9, 1000) == 2


def test_numbers_keep_four_digits():
    assert [rounded(x) for x in (123456.0, 0.00123456, 2.0)] == [123500, 0.001235, 2]


def test_rows_are_found_by_their_columns():
    assert find(ROWS, name="a", kind=2) is ROWS[2]
    assert find(ROWS, name="c") is None
    assert select(ROWS, kind=1) == ROWS[:2]
    assert distinct(ROWS, "name") == [("a",), ("b",)]
