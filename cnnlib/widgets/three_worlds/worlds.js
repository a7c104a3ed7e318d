// Three worlds, one sum: a photo, a sound and a text as arrays of four axes, and what one kernel makes of them.

import { sameTable, tableOf } from "../tables.js";

export const WORLDS = ["photo", "sound", "text"];
export const WIDTHS = [2, 3, 4, 5, 6, 7, 8];
const FEWEST = 8; // words of a text, so that every kernel fits
const MOST = 10;

const cosine = (k, n) => Math.round(Math.cos((2 * Math.PI * n) / k) * 1e6) / 1e6 + 0; // + 0: no −0
const row = (number) => ([, k]) => tableOf([Array.from({ length: k }, (_, n) => number(n, k))]);

/** Kernels with a name: a maker for every width, and the width it comes with. */
export const PRESETS = {
  difference: { make: row((n, k) => (n === k - 1) - (n === 0)), width: 2 },
  mean: { make: row((_, k) => 1 / k), width: 3 },
  tone: { make: row((n, k) => cosine(k, n)), width: 8 },
};

export const preset = (name, width = PRESETS[name].width) => PRESETS[name].make([1, width]);

/** The name of a kernel, or "". */
export const nameOf = (kernel) =>
  Object.keys(PRESETS).find((name) => sameTable(PRESETS[name].make(kernel.shape), kernel)) ?? "";

export const wordsOf = (text) => text.trim().split(/\s+/);

/** Why a text is none that the figure takes, or "". */
export function refusal(text) {
  const words = typeof text === "string" ? wordsOf(text) : [];
  const rule = `must have ${FEWEST} to ${MOST} words of at most 8 letters`;
  return words.length >= FEWEST && words.length <= MOST && words.every((word) => word.length <= 8) ? "" : rule;
}

/** The kernel as an array of four axes, (rows, columns, 1, 1); only on the photo can it stand or be a square. */
export function weightsOf({ shape: [, k], data }, world, direction) {
  if (world !== "photo" || direction === "row") return { shape: [1, k, 1, 1], data };
  if (direction === "column") return { shape: [k, 1, 1, 1], data };
  return { shape: [k, k, 1, 1], data: Float32Array.from({ length: k * k }, (_, at) => data[Math.floor(at / k)] * data[at % k]) };
}

/** The world as an array of four axes: sample, row, column, channel. */
export function inputOf(world, { photo, sound, meaning }, text) {
  if (world === "photo") return { shape: [1, ...photo.shape, 1], data: photo.data };
  if (world === "sound") return { shape: [1, 1, sound.data.length, 1], data: sound.data };
  const words = wordsOf(text);
  return { shape: [1, 1, words.length, 1], data: Float32Array.from(words, (word) => (Object.hasOwn(meaning, word) ? meaning[word] : 0)) };
}

/** The sum itself: the library's kernel, the same call for every world. */
export function convolved(runtime, x, w, stride) {
  const count = (axis) => Math.floor((x.shape[axis] - w.shape[axis - 1]) / stride) + 1;
  const shape = [1, count(1), count(2), 1];
  const data = runtime.scope(() => {
    const y = runtime.array(shape);
    const [input, weights, bias] = [runtime.array(x.shape, x.data), runtime.array(w.shape, w.data), runtime.array([1], [0])];
    runtime.run.conv2d(input, weights, bias, stride, stride, 1, 1, y);
    return y.data.slice();
  });
  return { shape, data };
}

/** All three: {photo: {x, w, y}, sound: …, text: …}. */
export function convolveAll(runtime, given, { kernel, direction, stride, text }) {
  const of = (world) => {
    const [x, w] = [inputOf(world, given, text), weightsOf(kernel, world, direction)];
    return [world, { x, w, y: convolved(runtime, x, w, stride) }];
  };
  return Object.fromEntries(WORLDS.map(of));
}

/** What output (i, j) is made of: pairs of an input and a weight. */
export function terms({ x, w }, stride, i, j) {
  const [rows, columns] = w.shape;
  return Array.from({ length: rows * columns }, (_, at) => {
    const [m, n] = [Math.floor(at / columns), at % columns];
    return [x.data[(i * stride + m) * x.shape[2] + j * stride + n], w.data[at]];
  });
}

/** The largest size of an output whose window lies in one half of the sound: [first tone, second tone]. */
export function loudest({ x, w, y }, stride) {
  const [half, k] = [x.shape[2] / 2, w.shape[1]];
  const top = (inside) => y.data.reduce((most, number, j) => (inside(j * stride) ? Math.max(most, Math.abs(number)) : most), 0);
  return [top((start) => start + k <= half), top((start) => start >= half)];
}

/** Where a text answers most: the first place of the largest output. */
export const strongest = ({ y }) => y.data.indexOf(Math.max(...y.data));
