// Activation: the bend between two layers. Its curve and slope, and what they do to a map and its gradient.

import { kernels } from "../../wasm/kernels.js";
import { STYLE } from "./activation_style.js";
import { facts, inWords, pixelStory, stackStory } from "./activation_text.js";
import { FUNCTIONS, arriving, edgeMap, histogram, pass, stack } from "./bends.js";
import { dom, written } from "../controls.js";
import { BINS, Curve, ENDS, valueAt } from "./curve.js";
import { frame } from "../frame.js";
import { images } from "../images.js";
import { Legend, Picture } from "../picture.js";
import { PLOT_STYLE } from "../plot_style.js";
import { StackPlot } from "./stack_plot.js";
import { choice, integer, number } from "../state.js";
import { addStyle } from "../style.js";
import { largest, positive, signed } from "../theme.js";

const BEYOND = 0.01; // of a map's numbers may lie beyond the ends of its scale
const TOPS = { photo: 255, digit: 16 }; // white

export const SCHEMA = {
  function: choice(...Object.keys(FUNCTIONS)),
  slope: number(0, 1),
  at: number(-20, 20),
  source: choice("photo", "digit"),
  digit: integer(0, 9),
  edges: choice("vertical", "horizontal"),
  gain: integer(1, 16),
  bias: number(-4, 4),
  gradient: choice("ones", "waves"),
  depth: integer(1, 20),
};

/** The four maps: z and y forwards, dy and dx back. */
export function maps(runtime, state, image) {
  const z = edgeMap(runtime, image, TOPS[state.source], state);
  const dy = arriving(z.shape, state.gradient);
  return { z, dy, ...pass(runtime, state, z.data, dy) };
}

/** A map with a title above, and its legend and a line below. */
class Pane {
  constructor(name, what, chosen) {
    this.picture = new Picture({
      label: name,
      onPoint: ({ type, row, column }) => ["press", "drag"].includes(type) && chosen.at(row, column),
      onStep: (rows, columns) => chosen.step(rows, columns),
    });
    this.name = name;
    this.legend = new Legend();
    this.fact = dom("p", { className: "stc-hint" });
    const title = dom("p", {}, dom("span", { className: "stc-subtitle" }, `${name} `), dom("span", { className: "stc-hint stc-a-what" }, what));
    const under = dom("div", { className: "stc-a-under" }, this.fact, this.legend.element);
    this.element = dom("div", {}, title, this.picture.element, under);
  }

  show(values, shape, scale, marks, fact) {
    const [rows, columns] = shape;
    this.picture.show({ values, rows, columns, scale, marks, write: (value) => written(value, 2) });
    this.picture.label = `${this.name}, ${rows} × ${columns}: ${fact}. Arrow keys choose a number.`;
    this.legend.show(scale, { format: (end) => written(Number(end.toPrecision(2))) });
    this.fact.textContent = fact;
  }
}

class ActivationFigure {
  constructor(figure, runtime, model) {
    Object.assign(this, { figure, runtime, imageOf: images(model) });
    addStyle(figure.el, "plot", PLOT_STYLE);
    addStyle(figure.el, "activation", STYLE);
    const names = Object.entries(FUNCTIONS).map(([key, { name }]) => [key, name]);
    figure.radio("function", { label: "Function", options: names });
    this.leak = figure.slider("slope", { label: "Slope a below 0", min: 0, max: 1, step: 0.05, format: (a) => a.toFixed(2) }).element;
    this.curve = new Curve(runtime, (at) => this.#move(at));
    this.stack = new StackPlot();
    const top = dom("div", { className: "stc-a-top" }, this.curve.element, this.#stackPanel());
    figure.add(top);
    figure.add(this.#mapPanel());
    const parts = [this.curve, this.stack, ...Object.values(this.panes).map(({ picture }) => picture)];
    figure.onDispose(() => parts.forEach((part) => part.dispose()));
  }

  // ---------------------------------------------------------------------------------------- parts
  #stackPanel() {
    const to = dom("div", { className: "stc-a-stack" });
    to.append(dom("p", { className: "stc-subtitle" }, "Back through a row of units"), this.stack.element);
    this.figure.slider("depth", { label: "Units", min: 1, max: 20, to });
    this.left = dom("p");
    const model = "The first unit takes x, every other one what the one before puts out. All weights are 1.";
    to.append(this.left, dom("p", { className: "stc-hint" }, model));
    return to;
  }

  #mapPanel() {
    const figure = this.figure;
    const to = dom("div", { className: "stc-controls" });
    figure.radio("source", { label: "Map of", options: [["photo", "photo"], ["digit", "digit"]], to });
    this.digit = figure.select("digit", { label: "Which", options: Array.from({ length: 10 }, (_, k) => k), to }).element;
    figure.radio("edges", { label: "Edges", options: ["vertical", "horizontal"], to });
    figure.slider("gain", { label: "Weights ×", min: 1, max: 16, to });
    figure.slider("bias", { label: "Bias", min: -4, max: 4, step: 0.1, format: (bias) => written(bias, 1), to });
    figure.radio("gradient", { label: "Gradient dy", options: [["ones", "1 everywhere"], ["waves", "waves"]], to });
    this.pixelText = dom("p", { className: "stc-hint stc-a-pixel" });
    return dom("div", { className: "stc-a-maps" }, to, this.#grid(), this.pixelText);
  }

  #grid() {
    const chosen = { at: (row, column) => this.#choose(row, column), step: (rows, columns) => this.#step(rows, columns) };
    const names = { z: ["z", "before"], y: ["y = f(z)", "after"], dx: ["dx = dy · f′(z)", "passes on"], dy: ["dy", "comes back"] };
    this.panes = Object.fromEntries(Object.entries(names).map(([key, [name, what]]) => [key, new Pane(name, what, chosen)]));
    const { z, y, dx, dy } = this.panes;
    this.grid = dom("div", { className: "stc-a-grid" });
    const arrow = (sign, text) => dom("p", { className: "stc-a-arrow", ariaHidden: "true" }, dom("b", {}, sign), text);
    this.grid.append(z.element, arrow("→", "f"), y.element, dx.element, arrow("←", "· f′(z)"), dy.element);
    return this.grid;
  }

  // ------------------------------------------------------------------------------------ the reader
  #move(at) {
    this.pixel = null;
    this.figure.set({ at });
    this.figure.invalidate();
  }

  /** Choose a pixel of the maps: the point on the curve goes to its number. */
  #choose(row, column) {
    this.pixel = { row, column };
    const { z } = this.maps;
    this.figure.set({ at: Math.min(20, Math.max(-20, Number(z.data[row * z.shape[1] + column].toFixed(4)))) });
    this.figure.invalidate();
  }

  #step(rows, columns) {
    const { shape } = this.maps.z;
    const [row, column] = this.pixel ? [this.pixel.row, this.pixel.column] : shape.map((side) => side >> 1);
    const inside = (value, count) => Math.min(count - 1, Math.max(0, value));
    this.#choose(inside(row + rows, shape[0]), inside(column + columns, shape[1]));
  }

  // --------------------------------------------------------------------------------------- drawing
  draw(state) {
    this.leak.hidden = state.function !== "leaky_relu";
    this.digit.hidden = state.source !== "digit";
    this.#compute(state);
    this.curve.show(state, this.counts);
    this.remains = stack(this.runtime, state, state.at);
    this.stack.show(this.remains, state.depth);
    const [before, factor, after] = stackStory(this.remains, state.depth);
    this.left.replaceChildren(before, dom("b", {}, factor), after);
    this.#drawMaps(state);
  }

  /** The maps change only with what they are made of: moving the point is cheap. */
  #compute(state) {
    const { at: _, depth: __, ...rest } = state;
    const from = JSON.stringify(rest);
    if (this.from === from) return;
    this.from = from;
    this.maps = maps(this.runtime, state, this.imageOf(state));
    this.counts = histogram(this.maps.z.data, BINS, ...ENDS);
    const { shape } = this.maps.z;
    if (this.pixel && (this.pixel.row >= shape[0] || this.pixel.column >= shape[1])) this.pixel = null;
  }

  #drawMaps({ function: name }) {
    const { z, y, dy, dx } = this.maps;
    const { shape } = z;
    const about = facts(this.maps);
    this.grid.style.setProperty("--wide", shape[1] / shape[0]);
    const marks = this.pixel ? [this.pixel] : [];
    const [forward, back] = [signed(largest(z.data, BEYOND)), signed(largest(dy))];
    const { range } = FUNCTIONS[name];
    const out = range ? (range[0] < 0 ? signed : positive)(range[1]) : forward;
    this.panes.z.show(z.data, shape, forward, marks, about.z);
    this.panes.y.show(y, shape, out, marks, about.y);
    this.panes.dx.show(dx, shape, back, marks, about.dx);
    this.panes.dy.show(dy, shape, back, marks, about.dy);
    this.pixelText.textContent = this.pixel
      ? pixelStory(this.maps, this.pixel, this.slopeAt(this.pixel))
      : "Click a place of a map to follow its number, on the curve too.";
  }

  slopeAt({ row, column }) {
    const { z } = this.maps;
    return valueAt(this.runtime, this.figure.state, z.data[row * z.shape[1] + column]).slope;
  }

  describe(state) {
    return inWords(state, this.curve.point, this.maps, this.remains);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new ActivationFigure(figure, runtime, model) });
  },
};
