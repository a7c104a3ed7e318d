"""The licenses of what the site carries."""

from __future__ import annotations

from importlib.metadata import distribution

import pytest

from book import licenses


@pytest.mark.parametrize("name", licenses.PACKAGES)
def test_a_package_says_on_which_terms_it_comes(name):
    package = distribution(name)
    if name == "sphinx-mathjax-offline":
        assert package.metadata["License"] == "Apache License 2.0"
    else:
        assert licenses.license_files(package)


def test_every_package_has_its_section():
    sections = list(licenses.packages())
    assert len(sections) == len(licenses.PACKAGES)
    assert any("THE SOFTWARE IS PROVIDED" in text for text in sections)
    assert any("jQuery" in text for text in sections)  # inside widgetsnbextension


def test_notices_are_collected_once(tmp_path):
    (tmp_path / "a.js").write_text("/*! (c) Ann */ let a; /* no notice */")
    (tmp_path / "b.css").write_text("/*! (c) Ann */ p { } /*! (c) Bob */")
    text = licenses.notices(tmp_path)
    assert text.count("Ann") == 1
    assert "Bob" in text
    assert "no notice" not in text


def test_the_terms_are_complete():
    mit, apache, ofl = licenses.terms()
    assert "THE SOFTWARE IS PROVIDED" in mit
    assert "END OF TERMS AND CONDITIONS" in apache
    assert "Reserved Font Name" in ofl
    assert len(ofl) > 3500
