/**
 * The steps a network is made of, each forward and backward, computed by the kernels.
 *
 * A step turns x into y, and dy (the gradient by y) into dx. It is given its arrays once and gives
 * back two functions. The letters are those of the kernels: dw is the gradient by w. JavaScript
 * itself does what the library leaves to NumPy: it copies, and divides sums by their count.
 */
import { crop, pad, rows, summing } from "./arrays.js";
import { convolution, dense } from "./conv.js";
import { random } from "./random.js";

/** The names of a layer's steps: what it computes, then its activation. */
export function stepsOf({ class_name: kind, config }) {
  if (kind === "Activation") return [config.activation];
  if (kind === "Softmax") return ["softmax"];
  if (kind === "ReLU" || kind === "LeakyReLU") {
    return [config.negative_slope ? "leaky_relu" : "relu"];
  }
  const { activation = "linear" } = config;
  return activation === "linear" ? [kind] : [kind, activation];
}

/** Activations are written in lower case, layers are not. */
export const isActivation = (step) => step === step.toLowerCase();

/**
 * name -> a function of {run, array, x, dx, y, dy, config, window, weights, gradient, index} that
 * makes the step: {forward(training), backward(inputGradient)}, and reseed(number) if it is random.
 * gradient(name) makes the array for the gradient by a weight.
 */
export const STEPS = {
  Conv2D: convolution,
  Dense: inRows(dense),
  MaxPooling2D: maxPooling,
  AveragePooling2D: (step) => averagePooling(step, poolNumbers(step.window)),
  GlobalAveragePooling2D: globalAveragePooling,
  BatchNormalization: inRows(batchNormalization),
  Dropout: dropout,
  Flatten: copying,
  ZeroPadding2D: ({ x, dx, y, dy, config: { padding } }) => ({
    forward: () => pad(x, padding, y),
    backward: () => crop(dy, padding, dx),
  }),
  linear: copying,
  relu: flat(({ run, x, dx, y, dy }) => ({
    forward: run.relu.ready(x, y),
    backward: run.relu_gradient.ready(dy, x, dx),
  })),
  leaky_relu: flat(({ run, x, dx, y, dy, config: { negative_slope: slope = 0.2 } }) => ({
    forward: run.leaky_relu.ready(x, slope, y),
    backward: run.leaky_relu_gradient.ready(dy, x, slope, dx),
  })),
  sigmoid: flat(({ run, x, dx, y, dy }) => ({
    forward: run.sigmoid.ready(x, y),
    backward: run.sigmoid_gradient.ready(dy, y, dx),
  })),
  tanh: flat(({ run, x, dx, y, dy }) => ({
    forward: run.tanh.ready(x, y),
    backward: run.tanh_gradient.ready(dy, y, dx),
  })),
  softmax: inRows(({ run, x, dx, y, dy }) => ({
    forward: run.softmax.ready(x, y),
    backward: run.softmax_gradient.ready(dy, y, dx),
  })),
};

/** The same step on its arrays as one row of numbers. */
function flat(make) {
  return (step) => make(viewed(step, (array) => array.flat));
}

/** The same step on its arrays as rows of their last axis. */
function inRows(make) {
  return (step) => make(viewed(step, rows));
}

function viewed(step, view) {
  const [x, dx, y, dy] = [step.x, step.dx, step.y, step.dy].map(view);
  return { ...step, x, dx, y, dy };
}

// ------------------------------------------------------------------------ layers with weights
/** In training by the batch's mean and variance, otherwise by the moving ones, which it updates. */
function batchNormalization({ run, array, x, dx, y, dy, config, weights, gradient }) {
  const { epsilon, momentum, trainable } = config;
  const [count, channels] = x.shape;
  const vector = (value = 0) => array([channels], new Float32Array(channels).fill(value));
  const [gamma, beta] = [weights.gamma ?? vector(1), weights.beta ?? vector()];
  const dgamma = weights.gamma ? gradient("gamma") : vector();
  const dbeta = weights.beta ? gradient("beta") : vector();
  const [mean, variance, zeros] = [vector(), vector(), vector()];
  const pairs = [[mean, weights.moving_mean], [variance, weights.moving_variance]];
  const sum = summing({ run, array }, x);
  let ofBatch = false;

  function measure() {
    sum((partial) => run.column_sums(x, partial), mean);
    divide(mean, count);
    sum((partial) => run.squared_deviations(x, mean, partial), variance);
    divide(variance, count);
    for (const [value, moving] of pairs) follow(moving, value, 1 - momentum);
  }

  return {
    forward(training) {
      ofBatch = training && trainable;
      if (ofBatch) measure();
      else for (const [value, moving] of pairs) value.set(moving.data);
      run.batch_norm(x, gamma, beta, mean, variance, epsilon, y);
    },
    backward() {
      const by = [mean, variance, epsilon];
      sum((partial) => run.batch_norm_gamma_gradient(dy, x, ...by, partial), dgamma);
      sum((partial) => run.column_sums(dy, partial), dbeta);
      if (ofBatch) run.batch_norm_gradient(dy, x, gamma, ...by, dgamma, dbeta, dx);
      else run.batch_norm(dy, gamma, zeros, zeros, variance, epsilon, dx); // dy scaled
    },
  };
}

// --------------------------------------------------------------------- layers without weights
/** How a window slides, in the order in which the kernels take it. */
function poolNumbers({ size, strides, padding: [[top], [left]] }) {
  return [...size, ...strides, top, left];
}

function maxPooling({ run, array, x, dx, y, dy, window }) {
  const numbers = poolNumbers(window);
  const rest = array(dy.shape); // the kernel uses up a copy of dy
  return {
    forward: run.max_pool2d.ready(x, ...numbers, y),
    backward() {
      rest.set(dy.data);
      run.max_pool2d_gradient(rest, x, y, ...numbers, dx);
    },
  };
}

function averagePooling({ run, x, dx, y, dy }, numbers) {
  return {
    forward: run.avg_pool2d.ready(x, ...numbers, y),
    backward: run.avg_pool2d_gradient.ready(dy, ...numbers, dx),
  };
}

/** One window, as large as the image. */
function globalAveragePooling({ run, x, dx, y, dy }) {
  const [samples, height, width, channels] = x.shape;
  const pixel = (array) => array.reshape(samples, 1, 1, channels);
  const step = { run, x, dx, y: pixel(y), dy: pixel(dy) };
  return averagePooling(step, [height, width, height, width, 0, 0]);
}

/** The same numbers, perhaps in another shape. */
function copying({ x, dx, y, dy }) {
  return { forward: () => y.set(x.data), backward: () => dx.set(dy.data) };
}

/** In training random numbers become 0 and the others larger; the same ones for the same seed. */
function dropout({ x, dx, y, dy, index, config: { rate, seed } }) {
  let draw = random(seed ?? index);
  const scale = new Float32Array(x.size).fill(1);
  const scaled = (from, to) => {
    const [source, target] = [from.data, to.data];
    for (let k = 0; k < scale.length; k++) target[k] = source[k] * scale[k];
  };
  return {
    forward(training) {
      scale.fill(1);
      if (training) for (let k = 0; k < scale.length; k++) scale[k] = Number(draw() >= rate) / (1 - rate);
      scaled(x, y);
    },
    backward: () => scaled(dy, dx),
    reseed: (number) => (draw = random(number + index)),
  };
}

// ----------------------------------------------------------------------------- small helpers
function divide(array, count) {
  array.set(array.data.map((value) => value / count));
}

/** moving += (value - moving) * share */
function follow(moving, value, share) {
  const now = value.data;
  moving.set(moving.data.map((old, k) => old + (now[k] - old) * share));
}
