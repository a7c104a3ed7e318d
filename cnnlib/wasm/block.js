/**
 * Convolution, ReLU and 2x2 max-pooling as one stage: what the pool drops is never written, and only
 * its winners have a gradient (cnnlib/kernels/conv_block.py). Results are those of the three steps.
 */
import { samples, transpose } from "./arrays.js";
import { fitting, lanesOf, positions, stepsIn } from "./tiles.js";

const SIDES = 4; // the windows of a pool
const CACHE = 1 << 13; // numbers of pixels that one band of pools may look at

/** Steps as stages: three that make a block become one, which marks those inside as `inner`. */
export function fused(runtime, steps, firstToLearn) {
  const stages = [];
  for (let k = 0; k < steps.length; k++) {
    const three = steps.slice(k, k + 3);
    if (isBlock(runtime.run, three, k === firstToLearn)) {
      stages.push(block(runtime, three));
      three[0].inner = three[1].inner = true;
      k += 2;
    } else {
      stages.push(steps[k]);
    }
  }
  return stages;
}

/** Whether three steps are a block that the kernels can compute; the first one has no need of dx. */
function isBlock(run, [conv, relu, pool], first) {
  if (conv?.name !== "Conv2D" || relu?.name !== "relu" || pool?.name !== "MaxPooling2D") return false;
  const { size, strides, padding } = pool.window;
  const halves = [...size, ...strides].every((side) => side === 2) && padding.flat().every((side) => side === 0);
  const wide = rowsOf(conv).length >= lanesOf(run, "conv_block_input_gradient").at(-1);
  return halves && (first || wide) && fitting(run, "conv_block", conv.y.shape[3]) !== undefined;
}

/**
 * The window as rows of numbers that lie side by side in the image: all of a row's columns, or with a
 * dilation each of them alone. To the gradients' kernels such a row is what a pixel's channels are.
 */
function rowsOf({ x, window: { size, dilation } }) {
  const channels = x.shape[3];
  if (dilation[1] === 1) return { grid: [size[0], 1], length: size[1] * channels };
  return { grid: size, length: channels };
}

/** The stage of three steps. */
function block(runtime, [conv, , pool]) {
  const [x, outputs] = [conv.images.array, pool.y.shape[3]];
  const stage = { conv, pool, ...tables(runtime, conv, pool) };
  const { start, side } = stage;
  const shape = [x.shape[0], start.size, outputs];
  stage.y = pool.y.reshape(...shape);
  stage.dy = pool.dy.reshape(...shape);
  stage.winner = runtime.array(shape, undefined, "u1");
  stage.w = conv.weights.kernel.reshape(conv.tap.size, outputs);
  const kernel = fitting(runtime.run, "conv_block", outputs);
  const sums = kernel.ready(samples(x), start, conv.tap, side, stage.w, conv.b, stage.winner, stage.y);
  const [weightGradient, inputGradient] = [sparseWeightGradient(runtime, stage), sparseInputGradient(runtime, stage)];
  return {
    index: conv.index,
    forward() {
      conv.images.enter();
      sums();
    },
    backward(wanted) {
      weightGradient();
      if (wanted) inputGradient();
    },
  };
}

/** Where each pool's first window begins, how far its windows lie from that, the window's rows. */
function tables(runtime, conv, pool) {
  const array = (...of) => runtime.array(...of);
  const x = conv.images.array;
  const { grid, length } = rowsOf(conv);
  const [down, across] = stepsIn(x, conv.window.strides);
  const [rowStep, colStep] = stepsIn(x, conv.window.dilation);
  const { output } = pool.window;
  const deep = Math.floor((CACHE / rowStep - grid[0]) / (2 * conv.window.strides[0]));
  return {
    length,
    band: Math.max(Math.min(deep, output[0]), 1) * output[1],
    start: positions(array, 0, [output[0], 2 * down], [output[1], 2 * across]),
    side: array([SIDES], [0, across, down, down + across], "i4"),
    row: positions(array, 0, [grid[0], rowStep], [grid[1], colStep]),
  };
}

/**
 * The weights' gradient as a call. Where a row is shorter than a vector, the kernel reads on behind
 * it (there is always memory there) and the sums of that are left out.
 */
function sparseWeightGradient(runtime, { conv, start, side, row, length, band, dy, winner, y }) {
  const [lanes] = lanesOf(runtime.run, "conv_block_weight_gradient");
  const kernel = runtime.run[`conv_block_weight_gradient_${lanes}`];
  const { kernel: dw, bias } = conv.gradients;
  const [outputs, wide] = [y.shape[2], Math.max(length, lanes)];
  const sums = runtime.array([1, outputs, row.size * wide]);
  const db = (bias ?? runtime.array([outputs])).reshape(1, outputs);
  const list = [runtime.array([1, start.size + 1], undefined, "i4"), runtime.array([1, start.size + 1])];
  const x = samples(conv.images.array);
  const compute = kernel.ready(x, start, row, side, dy, winner, y, band, ...list, db, sums);
  return () => {
    compute();
    const [source, target] = [sums.data, dw.data];
    for (let o = 0; o < outputs; o++) {
      for (let k = 0; k < row.size; k++) {
        const [from, to] = [(o * row.size + k) * wide, k * length];
        for (let c = 0; c < length; c++) target[(to + c) * outputs + o] = source[from + c];
      }
    }
  };
}

/** The images' gradient as a call. */
function sparseInputGradient(runtime, { conv, start, side, row, dy, winner, y, w }) {
  const [lanes] = lanesOf(runtime.run, "conv_block_input_gradient");
  const kernel = runtime.run[`conv_block_input_gradient_${lanes}`];
  const [count, , outputs] = y.shape;
  const wt = runtime.array([outputs, w.shape[0]]);
  const lists = [SIDES * count, outputs + 1];
  const list = [runtime.array(lists, undefined, "i4"), runtime.array(lists)];
  const compute = kernel.ready(start, row, side, dy, winner, y, wt, ...list, samples(conv.owed.array));
  return () => {
    transpose(w, wt);
    compute();
    conv.owed.leave();
  };
}
