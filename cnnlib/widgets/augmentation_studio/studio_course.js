// A course of training (course.js) on random variants: new ones in every round, and an exam after it.

import { network } from "../../wasm/network.js";
import { Course, best } from "../course.js";
import { LONGEST } from "./studio_runs.js";
import { MOVED, variants } from "./variants.js";

const ROUND = 400; // variants of a round; every digit has its share of them
const BATCH = 25;
const STEPS = ROUND / BATCH; // of a round
const RATE = 0.003;
const EXAM = 60; // images of one pass
const CLIP = 1e-7; // as in course.js
const APART = 7919; // between seeds, as in course.js
const VARIANTS = 1_000_003; // added to seeds, so that no numbers are those of the order

export class StudioCourse {
  constructor(runtime, { images, labels, shape, train }) {
    const size = shape.reduce((a, b) => a * b, 1);
    const held = { images: images.subarray(train * size), labels: labels.subarray(train) };
    Object.assign(this, { runtime, images, labels, shape, size, held });
    const moved = MOVED.map(({ seed, ...limits }) => ({ labels: held.labels, images: variants(held.images, shape, limits, seed) }));
    [this.shifted, this.turned] = moved;
  }

  /** Begin: {key, spec, weights, run}; `key` is said with every snapshot. */
  begin({ key, spec, weights, run }) {
    const { images, labels, size } = this;
    const count = run.samples;
    Object.assign(this, { key, run, curve: [] });
    this.plain = { images: images.subarray(0, count * size), labels: labels.subarray(0, count) };
    const places = Array.from({ length: ROUND }, (_, k) => k % count);
    const pool = new Float32Array((ROUND + this.held.labels.length) * size);
    places.forEach((place, k) => pool.set(images.subarray(place * size, (place + 1) * size), k * size));
    pool.set(this.held.images, ROUND * size);
    this.originals = pool.slice(0, ROUND * size);
    const answers = Uint8Array.from([...places.map((place) => labels[place]), ...this.held.labels]);
    this.data = { images: pool, labels: answers, shape: this.shape, train: ROUND };
    this.course = new Course(this.runtime, this.data);
    this.#vary();
    this.course.begin({ spec, weights, seed: run.seed, settings: { optimizer: "adam", learningRate: RATE, batch: BATCH, l2: run.l2 } });
    this.examined = network(this.runtime.another(), spec, this.course.student.getWeights(), EXAM);
    this.#examine();
  }

  /** Train a round, or what is left of it, until some milliseconds or steps are over. */
  advance({ milliseconds, steps = Infinity }) {
    const { course } = this;
    const end = performance.now() + milliseconds;
    let left = Math.min(steps, LONGEST - course.step);
    while (left > 0 && course.diverged === null) {
      if (course.step % STEPS === 0) this.#vary();
      const go = Math.min(left, STEPS - (course.step % STEPS));
      course.advance({ milliseconds: Infinity, steps: go });
      left -= go;
      if (course.step % STEPS === 0 || left === 0) this.#examine();
      if (performance.now() >= end) break;
    }
  }

  /** There is no way back; a course from the beginning leads there. */
  look() {}

  snapshot() {
    const { key, course, curve } = this;
    return { key, step: course.step, last: course.step, diverged: course.diverged, curve };
  }

  /** The images of the round that begins. */
  #vary() {
    const { course, run, originals, shape } = this;
    const round = (course.step ?? 0) / STEPS;
    this.data.images.set(variants(originals, shape, run, run.seed * APART + VARIANTS + round));
  }

  #examine() {
    this.examined.setWeights(this.course.student.getWeights());
    const [plain, held, shifted, turned] = [this.plain, this.held, this.shifted, this.turned].map((set) => this.#tried(set));
    this.curve.push({
      step: this.course.step,
      training: plain.right,
      held_out: held.right,
      shifted: shifted.right,
      turned: turned.right,
      loss: plain.loss,
      held_loss: held.loss,
    });
  }

  /** The share of some images that is right, and the mean loss. */
  #tried({ images, labels }) {
    const { size, examined } = this;
    let [right, loss] = [0, 0];
    for (let start = 0; start < labels.length; start += EXAM) {
      const x = new Float32Array(EXAM * size);
      const rows = Math.min(EXAM, labels.length - start);
      x.set(images.subarray(start * size, (start + rows) * size));
      const { data: p, shape } = examined.predict(x);
      const classes = shape.at(-1);
      for (let row = 0; row < rows; row++) {
        const label = labels[start + row];
        right += best(p, row, classes) === label;
        loss -= Math.log(Math.min(1 - CLIP, Math.max(CLIP, p[row * classes + label])));
      }
    }
    return { right: right / labels.length, loss: loss / labels.length };
  }
}
