// Tables of numbers: colored squares that can be read, and ledgers.

import { dom } from "../controls.js";
import { apportion, fixed } from "../sums.js";
import { colorOf, css, inkOn, scaleOf } from "../theme.js";

/** Patch × kernel = products, as numbers. */
export function productTables(group, { places, size, sum, decimals, scales, caption }) {
  const factors = Math.max(decimals, 3);
  const products = apportion(group.products, sum, decimals);
  const numbers = (values, places_) => (n) => ({ text: fixed(values[n], places_), outside: !places[n].inside });
  const scale = scaleOf(group.products, { sign: true });
  return dom(
    "div",
    { className: "stc-x-product" },
    numberTable(`${caption}patch`, numbers(group.patch, factors), group.patch, size, scales.patch),
    dom("span", { ariaHidden: "true" }, "×"),
    numberTable("kernel", numbers(group.kernel, factors), group.kernel, size, scales.kernel),
    dom("span", { ariaHidden: "true" }, "="),
    numberTable(`products: ${fixed(sum, decimals)}`, numbers(products, decimals), products, size, scale),
  );
}

/** A table of colored numbers. */
export function numberTable(caption, cell, values, [rows, columns], scale) {
  const cells = Array.from(values, (value, n) => colored(cell(n), value, scale));
  const made = Array.from({ length: rows }, (_, i) =>
    dom("tr", {}, ...cells.slice(i * columns, (i + 1) * columns)),
  );
  return dom("table", { className: "stc-x-grid" }, dom("caption", {}, caption), dom("tbody", {}, ...made));
}

function colored({ text, best, outside }, value, scale) {
  const td = dom("td", { className: best ? "stc-x-winner" : outside ? "stc-x-outside" : "" }, text);
  if (outside) return td;
  const color = colorOf(scale, value);
  td.style.background = css(color);
  td.style.color = inkOn(color);
  return td;
}

/** A very small picture of a few numbers. */
export function tiny(values, [height, width], scale, className = "stc-x-tiny") {
  const canvas = dom("canvas", { width, height, className, ariaHidden: "true" });
  const pen = canvas.getContext("2d");
  values.forEach((value, k) => {
    pen.fillStyle = css(colorOf(scale, value));
    pen.fillRect(k % width, Math.floor(k / width), 1, 1);
  });
  return canvas;
}

/** A line of a ledger. */
export const line = (what, number, className = "") =>
  dom("tr", { className }, dom("th", { scope: "row" }, what), dom("td", {}, number));

export const table = (lines) => dom("table", { className: "stc-x-ledger" }, dom("tbody", {}, ...lines));
