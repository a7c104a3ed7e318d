// Where the windows of ShapeBench lie: both sides, who is read how often, and other ways to pad.

import { reads, seen, side } from "../geometry.js";

const NOTHING = { kernel_size: 1, stride: 1, padding: "valid", dilation: 1 }; // a side of one pixel

/** One side of H pixels; `padding` is "valid", "same", or "pixels" for p on each side. */
export function sideOf(H, { kernel_size: k, stride: t, padding, pixels: p, dilation: d }) {
  if (padding !== "pixels") return side(H, k, t, padding, d);
  return { ...side(H + 2 * p, k, t, "valid", d), H, before: p, after: p };
}

/** Both sides, as geometry.js has them; a row of pixels is an image of height 1. */
export function layout({ dimensions, height, width, ...slide }) {
  const rows = dimensions === 1 ? sideOf(1, NOTHING) : sideOf(height, slide);
  const columns = sideOf(width, slide);
  return { rows, columns, fits: rows.count > 0 && columns.count > 0 };
}

const framed = ({ H, before, after }) => H + before + after;
const ones = (runtime, shape) => runtime.array(shape, new Float32Array(shape.reduce((a, b) => a * b)).fill(1));

/**
 * How many windows read each pixel, and how many pixels each window reads: {pixels, outputs}, row by row.
 *
 * Both are the library's kernels on ones: a convolution of ones counts the pixels of its windows, and
 * the gradient by its input counts the windows that a pixel is in.
 */
export function counted(runtime, { rows, columns }) {
  const [tall, wide] = [framed(rows), framed(columns)];
  return runtime.scope(() => {
    const w = ones(runtime, [rows.k, columns.k, 1, 1]);
    const slide = [rows.t, columns.t, rows.d, columns.d];
    const [y, dx] = [[1, rows.count, columns.count, 1], [1, tall, wide, 1]].map((shape) => runtime.array(shape));
    const image = new Float32Array(tall * wide);
    for (let row = rows.before; row < rows.before + rows.H; row++)
      image.fill(1, row * wide + columns.before, row * wide + columns.before + columns.H);
    runtime.run.conv2d(runtime.array([1, tall, wide, 1], image), w, runtime.array([1]), ...slide, y);
    runtime.run.conv2d_input_gradient(ones(runtime, [1, rows.count, columns.count, 1]), w, ...slide, dx);
    const line = (_, row) => dx.data.slice((row + rows.before) * wide + columns.before).subarray(0, columns.H);
    const pixels = Array.from({ length: rows.H }, line).flatMap((numbers) => [...numbers]);
    return { pixels, outputs: [...y.data] };
  });
}

/** Pixels of a side that no window reads, by the reason: behind the last window, between two, in holes. */
export function unread(one) {
  const read = seen(one);
  const found = { behind: 0, between: 0, holes: 0 };
  for (let pixel = 0; pixel < one.H; pixel++) {
    if (read[pixel]) continue;
    const at = pixel + one.before;
    if (at >= (one.count - 1) * one.t + one.span) found.behind += 1;
    else if (at % one.t >= one.span) found.between += 1;
    else found.holes += 1;
  }
  return { ...found, all: found.behind + found.between + found.holes };
}

/** The pixels of the last windows' remainder that lie in the image; the others are padding. */
export const lost = ({ remainder, after }) => Math.max(0, remainder - after);

/** How many pixels of the image no window reads. */
export function unreadPixels({ rows, columns }) {
  const [down, across] = [rows, columns].map((one) => one.H - unread(one).all);
  return rows.H * columns.H - down * across;
}

/** Whether two ways to pad a side make windows that read the same pixels. */
export const agree = (a, b) => a.count === b.count && a.before === b.before;

/** What other settings, and another library, make of a side of H pixels: [{name, side}]. */
export function compared(H, { kernel_size: k, stride: t, dilation: d }) {
  const slide = { kernel_size: k, stride: t, dilation: d };
  const same = sideOf(H, { ...slide, padding: "same" });
  const p = Math.floor((same.span - 1) / 2);
  return {
    valid: sideOf(H, { ...slide, padding: "valid" }),
    same,
    torch: sideOf(H, { ...slide, padding: "pixels", pixels: p }),
    p,
  };
}

/** A side if the dilation's number is taken for the number of holes between two weights. */
export const misread = (H, state) => sideOf(H, { ...state, dilation: state.dilation + 1 });

/** Lanes for the windows of a row, so that no two of a lane overlap: {count, lane(j)}. */
export function lanes({ span, t, count }) {
  const needed = Math.min(count, Math.ceil((span + 0.5) / t)); // half a pixel stays free between two
  return { count: needed, lane: (j) => j % needed };
}

/** Where the pixels of window j lie in the framed row: [{at, m, inside}]. */
export const taps = (one, j) =>
  reads(one, j).map((pixel, m) => ({ at: pixel + one.before, m, inside: pixel >= 0 && pixel < one.H }));
