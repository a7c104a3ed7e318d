// A small array of numbers in cells that a reader edits or picks, with a pointer or with keys.

import { dom, parse, written } from "./controls.js";
import { css, inkOn } from "./theme.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const TURNS = { PageUp: 1, PageDown: -1 }; // what a key adds to an editable number

/** Its style, for addStyle(). `--cell` is the greatest width of a cell. */
export const GRID_STYLE = `
.stc-cells { position: relative; width: 100%; max-width: calc(var(--columns) * var(--cell, 2.4rem)); container-type: inline-size; }
.stc-cells > [role="grid"] { border: 1px solid var(--edge); background: var(--edge); display: grid; gap: 1px; }
.stc-cells [role="row"] { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 1px; }
.stc-cells [role="gridcell"] { position: relative; aspect-ratio: 1; min-width: 0; display: grid; place-items: center; line-height: 1; color: var(--ink); background: var(--ground); font-size: clamp(9px, calc(36cqw / var(--columns)), 1rem); font-variant-numeric: tabular-nums; white-space: nowrap; user-select: none; -webkit-user-select: none; print-color-adjust: exact; }
.stc-cells input { all: unset; box-sizing: border-box; width: 100%; height: 100%; text-align: center; cursor: text; }
.stc-cells input[aria-invalid="true"] { outline: 3px solid #c0392b; outline-offset: -3px; }
.stc-cells [role="gridcell"]:focus-visible, .stc-cells input:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; box-shadow: inset 0 0 0 4px var(--ground); z-index: 1; }
.stc-cells.stc-pick [role="gridcell"] { cursor: pointer; }
.stc-cells .stc-padding { background: repeating-linear-gradient(135deg, #c9ccd1 0 5px, #b3b8c0 5px 6px); }
.stc-cells .stc-window { position: absolute; border: 2px solid #ffd60a; outline: 1.5px solid #000; box-shadow: inset 0 0 0 1.5px #000; pointer-events: none; left: calc(100% * var(--left)); top: calc(100% * var(--top)); width: calc(100% * var(--across)); height: calc(100% * var(--down)); }
.stc-cells .stc-window.stc-dashed { border-style: dashed; box-shadow: none; }
`;

/**
 * A grid of numbers. It has one tab stop; arrow keys move inside it.
 *
 * Options: `label`, its name for screen readers; `onEdit(row, column, value)` makes its cells editable
 * (typed; Page keys add or take 1); `onPick(row, column)` is called for a click, Enter and Space,
 * `onActive(row, column)` when a cell gets the focus, `onHover({row, column} or null)`, and
 * `onKey(event, row, column)` for keys that the grid has no use for.
 */
export class CellGrid {
  constructor({ label, onEdit, onPick, onActive, onHover, onKey }) {
    Object.assign(this, { onEdit, onPick, onActive, onHover, onKey, active: [0, 0], cells: [] });
    this.grid = dom("div", { role: "grid", ariaLabel: label });
    this.windows = dom("div", { ariaHidden: "true" });
    this.element = dom("div", { className: "stc-cells" }, this.grid, this.windows);
    this.element.classList.toggle("stc-pick", Boolean(onPick));
    const listen = (type, f) => this.grid.addEventListener(type, (event) => this.#at(event, (cell) => f(cell, event)));
    listen("click", ({ row, column }) => this.onPick?.(row, column));
    listen("focusin", (cell) => this.#enter(cell));
    listen("focusout", (cell) => cell.input && this.#write(cell));
    listen("input", (cell) => this.#type(cell));
    listen("keydown", (cell, event) => this.#key(event, cell));
    if (!onHover) return;
    listen("pointerover", ({ row, column }) => onHover({ row, column }));
    this.grid.addEventListener("pointerleave", () => onHover(null));
  }

  /**
   * Show rows × columns numbers. `cell(row, column)` says how: {value, text, color: [r, g, b], label,
   * className, badge, fixed}. `label` is what a screen reader calls it, `badge` a short text for CSS
   * (data-badge); a cell that is `fixed` can be neither edited nor reached.
   */
  show({ rows, columns, cell }) {
    if (this.rows !== rows || this.columns !== columns) this.#resize(rows, columns);
    for (const made of this.cells) {
      const { value, text = written(value, 2), color, label = text, className = "", badge, fixed = false } = cell(made.row, made.column);
      Object.assign(made, { value, text, fixed });
      const { node, input } = made;
      node.className = className;
      node.toggleAttribute("data-badge", Boolean(badge));
      if (badge) node.dataset.badge = badge;
      Object.assign(node.style, { background: color ? css(color) : "", color: color ? inkOn(color) : "" });
      (input ?? node).setAttribute("aria-label", label);
      if (input) this.#fill(made);
      else if (node.textContent !== text) node.textContent = text;
    }
    this.#stop();
  }

  /** Outline rectangles of cells: {row, column, rows, columns, dashed}. */
  outline(marks) {
    const nodes = marks.map(({ row, column, rows, columns, dashed }) => {
      const node = dom("div", { className: `stc-window${dashed ? " stc-dashed" : ""}` });
      const shares = { left: column / this.columns, top: row / this.rows, across: columns / this.columns, down: rows / this.rows };
      for (const [key, value] of Object.entries(shares)) node.style.setProperty(`--${key}`, value);
      return node;
    });
    this.windows.replaceChildren(...nodes);
  }

  /** The element of a cell. */
  cellAt(row, column) {
    return this.#cell(row, column).node;
  }

  #cell(row, column) {
    return this.cells[row * this.columns + column];
  }

  #resize(rows, columns) {
    Object.assign(this, { rows, columns });
    this.element.style.setProperty("--columns", columns);
    this.cells = Array.from({ length: rows * columns }, (_, k) => this.#make(Math.floor(k / columns), k % columns));
    const nodes = this.cells.map(({ node }) => node);
    const row = (_, at) => dom("div", { role: "row" }, ...nodes.slice(at * columns, (at + 1) * columns));
    this.grid.replaceChildren(...Array.from({ length: rows }, row));
    this.active = [Math.min(this.active[0], rows - 1), Math.min(this.active[1], columns - 1)];
  }

  #make(row, column) {
    const node = dom("div", { role: "gridcell" });
    if (!this.onEdit) return { row, column, node };
    const input = dom("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
    node.append(input);
    return { row, column, node, input };
  }

  /** An input shows its number, unless somebody is typing in it. */
  #fill(cell) {
    const { input, typing, fixed } = cell;
    input.hidden = fixed;
    if (!typing || input.getRootNode().activeElement !== input) this.#write(cell);
  }

  #write(cell) {
    cell.typing = false;
    cell.input.value = cell.text;
    cell.input.setAttribute("aria-invalid", "false");
  }

  /** One cell is the tab stop. */
  #stop() {
    const wanted = this.#cell(...this.active);
    const stop = wanted.fixed ? this.cells.find(({ fixed }) => !fixed) : wanted;
    for (const cell of this.cells) (cell.input ?? cell.node).tabIndex = cell === stop ? 0 : -1;
  }

  #at(event, f) {
    const found = this.cells.find(({ node }) => node.contains(event.target));
    if (found && !found.fixed) f(found);
  }

  #enter({ row, column, input }) {
    this.active = [row, column];
    this.#stop();
    input?.select();
    this.onActive?.(row, column);
  }

  #type(cell) {
    const { row, column, input } = cell;
    const value = parse(input.value);
    cell.typing = true;
    input.setAttribute("aria-invalid", String(Number.isNaN(value)));
    if (!Number.isNaN(value)) this.onEdit(row, column, value);
  }

  #turn(cell, step) {
    cell.typing = false;
    this.onEdit(cell.row, cell.column, cell.value + step);
  }

  #key(event, cell) {
    const { row, column, input } = cell;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = input && event.key === "Enter" ? STEPS.ArrowDown : STEPS[event.key];
    if (step) this.#move(row, column, ...step);
    else if (input && event.key in TURNS) this.#turn(cell, TURNS[event.key]);
    else if (this.onPick && !input && ["Enter", " "].includes(event.key)) this.onPick(row, column);
    else return void this.onKey?.(event, row, column);
    event.preventDefault();
  }

  /** To the next cell, if it can be reached; at the edge the focus stays. */
  #move(row, column, down, across) {
    const [i, j] = [row + down, column + across];
    const next = i >= 0 && j >= 0 && i < this.rows && j < this.columns ? this.#cell(i, j) : null;
    if (next && !next.fixed) (next.input ?? next.node).focus();
  }
}
