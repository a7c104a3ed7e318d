// The weights that a course begins with: the same random numbers, stretched by one of three rules.

import { random } from "../../wasm/random.js";

const SMALL = 0.01; // standard deviation

const product = (shape) => shape.reduce((all, side) => all * side, 1);

/** Weights are drawn evenly from −limit to limit; their standard deviation is limit / √3. */
export const limits = {
  he: (fanIn) => Math.sqrt(6 / fanIn),
  glorot: (fanIn, fanOut) => Math.sqrt(6 / (fanIn + fanOut)),
  small: () => SMALL * Math.sqrt(3),
};

/** All weights in one array; the biases of the first layer are `bias`, the others 0. */
export function startWeights(spec, count, { seed, start, bias }) {
  const weights = new Float32Array(count);
  const draw = random(seed);
  spec.layers.forEach(({ weights: described }, layer) => {
    for (const { name, shape, offset } of described) {
      const part = weights.subarray(offset, offset + product(shape));
      if (name === "bias" && layer === 0) part.fill(bias);
      if (name !== "kernel") continue;
      const limit = limits[start](product(shape.slice(0, -1)), shape.at(-1) * product(shape.slice(0, -2)));
      part.forEach((_, k) => (part[k] = (2 * draw() - 1) * limit));
    }
  });
  return weights;
}
