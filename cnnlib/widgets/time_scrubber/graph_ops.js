// The steps that a graph is made of, each forwards and back, on single numbers, and as formulas.
//
// Sums and products are bookkeeping, in float32 by Math.fround; what is a layer goes through the
// library's kernels.
//   forward(v, runtime)         -> the number
//   backward(dy, v, y, runtime) -> what each input gets
//   says(names)                 -> the formula, of names or of numbers
//   local(names, k)             -> the local gradient by the k-th input, likewise
//   about(v, k)                 -> a local gradient that is a case, in numbers

const f = Math.fround;
const sum = (numbers) => numbers.reduce((a, b) => f(a + b));

/** An elementwise kernel of one number, or a loss of two. */
const run = (runtime, name, ...numbers) =>
  runtime.scope(() => {
    const arrays = numbers.map((number) => runtime.array([1], [number]));
    const out = runtime.array([1]);
    runtime.run[name](...arrays, out);
    return out.data[0];
  });

const crossentropy = (runtime, [z, t]) =>
  runtime.scope(() => {
    const [loss, dz] = [runtime.array([1]), runtime.array([1])];
    runtime.run.binary_crossentropy_logits(runtime.array([1], [t]), runtime.array([1], [z]), loss, dz);
    return [loss.data[0], dz.data[0]];
  });

/** The inputs (1, c), weights (c, 1) and bias (1) of a unit. */
function parts(runtime, v) {
  const count = v.length >> 1;
  const bias = v.length % 2 ? v.at(-1) : 0;
  return [
    runtime.array([1, count], v.slice(0, count)), runtime.array([count, 1], v.slice(count, 2 * count)), runtime.array([1], [bias]),
  ];
}

const unit = {
  sign: "Σ",
  forward: (v, runtime) =>
    runtime.scope(() => {
      const y = runtime.array([1, 1]);
      runtime.run.dense(...parts(runtime, v), y);
      return y.data[0];
    }),
  backward: (dy, v, _, runtime) =>
    runtime.scope(() => {
      const [x, w] = parts(runtime, v);
      const [arrives, dx, dw, db] = [runtime.array([1, 1], [dy]), runtime.array(x.shape), runtime.array(w.shape), runtime.array([1, 1])];
      runtime.run.dense_input_gradient(arrives, w, dx);
      runtime.run.dense_weight_gradient(arrives, x, dw);
      runtime.run.column_sums(arrives, db);
      return [...dx.data, ...dw.data, ...db.data].slice(0, v.length);
    }),
  says: (n) => {
    const count = n.length >> 1;
    const products = n.slice(0, count).map((x, k) => `${x} · ${n[count + k]}`);
    return [...products, ...n.slice(2 * count)].join(" + ");
  },
  local: (n, k) => {
    const count = n.length >> 1;
    return k === 2 * count ? "1" : n[k < count ? k + count : k - count];
  },
};

/** An elementwise function with a kernel for each way; the gradient takes x or, if `ofOutput`, y. */
const bend = (name, sign, ofOutput, local, about) => ({
  sign,
  forward: ([x], runtime) => run(runtime, name, x),
  backward: (dy, [x], y, runtime) => [run(runtime, `${name}_gradient`, dy, ofOutput ? y : x)],
  says: ([n]) => `${sign}(${n})`,
  local,
  about,
});

export const OPS = {
  add: { sign: "+", forward: sum, backward: (dy, v) => v.map(() => dy), says: (n) => n.join(" + "), local: () => "1" },
  sub: {
    sign: "−",
    forward: ([a, b]) => f(a - b),
    backward: (dy) => [dy, -dy],
    says: (n) => n.join(" − "),
    local: (_, k) => (k ? "(−1)" : "1"),
  },
  mul: {
    sign: "×",
    forward: ([a, b]) => f(a * b),
    backward: (dy, [a, b]) => [f(dy * b), f(dy * a)],
    says: (n) => n.join(" · "),
    local: (n, k) => n[1 - k],
  },
  max: {
    sign: "max",
    forward: ([a, b]) => (b > a ? b : a),
    backward: (dy, [a, b]) => (a >= b ? [dy, 0] : [0, dy]),
    says: (n) => `max(${n.join(", ")})`,
    local: ([a, b], k) => (k ? `[${b} > ${a}]` : `[${a} ≥ ${b}]`),
    about: ([a, b], k) => (k === (a >= b ? 0 : 1) ? "1" : "0"),
  },
  squares: {
    sign: "Σ²",
    forward: (v) => sum(v.map((x) => f(x * x))),
    backward: (dy, v) => v.map((x) => f(dy * f(2 * x))),
    says: (n) => n.map((name) => `${name}²`).join(" + "),
    local: (n, k) => `2 · ${n[k]}`,
  },
  relu: bend("relu", "ReLU", false, ([z]) => `[${z} > 0]`, ([z]) => (z > 0 ? "1" : "0")),
  sigmoid: bend("sigmoid", "σ", true, ([z]) => `σ′(${z})`),
  unit,
  bce: {
    sign: "BCE",
    forward: (v, runtime) => crossentropy(runtime, v)[0],
    backward: (dy, v, _, runtime) => [f(dy * crossentropy(runtime, v)[1]), f(dy * -v[0])],
    says: ([z, t]) => `BCE(${z}, ${t})`,
    local: ([z, t], k) => (k ? `(−${z})` : `(σ(${z}) − ${t})`),
  },
};
