// A picture of numbers: every number of an array is a colored square. Marks and numbers go on top.

import { dom } from "./controls.js";
import { COLORS, colorOf, inkOn, paint } from "./theme.js";

const READABLE = 26; // CSS pixels of a square in which a number can be read
const VIOLET = [130, 60, 220];
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * A canvas that shows what `show` was given last.
 *
 * Options: `label` (its name for screen readers); `onPoint({row, column, type, event})` for a pointer,
 * type "move", "press", "drag" or "leave"; `onStep(rows, columns, event)` for arrow keys (Page keys:
 * ten rows, Home and End: ten columns); `onKey(event)` for any other key. With one of them the
 * picture can be reached by keyboard.
 */
export class Picture {
  constructor({ label = "", onPoint, onStep, onKey } = {}) {
    this.pixels = dom("canvas", { className: "stc-pixels" });
    this.marks = dom("canvas", { className: "stc-marks" });
    this.element = dom("div", { className: "stc-picture" }, this.pixels, this.marks);
    this.element.setAttribute("role", onStep || onKey ? "application" : "img");
    if (onStep || onKey) this.element.tabIndex = 0;
    this.label = label;
    this.size = { width: 0, height: 0 };
    this.sizes = new ResizeObserver(([{ contentRect }]) => {
      this.size = contentRect; // kept, for to ask a page for a size is to have it laid out
      this.#drawMarks();
    });
    this.sizes.observe(this.element);
    if (onPoint) this.#listenToPointer(onPoint);
    if (onStep || onKey) this.element.addEventListener("keydown", (event) => this.#key(event, onStep, onKey));
  }

  set label(text) {
    this.element.setAttribute("aria-label", text);
  }

  /**
   * Draw `values` (rows × columns, row by row) on a `scale` of theme.js.
   *
   * `tint(row, column)`: true for squares to veil; `hatch(row, column)`: true for squares that are
   * no pixels; `marks`: [{row, column, rows, columns, dashed}] outlined; `write(value, row, column)`:
   * text for a square that has room for it.
   */
  show({ values, rows, columns, scale, tint, hatch, marks = [], write }) {
    const changed = this.shown?.rows !== rows || this.shown?.columns !== columns;
    this.shown = { values, rows, columns, scale, tint, hatch, marks, write };
    if (changed) {
      Object.assign(this.pixels, { width: columns, height: rows });
      this.element.style.aspectRatio = `${columns} / ${rows}`;
      this.image = new ImageData(columns, rows);
    }
    paint(values, scale, this.image);
    if (tint) veil(this.image, rows, columns, tint);
    this.pixels.getContext("2d").putImageData(this.image, 0, 0);
    this.#drawMarks();
  }

  /** Draw other marks on the same numbers. */
  mark(marks) {
    if (!this.shown) return;
    this.shown.marks = marks;
    this.#drawMarks();
  }

  dispose() {
    this.sizes.disconnect();
  }

  /** The square under a pointer, {row, column}; the nearest one if it is outside. */
  at(event) {
    const { left, top, width, height } = this.pixels.getBoundingClientRect();
    const place = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return {
      row: place((event.clientY - top) / height, this.shown.rows),
      column: place((event.clientX - left) / width, this.shown.columns),
    };
  }

  #listenToPointer(onPoint) {
    const tell = (type, event) => this.shown && onPoint({ type, event, ...this.at(event) });
    this.element.addEventListener("pointerdown", (event) => tell("press", event));
    this.element.addEventListener("pointermove", (event) => tell(event.buttons & 1 ? "drag" : "move", event));
    this.element.addEventListener("pointerleave", (event) => tell("leave", event));
  }

  #key(event, onStep, onKey) {
    const step = { ...ARROWS, PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -10], End: [0, 10] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step && onStep) {
      event.preventDefault();
      onStep(...step, event);
    } else onKey?.(event);
  }

  #drawMarks() {
    if (!this.shown) return;
    const { width, height } = this.size;
    const ratio = devicePixelRatio || 1;
    const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (this.marks.width !== size.width || this.marks.height !== size.height) Object.assign(this.marks, size);
    const pen = this.marks.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const side = width / this.shown.columns;
    if (this.shown.hatch) hatch(pen, this.shown, side);
    if (side >= READABLE && this.shown.write) writeNumbers(pen, this.shown, side);
    for (const mark of this.shown.marks) outline(pen, mark, side);
  }
}

/** Mix a violet into some squares. */
function veil({ data }, rows, columns, tint) {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      if (tint(row, column)) {
        const k = 4 * (row * columns + column);
        for (let part = 0; part < 3; part++) data[k + part] = (data[k + part] + VIOLET[part]) / 2;
      }
}

/** Replace squares by a pattern of stripes. */
function hatch(pen, { rows, columns, hatch: inside }, side) {
  const STRIPES = Math.max(4, side / 4);
  pen.save();
  pen.beginPath();
  for (let row = 0; row < rows; row++)
    for (let column = 0, from = 0; column <= columns; column++) {
      if (column < columns && inside(row, column)) continue;
      if (column > from) pen.rect(from * side, row * side, (column - from) * side, side); // a run of them
      from = column + 1;
    }
  pen.clip();
  pen.fillStyle = "#c9ccd1";
  pen.fillRect(0, 0, columns * side, rows * side);
  pen.strokeStyle = "#8b919b";
  pen.lineWidth = 1;
  pen.beginPath();
  for (let x = -rows * side; x < columns * side; x += STRIPES) {
    pen.moveTo(x, rows * side);
    pen.lineTo(x + rows * side, 0);
  }
  pen.stroke();
  pen.restore();
}

/** Write every number into its square, in black or white. */
function writeNumbers(pen, { values, rows, columns, scale, write, hatch: skip }, side) {
  pen.font = `${Math.min(14, side * 0.34)}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      pen.fillStyle = skip?.(row, column) ? "#000" : inkOn(colorOf(scale, value));
      pen.fillText(write(value, row, column), (column + 0.5) * side, (row + 0.5) * side, side - 2);
    }
}

/** Outline a rectangle of squares: yellow between black, to be seen on every color. */
function outline(pen, { row, column, rows = 1, columns = 1, dashed }, side) {
  const grow = Math.max(0, (7 - side * Math.min(rows, columns)) / 2); // never smaller than 7 pixels
  const box = [column * side - grow, row * side - grow, columns * side + 2 * grow, rows * side + 2 * grow];
  pen.setLineDash([]);
  pen.lineWidth = 4.5;
  pen.strokeStyle = "#000";
  pen.strokeRect(...box);
  pen.lineWidth = 2;
  pen.strokeStyle = "#ffd60a";
  if (dashed) pen.setLineDash([4, 3]);
  pen.strokeRect(...box);
}

/** A color bar with its least number, 0 and its greatest. */
export class Legend {
  constructor() {
    this.bar = dom("span", { className: "stc-bar" });
    this.ends = [dom("span"), dom("span"), dom("span")];
    this.element = dom("div", { className: "stc-legend" }, this.bar, dom("div", {}, ...this.ends));
  }

  /** Show a scale; `format(number)` writes its ends; `below`, `above`: there are numbers beyond them. */
  show(scale, { format = String, below = false, above = false } = {}) {
    const colors = COLORS[scale.name];
    const stops = Array.from({ length: 17 }, (_, k) => {
      const at = 3 * Math.round((k / 16) * 255);
      return `rgb(${colors[at]} ${colors[at + 1]} ${colors[at + 2]})`;
    });
    this.bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    const middle = scale.low === -scale.high ? "0" : "";
    const ends = [(below ? "≤ " : "") + format(scale.low), middle, (above ? "≥ " : "") + format(scale.high)];
    this.ends.forEach((end, k) => (end.textContent = ends[k]));
  }
}
