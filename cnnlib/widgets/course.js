// A course of training: batches in an order that a seed decides, what is measured on the way, and
// moments to go back to. It knows no page; a worker lets it run beside one.

import { network } from "../wasm/network.js";
import { random, shuffle } from "../wasm/random.js";
import { trainer } from "../wasm/training.js";
import { History } from "./history.js";

const LOSS = "sparse_categorical_crossentropy";
const CLIP = 1e-7; // as in the loss: probabilities are kept this far from 0
const EXAM = 60; // images of one pass when the held-out ones are looked at
const EVERY = 10; // steps from one look at them to the next, until there are too many
const MOMENTS = 200; // kept
const BYTES = 28e6; // for them
const POINTS = 1000; // of the curve of the batches' losses
const APART = 7919; // between seeds: a prime, so that neighbors have nothing in common

/** The order of the samples in an epoch. */
export function order(seed, epoch, count) {
  const all = Uint32Array.from({ length: count }, (_, k) => k);
  return shuffle(all, random(seed * APART + epoch));
}

/** The class with the largest number in a row; NaN is never the largest. */
export function best(values, row, classes) {
  let at = 0;
  for (let k = 1; k < classes; k++) {
    if (values[row * classes + k] > values[row * classes + at]) at = k;
  }
  return at;
}

const rms = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

export class Course {
  /**
   * @param runtime where the kernels are
   * @param data    {images: Float32Array, labels, shape, train}: the first `train` are learned from,
   *                the others are held out
   */
  constructor(runtime, data) {
    Object.assign(this, { kernels: runtime, data, size: data.shape.reduce((a, b) => a * b, 1) });
  }

  /** Begin from some weights; see settle for the settings. */
  begin({ spec, weights, seed, settings }) {
    Object.assign(this, { spec, seed, settings, step: 0, seen: 0, diverged: null, shown: null });
    this.classes = spec.layers.at(-1).output_shape[0];
    this.#make(weights);
    const bytes = 4 * (weights.length + this.teacher.memory.length);
    this.moments = new History(Math.max(20, Math.min(MOMENTS, Math.floor(BYTES / bytes))), EVERY);
    this.losses = new History(POINTS, 1);
    this.#rest();
    this.#keep();
  }

  /**
   * Go on in another way: {optimizer, batch, …settings of the optimizer}. What an optimizer
   * remembers is kept unless it is another one. `spec` is that of layers with the same weights.
   */
  settle(settings, spec = this.spec) {
    const { optimizer, batch, ...numbers } = settings;
    const fits = spec === this.spec && optimizer === this.settings.optimizer && batch === this.settings.batch;
    const state = this.#state();
    Object.assign(this, { settings, spec });
    if (fits) return void Object.assign(this.teacher.settings, numbers);
    this.#make(state.weights);
    return this.#restore(state);
  }

  /** Train until some milliseconds or steps are over, or the loss is no number any more. */
  advance({ milliseconds, steps = Infinity }) {
    this.#resume();
    const [end, last] = [performance.now() + milliseconds, this.step + steps];
    while (this.step < last && this.diverged === null) {
      this.#teach();
      if (this.moments.due(this.step) || this.diverged !== null) this.#keep();
      if (performance.now() >= end) break;
    }
    if (this.step === last && this.moments.last.step < last) this.#keep();
    this.shown = null;
  }

  /** Look at the kept moment nearest to a step; training goes on from there. */
  look(step) {
    const moment = this.moments.nearest(step);
    this.shown = moment === this.moments.last && moment.step === this.step ? null : moment;
  }

  /** One training step on the next batch. */
  #teach() {
    const { x, t } = this.#batch();
    this.student.reseed((this.seed + this.step) * APART);
    const loss = this.teacher.step(x, t);
    this.step += 1;
    this.seen += t.length;
    this.sum.count += 1;
    this.sum.loss += loss;
    const said = this.student.output(this.spec.layers.length - 1).data; // before the step
    for (let row = 0; row < t.length; row++) this.sum.right += best(said, row, this.classes) === t[row];
    this.sum.samples += t.length;
    if (this.losses.due(this.step)) this.losses.add({ step: this.step, loss });
    if (!Number.isFinite(loss)) this.diverged = this.step;
  }

  #batch() {
    const { batch } = this.settings;
    const { images, labels, train } = this.data;
    const [x, t] = [new Float32Array(batch * this.size), new Uint8Array(batch)];
    for (let row = 0; row < batch; row++) {
      const at = this.seen + row; // the end of an epoch and the beginning of the next share a batch
      const sample = this.#order(Math.floor(at / train))[at % train];
      x.set(images.subarray(sample * this.size, (sample + 1) * this.size), row * this.size);
      t[row] = labels[sample];
    }
    return { x, t };
  }

  #order(epoch) {
    if (this.ordered?.epoch !== epoch || this.ordered.seed !== this.seed) {
      this.ordered = { epoch, seed: this.seed, all: order(this.seed, epoch, this.data.train) };
    }
    return this.ordered.all;
  }

  /** New networks with these weights, in a memory of their own. */
  #make(weights) {
    const runtime = this.kernels.another();
    const { optimizer, batch, ...numbers } = this.settings;
    this.student = network(runtime, this.spec, weights, batch);
    this.teacher = trainer(this.student, { loss: LOSS, optimizer, ...numbers });
    this.examined = network(runtime, this.spec, this.student, EXAM);
    this.viewed = network(runtime, this.spec, weights, 1);
    this.kernelLayers = this.spec.layers.flatMap(({ weights: [first] }, k) => (first?.name === "kernel" ? [k] : []));
  }

  // ------------------------------------------------------------------------------------- moments
  /** Keep this moment: the weights, what the optimizer remembers, and how good the network is. */
  #keep() {
    const { step, student, sum } = this;
    const mean = sum.count
      ? { loss: sum.loss / sum.count, accuracy: sum.right / sum.samples }
      : this.#untrained();
    const gradients = this.kernelLayers.map((k) => rms(student.gradients(k).kernel.data));
    const record = { ...mean, ...this.#examine(), gradients };
    this.moments.add({ step, ...this.#state(), record });
    this.#rest();
  }

  /** All that training goes on from. */
  #state() {
    const { memory, iterations } = this.teacher;
    return { seen: this.seen, weights: this.student.getWeights(), memory, iterations, method: this.#method };
  }

  /** Go on from there; another optimizer begins to remember anew. */
  #restore({ seen, weights, memory, iterations, method }) {
    const news = { memory: new Float32Array(this.teacher.memory.length), iterations: 0 };
    Object.assign(this.teacher, method === this.#method ? { memory, iterations } : news);
    this.student.setWeights(weights);
    this.seen = seen;
  }

  get #method() {
    const { optimizer, momentum } = this.settings;
    return `${optimizer} ${momentum}`;
  }

  #rest() {
    this.sum = { loss: 0, right: 0, samples: 0, count: 0 };
  }

  /** Go back to the moment that is looked at; what came after it is forgotten. */
  #resume() {
    if (!this.shown) return;
    const { step } = this.shown;
    Object.assign(this, { step, diverged: null });
    this.#restore(this.shown);
    this.moments.cut(step);
    this.losses.cut(step);
    this.#rest();
  }

  /** Loss and accuracy of the first batch, and its gradients, before any step. */
  #untrained() {
    const { x, t } = this.#batch();
    const p = this.student.forward(x);
    const dp = new Float32Array(p.size);
    let [loss, right] = [0, 0];
    t.forEach((label, row) => {
      const at = row * this.classes + label;
      loss -= Math.log(Math.max(CLIP, p.data[at])) / t.length;
      right += best(p.data, row, this.classes) === label;
    });
    p.data.forEach((value, k) => (dp[k] = value / t.length));
    t.forEach((label, row) => (dp[row * this.classes + label] -= 1 / t.length));
    this.student.backward(dp, { scores: true, inputGradient: false });
    return { loss, accuracy: right / t.length };
  }

  /** What the network says to the held-out images. */
  #examine() {
    const { images, labels, train } = this.data;
    const count = labels.length - train;
    const [said, sure] = [new Uint8Array(count), new Float32Array(count)];
    let [loss, right] = [0, 0];
    for (let start = 0; start < count; start += EXAM) {
      const x = new Float32Array(EXAM * this.size);
      x.set(images.subarray((train + start) * this.size, (train + Math.min(count, start + EXAM)) * this.size));
      const p = this.examined.predict(x).data;
      for (let row = 0; row < EXAM && start + row < count; row++) {
        const k = start + row;
        said[k] = best(p, row, this.classes);
        sure[k] = p[row * this.classes + said[k]];
        const own = p[row * this.classes + labels[train + k]];
        loss -= Math.log(Math.min(1 - CLIP, Math.max(CLIP, own))) / count;
        right += said[k] === labels[train + k];
      }
    }
    return { heldLoss: loss, heldAccuracy: right / count, said, sure };
  }

  // --------------------------------------------------------------------------------- what is seen
  /**
   * All that a page shows of the moment that is looked at.
   *
   * @param image  the chosen one
   * @param label  its class; -1 for what the network itself says
   * @param layers the layers to show
   */
  snapshot({ image, label, layers }) {
    const { step, seen, weights } = this.shown ?? { ...this.#state(), step: this.step };
    this.viewed.setWeights(weights);
    const p = this.viewed.forward(image).data.slice();
    const target = label < 0 ? best(p, 0, this.classes) : label;
    this.viewed.backward(p.map((value, k) => value - (k === target)), { scores: true });
    return {
      step,
      weights,
      epochs: seen / this.data.train,
      last: this.step,
      diverged: this.diverged,
      record: (this.shown ?? this.moments.last).record,
      prediction: p,
      layers: layers.map((k) => this.#layer(k)),
      curve: this.moments.entries.map(({ step: at, record: { said, sure, ...numbers } }) => ({ step: at, ...numbers })),
      losses: this.losses.entries,
    };
  }

  #layer(k) {
    const [output, gradient] = [this.viewed.output(k), this.viewed.gradient(k)].map(({ data }) => data.slice());
    return { output, gradient, kernelGradient: this.viewed.gradients(k).kernel?.data.slice() };
  }
}
