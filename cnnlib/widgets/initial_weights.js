// The weights that a network begins with.

import { random } from "../wasm/random.js";

const product = (shape) => shape.reduce((all, side) => all * side, 1);

/** Weights are drawn evenly from −limit to limit; their standard deviation is limit / √3. */
export const LIMITS = {
  glorot: (fanIn, fanOut) => Math.sqrt(6 / (fanIn + fanOut)),
  he: (fanIn) => Math.sqrt(6 / fanIn),
  small: () => 0.01 * Math.sqrt(3),
  large: () => Math.sqrt(3),
  zeros: () => 0,
};

/** All weights in one array: kernels by one of LIMITS, biases by the number of their layer, scales 1, the rest 0. */
export function initialWeights(spec, count, seed, { start = "glorot", biasOf = () => 0 } = {}) {
  const weights = new Float32Array(count);
  const draw = random(seed);
  spec.layers.forEach(({ weights: described }, layer) => {
    for (const { name, shape, offset } of described) {
      const part = weights.subarray(offset, offset + product(shape));
      if (name === "gamma" || name === "moving_variance") part.fill(1);
      if (name === "bias") part.fill(biasOf(layer));
      if (name !== "kernel") continue;
      const places = product(shape.slice(0, -2)); // of the kernel's window
      const limit = LIMITS[start](places * shape.at(-2), places * shape.at(-1));
      part.forEach((_, k) => (part[k] = (2 * draw() - 1) * limit));
    }
  });
  return weights;
}
