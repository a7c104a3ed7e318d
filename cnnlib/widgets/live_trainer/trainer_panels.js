// The panels of the live trainer: numbers, one digit and what the network says to it, all held-out digits.

import { dom } from "../controls.js";
import { digitOf, read } from "../drawing.js";
import { Confusion, Mistakes } from "./held_out.js";
import { Pad } from "../pad.js";
import { Bars, spoken } from "../prediction.js";
import { InputPicture } from "../sources.js";

const percent = (value) => `${(100 * value).toFixed(1)} %`;
const best = (values) => values.indexOf(Math.max(...values));

const panel = (title, ...parts) => dom("div", { className: "stc-t-panel", role: "group", ariaLabel: title }, dom("p", {}, title), ...parts);

/** Step, loss and accuracy as numbers. */
export class Readings {
  constructor() {
    const names = ["Step", "Epoch", "Loss in training", "Loss, held out", "Right in training", "Right, held out"];
    this.numbers = names.map(() => dom("strong"));
    const cells = names.map((name, k) => dom("div", {}, dom("span", {}, name), this.numbers[k]));
    this.element = dom("div", { className: "stc-t-readings" }, ...cells);
  }

  show({ step, epochs, record: { loss, accuracy, heldLoss, heldAccuracy } }) {
    const number = (value) => (Number.isFinite(value) ? value.toFixed(3) : "NaN");
    const texts = [step, epochs.toFixed(1), number(loss), number(heldLoss), percent(accuracy), percent(heldAccuracy)];
    texts.forEach((text, k) => (this.numbers[k].textContent = text));
  }
}

/** One digit: a held-out one, or the reader's drawing. */
export class DigitPanel {
  constructor(figure, { data, set }) {
    Object.assign(this, { figure, data, set, size: data.shape.reduce((a, b) => a * b, 1) });
    this.count = data.labels.length - data.train;
    this.picture = new InputPicture({ label: "The chosen digit" });
    this.bars = new Bars((label) => set({ label: label === figure.state.label ? -1 : label }));
    this.facts = dom("p", { className: "stc-x-quiet" });
    const turn = (by) => ({ sample }) => ({ sample: (Math.max(sample, 0) + by + this.count) % this.count, label: -1 });
    this.choose = dom("div", { className: "stc-t-choose" });
    figure.buttons("Held-out digits", [{ label: "‹ Previous digit", values: turn(-1) }, { label: "Next digit ›", values: turn(1) }], { to: this.choose });
    const pair = dom("div", { className: "stc-t-one" }, dom("div", {}, this.picture.element), this.bars.element);
    this.element = panel("One digit", pair, this.facts);
    if (data.shape.join() === "8,8,1") this.element.append(this.#layPad());
  }

  #layPad() {
    this.pad = new Pad((strokes) => this.set({ strokes, sample: -1, label: -1 }));
    const act = (label, onClick) => dom("button", { type: "button", className: "stc-button", onclick: onClick }, label);
    const buttons = dom("div", { className: "stc-t-choose" }, act("Undo", () => this.pad.undo()), act("Clear", () => this.pad.clear()));
    return dom("details", { className: "stc-t-draw" }, dom("summary", {}, "Draw your own"), this.pad.canvas, buttons);
  }

  /** A held-out image. */
  heldOut(k) {
    const at = (this.data.train + k) * this.size;
    return this.data.images.subarray(at, at + this.size);
  }

  /** What the worker needs to know of the choice. */
  view({ sample, strokes, label }) {
    if (sample < 0) return { image: strokes ? digitOf(read(strokes)) : new Float32Array(this.size), label };
    const k = Math.min(sample, this.count - 1);
    return { image: this.heldOut(k).slice(), label: label < 0 ? this.data.labels[this.data.train + k] : label };
  }

  show(state, { prediction }) {
    this.picture.showImage(this.view(state).image, this.data.shape);
    const answers = Array.from(prediction, (value, k) => ({ name: String(k), value, share: value || 0, channel: k }));
    this.bars.show({ kind: "probability", answers }, this.#target(state, prediction));
    this.facts.textContent = this.#name(state);
    this.pad?.show(state.strokes);
  }

  #target(state, prediction) {
    const { label } = this.view(state);
    return label < 0 ? best(prediction) : label;
  }

  /** What the gradients are of. */
  target(state, { prediction }) {
    const why = state.label < 0 ? "" : ", as chosen by its bar";
    return `The gradients are those of its loss if the answer should be ${this.#target(state, prediction)}${why}.`;
  }

  #name({ sample }) {
    if (sample < 0) return "Your drawing.";
    const k = Math.min(sample, this.count - 1);
    return `Held-out digit ${k + 1} of ${this.count}, a ${this.data.labels[this.data.train + k]}.`;
  }

  inWords(state, { prediction }) {
    const said = best(prediction);
    if (said < 0) return `${this.#name(state)} The network's answer is NaN.`;
    return `${this.#name(state)} The network says ${said} (${spoken("probability", prediction[said])}).`;
  }

  dispose() {
    this.picture.dispose();
    this.pad?.dispose();
  }
}

/** Who is taken for whom, and which digits are wrong. */
export class HeldOutPanel {
  constructor({ data, classes, imageOf, choose }) {
    this.labels = data.labels.subarray(data.train);
    this.confusion = new Confusion(classes);
    this.mistakes = new Mistakes({ imageOf, shape: data.shape, choose });
    const words = dom("p", { className: "stc-x-quiet" }, "Row: what it is. Column: what the network says.");
    this.elements = [panel("Held out: what is taken for what", this.confusion.element, words), panel("The ones it gets wrong", this.mistakes.element)];
  }

  show({ sample }, record) {
    this.mistakes.show(this.labels, record, sample);
    if (record === this.shown) return;
    this.shown = record;
    this.confusion.show(this.labels, record.said);
  }

  dispose() {
    this.confusion.dispose();
  }
}
