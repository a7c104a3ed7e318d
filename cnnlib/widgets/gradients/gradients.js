// Gradients: the backward pass of a convolution through three lenses that step together.

import { kernels } from "../../wasm/kernels.js";
import { CheckTable } from "./check_table.js";
import { dom, radio, select, toggle } from "../controls.js";
import { frame } from "../frame.js";
import {
  EXAMPLES, IMAGES, KERNELS, MOST, OUTPUTS, exampleOf, fitted, resizedImage, resizedKernel,
} from "./gradient_examples.js";
import { STYLE } from "./gradients_style.js";
import { NAMES, QUESTIONS, inWords, lensTexts } from "./gradients_text.js";
import { receiver, views } from "./lens_views.js";
import { convolution, pixelOf, placeOf, readPixels } from "./lenses.js";
import { NumberGrid } from "../number_grid.js";
import { NUMBER_STYLE } from "../number_style.js";
import { Player } from "../player.js";
import { choice, flag, integer } from "../state.js";
import { addStyle } from "../style.js";
import { SumStrip } from "./sum_strip.js";
import { TableEditor } from "../table_editor.js";
import { table } from "../tables.js";

export const SCHEMA = {
  gradient: choice("dx", "dw", "db"),
  image: table(...IMAGES),
  kernel: table(...KERNELS),
  dy: table(...OUTPUTS),
  stride: integer(1, 3),
  padding: choice("valid", "same"),
  flip: flag(),
  order: choice("outputs", "cells"),
  step: integer(0, 30),
  h: integer(0, 4),
  k: integer(0, 5),
  m: integer(0, 2),
  n: integer(0, 2),
};

/** dx, dw and db by the library's compiled kernels. */
export function gradients(runtime, c) {
  const pad = ({ before, after }, length) => before + length + after;
  const [height, width] = [pad(c.rows, c.H), pad(c.columns, c.W)];
  return runtime.scope(() => {
    const dy = runtime.array([1, c.oh, c.ow, 1], c.dy);
    const dx = runtime.array([1, height, width, 1]);
    const dw = runtime.array([c.kh, c.kw, 1, 1]);
    const db = runtime.array([1, 1]);
    const x = runtime.array([1, height, width, 1]);
    const inner = (p) => (Math.floor(p / c.W) + c.rows.before) * width + (p % c.W) + c.columns.before;
    c.x.forEach((pixel, p) => (x.data[inner(p)] = pixel));
    runtime.run.conv2d_input_gradient(dy, runtime.array([c.kh, c.kw, 1, 1], c.w), c.t, c.t, 1, 1, dx);
    runtime.run.conv2d_weight_gradient(dy, x, c.t, c.t, 1, 1, dw);
    runtime.run.column_sums(dy.reshape(c.outputs, 1), db);
    return { dx: Float32Array.from(c.x, (_, p) => dx.data[inner(p)]), dw: dw.data.slice(), db: db.data.slice() };
  });
}

/** A lens: title and rule, the mechanism with a caption, what to see, and the gradient so far. */
class Lens {
  constructor(options) {
    [this.title, this.rule, this.caption, this.hint] = ["lens-title", "rule", "caption", "lens-hint"].map((name) =>
      dom("p", { className: `stc-${name}` }),
    );
    this.top = new NumberGrid({ onChoose: options.onTop });
    this.result = new NumberGrid({ onChoose: options.onResult, onStep: options.onStep });
    this.when = dom("p", { className: "stc-caption" });
    const parts = [this.title, this.rule, this.caption, this.top.element, this.hint, this.when, this.result.element];
    this.element = dom("div", { className: "stc-lens" }, ...parts);
  }

  show({ top, result }, { title, rule, caption, hint, when }, name, now) {
    this.title.textContent = title;
    this.rule.textContent = rule;
    this.caption.textContent = caption;
    this.hint.textContent = hint;
    this.when.textContent = when;
    this.top.show(top);
    this.result.show({ ...result, label: `${title}. ${result.label} Arrow keys choose a number of ${name}.` });
    if (top.heads && now >= 0) this.top.reveal(now);
  }
}

/** The parts of the figure, and what they show. */
class Gradients {
  constructor(figure, runtime) {
    Object.assign(this, { figure, runtime });
    addStyle(figure.el, "numbers", NUMBER_STYLE);
    addStyle(figure.el, "gradients", STYLE);
    figure.el.style.overflow = "visible"; // inside a box that scrolls, the player could not stay in view
    figure.radio("gradient", { label: "Gradient", options: Object.entries(NAMES) });
    const examples = [["", "your own numbers"], ...Object.keys(EXAMPLES)];
    this.examples = select({ label: "Example", options: examples }, (name) => name && this.#begin(name));
    figure.controls.append(this.examples.element);
    this.lenses = [0, 1, 2].map((number) => this.#lens(number));
    this.room = dom("div", { className: "stc-g-lenses" }, ...this.lenses.map(({ element }) => element));
    this.strip = new SumStrip();
    this.checks = new CheckTable();
    this.question = dom("p", { className: "stc-question" });
    const above = [this.#given(), this.question, this.#play(), this.#ways()];
    for (const part of [...above, this.room, this.#key(), this.strip.element, this.checks.element]) figure.add(part);
  }

  #given() {
    const letters = {
      kernel: ["w", "The weights of the kernel"],
      dy: ["dy", "The gradient that arrives"],
      image: ["x", "The pixels of the image"],
    };
    this.editors = Object.fromEntries(
      Object.entries(letters).map(([key, [name, label]]) => [
        key, new TableEditor({ name, label, changed: (value) => this.#change({ [key]: value }) }),
      ]),
    );
    const editors = Object.values(this.editors).map(({ element }) => element);
    return dom("div", { className: "stc-g-given" }, ...editors, this.#sizes());
  }

  #sizes() {
    const size = (shape) => shape.join(" × ");
    const shapes = KERNELS.map((shape) => [size(shape), size(shape)]);
    const change = (values) => this.#change(values);
    const shapeOf = (text) => text.split(" × ").map(Number);
    const lengths = (most, least) => Array.from({ length: most - least + 1 }, (_, k) => [k + least, String(k + least)]);
    const image = (axis) => (length) => {
      const shape = this.now.image.shape.map((old, k) => (k === axis ? length : old));
      change({ image: resizedImage(this.now.image, shape) });
    };
    this.size = select({ label: "Kernel", options: shapes }, (text) =>
      change({ kernel: resizedKernel(this.now.kernel, shapeOf(text)) }),
    );
    this.height = select({ label: "Image", options: lengths(MOST[0], 1) }, image(0));
    this.width = select({ label: "×", options: lengths(MOST[1], 2) }, image(1));
    this.height.input.setAttribute("aria-label", "Rows of the image");
    this.width.input.setAttribute("aria-label", "Columns of the image");
    this.stride = radio({ label: "Stride", options: [1, 2, 3] }, (stride) => change({ stride }));
    this.padding = radio({ label: "Padding", options: ["valid", "same"] }, (padding) => change({ padding }));
    const sides = dom("div", { className: "stc-g-sides" }, this.height.element, this.width.element);
    const parts = [this.size, { element: sides }, this.stride, this.padding];
    return dom("div", { className: "stc-g-sizes" }, ...parts.map(({ element }) => element));
  }

  #play() {
    this.player = new Player({ label: "Step", go: (step) => this.#go(step) });
    this.figure.onDispose(() => this.player.stop());
    return this.player.element;
  }

  #ways() {
    const options = [["outputs", "output by output"], ["cells", "pixel by pixel"]];
    this.order = radio({ label: "Order", options }, (order) => this.figure.set({ order }));
    this.missing = toggle({ label: "Leave out the flip" }, (missing) => this.figure.set({ flip: !missing }));
    return dom("div", { className: "stc-g-ways" }, this.order.element, this.missing.element);
  }

  #key() {
    const mark = (kind, text) => {
      const box = dom("i", { className: "stc-ng-box" });
      box.dataset.kind = kind;
      return dom("span", {}, box, text);
    };
    this.chosen = mark("own", "the number you follow: choose another with a click or the arrow keys");
    this.unread = dom("span", {}, dom("i", { className: "stc-ng-cell" }), "read by no window");
    this.unread.firstChild.dataset.state = "unread";
    const now = mark("now", "the output of this step, and its window");
    return dom("div", { className: "stc-g-key" }, this.chosen, now, this.unread);
  }

  #lens(number) {
    return new Lens({
      onTop: (row, column) => this.#pressTop(number, row, column),
      onResult: (row, column) => this.#choose([row, column]),
      onStep: (...steps) => this.#choose(this.own.indices.map((index, axis) => index + steps[axis])),
    });
  }

  // -------------------------------------------------------------------------------------- changes
  /** The state, with tables that fit each other. */
  get now() {
    return fitted(this.figure.state);
  }

  /** The number that is followed now, which may not be drawn yet. */
  get own() {
    return receiver(convolution(this.now), this.now);
  }

  /** New values, and tables that fit them; if dy changes its shape, the clock goes to its end. */
  #change(values) {
    const { image, kernel, dy } = fitted({ ...this.now, ...values });
    const stays = dy.shape.join() === this.now.dy.shape.join();
    this.figure.set({ step: stays ? this.now.step : dy.data.length, ...values, image, kernel, dy });
  }

  #begin(name) {
    const example = fitted(EXAMPLES[name]);
    this.#change({ step: example.dy.data.length, ...example });
  }

  #go(step) {
    if (!this.view.time.byCells) return this.figure.set({ step });
    return this.#choose(placeOf(step - 1, this.own.shape[1]));
  }

  /** Follow another number of the gradient. */
  #choose(indices) {
    const { gradient } = this.figure.state;
    if (gradient === "db") return;
    const { shape } = this.own;
    const inside = indices.map((value, axis) => Math.min(shape[axis] - 1, Math.max(0, value)));
    const keys = gradient === "dx" ? ["h", "k"] : ["m", "n"];
    this.figure.set({ [keys[0]]: inside[0], [keys[1]]: inside[1] });
  }

  /** A product of the matrix leads to its step and to the number it is part of. */
  #pressTop(number, row, column) {
    if (number !== 2) return;
    const { c, state, time } = this.view;
    const p = pixelOf(c, row, column);
    if (!time.byCells) this.figure.set({ step: row + 1 });
    if (state.gradient === "dw") this.#choose(placeOf(column, c.kw));
    else if (p >= 0) this.#choose(placeOf(p, c.W));
  }

  // -------------------------------------------------------------------------------------- drawing
  draw(state) {
    const now = fitted(state);
    const c = convolution(now);
    this.view = views(c, now, gradients(this.runtime, c));
    const { time, own } = this.view;
    this.player.show(time.at, time.least, time.most);
    this.#showControls();
    this.#showGiven();
    const [question, task] = QUESTIONS[state.gradient];
    this.question.replaceChildren(dom("b", {}, question), " ", task);
    const texts = lensTexts(this.view);
    this.room.dataset.count = texts.length;
    this.lenses.forEach((lens, k) => {
      lens.element.hidden = !texts[k];
      if (texts[k]) lens.show(this.view.lenses[k], texts[k], state.gradient, time.now);
    });
    this.strip.show(this.view);
    this.checks.element.hidden = state.gradient !== "dx";
    if (state.gradient === "dx") this.checks.show(this.view);
    this.chosen.hidden = own.count === 1;
  }

  #showControls() {
    const { image, kernel, stride, padding, order, flip, gradient } = this.view.state;
    this.examples.show(exampleOf(this.view.state));
    this.size.show(kernel.shape.join(" × "));
    [this.height, this.width].forEach((control, axis) => {
      control.show(image.shape[axis]);
      for (const option of control.input.options) option.disabled = Number(option.text) < kernel.shape[axis];
    });
    this.stride.show(stride);
    this.padding.show(padding);
    this.order.show(order);
    this.order.inputs[1].nextSibling.textContent = gradient === "dw" ? "weight by weight" : "pixel by pixel";
    this.order.element.hidden = gradient === "db";
    this.missing.show(!flip);
    this.missing.element.hidden = gradient !== "dx";
    this.unread.hidden = gradient !== "dx" || readPixels(this.view.c).every(Boolean);
  }

  #showGiven() {
    const { image, kernel, dy, gradient } = this.view.state;
    const title = (letter, text) => [letter, " ", dom("span", {}, text)];
    const { now } = this.view.time;
    this.editors.kernel.show(kernel, title("w", "kernel"));
    this.editors.dy.show(dy, title("dy", "arrives from above"), now);
    this.editors.image.show(image, title("x", "image"));
    this.editors.kernel.element.hidden = gradient !== "dx";
    this.editors.image.element.hidden = gradient !== "dw";
  }

  describe() {
    return inWords(this.view);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new Gradients(figure, runtime) });
  },
};
