// What the three lenses show, as data: for every lens a mechanism on top and the gradient so far below.

import {
  col2im, gather, gatherWeights, im2col, laid, patch, payments, placeOf, productWeights, readPixels,
  scatter, scatterWeights, spread, stamp, sumOf, terms, weightOf,
} from "./lenses.js";
import { written } from "../controls.js";
import { largest, signed } from "../theme.js";

export const at = (...indices) => `[${indices.join(", ")}]`;
export const place = (...indices) => `(${indices.join(", ")})`;

/** The table that a gradient belongs to: its rows and columns, and which of its numbers is chosen. */
export function receiver(c, { gradient, h, k, m, n }) {
  const clamp = (value, count) => Math.min(value, count - 1);
  if (gradient === "db") return { shape: [1, 1], count: 1, cell: 0, indices: [] };
  const [shape, chosen] = gradient === "dx" ? [[c.H, c.W], [h, k]] : [[c.kh, c.kw], [m, n]];
  const indices = chosen.map((value, axis) => clamp(value, shape[axis]));
  return { shape, count: shape[0] * shape[1], cell: indices[0] * shape[1] + indices[1], indices };
}

/**
 * Where the clock stands. By outputs, `steps` of them are dealt with and `now` is the last of them
 * (−1: none yet). By cells, all outputs are, but only for the gradient's numbers up to `upto`.
 */
export function clock(c, state, { count, cell }) {
  const byCells = state.order === "cells" && state.gradient !== "db";
  if (byCells) return { byCells, at: cell + 1, least: 1, most: count, steps: c.outputs, now: -1, upto: cell };
  const steps = Math.min(state.step, c.outputs);
  return { byCells, at: steps, least: 0, most: c.outputs, steps, now: steps - 1, upto: count - 1 };
}

/** Everything that is drawn: `c` from lenses.js, `right` the gradients {dx, dw, db} of the library's kernels. */
export function views(c, state, right) {
  const own = receiver(c, state);
  const time = clock(c, state, own);
  const list = terms(c, state.gradient, own.cell, state.flip);
  const part = { c, state, own, time, list, right };
  const lenses = { dx: imageLenses, dw: kernelLenses, db: biasLenses }[state.gradient](part);
  return { ...part, lenses };
}

const later = (time) => (o) => (o >= time.steps ? "later" : "");
const ordinal = (k) => `${k + 1}${["st", "nd", "rd"][k] ?? "th"}`;

/** A gradient so far, as a grid: blank from where the clock stands. */
function soFar({ own, time }, name, values, final, boxes, state = () => "") {
  const shown = (cell) => (cell > time.upto ? "blank" : state(cell));
  const mine = { row: own.indices[0] ?? 0, column: own.indices[1] ?? 0, kind: "own" };
  const label = `${name} so far: ${rowsOf(values, own.shape[1])}.`;
  return { values, shape: own.shape, scale: signed(largest(final)), state: shown, boxes: [...boxes, mine], label };
}

const rowsOf = (values, columns) =>
  Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.slice(row * columns, (row + 1) * columns), (v) => written(v, 2)).join(", "),
  ).join("; ");

/** The part of the window of output o that lies in the image. */
function windowOf(c, o) {
  const [i, j] = placeOf(o, c.ow);
  const [row, column] = [i * c.t - c.rows.before, j * c.t - c.columns.before];
  const [top, left] = [Math.max(0, row), Math.max(0, column)];
  const [rows, columns] = [Math.min(c.H, row + c.kh) - top, Math.min(c.W, column + c.kw) - left];
  return { row: top, column: left, rows, columns, kind: "now" };
}

// ------------------------------------------------------------------------------------------- dx
function imageLenses(part) {
  const { c, state, time, right } = part;
  const read = readPixels(c);
  const unread = (cell) => (read[cell] ? "" : "unread");
  const window = time.now < 0 ? [] : [windowOf(c, time.now)];
  const correct = scatter(c, time.steps);
  const collected = gather(c, time.steps, state.flip);
  const tolerance = 1e-5 * largest(right.dx);
  const wrong = (cell) => (Math.abs(collected[cell] - correct[cell]) > tolerance ? "wrong" : unread(cell));
  const cross = (cell) => (wrong(cell) === "wrong" && cell <= time.upto ? "✗" : "");
  const grid = (values, boxes, kind) => soFar(part, "dx", values, right.dx, boxes, kind);
  return [
    { top: payingWindow(part), result: grid(correct, window, unread) },
    { top: collecting(part), result: { ...grid(collected, [], wrong), small: cross } },
    { top: paymentRows(part), result: grid(col2im(c, payments(c), time.steps), window, unread) },
  ];
}

/** Scatter: the kernel times dy[o], and where the chosen pixel has sat in it, one output after the other. */
function payingWindow({ c, own, time: { now, steps } }) {
  const met = terms(c, "dx", own.cell).filter(({ o }) => o < steps);
  const turn = (q) => met.findIndex((term) => term.q === q);
  const q = now < 0 ? -1 : weightOf(c, now, own.cell);
  const values = now < 0 ? [...c.w] : stamp(c, now);
  const label = `The kernel times dy: ${rowsOf(values, c.kw)}.`;
  const small = (cell) => (turn(cell) < 0 ? "" : ordinal(turn(cell)));
  const boxes = q < 0 ? [] : [boxAt(q, c.kw)];
  return { values, shape: [c.kh, c.kw], scale: signed(largest(values)), boxes, small, label };
}

/** Gather: dy among zeros, and the kernel laid on it for the chosen pixel. */
function collecting({ c, state, own, time }) {
  const field = spread(c);
  const weights = new Map(laid(c, field, own.cell, state.flip).map(({ cell, q }) => [cell, q]));
  const kind = (cell) => (field.from[cell] < 0 ? "frame" : later(time)(field.from[cell]));
  const small = (cell) => (weights.has(cell) ? `×${written(c.w[weights.get(cell)], 2)}` : "");
  const [row, column] = own.indices;
  const boxes = [{ row, column, rows: c.kh, columns: c.kw, kind: "own" }];
  if (time.now >= 0) boxes.push(boxAt(field.from.indexOf(time.now), field.shape[1], "now"));
  const lies = [...weights.values()].map((q) => written(c.w[q])).join(", ");
  const label = `dy among zeros: ${rowsOf(field.data, field.shape[1])}. The kernel lies on it as ${lies}.`;
  return { values: field.data, shape: field.shape, scale: signed(largest(c.dy)), state: kind, small, boxes, label };
}

/** The matrix: a row for every output; those of its products that land on the chosen pixel. */
function paymentRows(part) {
  const { c, own } = part;
  const boxes = [];
  for (let o = 0; o < c.outputs; o++) {
    const q = weightOf(c, o, own.cell);
    if (q >= 0) boxes.push({ row: o, column: q, kind: "own" });
  }
  return matrix(part, payments(c), boxes, [...c.w].map((w) => written(w, 2)));
}

const boxAt = (cell, columns, kind = "own") => {
  const [row, column] = placeOf(cell, columns);
  return { row, column, kind };
};

/** A matrix with a row for every output. */
function matrix({ c, time }, values, boxes, columns) {
  const heads = { rows: [...c.dy].map((d) => written(d, 2)), columns };
  const row = time.now < 0 ? [] : [{ row: time.now, column: 0, columns: c.weights, kind: "now" }];
  const state = (cell) => later(time)(Math.floor(cell / c.weights));
  const label = `A row for every output: ${rowsOf(values, c.weights)}.`;
  const shape = [c.outputs, c.weights];
  return { values, shape, scale: signed(largest(values)), heads, state, boxes: [...row, ...boxes], label };
}

// ------------------------------------------------------------------------------------------- dw
function kernelLenses(part) {
  const { c, own, time, right } = part;
  const columns = im2col(c);
  const grid = (values) => soFar(part, "dw", values, right.dw, []);
  const names = Array.from({ length: c.weights }, (_, q) => placeOf(q, c.kw).join());
  const whole = [{ row: 0, column: own.cell, rows: c.outputs, kind: "own" }];
  return [
    { top: addedPatch(part), result: grid(scatterWeights(c, time.steps)) },
    { top: laidOutputs(part), result: grid(gatherWeights(c, time.steps)) },
    { top: matrix(part, columns, whole, names), result: grid(productWeights(c, columns, time.steps)) },
  ];
}

/** Scatter: the window of x times dy[o]. */
function addedPatch({ c, own, time }) {
  const values = patch(c, Math.max(0, time.now));
  const label = `The window of x times dy: ${rowsOf(values, c.kw)}.`;
  const state = () => (time.now < 0 ? "later" : "");
  return { values, shape: [c.kh, c.kw], scale: signed(largest(values)), state, boxes: [boxAt(own.cell, c.kw)], label };
}

/** Gather: x in its padding, and dy, with its zeros between, laid on it at (m, n). */
function laidOutputs({ c, own, time }) {
  const [m, n] = own.indices;
  const shape = [c.H + c.rows.before + c.rows.after, c.W + c.columns.before + c.columns.after];
  const [low, wide] = [(c.oh - 1) * c.t + 1, (c.ow - 1) * c.t + 1];
  const read = readPixels(c);
  const cells = Array.from({ length: shape[0] * shape[1] }, (_, cell) => {
    const [row, column] = placeOf(cell, shape[1]);
    const [h, k, u, v] = [row - c.rows.before, column - c.columns.before, row - m, column - n];
    const pixel = h >= 0 && k >= 0 && h < c.H && k < c.W ? h * c.W + k : -1;
    const under = u >= 0 && v >= 0 && u < low && v < wide;
    const output = under && u % c.t === 0 && v % c.t === 0 ? (u / c.t) * c.ow + v / c.t : -1;
    return { pixel, under, output };
  });
  const state = (cell) => {
    const { pixel, output } = cells[cell];
    return pixel < 0 ? "frame" : read[pixel] ? later(time)(output) : "unread";
  };
  const small = (cell) => {
    const { under, output } = cells[cell];
    return under ? `×${output < 0 ? 0 : written(c.dy[output], 2)}` : "";
  };
  const values = cells.map(({ pixel }) => (pixel < 0 ? 0 : c.x[pixel]));
  const boxes = [{ row: m, column: n, rows: low, columns: wide, kind: "own" }];
  if (time.now >= 0) boxes.push(boxAt(cells.findIndex(({ output }) => output === time.now), shape[1], "now"));
  const label = `x: ${rowsOf(values, shape[1])}. dy lies on it from row ${m} and column ${n}, not turned.`;
  return { values, shape, scale: signed(largest(c.x)), state, small, boxes, label };
}

// ------------------------------------------------------------------------------------------- db
function biasLenses(part) {
  const { c, time, right } = part;
  const values = [...c.dy];
  const boxes = time.now < 0 ? [] : [boxAt(time.now, c.ow, "now")];
  const label = `dy: ${rowsOf(values, c.ow)}.`;
  const top = { values, shape: [c.oh, c.ow], scale: signed(largest(values)), state: later(time), boxes, label };
  return [{ top, result: soFar(part, "db", [sumOf(values, time.steps)], right.db, []) }];
}
