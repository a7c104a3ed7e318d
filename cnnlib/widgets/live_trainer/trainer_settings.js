// What a reader can choose about a training: optimizer, learning rate, batch size, L2, layers; and
// the moment to look at.

import { WORDS, parse } from "../architecture.js";
import { dom, slider } from "../controls.js";
import { LIST_STYLE, LayerList } from "../layer_list.js";
import { choice, integer, number } from "../state.js";
import { addStyle } from "../style.js";

const OPTIMIZERS = {
  adam: { optimizer: "adam" },
  rmsprop: { optimizer: "rmsprop" },
  momentum: { optimizer: "sgd", momentum: 0.9 },
  sgd: { optimizer: "sgd", momentum: 0 },
};
const NAMES = [["adam", "Adam"], ["rmsprop", "RMSprop"], ["momentum", "SGD, momentum 0.9"], ["sgd", "SGD"]];
const powers = (from, to, parts) =>
  Array.from({ length: to - from + 1 }, (_, k) => parts.map((part) => Number(`${part}e${from + k}`))).flat();
const RATES = [...powers(-5, 1, [1, 1.5, 2, 3, 5, 7]), 100];
const PENALTIES = [0, ...powers(-6, -1, [1, 3]), 1];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export const SETTINGS = {
  optimizer: choice(...Object.keys(OPTIMIZERS)),
  learning_rate: number(1e-9, 1000),
  batch_size: integer(1, 256),
  l2: number(0, 100),
};

/** The settings of a state as course.js takes them. */
export const settingsOf = ({ optimizer, learning_rate, batch_size, l2 }) => ({
  ...OPTIMIZERS[optimizer],
  learningRate: learning_rate,
  batch: batch_size,
  l2,
});

/** A slider along a list of values; between two of them it stands at the nearer one. */
export function along({ label, values, format = String }, changed) {
  const nearest = (value) => values.reduce((best, one, k) => (Math.abs(one - value) < Math.abs(values[best] - value) ? k : best), 0);
  let exact;
  const text = (k) => format(exact !== undefined && nearest(exact) === k ? exact : values[k]);
  const made = slider({ label, min: 0, max: values.length - 1, format: text }, (k) => {
    exact = undefined;
    changed(values[k]);
  });
  const show = (value) => {
    exact = value;
    made.show(nearest(value));
  };
  return { ...made, show };
}

/** All controls but the ones that start and stop. Returns the editor of the layers. */
export function laySettings(figure, { last, network }) {
  figure.select("optimizer", { label: "Optimizer", options: NAMES });
  const add = (key, label, values) => figure.bind(key, along({ label, values }, (value) => figure.set({ [key]: value })));
  add("learning_rate", "Learning rate", RATES);
  add("batch_size", "Batch size", BATCHES);
  add("l2", "L2 (λ)", PENALTIES);
  return layLayers(figure, last, network);
}

function layLayers(figure, last, network) {
  const changed = (layers) => {
    network(layers); // an Error says what is wrong
    figure.set({ layers });
  };
  addStyle(figure.el, "layer-list", LIST_STYLE);
  const list = new LayerList({ words: WORDS, end: `then always ${last}`, changed });
  const summary = dom("summary");
  const element = dom("details", { className: "stc-t-edit" }, summary, list.element);
  figure.controls.append(element);
  const show = (text) => {
    const { count } = network(text);
    const kinds = parse(text).map(({ kind, numbers }) => [kind, ...numbers].join(" "));
    const words = `Layers: ${[...kinds, last].join(" → ")} · ${count.toLocaleString("en")} parameters`;
    if (summary.textContent !== words) summary.textContent = words;
    list.show(text);
  };
  return { show };
}

/** The slider of time. */
export class Moments {
  constructor(go) {
    this.steps = [0];
    const format = (k) => `step ${this.steps[k] ?? 0} of ${this.steps.at(-1)}`;
    this.slider = slider({ label: "Go back in time", min: 0, max: 0, format }, (k) => go(this.steps[k]));
    this.element = dom("div", { className: "stc-t-moment" }, this.slider.element);
  }

  show({ curve, step, last }) {
    this.steps = curve.map((entry) => entry.step);
    if (this.steps.at(-1) < last) this.steps.push(last);
    const { input } = this.slider;
    input.max = this.steps.length - 1;
    const at = this.steps.findLastIndex((one) => one <= step);
    this.slider.show(Math.max(0, at));
  }
}
