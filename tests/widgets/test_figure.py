"""cnnlib.widgets._figure: arrays as traits, values that are refused, stills and descriptions."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from cnnlib import _random, widgets
from cnnlib.layers import Conv2D, Dense, Flatten, Input
from cnnlib.models import Sequential
from cnnlib.plots import matrix
from cnnlib.widgets import Figure
from cnnlib.widgets._figure import Array, Choice, Flag, Real, Whole, finite, from_page, to_page
from cnnlib.widgets.parity_viewer._faults import broken
from tests.built import ROOT


class LittleFigure(Figure):
    _module = "theme.js"
    grid = Array(lambda value: finite(value, "grid").astype(np.float32))
    count = Whole(2, 1, 5)
    weight = Real(0.0)
    kind = Choice("a", "b")
    on = Flag()
    data = Array(optional=True)
    _once = ("data",)

    def still(self):
        return matrix([[self.count]])

    def describe(self):
        return f"A figure of {self.count}."


@pytest.fixture
def figure():
    return LittleFigure(grid=[[1, 2]])


def test_an_array_goes_to_the_page_and_comes_back(figure):
    state, _ = figure.get_state(["grid"]), None
    assert state["grid"] == {"shape": [1, 2], "dtype": "float32", "data": figure.grid.tobytes()}
    sent = to_page(np.array([[3, 4], [5, 6]], np.int32))
    assert from_page(sent).tolist() == [[3, 4], [5, 6]]
    assert to_page(None) is None
    assert from_page(None) is None


def test_what_the_page_sends_is_read_in_python(figure):
    data = np.array([[7, 8, 9]], np.float32)
    sent = {"shape": [1, 3], "dtype": "float32", "data": memoryview(data.tobytes())}
    figure.set_state({"grid": sent, "count": 5})
    assert figure.grid.tolist() == [[7, 8, 9]]
    assert figure.count == 5


@pytest.mark.parametrize(
    "sent",
    [
        {"shape": [2], "dtype": "object", "data": bytes(16)},
        {"shape": [3], "dtype": "float32", "data": bytes(8)},
    ],
)
def test_what_the_page_must_not_send_is_refused(sent):
    with pytest.raises(ValueError, match=r"dtype must be one of|reshape"):
        from_page(sent)


def test_an_array_is_a_copy_and_follows_assignments_only(figure):
    mine = np.ones((2, 2), np.float32)
    figure.grid = mine
    mine[0, 0] = 5
    assert figure.grid[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        figure.grid[0, 0] = 5


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("count", 0, r"`count` must be a whole number from 1 to 5; got 0\."),
        ("count", 2.5, r"`count` must be a whole number from 1 to 5; got 2\.5\."),
        ("count", True, r"`count` must be a whole number from 1 to 5; got True\."),
        ("weight", np.nan, r"`weight` must be a finite number; got nan\."),
        ("weight", "1", r"`weight` must be a finite number; got '1'\."),
        ("kind", "c", r"`kind` must be one of 'a', 'b'; got 'c'\."),
        ("grid", [[np.inf]], "`grid` must hold finite numbers; got NaN, infinity"),
        ("grid", [[1e39]], r"`grid` must hold finite numbers; got .* a number beyond float32\."),
        ("grid", [[1], [1, 2]], r"`grid` must be an array; got .*inhomogeneous"),
        ("grid", None, r"`grid` must be an array; got None\."),
        ("weight", 1e39, r"`weight` must be a finite number; got 1e\+39\."),
        ("weight", 10**400, r"`weight` must be a finite number; got 1000.*\.\.\..*0\."),
        ("kind", np.zeros((2, 2)), r"`kind` must be one of 'a', 'b'; got array\("),
        ("on", 1, r"`on` must be True or False; got 1\."),
        ("on", "yes", r"`on` must be True or False; got 'yes'\."),
        ("grid", [["x"]], r"`grid` must hold real numbers; got dtype <U1\."),
        ("name", "My Figure", "`name` must be small letters and digits.*got 'My Figure'"),
        ("name", 3, r"`name` must be a text; got 3\."),
        ("title", None, r"`title` must be a text; got None\."),
    ],
)
def test_a_wrong_value_is_named_and_changes_nothing(figure, name, value, message):
    before = getattr(figure, name)
    with pytest.raises((ValueError, TypeError), match=message):
        setattr(figure, name, value)
    assert getattr(figure, name) is before


def test_numpy_numbers_are_welcome(figure):
    figure.count, figure.weight, figure.on = np.int64(3), np.float32(0.5), np.True_
    assert (figure.count, figure.weight, figure.on) == (3, 0.5, True)


@pytest.mark.parametrize("name", ["counts", "describe", "still"])
def test_what_is_no_variable_cannot_be_set(figure, name):
    """It would change nothing, or a method would be gone."""
    before = getattr(figure, name, None)
    rule = f"has no variable '{name}' to set; it has count, grid, kind, name, on, title, weight"
    with pytest.raises(AttributeError, match=rule):
        setattr(figure, name, 3)
    assert getattr(figure, name, None) == before


def test_what_is_given_once_cannot_be_set_later():
    figure = LittleFigure(data=np.ones(3, np.uint8))
    with pytest.raises(AttributeError, match="`data` cannot be set any more: make another Little"):
        figure.data = np.zeros(3, np.uint8)
    assert figure.data.tolist() == [1, 1, 1]


def test_an_array_that_is_optional_can_be_taken_away(figure):
    figure.set_trait("data", np.ones(3, np.uint8))
    figure.set_trait("data", None)
    assert figure.data is None


def network():
    layers = [Conv2D(2, 3), Flatten(), Dense(3, activation="softmax")]
    return Sequential([Input((8, 8, 1)), *layers])


@pytest.mark.parametrize(
    "make",
    [
        lambda model: widgets.AugmentationStudio(step=1).model(),
        lambda model: widgets.Clinic().describe(),
        lambda model: widgets.FeatureMaps(model).describe(),
        lambda model: widgets.Graveyard(step=1).model(),
        lambda model: widgets.Judge(model).random_model,
        lambda model: widgets.LiveTrainer().model(),
        lambda model: broken(model, np.ones((1, 8, 8, 1)), "flip"),
    ],
)
def test_a_figure_draws_nothing_from_the_common_generator(make):
    model = network()
    before = _random.generator().bit_generator.state
    make(model)
    assert _random.generator().bit_generator.state == before


def test_names_and_titles_come_from_the_class(figure):
    assert (figure.name, figure.title) == ("little-figure", "Little figure")
    assert LittleFigure(name="other", title="Mine").title == "Mine"


def test_a_place_without_scripts_gets_a_picture_and_a_text(figure):
    data, metadata = figure._repr_mimebundle_()
    assert data["text/plain"] == "A figure of 2."
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["width"] > 0
    assert "application/vnd.jupyter.widget-view+json" in data


def test_without_matplotlib_there_is_no_still(figure, monkeypatch):
    monkeypatch.setattr(LittleFigure, "still", lambda self: (_ for _ in ()).throw(ImportError))
    data, _ = figure._repr_mimebundle_()
    assert "image/png" not in data
    assert data["text/plain"] == "A figure of 2."


def test_without_anywidget_the_extra_is_named():
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        "import cnnlib\n"
        "try: cnnlib.widgets\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "pip install 'cnnlib[widgets]'" in done.stdout


def test_nothing_is_compiled_before_there_is_a_figure():
    code = (
        "import cnnlib; cnnlib.widgets; from cnnlib import wasm\n"
        "assert wasm.compose.cache_info().currsize == 0\n"
        "cnnlib.widgets.KernelLab(); assert wasm.compose.cache_info().currsize == 1"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
