/**
 * Convolution, ReLU and 2x2 max-pooling as one step: what the pool drops is never written, and only
 * its winners have a gradient. Results are those of the three steps.
 */
import { samples, transpose } from "./arrays.js";
import { BAND, fitting, lanesOf, positions, stepsIn, windowTables } from "./tiles.js";

const SIDES = 4; // the windows of a pool

/**
 * Whether three steps are such a block and the kernels can compute it.
 *
 * @param run   the kernels
 * @param steps three steps in a row (network.js)
 * @param first whether nobody asks for the gradient by their input
 */
export function isBlock(run, [conv, relu, pool], first) {
  if (conv?.name !== "Conv2D" || relu?.name !== "relu" || pool?.name !== "MaxPooling2D") return false;
  const { size, strides, padding } = pool.window;
  const halves = [...size, ...strides].every((side) => side === 2) && padding.flat().every((side) => side === 0);
  const { length } = windowRows(conv);
  const wide = length >= Math.min(...lanesOf(run, "conv_block_input_gradient"));
  return halves && fitting(run, "conv_block", conv.y.shape[3]) !== undefined && (first || wide);
}

/**
 * A window as rows of numbers that lie side by side in the image: without dilation those of all its
 * columns, else those of one pixel. The gradients' kernels take such a row for the channels.
 */
function windowRows({ x, window: { size: [rows, cols], dilation } }) {
  const channels = x.shape[3];
  if (dilation[1] === 1) return { count: [rows, 1], length: cols * channels };
  return { count: [rows, cols], length: channels };
}

/** Make the step of three that are a block. */
export function block(run, array, [conv, , pool]) {
  const [x, dx] = [conv.images.array, conv.owed.array];
  const { start, tap } = poolTables(array, x, conv.window, pool.window.output);
  const [down, across] = stepsIn(x, conv.window.strides);
  const side = array([SIDES], [0, across, down, down + across], "i4");
  const outputs = pool.y.shape[3];
  const shape = [pool.y.shape[0], start.size, outputs];
  const [y, dy, winner] = [pool.y.reshape(...shape), pool.dy.reshape(...shape), array(shape, undefined, "u1")];
  const w = conv.weights.kernel.reshape(tap.size, outputs);
  const sums = fitting(run, "conv_block", outputs);
  const common = { run, array, conv, start, side, dy, winner, y };
  const weightGradient = sparseWeightGradient(common, samples(x));
  const inputGradient = sparseInputGradient(common, w, samples(dx));
  return {
    inner: [conv, conv.next],
    forward() {
      conv.images.enter();
      sums(samples(x), start, tap, side, w, conv.b, winner, y);
    },
    backward(wanted) {
      weightGradient();
      if (wanted) inputGradient();
    },
  };
}
