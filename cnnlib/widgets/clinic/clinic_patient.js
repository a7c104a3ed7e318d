// A patient: a recipe that is followed, step by step as in Python (cnnlib/clinic/patient.py).

import { network } from "../../wasm/network.js";
import { lossOf, trainer } from "../../wasm/training.js";
import { build, parse } from "../architecture.js";
import { best, order } from "../course.js";
import { initialWeights } from "../initial_weights.js";

export const BATCH = 32;
export const STEPS = 200; // of a course
const EVERY = 10; // steps from one look at the held-out digits to the next
const EXAM = 60; // images of one pass
const OTHERS = 99; // the seed of the order in which labels were left behind
const APART = 7919;

/** digit -> its place among the names sorted as text: eight, five, four, nine, one, … */
const AS_TEXT = [9, 4, 8, 7, 2, 1, 6, 5, 0, 3];

const product = (shape) => shape.reduce((all, side) => all * side, 1);
const range = (count) => Array.from({ length: count }, (_, k) => k);

/** The network of a recipe, as network.js takes it, and how many weights it has. */
export function specOf(recipe, { networks, shape }) {
  const { spec, count } = build(parse(networks[recipe.network]), shape, recipe.outputs);
  spec.layers.at(-1).config.activation = recipe.last;
  return { spec, count };
}

/** The weights to begin with: the biases of the last layer are 0. */
const startWeights = (spec, count, { seed, start, bias }) =>
  initialWeights(spec, count, seed, { start, biasOf: (layer) => (layer < spec.layers.length - 1 ? bias : 0) });

/** What a recipe learns from and is measured on: {images, targets, held: {images, targets}}. */
export function lessons(recipe, { images, labels, shape, train }) {
  const size = product(shape);
  const pick = (places) => {
    const out = new Float32Array(places.length * size);
    places.forEach((at, k) => out.set(images.subarray(at * size, (at + 1) * size), k * size));
    return out.map((value) => value * Math.fround(recipe.scale));
  };
  const classOf = (label) => (recipe.outputs === 1 ? Number(label >= 5) : label);
  const held = range(labels.length - train).map((k) => (recipe.held_out === "copies" ? k : train + k)).filter((k) => k >= train || k < recipe.samples);
  const numbered = (label) => (recipe.names === "as text" ? AS_TEXT[label] : label);
  const own = Array.from(labels.subarray(0, recipe.samples), classOf);
  const paired = recipe.labels === "others" ? Array.from(order(OTHERS, 0, own.length), (k) => own[k]) : own;
  const places = range(recipe.samples);
  if (recipe.order === "by class") places.sort((a, b) => paired[a] - paired[b] || a - b);
  return {
    images: pick(places),
    targets: Uint8Array.from(places, (k) => paired[k]),
    held: { images: pick(held), targets: Uint8Array.from(held, (k) => classOf(numbered(labels[k]))) },
  };
}

export class Patient {
  /** `batch`: images of a step; with others than 32 the curve is not kept. */
  constructor(runtime, data, recipe, batch = BATCH) {
    Object.assign(this, { recipe, batch, size: product(data.shape), step: 0, curve: [], classes: Math.max(2, recipe.outputs) });
    Object.assign(this, lessons(recipe, data), specOf(recipe, data));
    const own = runtime.another();
    this.student = network(own, this.spec, startWeights(this.spec, this.count, recipe), batch);
    this.examined = network(own, this.spec, this.student, EXAM);
    this.loss = recipe.outputs === 1 ? "binary_crossentropy" : "sparse_categorical_crossentropy";
    // the gradient of the sum over a batch is that of the mean, so many times as long
    const learningRate = recipe.rate * (recipe.reduction === "sum" ? batch : 1);
    this.teacher = trainer(this.student, { loss: this.loss, optimizer: "sgd", learningRate });
    this.measure = lossOf(this.student, this.loss);
    this.rest = [];
  }

  /** The numbers of the images in a step's batch. */
  samples(step) {
    const count = this.targets.length;
    const at = range(this.batch).map((row) => this.batch * step + row);
    if (this.recipe.order === "by class") return at.map((place) => place % count);
    return at.map((place) => this.#order(Math.floor(place / count))[place % count]);
  }

  #order(epoch) {
    if (this.ordered?.epoch !== epoch) this.ordered = { epoch, all: order(this.recipe.seed, epoch, this.targets.length) };
    return this.ordered.all;
  }

  /** Images and targets of some samples. */
  take(samples) {
    const x = new Float32Array(samples.length * this.size);
    samples.forEach((at, row) => x.set(this.images.subarray(at * this.size, (at + 1) * this.size), row * this.size));
    return { x, t: Uint8Array.from(samples, (at) => this.targets[at]) };
  }

  /** One step of SGD: the loss of the batch before it, and the share of right answers. */
  teach(samples = this.samples(this.step)) {
    const { x, t } = this.take(samples);
    this.student.reseed((this.recipe.seed + this.step) * APART);
    const loss = this.teacher.step(x, t);
    this.step += 1;
    return { loss, accuracy: this.#share(this.student.output(this.spec.layers.length - 1).data, t) };
  }

  /** Loss and right answers of some samples, without a step. */
  look(samples) {
    const { x, t } = this.take(samples);
    const p = this.student.forward(x).data;
    return { loss: this.measure(t).value, accuracy: this.#share(p, t) };
  }

  #share(p, t) {
    const said = this.decide(p);
    return said.filter((answer, row) => answer === t[row]).length / t.length;
  }

  /** The classes that some outputs are taken for. */
  decide(p) {
    const { outputs, answer } = this.recipe;
    const rows = range(p.length / outputs);
    return rows.map((row) => (answer === "threshold" ? Number(p[row * outputs] > 0.5) : best(p, row, outputs)));
  }

  /** Train one step of a course, and look at the held-out digits every ten steps. */
  advance() {
    if (!this.curve.length) this.#note([this.look(this.samples(0))]);
    this.rest.push(this.teach());
    if (this.step % EVERY) return;
    this.#note(this.rest);
    this.rest = [];
  }

  #note(rest) {
    const mean = (name) => rest.reduce((sum, one) => sum + one[name], 0) / rest.length;
    this.curve.push({ step: this.step, loss: mean("loss"), accuracy: mean("accuracy"), held: this.accuracy });
  }

  /** `each(first, count)` is called for every pass over the held-out images. */
  examine(each, time = 0) {
    const { images, targets } = this.held;
    const training = this.recipe.mode === "training";
    this.examined.reseed((this.recipe.seed + time + 1) * APART);
    for (let start = 0; start < targets.length; start += EXAM) {
      const count = Math.min(EXAM, targets.length - start);
      const x = new Float32Array(EXAM * this.size);
      x.set(images.subarray(start * this.size, (start + count) * this.size));
      this.examined.forward(x, training);
      each(start, count);
    }
  }

  /** The outputs for the held-out digits. In another `time` dropout draws other numbers. */
  outputs(time = 0) {
    const { outputs } = this.recipe;
    const p = new Float32Array(this.held.targets.length * outputs);
    const last = this.examined.output(this.spec.layers.length - 1);
    this.examine((start, count) => p.set(last.data.subarray(0, count * outputs), start * outputs), time);
    return p;
  }

  get accuracy() {
    const said = this.decide(this.outputs());
    return said.filter((answer, k) => answer === this.held.targets[k]).length / said.length;
  }
}
