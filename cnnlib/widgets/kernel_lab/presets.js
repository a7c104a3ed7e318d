// Kernels that people have designed, 3 × 3 and 5 × 5.

const outer = (a, b) => a.flatMap((x) => b.map((y) => x * y));
const SMOOTH = { 3: [1, 2, 1], 5: [1, 4, 6, 4, 1] };
const SLOPE = { 3: [-1, 0, 1], 5: [-1, -2, 0, 2, 1] };

const one = (k, m, n) => Array.from({ length: k * k }, (_, at) => Number(at === m * k + n));
const same = (k, value) => Array(k * k).fill(value);
const middle = (k) => one(k, (k - 1) / 2, (k - 1) / 2);
const over = (weights, divisor) => weights.map((weight) => weight / divisor);
const softBlur = (k) => over(outer(SMOOTH[k], SMOOTH[k]), SMOOTH[k].reduce((a, b) => a + b) ** 2);

export const PRESETS = {
  identity: middle,
  "vertical edges": (k) => outer(SMOOTH[k], SLOPE[k]),
  "horizontal edges": (k) => outer(SLOPE[k], SMOOTH[k]),
  outline: (k) => middle(k).map((weight) => weight * k * k - 1),
  relief: (k) => Array.from({ length: k * k }, (_, at) => Math.floor(at / k) + (at % k) - (k - 1)),
  blur: (k) => over(same(k, 1), k * k),
  "soft blur": softBlur,
  sharpen: (k) =>
    k === 3 ? [0, -1, 0, -1, 5, -1, 0, -1, 0] : softBlur(k).map((weight, at) => 2 * middle(k)[at] - weight),
  "move down": (k) => one(k, (k - 3) / 2, (k - 1) / 2),
};

const kernelOf = (k, weights) => ({ shape: [k, k], data: Float32Array.from(weights) });

/** A preset by its name. */
export const preset = (name, k) => kernelOf(k, PRESETS[name](k));

/** The preset's name that a kernel has, or undefined. */
export const nameOf = ({ shape: [k], data }) =>
  Object.keys(PRESETS).find((name) => preset(name, k).data.every((weight, at) => weight === data[at]));

/** Whole numbers from -3 to 3. */
export const random = (k) => kernelOf(k, Array.from({ length: k * k }, () => Math.floor(Math.random() * 7) - 3));

/** A kernel in another size: the preset of its name, else with zeros around it, or without its edge. */
export function resized(kernel, k) {
  const name = nameOf(kernel);
  if (name) return preset(name, k);
  const [from] = kernel.shape;
  const shift = (from - k) / 2;
  return kernelOf(
    k,
    Array.from({ length: k * k }, (_, at) => {
      const [m, n] = [Math.floor(at / k) + shift, (at % k) + shift];
      return m >= 0 && n >= 0 && m < from && n < from ? kernel.data[m * from + n] : 0;
    }),
  );
}
