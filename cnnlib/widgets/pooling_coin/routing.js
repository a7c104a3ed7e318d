// Pooling, forwards and backwards, by the library's kernels; and who gets how much of a gradient.

import { reads, seen } from "../geometry.js";

const KERNELS = {
  max: { pool: "max_pool2d", gradient: "max_pool2d_gradient" },
  average: { pool: "avg_pool2d", gradient: "avg_pool2d_gradient" },
};
const MOVES = { left: [0, -1], right: [0, 1], up: [-1, 0], down: [1, 0] };

/** What the kernels want to know of the windows (geometry.js). */
const slide = ({ rows, columns }) => [rows.k, columns.k, rows.t, columns.t, rows.before, columns.before];
const batch = (shape) => [1, ...shape, 1];

/** The output of a pool of x, {shape, data}. */
export function pooled(runtime, x, win, kind) {
  const shape = [win.rows.count, win.columns.count];
  const data = runtime.scope(() => {
    const [image, y] = [runtime.array(batch(x.shape), x.data), runtime.array(batch(shape))];
    runtime.run[KERNELS[kind].pool](image, ...slide(win), y);
    return y.data.slice();
  });
  return { shape, data };
}

/** The gradient by x, {shape, data}, of a gradient dy by the output y. */
export function routed(runtime, x, y, dy, win, kind) {
  const data = runtime.scope(() => {
    const [given, dx] = [runtime.array(batch(y.shape), dy), runtime.array(batch(x.shape))];
    const forward = [runtime.array(batch(x.shape), x.data), runtime.array(batch(y.shape), y.data)];
    const inputs = kind === "max" ? [given, ...forward] : [given]; // a mean's slopes do not depend on x
    runtime.run[KERNELS[kind].gradient](...inputs, ...slide(win), dx);
    return dx.data.slice();
  });
  return { shape: x.shape, data };
}

/** Who gets a part of a coin of 1 on output (i, j): [{row, column, share}]. */
export function receivers(runtime, x, y, win, kind, i, j) {
  const dy = new Float32Array(y.data.length);
  dy[i * y.shape[1] + j] = 1;
  const { data } = routed(runtime, x, y, dy, win, kind);
  const got = Array.from(data, (share, k) => ({ ...place(k, x.shape), share }));
  return got.filter(({ share }) => share !== 0);
}

const place = (k, [, columns]) => ({ row: Math.floor(k / columns), column: k % columns });

/** The pixels that output (i, j) reads, without padding: [{row, column}]. */
export function pixelsOf({ rows, columns }, i, j) {
  const inside = (side, at) => reads(side, at).filter((pixel) => pixel >= 0 && pixel < side.H);
  const across = inside(columns, j);
  return inside(rows, i).flatMap((row) => across.map((column) => ({ row, column })));
}

/** The pixels of a window that equal its largest. */
export const largestOf = (x, y, win, i, j) =>
  pixelsOf(win, i, j).filter(({ row, column }) => x.data[row * x.shape[1] + column] === y.data[i * y.shape[1] + j]);

/** The outputs that read a pixel: [{row, column}]. */
export function readersOf(win, row, column) {
  const found = [];
  for (let i = 0; i < win.rows.count; i++)
    for (let j = 0; j < win.columns.count; j++)
      if (pixelsOf(win, i, j).some((pixel) => pixel.row === row && pixel.column === column)) found.push({ row: i, column: j });
  return found;
}

/** Whether no window reads a pixel, as a function of its row and column. */
export function unreadPixels(win) {
  const [rows, columns] = [seen(win.rows), seen(win.columns)];
  return (row, column) => !(rows[row] && columns[column]);
}

/** How many pixels no window reads. */
export function unreadCount({ rows, columns }) {
  const [read, across] = [rows, columns].map((side) => seen(side).reduce((a, b) => a + b, 0));
  return rows.H * columns.H - read * across;
}

/** The coins that lie on an output of this shape; `coins` has room for the largest. */
export const gradientOf = ({ shape: [, wide], data }, [rows, columns]) =>
  Float32Array.from({ length: rows * columns }, (_, k) => data[Math.floor(k / columns) * wide + (k % columns)]);

/** The coins with another one on output (i, j). */
export function withCoin({ shape, data }, i, j, value) {
  const changed = data.slice();
  changed[i * shape[1] + j] = value;
  return { shape, data: changed };
}

/** The image moved by one pixel; zeros come in. */
export function moved({ shape, data }, direction) {
  const [down, across] = MOVES[direction];
  const [height, width] = shape;
  const out = new Float32Array(data.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [i, j] = [row - down, column - across];
      if (i >= 0 && j >= 0 && i < height && j < width) out[row * width + column] = data[i * width + j];
    }
  return { shape, data: out };
}

/** How far b is from a: the numbers that differ, and ‖a − b‖ / ‖a‖. */
export function difference(a, b) {
  let [count, apart, size] = [0, 0, 0];
  a.forEach((value, k) => {
    count += value !== b[k];
    apart += (value - b[k]) ** 2;
    size += value ** 2;
  });
  return { count, share: size ? Math.sqrt(apart / size) : apart ? Infinity : 0 };
}
