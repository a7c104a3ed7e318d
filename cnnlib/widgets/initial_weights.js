// The weights that a network begins with.

import { random } from "../wasm/random.js";

const product = (shape) => shape.reduce((all, side) => all * side, 1);

/** Weights to begin with, as in Keras: kernels by Glorot and Bengio's rule, scales 1, the rest 0. */
export function initialWeights(spec, count, seed) {
  const weights = new Float32Array(count);
  const draw = random(seed);
  for (const { name, shape, offset } of spec.layers.flatMap((layer) => layer.weights)) {
    const part = weights.subarray(offset, offset + product(shape));
    if (name === "gamma" || name === "moving_variance") part.fill(1);
    if (name !== "kernel") continue;
    const places = product(shape.slice(0, -2)); // of the kernel's window
    const limit = Math.sqrt(6 / (places * (shape.at(-2) + shape.at(-1))));
    part.forEach((_, k) => (part[k] = (2 * draw() - 1) * limit));
  }
  return weights;
}
