"""The pure parts of the live trainer: sheets, charts, lists, who is taken for whom."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def call(module_page):
    """Call a function of a module of the widgets; typed arrays come back as lists."""

    def call(module, name, *args):
        return module_page.evaluate(
            """async ([module, name, args]) => {
              const plain = (key, value) => ArrayBuffer.isView(value) ? [...value] : value;
              const f = (await import(`/cnnlib/widgets/${module}.js`))[name];
              return JSON.parse(JSON.stringify(f(...args), plain));
            }""",
            [module, name, list(args)],
        )

    return call


def sheet(layout, array):
    """The numbers of an array as they lie on a sheet; NaN in the gaps."""
    index = np.array(layout["index"]).reshape(layout["rows"], layout["columns"])
    return np.where(index < 0, np.nan, array.ravel()[index])


@pytest.mark.parametrize("shape", [(8, 8, 16), (4, 4, 5), (3, 5, 40), (1, 1, 3)])
def test_maps_on_a_sheet(call, rng, shape):
    maps = rng.random(shape)
    found, (height, width, count) = (
        sheet(call("live_trainer/sheets", "mapSheet", shape), maps),
        shape,
    )
    gap = int(height * width > 1)
    across = (found.shape[1] + gap) // (width + gap)
    assert across <= 16
    for k in range(count):
        row, column = divmod(k, across)
        top, left = row * (height + gap), column * (width + gap)
        np.testing.assert_array_equal(found[top : top + height, left : left + width], maps[:, :, k])
    assert np.isfinite(found).sum() == maps.size


def test_kernels_on_a_sheet(call, rng):
    w = rng.random((3, 2, 4, 5))
    found = sheet(call("live_trainer/sheets", "kernelSheet", w.shape), w)
    assert found.shape == (4 * 4 - 1, 5 * 3 - 1)  # rows: channels; columns: outputs
    np.testing.assert_array_equal(found[8:11, 9:11], w[:, :, 2, 3])
    dense = rng.random((2 * 3 * 4, 5))
    found = sheet(call("live_trainer/sheets", "kernelSheet", dense.shape, [2, 3, 4]), dense)
    maps = dense.reshape(2, 3, 4, 5)
    np.testing.assert_array_equal(found[3:5, 8:11], maps[:, :, 2, 1])  # output 1, channel 2
    found = sheet(call("live_trainer/sheets", "kernelSheet", dense.shape), dense)
    np.testing.assert_array_equal(found, dense.T)


@pytest.mark.parametrize(
    ("top", "expected"),
    [(0, 1), (1, 1), (1.2, 2), (0.021, 0.03), (0.5, 0.5), (8, 10), (3e-9, 3e-9), (1e20, 1e20)],
)
def test_steady_scales(call, top, expected):
    assert call("live_trainer/sheets", "roundUp", top) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "text"), [(0.05, "0.05"), (2, "2"), (1e-5, "1e−5"), (100, "100"), (3e8, "3e8")]
)
def test_ends_of_scales(call, value, text):
    assert call("live_trainer/sheets", "short", value) == text


@pytest.mark.parametrize(
    ("low", "high", "log", "expected"),
    [
        (0, 1, False, [0, 0.5, 1]),
        (0.1, 5, True, [0.1, 0.2, 0.5, 1, 2, 5]),
        (1e-5, 1, True, [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]),
    ],
)
def test_numbers_at_an_axis(call, low, high, log, expected):
    assert call("charts", "ticks", low, high, log) == pytest.approx(expected)


def test_ranges_leave_out_what_cannot_be_drawn(call):
    curve = {"points": [[0, 2.3], [1, 0.04], [2, 0], [3, None]]}
    assert call("charts", "rangeOf", [curve], True) == pytest.approx([0.02, 5])
    assert call("charts", "rangeOf", [], True) == [0.1, 10]


def test_confusion_and_mistakes(call):
    labels, said, sure = [0, 1, 1, 2], [0, 2, 1, 0], [0.9, 0.6, 0.5, 0.8]
    assert call("live_trainer/held_out", "confusion", labels, said, 3) == [
        1,
        0,
        0,
        0,
        1,
        1,
        1,
        0,
        0,
    ]
    assert call("live_trainer/held_out", "mistakes", labels, said, sure) == [
        {"k": 3, "label": 2, "said": 0, "sure": 0.8},
        {"k": 1, "label": 1, "said": 2, "sure": 0.6},
    ]


def test_where_a_new_layer_belongs(call):
    layers = [{"kind": "Conv2D", "numbers": [4, 3]}, {"kind": "Flatten", "numbers": []}]
    for kind, at in (("MaxPooling2D", 1), ("Dense", 2), ("Dropout", 2), ("Flatten", 2)):
        found = call("layer_list", "inserted", layers, {"kind": kind, "numbers": []})
        assert found["at"] == at
        assert found["layers"][at]["kind"] == kind
        assert len(found["layers"]) == 3


def test_rows_of_the_layers(module_page):
    text = (
        "Conv2D 4 3, BatchNormalization, ReLU, MaxPooling2D 2, Dropout 0.2, Flatten, Dense 8, ReLU"
    )
    rows = module_page.evaluate(
        """async (text) => {
          const { parse, build } = await import("/cnnlib/widgets/architecture.js");
          const { stagesOf } = await import("/cnnlib/widgets/live_trainer/layer_sheets.js");
          const { spec } = build(parse(text), [8, 8, 1], 10);
          const row = ({ title, layer, output, maps }) => [title, layer, output, maps];
          return stagesOf(spec).map(row);
        }""",
        text,
    )
    assert rows == [
        ["Conv2D, BatchNormalization, ReLU", 0, 2, None],
        ["MaxPooling2D", 3, 3, None],
        ["Dense, ReLU", 6, 7, [4, 4, 4]],
        ["Dense, softmax", 8, 8, None],
    ]
