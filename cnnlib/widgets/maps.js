// Many feature maps on one canvas: a grid of small pictures, one per channel. A unit can be chosen.

import { dom } from "./controls.js";
import { colorOf, css, paint } from "./theme.js";

const GAP = 4; // CSS pixels between maps
const LEAST = { kernel: 28, small: 34, large: 38 }; // CSS pixels of a map with its gap
const ABREAST = 24; // maps side by side, at most
const SMALL = 16; // units of the side of a small map
const MOST = 88;
const CELL = [3, 26]; // CSS pixels of a number of a vector
const VECTOR = 84; // CSS pixels of height for a long vector
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Where the maps of a layer lie on `room` CSS pixels: {columns, rows, tile: [width, height], gap}.
 * Kernels are smaller than maps.
 */
export function layout([height, width, count], room, kernels = false) {
  if (height === 1 && width === 1 && !kernels) return vectorLayout(count, room);
  const small = Math.max(height, width) > SMALL ? LEAST.large : LEAST.small;
  const least = kernels ? LEAST.kernel : Math.max(small, room / ABREAST);
  const most = kernels ? LEAST.kernel + GAP : count === 1 ? 2 * MOST : MOST;
  const columns = evenly(count, Math.max(1, Math.floor((room + GAP) / least)));
  const pitch = Math.min((room + GAP) / columns, most);
  const tile = [pitch - GAP, Math.max(2, ((pitch - GAP) * height) / width)];
  return { columns, rows: Math.ceil(count / columns), tile, gap: GAP };
}

function vectorLayout(count, room) {
  const fit = Math.sqrt((room * VECTOR) / count);
  const cell = Math.min(CELL[1], Math.max(CELL[0], Math.floor(fit)), room);
  const columns = evenly(count, Math.max(1, Math.floor(room / cell)), 0.5);
  return { columns, rows: Math.ceil(count / columns), tile: [cell, cell], gap: 0 };
}

/** How many side by side: all rows full, unless that leaves more than a `waste` of the room. */
export function evenly(count, most, waste = 0.4) {
  if (count <= most) return count;
  for (let columns = most; columns > (1 - waste) * most; columns--) if (count % columns === 0) return columns;
  return Math.ceil(count / Math.ceil(count / most));
}

/** The upper left corner of a map, in CSS pixels. */
export const corner = ({ columns, tile, gap }, channel) => [
  (channel % columns) * (tile[0] + gap),
  Math.floor(channel / columns) * (tile[1] + gap),
];

/** The unit at a point, {row, column, channel}, or null between the maps. */
export function unitAt(place, [height, width, count], [x, y]) {
  const [across, down] = [place.tile[0] + place.gap, place.tile[1] + place.gap];
  const [column, row] = [Math.floor(x / across), Math.floor(y / down)];
  const channel = row * place.columns + column;
  if (column < 0 || column >= place.columns || row < 0 || channel >= count) return null;
  const at = (offset, side, units) => Math.min(units - 1, Math.floor((offset / side) * units));
  const [left, top] = [x - column * across, y - row * down];
  if (left > place.tile[0] || top > place.tile[1]) return null;
  return { row: at(top, place.tile[1], height), column: at(left, place.tile[0], width), channel };
}

/** One channel of numbers (height, width, channels). */
export function channelOf(data, [height, width, channels], channel) {
  const map = new Float32Array(height * width);
  for (let k = 0; k < map.length; k++) map[k] = data[k * channels + channel];
  return map;
}

/** The place of the largest number: {row, column, channel}. */
export function brightest(data, [, width, channels]) {
  let best = 0;
  for (let k = 1; k < data.length; k++) if (data[k] > data[best]) best = k;
  const place = Math.floor(best / channels);
  return { row: Math.floor(place / width), column: place % width, channel: best % channels };
}

/** The unit that an arrow key leads to; over the edge of a map lies the next one. */
export function neighbor({ row, column, channel }, [down, across], [height, width, count], columns) {
  if (height === 1 && width === 1) {
    const next = channel + across + down * columns;
    return { row, column, channel: next >= 0 && next < count ? next : channel };
  }
  const [i, j] = [row + down, column + across];
  const jump = (i < 0 ? -columns : i >= height ? columns : 0) + (j < 0 ? -1 : j >= width ? 1 : 0);
  const next = channel + jump;
  if (!jump) return { row: i, column: j, channel };
  if (next < 0 || next >= count) return { row, column, channel };
  return { row: (i + height) % height, column: (j + width) % width, channel: next };
}

/** The map that an arrow key leads to, where maps are chosen whole. */
export function nextMap(unit, [down, across], [, , count], columns) {
  const channel = unit.channel + across + down * columns;
  return channel >= 0 && channel < count ? { ...unit, channel } : unit;
}

/**
 * A canvas with the maps of a layer. `onUnit(unit)` is called when the reader chooses one; with
 * `whole` the maps are kernels, which are chosen as a whole.
 */
export class Maps {
  constructor({ label, onUnit, whole = false }) {
    this.whole = whole;
    this.canvas = dom("canvas", { className: "stc-x-maps", tabIndex: 0, role: "application" });
    this.canvas.setAttribute("aria-label", label);
    this.element = dom("div", { className: "stc-x-sheet" }, this.canvas);
    this.onUnit = onUnit;
    this.sizes = new ResizeObserver(() => this.#fit());
    this.sizes.observe(this.element);
    this.canvas.addEventListener("pointerdown", (event) => this.#point(event));
    this.canvas.addEventListener("pointermove", (event) => event.buttons & 1 && this.#point(event));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Draw `data` of `shape` (height, width, channels) on `scaleOf(channel)`; `unit` is marked, if any. */
  show(data, shape, scaleOf, unit) {
    this.shown = { data, shape, scaleOf, unit };
    if (this.width) this.#draw();
  }

  /** Mark another unit on the same numbers. */
  mark(unit) {
    if (!this.shown || this.shown.unit === unit) return;
    this.shown.unit = unit;
    if (this.width) this.#draw();
  }

  dispose() {
    this.sizes.disconnect();
  }

  #fit() {
    const width = this.element.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    if (this.shown) this.#draw();
  }

  #draw() {
    const { data, shape, scaleOf, unit } = this.shown;
    this.place = layout(shape, this.width, this.whole);
    const { columns, rows, tile, gap } = this.place;
    const ratio = devicePixelRatio || 1;
    const size = [columns * (tile[0] + gap) - gap, rows * (tile[1] + gap) - gap];
    const [width, height] = size.map((side) => Math.round(side * ratio));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height });
      Object.assign(this.canvas.style, { width: `${size[0]}px`, height: `${size[1]}px` });
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, ...size);
    if (shape[0] * shape[1] === 1 && !this.whole) drawVector(pen, data, this.place, scaleOf(0));
    else drawMaps(pen, data, shape, this.place, scaleOf, ratio);
    if (unit) markUnit(pen, this.place, shape, unit, this.whole);
  }

  #point(event) {
    if (!this.place) return;
    const { left, top } = this.canvas.getBoundingClientRect();
    const unit = unitAt(this.place, this.shown.shape, [event.clientX - left, event.clientY - top]);
    if (unit) this.onUnit(unit);
  }

  #key(event) {
    if (!this.place || event.ctrlKey || event.metaKey || event.altKey) return;
    const { data, shape, unit } = this.shown;
    const step = STEPS[event.key];
    const turn = { PageUp: -1, PageDown: 1 }[event.key];
    const best = () => brightest(data, shape);
    let next;
    if (["Home", "Enter", " "].includes(event.key)) next = best();
    else if (!unit && (step || turn)) next = best();
    else if (step) next = (this.whole ? nextMap : neighbor)(unit, step, shape, this.place.columns);
    else if (turn) next = { ...unit, channel: (unit.channel + turn + shape[2]) % shape[2] };
    else return;
    event.preventDefault();
    this.onUnit(next);
  }
}

/** Every number of a vector is a square. */
function drawVector(pen, data, place, scale) {
  const [side] = place.tile;
  const line = side > 6 ? 1 : 0;
  data.forEach((value, k) => {
    pen.fillStyle = css(colorOf(scale, value));
    pen.fillRect(...corner(place, k), side - line, side - line);
  });
}

function drawMaps(pen, data, shape, place, scaleOf, ratio) {
  const [height, width, channels] = shape;
  const stamp = dom("canvas", { width, height });
  const image = new ImageData(width, height);
  pen.imageSmoothingEnabled = width > place.tile[0] * ratio;
  pen.imageSmoothingQuality = "high";
  for (let channel = 0; channel < channels; channel++) {
    paint(channelOf(data, shape, channel), scaleOf(channel), image);
    stamp.getContext("2d").putImageData(image, 0, 0);
    pen.drawImage(stamp, ...corner(place, channel), ...place.tile);
  }
}

/** Outline the unit, and its map. */
function markUnit(pen, place, [height, width], { row, column, channel }, whole) {
  const [x, y] = corner(place, channel);
  const side = place.tile[0] / width;
  if (height * width > 1 || whole) outline(pen, x + 1, y + 1, place.tile[0] - 2, place.tile[1] - 2);
  if (whole) return;
  const grow = Math.max(0, (6 - side) / 2);
  const down = place.tile[1] / height;
  outline(pen, x + column * side - grow, y + row * down - grow, side + 2 * grow, down + 2 * grow);
}

/** Yellow between black: to be seen on every color. */
function outline(pen, ...box) {
  for (const [color, width] of [["#000", 4], ["#ffd60a", 2]]) {
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.strokeRect(...box);
  }
}
