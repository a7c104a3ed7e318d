// One loss computed in several ways: by the library's kernels, and as its formula stands.

const EPSILON = 1e-7; // where the library and Keras clip a probability
const { fround } = Math;

/** The ways by their names, in the order of the table. */
export const WAYS = ["logits", "naive", "clipped", "squared"];

/**
 * For every logit of a list and one target: {p, rest: 1 − p, logits, naive, clipped, squared}, the last four
 * {loss, slope}. A slope is the gradient by the logit.
 */
export function ways(runtime, numbers, t) {
  const { run } = runtime;
  return runtime.scope(() => {
    const row = (values) => runtime.array([numbers.length], values);
    const [z, target, p, rest] = [row(numbers), row().fill(t), row(), row()];
    run.sigmoid(z, p);
    run.sigmoid(row(numbers.map((value) => -value)), rest);
    const found = { p: p.data.slice(), rest: rest.data.slice(), naive: naive(z.data, t) };
    const from = (kernel, back) => {
      const [loss, gradient, slope] = [row(), row(), row()];
      kernel(loss, gradient);
      if (back) run.sigmoid_gradient(gradient, p, slope);
      return { loss: loss.data.slice(), slope: (back ? slope : gradient).data.slice() };
    };
    found.logits = from((loss, dz) => run.binary_crossentropy_logits(target, z, loss, dz), false);
    found.clipped = from((loss, dp) => run.binary_crossentropy(target, p, EPSILON, loss, dp), true);
    found.squared = from((loss, dp) => run.squared_error(target, p, loss, dp), true);
    return found;
  });
}

/**
 * The binary cross-entropy as its formula stands, and the two factors of its chain rule. No kernel would
 * do this: it is here to be seen to fail. `fround` rounds every step to float32, as kernels do.
 */
export function naive(numbers, t) {
  const count = numbers.length;
  const [loss, slope] = [new Float32Array(count), new Float32Array(count)];
  const t32 = fround(t);
  const not = fround(1 - t32);
  for (let k = 0; k < count; k++) {
    const p = fround(1 / fround(1 + fround(Math.exp(-numbers[k]))));
    const q = fround(1 - p);
    loss[k] = fround(fround(-t32 * fround(Math.log(p))) - fround(not * fround(Math.log(q))));
    slope[k] = fround(fround(fround(-t32 / p) + fround(not / q)) * fround(p * q));
  }
  return { loss, slope };
}

/** One number of each way: {p, rest, logits: {loss, slope}, …}. */
export function waysAt(runtime, z, t) {
  const found = ways(runtime, [z], t);
  const one = ({ loss, slope }) => ({ loss: loss[0], slope: slope[0] });
  return { p: found.p[0], rest: found.rest[0], ...Object.fromEntries(WAYS.map((way) => [way, one(found[way])])) };
}

/** A softmax of a few logits, its loss and gradient; the loss of a blind guess; the softmax as its formula stands. */
export function several(runtime, { logits, label, temperature, shift }) {
  const count = logits.data.length;
  const right = Math.min(label, count - 1);
  const u = Float32Array.from(logits.data, (z) => (z + shift) / temperature);
  return runtime.scope(() => {
    const table = (values) => runtime.array([1, count], values);
    const target = table(Array.from(u, (_, k) => (k === right ? 1 : 0)));
    const [z, p, gradient, loss] = [table(u), table(), table(), runtime.array([1])];
    runtime.run.softmax(z, p);
    runtime.run.categorical_crossentropy_logits(target, z, loss, gradient);
    const [probabilities, slopes, value] = [p.data.slice(), gradient.data.slice(), loss.data[0]];
    runtime.run.categorical_crossentropy_logits(target, table(), loss, gradient); // all logits alike
    return { u, right, p: probabilities, gradient: slopes, loss: value, blind: loss.data[0], naive: naiveSoftmax(u) };
  });
}

/** The softmax as its formula stands, in float32. */
export function naiveSoftmax(u) {
  const powers = u.map((value) => Math.exp(value));
  const total = powers.reduce((sum, power) => fround(sum + power), 0);
  return powers.map((power) => power / total);
}

/** For two classes: the sigmoid of the difference of their logits. */
export const sigmoidOf = (runtime, z) => ways(runtime, [z], 0).p[0];
