// One number of a feature map in full: patch × kernel = products, their sum and the bias.

import { dom, isExact, weight, written } from "../controls.js";
import { colorOf, css, inkOn, signed } from "../theme.js";

/** What the window of output (i, j) reads: k × k numbers; `inside` is 0 where it reads padding. */
export function patchOf(image, rows, columns) {
  const [height, width] = image.shape;
  const values = [];
  const inside = [];
  for (const row of rows)
    for (const column of columns) {
      const hit = row >= 0 && column >= 0 && row < height && column < width;
      inside.push(hit);
      values.push(hit ? image.data[row * width + column] : 0);
    }
  return { values, inside };
}

/** A table of k × k numbers with the numbers of its rows and columns. */
class Grid {
  constructor() {
    this.caption = dom("caption");
    this.body = dom("tbody");
    this.head = dom("tr");
    this.element = dom("table", { className: "stc-grid" }, this.caption, dom("thead", {}, this.head), this.body);
  }

  #resize(k) {
    if (this.cells?.length === k * k) return;
    this.columns = Array.from({ length: k }, () => dom("th", { scope: "col" }));
    this.rows = Array.from({ length: k }, () => dom("th", { scope: "row" }));
    this.cells = Array.from({ length: k * k }, () => dom("td"));
    this.head.replaceChildren(dom("td"), ...this.columns);
    const row = (th, m) => dom("tr", {}, th, ...this.cells.slice(m * k, (m + 1) * k));
    this.body.replaceChildren(...this.rows.map(row));
  }

  show({ caption, values, rows, columns, scale, inside, write }) {
    this.#resize(rows.length);
    this.caption.textContent = caption;
    rows.forEach((label, m) => (this.rows[m].textContent = minus(label)));
    columns.forEach((label, n) => (this.columns[n].textContent = minus(label)));
    values.forEach((value, at) => {
      const cell = this.cells[at];
      const padding = inside && !inside[at];
      const color = colorOf(scale, value);
      cell.textContent = write(value);
      cell.className = padding ? "stc-padding" : "";
      cell.style.background = padding ? "" : css(color);
      cell.style.color = padding ? "" : inkOn(color);
      cell.title = padding ? "padding" : "";
    });
  }
}

const minus = (label) => String(label).replace("-", "−");

/** The panel. */
export class Products {
  constructor() {
    this.grids = [new Grid(), new Grid(), new Grid()];
    const sign = (text) => dom("span", { className: "stc-sign", ariaHidden: "true" }, text);
    const [patch, kernel, products] = this.grids.map((grid) => grid.element);
    this.title = dom("p", { className: "stc-subtitle" });
    this.sum = dom("p", { className: "stc-sum" });
    this.rounded = dom("p", { className: "stc-note" }, "Long decimals are rounded.");
    const row = dom("div", { className: "stc-equation" }, patch, sign("×"), kernel, sign("="), products);
    this.element = dom("div", { className: "stc-products" }, this.title, row, this.sum, this.rounded);
  }

  /** `weights` as they are applied; `result` is the number of the map, `color` its color there. */
  show({ i, j, patch, rows, columns, weights, flip, bias, result, color, scale }) {
    const products = patch.values.map((pixel, at) => pixel * weights[at]);
    const indices = rows.map((_, m) => m);
    const [first, second, third] = this.grids;
    this.title.textContent = `How y[${i}, ${j}] comes about`;
    const decimals = rows.length > 3 ? 2 : 4; // what has room
    const write = (value) => written(value, decimals);
    first.show({ caption: "patch of x", ...patch, rows, columns, scale, write });
    const turned = flip ? "kernel w, turned by 180°" : "kernel w";
    const top = Math.max(...weights.map(Math.abs));
    const table = { rows: indices, columns: indices };
    second.show({ caption: turned, values: [...weights], scale: signed(top), write: weight, ...table });
    const most = Math.max(...products.map(Math.abs));
    third.show({ caption: "products", values: products, scale: signed(most), write, ...table });
    const total = products.reduce((sum, product) => sum + product, 0);
    this.#write(i, j, total, bias, result, color);
    this.rounded.hidden = [...patch.values, ...products].every((v) => isExact(v, decimals)) && isExact(result);
  }

  #write(i, j, total, bias, result, color) {
    const value = dom("span", { className: "stc-result" }, written(result));
    value.style.background = css(color);
    value.style.color = inkOn(color);
    const parts = ["sum of the products ", dom("b", {}, written(total)), " + bias ", dom("b", {}, written(bias))];
    this.sum.replaceChildren(...parts, ` = y[${i}, ${j}] = `, value);
  }
}
