/** The same networks by the plain loops that the book explains, called one by one. */
import { kernels } from "/cnnlib/wasm/kernels.js";
import { asker, labels, uniform } from "./timing.js";

const CLIP = 1e-7; // probabilities are kept this far from 0 and 1
const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
const NO_PADDING = [0, 0];
const POOL = [2, 2, 2, 2, ...NO_PADDING];
const STEP = [1, 1, 1, 1]; // strides and dilations

/** A weight with its gradient and what Adam remembers of it. */
function weight(runtime, shape, fanIn) {
  const w = runtime.array(shape);
  w.set(uniform(w.size).map((u) => (fanIn ? (2 * u - 1) * Math.sqrt(3 / fanIn) : 0)));
  const [gradient, m, v] = [0, 1, 2].map(() => runtime.array(shape));
  return { w, gradient, m, v };
}

/** What a layer with weights needs: its kernel, its bias, and the sums for the bias's gradient. */
function weighted(runtime, shape, y, dy) {
  const outputs = shape.at(-1);
  const rows = dy.reshape(dy.size / outputs, outputs);
  const kernel = weight(runtime, shape, shape.slice(0, -1).reduce((a, b) => a * b));
  const bias = weight(runtime, [outputs]);
  const partial = runtime.array([Math.min(rows.shape[0], 64), outputs]);
  const sumUp = () => {
    runtime.run.column_sums(rows, partial);
    runtime.run.column_sums(partial, bias.gradient.reshape(1, outputs));
  };
  return { kernel, bias, sumUp, weights: [kernel, bias] };
}

function conv(runtime, { y: x, dy: dx }, filters, size) {
  const { run } = runtime;
  const [batch, height, width, channels] = x.shape;
  const shape = [batch, height - size + 1, width - size + 1, filters];
  const [y, dy] = [runtime.array(shape), runtime.array(shape)];
  const { kernel, bias, sumUp, weights } = weighted(runtime, [size, size, channels, filters], y, dy);
  const swapped = runtime.array([size, size, filters, channels]);
  return {
    y, dy, weights,
    forward: () => run.conv2d(x, kernel.w, bias.w, ...STEP, y),
    backward(inputGradient) {
      run.conv2d_weight_gradient(dy, x, ...STEP, kernel.gradient);
      sumUp();
      if (!inputGradient) return;
      swap(kernel.w, swapped);
      run.conv2d_input_gradient(dy, swapped, ...STEP, dx);
    },
  };
}

/** w (kh, kw, c, o) -> swapped (kh, kw, o, c) */
function swap({ data: source, shape: [rows, cols, channels, filters] }, { data: target }) {
  for (let place = 0; place < rows * cols; place++) {
    for (let c = 0; c < channels; c++) {
      for (let o = 0; o < filters; o++) {
        target[(place * filters + o) * channels + c] = source[(place * channels + c) * filters + o];
      }
    }
  }
}

function pool(runtime, { y: x, dy: dx }) {
  const { run } = runtime;
  const [batch, height, width, channels] = x.shape;
  const shape = [batch, height >> 1, width >> 1, channels];
  const [y, dy, rest] = [0, 1, 2].map(() => runtime.array(shape));
  return {
    y, dy, weights: [],
    forward: () => run.max_pool2d(x, ...POOL, y),
    backward() {
      rest.set(dy.data);
      run.max_pool2d_gradient(rest, x, y, ...POOL, dx);
    },
  };
}

function dense(runtime, before, units) {
  const { run } = runtime;
  const [batch] = before.y.shape;
  const inputs = before.y.size / batch;
  const [x, dx] = [before.y.reshape(batch, inputs), before.dy.reshape(batch, inputs)];
  const [y, dy] = [0, 1].map(() => runtime.array([batch, units]));
  const { kernel, bias, sumUp, weights } = weighted(runtime, [inputs, units], y, dy);
  return {
    y, dy, weights,
    forward: () => run.dense(x, kernel.w, bias.w, y),
    backward() {
      run.dense_weight_gradient(dy, x, kernel.gradient);
      sumUp();
      run.dense_input_gradient(dy, kernel.w, dx);
    },
  };
}

function activation(name) {
  return (runtime, { y: x, dy: dx }) => {
    const { run } = runtime;
    const [y, dy] = [0, 1].map(() => runtime.array(x.shape));
    const given = name === "relu" ? [dy.flat, x.flat, dx.flat] : [dy, y, dx];
    const taken = name === "relu" ? [x.flat, y.flat] : [x, y];
    return {
      y, dy, weights: [],
      forward: () => run[name](...taken),
      backward: () => run[`${name}_gradient`](...given),
    };
  };
}
const [relu, softmax] = [activation("relu"), activation("softmax")];

/** All layers of a network, one after the other. */
function layersOf(runtime, { batch, image, filters, hidden, outputs, kernel, pooled }) {
  const input = { y: runtime.array([batch, ...image]), dy: runtime.array([batch, ...image]) };
  const layers = [];
  const add = (make, ...of) => layers.push(make(runtime, layers.at(-1) ?? input, ...of));
  for (const count of filters) {
    add(conv, count, kernel);
    if (!pooled) continue;
    add(relu);
    add(pool);
  }
  for (const units of hidden) {
    add(dense, units);
    add(relu);
  }
  if (outputs) {
    add(dense, outputs);
    add(softmax);
  }
  return { input, layers };
}

/** The loss of a batch, and its gradient by the probabilities. */
function crossEntropy(runtime, { y: p, dy }, classes) {
  const [batch, outputs] = p.shape;
  const [target, losses] = [runtime.array(p.shape), runtime.array([batch])];
  return () => {
    target.fill(0);
    classes.forEach((one, row) => (target.data[row * outputs + one] = 1));
    runtime.run.categorical_crossentropy(target, p, CLIP, losses, dy);
    const gradient = dy.data;
    for (let k = 0; k < gradient.length; k++) gradient[k] /= batch;
    return losses.data.reduce((sum, one) => sum + one, 0) / batch;
  };
}

/** The calls by kind; a step gives the loss of the batch before it. */
export async function make(subject) {
  const runtime = (await kernels()).another();
  const { input, layers } = layersOf(runtime, subject);
  const numbers = uniform(input.y.size);
  const forward = () => {
    input.y.set(numbers);
    for (const layer of layers) layer.forward();
    return layers.at(-1).y;
  };
  if (!subject.outputs) return { forward };
  const measure = crossEntropy(runtime, layers.at(-1), labels(subject.batch, subject.outputs));
  const weights = layers.flatMap((layer) => layer.weights);
  let t = 0;
  const step = () => {
    forward();
    const loss = measure();
    for (let k = layers.length - 1; k >= 0; k--) layers[k].backward(k > 0);
    const { rate, beta1, beta2, epsilon } = ADAM;
    const size = (rate * Math.sqrt(1 - beta2 ** ++t)) / (1 - beta1 ** t);
    for (const { w, gradient, m, v } of weights) {
      runtime.run.adam(gradient.flat, m.flat, v.flat, size, beta1, beta2, epsilon, w.flat);
    }
    return loss;
  };
  return { forward, step };
}

export const ask = asker(make);
