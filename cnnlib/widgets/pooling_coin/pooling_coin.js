// PoolingCoin: a gradient falls on an output of a pool. Who gets it?

import { kernels } from "../../wasm/kernels.js";
import { CellGrid, GRID_STYLE } from "../cell_grid.js";
import { gradientCells, grayOf, imageCells, outputCells, plainCells } from "./coin_cells.js";
import { fly } from "./coin_flight.js";
import { IMAGES, nameOf, random } from "./coin_images.js";
import { cell, dom, select } from "../controls.js";
import { frame } from "../frame.js";
import { windows } from "../geometry.js";
import { at, balance, inWords, received, shifted, sizeOf, story } from "./pooling_coin_text.js";
import { STYLE } from "./pooling_coin_style.js";
import { gradientOf, moved, pooled, receivers, routed, unreadCount, withCoin } from "./routing.js";
import { choice, integer, numbers } from "../state.js";
import { addStyle } from "../style.js";
import { refit } from "../tables.js";

const SIDES = [4, 5, 6, 7, 8];
const MOST = 8; // rows and columns of the largest output
const NO_COINS = { shape: [MOST, MOST], data: new Float32Array(MOST * MOST) };

export const SCHEMA = {
  x: numbers(...SIDES.map((side) => [side, side])),
  kind: choice("max", "average"),
  pool_size: integer(2, 3),
  stride: integer(1, 3),
  padding: choice("valid", "same"),
  coins: numbers([MOST, MOST]),
  i: integer(0, MOST - 1),
  j: integer(0, MOST - 1),
  shift: choice("none", "left", "right", "up", "down"),
};

/** All numbers of the figure, by the library's kernels. */
export function compute(runtime, { x, kind, pool_size: size, stride, padding, coins }) {
  const win = windows(x.shape, size, { stride, padding });
  const y = pooled(runtime, x, win, kind);
  const dy = gradientOf(coins, y.shape);
  return { x, win, y, dy, dx: routed(runtime, x, y, dy, win, kind) };
}

/** A grid with a title above and a place below. */
function pane(name, options = {}) {
  const title = dom("p", { className: "stc-coin-title" });
  const grid = new CellGrid({ label: name, ...options });
  const under = dom("div", { className: "stc-coin-under" });
  const rename = (text) => title.replaceChildren(`${name} `, dom("span", {}, text));
  rename("");
  return { grid, under, rename, element: dom("div", {}, title, grid.element, under) };
}

class PoolingCoin {
  constructor(figure, runtime) {
    Object.assign(this, { figure, runtime, worth: 1 });
    addStyle(figure.el, "cell-grid", GRID_STYLE);
    addStyle(figure.el, "pooling-coin", STYLE);
    figure.radio("kind", { label: "Pool", options: ["max", "average"] });
    figure.radio("pool_size", { label: "Window", options: [[2, "2 × 2"], [3, "3 × 3"]] });
    figure.radio("stride", { label: "Stride", options: [1, 2, 3] });
    figure.radio("padding", { label: "Padding", options: ["valid", "same"] });
    this.told = [dom("p"), dom("p")];
    const panes = dom("div", { className: "stc-coin-row" }, this.#image(), this.#output(), this.#gradient());
    const box = dom("div", { className: "stc-coin-story" }, ...this.told);
    for (const part of [panes, box, this.#shift()]) figure.add(part);
  }

  // ---------------------------------------------------------------------------------------- parts
  #image() {
    this.x = pane("Image x", { onEdit: (row, column, value) => this.#edit(row, column, value) });
    const shape = () => this.figure.state.x.shape;
    const set = (x) => this.figure.set({ x });
    const names = [["", "your own"], ...Object.keys(IMAGES)];
    this.images = select({ label: "Numbers", options: names }, (name) => name && set(IMAGES[name](shape())));
    const sizes = SIDES.map((n) => [n, `${n} × ${n}`]);
    this.sizes = select({ label: "Size", options: sizes }, (n) => set(refit(this.figure.state.x, [n, n], Object.values(IMAGES))));
    const to = this.x.under;
    to.append(dom("p", { className: "stc-coin-hint" }, "Type other numbers into it, or take these:"));
    to.append(this.images.element, this.sizes.element);
    this.figure.buttons("More numbers", [{ label: "Random", onClick: () => set(random(shape())) }], { to });
    return this.x.element;
  }

  #output() {
    this.y = pane("Output y", {
      onPick: (row, column) => this.#drop(row, column),
      onActive: (row, column) => this.figure.set({ i: row, j: column }),
      onHover: (place) => this.#hover(place),
      onKey: (event, row, column) => this.#key(event, row, column),
    });
    this.y.element.classList.add("stc-coin-output");
    this.coin = cell({ label: "The coin on the marked output" }, (value) => this.#lay(value));
    this.coinName = dom("span");
    const coins = (data) => this.figure.set({ coins: { shape: NO_COINS.shape, data } });
    const acts = [
      { label: "One on each", onClick: () => coins(new Float32Array(MOST * MOST).fill(this.worth)) },
      { label: "None", hint: "Take all coins away", onClick: () => coins(NO_COINS.data) },
    ];
    const to = this.y.under;
    to.append(dom("p", { className: "stc-coin-hint" }, "Click an output: a coin falls on it, or is taken away."));
    to.append(dom("label", { className: "stc-control" }, this.coinName, this.coin.element));
    this.figure.buttons("Coins", acts, { to });
    return this.y.element;
  }

  #gradient() {
    const ask = (row, column) => this.#ask({ row, column });
    this.dx = pane("Gradient ∂L/∂x", { onActive: ask, onPick: ask, onHover: (place) => place && this.#ask(place) });
    this.answer = dom("p", { className: "stc-coin-hint" });
    this.dx.under.append(this.answer);
    return this.dx.element;
  }

  #shift() {
    const to = dom("div", { className: "stc-coin-shift" });
    const ways = [["none", "stay"], "left", "right", "up", "down"];
    this.figure.radio("shift", { label: "Move the image by one pixel", options: ways, to });
    this.after = ["Image, moved", "Output before", "Output after"].map((name) => pane(name));
    const row = dom("div", { className: "stc-coin-row" }, ...this.after.map(({ element }) => element));
    this.compared = dom("p");
    this.comparison = dom("div", {}, row, this.compared);
    to.append(this.comparison);
    return to;
  }

  // ------------------------------------------------------------------------------------ the reader
  /** A place in the image with its frame of padding, as one in the image. */
  #inImage({ row, column }) {
    const { rows, columns } = this.shown.win;
    return { row: row - rows.before, column: column - columns.before };
  }

  #edit(i, j, value) {
    const { shape, data } = this.figure.state.x;
    const { row, column } = this.#inImage({ row: i, column: j });
    const changed = data.slice();
    changed[row * shape[1] + column] = value;
    this.figure.set({ x: { shape, data: changed } });
  }

  /** Drop a coin on an output, or take it away. */
  #drop(i, j) {
    const { coins } = this.figure.state;
    const there = coins.data[i * MOST + j];
    this.figure.set({ i, j, coins: withCoin(coins, i, j, there ? 0 : this.worth) });
    if (!there) fly(this.y.grid.cellAt(i, j), this.#receivers(i, j), this.dx.grid, this.shown.win);
  }

  /** Give the marked output's coin another value. */
  #lay(value) {
    if (value) this.worth = value;
    this.figure.set({ coins: withCoin(this.figure.state.coins, this.place.i, this.place.j, value) });
  }

  #key(event, i, j) {
    if (!["Delete", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    this.figure.set({ coins: withCoin(this.figure.state.coins, i, j, 0) });
  }

  #hover(place) {
    this.over = place;
    this.#outline();
  }

  #ask(place) {
    this.asked = this.#inImage(place);
    this.#answer();
  }

  #receivers(i, j) {
    const { x, y, win } = this.shown;
    return receivers(this.runtime, x, y, win, this.figure.state.kind, i, j);
  }

  // --------------------------------------------------------------------------------------- drawing
  draw(state) {
    this.shown = compute(this.runtime, state);
    const { x, y, dy } = this.shown;
    const place = { i: Math.min(state.i, y.shape[0] - 1), j: Math.min(state.j, y.shape[1] - 1) };
    this.place = place;
    this.images.show(nameOf(x) ?? "");
    this.sizes.show(x.shape[0]);
    for (const [part, shape] of [[this.x, x.shape], [this.y, y.shape], [this.dx, x.shape]]) part.rename(sizeOf(shape));
    this.x.grid.show(imageCells(this.shown, state.kind, place));
    this.y.grid.show(outputCells(y, grayOf(x), { dy }));
    this.dx.grid.show(gradientCells(this.shown));
    this.coinName.textContent = `Coin on ${at("y", place.i, place.j)}`;
    this.coin.show(dy[place.i * y.shape[1] + place.j]);
    this.#outline();
    this.told[0].textContent = story(state, this.shown, place);
    this.told[1].textContent = balance(this.shown);
    this.#answer();
    this.#drawShift(state);
  }

  /** The window of the marked output, and that of the one under the pointer. */
  #outline() {
    const { rows, columns } = this.shown.win;
    const box = (i, j, dashed) => ({ row: i * rows.t, column: j * columns.t, rows: rows.k, columns: columns.k, dashed });
    const { i, j } = this.place;
    const over = this.over && this.over.row < rows.count && this.over.column < columns.count ? [this.over] : [];
    const marks = [...over.map(({ row, column }) => box(row, column, true)), box(i, j)];
    this.x.grid.outline(marks);
    this.dx.grid.outline(marks);
    this.y.grid.outline([{ row: i, column: j, rows: 1, columns: 1 }]);
  }

  /** The line below the gradient: what the pixel gets that the reader points at. */
  #answer() {
    const { x, win } = this.shown;
    const never = unreadCount(win);
    const legend = never ? [dom("span", { className: "stc-coin-key" }), `${never} pixels in no window. `] : [];
    const there = this.asked && this.asked.row < x.shape[0] && this.asked.column < x.shape[1];
    const text = there ? received(this.shown, this.asked, (i, j) => this.#receivers(i, j)) : "Point at a pixel: what does it get?";
    this.answer.replaceChildren(...legend, text);
  }

  #drawShift({ shift, kind }) {
    this.comparison.hidden = shift === "none";
    this.later = null;
    if (shift === "none") return;
    const { x, y, win } = this.shown;
    const image = moved(x, shift);
    this.later = { x: image, y: pooled(this.runtime, image, win, kind) };
    const [first, before, after] = this.after.map(({ grid }) => grid);
    const changed = (k) => y.data[k] !== this.later.y.data[k];
    first.show(plainCells(image, grayOf(x)));
    before.show(outputCells(y, grayOf(x)));
    after.show(outputCells(this.later.y, grayOf(x), { changed }));
    this.compared.textContent = shifted(this.shown, this.later, shift);
  }

  describe(state) {
    return inWords(state, this.shown, this.place, this.later);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new PoolingCoin(figure, runtime) });
  },
};
