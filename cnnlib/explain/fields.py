"""Which pixels of the image can a unit see? A layer sees more of it the deeper it lies.

A window of ``k`` units, each ``jump`` pixels from the next, adds ``(k - 1) * jump`` pixels to what
one of them sees; a stride multiplies the jump for all layers above.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cnnlib.explain.passes import check_built
from cnnlib.layers import Flatten, GlobalAveragePooling2D, Layer, ZeroPadding2D
from cnnlib.models import Sequential

Pair = tuple[int, int]


class ReceptiveField(NamedTuple):
    """What the units of one layer see of the image, as (rows, columns) of pixels.

    Attributes:
        name: The layer's name.
        size: The pixels that one unit sees; None where a unit sees all that its input sees.
        jump: The pixels from one unit's field to its neighbor's.
        start: The first pixel that unit (0, 0) sees; below 0 in the padding.
    """

    name: str
    size: Pair | None
    jump: Pair | None
    start: Pair | None

    def pixels(self, i: int, j: int) -> tuple[slice, slice]:
        """The rows and columns of the image that unit (i, j) sees: ``x[s][field.pixels(i, j)]``.

        At the edge of the image they are fewer: the rest is padding. (Where a layer has dropped a
        remainder and a later one pads, some pixels of the remainder are counted in.)

        Example:
            >>> ReceptiveField("conv2d", (3, 3), (2, 2), (-1, -1)).pixels(0, 2)
            (slice(0, 2, None), slice(3, 6, None))
        """
        if self.size is None or self.jump is None or self.start is None:
            return slice(None), slice(None)
        first = [s + k * jump for s, k, jump in zip(self.start, (i, j), self.jump, strict=True)]
        rows, cols = (
            slice(max(a, 0), max(a + size, 0)) for a, size in zip(first, self.size, strict=True)
        )
        return rows, cols


def receptive_field(model: Sequential) -> list[ReceptiveField]:
    """The pixels of the image that one unit of every layer can see.

    They are followed through convolution (with dilation), pooling and padding. After Flatten or
    GlobalAveragePooling2D a unit sees all that the layer sees: ``size``, ``jump`` and ``start`` are
    None.

    Args:
        model: A built model that takes images.

    Returns:
        A :class:`ReceptiveField` per layer.

    Raises:
        ValueError: If the model is not built.

    Example:
        >>> from cnnlib.layers import Conv2D, MaxPooling2D
        >>> model = Sequential([Conv2D(1, 3, input_shape=(64, 64, 3)), MaxPooling2D(2)])
        >>> model.add(Conv2D(1, 3))
        >>> [(field.size, field.jump) for field in receptive_field(model)]
        [((3, 3), (1, 1)), ((4, 4), (2, 2)), ((8, 8), (2, 2))]

    References:
        Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks (2019).
    """
    check_built(model)
    images = len(model.input_shape) == 4
    field = ReceptiveField("", (1, 1), (1, 1), (0, 0)) if images else _everything("")
    fields = []
    for layer in model.layers:
        field = _through(layer, field)
        fields.append(field)
    return fields


def _everything(name: str) -> ReceptiveField:
    return ReceptiveField(name, None, None, None)


def _through(layer: Layer, field: ReceptiveField) -> ReceptiveField:
    """The field of the layer's units, from that of its inputs."""
    _, size, jump, start = field
    if size is None or jump is None or start is None:
        return _everything(layer.label)
    if isinstance(layer, (Flatten, GlobalAveragePooling2D)):
        return _everything(layer.label)
    step: Pair = (1, 1)
    if isinstance(layer, ZeroPadding2D):
        before = (layer.padding[0][0], layer.padding[1][0])
        start = _pair(s - p * gap for s, p, gap in zip(start, before, jump, strict=True))
    elif hasattr(layer, "window"):  # Conv2D and the pools; all other layers see a pixel at a time
        view = layer.window(layer.input_shape)
        before = (view.padding[0][0], view.padding[1][0])
        spans = [d * (k - 1) for d, k in zip(view.dilation, view.size, strict=True)]
        size = _pair(n + span * gap for n, span, gap in zip(size, spans, jump, strict=True))
        start = _pair(s - p * gap for s, p, gap in zip(start, before, jump, strict=True))
        step = view.strides
    jump = _pair(gap * by for gap, by in zip(jump, step, strict=True))
    return ReceptiveField(layer.label, size, jump, start)


def _pair(numbers: Any) -> Pair:
    rows, cols = numbers
    return rows, cols
