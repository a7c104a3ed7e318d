"""The pages that are measured: they answer, and what they compute is a network that learns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import tfjs
from benchmarks.models import LENET5
from benchmarks.parts.page import WORKS, peers, subject

LEARN = """async (subject) => {
  const { make } = await import("/benchmarks/page/plain.js");
  const { forward, step } = await make(subject);
  const losses = Array.from({ length: 30 }, step);
  const y = forward();
  const row = y.data.slice(0, y.shape[1]);
  return { losses, shape: y.shape, sum: row.reduce((a, b) => a + b) };
}"""
ASK = """async ([module, subject, kind]) => {
  const { ask } = await import(`/benchmarks/page/${module}`);
  return ask({ subject, kind, count: 3 });
}"""


def test_the_plain_loops_learn(module_page):
    found = module_page.evaluate(LEARN, subject(replace(LENET5, batch=8)))
    assert found["shape"] == [8, 10]
    assert found["sum"] == pytest.approx(1, abs=1e-5)
    assert found["losses"][-1] < found["losses"][0] / 2


@pytest.mark.parametrize("module", ["cnnlib.js", "plain.js"])
def test_a_page_answers_as_a_worker_does(module_page, module):
    for model, kind in WORKS.values():
        given = subject(replace(model, batch=1))
        answer = module_page.evaluate(ASK, [module, given, kind])
        assert len(answer["seconds"]) == 3
        assert 0 < min(answer["seconds"]) < 1
    assert module_page.evaluate(ASK, [module, given, "sing"]) == {"unknown": "sing"}


def test_without_npm_the_peers_are_skipped_with_a_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(tfjs.shutil, "which", lambda name: None)
    monkeypatch.setattr(tfjs, "user_cache_path", lambda name: tmp_path)
    assert list(peers()) == []
    assert capsys.readouterr().out == "TF.js: skipped, npm is not installed\n"


def test_what_npm_says_is_passed_on(monkeypatch, tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(tfjs.shutil, "which", lambda name: str(npm))
    with pytest.raises(tfjs.UnavailableError, match="npm cannot install it: no network"):
        tfjs.files(tmp_path / "modules")
