"""JavaScript modules joined into one text."""

from __future__ import annotations

import pytest

from cnnlib import wasm
from cnnlib.wasm import _bundle

MODULES = {
    "a.js": """\
import { two, three as third } from "./b.js";
import {
  four,
} from "./folder/c.js";
import { source } from "./wasm/bundle.js";

export const sum = () => two + third() + four;
const answer = { sum, worker: source("worker.js") };
export default answer;
""",
    "b.js": "export const two = 2;\nexport function three() {\n  return 3;\n}\n",
    "folder/c.js": 'import { two } from "../b.js";\nexport const four = two + two;\n',
    "worker.js": """\
import { serve } from "./wasm/runtime.js";
import { four } from "./folder/c.js";

serve({
  async count(to, progress) {
    for (let k = 1; k < to; k++) progress(k);
    return to * four;
  },
  fail() {
    throw new Error("as asked");
  },
  async wait() {
    await new Promise(() => {});
  },
});
""",
}
IMPORTED = """async (text) => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return (await import(url)).default.sum();
}"""
WORKER = """async (text) => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const { startWorker } = await import("/cnnlib/wasm/runtime.js");
  const worker = startWorker((await import(url)).default.worker);
  const seen = [];
  const count = await worker.call("count", 3, (k) => seen.push(k));
  const failed = await worker.call("fail").catch((error) => error.message);
  const unknown = await worker.call("nothing").catch((error) => error.message);
  const waiting = worker.call("wait").catch((error) => error.message);
  worker.stop();
  return [seen, count, failed, unknown, await waiting];
}"""


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """A folder of modules in place of the library's, with the library's runtime."""
    runtime = (_bundle.ROOT / "wasm" / "runtime.js").read_text("utf-8")
    for name, text in (MODULES | {"wasm/runtime.js": runtime}).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.setattr(_bundle, "ROOT", tmp_path)
    return tmp_path


def joined(entry):
    return _bundle._compose(entry, wasm.build())


def test_modules_find_each_other(modules, module_page):
    assert module_page.evaluate(IMPORTED, joined("a.js")) == 2 + 3 + 4


def test_a_worker_runs_its_module_and_reports(modules, module_page):
    seen, count, failed, unknown, waiting = module_page.evaluate(WORKER, joined("a.js"))
    assert seen == [1, 2]
    assert count == 12
    assert failed == "as asked"
    assert unknown == "the worker has no method nothing"
    assert waiting == "the worker was stopped"


def test_every_module_is_a_piece_and_comes_once(modules):
    pieces = [line for line in joined("a.js").splitlines() if line.startswith(_bundle.PIECE)]
    names = [line.removeprefix(_bundle.PIECE) for line in pieces]
    assert len(set(names)) == len(names)
    assert {"a.js", "b.js", "folder/c.js", "worker.js", "wasm/bundle.js"} <= set(names)


def test_a_piece_does_not_depend_on_who_uses_it(modules):
    """So a site can store it once for all figures."""

    def pieces(entry):
        return set(joined(entry).split(_bundle.PIECE))

    assert len(pieces("a.js") & pieces("folder/c.js")) >= 4  # "", the head, b.js, c.js


@pytest.mark.parametrize(
    "line",
    [
        'import * as b from "./b.js";',
        'import "./b.js";',
        "export { two };",
        'export * from "./b.js";',
        "export let two = 2;",
    ],
)
def test_what_is_not_understood_is_refused(modules, line):
    (modules / "odd.js").write_text(line + "\n", "utf-8")
    with pytest.raises(ValueError, match=r"odd\.js: this import or export is not understood"):
        joined("odd.js")


def test_a_missing_module_is_named(modules):
    (modules / "odd.js").write_text('import { x } from "./nowhere.js";\n', "utf-8")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.js"):
        joined("odd.js")


def test_every_module_of_the_library_can_be_joined():
    paths = sorted(_bundle.ROOT.rglob("*.js"))
    assert paths
    for path in paths:
        wasm.compose(path.relative_to(_bundle.ROOT).as_posix())


@pytest.mark.parametrize("module", ["kernels.wasm", b"\0asm", None, print])
def test_only_a_module_becomes_javascript(module):
    with pytest.raises(TypeError, match=r"`module` must be what build.. or compile.. gives; got"):
        wasm.javascript(module)
