// Patients in a worker: a broken one and, if there is a cure, a treated one, trained one after the other.

import { ask } from "./clinic_tests.js";
import { Patient, STEPS } from "./clinic_patient.js";

const SHOWN = 12; // images of the first batch

export class Ward {
  constructor(runtime, data) {
    Object.assign(this, { runtime, data, kept: new Map() });
  }

  /** {id, recipes}: patients that are known already keep what they have learned. */
  begin({ id, recipes }) {
    const before = this.kept;
    this.kept = new Map();
    this.id = id;
    this.patients = recipes.map((recipe) => {
      const key = JSON.stringify(recipe);
      const known = before.get(key) ?? { patient: new Patient(this.runtime, this.data, { ...recipe }), findings: new Map() };
      this.kept.set(key, known);
      return known;
    });
  }

  get step() {
    return this.patients.reduce((sum, { patient }) => sum + patient.step, 0);
  }

  advance({ milliseconds, steps }) {
    const [end, last] = [performance.now() + milliseconds, this.step + steps];
    for (const { patient } of this.patients)
      while (patient.step < STEPS && this.step < last && performance.now() < end) patient.advance();
  }

  look() {}

  /** The courses, the findings of some tests once the courses are over, and a look at a batch. */
  snapshot({ tests }) {
    const { id, step, patients } = this;
    const over = step >= STEPS * patients.length;
    return {
      id,
      step,
      last: step,
      diverged: null,
      goal: STEPS * patients.length,
      courses: patients.map(({ patient }) => patient.curve),
      findings: patients.map((known) => (over ? Object.fromEntries(tests.map((name) => [name, this.#ask(known, name)])) : {})),
      batches: patients.map(({ patient }) => patient.take(patient.samples(0).slice(0, SHOWN))),
    };
  }

  #ask({ patient, findings }, name) {
    if (!findings.has(name)) findings.set(name, ask(name, this.runtime, this.data, patient));
    return findings.get(name);
  }
}
