// Judge: three explanations of the same answer, and tests that some of them do not pass.

import { kernels } from "../../wasm/kernels.js";
import { dom } from "../controls.js";
import { STYLE as XRAY } from "../feature_maps_style.js";
import { frame } from "../frame.js";
import { ImageSource, SOURCE } from "../image_source.js";
import { PLOT_STYLE } from "../plot_style.js";
import { Bars, answersOf } from "../prediction.js";
import { InputPicture } from "../sources.js";
import { choice, integer } from "../state.js";
import { addStyle } from "../style.js";
import { DeletionPlot } from "./deletion_plot.js";
import { edits, painted } from "./edits.js";
import { Findings, NAMES } from "./findings.js";
import { HINTS, TITLES, inWords, layersInWords, pixelInWords, verdict } from "./judge_text.js";
import { STYLE } from "./judge_style.js";
import { STEPS, layersWithWeights, patchSizes } from "./judging.js";
import { Covered, Explanations } from "./panels.js";

export const SCHEMA = {
  ...SOURCE,
  which: integer(0, 9),
  target: integer(-1, 9999),
  layer: integer(-1, 999),
  gradient: choice("plain", "times pixel"),
  patch: integer(1, 64),
  fill: choice("black", "gray", "white", "mean"),
  random: integer(0, 99),
  seed: integer(0, 999_999),
  edits: edits(),
  brush: choice("look", "white", "black"),
  row: integer(0, 99_999),
  column: integer(0, 99_999),
  covered: integer(0, STEPS),
};

const inside = (at, side) => Math.min(side - 1, Math.max(0, at));

class Judge {
  constructor(figure, runtime) {
    const sent = figure.model.get("network");
    Object.assign(this, { figure, findings: new Findings(runtime, sent), spec: sent.spec, shape: sent.spec.input_shape });
    const outputs = Math.max(2, sent.spec.layers.at(-1).output_shape[0]);
    this.classes = sent.spec.classes ?? Array.from({ length: outputs }, (_, k) => String(k));
    this.all = layersWithWeights(sent.spec).length;
    for (const [name, style] of [["feature-maps", XRAY], ["plot", PLOT_STYLE], ["judge", STYLE]]) addStyle(figure.el, name, style);
    this.#layImage(sent.names);
    this.#laySettings();
    this.#layJudgment();
    figure.onDispose(() => [this.input, this.explanations, this.covered, this.plot].forEach((part) => part.dispose()));
  }

  // ---------------------------------------------------------------------------------- layout
  #layImage(names) {
    const { figure, shape } = this;
    this.source = new ImageSource(figure, shape);
    const look = { onPoint: (point) => this.#point(point, true), onStep: (...by) => this.#step(...by), onKey: (event) => this.#key(event) };
    this.input = new InputPicture({ label: `What the network sees. ${HINTS.paint}`, ...look });
    this.bars = new Bars((target) => figure.set({ target }));
    const box = (title, ...parts) => dom("div", { className: "stc-x-box" }, dom("p", { className: "stc-x-quiet" }, title), ...parts);
    const top = dom("div", { className: "stc-x-top" });
    if (this.source.box) top.append(box("Draw a digit", this.source.box));
    const brush = dom("div", { className: "stc-j-brush stc-x-pair" });
    figure.radio("brush", { label: "Brush", options: ["look", "white", "black"], to: brush });
    this.clear = figure.buttons("Paint", [{ label: "Remove paint", values: { edits: "" } }], { to: brush }).element;
    const says = box("It says (choose the class to explain)", this.bars.element);
    says.classList.add("stc-x-says");
    top.append(box("The network sees", this.input.element, brush), says);
    if (names.length > 1) figure.radio("which", { label: "Network", options: names.map((name, k) => [k, name]) });
    const classes = [[-1, "what the network says"], ...this.classes.map((name, k) => [k, name])];
    figure.select("target", { label: "Explain", options: classes });
    figure.add(top);
    figure.add(this.source.element);
  }

  #laySettings() {
    const { figure, spec } = this;
    const to = dom("div", { className: "stc-controls" });
    figure.radio("gradient", { label: "Saliency", options: [["plain", "gradient"], ["times pixel", "gradient × pixel"]], to });
    figure.select("patch", { label: "Patch", options: patchSizes(this.shape).map((k) => [k, `${k} × ${k}`]), to });
    figure.select("fill", { label: "covered with", options: ["black", "gray", "white", ["mean", "the mean"]], to });
    const maps = spec.layers.flatMap(({ output_shape: shape, config }, k) => (shape.length === 3 ? [[k, config.name]] : []));
    figure.select("layer", { label: "Grad-CAM of", options: [[-1, "the last convolution"], ...maps], to });
    figure.add(to);
    const random = dom("div", { className: "stc-controls" });
    const format = (count) => `${count}\u00a0of\u00a0${this.all}`;
    figure.slider("random", { label: "Random layers", min: 0, max: this.all, format, to: random });
    const items = [
      { label: "Randomize one more", values: (state) => ({ random: Math.min(this.all, state.random + 1) }) },
      { label: "Other numbers", values: (state) => ({ seed: (state.seed + 1) % 1_000_000 }) },
      { label: "Trained weights", values: { random: 0 } },
    ];
    this.again = figure.buttons("Random weights", items, { to: random }).buttons;
    figure.add(random);
  }

  #layJudgment() {
    const { figure } = this;
    const acts = { onPoint: (point) => this.#point(point, false), onStep: (...by) => this.#step(...by) };
    this.verdict = dom("p", { className: "stc-j-verdict" });
    this.explanations = new Explanations(acts);
    this.pixel = dom("p", { className: "stc-j-pixel" });
    this.covered = new Covered();
    this.plot = new DeletionPlot(TITLES);
    const head = dom("div", { className: "stc-controls" });
    const format = (step) => `${Math.round((100 * step) / STEPS)}\u00a0%`;
    figure.slider("covered", { label: "Covered", min: 0, max: STEPS, format, to: head });
    const hint = dom("p", { className: "stc-j-hint" }, HINTS.deletion);
    const test = dom("div", { className: "stc-j-test" }, dom("p", { className: "stc-j-title" }, "Deletion test"), hint, head);
    test.append(this.covered.element, this.plot.element);
    const { element, table } = this.explanations;
    for (const part of [this.verdict, element, this.pixel, table.element, test]) figure.add(part);
  }

  // ---------------------------------------------------------------------------------- the reader
  #point({ type, row, column }, paints) {
    if (type !== "press" && type !== "drag") return;
    const { brush } = this.figure.state;
    if (paints && brush !== "look") this.#paint(row, column, brush);
    this.figure.set({ row, column });
  }

  #step(rows, columns) {
    const [row, column] = this.#pixel(this.figure.state);
    this.figure.set({ row: inside(row + rows, this.shape[0]), column: inside(column + columns, this.shape[1]) });
  }

  #key(event) {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    const { state } = this.figure;
    const [row, column] = this.#pixel(state);
    const value = this.findings.image[(row * this.shape[1] + column) * this.shape[2]];
    this.#paint(row, column, state.brush === "look" ? (value > 0.5 ? "black" : "white") : state.brush);
  }

  #paint(row, column, color) {
    this.figure.set({ edits: painted(this.figure.state.edits, row * this.shape[1] + column, color[0]) });
  }

  #pixel({ row, column }) {
    return [inside(row, this.shape[0]), inside(column, this.shape[1])];
  }

  /** The state, with what does not fit this network left out: a link may hold anything. */
  #fitting(state) {
    const [row, column] = this.#pixel(state);
    const sizes = patchSizes(this.shape);
    return {
      ...state,
      row,
      column,
      which: Math.min(state.which, this.findings.weights.length - 1),
      target: state.target < this.classes.length ? state.target : -1,
      layer: this.spec.layers[state.layer]?.output_shape.length === 3 ? state.layer : -1,
      patch: sizes.includes(state.patch) ? state.patch : sizes[0],
      random: Math.min(state.random, this.all),
    };
  }

  // ------------------------------------------------------------------------------------ drawing
  draw(given) {
    const state = this.#fitting(given);
    const found = this.findings.of(state, this.source.imageOf(state));
    Object.assign(this, { found, fitting: state });
    const mark = { row: state.row, column: state.column };
    this.source.show(state);
    this.input.showImage(found.image, this.shape, [mark]);
    this.input.element.style.touchAction = state.brush === "look" ? "" : "none";
    this.clear.hidden = !state.edits;
    const activation = found.values.length > 1 ? "softmax" : "sigmoid";
    const { answers, ...rest } = answersOf(found.values, activation, this.classes);
    this.bars.show({ ...rest, answers: answers.map((answer, k) => ({ ...answer, channel: k })) }, found.label);
    const [more, ...others] = this.again;
    more.hidden = state.random === this.all;
    for (const button of others) button.hidden = !state.random;
    this.verdict.textContent = verdict(found, state, this.classes, this.all);
    this.explanations.show(found, this.shape, mark, `Random weights in ${layersInWords(state.random, this.all)}`);
    this.pixel.textContent = pixelInWords(found, state, this.shape, NAMES);
    this.covered.show(found, this.shape, state.covered);
    this.plot.show(found.test.curves, state.covered);
  }

  describe() {
    return inWords(this.found, this.fitting, this, NAMES);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new Judge(figure, runtime) });
  },
};
