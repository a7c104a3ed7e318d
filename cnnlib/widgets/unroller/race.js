// The race: one convolution by a plain JavaScript loop and by the kernels of the page's module.

import { starts, taps, tiledProducts } from "../../wasm/tiles.js";

/** The sizes: a square image of c channels, o filters; stride 1, no padding. */
export const SIZES = {
  second: { side: 31, channels: 32, kernel: 3, filters: 64 },
  first: { side: 64, channels: 3, kernel: 3, filters: 32 },
  tiny: { side: 12, channels: 4, kernel: 3, filters: 16 },
};

const WARM = 60; // milliseconds for each racer, so that the browser's compilers are done
const SAMPLE = 8; // milliseconds that a measured run takes at least: a browser's clock is coarse
const ROUNDS = [3, 15]; // at least, at most

export const outputSide = ({ side, kernel }) => side - kernel + 1;
export const macsOf = (size) => outputSide(size) ** 2 * size.filters * size.kernel ** 2 * size.channels;

/** The convolution as its formula says it; x, w, b and y are typed arrays, channels last. */
export function loop(x, w, b, y, { side, channels, kernel, filters }) {
  const rows = side - kernel + 1;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++) {
      const to = (i * rows + j) * filters;
      for (let o = 0; o < filters; o++) y[to + o] = b[o];
      for (let m = 0; m < kernel; m++)
        for (let n = 0; n < kernel; n++)
          for (let c = 0; c < channels; c++) {
            const pixel = x[((i + m) * side + j + n) * channels + c];
            const from = ((m * kernel + n) * channels + c) * filters;
            for (let o = 0; o < filters; o++) y[to + o] += w[from + o] * pixel;
          }
    }
}

/** Whole numbers from −3 to 3 by chance, the same every time: their sums have no rounding. */
function whole(count, seed) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((7 * state) / 2 ** 32) - 3;
  });
}

/** Those who race: {key, run(), y(): the output}. */
export function racersOf({ run, array }, size) {
  const { side, channels, kernel, filters } = size;
  const rows = outputSide(size);
  const [image, weights, bias] = [whole(side * side * channels, 1), whole(kernel ** 2 * channels * filters, 2), whole(filters, 3)];
  const x = array([1, side, side, channels], image);
  const w = array([kernel, kernel, channels, filters], weights);
  const b = array([filters], bias);
  const [plain, tiled] = [0, 1].map(() => array([1, rows, rows, filters]));
  const win = { size: [kernel, kernel], strides: [1, 1], dilation: [1, 1], output: [rows, rows] };
  const tables = { start: starts(array, x, win), tap: taps(array, x, win) };
  const own = new Float32Array(rows * rows * filters);
  return [
    { key: "script", run: () => loop(image, weights, bias, own, size), y: () => own },
    { key: "plain", run: run.conv2d.ready(x, w, b, 1, 1, 1, 1, plain), y: () => plain.data },
    { key: "tiled", run: tiledProducts({ run, array }, x, tables, w, b, tiled), y: () => tiled.data },
  ];
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Run for a while; returns how many calls fill a sample. */
function warm(run, now) {
  const begin = now();
  let [calls, last] = [0, 0];
  while (calls < 2 || now() - begin < WARM) {
    const start = now();
    for (let k = 0; k <= calls; k++) run(); // one call, then two, then four: the clock is coarse
    last = (now() - start) / (calls + 1);
    calls = 2 * calls + 1;
  }
  return Math.max(1, Math.min(100_000, Math.ceil(SAMPLE / Math.max(last, 1e-4))));
}

/**
 * Time all racers, in turn, round after round: {rounds, seconds: {key: median}, numbers, differ}.
 *
 * `limit` is in milliseconds; `onRound` gets what is known after every round. `differ` counts, for
 * each racer, the output's numbers that are not those of the JavaScript loop.
 */
export function race(runtime, size, { limit = 2000, now = () => performance.now(), onRound } = {}) {
  return runtime.scope(() => {
    const end = now() + limit;
    const racers = racersOf({ run: runtime.run, array: (...given) => runtime.array(...given) }, size);
    const calls = racers.map(({ run }) => warm(run, now));
    const times = racers.map(() => []);
    const right = racers[0].y();
    const differ = Object.fromEntries(racers.map(({ key, y }) => [key, y().reduce((sum, value, k) => sum + (value !== right[k]), 0)]));
    let found;
    for (let round = 1; round <= ROUNDS[1] && (round <= ROUNDS[0] || now() < end); round++) {
      racers.forEach((_, turn) => {
        const k = (turn + round) % racers.length; // nobody is always the first
        const start = now();
        for (let call = 0; call < calls[k]; call++) racers[k].run();
        times[k].push((now() - start) / calls[k] / 1000);
      });
      const seconds = Object.fromEntries(racers.map(({ key }, k) => [key, median(times[k])]));
      found = { rounds: round, seconds, numbers: right.length, differ };
      onRound?.(found);
    }
    return found;
  });
}
