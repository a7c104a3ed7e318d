/**
 * Kernels on register tiles: which size fits, and the tables of positions that they read.
 *
 * A tile works on some channels at a time, its lanes, and needs at least so many; where they do not
 * divide the channels, the last vector overlaps the one before it.
 */
import { samples } from "./arrays.js";

const BAND = 128; // pixels whose numbers stay in the cache
const OVERHEAD = 4; // what a step costs beside its lanes, in lanes (measured in V8)

/** The lanes of a kernel's sizes, which its names end with: conv2d_tiles_16. */
export function lanesOf(run, name) {
  const sizes = Object.keys(run).map((key) => (key.startsWith(`${name}_`) ? Number(key.slice(name.length + 1)) : NaN));
  return sizes.filter((lanes) => lanes > 0).sort((a, b) => b - a);
}

/** The size of a kernel that is quickest for so many channels; undefined, if they are too few. */
export function fitting(run, name, channels) {
  const cost = (lanes) => Math.ceil(channels / lanes) * (lanes + OVERHEAD);
  const sizes = lanesOf(run, name).filter((lanes) => lanes <= channels);
  const best = sizes.reduce((a, b) => (cost(b) < cost(a) ? b : a), sizes[0]);
  return run[`${name}_${best}`];
}

/** A table of positions: `first`, and from each position on `count` steps along every axis. */
export function positions(array, first, ...axes) {
  let all = [first];
  for (const [count, step] of axes) {
    all = all.flatMap((position) => Array.from({ length: count }, (_, k) => position + k * step));
  }
  return array([all.length], all, "i4");
}

/** Work in one piece: everything from 0 to these lengths. */
export const whole = (array, ...lengths) => array([1, 4], lengths.flatMap((length) => [0, length]), "i4");

/** How far a window's rows and columns lie apart, in numbers of an image (s, h, w, c). */
export function stepsIn({ shape: [, , width, channels] }, [rowSteps, colSteps]) {
  return [rowSteps * width * channels, colSteps * channels];
}

/** Where every window begins in an image. */
export function starts(array, image, { strides, output }) {
  const [down, across] = stepsIn(image, strides);
  return positions(array, 0, [output[0], down], [output[1], across]);
}

/** Where a window's weights look, each channel of each pixel. */
export function taps(array, image, { size, dilation }) {
  const [down, across] = stepsIn(image, dilation);
  return positions(array, 0, [size[0], down], [size[1], across], [image.shape[3], 1]);
}

/** Where every pixel of an image lies. */
export const pixels = (array, { shape: [, height, width, channels] }) =>
  positions(array, 0, [height * width, channels]);

/** The products y = x * w + b as a call without arguments; undefined, if y has too few channels. */
export function tiledProducts({ run, array }, x, { start, tap }, w, b, y) {
  const outputs = y.shape[3];
  const kernel = fitting(run, "conv2d_tiles", outputs);
  if (!kernel) return undefined;
  const [place, part] = [pixels(array, y), whole(array, start.size, outputs)];
  const [from, to, weights] = [samples(x), samples(y), w.reshape(tap.size, outputs)];
  return kernel.ready(from, start, tap, weights, b, -Infinity, place, part, to);
}

/** The same for the weights' gradient dw. */
export function tiledWeightGradient({ run, array }, dy, x, { start, tap }, dw) {
  const outputs = dy.shape[3];
  const kernel = fitting(run, "conv2d_weight_gradient_tiles", outputs);
  if (!kernel) return undefined;
  const [place, part] = [pixels(array, dy), whole(array, tap.size, outputs)];
  const [owed, from, to] = [samples(dy), samples(x), dw.reshape(1, tap.size, outputs)];
  return kernel.ready(owed, from, start, tap, place, part, BAND, to);
}
