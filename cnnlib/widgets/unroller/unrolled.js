// The matrix of windows: which number of it is which pixel, the product, and the way back.

import { padded, side } from "../geometry.js";

export const KERNELS = [[1, 1], [2, 2], [2, 3], [3, 3]];
const BYTES = 4; // of a float32

/** Layers for the memory meter: image, kernel, filters. */
export const LAYERS = {
  first: { image: [64, 64, 3], kernel: [3, 3], filters: 32, padding: "valid" },
  second: { image: [31, 31, 32], kernel: [3, 3], filters: 64, padding: "valid" },
  pointwise: { image: [31, 31, 32], kernel: [1, 1], filters: 64, padding: "valid" },
  vgg: { image: [224, 224, 64], kernel: [3, 3], filters: 64, padding: "same" },
};

/** Where the windows lie: {rows, columns} of geometry.js; P windows of K weights; `wide`, the frame's width. */
export function placesOf([height, width], [down, across], stride, padding) {
  const [rows, columns] = [side(height, down, stride, padding), side(width, across, stride, padding)];
  return { rows, columns, P: rows.count * columns.count, K: down * across, wide: width + columns.before + columns.after };
}

/**
 * What stands in the matrix for weight k of window p: output (i, j), weight (m, n), the pixel's row and
 * column (`inside` the image or not), and its position in the image with its frame, start + tap.
 */
export function entry({ rows, columns, wide }, k, p) {
  const [i, j] = [Math.floor(p / columns.count), p % columns.count];
  const [m, n] = [Math.floor(k / columns.k), k % columns.k];
  const [down, across] = [i * rows.t + m, j * columns.t + n];
  const [row, column] = [down - rows.before, across - columns.before];
  const inside = row >= 0 && column >= 0 && row < rows.H && column < columns.H;
  return { i, j, m, n, row, column, inside, start: i * rows.t * wide + j * columns.t, tap: m * wide + n };
}

/** All places [{k, p}] of a pixel in the matrix. */
export function copiesOf(win, row, column) {
  const found = [];
  for (let p = 0; p < win.P; p++)
    for (let k = 0; k < win.K; k++) {
      const one = entry(win, k, p);
      if (one.inside && one.row === row && one.column === column) found.push({ k, p });
    }
  return found;
}

/** Everything that the figure shows, the sums by the library's kernels. */
export function compute(runtime, { x, w, stride, padding }) {
  const win = placesOf(x.shape, w.shape, stride, padding);
  const frame = padded(x, win);
  const { P, K, rows, columns } = win;
  // One window after the other, as ops.im2col writes them.
  const matrix = Float32Array.from({ length: P * K }, (_, at) => {
    const { start, tap } = entry(win, at % K, Math.floor(at / K));
    return frame.data[start + tap];
  });
  const found = runtime.scope(() => {
    const array = (shape, values) => runtime.array(shape, values);
    const image = array([1, ...frame.shape, 1], frame.data);
    const b = array([1]);
    const [direct, product] = [array([1, rows.count, columns.count, 1]), array([1, 1, P, 1])];
    runtime.run.conv2d(image, array([...w.shape, 1, 1], w.data), b, stride, stride, 1, 1, direct);
    // A matrix product is a convolution by a kernel of one place: the windows are its pixels.
    runtime.run.conv2d(array([1, 1, P, K], matrix), array([1, 1, K, 1], w.data), b, 1, 1, 1, 1, product);
    const [dy, ones, dx] = [array([1, rows.count, columns.count, 1]).fill(1), array([...w.shape, 1, 1]).fill(1), array(image.shape)];
    runtime.run.conv2d_input_gradient(dy, ones, stride, stride, 1, 1, dx);
    return { direct: direct.data.slice(), product: product.data.slice(), counts: dx.data.slice() };
  });
  const counts = Array.from(x.data, (_, at) => {
    const [row, column] = [Math.floor(at / columns.H), at % columns.H];
    return found.counts[(row + rows.before) * win.wide + column + columns.before];
  });
  return { x, w, win, matrix, y: found.product, direct: found.direct, counts };
}

const size = (sides) => sides.reduce((all, one) => all * one, 1);

/** Bytes of image, matrix and output, and the matrix's rows K and columns P. */
export function memoryOf({ layer, x, w }, win) {
  let [pixels, { P, K }, filters] = [x.data.length, win, 1];
  if (layer !== "own") {
    const { image, kernel, padding } = LAYERS[layer];
    const found = placesOf(image, kernel, 1, padding);
    [pixels, P, K, filters] = [size(image), found.P, size(kernel) * image[2], LAYERS[layer].filters];
  }
  return { P, K, image: BYTES * pixels, matrix: BYTES * P * K, output: BYTES * P * filters };
}
