// Where windows lie: the arithmetic of cnnlib.shapes, in the letters of the book.
// H a side of the image, k of the kernel, t the stride, d the dilation, p the padding.

/** One side: {span, before, after, count, remainder}; count is 0 if the kernel does not fit. */
export function side(H, k, t = 1, padding = "valid", d = 1) {
  const span = d * (k - 1) + 1;
  let total = 0;
  if (padding === "same") total = Math.max((Math.ceil(H / t) - 1) * t + span - H, 0);
  const before = Math.floor(total / 2);
  const room = H + total - span;
  const count = room < 0 ? 0 : Math.floor(room / t) + 1;
  return { H, k, t, d, span, before, after: total - before, count, remainder: room < 0 ? 0 : room % t };
}

/** Both sides of an image: {rows, columns}. */
export function windows([height, width], k, { stride = 1, padding = "valid", dilation = 1 } = {}) {
  const [rows, columns] = [height, width].map((H) => side(H, k, stride, padding, dilation));
  return { rows, columns, fits: rows.count > 0 && columns.count > 0 };
}

/** The image with its frame of zeros: {shape, data}, float32. */
export function padded({ shape: [height, width], data }, { rows, columns }) {
  const shape = [height + rows.before + rows.after, width + columns.before + columns.after];
  if (shape[0] === height && shape[1] === width) return { shape, data: Float32Array.from(data) };
  const out = new Float32Array(shape[0] * shape[1]);
  for (let row = 0; row < height; row++)
    out.set(data.subarray(row * width, (row + 1) * width), (row + rows.before) * shape[1] + columns.before);
  return { shape, data: out };
}

/** The image's pixels that output i reads along a side; those below 0 or from H on are padding. */
export function reads({ k, t, d, before }, i) {
  return Array.from({ length: k }, (_, m) => i * t + m * d - before);
}

/** The output whose window has its middle nearest to a pixel. */
export function nearest({ span, t, before, count }, pixel) {
  const i = Math.round((pixel + before - (span - 1) / 2) / t);
  return Math.min(Math.max(count - 1, 0), Math.max(0, i));
}

/** For every pixel of a side: does some window read it? A Uint8Array of H zeros and ones. */
export function seen({ H, k, t, d, before, count }) {
  const pixels = new Uint8Array(H);
  for (let i = 0; i < count; i++)
    for (const pixel of reads({ k, t, d, before }, i)) if (pixel >= 0 && pixel < H) pixels[pixel] = 1;
  return pixels;
}

/** A square table turned by 180°. */
export const rotated = (data) => data.slice().reverse();
