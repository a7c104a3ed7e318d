// How the cells of ShapeBench look: what cell_grid.js shows at every place.

import { reads } from "../geometry.js";
import { placed } from "./shape_bench_text.js";

const PALE = [239, 245, 252];
const DEEP = [8, 81, 156];
const MOST = 26; // columns beyond which a number has no room in a cell

/** Counts from pale to deep blue, as in the book's printed tables of counts. */
export const blue = (count, most) => PALE.map((low, c) => Math.round(low + ((DEEP[c] - low) * count) / Math.max(1, most)));

const many = (count, thing) => `${count === 0 ? "no" : count} ${thing}${count === 1 ? "" : "s"}`;
const textOf = (count, columns) => (columns > MOST ? "" : String(count));

/** The image in its frame of padding, with the marked window and the places where windows begin. */
export function inputCells({ rows, columns }, counts, { i, j }, dimensions) {
  const size = { rows: rows.H + rows.before + rows.after, columns: columns.H + columns.before + columns.after };
  const most = Math.max(...counts);
  const [down, across] = [new Set(reads(rows, i)), new Set(reads(columns, j))];
  const begins = (one, at) => at % one.t === 0 && at / one.t < one.count;
  const cell = (row, column) => {
    const [y, x] = [row - rows.before, column - columns.before];
    const inside = y >= 0 && x >= 0 && y < rows.H && x < columns.H;
    const names = [];
    if (columns.d > 1 && down.has(y) && across.has(x)) names.push("stc-tap");
    if (begins(rows, row) && begins(columns, column)) names.push("stc-begin");
    if (!inside) return { text: "", label: "padding", className: ["stc-padding", ...names].join(" ") };
    const count = counts[y * columns.H + x];
    const label = `${placed("x", y, x, dimensions)}, read by ${many(count, "window")}`;
    if (!count) return { text: textOf(0, size.columns), label, className: "stc-unread" };
    return { text: textOf(count, size.columns), label, color: blue(count, most), className: names.join(" ") };
  };
  return { ...size, cell };
}

/** The output: how many pixels of the image each number reads. */
export function outputCells({ rows, columns }, counts, dimensions) {
  const most = rows.k * columns.k;
  const cell = (row, column) => {
    const count = counts[row * columns.count + column];
    const zeros = most - count;
    const padding = zeros ? ` and ${many(zeros, "zero")} of the padding` : "";
    const label = `${placed("y", row, column, dimensions)}, reads ${many(count, "pixel")}${padding}`;
    return { text: textOf(count, columns.count), label, color: blue(count, most) };
  };
  return { rows: rows.count, columns: columns.count, cell };
}
