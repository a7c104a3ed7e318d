"""Clinic: patients and tests in the page against those of Python, the figure, link and notebook."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cnnlib import clinic, datasets
from cnnlib.clinic import backward_tests
from cnnlib.clinic.passes import VERSIONS, Backward
from cnnlib.clinic.patient import trained
from cnnlib.clinic.recipe import Recipe
from cnnlib.widgets import Clinic
from tests.accessible import fits, violations
from tests.drawing import later
from tests.live_page import open_in_notebook

TRAINING = [name for name, case in clinic.CASES.items() if isinstance(case.broken, Recipe)]
BACKWARD = [name for name in clinic.CASES if name not in TRAINING]

WARD = """async ({ images, labels, networks, recipe, tests }) => {
  const { kernels } = await import("/cnnlib/wasm/kernels.js");
  const { Ward } = await import("/cnnlib/widgets/clinic/ward.js");
  const data = { images: Float32Array.from(images), labels: Uint8Array.from(labels) };
  const ward = new Ward(await kernels(), { ...data, shape: [8, 8, 1], train: 1438, networks });
  ward.begin({ id: "mine", recipes: [recipe] });
  while (ward.step < 200) ward.advance({ milliseconds: 20, steps: 200 - ward.step });
  const { courses: [curve], findings: [findings], id, last } = ward.snapshot({ tests });
  return JSON.parse(JSON.stringify({ curve, findings, id, last }));
}"""


@pytest.fixture(scope="module")
def data():
    (x, y), (held_x, held_y) = datasets.digits()
    images, labels = np.concatenate([x, held_x]), np.concatenate([y, held_y])
    return {"images": images.ravel().tolist(), "labels": labels.tolist()}


def in_page(page, data, recipe, tests=()):
    networks = Clinic().networks
    given = {"networks": networks, "recipe": recipe.settings, "tests": list(tests)}
    return page.evaluate(WARD, data | given)


# ------------------------------------------------------------------------------------ page, Python
@pytest.mark.parametrize("name", TRAINING)
def test_a_patient_is_the_same_in_the_page(module_page, data, name):
    case = clinic.case(name)
    for recipe in (case.broken.changed(seed=3), case.cured):
        chance = recipe.network == "dropout"  # NumPy's numbers there, others in the page
        page = in_page(module_page, data, recipe, [case.test.name])
        assert (page["id"], page["last"]) == ("mine", 200)
        curve = trained(recipe).curve
        assert [entry["step"] for entry in page["curve"]] == [entry["step"] for entry in curve]
        for ours, theirs in zip(curve, page["curve"], strict=True):
            apart = 0.3 if chance else 2e-3 * max(1, ours["loss"])
            if ours["step"] <= 50:  # rounding grows from step to step
                assert theirs["loss"] == pytest.approx(ours["loss"], abs=apart)
                assert theirs["held"] == pytest.approx(
                    ours["held_accuracy"], abs=0.2 if chance else 0.02
                )
        last = page["curve"][-1]
        assert last["held"] == pytest.approx(curve[-1]["held_accuracy"], abs=0.06)
        assert page["findings"][case.test.name]["passed"] == bool(case.test(recipe))


EXACT = {
    "initial_loss": ("loss", "expected"),
    "gradient_check": ("length", "slope"),
    "update_ratio": ("ratio",),
    "gradient_flow": ("ratio",),
    "unlike_units": ("unlike", "units"),
    "pixels": ("low", "high", "mean"),
    "labels": ("same",),
    "batches": ("mean", "classes"),
    "copies": ("copies", "held"),
}


@pytest.mark.parametrize("name", [n for n in TRAINING if n != "dropout-in-prediction"])
def test_the_tests_find_the_same_numbers(module_page, data, name):
    recipe = clinic.case(name).broken
    page = in_page(module_page, data, recipe, clinic.TRAINING_TESTS)["findings"]
    assert set(page) == set(clinic.TRAINING_TESTS)
    for test, numbers in EXACT.items():
        ours = clinic.TESTS[test](recipe)
        assert page[test]["passed"] == ours.passed, test
        for number in numbers:
            if number not in ours.numbers or not np.isfinite(ours.numbers[number]):
                continue
            theirs, value = page[test].get(number, 0), ours.numbers[number]
            assert theirs == pytest.approx(value, rel=0.03, abs=1e-8), (test, number)


ARRAYS = """async (backward) => {
  const { kernels } = await import("/cnnlib/wasm/kernels.js");
  const page = await import("/cnnlib/widgets/clinic/clinic_backward.js");
  const runtime = await kernels();
  const [came, expected] = [page.result, page.truth].map((f) => f(runtime, backward));
  const ask = ([name, test]) => [name, test(came, expected)];
  const out = {
    given: page.problem(backward),
    came: came.data,
    expected: Float64Array.from(expected.data),
    found: Object.fromEntries(Object.entries(page.TESTS).map(ask)),
  };
  const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value, String) : value);
  return JSON.parse(JSON.stringify(out, plain));
}"""


@pytest.mark.parametrize(("operation", "version"), [(o, v) for o in VERSIONS for v in VERSIONS[o]])
@pytest.mark.parametrize("seed", [0, 1, 2, 77, 999_999])
def test_backward_passes_are_those_of_python(module_page, operation, version, seed):
    ours = Backward(operation, version, seed)
    page = module_page.evaluate(ARRAYS, vars(ours))
    letters = ("z", "t") if operation == "loss" else ("dy", "w", "x")
    for letter, array in zip(letters, backward_tests.problem(ours), strict=False):
        assert [float(v) for v in page["given"][letter]["data"]] == array.ravel().tolist()
    number = lambda text: float(text.replace("Infinity", "inf"))  # noqa: E731
    came = [number(value) for value in page["came"]]
    np.testing.assert_allclose(came, backward_tests.result(ours).ravel(), rtol=1e-5, atol=1e-7)
    expected = [number(value) for value in page["expected"]]
    np.testing.assert_allclose(expected, backward_tests.truth(ours).ravel(), rtol=1e-5, atol=1e-9)
    for name, test in clinic.BACKWARD_TESTS.items():
        assert page["found"][name]["passed"] == bool(test(ours)), name


# ------------------------------------------------------------------------------------------ Python
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("patient", 0, "`patient` must be a whole number from 1 to 19; got 0"),
        ("patient", 20, "`patient` must be a whole number from 1 to 19; got 20"),
        ("tests", "pixels,touch", "`tests` must be some of initial_loss"),
        ("tests", 3, "`tests` must be some of"),
        ("cure", "sleep", "`cure` must be none or one of scale"),
        ("cure", "scale,mean", "`cure` must be none or one of scale"),
        ("diagnosis", 1, "`diagnosis` must be True or False"),
        ("seed", -1, "`seed` must be a whole number from 0"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    figure = Clinic()
    before = figure.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(figure, name, value)
    assert figure.get_state() == before
    with pytest.raises(ValueError, match=message):
        Clinic(**{name: value})


def test_a_patient_by_name():
    assert Clinic("label-order").patient == 14
    assert Clinic("label-order").case is clinic.case("label-order")
    with pytest.raises(ValueError, match="`name` must be one of unscaled-input"):
        Clinic("flu")


def test_words_and_a_still():
    figure = Clinic("label-order", tests="pixels,confusion", cure="one-numbering", diagnosis=True)
    text = figure.describe()
    assert "Patient 14 of 19" in text
    assert "9 of 10 classes have one wrong answer" in text
    assert "After the cure “Number the classes in one way everywhere”: 0 of 10" in text
    assert "sorted as text" in text
    loss, right = figure.still().axes
    assert len(loss.lines) == 2
    assert len(right.lines) == 4
    np.testing.assert_array_equal(right.lines[0].get_xdata(), np.arange(0, 201, 10))


@pytest.mark.parametrize("name", BACKWARD)
def test_a_still_of_arrays(name):
    figure = Clinic(name, cure=clinic.case(name).cure.name).still()
    titles = [axes.get_title() for axes in figure.axes]
    given = ["z", "t"] if name == "log-of-zero" else ["dy", "w", "x"]
    assert titles == [*given, "as it is", "after the cure", "measured"]


def test_the_cure_of_another_backward_pass_changes_nothing():
    figure = Clinic("missing-flip", cure="logit")
    assert figure.treated == figure.subject
    figure.cure = "scale"
    assert figure.treated is None


# ------------------------------------------------------------------------------------ in the page
def ready(page):
    page.wait_for_function(
        "!document.querySelector('.stc-c-course').offsetParent ||"
        " [...document.querySelectorAll('.stc-c-course td')].every(td => td.textContent !== '…')"
        " && document.querySelectorAll('.stc-c-course td').length > 0"
    )
    page.wait_for_function(
        "!document.querySelector('.stc-c-findings').textContent.includes('after the training')"
    )
    return page


def finished(page):
    """Both courses are over: the verdict is there."""
    page.wait_for_function("document.querySelector('.stc-c-verdict').textContent !== ''")
    return ready(page)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def ask(page, name, failed):
    button(page, name).click()
    item = page.locator(".stc-c-findings li", has_text=name)
    item.locator("p[data-passed]").first.wait_for()
    line = item.locator("p").first
    assert line.get_attribute("data-passed") == str(not failed).lower()
    return line.inner_text()


def verdict(page):
    return page.locator(".stc-c-verdict").inner_text()


def test_ask_treat_and_train_again(show):
    page = ready(show(Clinic()))
    assert "It begins with a loss of 15.6" in page.locator(".stc-c-symptom").inner_text()
    assert verdict(page) == ""
    assert "0 to 255" in ask(page, "Look at the pixels", failed=True)
    ask(page, "Look at the labels", failed=False)
    assert page.locator(".stc-c-strip figure").count() == 12
    cure = page.get_by_role("combobox", name="Treat with")
    cure.select_option("A learning rate of 0.1")
    finished(page)
    assert "is not what this patient needs" in verdict(page)
    cure.select_option("Divide the pixels by their largest value")
    page.wait_for_function("document.querySelector('[data-healed=true]') !== null")
    assert verdict(page).startswith("Cured. Held-out digits that are right: 10.3 % before, 94.4 %")
    assert "throws the weights away" in verdict(page)
    assert page.locator(".stc-c-findings li").first.locator("p").count() == 2
    rows = page.locator(".stc-c-course tbody tr").all_inner_texts()
    assert len(rows) == 2
    button(page, "Next patient").click()
    page.wait_for_function("document.querySelector('.stc-c-symptom').textContent.startsWith('2.')")
    ready(page)
    assert page.locator(".stc-c-findings li").count() == 0
    assert cure.input_value() == "No cure yet"


def test_three_patients_with_one_symptom(show):
    page = show(Clinic())
    for number, own in ((5, "Dead ReLUs"), (6, "Units that differ"), (7, "Gradient that is left")):
        page.get_by_role("combobox", name="Patient").select_option(index=number - 1)
        page.wait_for_function(
            f"document.querySelector('.stc-c-symptom').textContent.startsWith('{number}.')"
        )
        ready(page)
        row = page.locator(".stc-c-course tbody tr").first.inner_text()
        assert row.split()[3] in ("2.30", "2.31")
        ask(page, own, failed=True)
    page.get_by_role("checkbox", name="Show the diagnosis").check()
    page.wait_for_function("document.querySelector('.stc-c-verdict').textContent !== ''")
    assert "standard deviation of 0.01" in verdict(page)


def test_arrays_show_where_they_are_wrong(show):
    page = show(Clinic("missing-flip"))
    assert page.locator(".stc-c-array").count() == 4
    ask(page, "Compare the sum", failed=False)
    assert page.locator("td[data-wrong=true]").count() == 0
    said = ask(page, "Compare every number", failed=True)
    wrong = int(re.search(r"(\d+) of 20", said)[1])
    assert page.locator("td[data-wrong=true]").count() == wrong == 17
    cure = page.get_by_role("combobox", name="Treat with")
    cure.select_option("Write += in the place of =")
    page.wait_for_function("document.querySelector('.stc-c-verdict').textContent !== ''")
    assert "is not what this patient needs" in verdict(page)
    cure.select_option("Turn the kernel by 180°")
    page.wait_for_function("document.querySelector('[data-healed=true]') !== null")
    assert page.locator("td[data-wrong=true]").count() == wrong
    before = page.locator(".stc-c-findings").inner_text()
    button(page, "Other numbers").click()
    page.wait_for_function(
        "before => document.querySelector('.stc-c-findings').innerText !== before", arg=before
    )
    assert verdict(page).startswith("Cured.")


@pytest.mark.parametrize("name", list(clinic.CASES))
def test_every_patient_is_cured_by_its_cure(show, name):
    case = clinic.case(name)
    page = show(Clinic(name, tests=case.test.name, cure=case.cure.name))
    page.wait_for_function("document.querySelector('[data-healed=true]') !== null")
    lines = page.locator(".stc-c-findings p[data-passed]")
    assert [lines.nth(k).get_attribute("data-passed") for k in range(2)] == ["false", "true"]
    assert case.diagnosis in verdict(page)


def test_a_link_leads_to_the_same_numbers(show):
    link = "#clinic?patient=12&tests=batches,answers&cure=shuffle&seed=4"
    one, other = (show(Clinic(), link=link) for _ in range(2))
    for page in (one, other):
        page.wait_for_function("document.querySelector('[data-healed=true]') !== null")
        ready(page)
    texts = [page.locator(".stc-c-findings").inner_text() for page in (one, other)]
    assert texts[0] == texts[1]
    assert verdict(one) == verdict(other)
    button(one, "Dead ReLUs").click()
    later(one)
    button(one, "Copy link").click()
    assert "tests=batches,answers,dead_units" in one.evaluate("location.hash")
    wrong = show(Clinic(), link="#clinic?patient=40&tests=touch&cure=sleep")
    said = wrong.locator(".stc-note").last.inner_text()
    assert "“patient” must be a whole number from 1 to 19; got 40" in said
    assert "“tests” must be some of" in said
    assert "“cure” must be none or one of" in said


def test_the_keyboard_suffices(show):
    page = ready(show(Clinic("log-of-zero")))
    button(page, "Is it finite?").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.stc-c-findings p[data-passed=false]')")
    cure = page.get_by_role("combobox", name="Treat with")
    cure.focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('[data-healed=true]') !== null")
    button(page, "Is it finite?").focus()
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelectorAll('.stc-c-findings li').length === 0")


def test_a_notebook_and_its_page_tell_each_other(module_page):
    figure = Clinic("mask-by-gradient")
    open_in_notebook(module_page, figure)
    page = module_page
    page.wait_for_function("document.querySelectorAll('.stc-c-array').length === 4")
    page.evaluate("model.set('cure', 'by-input')")  # as Python would
    page.wait_for_function("document.querySelector('[data-healed=true]') !== null")
    button(page, "Compare every number").click()
    assert page.evaluate("model.get('tests')") == "array_check"
    figure.tests = page.evaluate("model.get('tests')")
    text = page.locator(".stc-c-findings p").first.inner_text()
    assert figure.findings["array_check"].text.split(";")[0] in text
    later(page)
    words = page.locator(".stc-words p").text_content()
    assert "Patient 18 of 19" in words
    assert clinic.case("mask-by-gradient").diagnosis in words


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("name", ["shuffled-labels", "overwritten-windows", "log-of-zero"])
def test_axe_finds_nothing_and_nothing_sticks_out(show, theme, width, name):
    case = clinic.case(name)
    tests = "labels,answers" if name in TRAINING else "sum_check,array_check"
    figure = Clinic(name, tests=tests, cure=case.cure.name)
    page = show(figure, theme=theme, width=width)
    page.wait_for_function("document.querySelector('[data-healed=true]') !== null")
    ready(page)
    later(page)
    assert fits(page)
    assert not violations(page)
    assert "Patient" in page.locator(".stc-words p").text_content()
