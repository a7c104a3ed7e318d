// Three ways to send a gradient back through a convolution, output by output: numbers, no drawing.
//
// One sample, one channel. x (H × W) the image, w (kh × kw) the kernel, dy (oh × ow) what arrives.
// An output o = (i, j) has met weight q = (m, n) and pixel p = (h, k) if h = i t + m − padding, and
// likewise k. Outputs, weights and pixels are counted row by row. `steps` is how many outputs have
// been dealt with; a pixel that no window has read keeps its 0.

import { side } from "../geometry.js";

/** Rows and columns of the output, for shapes of image and kernel; 0 if the kernel does not fit. */
export const outputShape = (image, kernel, stride, padding) =>
  image.map((length, axis) => side(length, kernel[axis], stride, padding).count);

/** A convolution: its sizes and its numbers, as all functions below take it. */
export function convolution({ image, kernel, dy, stride, padding }) {
  const [[H, W], [kh, kw]] = [image.shape, kernel.shape];
  const [rows, columns] = [side(H, kh, stride, padding), side(W, kw, stride, padding)];
  const [oh, ow] = [rows.count, columns.count];
  const counts = { outputs: oh * ow, weights: kh * kw, pixels: H * W };
  return { H, W, kh, kw, oh, ow, t: stride, rows, columns, ...counts, x: image.data, w: kernel.data, dy: dy.data };
}

/** Row and column of the o-th of a table with so many columns. */
export const placeOf = (o, columns) => [Math.floor(o / columns), o % columns];

/** The pixel that output o has read with weight q; −1 is the padding. */
export function pixelOf(c, o, q) {
  const [[i, j], [m, n]] = [placeOf(o, c.ow), placeOf(q, c.kw)];
  const [h, k] = [i * c.t + m - c.rows.before, j * c.t + n - c.columns.before];
  return h >= 0 && k >= 0 && h < c.H && k < c.W ? h * c.W + k : -1;
}

/** The weight with which output o has read pixel p; −1 if it has not. */
export function weightOf(c, o, p) {
  const [[i, j], [h, k]] = [placeOf(o, c.ow), placeOf(p, c.W)];
  const [m, n] = [h - i * c.t + c.rows.before, k - j * c.t + c.columns.before];
  return m >= 0 && n >= 0 && m < c.kh && n < c.kw ? m * c.kw + n : -1;
}

/** For every pixel: has some window read it? */
export function readPixels(c) {
  const read = new Uint8Array(c.pixels);
  for (let o = 0; o < c.outputs; o++)
    for (let q = 0; q < c.weights; q++) if (pixelOf(c, o, q) >= 0) read[pixelOf(c, o, q)] = 1;
  return read;
}

const range = (count) => Array.from({ length: count }, (_, k) => k);

// -------------------------------------------------------------------------------- dx: the image

/** What output o pays to its window: dy[o] times every weight. */
export const stamp = (c, o) => range(c.weights).map((q) => c.w[q] * c.dy[o]);

/** Scatter: dx[window of o] += w · dy[o]. */
export function scatter(c, steps = c.outputs) {
  const dx = new Float64Array(c.pixels);
  for (let o = 0; o < steps; o++)
    stamp(c, o).forEach((payment, q) => {
      const p = pixelOf(c, o, q);
      if (p >= 0) dx[p] += payment;
    });
  return dx;
}

/**
 * dy as gather needs it: t − 1 zeros between its numbers and a frame of zeros around, so that the
 * kernel lies with its upper left corner at (h, k) for pixel (h, k). `from[cell]` is the output
 * that stands there, −1 for a zero between two of them, −2 for one of the frame.
 */
export function spread(c) {
  const shape = [c.H + c.kh - 1, c.W + c.kw - 1];
  const [above, left] = [c.kh - 1 - c.rows.before, c.kw - 1 - c.columns.before];
  const [low, wide] = [(c.oh - 1) * c.t, (c.ow - 1) * c.t];
  const from = new Int16Array(shape[0] * shape[1]);
  from.forEach((_, cell) => {
    const [row, column] = placeOf(cell, shape[1]);
    const [u, v] = [row - above, column - left];
    if (u < 0 || v < 0 || u > low || v > wide) from[cell] = -2;
    else from[cell] = u % c.t || v % c.t ? -1 : (u / c.t) * c.ow + v / c.t;
  });
  return { shape, from, data: Float64Array.from(from, (o) => (o < 0 ? 0 : c.dy[o])) };
}

/** The kernel laid on `spread` for pixel p, in reading order: [{cell, q}]; turned by 180°, or not. */
export function laid(c, { shape }, p, flip = true) {
  const [h, k] = placeOf(p, c.W);
  return range(c.weights).map((a) => {
    const [row, column] = placeOf(a, c.kw);
    return { cell: (h + row) * shape[1] + k + column, q: flip ? c.weights - 1 - a : a };
  });
}

/** Gather: dx[p] = the sum of dy, spread, times the kernel laid on it; right only if that is turned. */
export function gather(c, steps = c.outputs, flip = true) {
  const field = spread(c);
  return Float64Array.from(range(c.pixels), (p) =>
    laid(c, field, p, flip).reduce(
      (sum, { cell, q }) => (field.from[cell] < steps ? sum + c.w[q] * field.data[cell] : sum), 0,
    ),
  );
}

/** The matrix dy · wᵀ: a row for every output, a column for every weight. */
export const payments = (c) => Float64Array.from({ length: c.outputs * c.weights }, (_, at) => {
  const [o, q] = placeOf(at, c.weights);
  return c.dy[o] * c.w[q];
});

/** col2im: every row of the matrix is added to the window it belongs to. */
export function col2im(c, matrix, steps = c.outputs) {
  const dx = new Float64Array(c.pixels);
  for (let at = 0; at < steps * c.weights; at++) {
    const p = pixelOf(c, ...placeOf(at, c.weights));
    if (p >= 0) dx[p] += matrix[at];
  }
  return dx;
}

// ------------------------------------------------------------------------------- dw: the kernel

const pixel = (c, p) => (p < 0 ? 0 : c.x[p]);

/** im2col: the window of every output as a row. */
export const im2col = (c) =>
  Float64Array.from({ length: c.outputs * c.weights }, (_, at) => pixel(c, pixelOf(c, ...placeOf(at, c.weights))));

/** What output o adds to dw: dy[o] times every pixel of its window. */
export const patch = (c, o) => range(c.weights).map((q) => pixel(c, pixelOf(c, o, q)) * c.dy[o]);

/** Scatter: dw += x[window of o] · dy[o]. */
export function scatterWeights(c, steps = c.outputs) {
  const dw = new Float64Array(c.weights);
  for (let o = 0; o < steps; o++) patch(c, o).forEach((payment, q) => (dw[q] += payment));
  return dw;
}

/** Gather: dw[q] = the sum of all pixels that weight q has met, times their outputs' dy. */
export const gatherWeights = (c, steps = c.outputs) =>
  Float64Array.from(range(c.weights), (q) =>
    range(steps).reduce((sum, o) => sum + pixel(c, pixelOf(c, o, q)) * c.dy[o], 0),
  );

/** The matrix product: the columns of im2col times dy. */
export function productWeights(c, matrix, steps = c.outputs) {
  const dw = new Float64Array(c.weights);
  for (let o = 0; o < steps; o++)
    for (let q = 0; q < c.weights; q++) dw[q] += matrix[o * c.weights + q] * c.dy[o];
  return dw;
}

// ------------------------------------------------------------------------- one number, spelled out

/**
 * The products that one number of a gradient is the sum of, in the order of the outputs:
 * [{o, q, p, factor, value}], value = factor · dy[o]. The factor is weight q for dx, pixel p for dw
 * (p < 0: padding), 1 for db.
 */
export function terms(c, gradient, cell, flip = true) {
  const of = (o, q, p, factor) => ({ o, q, p, factor, value: factor * c.dy[o] });
  if (gradient === "db") return range(c.outputs).map((o) => of(o, -1, -1, 1));
  if (gradient === "dw")
    return range(c.outputs).map((o) => of(o, cell, pixelOf(c, o, cell), pixel(c, pixelOf(c, o, cell))));
  const field = spread(c);
  return laid(c, field, cell, flip)
    .filter(({ cell: at }) => field.from[at] >= 0)
    .map(({ cell: at, q }) => of(field.from[at], q, cell, c.w[q]));
}

/** The running sum of dy, which is db. */
export const sumOf = (numbers, count = numbers.length) => numbers.slice(0, count).reduce((a, b) => a + b, 0);

// -------------------------------------------------------------------------------------- checks

/** The place and size of the largest difference. */
export function largestDifference(a, b) {
  const sizes = Array.from(a, (number, k) => Math.abs(number - b[k]));
  const size = Math.max(...sizes);
  return { size, at: sizes.indexOf(size) };
}

/** Two ways to test a dx: by sums (true only without padding), and number by number. */
export function checks(c, dx, right) {
  const close = (size, scale) => size <= 1e-5 * Math.max(scale, 1e-3);
  const { size, at } = largestDifference(dx, right);
  const sums = { dx: sumOf(dx), dy: sumOf(c.dy), w: sumOf(c.w) };
  const scale = sumOf(c.dy.map(Math.abs)) * sumOf(c.w.map(Math.abs));
  const applies = !(c.rows.before + c.rows.after + c.columns.before + c.columns.after);
  return {
    sums: { ...sums, applies, passes: close(Math.abs(sums.dx - sums.dy * sums.w), scale) },
    array: { size, at, passes: close(size, scale) },
  };
}
