// Clinic: a broken network, or a broken backward pass. Ask, diagnose, choose a cure, and train again.

import { source } from "../../wasm/bundle.js";
import { kernels } from "../../wasm/kernels.js";
import { startWorker, supported } from "../../wasm/runtime.js";
import { dom, select } from "../controls.js";
import { frame } from "../frame.js";
import { Session } from "../session.js";
import { flag, integer, text } from "../state.js";
import { addStyle } from "../style.js";
import { dataOf } from "../training_data.js";
import { STYLE as TRAINING } from "../training_style.js";
import { TESTS as BACKWARD, problem, result, truth } from "./clinic_backward.js";
import { Courses, Findings, Strip, arrayTable } from "./clinic_panels.js";
import { STEPS } from "./clinic_patient.js";
import { STYLE } from "./clinic_style.js";
import { CHOOSE, LABELS, describe, settingInWords, verdict } from "./clinic_text.js";

const DATA = ["pixels", "labels", "batches"]; // tests after which the first images are shown
const AGAIN = { tests: "", cure: "", diagnosis: false };

/** A list of tests in a text: "pixels,answers". */
export const listed = (written) => (written ? written.split(",") : []);

/** The kinds of the state; `cures` are the names that there are. */
export function schemaOf(count, cures) {
  const one = (names, what) => ({
    ...text(),
    check(value) {
      const bad = listed(text().check(value)).find((name) => !names.includes(name));
      if (bad === undefined && (what === "tests" || !value.includes(","))) return value;
      throw new Error(`must be ${what === "tests" ? "some" : "none or one"} of ${names.join(", ")}; got ${JSON.stringify(value)}.`);
    },
  });
  return {
    patient: integer(1, count),
    tests: one(Object.keys(LABELS), "tests"),
    cure: one(cures, "cure"),
    diagnosis: flag(),
    seed: integer(0, 999_999),
  };
}

class Clinic {
  constructor(figure, runtime) {
    const model = figure.model;
    Object.assign(this, { figure, runtime, cases: model.get("cases"), cures: model.get("cures"), networks: model.get("networks") });
    this.data = { ...dataOf(model), networks: this.networks };
    addStyle(figure.el, "training", TRAINING);
    addStyle(figure.el, "clinic", STYLE);
    figure.root.classList.add("stc-clinic");
    this.#lay();
    figure.onDispose(() => {
      this.session?.stop();
      this.courses.dispose();
    });
  }

  #lay() {
    const { figure, cases } = this;
    const names = cases.map(({ title }, k) => [k + 1, `${k + 1}. ${title}`]);
    figure.bind("patient", select({ label: "Patient", options: names }, (patient) => figure.set({ patient, ...AGAIN })));
    figure.buttons("Patients", [
      { label: "Next patient", values: ({ patient }) => ({ patient: (patient % cases.length) + 1, ...AGAIN }) },
      { label: "Other numbers", values: ({ seed }) => ({ seed: (seed + 1) % 1_000_000 }), hint: "Other weights and another order of the samples, or other arrays" },
    ]);
    const part = (name, ...children) => dom("div", { className: "stc-c-part", role: "group", ariaLabel: name }, dom("p", {}, name), ...children);
    [this.title, this.symptom, this.setting] = [dom("p"), dom("p"), dom("p")];
    this.courses = new Courses();
    this.arrays = dom("div", { className: "stc-c-arrays", tabIndex: 0, role: "group", ariaLabel: "Arrays" });
    this.tests = dom("div", { className: "stc-c-tests" });
    this.findings = new Findings();
    this.strip = new Strip(this.data.shape);
    this.treatment = dom("div", { className: "stc-controls" });
    this.verdict = dom("p", { className: "stc-c-verdict" });
    figure.add(dom("div", { className: "stc-c-symptom" }, this.title, this.symptom, this.setting));
    for (const element of [this.courses.element, this.arrays]) figure.add(element);
    figure.add(part("Ask", this.tests, this.findings.element, this.strip.element));
    figure.add(part("Cure", this.treatment, this.verdict));
    this.cureRooms = Object.fromEntries(
      Object.entries(this.cures).map(([kind, cures]) => {
        const options = [["", CHOOSE], ...cures.map(({ name, words }) => [name, words])];
        return [kind, figure.bind("cure", select({ label: "Treat with", options }, (cure) => figure.set({ cure })), { to: this.treatment })];
      }),
    );
    figure.toggle("diagnosis", { label: "Show the diagnosis", to: this.treatment });
  }

  /** The buttons of the tests that fit a kind of patient. */
  #offer(kind) {
    if (kind === this.offered) return;
    this.offered = kind;
    const { figure } = this;
    this.buttons = this.figure.model.get("tests_of")[kind].map(([name, question]) => {
      const press = () => {
        const asked = listed(figure.state.tests);
        figure.set({ tests: (asked.includes(name) ? asked.filter((other) => other !== name) : [...asked, name]).join() });
      };
      const button = dom("button", { type: "button", className: "stc-button", title: question, onclick: press }, LABELS[name]);
      return { name, button };
    });
    this.tests.replaceChildren(...this.buttons.map(({ button }) => button));
    for (const [other, { element }] of Object.entries(this.cureRooms)) element.hidden = other !== kind;
  }

  // ------------------------------------------------------------------------- what the state asks for
  /** The settings of the patient as it came, and those after the cure. */
  #subjects({ patient, cure, seed }) {
    const { kind, broken, versions } = this.cases[patient - 1];
    const treatment = this.cures[kind].find(({ name }) => name === cure);
    const before = { ...broken, seed };
    if (!treatment) return { subjects: [before] };
    const fits = kind === "training" || versions.includes(treatment.settings.version);
    return { treatment, subjects: [before, fits ? { ...before, ...treatment.settings } : before] };
  }

  #train(recipes, tests) {
    const key = JSON.stringify(recipes);
    const view = tests.join();
    if (!this.session) {
      const onFail = (error) => {
        this.error = error;
        this.figure.invalidate();
      };
      const worker = startWorker(source("widgets/clinic/clinic_worker.js"));
      this.session = new Session(worker, this.data, { onNews: (news) => this.#take(news), onFail, longest: 2 * STEPS });
    }
    if (view !== this.view) this.session.look({ tests });
    if (key !== this.key) {
      this.session.begin({ id: key, recipes });
      this.session.goTo(STEPS * recipes.length);
    }
    Object.assign(this, { key, view });
    return this.news?.id === key ? this.news : null;
  }

  #take(news) {
    this.news = news;
    this.figure.invalidate();
  }

  /** What is known of the patient: {courses, findings, batches} or {given, results, expected, findings}. */
  #examine(kind, subjects, tests) {
    if (kind === "training") return this.#train(subjects, tests) ?? { courses: subjects.map(() => []), findings: [{}, {}], batches: [] };
    const expected = truth(this.runtime, subjects[0]);
    const results = subjects.map((subject) => result(this.runtime, subject));
    const findings = results.map((came) => Object.fromEntries(tests.map((name) => [name, BACKWARD[name](came, expected)])));
    return { given: problem(subjects[0]), results, expected, findings };
  }

  // --------------------------------------------------------------------------------------- pictures
  draw(state) {
    if (this.error) throw this.error;
    const found = this.cases[state.patient - 1];
    const { kind } = found;
    this.#offer(kind);
    const asked = listed(state.tests).filter((name) => this.buttons.some((button) => button.name === name));
    const { treatment, subjects } = this.#subjects(state);
    const seen = this.#examine(kind, subjects, [...new Set([...asked, found.test])]);
    this.title.textContent = `${state.patient}. ${found.title}`;
    this.symptom.textContent = found.symptom;
    this.setting.textContent = kind === "training" ? settingInWords(this.networks[found.broken.network], found.broken.outputs) : "";
    for (const { name, button } of this.buttons) button.setAttribute("aria-pressed", String(asked.includes(name)));
    this.findings.show(asked, seen.findings, Boolean(treatment));
    [this.courses.element.hidden, this.arrays.hidden] = [kind !== "training", kind === "training"];
    this.strip.element.hidden = kind !== "training" || !asked.some((name) => DATA.includes(name));
    if (kind === "training") this.#drawCourses(seen);
    else this.#drawArrays(seen, asked, treatment);
    const said = this.#say(state, found, seen, treatment);
    this.told = { number: state.patient, count: this.cases.length, found, tests: asked, ...seen, cure: treatment?.words, said };
  }

  #drawCourses({ courses, batches }) {
    this.courses.show(courses, STEPS);
    if (!this.strip.element.hidden) this.strip.show(batches);
  }

  #drawArrays({ given, results, expected, findings }, asked, treatment) {
    const checked = asked.includes("array_check");
    const wrong = (k) => (checked ? findings[k].array_check.places : []);
    const name = given.z ? "loss" : "dx";
    const tables = Object.entries(given).map(([letter, table]) => arrayTable(letter, table));
    tables.push(arrayTable(`${name}, as it is`, results[0], wrong(0)));
    if (treatment) tables.push(arrayTable(`${name}, after the cure`, results[1], wrong(1)));
    if (checked) tables.push(arrayTable(`${name}, measured`, expected));
    this.arrays.replaceChildren(...tables);
  }

  /** The verdict after a cure, and the diagnosis when it is asked for. */
  #say({ diagnosis }, found, { findings, courses }, treatment) {
    const [before, after] = findings.map((one) => one[found.test]);
    const judged = treatment && before && after;
    const healed = Boolean(judged && !before.passed && after.passed);
    const parts = judged ? [verdict({ healed, cure: treatment.words, diagnosis: found.diagnosis, courses })] : [];
    if (diagnosis && !healed) parts.push(`Diagnosis: ${found.diagnosis} The test that shows it: “${LABELS[found.test]}”. The cure: “${found.words}”.`);
    this.verdict.textContent = parts.join(" ");
    this.verdict.dataset.healed = healed;
    return parts.join(" ");
  }

  describe() {
    return this.told ? describe(this.told) : "";
  }
}

export default {
  async render({ model, el }) {
    if (!supported) throw new Error("this browser has no WebAssembly with SIMD");
    const runtime = await kernels();
    const cures = Object.values(model.get("cures")).flat().map(({ name }) => name);
    return frame({ model, el, schema: schemaOf(model.get("cases").length, cures), make: (figure) => new Clinic(figure, runtime) });
  },
};
