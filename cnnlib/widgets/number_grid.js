// A grid of numbers, drawn as text on colored cells, with windows outlined on it.

import { dom, written } from "./controls.js";
import { colorOf, css, inkOn } from "./theme.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * A grid that shows what `show` was given last.
 *
 * Options: `onChoose(row, column)` for a pressed cell; `onStep(rows, columns)` for arrow keys, which
 * also lets the keyboard reach the grid.
 */
export class NumberGrid {
  constructor({ onChoose, onStep } = {}) {
    this.grid = dom("div", { className: "stc-ng" });
    this.element = dom("div", { className: "stc-ng-room" }, this.grid);
    this.grid.setAttribute("role", onStep ? "application" : "img");
    this.cells = [];
    if (onStep) this.grid.tabIndex = 0;
    if (onStep) this.grid.addEventListener("keydown", (event) => this.#key(event, onStep));
    if (onChoose) this.grid.addEventListener("pointerdown", (event) => this.#press(event, onChoose));
    this.grid.dataset.pressed = Boolean(onChoose);
  }

  /**
   * Draw `values` (row by row) on a `scale` of theme.js.
   *
   * `state(at)`: "" a number, "frame" a zero that is none, "unread" a pixel that no window reads,
   * "later" a number whose time has not come, "wrong" one that should be another; `small(at)`: a
   * second line in a cell; `heads`: {rows, columns} texts beside and above; `boxes`:
   * [{row, column, rows, columns, kind: "now" | "own"}]; `label`: all of it in words.
   */
  show({ values, shape, scale, state = () => "", small = () => "", heads, boxes = [], label, write = (v) => written(v, 2) }) {
    this.#resize(shape, heads);
    this.grid.setAttribute("aria-label", label);
    const texts = Array.from(values, write);
    const longest = Math.max(2, ...texts.map((text) => text.length), ...(heads?.columns ?? []).map((t) => t.length));
    this.grid.style.setProperty("--chars", longest);
    const beside = Math.max(0, ...(heads?.rows ?? []).map((text) => text.length));
    this.grid.style.setProperty("--heads", heads ? `${7 * beside + 7}px` : "0px");
    this.cells.forEach((cell, at) => this.#cell(cell, texts[at], values[at], scale, state(at), small(at)));
    heads?.rows.forEach((text, k) => (this.heads.rows[k].textContent = text));
    heads?.columns.forEach((text, k) => (this.heads.columns[k].textContent = text));
    this.#outline(boxes, heads ? 1 : 0);
    if (heads) this.#letScroll();
  }

  /** A grid with heads may be taller than its room: then the keyboard must reach it too. */
  #letScroll() {
    const scrolls = this.element.scrollHeight > this.element.clientHeight;
    if (scrolls) Object.assign(this.element, { tabIndex: 0, role: "group", ariaLabel: "More rows below or above" });
    else for (const name of ["tabindex", "role", "aria-label"]) this.element.removeAttribute(name);
  }

  #cell(cell, text, value, scale, state, small) {
    const [first, second] = cell.children;
    const shown = state === "unread" ? "0" : state === "blank" ? "" : text;
    if (first.textContent !== shown) first.textContent = shown;
    if (second.textContent !== small) second.textContent = small;
    second.hidden = !small;
    cell.dataset.state = state;
    const colored = state === "" || state === "wrong";
    const color = colored ? colorOf(scale, value) : null;
    Object.assign(cell.style, { background: color ? css(color) : "", color: color ? inkOn(color) : "" });
  }

  #resize([rows, columns], heads) {
    const size = `${rows},${columns},${Boolean(heads)}`;
    if (this.size === size) return;
    Object.assign(this, { size, columns });
    const first = heads ? 2 : 1;
    const at = (node, row, column) => (Object.assign(node.style, { gridRow: row, gridColumn: column }), node);
    const places = Array.from({ length: rows * columns }, (_, k) => [Math.floor(k / columns), k % columns]);
    this.cells = places.map(([row, column]) =>
      at(dom("div", { className: "stc-ng-cell" }, dom("span"), dom("small")), row + first, column + first),
    );
    this.heads = { rows: [], columns: [] };
    if (heads) {
      const head = (name, row, column) => at(dom("div", { className: `stc-ng-head ${name}` }), row, column);
      this.heads.rows = Array.from({ length: rows }, (_, row) => head("stc-ng-side", row + first, 1));
      this.heads.columns = Array.from({ length: columns }, (_, column) => head("", 1, column + first));
    }
    this.boxes = [];
    this.grid.replaceChildren(...this.heads.columns, ...this.heads.rows, ...this.cells);
    this.grid.style.setProperty("--columns", columns);
    this.grid.style.gridTemplateColumns = `${heads ? "var(--heads) " : ""}repeat(${columns}, minmax(0, 1fr))`;
  }

  #outline(boxes, shift) {
    while (this.boxes.length < boxes.length) {
      this.boxes.push(dom("div", { className: "stc-ng-box" }));
      this.grid.append(this.boxes.at(-1));
    }
    this.boxes.forEach((node, k) => {
      const box = boxes[k];
      node.hidden = !box;
      if (!box) return;
      const { row, column, rows = 1, columns = 1, kind } = box;
      node.dataset.kind = kind;
      node.style.gridArea = `${row + 1 + shift} / ${column + 1 + shift} / span ${rows} / span ${columns}`;
    });
  }

  /** Scroll inside the room so that a row is to be seen. */
  reveal(row) {
    const cell = this.cells[row * this.columns];
    if (!cell) return;
    const [top, bottom] = [cell.offsetTop - 28, cell.offsetTop + cell.offsetHeight + 8];
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop || bottom > scrollTop + clientHeight) this.element.scrollTop = top - clientHeight / 3;
  }

  #press(event, onChoose) {
    const at = this.cells.indexOf(event.target.closest?.(".stc-ng-cell"));
    if (at >= 0) onChoose(Math.floor(at / this.columns), at % this.columns);
  }

  #key(event, onStep) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onStep(...step);
  }
}
