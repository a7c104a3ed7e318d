// Backward passes and a loss, each wrong and right, by the kernels (cnnlib/clinic/passes.py, backward_tests.py).

import { random } from "../../wasm/random.js";

const [ROWS, COLUMNS] = [4, 5]; // of x
const KERNEL = [2, 3];
const OUTPUT = [ROWS - KERNEL[0] + 1, COLUMNS - KERNEL[1] + 1];
const H = 0.25; // of a difference quotient
const LOGITS = [-120, -20, -5, 0, 5, 20, 120];

const range = (count) => Array.from({ length: count }, (_, k) => k);
const sum = (values) => values.reduce((all, value) => all + value, 0);

/** What a function is tried on: {dy, w, x}, each {shape: [rows, columns], data}; of the loss {z, t}. */
export function problem({ operation, seed }) {
  const table = (rows, columns, data) => ({ shape: [rows, columns], data: Float32Array.from(data) });
  if (operation === "loss") {
    const each = (values) => table(2, LOGITS.length, values);
    return { z: each([...LOGITS, ...LOGITS]), t: each([...LOGITS.map(() => 0), ...LOGITS.map(() => 1)]) };
  }
  const draw = random(seed);
  const numbers = range(60).map(draw);
  const x = numbers.slice(0, 20).map((value) => Math.floor(8 * value) - 3.5);
  const small = (from, count) => numbers.slice(from, from + count).map((value) => Math.floor(7 * value) - 3);
  const [rows, columns] = operation === "relu" ? [ROWS, COLUMNS] : OUTPUT;
  return { dy: table(rows, columns, small(26, rows * columns)), w: table(...KERNEL, small(20, 6)), x: table(ROWS, COLUMNS, x) };
}

/** y of a convolution, or of a ReLU, for numbers in the place of x. */
function forward(runtime, { operation }, { w }, x) {
  return runtime.scope(() => {
    const image = runtime.array([1, ROWS, COLUMNS, 1], x);
    if (operation === "relu") {
      const y = runtime.array([x.length]);
      runtime.run.relu(image.flat, y);
      return y.data.slice();
    }
    return convolve(runtime, image, runtime.array([...w.shape, 1, 1], w.data), OUTPUT);
  });
}

function convolve(runtime, image, kernel, [rows, columns]) {
  const y = runtime.array([1, rows, columns, 1]);
  runtime.run.conv2d(image, kernel, runtime.array([1]), 1, 1, 1, 1, y);
  return y.data.slice();
}

/** Each pixel collects from dy in a frame of zeros, with the kernel upright or turned. */
function gather(runtime, { dy, w }, turned) {
  const [above, left] = w.shape.map((side) => side - 1);
  const shape = [dy.shape[0] + 2 * above, dy.shape[1] + 2 * left];
  return runtime.scope(() => {
    const field = runtime.array([1, ...shape, 1]);
    dy.data.forEach((value, k) => {
      const [row, column] = [Math.floor(k / dy.shape[1]), k % dy.shape[1]];
      field.data[(row + above) * shape[1] + column + left] = value;
    });
    const kernel = turned ? w.data.slice().reverse() : w.data;
    return convolve(runtime, field, runtime.array([...w.shape, 1, 1], kernel), [ROWS, COLUMNS]);
  });
}

/** Each output sets, or adds, what its window owes. */
function windows(runtime, { dy, w }, adds) {
  if (adds)
    return runtime.scope(() => {
      const dx = runtime.array([1, ROWS, COLUMNS, 1]);
      const [grad, kernel] = [runtime.array([1, ...dy.shape, 1], dy.data), runtime.array([...w.shape, 1, 1], w.data)];
      runtime.run.conv2d_input_gradient(grad, kernel, 1, 1, 1, 1, dx);
      return dx.data.slice();
    });
  const dx = new Float32Array(ROWS * COLUMNS);
  dy.data.forEach((value, output) => {
    const [i, j] = [Math.floor(output / dy.shape[1]), output % dy.shape[1]];
    w.data.forEach((weight, q) => (dx[(i + Math.floor(q / w.shape[1])) * COLUMNS + j + (q % w.shape[1])] = weight * value));
  });
  return dx;
}

/** dy where the numbers of `by` are above 0. */
function masked(runtime, dy, by) {
  return runtime.scope(() => {
    const dx = runtime.array([dy.data.length]);
    runtime.run.relu_gradient(runtime.array([dy.data.length], dy.data), runtime.array([dy.data.length], by.data), dx);
    return dx.data.slice();
  });
}

/** Losses of logits: from the logit, or by way of p, where nothing keeps p away from 0 and 1. */
function loss(runtime, { z, t }, stable) {
  return runtime.scope(() => {
    const [logits, targets] = [z, t].map(({ data }) => runtime.array([data.length], data));
    const [p, losses, dz] = range(3).map(() => runtime.array([z.data.length]));
    if (stable) {
      runtime.run.binary_crossentropy_logits(targets, logits, losses, dz);
      return losses.data.slice();
    }
    runtime.run.sigmoid(logits, p);
    return p.data.map((sure, k) => -(t.data[k] * Math.log(sure) + (1 - t.data[k]) * Math.log(1 - sure)));
  });
}

const VERSIONS = {
  upright: (runtime, given) => gather(runtime, given, false),
  turned: (runtime, given) => gather(runtime, given, true),
  set: (runtime, given) => windows(runtime, given, false),
  added: (runtime, given) => windows(runtime, given, true),
  "by gradient": (runtime, { dy }) => masked(runtime, dy, dy),
  "by input": (runtime, { dy, x }) => masked(runtime, dy, x),
  "of probability": (runtime, given) => loss(runtime, given, false),
  "of logit": (runtime, given) => loss(runtime, given, true),
};

/** What a function gives: {shape, data}. */
export function result(runtime, backward) {
  const given = problem(backward);
  return { shape: (given.x ?? given.z).shape, data: VERSIONS[backward.version](runtime, given) };
}

/** What it should give: difference quotients, or the loss in more digits. */
export function truth(runtime, backward) {
  const given = problem(backward);
  const { shape } = given.x ?? given.z;
  if (backward.operation === "loss") {
    const right = (z, k) => Math.max(z, 0) - given.t.data[k] * z + Math.log1p(Math.exp(-Math.abs(z)));
    return { shape, data: Array.from(given.z.data, right) };
  }
  const total = (x) => sum(Array.from(forward(runtime, backward, given, x), (y, k) => y * given.dy.data[k]));
  const quotient = (_, place) => {
    const sides = [H, -H].map((step) => total(given.x.data.map((value, k) => value + (k === place ? step : 0))));
    return (sides[0] - sides[1]) / (2 * H);
  };
  return { shape, data: Array.from(given.x.data, quotient) };
}

const close = (a, b) => Math.abs(a - b) <= 1e-5 + 1e-5 * Math.abs(b);

/** The questions to a backward pass: {passed, …numbers}. */
export const TESTS = {
  sum_check(came, expected) {
    const [one, other] = [came, expected].map(({ data }) => sum(Array.from(data)));
    return { passed: close(one, other), came: one, expected: other };
  },

  array_check({ shape, data }, expected) {
    const wrong = range(data.length).filter((k) => !close(data[k], expected.data[k]));
    const [first] = wrong;
    const place = first === undefined ? null : [Math.floor(first / shape[1]), first % shape[1]];
    return { passed: !wrong.length, wrong: wrong.length, all: data.length, place, places: wrong, came: data[first], expected: expected.data[first] };
  },

  finite({ data }) {
    const [nan, inf] = [Number.isNaN, (value) => Math.abs(value) === Infinity].map((is) => Array.from(data).filter(is).length);
    return { passed: nan + inf === 0, wrong: nan + inf, all: data.length, nan, inf };
  },
};
