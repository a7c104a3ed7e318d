"""Numbers as pictures: training curves, a confusion matrix, a small array with its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.plots._canvas import (
    COUNTS,
    EDGE,
    LINES,
    add_axes,
    drawn,
    frame,
    new_figure,
    scale_of,
    text_height,
    text_width,
)
from cnnlib.plots._inputs import Array, classes, numbers, texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_CELLS = 40  # a side of a matrix whose numbers one can still read
PARTS = (("", "train", "-", LINES[0]), ("val_", "validation", "--", LINES[1]))


@drawn
def history(history_or_dict: Any) -> Figure:
    """Draw the curves of a training: the loss and every metric, for training and validation data.

    Args:
        history_or_dict: What ``fit`` returned, or its dictionary
            ``{"loss": [...], "val_loss": [...]}``.

    Raises:
        ValueError: If there is no number, or not as many in every list.

    Example:
        >>> figure = history({"loss": [0.9, 0.5], "accuracy": [0.6, 0.8]})
        >>> [axes.get_title() for axes in figure.axes]
        ['loss', 'accuracy']
    """
    curves = _curves(history_or_dict)
    epochs = np.asarray(getattr(history_or_dict, "epoch", [])) + 1
    names = list(dict.fromkeys(name.removeprefix("val_") for name in curves))
    length = len(next(iter(curves.values())))
    epochs = epochs if len(epochs) == length else np.arange(1, length + 1)
    columns = min(len(names), 2)
    rows = -(-len(names) // columns)
    figure = new_figure(3.5 * columns, 2.7 * rows)
    for k, name in enumerate(names):
        row, column = divmod(k, columns)
        axes = add_axes(figure, 0.55 + 3.5 * column, 0.3 + 2.7 * row, 2.8, 1.85)
        for prefix, label, line, color in PARTS:
            if prefix + name in curves:
                marker = "o" if length <= 30 else None
                axes.plot(
                    epochs,
                    curves[prefix + name],
                    line,
                    color=color,
                    marker=marker,
                    ms=3.5,
                    label=label,
                )
        axes.set_title(name)
        axes.set_xlabel("epoch")
        axes.locator_params(axis="x", integer=True)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    return figure


def _curves(value: Any) -> dict[str, Array]:
    """Equally long lists of numbers by their names."""
    lists = getattr(value, "history", value)
    if not isinstance(lists, Mapping):
        raise TypeError(
            f"`history_or_dict` must be a History or its dictionary; got {type(value).__name__}."
        )
    curves = {str(name): numbers(curve, str(name)) for name, curve in lists.items()}
    sizes = {name: curve.shape for name, curve in curves.items()}
    if len(set(sizes.values())) != 1 or any(len(size) != 1 for size in sizes.values()):
        raise ValueError(
            "`history_or_dict` must hold lists with a number per epoch, all of one length; "
            f"got {sizes or 'nothing'}."
        )
    return curves


@drawn
def confusion_matrix(
    y_true: ArrayLike, y_pred: ArrayLike, labels: Sequence[Any] | None = None
) -> Figure:
    """Draw how often each class (a row) was taken for each class (a column).

    Args:
        y_true: Class numbers (s,), or one-hot rows (s, classes).
        y_pred: Class numbers, or what ``predict`` gives: probabilities (s, classes) or (s, 1).
        labels: The names of the classes; their numbers if left out.

    Raises:
        ValueError: If there are not as many of both, or not a label for every class.

    Example:
        >>> figure = confusion_matrix([0, 0, 1], [0, 1, 1])
        >>> figure.axes[0].images[0].get_array()
        masked_array(
          data=[[1, 1],
                [0, 1]],
          mask=False,
          fill_value=999999)
    """
    true, predicted = classes(y_true, "y_true"), classes(y_pred, "y_pred")
    if len(true) != len(predicted):
        raise ValueError(
            f"`y_true` and `y_pred` must be as many; got {len(true)} and {len(predicted)}."
        )
    count = int(max(true.max(), predicted.max())) + 1
    if labels is not None:
        count = max(count, len(labels))
    names = texts(labels, count, "labels") or list(map(str, range(count)))
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (true, predicted), 1)
    cell = _cell([str(n) for n in table.flat])
    longest = 0.07 * max(map(len, names))
    left, below = 0.42 + longest, 0.42 + max(0.16, longest if longest > cell else 0)
    figure = new_figure(left + count * cell + EDGE, EDGE + count * cell + below)
    axes = add_axes(figure, left, EDGE, count * cell, count * cell)
    written = [[str(n) for n in row] for row in table]
    _cells(axes, table, written, scale_of(table, signed=False, name=COUNTS))
    axes.set_xticks(range(count), names, rotation=90 if longest > cell else 0)
    axes.set_yticks(range(count), names)
    axes.tick_params(length=0)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    return figure


@drawn
def matrix(a: ArrayLike, fmt: str = "g", title: str | None = None) -> Figure:
    """Draw a small array with its numbers in the cells: red above 0, blue below, white is 0.

    Args:
        a: Shape (h, w) or (w,); axes of length 1 around them are left out.
        fmt: How numbers are written, such as ``"g"``, ``"d"`` or ``".2f"``.
        title: A line of text above.

    Raises:
        ValueError: If it is not a small matrix, or ``fmt`` does not suit its numbers.

    Example:
        >>> figure = matrix([[1, 0, -1]])
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['1', '0', '-1']
    """
    table = numbers(a, "a")
    while table.ndim > 2 and table.shape[-1] == 1:
        table = table[..., 0]
    while table.ndim > 2 and table.shape[0] == 1:
        table = table[0]
    table = np.atleast_2d(table)
    if table.ndim != 2 or max(table.shape) > MOST_CELLS:
        raise ValueError(
            f"`a` must be a matrix of at most {MOST_CELLS} x {MOST_CELLS} numbers; "
            f"got shape {np.shape(a)}."
        )
    try:
        written = [[format(number, fmt) for number in row] for row in table.tolist()]
    except ValueError as error:
        raise ValueError(
            f"`fmt` must suit numbers of dtype {table.dtype}; got {fmt!r} ({error})."
        ) from None
    cell = _cell([text for row in written for text in row])
    rows, columns = table.shape
    above = EDGE + text_height([title or ""])
    width = max(columns * cell, text_width([title or ""]))
    figure = new_figure(width + 2 * EDGE, above + rows * 0.42 + EDGE)
    axes = add_axes(figure, EDGE + (width - columns * cell) / 2, above, columns * cell, rows * 0.42)
    _cells(axes, table, written, scale_of(table, signed=True))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title or "", pad=4)
    return figure


def _cell(written: list[str]) -> float:
    """The width of a cell in inches, for the longest of these texts."""
    return max(0.42, 0.085 * max(map(len, written)) + 0.14)


def _cells(axes: Axes, table: Array, written: list[list[str]], scale: dict[str, Any]) -> None:
    """Draw the cells of a table, and write into them in black or white, whatever reads better."""
    image = axes.imshow(table, aspect="auto", **scale)
    frame(axes)
    for (i, j), value in np.ndenumerate(table):
        luminance = np.array(image.to_rgba(value)[:3]) ** 2.2 @ [0.2126, 0.7152, 0.0722]
        color = "black" if luminance > 0.179 else "white"  # the better contrast (WCAG 2)
        axes.text(j, i, written[i][j], ha="center", va="center", color=color)
    axes.set_xticks(np.arange(table.shape[1] - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(table.shape[0] - 1) + 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)
