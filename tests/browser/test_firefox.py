"""The live figures in the other family of browsers, from a server and from disk."""

from __future__ import annotations

import pytest

from tests import firefox

PAGE = "chapters/02_convolution.html"
# Waits until the page's figures are drawn, or says why not.
READY = """new Promise((resolve) => {
  const end = Date.now() + 30000;
  (function look() {
    const state = document.documentElement.dataset.widgets;
    if (state === "ready" || state === "error") resolve(state);
    else if (Date.now() > end) resolve("still " + state);
    else setTimeout(look, 50);
  })();
})"""
DRAWN = """(async () => {
  while (document.querySelectorAll(".live canvas").length < 4) {
    await new Promise(requestAnimationFrame);
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
})()"""
# Sums up what the page's pictures show; a picture has a second canvas for its marks.
PICTURES = """[...document.querySelectorAll(".live canvas")].map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, k) => (sum * 31 + value) % 1000003, 7);
})"""
# Types a number into the first weight of the kernel, as a reader does, and waits for the picture.
TYPE = """(async () => {
  const box = document.querySelector(".live .stc-kernel input");
  box.focus();
  box.value = "7";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
  box.blur();
  await new Promise((resolve) => setTimeout(resolve, 500));
  return true;
})()"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with firefox.launch(tmp_path_factory.mktemp("firefox")) as tab:
        yield tab


@pytest.mark.parametrize("place", ["over_http", "from_disk"])
def test_a_live_figure_computes_in_firefox(tab, request, place):
    tab.open(f"{request.getfixturevalue(place)}/{PAGE}")
    assert tab.evaluate(READY) == "ready"
    tab.evaluate(DRAWN)
    before = tab.evaluate(PICTURES)
    tab.evaluate(TYPE)
    after = tab.evaluate(PICTURES)
    assert before[0] == after[0], "the image stays"
    assert before[2] != after[2], "the feature map follows the kernel"
    assert tab.errors == []
