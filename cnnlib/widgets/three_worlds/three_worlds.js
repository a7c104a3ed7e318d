// ThreeWorlds: one kernel on a photo, a sound and a text. Only the shape of the data changes.

import { kernels } from "../../wasm/kernels.js";
import { dom, select, written } from "../controls.js";
import { frame } from "../frame.js";
import { NumberGrid } from "../number_grid.js";
import { NUMBER_STYLE } from "../number_style.js";
import { Picture } from "../picture.js";
import { PLOT_STYLE } from "../plot_style.js";
import { arrayOf, choice, integer, text } from "../state.js";
import { addStyle } from "../style.js";
import { TableEditor } from "../table_editor.js";
import { refit, table } from "../tables.js";
import { gray, largest, signed } from "../theme.js";
import { STYLE } from "./three_worlds_style.js";
import { inWords, phrase, shapes, sum, textSaid, tonesSaid } from "./three_worlds_text.js";
import { WavePlot } from "./wave_plot.js";
import { PRESETS, WIDTHS, convolveAll, nameOf, preset, refusal, wordsOf } from "./worlds.js";

const BEYOND = 0.01; // of a map's numbers may lie beyond the ends of its scale
const LAST = 4095; // a place that no output has
const TEXTS = [
  "the film was not good and very long",
  "it was good and not at all bad",
  "not a bad film but a good one",
  "the story is not bad and not long",
];
const KINDS = { difference: "difference", mean: "mean", tone: "tone (a cosine)" };

const sentence = {
  ...text(),
  check: (value) => {
    const rule = refusal(value);
    if (rule) throw new Error(`${rule}; got ${JSON.stringify(value)}.`);
    return value;
  },
};

export const SCHEMA = {
  kernel: table(...WIDTHS.map((k) => [1, k])),
  direction: choice("row", "column", "square"),
  stride: integer(1, 4),
  text: sentence,
  i: integer(0, LAST),
  j: integer(0, LAST),
  moment: integer(0, LAST),
  word: integer(0, LAST),
};

const within = (value, count) => Math.max(0, Math.min(count - 1, value));

class ThreeWorlds {
  constructor(figure, runtime, model) {
    Object.assign(this, { figure, runtime });
    this.given = { photo: arrayOf(model.get("photo")), sound: arrayOf(model.get("sound")), meaning: model.get("meaning") };
    for (const [name, style] of [["numbers", NUMBER_STYLE], ["plot", PLOT_STYLE], ["three-worlds", STYLE]]) addStyle(figure.el, name, style);
    figure.add(this.#kernel());
    for (const room of [this.#photo(), this.#sound(), this.#text()]) figure.add(room);
    figure.onDispose(() => [...this.pictures, ...this.waves].forEach((part) => part.dispose()));
  }

  // ---------------------------------------------------------------------------------------- parts
  #kernel() {
    const { figure } = this;
    const set = (kernel) => figure.set({ kernel });
    const to = dom("div", { className: "stc-w-kernel" });
    const names = [["", "your own"], ...Object.entries(KINDS)];
    this.presets = select({ label: "Kernel", options: names }, (name) => name && set(preset(name)));
    const makers = Object.values(PRESETS).map(({ make }) => make);
    this.width = select({ label: "Width k", options: WIDTHS }, (k) => set(refit(figure.state.kernel, [1, k], makers)));
    this.editor = new TableEditor({ name: "w", label: "The weights of the kernel", changed: set });
    to.append(this.presets.element, this.width.element, this.editor.element);
    figure.slider("stride", { label: "Stride", min: 1, max: 4, to });
    return to;
  }

  /** A room with a title, the shapes, its pictures, and a line for one sum. */
  #room(name, title, ...children) {
    const parts = { shapes: dom("p", { className: "stc-w-shapes" }), sum: dom("p", { className: "stc-w-sum" }), fact: dom("p", { className: "stc-hint" }) };
    (this.rooms ??= {})[name] = parts;
    const head = dom("div", { className: "stc-w-head" }, dom("p", { className: "stc-subtitle" }, title), parts.shapes);
    return dom("div", { className: "stc-w-room" }, head, ...children, parts.sum, parts.fact);
  }

  #photo() {
    const { figure } = this;
    const to = dom("div");
    figure.radio("direction", { label: "The kernel lies", options: [["row", "1 × k"], ["column", "k × 1"], ["square", "k × k"]], to });
    const onStep = (rows, columns) => {
      const { i, j } = this.#place();
      this.#go(i + rows, j + columns);
    };
    const image = ({ type, row, column }) => type !== "leave" && this.#go(Math.floor(row / figure.state.stride), Math.floor(column / figure.state.stride));
    const map = ({ type, row, column }) => type !== "leave" && this.#go(row, column);
    this.pictures = [image, map].map((onPoint) => new Picture({ onPoint, onStep }));
    const [x, y] = this.pictures.map((picture, k) => dom("div", {}, dom("p", { className: "stc-w-name" }, k ? "output" : "input"), picture.element));
    return this.#room("photo", "A photo: rows and columns", to, dom("div", { className: "stc-w-pair" }, x, y));
  }

  #sound() {
    const { figure } = this;
    const onPlace = (moment) => figure.set({ moment: within(Math.round(moment / figure.state.stride), this.parts.sound.y.data.length) });
    this.waves = [0, 1].map(() => new WavePlot({ onPlace }));
    const to = dom("div");
    this.moment = figure.slider("moment", { label: "Output number", min: 0, max: 126, to });
    const [x, y] = this.waves.map(({ element }, k) => dom("div", {}, dom("p", { className: "stc-w-name" }, k ? "output" : "input"), element));
    return this.#room("sound", "A sound: one row of moments, two tones", x, y, to);
  }

  #text() {
    const { figure } = this;
    const to = dom("div");
    this.texts = select({ label: "Text", options: [["", "your own"], ...TEXTS] }, (chosen) => chosen && figure.set({ text: chosen }));
    to.append(this.texts.element);
    const go = (word) => figure.set({ word: within(word, this.parts.text.y.data.length) });
    const onStep = (rows, columns) => go(this.#at("word", "text") + columns + rows);
    this.grids = [
      new NumberGrid({ onChoose: (_, column) => go(Math.floor(column / figure.state.stride)) }),
      new NumberGrid({ onChoose: (_, column) => go(column), onStep }),
    ];
    const [x, y] = this.grids.map(({ element }, k) => dom("div", {}, dom("p", { className: "stc-w-name" }, k ? "output" : "input: one number for each word"), element));
    return this.#room("text", "A text: one row of words", to, x, y);
  }

  // ------------------------------------------------------------------------------------ the reader
  #go(i, j) {
    const [, rows, columns] = this.parts.photo.y.shape;
    this.figure.set({ i: within(i, rows), j: within(j, columns) });
  }

  /** A marked output; an output that has become shorter marks its last number. */
  #at(key, world) {
    return within(this.figure.state[key], this.parts[world].y.data.length);
  }

  #place() {
    const [, rows, columns] = this.parts.photo.y.shape;
    return { i: within(this.figure.state.i, rows), j: within(this.figure.state.j, columns) };
  }

  // --------------------------------------------------------------------------------------- drawing
  draw(state) {
    const { kernel, direction, stride, text: words } = state;
    const from = [kernel, direction, stride, words];
    if (!this.from?.every((value, k) => value === from[k])) this.parts = convolveAll(this.runtime, this.given, state);
    this.from = from;
    this.presets.show(nameOf(kernel));
    this.width.show(kernel.shape[1]);
    this.editor.show(kernel, ["w ", dom("span", {}, "one kernel for all three")]);
    for (const [world, part] of Object.entries(this.parts)) this.rooms[world].shapes.textContent = shapes(part);
    this.#drawPhoto(state);
    this.#drawSound(state);
    this.#drawText(state);
  }

  #drawPhoto({ stride }) {
    const { x, w, y } = this.parts.photo;
    const { i, j } = this.#place();
    const marks = [[{ row: i * stride, column: j * stride, rows: w.shape[0], columns: w.shape[1] }], [{ row: i, column: j }]];
    const scales = [gray(0, 255), signed(largest(y.data, BEYOND))];
    [x, y].forEach(({ shape: [, rows, columns], data }, k) => {
      this.pictures[k].show({ values: data, rows, columns, scale: scales[k], marks: marks[k], write: (value) => written(value, 1) });
      this.pictures[k].label = `The ${k ? "output" : "photo"}, ${rows} × ${columns}. Arrow keys move the window.`;
    });
    this.rooms.photo.sum.textContent = sum(this.parts.photo, stride, i, j);
  }

  #drawSound({ stride }) {
    const { x, w, y } = this.parts.sound;
    const t = this.#at("moment", "sound");
    const last = x.data.length - 1;
    const start = t * stride;
    const told = tonesSaid(this.parts.sound, stride);
    this.waves[0].show({ values: x.data, step: 1, from: start, to: start + w.shape[1] - 1, last, label: "The sound: a tone of 8 samples, then one of 4" });
    this.waves[1].show({ values: y.data, step: stride, from: start, to: start, last, label: `The output. ${told}` });
    this.moment.input.max = y.data.length - 1;
    this.moment.show(t);
    this.rooms.sound.sum.textContent = sum(this.parts.sound, stride, 0, t);
    this.rooms.sound.fact.textContent = told;
  }

  #drawText({ stride, text: words }) {
    const { x, w, y } = this.parts.text;
    const list = wordsOf(words);
    const at = this.#at("word", "text");
    const [start, k] = [at * stride, w.shape[1]];
    const scale = signed(largest(x.data));
    const box = { row: 0, kind: "own" };
    this.texts.show(TEXTS.includes(words) ? words : "");
    this.grids[0].show({
      values: x.data, shape: [1, list.length], scale, write: (_, n) => list[n], small: (n) => written(x.data[n], 2),
      boxes: [{ ...box, column: start, columns: k }], label: list.map((word, n) => `${word} ${written(x.data[n], 2)}`).join(", "),
    });
    this.grids[1].show({
      values: y.data, shape: [1, y.data.length], scale: signed(largest(y.data)), boxes: [{ ...box, column: at }],
      label: `The output: ${Array.from(y.data, (value) => written(value, 2)).join(", ")}. Arrow keys move the window.`,
    });
    this.rooms.text.sum.textContent = `“${phrase(words, k, start)}”: ${sum(this.parts.text, stride, 0, at)}`;
    this.rooms.text.fact.textContent = textSaid(this.parts.text, words, stride);
  }

  describe(state) {
    return inWords(state, this.parts);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new ThreeWorlds(figure, runtime, model) });
  },
};
