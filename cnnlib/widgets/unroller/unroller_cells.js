// How the cells of Unroller look: what cell_grid.js shows at every place.

import { written } from "../controls.js";
import { colorOf, positive, scaleOf } from "../theme.js";
import { entry } from "./unrolled.js";

const LIT = "stc-u-lit"; // the marked pixel and all of its copies
const PADDING = { value: NaN, text: "", label: "padding", className: "stc-padding", fixed: true };

export const name = (letter, row, column) => `${letter}[${row}, ${column}]`;
const isPixel = (one, mark) => mark.inside && one.inside && one.row === mark.row && one.column === mark.column;

/** The image in its frame of padding. */
export function imageCells({ x, win: { rows, columns } }, mark) {
  const scale = scaleOf(x.data);
  const cell = (i, j) => {
    const [row, column] = [i - rows.before, j - columns.before];
    if (row < 0 || column < 0 || row >= rows.H || column >= columns.H) return PADDING;
    const value = x.data[row * columns.H + column];
    const lit = isPixel({ row, column, inside: true }, mark);
    return { value, color: colorOf(scale, value), label: name("x", row, column), className: lit ? LIT : "" };
  };
  return { rows: rows.H + rows.before + rows.after, columns: columns.H + columns.before + columns.after, cell };
}

/** The kernel, as it is. */
export function kernelCells({ w }) {
  const [rows, columns] = w.shape;
  const scale = scaleOf(w.data);
  const cell = (m, n) => {
    const value = w.data[m * columns + n];
    return { value, color: colorOf(scale, value), label: name("w", m, n) };
  };
  return { rows, columns, cell };
}

/** A row or a column of numbers. */
function line(values, upright, scale, label) {
  const cell = (row, column) => {
    const at = upright ? row : column;
    return { value: values[at], color: colorOf(scale, values[at]), label: `${label(at)} = ${written(values[at], 2)}` };
  };
  return upright ? { rows: values.length, columns: 1, cell } : { rows: 1, columns: values.length, cell };
}

/** The kernel as a vector: a row before a matrix of columns, a column behind one of rows. */
export function vectorCells({ w }, asRows) {
  const across = w.shape[1];
  return line(w.data, asRows, scaleOf(w.data), (k) => name("w", Math.floor(k / across), k % across));
}

/** The product, as a vector or as an image. */
export const productCells = ({ y, win }, asRows) => line(y, asRows, scaleOf(y), (p) => outputName(win, p));

export function outputCells({ y, win }) {
  const scale = scaleOf(y);
  const { count } = win.columns;
  const cell = (i, j) => {
    const value = y[i * count + j];
    return { value, color: colorOf(scale, value), label: `${name("y", i, j)} = ${written(value, 2)}` };
  };
  return { rows: win.rows.count, columns: count, cell };
}

export const outputName = ({ columns: { count } }, p) => name("y", Math.floor(p / count), p % count);

/** The matrix in the colors of the image: windows as rows or as columns. */
export function matrixCells({ x, win, matrix }, mark, asRows) {
  const scale = scaleOf(x.data);
  const cell = (row, column) => {
    const [k, p] = asRows ? [column, row] : [row, column];
    const one = entry(win, k, p);
    const value = matrix[p * win.K + k];
    const what = one.inside ? name("x", one.row, one.column) : "padding";
    const label = `window ${p}, weight ${name("w", one.m, one.n)}: ${what}, ${written(value, 2)}`;
    const look = one.inside ? { color: colorOf(scale, value) } : { className: "stc-padding", color: null };
    return { value, ...look, ...(isPixel(one, mark) ? { className: LIT } : {}), label };
  };
  return asRows ? { rows: win.P, columns: win.K, cell } : { rows: win.K, columns: win.P, cell };
}

/** How many copies of each pixel add up; with "=" one is left of them. */
export function backCells({ x, counts }, back, mark) {
  const [rows, columns] = x.shape;
  const scale = positive(Math.max(...counts));
  const cell = (row, column) => {
    const copies = counts[row * columns + column];
    const value = back === "assign" ? Math.min(copies, 1) : copies;
    const className = isPixel({ row, column, inside: true }, mark) ? LIT : value === copies ? "" : "stc-u-wrong";
    return { value, color: colorOf(scale, value), className, label: `${name("x", row, column)} gets ${value} of ${copies}` };
  };
  return { rows, columns, cell };
}
