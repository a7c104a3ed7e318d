// Numbers to begin with in the figure Gradients, and how its tables follow each other's sizes.

import { outputShape } from "./lenses.js";
import { filled, refit, sameTable, tableOf } from "../tables.js";

export const KERNELS = [[1, 2], [1, 3], [2, 2], [2, 3], [3, 3]];
export const MOST = [5, 6]; // rows and columns of the image
const LEAST = [1, 2];

const counting = (shape) => filled(shape, (row, column, [, columns]) => row * columns + column + 1);
const ramp = (shape) => filled(shape, (row, column, [, columns]) => row * columns + column);
const ones = (shape) => filled(shape, () => 1);
/** Numbers whose digits stay apart in every sum, as long as there are few of them. */
const places = (shape) =>
  shape[0] * shape[1] > 4 ? counting(shape) : filled(shape, (row, column, [, columns]) => 10 ** (row * columns + column));
const spike = (shape) =>
  filled(shape, (row, column, [rows, columns]) => Number(row === (rows - 1) >> 1 && column === (columns - 1) >> 1));

const PLAIN = { stride: 1, padding: "valid" };

/** States to begin with. Without `dy` they get numbers that stay apart; without `step` they stand at the end. */
export const EXAMPLES = {
  "asymmetric kernel": { ...PLAIN, image: ramp([3, 4]), kernel: counting([2, 3]), h: 1, k: 2, m: 0, n: 0 },
  "one spike in dy": {
    ...PLAIN, image: ramp([5, 6]), kernel: counting([3, 3]), dy: spike([3, 4]), h: 2, k: 2, m: 1, n: 1, step: 6,
  },
  "symmetric kernel": { ...PLAIN, image: ramp([4, 5]), kernel: ones([3, 3]), h: 1, k: 2, m: 0, n: 0 },
  "one dimension": { ...PLAIN, image: tableOf([[1, 2, 3, 4]]), kernel: tableOf([[2, 3]]), h: 0, k: 2, m: 0, n: 0 },
  "stride 2, a remainder": {
    ...PLAIN, stride: 2, image: ramp([5, 6]), kernel: counting([2, 3]), h: 2, k: 2, m: 1, n: 2,
  },
  "same padding": { ...PLAIN, padding: "same", image: ramp([3, 4]), kernel: counting([3, 3]), h: 1, k: 2, m: 0, n: 0 },
};

/** Some variables of the state, and the tables that must follow: the image holds the kernel, dy has the output's shape. */
export function fitted(state) {
  const size = state.kernel.shape;
  const image = refit(state.image, state.image.shape.map((length, axis) => Math.max(length, size[axis])), [ramp, ones]);
  const shape = outputShape(image.shape, size, state.stride, state.padding);
  const dy = state.dy ? refit(state.dy, shape, [places, counting, spike, ones]) : places(shape);
  return { ...state, image, dy };
}

/** The name of the example that a state shows, or "". */
export function exampleOf(state) {
  const same = (name) => {
    const other = fitted(EXAMPLES[name]);
    const tables = ["image", "kernel", "dy"].every((key) => sameTable(state[key], other[key]));
    return tables && state.stride === other.stride && state.padding === other.padding;
  };
  return Object.keys(EXAMPLES).find(same) ?? "";
}

/** A kernel, or an image, in another size. */
export const resizedKernel = (kernel, shape) => refit(kernel, shape, [counting, ones]);
export const resizedImage = (image, shape) => refit(image, shape, [ramp, ones]);

/** The shapes an image may have, and those that dy can. */
export const IMAGES = shapes(LEAST, MOST);
export const OUTPUTS = shapes([1, 1], MOST);

function shapes(least, most) {
  const all = [];
  for (let rows = least[0]; rows <= most[0]; rows++)
    for (let columns = least[1]; columns <= most[1]; columns++) all.push([rows, columns]);
  return all;
}
