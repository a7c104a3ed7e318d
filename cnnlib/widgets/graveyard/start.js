// The weights that a course begins with: of the biases only those of the first layer are not 0.

import { initialWeights } from "../initial_weights.js";

export const startWeights = (spec, count, { seed, start, bias }) =>
  initialWeights(spec, count, seed, { start, biasOf: (layer) => (layer === 0 ? bias : 0) });
