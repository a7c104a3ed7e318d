/**
 * Training in the page: forward, loss, backward and a step of an optimizer, all by the kernels. After
 * a step the network has the batch's output and the gradients by the weights; for a look at every
 * layer, forward() and backward() are there.
 *
 * Losses and optimizers are those of the library, with its names and defaults: the same weights and
 * the same batches lead to the same losses.
 */
const CLIP = 1e-7; // probabilities are kept this far from 0 and 1

/** name -> settings, the targets' form, how many losses there are, and the kernel's call */
const LOSSES = {
  binary_crossentropy: {
    settings: { fromLogits: false },
    read: probabilities,
    call: (run, t, p, losses, dp, { fromLogits }) =>
      fromLogits
        ? run.binary_crossentropy_logits(t.flat, p.flat, losses, dp.flat)
        : run.binary_crossentropy(t.flat, p.flat, CLIP, losses, dp.flat),
  },
  categorical_crossentropy: {
    settings: { fromLogits: false }, read: numbers, byRow: true, call: categorical,
  },
  sparse_categorical_crossentropy: {
    settings: { fromLogits: false }, read: classNumbers, byRow: true, call: categorical,
  },
  mse: {
    settings: {},
    read: numbers,
    call: (run, t, p, losses, dp) => run.squared_error(t.flat, p.flat, losses, dp.flat),
  },
};

/** What every optimizer can do besides; see penalize and decay. */
const COMMON = { l2: 0, weightDecay: 0 };

/** name -> settings, arrays to remember per weight, and one step of a weight w by its gradient g */
export const OPTIMIZERS = {
  sgd: {
    settings: { learningRate: 0.01, momentum: 0, nesterov: false },
    slots: 1,
    update(run, g, w, [velocity], { learningRate, momentum, nesterov }) {
      if (momentum) run.momentum(g, velocity, learningRate, momentum, nesterov, w);
      else run.sgd(g, learningRate, w);
    },
  },
  rmsprop: {
    settings: { learningRate: 0.001, rho: 0.9, epsilon: 1e-7 },
    slots: 1,
    update: (run, g, w, [v], { learningRate, rho, epsilon }) =>
      run.rmsprop(g, v, learningRate, rho, epsilon, w),
  },
  adam: {
    settings: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    slots: 2,
    update: adam,
  },
  adamw: {
    settings: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 },
    slots: 2,
    update: adam,
  },
};

/**
 * Make what trains a network.
 *
 * @param net       a network (network.js)
 * @param loss      a name of LOSSES
 * @param optimizer a name of OPTIMIZERS
 * @param given     other values of the loss's and the optimizer's settings
 * @returns step(x, targets), which gives the loss of this batch before the step; settings, which
 *          may be changed between steps; iterations, the steps so far; memory, what the optimizer
 *          remembers, in one array: with both one can go on from an earlier moment
 */
export function trainer(net, { loss, optimizer = "adam", ...given }) {
  const { settings: defaults, slots, update } = choice(OPTIMIZERS, optimizer, "optimizer");
  const settings = { ...choice(LOSSES, loss, "loss").settings, ...COMMON, ...defaults };
  take(settings, given);
  const measure = lossOf(net, loss, settings);
  const zeros = (weight) => Array.from({ length: slots }, () => net.runtime.array([weight.size]));
  const pairs = net.trainable.map(({ name, weight, gradient }) => {
    return { name, weight: weight.flat, gradient: gradient.flat, memory: zeros(weight) };
  });
  const slotsInOrder = pairs.flatMap(({ memory }) => memory);
  const teacher = {
    settings,
    iterations: 0,
    step,
    get memory() {
      return joined(slotsInOrder);
    },
    set memory(all) {
      let start = 0;
      for (const slot of slotsInOrder) slot.set(all.slice(start, (start += slot.size)));
    },
  };

  function step(x, targets) {
    let value;
    net.learn(x, () => {
      const measured = measure(targets);
      value = measured.value;
      return measured.gradient;
    });
    teacher.iterations += 1;
    for (const { name, weight, gradient: g, memory } of pairs) {
      if (name === "kernel") penalize(weight, g, settings);
      decay(weight, settings);
      update(net.runtime.run, g, weight, memory, settings, teacher.iterations);
    }
    return value;
  }

  return teacher;
}

/**
 * Make what measures a network's last output.
 *
 * @returns measure(targets) -> {value: the mean loss, gradient: by the output}. Targets are numbers
 *          in the shape of the output, or class numbers for sparse_categorical_crossentropy.
 */
export function lossOf(net, name, settings = {}) {
  const { read, call, byRow, settings: defaults } = choice(LOSSES, name, "loss");
  const { runtime } = net;
  const output = net.output(net.layers.length - 1);
  const classes = output.shape.at(-1);
  const p = output.reshape(output.size / classes, classes);
  const [t, dp] = [runtime.array(p.shape), runtime.array(p.shape)];
  const losses = runtime.array([byRow ? p.shape[0] : p.size]);
  return (targets) => {
    t.set(read(targets, p.shape));
    call(runtime.run, t, p, losses, dp, { ...defaults, ...settings });
    const value = losses.data.reduce((sum, one) => sum + one, 0) / losses.size;
    return { value, gradient: dp.data.map((one) => one / losses.size) };
  };
}

function categorical(run, t, p, losses, dp, { fromLogits }) {
  if (fromLogits) run.categorical_crossentropy_logits(t, p, losses, dp);
  else run.categorical_crossentropy(t, p, CLIP, losses, dp);
}

function adam(run, g, w, [m, v], { learningRate, beta1, beta2, epsilon }, t) {
  const stepSize = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
  run.adam(g, m, v, stepSize, beta1, beta2, epsilon, w);
}

/** As if l2 · Σw² were added to the loss: 2 · l2 · w is added to the gradient. Kernels only. */
function penalize(weight, gradient, { l2 }) {
  if (!l2) return;
  const [w, g] = [weight.data, gradient.data];
  for (let k = 0; k < w.length; k++) g[k] += 2 * l2 * w[k];
}

/** Weights shrink before a step by this much times the learning rate. */
function decay(weight, { learningRate, weightDecay }) {
  const factor = Math.fround(1 - learningRate * weightDecay);
  if (weightDecay) weight.set(weight.data.map((w) => w * factor));
}

/** Arrays as one, one after the other. */
function joined(arrays) {
  const all = new Float32Array(arrays.reduce((sum, { size }) => sum + size, 0));
  let start = 0;
  for (const array of arrays) {
    all.set(array.data, start);
    start += array.size;
  }
  return all;
}

// ----------------------------------------------------------------------------- what is given
function choice(table, name, what) {
  if (Object.hasOwn(table, name)) return table[name];
  throw new Error(`${what} must be one of ${Object.keys(table).join(", ")}; got ${name}.`);
}

function take(settings, given) {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(settings, name)) {
      throw new Error(`Settings are ${Object.keys(settings).join(", ")}; got ${name}.`);
    }
    settings[name] = value;
  }
}

function checked(targets, length, good, rule) {
  if (targets.length !== length) {
    throw new Error(`There must be ${length} targets; got ${targets.length}.`);
  }
  const bad = targets.findIndex((target) => !good(target));
  if (bad >= 0) throw new Error(`Targets must be ${rule}; got ${targets[bad]}.`);
  return targets;
}

function numbers(targets, [rows, classes]) {
  return checked(targets, rows * classes, Number.isFinite, "finite numbers");
}

function probabilities(targets, [rows, classes]) {
  return checked(targets, rows * classes, (t) => t >= 0 && t <= 1, "numbers from 0 to 1");
}

/** Class numbers as rows with a 1 at the class. */
function classNumbers(targets, [rows, classes]) {
  const good = (target) => Number.isInteger(target) && target >= 0 && target < classes;
  checked(targets, rows, good, `class numbers from 0 to ${classes - 1}`);
  const hot = new Float32Array(rows * classes);
  targets.forEach((target, row) => (hot[row * classes + target] = 1));
  return hot;
}
