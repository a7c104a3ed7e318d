// Unroller: an image and its matrix of windows, pixel by pixel; what it costs; and a race of convolutions.

import { kernels } from "../../wasm/kernels.js";
import { CellGrid, GRID_STYLE } from "../cell_grid.js";
import { dom, select } from "../controls.js";
import { frame } from "../frame.js";
import { choice, integer } from "../state.js";
import { addStyle } from "../style.js";
import { filled, refit, sameTable, table } from "../tables.js";
import { Bars } from "./bars.js";
import { SIZES } from "./race.js";
import { RacePanel } from "./race_panel.js";
import { backCells, imageCells, kernelCells, matrixCells, outputCells, productCells, vectorCells } from "./unroller_cells.js";
import { STYLE } from "./unroller_style.js";
import { LAYER_NAMES, agreement, bytes, copied, inWords, remembered, summed, wayBack, whereabouts } from "./unroller_text.js";
import { KERNELS, LAYERS, compute, copiesOf, entry, memoryOf } from "./unrolled.js";

const SIDES = [3, 4, 5, 6];
const SHAPES = SIDES.flatMap((rows) => SIDES.map((columns) => [rows, columns]));

/** Images by their names; each is made for any shape. */
const IMAGES = {
  "positions 0, 1, 2, …": (shape) => filled(shape, (row, column, [, across]) => row * across + column),
  "all ones": (shape) => filled(shape, () => 1),
  "an edge": (shape) => filled(shape, (row, column) => (column < 2 ? 1 : 8)),
};
const COUNTING = [(shape) => filled(shape, (row, column, [, across]) => row * across + column + 1), (shape) => filled(shape, () => 1)];

const times = { check: (value) => value, equal: (a, b) => JSON.stringify(a) === JSON.stringify(b), unpack: (sent) => sent, pack: (value) => value };

export const SCHEMA = {
  x: table(...SHAPES),
  w: table(...KERNELS),
  stride: integer(1, 3),
  padding: choice("valid", "same"),
  windows: choice("columns", "rows"),
  window: integer(0, 35),
  weight: integer(0, 8),
  back: choice("add", "assign"),
  layer: choice("own", ...Object.keys(LAYERS)),
  size: choice(...Object.keys(SIZES)),
  scale: choice("log", "linear"),
  python_times: times,
};

/** A grid with a title above and a place below. */
function pane(name, options = {}) {
  const { scroll = false, ...rest } = options;
  const title = dom("p", { className: "stc-u-title" });
  const grid = new CellGrid({ label: name, ...rest });
  const under = dom("div", { className: "stc-u-under" });
  const rename = (text, called = name) => title.replaceChildren(`${called} `, dom("span", {}, text));
  rename("");
  const room = dom("div", { className: scroll ? "stc-u-scroll" : "" }, grid.element);
  return { grid, under, rename, element: dom("div", {}, title, room, under) };
}

class Unroller {
  constructor(figure, runtime) {
    Object.assign(this, { figure, runtime, over: null });
    addStyle(figure.el, "cell-grid", GRID_STYLE);
    addStyle(figure.el, "unroller", STYLE);
    figure.radio("stride", { label: "Stride", options: [1, 2, 3] });
    figure.radio("padding", { label: "Padding", options: ["valid", "same"] });
    figure.radio("windows", { label: "Windows are", options: ["columns", "rows"] });
    this.told = [dom("p"), dom("p"), dom("p")];
    const given = dom("div", {}, this.#image(), this.#kernel());
    figure.add(dom("div", { className: "stc-u-desk" }, given, this.#product()));
    figure.add(dom("div", { className: "stc-u-story" }, ...this.told));
    figure.add(dom("div", { className: "stc-u-part stc-u-pair" }, this.#memory(), this.#back()));
    this.race = new RacePanel(figure);
    figure.add(this.race.element);
  }

  // ---------------------------------------------------------------------------------------- parts
  #image() {
    const { figure } = this;
    const set = (x) => figure.set({ x });
    this.x = pane("Image x", {
      onEdit: (i, j, value) => this.#edit("x", ...this.#inImage(i, j), value),
      onActive: (i, j) => this.#markPixel(...this.#inImage(i, j)),
    });
    const names = [["", "your own"], ...Object.keys(IMAGES)];
    this.images = select({ label: "Numbers", options: names }, (name) => name && set(IMAGES[name](figure.state.x.shape)));
    const resize = (side) => (length) => {
      const shape = [...figure.state.x.shape];
      shape[side] = length;
      set(refit(figure.state.x, shape, Object.values(IMAGES)));
    };
    this.sides = ["Rows", "Columns"].map((label, side) => select({ label, options: SIDES }, resize(side)));
    this.x.under.append(this.images.element, ...this.sides.map(({ element }) => element));
    return this.x.element;
  }

  #kernel() {
    const { figure } = this;
    this.w = pane("Kernel w", {
      onEdit: (m, n, value) => this.#edit("w", m, n, value),
      onActive: (m, n) => figure.set({ weight: m * figure.state.w.shape[1] + n }),
    });
    const options = KERNELS.map((shape, at) => [at, shape.join(" × ")]);
    this.kernels = select({ label: "Size", options }, (at) => figure.set({ w: refit(figure.state.w, KERNELS[at], COUNTING) }));
    this.w.under.append(this.kernels.element);
    return this.w.element;
  }

  #product() {
    const { figure } = this;
    const place = (row, column) => (figure.state.windows === "rows" ? { window: row, weight: column } : { window: column, weight: row });
    const along = (row, column) => Math.max(row, column); // a vector has one row or one column
    this.vector = pane("Kernel as a vector", { scroll: true, onActive: (row, column) => figure.set({ weight: along(row, column) }) });
    this.matrix = pane("im2col matrix", {
      scroll: true,
      onActive: (row, column) => figure.set(place(row, column)),
      onHover: (at) => this.#hover(at && place(at.row, at.column).window),
    });
    this.y = pane("Product", {
      scroll: true,
      onActive: (row, column) => figure.set({ window: along(row, column) }),
      onHover: (at) => this.#hover(at && along(at.row, at.column)),
    });
    this.output = pane("Output y", {
      onActive: (i, j) => figure.set({ window: i * this.shown.win.columns.count + j }),
      onHover: (at) => this.#hover(at && at.row * this.shown.win.columns.count + at.column),
    });
    this.agreed = dom("p", { className: "stc-u-quiet" });
    this.output.under.append(this.agreed);
    this.line = dom("div", { className: "stc-u-product" });
    return this.line;
  }

  #memory() {
    this.bars = new Bars("Memory");
    const box = dom("div", { className: "stc-u-memory" });
    this.figure.select("layer", { label: "Memory of", options: Object.entries(LAYER_NAMES), to: box });
    this.remembered = dom("p", { className: "stc-u-quiet" });
    box.append(this.bars.element, this.remembered);
    return box;
  }

  #back() {
    this.counts = pane("Way back, col2im", { onActive: (row, column) => this.#markPixel(row, column) });
    this.figure.radio("back", { label: "A copy is taken by", options: [["add", "+="], ["assign", "="]], to: this.counts.under });
    this.returned = dom("p", { className: "stc-u-quiet" });
    this.counts.under.append(this.returned);
    return this.counts.element;
  }

  // ------------------------------------------------------------------------------------ the reader
  #inImage(i, j) {
    const { rows, columns } = this.shown.win;
    return [i - rows.before, j - columns.before];
  }

  #edit(letter, row, column, value) {
    const { shape, data } = this.figure.state[letter];
    const changed = data.slice();
    changed[row * shape[1] + column] = value;
    this.figure.set({ [letter]: { shape, data: changed } });
  }

  /** Mark a pixel by its first copy, unless it is marked already. */
  #markPixel(row, column) {
    const { win } = this.shown;
    const now = entry(win, this.mark.k, this.mark.p);
    const [first] = copiesOf(win, row, column);
    if (!first || (now.inside && now.row === row && now.column === column)) return;
    this.figure.set({ window: first.p, weight: first.k });
  }

  #hover(p) {
    this.over = p;
    this.#outline();
  }

  // --------------------------------------------------------------------------------------- drawing
  draw(state) {
    this.shown = compute(this.runtime, state);
    const { x, w, win } = this.shown;
    const asRows = state.windows === "rows";
    this.mark = { p: Math.min(state.window, win.P - 1), k: Math.min(state.weight, win.K - 1) };
    const marked = entry(win, this.mark.k, this.mark.p);
    this.images.show(Object.keys(IMAGES).find((name) => sameTable(IMAGES[name](x.shape), x)) ?? "");
    this.sides.forEach((control, at) => control.show(x.shape[at]));
    this.kernels.show(KERNELS.findIndex((shape) => shape.join() === w.shape.join()));
    this.#arrange(asRows);
    const { P, K } = win;
    this.x.rename(x.shape.join(" × "));
    this.w.rename(w.shape.join(" × "));
    if (asRows) [this.matrix.rename(`${P} × ${K}`), this.vector.rename(`${K} × 1`, "w"), this.y.rename(`${P} × 1`, "y")];
    else [this.matrix.rename(`${K} × ${P}`), this.vector.rename(`1 × ${K}`), this.y.rename(`1 × ${P}`)];
    this.output.rename(`the product as ${win.rows.count} × ${win.columns.count}`);
    this.x.grid.show(imageCells(this.shown, marked));
    this.w.grid.show(kernelCells(this.shown));
    this.vector.grid.show(vectorCells(this.shown, asRows));
    this.matrix.grid.show(matrixCells(this.shown, marked, asRows));
    this.y.grid.show(productCells(this.shown, asRows));
    this.output.grid.show(outputCells(this.shown));
    this.counts.grid.show(backCells(this.shown, state.back, marked));
    this.#outline();
    [whereabouts(this.shown, this.mark, asRows), copied(this.shown, this.mark, asRows), summed(this.shown, this.mark)].forEach((text, at) => (this.told[at].textContent = text));
    this.agreed.textContent = agreement(this.shown);
    this.returned.textContent = wayBack(this.shown, state.back);
    this.#drawMemory(state);
    this.race.draw(state);
  }

  /** A vector times a matrix of columns, or a matrix of rows times a vector. */
  #arrange(asRows) {
    if (this.arranged === asRows) return;
    this.arranged = asRows;
    this.line.dataset.rows = String(asRows);
    const order = asRows ? [this.matrix, this.vector, this.y, this.output] : [this.vector, this.matrix, this.y, this.output];
    this.line.replaceChildren(...order.map(({ element }) => element));
  }

  /** The marked window and the one under the pointer, wherever they are to be seen. */
  #outline() {
    const { win } = this.shown;
    const asRows = this.arranged;
    const { k, p } = this.mark;
    const seen = [...(this.over !== null && this.over < win.P ? [[this.over, true]] : []), [p, false]];
    const box = (row, column, rows, columns, dashed = false) => ({ row, column, rows, columns, dashed });
    const one = (at, dashed) => (asRows ? box(at, 0, 1, 1, dashed) : box(0, at, 1, 1, dashed));
    this.x.grid.outline(seen.map(([at, dashed]) => {
      const { i, j } = entry(win, 0, at);
      return box(i * win.rows.t, j * win.columns.t, win.rows.k, win.columns.k, dashed);
    }));
    this.matrix.grid.outline(seen.map(([at, dashed]) => (asRows ? box(at, 0, 1, win.K, dashed) : box(0, at, win.K, 1, dashed))));
    this.y.grid.outline(seen.map(([at, dashed]) => one(at, dashed)));
    this.output.grid.outline(seen.map(([at, dashed]) => box(Math.floor(at / win.columns.count), at % win.columns.count, 1, 1, dashed)));
    this.vector.grid.outline([one(k)]);
    this.w.grid.outline([box(Math.floor(k / win.columns.k), k % win.columns.k, 1, 1)]);
  }

  #drawMemory(state) {
    this.memory = memoryOf(state, this.shown.win);
    const { image, matrix } = this.memory;
    const items = Object.entries({ image: "", matrix: "stc-u-python", output: "stc-u-page" }).map(([name, kind]) => {
      const value = this.memory[name];
      return { name, value, kind, text: name === "matrix" ? `${bytes(value)}, ${(matrix / image).toFixed(1)} ×` : bytes(value) };
    });
    this.bars.show(items);
    this.remembered.textContent = remembered(this.memory);
  }

  describe(state) {
    return inWords(state, this.shown, this.mark, this.memory, this.race.news[state.size]);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new Unroller(figure, runtime) });
  },
};
