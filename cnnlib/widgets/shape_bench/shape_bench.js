// ShapeBench: how large is the output, which pixels does each window read, and which does none?

import { kernels } from "../../wasm/kernels.js";
import { CellGrid, GRID_STYLE } from "../cell_grid.js";
import { dom, select } from "../controls.js";
import { frame } from "../frame.js";
import { nearest } from "../geometry.js";
import { choice, integer } from "../state.js";
import { addStyle } from "../style.js";
import { inputCells, outputCells } from "./bench_cells.js";
import { counted, layout, unreadPixels } from "./layout.js";
import { RowWindows } from "./row_windows.js";
import { SettingsTable } from "./settings_table.js";
import { STYLE } from "./shape_bench_style.js";
import {
  conventions, formula, inWords, inputSize, letters, noRoom, notRead, outputSize, reading, sides, spanParts,
} from "./shape_bench_text.js";

const MOST = 32; // pixels of a side
const LAST = 43; // the last output there can be: 32 pixels, 6 zeros on each side

export const SCHEMA = {
  dimensions: integer(1, 2),
  height: integer(1, MOST),
  width: integer(1, MOST),
  kernel_size: integer(1, 7),
  stride: integer(1, 6),
  padding: choice("valid", "same", "pixels"),
  pixels: integer(0, 6),
  dilation: integer(1, 4),
  convention: choice("rate", "holes"),
  i: integer(0, LAST),
  j: integer(0, LAST),
};

const ROW = { dimensions: 1, padding: "valid", dilation: 1, pixels: 1, i: 0, j: 0 };
const IMAGE = { ...ROW, dimensions: 2 };
/** Settings worth a look; the first is how a new figure begins. */
export const EXAMPLES = {
  "a remainder": { ...ROW, width: 10, kernel_size: 3, stride: 2 },
  "same, stride 2": { ...ROW, width: 10, kernel_size: 3, stride: 2, padding: "same" },
  "an even kernel": { ...ROW, width: 8, kernel_size: 4, stride: 1, padding: "same" },
  "holes that never move": { ...ROW, width: 11, kernel_size: 3, stride: 2, dilation: 2 },
  "the second pool (29 × 29)": { ...IMAGE, height: 29, width: 29, kernel_size: 2, stride: 2 },
  "a dilated image": { ...IMAGE, height: 9, width: 13, kernel_size: 3, stride: 2, dilation: 2 },
};

const within = (value, count) => Math.max(0, Math.min(count - 1, value));

class ShapeBench {
  constructor(figure, runtime) {
    Object.assign(this, { figure, runtime });
    addStyle(figure.el, "cell-grid", GRID_STYLE);
    addStyle(figure.el, "shape-bench", STYLE);
    this.#makeControls();
    this.nothing = dom("p", { className: "stc-failure", role: "status" });
    this.told = [dom("p"), dom("p", { className: "stc-bench-unread" })];
    this.formula = dom("div", { className: "stc-bench-formula" });
    this.others = new SettingsTable();
    const story = dom("div", { className: "stc-bench-story" }, ...this.told);
    const desk = dom("div", { className: "stc-bench-desk" }, this.formula, this.#makeDilation());
    for (const part of [this.#makeGrids(), this.nothing, story, desk, this.others.element]) figure.add(part);
  }

  // ---------------------------------------------------------------------------------------- parts
  #makeControls() {
    const { figure } = this;
    const names = [["", "your own"], ...Object.keys(EXAMPLES)];
    figure.radio("dimensions", { label: "Input", options: [[1, "a row"], [2, "an image"]] });
    this.examples = select({ label: "Example", options: names }, (name) => name && figure.set(EXAMPLES[name]));
    figure.controls.append(this.examples.element);
    this.tall = figure.slider("height", { label: "Height", min: 1, max: MOST });
    figure.slider("width", { label: "Width", min: 1, max: MOST });
    figure.slider("kernel_size", { label: "Kernel k", min: 1, max: 7 });
    figure.slider("stride", { label: "Stride t", min: 1, max: 6 });
    const format = (d) => (figure.state.convention === "holes" ? `${d - 1} ${d === 2 ? "hole" : "holes"}` : `rate ${d}`);
    figure.slider("dilation", { label: "Dilation", min: 1, max: 4, format });
    const options = [["valid", "valid"], ["same", "same"], ["pixels", "p on each side"]];
    figure.radio("padding", { label: "Padding", options });
    this.zeros = figure.slider("pixels", { label: "p", min: 0, max: 6 });
  }

  #makeGrids() {
    const pick = (row, column) => this.#pick(row, column);
    const mark = (row, column) => this.figure.set(this.figure.state.dimensions === 1 ? { j: column } : { i: row, j: column });
    const pane = (label, options) => {
      const [title, hint] = [dom("p", { className: "stc-bench-title" }), dom("p", { className: "stc-bench-hint" })];
      const grid = new CellGrid({ label, ...options });
      return { grid, title, hint, name: label };
    };
    this.x = pane("Input x", { onPick: pick });
    this.y = pane("Output y", { onPick: mark, onActive: mark });
    this.x.hint.textContent = "How many windows read each pixel. A dot: here a window begins.";
    this.y.hint.textContent = "How many pixels each output reads. Arrow keys move the window.";
    this.windows = new RowWindows({ onPick: (j) => this.figure.set({ j }) });
    const { heads, bars } = this.windows;
    const input = dom("div", {}, this.x.title, this.x.hint, heads, this.x.grid.element, bars);
    const output = dom("div", {}, this.y.title, this.y.hint, this.y.grid.element);
    this.grids = dom("div", { className: "stc-bench-grids" }, input, output);
    return this.grids;
  }

  #makeDilation() {
    const to = dom("div");
    const options = [["rate", "the rate d"], ["holes", "the holes z"]];
    this.figure.radio("convention", { label: "Dilation counts", options, to });
    this.kernel = dom("div", { className: "stc-bench-kernel", ariaHidden: "true" });
    this.counting = dom("p");
    to.append(this.kernel, this.counting);
    return to;
  }

  // ------------------------------------------------------------------------------------ the reader
  /** Mark the window whose middle is nearest to a place of the framed input. */
  #pick(row, column) {
    const { rows, columns } = this.win;
    if (!this.win.fits) return;
    this.figure.set({ i: nearest(rows, row - rows.before), j: nearest(columns, column - columns.before) });
  }

  // --------------------------------------------------------------------------------------- drawing
  draw(state) {
    const { dimensions } = state;
    const win = (this.win = layout(state));
    this.place = { i: within(state.i, win.rows.count), j: within(state.j, win.columns.count) };
    this.#drawControls(state);
    this.grids.hidden = !win.fits;
    for (const node of this.told) node.hidden = !win.fits;
    this.nothing.hidden = win.fits;
    this.nothing.textContent = win.fits ? "" : noRoom(win, dimensions);
    if (win.fits) this.#drawGrids(state);
    this.#drawFormula(state);
    this.#drawDilation(state);
    this.others.show(win.columns.H, state, dimensions === 1 ? "the row" : "a line of the image");
  }

  #drawControls(state) {
    const same = (example) => Object.entries(example).every(([key, value]) => ["i", "j"].includes(key) || state[key] === value || (key === "pixels" && state.padding !== "pixels"));
    this.examples.show(Object.keys(EXAMPLES).find((name) => same(EXAMPLES[name])) ?? "");
    this.tall.element.hidden = state.dimensions === 1;
    this.zeros.element.hidden = state.padding !== "pixels";
  }

  #drawGrids({ dimensions }) {
    const { win, place } = this;
    const { rows, columns } = win;
    const { pixels, outputs } = counted(this.runtime, win);
    const frame = rows.before + rows.after + columns.before + columns.after ? ", with its padding" : "";
    this.x.title.replaceChildren("Input x ", dom("span", {}, `${inputSize(win, dimensions)}${frame}`));
    this.y.title.replaceChildren("Output y ", dom("span", {}, outputSize(win, dimensions)));
    this.x.grid.show(inputCells(win, pixels, place, dimensions));
    this.y.grid.show(outputCells(win, outputs, dimensions));
    const box = { row: place.i * rows.t, column: place.j * columns.t, rows: rows.span, columns: columns.span };
    this.x.grid.outline([{ ...box, dashed: columns.d > 1 && columns.k > 1 }]);
    this.y.grid.outline([{ row: place.i, column: place.j, rows: 1, columns: 1 }]);
    this.grids.dataset.dimensions = dimensions;
    for (const node of [this.windows.heads, this.windows.bars]) node.hidden = dimensions === 2;
    if (dimensions === 1) this.windows.show(columns, place.j);
    this.told[0].textContent = reading(win, place, dimensions);
    const key = dom("span", { className: "stc-bench-key" });
    this.told[1].replaceChildren(...(unreadPixels(win) ? [key] : []), notRead(win, dimensions));
  }

  #drawFormula({ dimensions, padding, convention }) {
    const line = (name, text, result, strong) => [dom("span", {}, name), dom("span", {}, text, dom(strong ? "b" : "span", {}, result))];
    const [spell, numbers, span] = spanParts(this.win.columns, convention);
    const parts = [
      ...line("span", `${spell} = ${numbers} = `, String(span), true),
      ...line("output side", letters(padding), ""),
    ];
    for (const [name, one] of sides(this.win, dimensions)) {
      parts.push(dom("strong", {}, `${name}, H = ${one.H}`));
      for (const [what, how, result] of formula(one, padding)) parts.push(...line(what, how, result, result));
    }
    this.formula.replaceChildren(...parts);
  }

  #drawDilation(state) {
    const { k, d, span } = this.win.columns;
    const cells = Array.from({ length: span }, (_, at) => dom("i", { className: at % d ? "" : "stc-weight" }));
    this.kernel.replaceChildren(...cells);
    const { rate, holes, trap } = conventions(this.win.columns.H, state);
    const dense = k === 1 ? "One weight has no holes, whatever the number." : "";
    this.counting.replaceChildren(dom("b", {}, rate), " (1 is dense; so count Keras, PyTorch, JAX and this book) is ", dom("b", {}, holes), `.${trap} ${dense}`);
  }

  describe(state) {
    return inWords(state, this.win, this.place);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new ShapeBench(figure, runtime) });
  },
};
