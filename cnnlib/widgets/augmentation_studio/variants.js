// Random variants of images: the mathematics of cnnlib.datasets.augment, on the page's random numbers.

import { random } from "../../wasm/random.js";

const DRAWS = 9; // random numbers that a variant needs besides its noise

/** The limits that change nothing. */
export const NONE = { shift: 0, rotation: 0, zoom: 0, brightness: 0, contrast: 0, noise: 0, erase: 0, flip: "none" };
/** What a network is tested on, besides the digits as they are: limits and the seed of their numbers. */
export const MOVED = [
  { ...NONE, shift: 1.5, seed: 1 },
  { ...NONE, rotation: 25, seed: 2 },
];

/**
 * Variants of images that stand one after the other, of shape [rows, columns, channels].
 *
 * Each pixel is read, between pixels, at the place that it comes from; beyond the edge there is 0.
 */
export function variants(images, shape, limits, seed) {
  const size = shape.reduce((a, b) => a * b, 1);
  const draw = random(seed);
  const out = new Float32Array(images.length);
  const plain = Object.entries(NONE).every(([name, value]) => limits[name] === value);
  if (plain) return out.set(images), out;
  for (let start = 0; start < images.length; start += size) {
    const u = Array.from({ length: DRAWS }, () => 2 * draw() - 1);
    let values = moved(images.subarray(start, start + size), shape, limits, u);
    if (limits.flip !== "none" && u[4] >= 0) values = flipped(values, shape, limits.flip);
    lit(values, limits, u, draw);
    erased(values, shape, limits.erase, u);
    for (let k = 0; k < size; k++) out[start + k] = Math.min(1, Math.max(0, values[k]));
  }
  return out;
}

/** Shifted, turned and zoomed. */
function moved(image, shape, { shift, rotation, zoom }, u) {
  if (!shift && !rotation && !zoom) return Float64Array.from(image);
  const [rows, columns, channels] = shape;
  const [down, right] = [shift * u[0], shift * u[1]];
  const angle = ((rotation * Math.PI) / 180) * u[2];
  const [cos, sin, factor] = [Math.cos(angle), Math.sin(angle), 1 + zoom * u[3]];
  const out = new Float64Array(image.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const [y, x] = [i - (rows - 1) / 2 - down, j - (columns - 1) / 2 - right];
      const row = (cos * y + sin * x) / factor + (rows - 1) / 2;
      const column = (cos * x - sin * y) / factor + (columns - 1) / 2;
      for (let c = 0; c < channels; c++) out[(i * columns + j) * channels + c] = between(image, shape, row, column, c);
    }
  return out;
}

/** The image between its pixels: the four neighbors, each by its nearness. */
function between(image, [rows, columns, channels], row, column, c) {
  const [top, left] = [Math.floor(row), Math.floor(column)];
  let sum = 0;
  for (const i of [top, top + 1])
    for (const j of [left, left + 1])
      if (i >= 0 && i < rows && j >= 0 && j < columns)
        sum += (1 - Math.abs(row - i)) * (1 - Math.abs(column - j)) * image[(i * columns + j) * channels + c];
  return sum;
}

function flipped(values, [rows, columns, channels], flip) {
  const across = flip === "horizontal";
  return values.map((_, k) => {
    const [c, j, i] = [k % channels, Math.floor(k / channels) % columns, Math.floor(k / channels / columns)];
    const [row, column] = across ? [i, columns - 1 - j] : [rows - 1 - i, j];
    return values[(row * columns + column) * channels + c];
  });
}

/** Contrast, brightness, and noise: normal numbers, each made of two even ones (Box and Muller). */
function lit(values, { contrast, brightness, noise }, u, draw) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let k = 0; k < values.length; k++) {
    if (contrast) values[k] = mean + (values[k] - mean) * (1 + contrast * u[5]);
    values[k] += brightness * u[6];
    if (noise) values[k] += noise * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  }
}

/** A square at a random place is set to 0. */
function erased(values, [rows, columns, channels], side, u) {
  if (!side) return;
  const [top, left] = [rows, columns].map((count, k) => Math.floor(((u[7 + k] + 1) / 2) * (count - side + 1)));
  for (let i = top; i < top + side; i++)
    values.fill(0, (i * columns + left) * channels, (i * columns + left + side) * channels);
}
