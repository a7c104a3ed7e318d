"""ipywidgets' own front end, joined from what is installed."""

from __future__ import annotations

import pytest
from sphinx.errors import ExtensionError

from book import controls


def test_patch_changes_the_one_place():
    assert controls.patch("a=1;b=2", "b=", "b=a+", "the program") == "a=1;b=a+2"


@pytest.mark.parametrize("text", ["a=1", "b=1;b=2"])
def test_patch_refuses_another_version(text):
    with pytest.raises(ExtensionError, match="the program must contain 'b=' once; found"):
        controls.patch(text, "b=", "", "the program")


def test_the_installed_front_end_is_the_expected_one():
    program = controls.program()
    assert len(program) > 500_000
    assert controls.PLACE not in program
    assert "WidgetManager:r.WidgetManager" in program
    assert "//# sourceMappingURL" not in program


def test_write_leaves_an_equal_file_alone(tmp_path):
    path = tmp_path / "_static" / "controls.js"
    controls.write(path)
    before = path.stat().st_mtime_ns
    controls.write(path)
    assert path.stat().st_mtime_ns == before
