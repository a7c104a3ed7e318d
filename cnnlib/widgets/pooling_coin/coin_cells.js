// How the cells of PoolingCoin look: what cell_grid.js shows at every place.

import { weight, written } from "../controls.js";
import { at } from "./pooling_coin_text.js";
import { largestOf, unreadPixels } from "./routing.js";
import { colorOf, gray, largest, signed } from "../theme.js";

const UNREAD = "stc-unread";
const PADDING = { value: NaN, text: "", label: "padding", className: "stc-padding", fixed: true };
const SAYS = { [UNREAD]: ", in no window", "stc-won": ", wins a coin", "stc-tied": ", as large, but not the first" };

/** Black is the least, white the greatest number of the image; 0 and 1 at least. */
export const grayOf = ({ data }) => gray(Math.min(0, ...data), Math.max(1, ...data));

/** A number of the gradient, short enough for a cell. */
function brief(value) {
  const text = weight(value);
  return text.length > 5 ? written(value, 2) : text;
}

/** Numbers as large as the image in its frame of padding, for `show`; `look(row, column, value)`. */
function framed({ rows, columns }, data, look) {
  const cell = (i, j) => {
    const [row, column] = [i - rows.before, j - columns.before];
    if (row < 0 || column < 0 || row >= rows.H || column >= columns.H) return PADDING;
    const value = data[row * columns.H + column];
    return { value, ...look(row, column, value) };
  };
  return { rows: rows.H + rows.before + rows.after, columns: columns.H + columns.before + columns.after, cell };
}

/** The image: winners of a coin have a ring, and so have those that a tie leaves with nothing. */
export function imageCells({ x, y, win, dx }, kind, { i, j }) {
  const unread = unreadPixels(win);
  const scale = grayOf(x);
  const late = kind === "max" ? largestOf(x, y, win, i, j).slice(1) : [];
  const mark = (row, column) => {
    if (unread(row, column)) return UNREAD;
    if (kind === "max" && dx.data[row * x.shape[1] + column] !== 0) return "stc-won";
    return late.some((place) => place.row === row && place.column === column) ? "stc-tied" : "";
  };
  return framed(win, x.data, (row, column, value) => {
    const className = mark(row, column);
    const color = className === UNREAD ? null : colorOf(scale, value);
    return { color, className, label: `${at("x", row, column)}${SAYS[className] ?? ""}` };
  });
}

/** The gradient by the image. */
export function gradientCells({ win, dx }) {
  const unread = unreadPixels(win);
  const scale = signed(largest(dx.data));
  return framed(win, dx.data, (row, column, value) => {
    if (unread(row, column)) return { text: "", label: `${at("x", row, column)} is in no window`, className: UNREAD };
    const className = value ? "" : "stc-nought";
    return { text: brief(value), label: `${at("x", row, column)} gets ${brief(value)}`, color: colorOf(scale, value), className };
  });
}

/** An output on the image's scale; `dy` puts coins on it, `changed(k)` frames the k-th number. */
export function outputCells({ shape: [rows, columns], data }, scale, { dy, changed = () => false } = {}) {
  const cell = (row, column) => {
    const k = row * columns + column;
    const value = data[k];
    const badge = dy?.[k] ? brief(dy[k]) : "";
    const news = changed(k) ? ["stc-changed", ", changed"] : ["", ""];
    const label = `${at("y", row, column)} = ${written(value, 2)}${badge && `, with a coin of ${badge}`}${news[1]}`;
    return { value, color: colorOf(scale, value), label, badge, className: news[0] };
  };
  return { rows, columns, cell };
}

/** A plain image. */
export function plainCells({ shape: [rows, columns], data }, scale) {
  const cell = (row, column) => {
    const value = data[row * columns + column];
    return { value, color: colorOf(scale, value), label: `${at("x", row, column)} = ${written(value, 2)}` };
  };
  return { rows, columns, cell };
}
