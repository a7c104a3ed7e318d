// A course of training (course.js) in parts, with a census after every few steps: who is active on the
// held-out images, who is silent, and since when.

import { network } from "../../wasm/network.js";
import { Course } from "../course.js";
import { partAt } from "./schedule.js";

const PACE = 2; // steps from one look to the next: dying is quick
const BATCH = 32;

/** The share of the numbers above 0 in each channel; the channels come last. */
export function activeShares(values, channels) {
  const shares = new Float32Array(channels);
  for (let k = 0; k < values.length; k++) if (values[k] > 0) shares[k % channels] += 1;
  return shares.map((count) => (count * channels) / values.length);
}

/** The largest size in each channel. */
export function largestOf(values, channels) {
  const most = new Float32Array(channels);
  values.forEach((value, k) => (most[k % channels] = Math.max(most[k % channels], Math.abs(value))));
  return most;
}

export class GraveyardCourse {
  constructor(runtime, data) {
    Object.assign(this, { runtime, data, course: new Course(runtime, data) });
  }

  /** Begin: {id, spec, weights, seed, parts}; in `spec` ReLU has the slope 0. */
  begin({ id, spec, weights, seed, parts }) {
    Object.assign(this, { id, spec, parts, specs: new Map(), since: null });
    const channels = (kind) => spec.layers.findIndex(({ class_name: name }) => name === kind);
    this.layers = [channels("Conv2D"), channels("Dense")].map((at) => ({ at, count: spec.layers[at].output_shape.at(-1) }));
    const part = partAt(parts, 0);
    this.course.begin({ spec: this.#bent(part.slope), weights, seed, settings: settingsOf(part) });
    this.part = part;
    this.#meet(part.slope);
    this.#count();
  }

  /** Other parts from now on. */
  settle(parts) {
    this.parts = parts;
  }

  /** Train a few steps, at most `steps`. */
  advance({ steps = PACE }) {
    const { course } = this;
    let left = Math.min(steps, PACE - (course.step % PACE));
    while (left > 0 && course.diverged === null) {
      this.#follow();
      const go = Math.min(left, this.part.until - course.step);
      course.advance({ milliseconds: Infinity, steps: go });
      left -= go;
      this.#count();
    }
  }

  /** There is no way back; a course from the beginning leads there. */
  look() {}

  snapshot(view) {
    const { id, course, census, since } = this;
    const { step, last, diverged, record, layers } = course.snapshot({ ...view, label: -1 });
    const curve = course.moments.entries.flatMap(({ step: at, record: { heldAccuracy }, silent }) => (silent ? [{ step: at, heldAccuracy, silent }] : []));
    return { id, step, last, diverged, record, map: layers[0].output, kernels: this.#kernels(), census, since, curve };
  }

  #kernels() {
    return this.course.student.weights(0).kernel.data.slice();
  }

  /** The slope and the rate of the part that comes next. */
  #follow() {
    const part = partAt(this.parts, this.course.step);
    const bends = part.slope !== this.part.slope;
    this.part = part;
    this.course.settle(settingsOf(part), this.#bent(part.slope));
    if (bends) this.#meet(part.slope);
  }

  /** The network with a slope below 0. */
  #bent(slope) {
    if (!this.specs.has(slope)) {
      const layers = this.spec.layers.map((layer) =>
        layer.class_name === "ReLU" ? { ...layer, config: { ...layer.config, negative_slope: slope } } : layer,
      );
      this.specs.set(slope, { ...this.spec, layers });
    }
    return this.specs.get(slope);
  }

  /** A network for all held-out images at once. */
  #meet(slope) {
    const { images, labels, train } = this.data;
    const size = images.length / labels.length;
    this.held = images.subarray(train * size);
    this.all = network(this.runtime.another(), this.#bent(slope), this.course.student.getWeights(), labels.length - train);
  }

  /** Who is active now, and how large the gradients of the last step were. */
  #count() {
    const { course, all } = this;
    all.setWeights(course.student.getWeights());
    all.forward(this.held);
    const active = this.layers.map(({ at, count }) => activeShares(all.output(at + 1).data, count));
    const gradients = this.layers.map(({ at, count }) => largestOf(course.student.gradients(at).kernel.data, count));
    this.census = { active, gradients, slope: this.part.slope };
    const before = this.since;
    this.since = active.map((shares, layer) =>
      Array.from(shares, (share, k) => {
        if (share > 0) return -1;
        return before && before[layer][k] >= 0 ? before[layer][k] : course.step;
      }),
    );
    course.moments.last.silent = this.since.map((steps) => steps.filter((step) => step >= 0).length);
  }
}

const settingsOf = ({ rate }) => ({ optimizer: "adam", learningRate: rate, batch: BATCH });
