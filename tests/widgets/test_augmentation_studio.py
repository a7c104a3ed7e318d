"""AugmentationStudio: variants, courses and runs, in Python, in the page, and on the screen."""

from __future__ import annotations

import numpy as np
import pytest

import cnnlib
from cnnlib.datasets._augment import Limits
from cnnlib.wasm import export_network
from cnnlib.wasm._bundle import ROOT
from cnnlib.widgets import AugmentationStudio
from cnnlib.widgets.augmentation_studio import _course
from cnnlib.widgets.augmentation_studio._course import Course, variants
from cnnlib.widgets.augmentation_studio._runs import Run, parse
from tests.accessible import fits, violations
from tests.drawing import later
from tests.live_page import call, open_in_notebook

HOME = "/cnnlib/widgets/augmentation_studio"
ALL = Limits(1.25, 40, 0.3, 0.2, 0.5, 0.1, 2, "vertical")


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"samples": 60}, "`samples` must be one of 50, 100, 200, 400; got 60"),
        ({"shift": 3.5}, "`shift` must be a number from 0 to 3; got 3.5"),
        ({"rotation": -1}, "`rotation` must be a number from 0 to 180; got -1"),
        ({"dropout": 0.9}, "`dropout` must be a number from 0 to 0.8; got 0.9"),
        ({"l2": float("nan")}, "`l2` must be a finite number"),
        ({"erase": 6}, "`erase` must be a whole number from 0 to 5; got 6"),
        ({"flip": "both"}, "`flip` must be one of 'none', 'horizontal', 'vertical'; got 'both'"),
        ({"step": 641}, "`step` must be a whole number from 0 to 640; got 641"),
        ({"runs": "100"}, "`runs` must be at most 5 runs like .* got '100'"),
    ],
)
def test_wrong_values_are_refused_and_change_nothing(values, rule):
    with pytest.raises(ValueError, match=rule):
        AugmentationStudio(**values)
    studio = AugmentationStudio(shift=1)
    before = studio.get_state()
    with pytest.raises(ValueError, match=rule):
        setattr(studio, *next(iter(values.items())))
    assert studio.get_state() == before


WRONG = ["100", "60 640", "100 641", "100 1.5", "100 640 shift", "100 640 shift 4", "100 640 x 1"]
WRONG += ["100 640 shift 1 shift 1", "100 640 flip up", "100 640,", ",".join(["100 64"] * 6)]
WRONG += ["100 -1", "100 640 erase 1.5", "100 640 constructor 1", "100 ٣"]
GOOD = ["", " ", "100 640", "50 0 flip vertical, 400 64 l2 1e-4 seed 7 erase 2 dropout 0.5"]


@pytest.mark.parametrize("text", WRONG)
def test_words_that_are_no_runs(module_page, text):
    with pytest.raises(ValueError, match="must be at most 5 runs"):
        parse(text)
    assert "must be at most 5 runs" in in_page(module_page, "studio_runs.js", "try_parse", text)


@pytest.mark.parametrize("text", GOOD)
def test_runs_are_read_and_written_alike(module_page, text):
    found = parse(text)
    page = in_page(module_page, "studio_runs.js", "parse", text)
    assert [Run(**run) for run in page] == found
    words = [in_page(module_page, "studio_runs.js", "written", run) for run in page]
    assert [parse(one)[0] for one in words] == found
    assert [parse(run.words())[0] for run in found] == found


def in_page(page, file, function, *args):
    return call(page, f"{HOME}/{file}", function, *args)


def test_what_python_says():
    studio = AugmentationStudio(samples=50, shift=1.5, step=48)
    words, accuracy = studio.describe(), studio.accuracy
    assert "learns from 50 handwritten digits" in words
    assert "settings: shift 1.5." in words
    for share in accuracy.values():
        assert f"{share:.1%}" in words
    assert studio.gap == pytest.approx(100 * (accuracy["training"] - accuracy["held_out"]))
    x, y = cnnlib.datasets.digits()[1]
    right = (studio.model().predict(x, verbose=0).argmax(axis=1) == y).mean()
    assert right == pytest.approx(accuracy["held_out"])
    assert "no augmentation, no dropout, no L2" in AugmentationStudio(step=1).describe()


def test_augmentation_buys_what_it_shows():
    plain, moved = AugmentationStudio(step=320), AugmentationStudio(step=320, shift=1.5)
    assert plain.accuracy["shifted"] < 0.5
    assert moved.accuracy["shifted"] > 0.75
    assert plain.accuracy["training"] == 1


def test_a_still():
    figure = AugmentationStudio(rotation=20, step=32, runs="100 48, 50 16").still()
    accuracy, loss, bars = figure.axes[-3:]
    assert len(figure.axes) == 10 + 3
    assert [len(line.get_xdata()) for line in accuracy.lines] == [4, 2, 3, 3]
    assert loss.lines[2].get_label() == "training"
    assert len(bars.patches) == 4
    assert figure.get_figwidth() * 100 <= 760


def test_the_state_that_cannot_be_set():
    with pytest.raises(AttributeError, match="cannot be set any more"):
        AugmentationStudio().images = np.zeros((2, 8, 8, 1))


# -------------------------------------------------------------------------------- page and Python
@pytest.mark.parametrize(
    "limits",
    [Limits(), ALL, *(Limits(**{name: getattr(ALL, name)}) for name in Limits._fields)],
)
@pytest.mark.parametrize("shape", [(8, 8, 1), (5, 7, 3)])
def test_variants_are_those_of_python(module_page, rng, limits, shape):
    x = rng.random((4, *shape)).astype(np.float32)
    for seed in (0, 12_345_678):
        script = """async ([x, shape, limits, seed]) => {
          const { variants } = await import("HOME/variants.js");
          return [...variants(Float32Array.from(x), shape, limits, seed)];
        }""".replace("HOME", HOME)
        sent = [x.ravel().tolist(), list(shape), limits._asdict(), seed]
        found = module_page.evaluate(script, sent)
        np.testing.assert_allclose(found, variants(x, limits, seed).ravel(), atol=1e-6)


COURSE = """async ([images, labels, train, spec, weights, run, stops]) => {
  const { kernels } = await import("/cnnlib/wasm/kernels.js");
  const { StudioCourse } = await import("HOME/studio_course.js");
  const x = Float32Array.from(images);
  const data = { images: x, labels: Uint8Array.from(labels), shape: [8, 8, 1], train };
  const course = new StudioCourse(await kernels(), data);
  course.begin({ key: "mine", spec, weights: Float32Array.from(weights), run });
  const found = [];
  for (const stop of stops) {
    const left = () => stop - course.course.step;
    while (left() > 0) course.advance({ milliseconds: 0, steps: left() });
    const { curve, ...rest } = course.snapshot();
    found.push({ ...rest, curve: [...curve], weights: [...course.course.student.getWeights()] });
  }
  return found;
}""".replace("HOME", HOME)


@pytest.mark.parametrize(
    "run",
    [
        Run(50, 0, seed=3),
        Run(100, 0, shift=1, rotation=15, seed=1),
        Run(400, 0, noise=0.1, dropout=0.5, l2=0.01, flip="horizontal", erase=2, seed=8),
    ],
)
def test_the_page_s_course_is_that_of_python(module_page, run):
    (x, y), (held, answers) = cnnlib.datasets.digits()
    images, labels = np.concatenate([x[:400], held]), np.concatenate([y[:400], answers])
    spec, weights = export_network(_course.begin(run.dropout, run.seed))
    sent = [images.ravel().tolist(), labels.tolist(), 400, spec, weights.tolist()]
    stops = [0, 1, 16, 20, 34]
    page = module_page.evaluate(COURSE, [*sent, run._asdict(), stops])
    course = Course(cnnlib.datasets.digits(), run)
    for stop, found in zip(stops, page, strict=True):
        course.go(stop)
        exam = course.exam()
        last = found["curve"][-1]
        assert (found["key"], found["step"], last["step"]) == ("mine", stop, stop)
        own = np.concatenate([w.ravel() for w in course.model.get_weights()])
        np.testing.assert_allclose(found["weights"], own, atol=2e-3)
        for name in ("training", "held_out", "shifted", "turned"):
            assert last[name] == pytest.approx(getattr(exam, name), abs=0.011)
        assert last["loss"] == pytest.approx(exam.loss, abs=5e-3)
        assert last["held_loss"] == pytest.approx(exam.held_loss, abs=5e-3)
    assert [exam["step"] for exam in page[-1]["curve"]] == [0, 1, 16, 20, 32, 34]


def test_a_course_ends(module_page):
    (x, y), (held, answers) = cnnlib.datasets.digits()
    images, labels = np.concatenate([x[:400], held]), np.concatenate([y[:400], answers])
    spec, weights = export_network(_course.begin(0.0, 0))
    sent = [images.ravel().tolist(), labels.tolist(), 400, spec, weights.tolist()]
    script = COURSE.replace("course.advance({ milliseconds: 0, steps: left() });", "break;")
    script = script.replace("const { curve,", "course.advance({milliseconds: 1e9}); const { curve,")
    page = module_page.evaluate(script, [*sent, Run(50, 0)._asdict(), [1]])
    assert page[0]["step"] == 640


def test_layers_and_constants_are_the_same_on_both_sides():
    figure, course, moved = (
        (ROOT / "widgets/augmentation_studio" / file).read_text("utf-8")
        for file in ("augmentation_studio.js", "studio_course.js", "variants.js")
    )
    assert f'"{_course.LAYERS}"' in figure
    assert f"const ROUND = {_course.ROUND};" in course
    assert f"const BATCH = {_course.BATCH};" in course
    assert f"const RATE = {_course.RATE};" in course
    assert "{ ...NONE, shift: 1.5, seed: 1 }" in moved
    assert {"shifted": Limits(shift=1.5), "turned": Limits(rotation=25)} == _course.MOVED


# ------------------------------------------------------------------------------------ in the page
PROGRESS = ".stc-a-progress"
READINGS = ".stc-a-readings strong"


def ready(page):
    page.wait_for_function(f"document.querySelector('{READINGS}').textContent !== ''")
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def until(page, step):
    page.wait_for_function(
        f"document.querySelector('{PROGRESS}').textContent.startsWith('Step {step} of')"
    )
    later(page)


def readings(page):
    return [float(text.split()[0]) for text in page.locator(READINGS).all_inner_texts()]


def rows(page):
    return [row.split("\t") for row in page.locator(".stc-a-runs tbody").inner_text().split("\n")]


def link(page):
    button(page, "Copy link").click()
    return page.evaluate("location.hash")


def test_runs_are_kept_and_compared(show):
    page = ready(show(AugmentationStudio(samples=50)))
    assert button(page, "Forget the runs before").count() == 0
    button(page, "Train").click()
    until(page, 640)
    button(page, "Train").wait_for()
    training, held, gap = readings(page)
    assert training == 100
    assert gap == pytest.approx(training - held, abs=0.06)
    plain = rows(page)[0]
    button(page, "Train").click()
    assert "That is enough: 640 steps." in " ".join(page.locator(".stc-note").all_inner_texts())
    page.get_by_label("Shift, ±").fill("1.5")
    until(page, 0)
    assert rows(page)[1] == plain
    button(page, "Train").click()
    until(page, 640)
    now, before = rows(page)
    assert before == plain
    percent = [float(text.split()[0]) for text in (now[3], before[3])]
    assert percent[0] > percent[1] + 20  # shifted digits
    assert now[0].startswith("50 digits, shift 1.5 px")
    page.get_by_role("radio", name="left ↔ right").check(force=True)
    until(page, 0)
    assert len(rows(page)) == 3
    assert link(page).endswith("runs=50+640,+50+640+shift+1.5")
    button(page, "Forget the runs before").click()
    page.wait_for_function("document.querySelectorAll('.stc-a-runs tbody tr').length === 1")
    button(page, "Reset").click()
    page.wait_for_function(
        "document.querySelector('.stc-a-runs tbody').textContent.includes('as they are')"
    )


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("", [100, 91, 42]),
        ("shift=1.5&", [97, 88, 88]),
        ("shift=3&", [84, 73, 77]),
        ("flip=horizontal&", [100, 83, 37]),
        ("samples=400&", [100, 97, 40]),
    ],
)
def test_the_chapter_s_numbers(show, settings, found):
    page = ready(show(AugmentationStudio(), link=f"#augmentation-studio?{settings}step=640"))
    until(page, 640)
    shares = [float(text.split()[0]) for text in rows(page)[0][1:4]]
    assert shares == pytest.approx(found, abs=0.7)


def test_a_run_that_has_hardly_begun_is_not_kept(show):
    page = ready(show(AugmentationStudio(), link="#augmentation-studio?step=32"))
    until(page, 32)
    button(page, "New seed").click()
    until(page, 0)
    assert len(rows(page)) == 1
    assert "seed=1" in link(page)


def test_a_link_leads_to_the_same_numbers(show):
    where = "#augmentation-studio?samples=50&shift=1&dropout=0.5&seed=3&step=96&runs=50+80+erase+2"
    one, other = (ready(show(AugmentationStudio(), link=where)) for _ in range(2))
    for page in (one, other):
        until(page, 96)
    assert rows(one) == rows(other)
    assert len(rows(one)) == 2
    studio = AugmentationStudio(50, shift=1, dropout=0.5, seed=3, step=96)
    exam = studio.accuracy
    assert readings(one)[:2] == pytest.approx(
        [100 * exam["training"], 100 * exam["held_out"]], abs=4
    )
    one.evaluate(
        "location.hash = '#augmentation-studio?samples=50&shift=1&dropout=0.5&seed=3&step=16'"
    )
    until(one, 16)
    wrong = show(
        AugmentationStudio(), link="#augmentation-studio?samples=60&runs=1&shift=9&step=16"
    )
    until(ready(wrong), 16)
    notes = " ".join(wrong.locator(".stc-note").all_inner_texts())
    assert all(f"“{name}” must be" in notes for name in ("samples", "runs", "shift"))


def test_variants_follow_the_settings(show):
    studio = AugmentationStudio(rotation=40)
    page = ready(show(studio))
    pixels = """() => [...document.querySelectorAll(".stc-a-tiles canvas")].map((canvas) =>
      [...canvas.getContext("2d").getImageData(0, 0, 8, 8).data].filter((_, k) => k % 4 === 0))"""
    np.testing.assert_allclose(
        page.evaluate(pixels), 255 * studio.variants.reshape(9, 64), atol=1.01
    )
    before = page.evaluate(pixels)
    button(page, "Other variants").click()
    page.wait_for_function(f"b => JSON.stringify(({pixels})()) !== JSON.stringify(b)", arg=before)
    studio.glance = 1
    np.testing.assert_allclose(
        page.evaluate(pixels), 255 * studio.variants.reshape(9, 64), atol=1.01
    )
    button(page, "Next digit ›").click()
    tiles = page.locator(".stc-a-tiles")
    label = cnnlib.datasets.digits()[0][1][47]
    page.wait_for_function(
        f"document.querySelector('.stc-a-tiles').ariaLabel.startsWith('9 variants of a {label}')"
    )
    warning = page.locator(".stc-a-warning")
    assert warning.is_hidden()
    page.get_by_role("radio", name="left ↔ right").check(force=True)
    warning.wait_for()
    assert "A mirrored 2 is no 2" in warning.inner_text()
    assert "flip left ↔ right" in tiles.get_attribute("aria-label")


def test_the_keyboard_alone_suffices(show):
    page = ready(show(AugmentationStudio()))
    page.get_by_role("radio", name="100").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "document.querySelector('.stc-a-runs tbody').textContent.includes('200 digits')"
    )
    page.get_by_label("Turn, ±").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("L2, λ").focus()
    page.keyboard.press("ArrowDown")
    button(page, "Train").focus()
    page.keyboard.press("Enter")
    until(page, 640)
    assert link(page) == "#augmentation-studio?samples=200&rotation=5&l2=0.0001&step=640"


def test_a_notebook_and_its_page_tell_each_other(module_page):
    studio = AugmentationStudio(samples=50)
    open_in_notebook(module_page, studio)
    page = ready(module_page)
    page.evaluate("model.set('step', 48)")  # as Python would
    until(page, 48)
    page.evaluate("model.set('shift', 2)")
    page.wait_for_function(
        "document.querySelector('.stc-a-runs tbody').textContent.includes('shift 2 px')"
    )
    until(page, 48)  # another run, up to the same step
    page.get_by_label("Erase").fill("2")
    assert page.evaluate("[model.get('erase'), model.get('step')]") == [2, 0]


@pytest.mark.parametrize(("theme", "width"), [("light", 800), ("dark", 800), ("dark", 360)])
def test_it_is_accessible_and_fits(show, theme, width):
    studio = AugmentationStudio(samples=50, flip="horizontal", runs="50 32")
    page = ready(show(studio, theme=theme, width=width, link="#augmentation-studio?step=16"))
    until(page, 16)
    assert fits(page)
    assert not violations(page)
    words = page.locator(".stc-words p").text_content()
    assert "A mirrored 2 is no 2" in words
    assert "of the 359 held-out digits are right" in words
    assert "Before, with 50 digits, as they are, 32 steps" in words
