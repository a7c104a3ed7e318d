// Activation functions and their slopes, by the library's kernels: on a curve, a map, and in a stack.

const STACK = 20; // units that a gradient goes back through at most

/** Each by its name: how it is called, its formula, its range if it has an end, and its two kernels. */
export const FUNCTIONS = {
  relu: {
    name: "ReLU",
    formula: "f(x) = max(0, x)",
    corner: true,
    pass(run, x, y, dy, dx) {
      run.relu(x, y);
      run.relu_gradient(dy, x, dx);
    },
  },
  leaky_relu: {
    name: "leaky ReLU",
    formula: "f(x) = x above 0, a·x below",
    corner: true,
    pass(run, x, y, dy, dx, slope) {
      run.leaky_relu(x, slope, y);
      run.leaky_relu_gradient(dy, x, slope, dx);
    },
  },
  sigmoid: {
    name: "sigmoid",
    formula: "f(x) = 1 / (1 + e⁻ˣ)",
    range: [0, 1],
    pass(run, x, y, dy, dx) {
      run.sigmoid(x, y);
      run.sigmoid_gradient(dy, y, dx);
    },
  },
  tanh: {
    name: "tanh",
    formula: "f(x) = tanh x",
    range: [-1, 1],
    pass(run, x, y, dy, dx) {
      run.tanh(x, y);
      run.tanh_gradient(dy, y, dx);
    },
  },
};

/** Forwards and back: {y: f(x), dx: dy · f′(x)} for any numbers; the slope itself if dy is left out. */
export function pass(runtime, { function: name, slope }, numbers, gradient) {
  return runtime.scope(() => {
    const shape = [numbers.length];
    const [x, y, dx] = [runtime.array(shape, numbers), runtime.array(shape), runtime.array(shape)];
    const dy = gradient ? runtime.array(shape, gradient) : runtime.array(shape).fill(1);
    FUNCTIONS[name].pass(runtime.run, x, y, dy, dx, slope);
    return { y: y.data.slice(), dx: dx.data.slice() };
  });
}

/**
 * A stack of units, each with one input of weight 1: it takes what the one before puts out. What is
 * left of a gradient of 1 after it has gone back through the first 1, 2, … of them?
 */
export function stack(runtime, state, x) {
  const left = [];
  let [number, gradient] = [[x], [1]];
  for (let unit = 0; unit < STACK; unit++) {
    const { y, dx } = pass(runtime, state, number, gradient);
    [number, gradient] = [y, dx];
    left.push(dx[0]);
  }
  return left;
}

const EDGES = [-1, 0, 1, -2, 0, 2, -1, 0, 1].map((weight) => weight / 4); // Sobel's for vertical edges

/** The map that an edge kernel makes of an image of numbers up to `top`: {shape, data}. */
export function edgeMap(runtime, { shape: [rows, columns], data }, top, { edges, gain, bias }) {
  const kernel = EDGES.map((_, k) => gain * EDGES[edges === "vertical" ? k : 3 * (k % 3) + Math.floor(k / 3)]);
  const shape = [rows - 2, columns - 2];
  const z = runtime.scope(() => {
    const x = runtime.array([1, rows, columns, 1], Float32Array.from(data, (pixel) => pixel / top));
    const y = runtime.array([1, ...shape, 1]);
    runtime.run.conv2d(x, runtime.array([3, 3, 1, 1], kernel), runtime.array([1], [bias]), 1, 1, 1, 1, y);
    return y.data.slice();
  });
  return { shape, data: z };
}

/** A gradient that arrives: 1 everywhere, or waves of both signs. */
export function arriving([rows, columns], kind) {
  const wave = (at, count, waves) => Math.sin((2 * Math.PI * waves * (at + 0.5)) / count);
  return Float32Array.from({ length: rows * columns }, (_, k) =>
    kind === "ones" ? 1 : wave(Math.floor(k / columns), rows, 1.5) * wave(k % columns, columns, 2.5),
  );
}

/** Of some numbers: the share of zeros, and their mean size. */
export function sizes(values) {
  let [zeros, total] = [0, 0];
  for (const value of values) {
    zeros += value === 0;
    total += Math.abs(value);
  }
  return { zeros: zeros / values.length, mean: total / values.length };
}

/** How many numbers fall into each of some bins; those beyond the ends into the first and the last. */
export function histogram(values, bins, low, high) {
  const counts = new Array(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * bins)))]++;
  return counts;
}
