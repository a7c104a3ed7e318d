// A table of numbers to edit: a box for every number.

import { cell, dom } from "./controls.js";
import { colorOf, css, inkOn, largest, signed } from "./theme.js";

/** `changed(table)` gets the table with one number changed; `name` is its letter, such as "w". */
export class TableEditor {
  constructor({ name, label, changed }) {
    Object.assign(this, { name, changed });
    this.title = dom("p", { className: "stc-te-title" });
    this.boxes = dom("div", { className: "stc-te-boxes", role: "group", ariaLabel: label });
    this.element = dom("div", { className: "stc-te" }, this.title, this.boxes);
  }

  #resize([rows, columns]) {
    if (this.size === `${rows},${columns}`) return;
    this.size = `${rows},${columns}`;
    this.cells = Array.from({ length: rows * columns }, (_, at) => {
      const label = `${this.name}[${Math.floor(at / columns)}, ${at % columns}]`;
      return cell({ label }, (number) => {
        const data = this.table.data.slice();
        data[at] = number;
        this.table = { shape: [rows, columns], data };
        this.changed(this.table);
      });
    });
    this.boxes.style.setProperty("--columns", columns);
    this.boxes.replaceChildren(...this.cells.map(({ element }) => element));
  }

  /** Show a table; `title` stands above it, `marked` is the index of a number that is outlined. */
  show(table, title, marked = -1) {
    this.table = table;
    this.#resize(table.shape);
    this.title.replaceChildren(...title);
    const scale = signed(largest(table.data));
    this.cells.forEach(({ element, show }, at) => {
      const color = colorOf(scale, table.data[at]);
      show(Number(table.data[at].toPrecision(7)));
      Object.assign(element.style, { background: css(color), color: inkOn(color) });
      element.classList.toggle("stc-te-now", at === marked);
    });
  }
}
