// Many small tables of numbers on one sheet: all kernels of a layer, or all its maps. One canvas
// pixel per number, gaps between the tables.

import { dom } from "../controls.js";
import { COLORS, largest, paint, positive, signed } from "../theme.js";

const ACROSS = [8, 16]; // tables side by side, and if they are many
const MANY = 32;
const WIDE = 80; // numbers side by side at most
const BEYOND = 0.003; // of the numbers may be beyond the ends of the scale
const LONG = 64; // numbers of a vector side by side
const MOST = 10; // CSS pixels of a number

/**
 * Where the numbers of an array lie on a sheet: {rows, columns, index}, index[k] being the place in
 * the array of the sheet's number k, or -1 in a gap. `tile` is [height, width]; `at(row, column, m, n)`
 * gives the place of number (m, n) of the table in that row and column of the grid, -1 for none.
 */
function arranged([down, across], [height, width], at) {
  const gap = height * width > 1 ? 1 : 0;
  const [rows, columns] = [down * (height + gap) - gap, across * (width + gap) - gap];
  const index = new Int32Array(rows * columns).fill(-1);
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++)
      for (let m = 0; m < height; m++)
        for (let n = 0; n < width; n++)
          index[(row * (height + gap) + m) * columns + column * (width + gap) + n] = at(row, column, m, n);
  return { rows, columns, index };
}

/** Maps (h, w, c), or a vector (c), in rows. */
export function mapSheet(shape) {
  const [height, width, count] = shape.length === 3 ? shape : [1, 1, shape[0]];
  const room = Math.max(1, Math.floor(WIDE / (width + 1)));
  const most = height * width > 1 ? Math.min(ACROSS[Number(count > MANY)], room) : LONG;
  const across = Math.min(count, most);
  const at = (row, column, m, n) => {
    const channel = row * across + column;
    return channel < count ? (m * width + n) * count + channel : -1;
  };
  return arranged([Math.ceil(count / across), across], [height, width], at);
}

/**
 * A kernel. Of a convolution (kh, kw, c, o): a column per output o, a row per channel c that it
 * reads; a single channel in rows like maps. Of a dense layer (n, o): a row per output; if the n
 * numbers were maps before they were flattened (`maps`, their shape), a table for every map.
 */
export function kernelSheet(shape, maps) {
  if (shape.length === 4) {
    const [height, width, channels, outputs] = shape;
    if (channels === 1) return mapSheet([height, width, outputs]);
    const at = (c, o, m, n) => ((m * width + n) * channels + c) * outputs + o;
    return arranged([channels, outputs], [height, width], at);
  }
  const [inputs, outputs] = shape;
  const [height, width, channels] = maps ?? [1, 1, inputs];
  const at = (o, c, m, n) => ((m * width + n) * channels + c) * outputs + o;
  return arranged([outputs, channels], [height, width], at);
}

/** The smallest round number that is not below a number: steady scales. */
export function roundUp(top) {
  if (!(top > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(top));
  return power * [1, 2, 3, 5, 7, 10].find((step) => step * power >= top * 0.9999);
}

/** A number at the end of a scale: 0.05, 2, 1e-5. */
export const short = (value) => (value < 0.001 || value >= 10_000 ? value.toExponential(0).replace("e+", "e") : String(Number(value.toPrecision(1)))).replace("-", "−");

/** A sheet with its name and its scale; `whose` says to which layer it belongs. */
export class Sheet {
  constructor(whose, name, layout) {
    this.layout = layout;
    this.values = new Float32Array(layout.index.length);
    this.image = new ImageData(layout.columns, layout.rows);
    this.canvas = dom("canvas", { className: "stc-t-sheet", width: layout.columns, height: layout.rows });
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `${whose}: ${name}`);
    this.pen = this.canvas.getContext("2d");
    this.ends = [dom("span"), dom("span", { className: "stc-t-bar" }), dom("span")];
    const scale = dom("span", { className: "stc-t-scale" }, ...this.ends);
    this.element = dom("div", { className: "stc-t-block" }, dom("p", {}, dom("span", {}, name), scale), this.canvas);
  }

  /** As wide as there is room, a number being a whole count of the screen's pixels. */
  fit(room) {
    const ratio = devicePixelRatio || 1;
    const side = Math.min(MOST * ratio, Math.floor((room * ratio) / this.layout.columns)) / ratio;
    this.canvas.style.width = `${side ? side * this.layout.columns : room}px`;
  }

  /** Draw an array; `sign` says whether its numbers have one. */
  show(array, sign) {
    const { index } = this.layout;
    for (let k = 0; k < index.length; k++) this.values[k] = index[k] < 0 ? 0 : array[index[k]];
    const most = largest(array);
    const top = roundUp(largest(array, BEYOND));
    const scale = sign ? signed(top) : positive(top);
    paint(this.values, scale, this.image);
    const bytes = this.image.data;
    for (let k = 0; k < index.length; k++) if (index[k] < 0) bytes[4 * k + 3] = 0;
    this.pen.putImageData(this.image, 0, 0);
    const alone = array.every(Number.isFinite) ? (most ? "" : "all 0") : "NaN";
    this.#name(scale, alone, most > top);
  }

  /** Write the ends of the scale, or the one word that says it all. */
  #name({ name, low, high }, alone, beyond) {
    const key = `${name} ${high} ${alone} ${beyond}`;
    if (key === this.named) return;
    this.named = key;
    this.ends[0].textContent = alone || (low ? `${beyond ? "≤ " : ""}−${short(high)}` : "0");
    this.ends[2].textContent = alone ? "" : `${beyond ? "≥ " : ""}${short(high)}`;
    this.ends[1].hidden = Boolean(alone);
    const stops = [0, 32, 64, 96, 128, 160, 192, 224, 255].map((at) => `rgb(${COLORS[name].slice(3 * at, 3 * at + 3).join(" ")})`);
    this.ends[1].style.background = `linear-gradient(to right, ${stops})`;
  }
}
