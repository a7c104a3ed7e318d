// What a layer makes of a shape, and the shapes of its weights.

import { windows } from "./geometry.js";

export const product = (shape) => shape.reduce((all, side) => all * side, 1);
const pair = (value) => [value, value];
const sizeOf = (shape) => shape.join(" × ");

/** kind -> (shape, numbers) -> what is special about such a layer: output_shape, weights, window */
const SHAPES = {
  Conv2D([height, width, channels], [filters, k, stride = 1, padding = "valid"]) {
    const { window, output } = slide([height, width], k, stride, padding);
    const weights = [["kernel", [k, k, channels, filters]], ["bias", [filters]]];
    return { output_shape: [...output, filters], weights, window };
  },
  Dense(shape, [units]) {
    const weights = [["kernel", [shape.at(-1), units]], ["bias", [units]]];
    return { output_shape: [...shape.slice(0, -1), units], weights };
  },
  MaxPooling2D: pool,
  AveragePooling2D: pool,
  GlobalAveragePooling2D: ([, , channels]) => ({ output_shape: [channels] }),
  Flatten: (shape) => ({ output_shape: [product(shape)] }),
  BatchNormalization: (shape) => ({
    weights: ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => [name, shape.slice(-1)]),
  }),
};
const TAKES_MAPS = ["Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"];

function pool([height, width, channels], [k]) {
  const { window, output } = slide([height, width], k, k, "valid");
  return { output_shape: [...output, channels], window };
}

function slide(sides, k, stride, padding) {
  const { rows, columns } = windows(sides, k, { stride, padding });
  const output = [rows.count, columns.count];
  const around = [rows, columns].map(({ before, after }) => [before, after]);
  return { output, window: { size: pair(k), strides: pair(stride), dilation: pair(1), padding: around, output } };
}

/**
 * {output_shape, weights: [[name, shape], …], window}; the window of a convolution or pool is that of
 * cnnlib.shapes. An Error says why a layer, called `where`, cannot take such a shape.
 */
export function shapesOf({ kind, numbers }, shape, where) {
  if (TAKES_MAPS.includes(kind) && shape.length !== 3) {
    throw new Error(`${where} needs maps (rows × columns × channels), and before it they were flattened to a row of ${shape[0]} numbers.`);
  }
  const made = { output_shape: shape, weights: [], ...SHAPES[kind]?.(shape, numbers) };
  if (made.window && Math.min(...made.window.output) < 1) {
    const [k] = made.window.size;
    throw new Error(`${where} needs maps of at least ${k} × ${k}; here are ${sizeOf(shape)}.`);
  }
  return made;
}
