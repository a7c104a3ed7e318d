/**
 * Convolution and dense layers, forward and backward: on register tiles, or by the plain loops where
 * there are too few channels for a tile.
 *
 * A dense layer is a convolution by a kernel of one place: its samples are the pixels.
 */
import { columnSums, framed, rows, transpose } from "./arrays.js";
import { positions, starts, taps, tiledProducts, tiledWeightGradient } from "./tiles.js";

/**
 * The step of a convolution. Besides its two passes it has `images` and `owed`, x and dx with the
 * window's padding around them (see framed), the table `tap`, and b, the bias.
 */
export function convolution(step) {
  const { run, array, y, dy, weights, gradient, window } = step;
  const [w, dw, bias] = [weights.kernel, gradient("kernel"), biasOf(step)];
  const images = framed(array, step.x, window.padding);
  const x = images.array;
  const tables = { start: starts(array, x, window), tap: taps(array, x, window) };
  const numbers = [...window.strides, ...window.dilation];
  const products = tiledProducts(step, x, tables, w, bias.b, y) ?? run.conv2d.ready(x, w, bias.b, ...numbers, y);
  const weightGradient =
    tiledWeightGradient(step, dy, x, tables, dw) ?? run.conv2d_weight_gradient.ready(dy, x, ...numbers, dw);
  const input = inputGradient(step, w, numbers);
  return {
    images,
    owed: input.frame,
    tap: tables.tap,
    b: bias.b,
    forward() {
      images.enter();
      products();
    },
    backward(wanted) {
      weightGradient();
      bias.backward();
      if (wanted) input.compute();
    },
  };
}

/** The step of a dense layer; its arrays are rows. */
export function dense(step) {
  const { x, dx, y, dy, weights, gradient } = step;
  const image = (array) => array.reshape(1, array.shape[0], 1, array.shape[1]);
  const square = (array) => array.reshape(1, 1, ...array.shape);
  return convolution({
    ...step,
    x: image(x),
    dx: image(dx),
    y: image(y),
    dy: image(dy),
    weights: { ...weights, kernel: square(weights.kernel) },
    gradient: (name) => (name === "kernel" ? square(gradient(name)) : gradient(name)),
    window: {
      size: [1, 1], strides: [1, 1], dilation: [1, 1], padding: [[0, 0], [0, 0]], output: [x.shape[0], 1],
    },
  });
}

/** A layer's bias (zeros, if it has none), and its gradient: dy summed over all places. */
function biasOf({ run, array, dy, weights, gradient }) {
  if (!weights.bias) return { b: array([dy.shape.at(-1)]), backward() {} };
  return { b: weights.bias, backward: columnSums({ run, array }, rows(dy), gradient("bias")) };
}

/** How dx comes from dy. */
function inputGradient(step, w, numbers) {
  const { run, array, dx, dy, window } = step;
  const [kernelRows, kernelCols, channels, outputs] = w.shape;
  const wt = array([kernelRows, kernelCols, outputs, channels]);
  const frame = framed(array, dx, window.padding);
  const tiled = window.strides.every((stride) => stride === 1) && reversed(step, wt);
  const products = tiled || run.conv2d_input_gradient.ready(dy, wt, ...numbers, frame.array);
  return {
    frame,
    compute() {
      transpose(w, wt);
      products();
      if (!tiled) frame.leave();
    },
  };
}

/** Without strides: a convolution of dy, whose window looks from every pixel back to its readers. */
function reversed({ run, array, dx, dy, window: { size, dilation, padding } }, wt) {
  const [before, reach] = [padding.map(([first]) => first), size.map((side, k) => (side - 1) * dilation[k])];
  const margins = [0, 1].map((k) => [
    Math.max(reach[k] - before[k], 0),
    Math.max(dx.shape[k + 1] + before[k] - dy.shape[k + 1], 0),
  ]);
  const owed = framed(array, dy, margins);
  const [, , width, outputs] = owed.array.shape;
  const [top, left] = margins.map(([margin], k) => margin + before[k]);
  const [row, col] = [width * outputs, outputs];
  const tables = {
    start: positions(array, 0, [dx.shape[1], row], [dx.shape[2], col]),
    tap: positions(
      array, top * row + left * col, [size[0], -dilation[0] * row], [size[1], -dilation[1] * col], [outputs, 1],
    ),
  };
  const products = tiledProducts({ run, array }, owed.array, tables, wt, array([dx.shape[3]]), dx);
  return (
    products &&
    (() => {
      owed.enter();
      products();
    })
  );
}
