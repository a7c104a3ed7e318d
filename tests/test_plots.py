"""cnnlib.plots: the arrays in the pictures, their scales, and what a notebook shows."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from cnnlib import plots
from cnnlib.callbacks import History
from cnnlib.layers import Conv2D, Dense
from cnnlib.plots import _canvas

ROOT = Path(__file__).parents[1]
RANDOM = np.random.default_rng(0)
PHOTO = RANDOM.integers(0, 256, (6, 9, 3), dtype=np.uint8)
MAPS = RANDOM.normal(size=(5, 4, 6))
CURVES = {"loss": [3.0, 2.0], "accuracy": [0.1, 0.5], "val_loss": [3.0, 2.5]}

EVERY_PLOT = {
    "images": lambda: plots.images([PHOTO, PHOTO], titles=["one", "two"]),
    "long titles": lambda: plots.images(
        RANDOM.random((9, 8, 8)), ["7, taken for a one\n(0.93)"] * 9
    ),
    "tall image": lambda: plots.images(np.zeros((200, 2)), ["thin"]),
    "long title": lambda: plots.matrix([[1]], title="a title longer than its matrix"),
    "kernels": lambda: plots.kernels(RANDOM.normal(size=(3, 3, 2, 8))),
    "feature_maps": lambda: plots.feature_maps(np.abs(MAPS)),
    "gradients": lambda: plots.gradients(MAPS),
    "heatmap_overlay": lambda: plots.heatmap_overlay(PHOTO, np.abs(MAPS[..., 0])),
    "history": lambda: plots.history(CURVES),
    "confusion_matrix": lambda: plots.confusion_matrix([0, 1, 2], [0, 2, 2]),
    "matrix": lambda: plots.matrix([[1, -2], [3, 4]], title="x"),
}


def shown(figure, pane=0):
    """The array in a picture."""
    return np.asarray(figure.axes[pane].images[-1].get_array())


def limits(figure, pane=0):
    return figure.axes[pane].images[-1].get_clim()


# ------------------------------------------------------------------------------------ all of them
@pytest.mark.parametrize("name", EVERY_PLOT)
def test_a_plot_is_a_figure_and_leaves_matplotlib_alone(name):
    settings = dict(mpl.rcParams)
    figure = EVERY_PLOT[name]()
    assert isinstance(figure, Figure)
    assert dict(mpl.rcParams) == settings
    figure.savefig(BytesIO())
    assert dict(mpl.rcParams) == settings


def test_pyplot_is_not_even_imported():
    code = (
        "import sys; from cnnlib import plots; assert 'matplotlib' not in sys.modules;"
        "plots.matrix([[1]])._repr_png_(); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize("name", EVERY_PLOT)
def test_nothing_is_cut_off_and_letters_can_be_read(name):
    figure = EVERY_PLOT[name]()
    figure.savefig(BytesIO())  # draws it
    titles = [axes.title.get_window_extent() for axes in figure.axes if axes.get_title()]
    assert all(b.x0 >= a.x1 or b.y1 <= a.y0 for a, b in pairwise(titles))
    width, height = figure.bbox.size
    for text in figure.findobj(mpl.text.Text):
        if text.get_visible() and text.get_text().strip():
            box = text.get_window_extent()
            inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
            unused_tick = text.get_position() == (0, 0) or not text.axes
            assert inside or unused_tick, text
            assert text.get_fontsize() >= 9
    assert figure.get_figwidth() <= _canvas.WIDTH + 1e-6
    assert figure.get_facecolor() == (1, 1, 1, 1)


def test_a_readers_style_does_not_leak_in():
    with mpl.rc_context({"figure.facecolor": "black", "text.color": "white", "font.size": 3}):
        figure = plots.images([PHOTO], titles=["one"])
    assert figure.get_facecolor() == (1, 1, 1, 1)
    assert figure.axes[0].title.get_color() == "black"


def test_a_missing_matplotlib_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.style", None)
    with pytest.raises(ImportError, match=r"plots\.matrix needs .* 'cnnlib\[plots\]'"):
        plots.matrix([[1]])


# ----------------------------------------------------------------------------------------- images
@pytest.mark.parametrize(
    "x",
    [
        PHOTO,
        PHOTO[None],
        PHOTO / 255,
        PHOTO.astype(np.float32),
        [PHOTO],
        PHOTO.astype(np.int64),
    ],
    ids=["uint8", "batch", "0 to 1", "float 0 to 255", "list", "int"],
)
def test_colored_images_in_any_dress(x):
    picture = shown(plots.images(x))
    scale = 255 if picture.dtype.kind == "f" else 1
    np.testing.assert_allclose(picture * scale, PHOTO, atol=1e-4)


@pytest.mark.parametrize("shape", [(8, 7), (1, 8, 7), (8, 7, 1), (1, 8, 7, 1)])
def test_gray_images_in_any_shape(shape):
    x = RANDOM.random(shape).astype(np.float32)
    figure = plots.images(x)
    np.testing.assert_array_equal(shown(figure), x.reshape(8, 7))
    assert limits(figure) == (0, 1)
    assert len(figure.axes) == 1


def test_a_batch_of_images_is_a_grid():
    x = RANDOM.random((10, 8, 8))
    figure = plots.images(x, titles=range(10), columns=5)
    for k, axes in enumerate(figure.axes):
        np.testing.assert_array_equal(shown(figure, k), x[k])
        assert axes.get_title() == str(k)
    assert len({round(axes.get_position().x0, 4) for axes in figure.axes}) == 5


def test_images_of_different_sizes():
    figure = plots.images([PHOTO, np.zeros((3, 3))])
    assert [shown(figure, k).shape for k in (0, 1)] == [(6, 9, 3), (3, 3)]


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (np.array([[0, 200]], np.uint8), (0, 255)),
        (np.array([[False, True]]), (0, 1)),
        (np.array([[-3.0, 5.0]]), (-3, 5)),
        (np.array([[0.2, np.nan, 0.4]]), (0, 1)),
    ],
    ids=["uint8", "bool", "any", "nan"],
)
def test_the_limits_of_gray_images(x, expected):
    assert limits(plots.images(x)) == expected


@pytest.mark.parametrize(
    ("x", "error"),
    [
        (np.zeros((2, 8, 8, 5)), r"with 1, 3 or 4 channels.*got \(2, 8, 8, 5\)"),
        (np.zeros(5), r"got \(5,\)"),
        (np.zeros((0, 8, 8, 1)), "must not be empty"),
        (np.full((4, 4, 3), -1.0), "from 0 to 1, or from 0 to 255; got -1 to -1"),
        (np.full((4, 4, 3), 300.0), "got 300 to 300"),
    ],
)
def test_what_is_no_image_is_named(x, error):
    with pytest.raises(ValueError, match=error):
        plots.images(x)


def test_other_wrong_arguments_of_images():
    with pytest.raises(TypeError, match="real numbers; got <U1"):
        plots.images(np.full((4, 4), "a"))
    with pytest.raises(ValueError, match="`titles` must be 2, one for each; got 1"):
        plots.images([PHOTO, PHOTO], titles=["one"])
    with pytest.raises(ValueError, match="`columns` must be an integer of 1 or more; got 0"):
        plots.images(PHOTO, columns=0)


# ------------------------------------------------------------------- kernels, maps and gradients
def test_kernels_are_drawn_filter_by_filter_on_one_symmetric_scale():
    w = RANDOM.normal(size=(3, 2, 2, 4))
    figure = plots.kernels(w)
    top = np.abs(w).max()
    for k in range(8):
        np.testing.assert_array_equal(shown(figure, k), w[:, :, k % 2, k // 2])
        assert limits(figure, k) == (-top, top)
        assert figure.axes[k].images[0].get_cmap().name == _canvas.DIVERGING
    assert len(figure.axes) == 9  # and the color bar


def test_kernels_of_a_layer_or_of_any_rank():
    layer = Conv2D(4, 3)
    layer.build((None, 8, 8, 1))
    figure = plots.kernels(layer)
    np.testing.assert_array_equal(shown(figure, 3), layer.kernel[:, :, 0, 3])
    assert len(plots.kernels(np.ones((3, 3))).axes) == 2
    assert len(plots.kernels(np.ones((1, 9, 2))).axes) == 3


def test_kernels_that_are_left_out_are_counted():
    figure = plots.kernels(np.ones((3, 3, 16, 64)))
    assert len(figure.axes) == 33
    assert [text.get_text() for text in figure.texts] == ["32 / 1024"]
    assert not plots.kernels(np.ones((3, 3, 1, 4))).texts


@pytest.mark.parametrize(
    ("w", "error"),
    [
        (np.ones(3), r"`w` must be kernels.*got \(3,\)"),
        (np.ones((1, 1, 1, 1, 1)), "must be kernels"),
        (Conv2D(4, 3), "not there yet: build"),
    ],
    ids=["vector", "too many axes", "not built"],
)
def test_what_is_no_kernel_is_named(w, error):
    with pytest.raises(ValueError, match=error):
        plots.kernels(w)


def test_a_layer_without_images_has_no_kernels():
    dense = Dense(2)
    dense.build((None, 4))
    with pytest.raises(ValueError, match="must be a Conv2D layer or an array; got <Dense"):
        plots.kernels(dense)


@pytest.mark.parametrize("function", [plots.feature_maps, plots.gradients])
def test_maps_are_drawn_as_they_are(function):
    for x in (MAPS, MAPS[None]):
        figure = function(x, titles=list("abcdef"))
        for k in range(6):
            np.testing.assert_array_equal(shown(figure, k), MAPS[..., k])
            assert figure.axes[k].get_title() == "abcdef"[k]
    assert len(function(MAPS[..., 0]).axes) == 2
    few = function(MAPS, max_maps=2)
    assert len(few.axes) == 3
    assert few.texts[0].get_text() == "2 / 6"


def test_the_scale_of_maps_begins_at_0_and_that_of_gradients_is_symmetric():
    positive, top = np.abs(MAPS), np.abs(MAPS).max()
    assert limits(plots.feature_maps(positive)) == (0, top)
    assert limits(plots.feature_maps(MAPS)) == (-top, top)
    assert limits(plots.gradients(positive)) == (-top, top)
    assert limits(plots.gradients(np.zeros((3, 3)))) == (-1, 1)
    broken = np.array([[3.0, np.nan], [np.inf, -2.0]])
    assert limits(plots.gradients(broken)) == (-3, 3)


def test_maps_are_those_of_one_sample():
    with pytest.raises(
        ValueError, match=r"`maps` must be those of one sample.*take one: maps\[0\]"
    ):
        plots.feature_maps(np.ones((2, 4, 4, 3)))
    with pytest.raises(ValueError, match="`grads` must be those of one sample"):
        plots.gradients(np.ones(3))
    with pytest.raises(ValueError, match="`max_maps` must be an integer of 1 or more; got 0"):
        plots.feature_maps(MAPS, max_maps=0)
    with pytest.raises(TypeError, match="got dict"):
        plots.feature_maps({"conv2d": MAPS})


# ----------------------------------------------------------------------------------- heat on images
def test_heat_covers_the_image_and_keeps_its_numbers():
    heat = RANDOM.random((3, 4))
    figure = plots.heatmap_overlay(PHOTO, heat)
    below, above = figure.axes[0].images
    assert np.asarray(below.get_array()).shape == (6, 9)  # in gray: all color is heat
    np.testing.assert_array_equal(np.asarray(above.get_array()), heat)
    assert list(above.get_extent()) == [-0.5, 8.5, 5.5, -0.5]
    assert above.get_clim() == (0, heat.max())
    assert above.get_alpha().argmax() == heat.argmax()


def test_heat_with_a_sign_is_symmetric_and_a_batch_is_a_row():
    heat = RANDOM.normal(size=(2, 6, 9))
    figure = plots.heatmap_overlay(np.stack([PHOTO, PHOTO]), heat)
    top = np.abs(heat).max()
    assert limits(figure, 0) == limits(figure, 1) == (-top, top)
    plots.heatmap_overlay(PHOTO, np.zeros((6, 9))).savefig(BytesIO())


@pytest.mark.parametrize("shape", [(6,), (2, 6, 9), (1, 6, 9, 1)])
def test_there_is_a_heat_map_for_each_image(shape):
    with pytest.raises(ValueError, match=r"`heat` must be a map.* for 1 image\."):
        plots.heatmap_overlay(PHOTO, np.zeros(shape))


# ----------------------------------------------------------------------------------------- charts
def test_curves_are_the_numbers_of_the_history():
    history = History()
    for epoch in (2, 3):
        history.on_epoch_end(epoch, {"loss": 1.0 / epoch, "val_loss": 2.0 / epoch})
    figure = plots.history(history)
    train, validation = figure.axes[0].lines
    np.testing.assert_array_equal(train.get_xdata(), [3, 4])  # epochs counted from 1
    np.testing.assert_array_equal(train.get_ydata(), history.history["loss"])
    np.testing.assert_array_equal(validation.get_ydata(), history.history["val_loss"])
    assert train.get_linestyle() != validation.get_linestyle()


def test_curves_of_a_dictionary():
    figure = plots.history({**CURVES, "val_accuracy": [0.2, float("nan")]})
    assert [axes.get_title() for axes in figure.axes] == ["loss", "accuracy"]
    assert [len(axes.lines) for axes in figure.axes] == [2, 2]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({}, "got nothing"),
        ({"loss": []}, "`loss` must not be empty"),
        ({"loss": 1.0}, "a number per epoch"),
        ({"loss": [1, 2], "val_loss": [1]}, "all of one length"),
        ([1, 2], "History or its dictionary; got list"),
        ({"loss": ["a"]}, "real numbers"),
    ],
)
def test_what_is_no_history_is_named(value, error):
    with pytest.raises((ValueError, TypeError), match=error):
        plots.history(value)


@pytest.mark.parametrize(
    "predicted",
    [[0, 1, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0, 1], [0.1, 0.9]], [[0.1], [0.7], [0.9], [0.51]]],
    ids=["numbers", "probabilities", "sigmoid"],
)
def test_a_confusion_matrix_counts(predicted):
    figure = plots.confusion_matrix([0, 0, 1, 1], predicted, labels=["no", "yes"])
    np.testing.assert_array_equal(shown(figure), [[1, 1], [0, 2]])
    assert [text.get_text() for text in figure.axes[0].texts] == ["1", "1", "0", "2"]
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["no", "yes"]


@pytest.mark.parametrize(
    ("true", "predicted", "error"),
    [
        ([0, 1], [0], "must be as many; got 2 and 1"),
        ([0, 1.5], [0, 1], "class numbers of 0 or more; got 0.0 to 1.5"),
        ([0, -1], [0, 1], "class numbers of 0 or more"),
        (np.zeros((2, 2, 2)), [0, 1], "must be class numbers"),
        ([0, np.nan], [0, 1], "NaN"),
    ],
)
def test_what_cannot_be_confused(true, predicted, error):
    with pytest.raises(ValueError, match=error):
        plots.confusion_matrix(true, predicted)
    with pytest.raises(ValueError, match="`labels` must be 3"):
        plots.confusion_matrix([0, 2], [0, 1], labels=["a"])


@pytest.mark.parametrize("shape", [(2, 3), (1, 2, 3, 1), (2, 3, 1), (1, 2, 3), (2, 3, 1, 1)])
def test_a_matrix_with_its_numbers(shape):
    a = np.array([[1.5, -2, 0], [0.1, 4, 1e-9]], np.float32)
    figure = plots.matrix(a.reshape(shape), title="w")
    np.testing.assert_array_equal(shown(figure), a)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["1.5", "-2", "0", "0.1", "4", "1e-09"]
    assert limits(figure) == (-4, 4)
    assert figure.axes[0].get_title() == "w"


def test_a_vector_is_a_row_and_numbers_have_a_format():
    figure = plots.matrix(np.array([1, 2]), ".2f")
    assert shown(figure).shape == (1, 2)
    assert figure.axes[0].texts[1].get_text() == "2.00"
    with pytest.raises(ValueError, match="`fmt` must suit numbers of dtype float64; got 'd'"):
        plots.matrix([[1.5]], "d")


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 41)])
def test_a_matrix_is_small(shape):
    with pytest.raises(ValueError, match="at most 40 x 40"):
        plots.matrix(np.ones(shape))


def test_numbers_stand_out_from_their_cells():
    figure = plots.matrix(np.arange(-6, 7))
    image = figure.axes[0].images[0]
    for text, value in zip(figure.axes[0].texts, range(-6, 7), strict=True):
        pair = [mpl.colors.to_rgb(text.get_color()), image.to_rgba(value)[:3]]
        low, high = sorted(np.array(pair) ** 2.2 @ [0.2126, 0.7152, 0.0722])
        assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2, level AA


# -------------------------------------------------------------------------------------- notebooks
NOTEBOOKS = {
    "alone": "from cnnlib import plots\nplots.matrix([[1, 2]])",
    "after pyplot": (
        "import matplotlib.pyplot as plt\nfrom cnnlib import plots\nplots.matrix([[1, 2]])"
    ),
    "inline": "%matplotlib inline\nfrom cnnlib import plots\nplots.matrix([[1, 2]])",
    "display": "from cnnlib import plots\ndisplay(plots.matrix([[1, 2]]))",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # nbclient's, of its event loop
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_shows_a_figure_once(name):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    cells = [nbformat.v4.new_code_cell(NOTEBOOKS[name])]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    ).execute()
    pictures = [
        output for output in notebook.cells[0].outputs if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == len(notebook.cells[0].outputs) == 1
