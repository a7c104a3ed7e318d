"""Which widgets a page needs, and who hosts them."""

from __future__ import annotations

import base64
import zlib
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from book.live import STATE, check, hosted, press, references, shown, store, take_state


def model(name, module="@jupyter-widgets/controls", **state):
    return {"model_name": name, "model_module": module, "state": state}


def any_model(**state):
    return model("AnyModel", "anywidget", **state)


@pytest.fixture
def models():
    return {
        "a1": any_model(layout="IPY_MODEL_b1"),
        "b1": model("LayoutModel", "@jupyter-widgets/base"),
        "c1": model("IntSliderModel"),
        "d1": model("LinkModel", source=["IPY_MODEL_c1", "value"], target=["IPY_MODEL_a1", "gain"]),
        "e1": model("HBoxModel", children=["IPY_MODEL_a1", "IPY_MODEL_c1"]),
        "f1": any_model(),
    }


def test_references_are_found_however_deep():
    assert references({"parts": [{"ends": ["IPY_MODEL_0a"]}], "other": "anywidget:1b"}) == {
        "0a",
        "1b",
    }


@pytest.mark.parametrize(
    ("views", "expected"),
    [
        (["f1"], {"f1"}),
        (["a1"], {"a1", "b1"}),
        (["a1", "c1"], {"a1", "b1", "c1", "d1"}),
        (["e1"], {"a1", "b1", "c1", "d1", "e1"}),
        (["gone"], set()),
    ],
    ids=["alone", "what it refers to", "a link between two", "children", "unknown"],
)
def test_a_page_keeps_what_it_shows(models, views, expected):
    assert set(shown(models, views)) == expected


def test_anywidgets_are_hosted_without_ipywidgets(models):
    assert set(hosted(shown(models, ["a1", "f1"]))) == {"a1", "f1"}
    assert hosted(shown(models, ["a1", "c1"])) is None


def test_a_widget_without_a_front_end_is_refused(models):
    check(models, "chapter")
    models["a2"] = model("MapModel", "jupyter-leaflet")
    with pytest.raises(ExtensionError, match=r"chapter: .* got \['jupyter-leaflet'\]"):
        check(models, "chapter")


def test_buffers_are_deflated():
    data = base64.b64encode(bytes(3000)).decode()
    models = {"a1": {"buffers": [{"path": ["x"], "data": data, "encoding": "base64"}]}, "b1": {}}
    press(models)
    (buffer,) = models["a1"]["buffers"]
    assert buffer["path"] == ["x"]
    assert buffer["encoding"] == "deflate"
    assert len(buffer["data"]) < 100
    assert zlib.decompress(base64.b64decode(buffer["data"])) == bytes(3000)


def test_the_state_is_taken_out_of_the_page():
    body = '{"state": {"a1": {}}}'
    state = SimpleNamespace(attributes={"type": STATE, "body": body})
    other = SimpleNamespace(attributes={})
    scripts = [other, state]
    assert take_state({"script_files": scripts}) == {"a1": {}}
    assert scripts == [other]
    assert take_state({"script_files": scripts}) == {}


def test_a_string_is_written_once(tmp_path):
    store(tmp_path / "widgets", "text")
    (path,) = (tmp_path / "widgets").iterdir()
    before = path.stat().st_mtime_ns
    store(tmp_path / "widgets", "text")
    assert path.stat().st_mtime_ns == before
