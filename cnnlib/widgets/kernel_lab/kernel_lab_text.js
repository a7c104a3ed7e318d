// What KernelLab says: titles, sizes, and the figure in words.

import { dom, weight, written } from "../controls.js";
import { nameOf } from "./presets.js";

const SOURCES = { photo: "a photo", digit: "a handwritten digit", drawing: "a drawing", own: "your own" };

export const sizeOf = (shape) => shape.join(" × ");

/** The formula of the output's size: with letters, then with the numbers of both sides. */
export function outputSizes({ rows, columns }) {
  const spread = rows.d > 1;
  const line = (name, text, count) => [dom("span", {}, name), dom("span", {}, text, dom("b", {}, count))];
  const filled = ({ H, k, t, d, before, after }) => {
    const zeros = before === after ? `2·${before}` : `${before} + ${after}`;
    return `⌊(${H} + ${zeros} − ${spread ? `${d}·${k - 1} − 1` : k}) / ${t}⌋ + 1 = `;
  };
  const letters = `⌊(H + 2p − ${spread ? "d(k − 1) − 1" : "k"}) / t⌋ + 1`;
  const grid = dom("div", { className: "stc-formula" }, ...line("output side", letters, ""));
  grid.append(...line("rows", filled(rows), `${rows.count}`), ...line("columns", filled(columns), `${columns.count}`));
  return grid;
}

/** How many pixels of the image no window reads. */
export function unreadPixels([rows, columns]) {
  const count = (pixels) => pixels.reduce((a, b) => a + b, 0);
  return rows.length * columns.length - count(rows) * count(columns);
}

/** Why there is no feature map. */
export function noRoom([height, width], { kernel, dilation }, { rows }) {
  const [k] = kernel.shape;
  const spread = dilation > 1 ? ` With a dilation of ${dilation} it spans ${sizeOf([rows.span, rows.span])} pixels.` : "";
  return (
    `A kernel must fit into its image; this one has ${k} × ${k} weights.${spread} ` +
    `The image has ${height} × ${width}. Choose “same” padding, a smaller dilation or a smaller kernel.`
  );
}

/** The whole figure in words. */
export function inWords(state, shown, image) {
  const { source, digit, kernel, bias, stride, dilation, padding, flip, i, j } = state;
  if (!image) return "There is no image yet: choose a file.";
  const what = source === "digit" ? `a handwritten ${digit}` : SOURCES[source];
  const name = nameOf(kernel) ? `“${nameOf(kernel)}”` : "of your own";
  const turned = flip ? ", turned by 180°," : "";
  const ways = `stride ${stride}, dilation ${dilation}, ${padding} padding`;
  const begin =
    `The image is ${what} of ${sizeOf(image.shape)} pixels. A kernel ${name} of ${sizeOf(kernel.shape)} weights ` +
    `(${rowsOf(kernel)})${turned} slides over it with ${ways} and bias ${written(bias)}.`;
  if (!shown.map) return `${begin} ${noRoom(image.shape, state, shown.win)}`;
  const [rows, columns] = shown.map.shape;
  const [low, high] = range(shown.map.data);
  const at = [Math.min(i, rows - 1), Math.min(j, columns - 1)];
  return (
    `${begin} The feature map has ${rows} × ${columns} numbers from ${written(low)} to ${written(high)}. ` +
    `The marked one is y[${at.join(", ")}] = ${written(shown.map.data[at[0] * columns + at[1]])}.`
  );
}

const rowsOf = ({ shape: [k], data }) =>
  Array.from({ length: k }, (_, m) => [...data.subarray(m * k, (m + 1) * k)].map(weight).join(" ")).join("; ");

/** The least and the greatest. */
export function range(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
