// Ways to make maps of O channels out of maps of C channels, and what each of them costs: the
// arithmetic of _variants.py.

import { BYTES } from "../cost_words.js";
import { side as windowsOf } from "../geometry.js";

const [NARROW, WIDE] = [4, 4];

/** variant -> what it is called */
export const VARIANTS = {
  ordinary: "ordinary",
  bottleneck: "1 × 1 bottleneck",
  threes: "3 × 3 repeated",
  grouped: "grouped",
  separable: "depthwise separable",
  convnext: "ConvNeXt block",
  attention: "attention",
};

/** Layers to begin with; `groups` are those of the grouped variant. */
export const PRESETS = {
  "the source's second convolution": { side: 31, kernel_size: 3, stride: 1, padding: "valid", channels: 32, filters: 64, groups: 4 },
  "a layer of MobileNet": { side: 14, kernel_size: 3, stride: 1, padding: "same", channels: 512, filters: 512, groups: 32 },
  "a layer of ConvNeXt-T": { side: 56, kernel_size: 7, stride: 1, padding: "same", channels: 96, filters: 96, groups: 4 },
  "5 × 5, 64 channels": { side: 28, kernel_size: 5, stride: 1, padding: "same", channels: 64, filters: 64, groups: 4 },
};

/** A convolution: `before` channels become `after`, `rows` × `rows` outputs of each. */
const stage = (rows, k, before, after, groups = 1) => ({ rows, k, before, after, groups, products: (k * k * before) / groups });

const BUILT = {
  ordinary: ({ out, k, C, O }) => [stage(out, k, C, O)],
  bottleneck: ({ inside, out, k, C, O, narrow }) => [stage(inside, 1, C, narrow), stage(out, k, narrow, O)],
  threes({ inside, out, k, C, O, padding }) {
    if (k < 3 || k % 2 === 0) throw new Error("k must be odd, and 3 or more");
    const many = (k - 1) / 2; // each adds two rows to what a number sees; the last has the stride
    const rows = (n) => (n === many ? out : windowsOf(inside, 1 + 2 * n, 1, padding).count);
    return Array.from({ length: many }, (_, n) => stage(rows(n + 1), 3, n ? O : C, O));
  },
  grouped({ out, k, C, O, groups }) {
    if (C % groups || O % groups) throw new Error("g must divide C and O");
    return [stage(out, k, C, O, groups)];
  },
  separable: ({ out, k, C, O }) => [stage(out, k, C, C, C), stage(out, 1, C, O)],
  convnext: ({ out, k, C, O }) => [stage(out, k, C, C, C), stage(out, 1, C, WIDE * C), stage(out, 1, WIDE * C, O)],
  attention: ({ inside, out, C, O }) => [stage(out, 1, C, O), stage(inside, 1, C, O), stage(inside, 1, C, O), stage(out, 1, O, O)],
};

/**
 * {variant, stages, inside, out, params, macs, memory, field, pairs, mixed}; `field` is null where a
 * number sees all pixels. `pairs` and `mixed` count the scores and the mixtures of attention. An
 * Error says why a variant cannot be built.
 */
export function costOf(variant, { side, kernel_size: k, stride, padding, channels: C, filters: O, groups }) {
  const out = windowsOf(side, k, stride, padding).count;
  const narrow = Math.max(1, Math.floor(C / NARROW));
  const stages = BUILT[variant]({ inside: side, out, k, C, O, groups, narrow, padding });
  const sum = (of) => stages.reduce((all, one) => all + of(one), 0);
  const [pairs, mixed] = variant === "attention" ? [out ** 2 * side ** 2, out ** 2 * O] : [0, 0];
  return {
    variant, stages, inside: side, out, pairs, mixed,
    params: sum((one) => (one.products + 1) * one.after),
    macs: sum((one) => one.rows ** 2 * one.after * one.products) + 2 * pairs * O,
    memory: BYTES * (sum((one) => one.rows ** 2 * one.after) + pairs + mixed),
    field: variant === "attention" ? null : k,
  };
}

/** The costs of all variants that are shown; {variant, problem} where one cannot be built. */
export function costsOf(state) {
  const shown = Object.keys(VARIANTS).filter((variant) => variant !== "attention" || state.attention);
  return shown.map((variant) => {
    try {
      return costOf(variant, state);
    } catch (error) {
      return { variant, problem: error.message };
    }
  });
}
