"""Where the nodes of a graph stand: in columns from left to right, so that few lines cross."""

from __future__ import annotations

from typing import Any

import numpy as np

SWEEPS = 4


def lay_out(nodes: list[dict[str, Any]]) -> None:
    """Give each node its ``column`` and ``row``, and ``via``: where its inputs' lines pass by.

    A column stands right of all that it uses; an input stands just before its first use. A line
    over several columns has a place of its own in each, so that it passes between the boxes. In
    each column the places are sorted by the mean height of their neighbors (Sugiyama, Tagawa and
    Toda 1981).
    """
    columns = _columns(nodes)
    index = {node["name"]: k for k, node in enumerate(nodes)}
    near: list[list[int]] = [[] for _ in nodes]  # the neighbors of each place
    passing: list[list[list[int]]] = [[] for _ in nodes]
    for k, node in enumerate(nodes):
        for name in node["inputs"]:
            last, through = index[name], []
            for column in range(columns[last] + 1, columns[k]):
                through.append(len(columns))
                columns.append(column)
                near.append([last])
                near[last].append(through[-1])
                last = through[-1]
            near[last].append(k)
            near[k].append(last)
            passing[k].append(through)
    rows = _rows(columns, near)
    for k, node in enumerate(nodes):
        via = [[[columns[at], rows[at]] for at in through] for through in passing[k]]
        node.update(column=columns[k], row=rows[k], via=via)


def _columns(nodes: list[dict[str, Any]]) -> list[int]:
    place: dict[str, int] = {}
    for node in nodes:
        place[node["name"]] = 1 + max((place[name] for name in node["inputs"]), default=-1)
    for node in nodes:
        if not node["op"]:
            users = (user for user in nodes if node["name"] in user["inputs"])
            place[node["name"]] = min(place[user["name"]] for user in users) - 1
    return [*place.values()]


def _rows(columns: list[int], near: list[list[int]]) -> list[float]:
    """From right to left: first by what stands right of a place, then by all its neighbors."""
    there = [
        [k for k, c in enumerate(columns) if c == column] for column in range(max(columns) + 1)
    ]
    most = max(map(len, there))
    rows = [most / 2] * len(columns)
    for sweep in range(SWEEPS):
        for column in reversed(range(len(there))):
            means = {}
            for k in there[column]:
                around = [rows[n] for n in near[k] if sweep or columns[n] > column]
                means[k] = np.mean(around) if around else most / 2
            there[column].sort(key=means.__getitem__)
            for place, k in enumerate(there[column]):
                rows[k] = (place + 0.5) * most / len(there[column])
    return rows
