// KernelLab: one kernel slides over one image. All of the chapter on the convolution in one figure.

import { kernels } from "../../wasm/kernels.js";
import { dom, written } from "../controls.js";
import { frame } from "../frame.js";
import { nearest, padded, reads, rotated, seen, windows } from "../geometry.js";
import { IMAGES, ImageChooser, grayOf, images, inked } from "../images.js";
import { KernelEditor } from "./kernel_editor.js";
import { STYLE } from "./kernel_lab_style.js";
import { inWords, noRoom, outputSizes, range, sizeOf, unreadPixels } from "./kernel_lab_text.js";
import { Legend, Picture } from "../picture.js";
import { Products, patchOf } from "./products.js";
import { Slide } from "./slide.js";
import { choice, flag, integer, number, numbers } from "../state.js";
import { addStyle } from "../style.js";
import { colorOf, largest, signed } from "../theme.js";

const BEYOND = 0.01; // of a map's numbers may lie beyond the ends of its scale

export const SCHEMA = {
  ...IMAGES,
  kernel: numbers([3, 3], [5, 5]),
  bias: number(),
  stride: integer(1, 8),
  dilation: integer(1, 6),
  padding: choice("valid", "same"),
  flip: flag(),
  colors: choice("sign", "gray"),
  i: integer(0, 4095),
  j: integer(0, 4095),
};

/** The windows, the framed image, the weights as applied, and the map that the library's kernel computes. */
export function featureMap(runtime, image, { kernel, bias, stride, dilation, padding, flip }) {
  const win = windows(image.shape, kernel.shape[0], { stride, padding, dilation });
  const framed = padded(image, win);
  const weights = flip ? rotated(kernel.data) : kernel.data;
  if (!win.fits) return { win, framed, weights, map: null };
  const shape = [win.rows.count, win.columns.count];
  const data = runtime.scope(() => {
    const x = runtime.array([1, ...framed.shape, 1], framed.data);
    const w = runtime.array([...kernel.shape, 1, 1], weights);
    const b = runtime.array([1], [bias]);
    const y = runtime.array([1, ...shape, 1]);
    runtime.run.conv2d(x, w, b, stride, stride, dilation, dilation, y);
    return y.data.slice();
  });
  return { win, framed, weights, map: { shape, data } };
}

const within = (value, count) => Math.min(count - 1, Math.max(0, value));

/** A picture with a title above and a legend below. */
function pane(picture) {
  const title = dom("p", { className: "stc-subtitle" });
  const legend = new Legend();
  const under = dom("div", { className: "stc-under" }, legend.element);
  return { picture, title, legend, under, element: dom("div", {}, title, picture.element, under) };
}

/** The parts of the figure, and what they show. */
class KernelLab {
  constructor(figure, runtime, model) {
    Object.assign(this, { figure, runtime, imageOf: images(model) });
    addStyle(figure.el, "kernel-lab", STYLE);
    this.chooser = new ImageChooser(figure, (values) => figure.set(this.#centered(values)));
    this.editor = new KernelEditor(figure);
    this.products = new Products();
    const desk = dom("div", { className: "stc-desk" }, this.editor.element, this.#windowControls());
    for (const part of [this.#pictures(), desk, this.products.element]) figure.add(part);
  }

  #pictures() {
    const image = new Picture({
      onPoint: (at) => this.#point(at),
      onStep: (rows, columns) => this.#stepOnImage(rows, columns),
      onKey: (event) => this.#press(event),
    });
    const map = new Picture({
      onPoint: ({ type, row, column }) => type !== "leave" && this.figure.set({ i: row, j: column }),
      onStep: (rows, columns) => this.#step(rows, columns),
    });
    this.figure.onDispose(() => [image, map].forEach((picture) => picture.dispose()));
    [this.x, this.y] = [image, map].map(pane);
    this.unread = dom("p", { className: "stc-hint" });
    this.x.under.append(this.unread);
    this.nothing = dom("p", { className: "stc-failure" });
    this.y.element.append(this.nothing);
    const options = [["sign", "red and blue"], ["gray", "as an image"]];
    this.figure.radio("colors", { label: "Colors", options, to: this.y.under });
    const go = (place) => this.figure.set(place);
    this.slide = new Slide(this.figure, { to: this.y.under, shapeOf: () => this.shown.map?.shape, go });
    return dom("div", { className: "stc-pictures" }, this.x.element, this.y.element);
  }

  #windowControls() {
    const to = dom("div", { className: "stc-box" });
    this.figure.slider("stride", { label: "Stride t", min: 1, max: 8, to });
    this.figure.slider("dilation", { label: "Dilation d", min: 1, max: 6, to });
    this.figure.radio("padding", { label: "Padding p", options: ["valid", "same"], to });
    this.figure.toggle("flip", { label: "Turn w by 180° (true convolution)", to });
    this.sizes = dom("div");
    to.append(this.sizes);
    return to;
  }

  /** New values, and the window in the middle of their image. */
  #centered(values) {
    const state = { ...this.figure.state, ...values };
    const image = this.imageOf(state);
    if (!image) return values;
    const { rows, columns } = windows(image.shape, state.kernel.shape[0], state);
    return { ...values, i: nearest(rows, image.shape[0] >> 1), j: nearest(columns, image.shape[1] >> 1) };
  }

  // --------------------------------------------------------------------- moving the window, drawing
  #point(at) {
    if (at.type === "leave" || !this.shown.map) return;
    const { rows, columns } = this.shown.win;
    const [row, column] = [at.row - rows.before, at.column - columns.before]; // in the image, unframed
    const place = { i: nearest(rows, row), j: nearest(columns, column) };
    if (this.figure.state.source !== "drawing") return this.figure.set(place);
    this.pen = [row, column];
    if (at.type === "press") this.ink = 1 - this.#inkAt(row, column);
    this.figure.set({ ...place, ...(at.type === "move" ? {} : this.#draw(row, column, this.ink)) });
  }

  #inkAt(row, column) {
    const { shape, data } = this.figure.state.drawing;
    return row >= 0 && column >= 0 && row < shape[0] && column < shape[1] ? data[row * shape[1] + column] : NaN;
  }

  #draw(row, column, ink) {
    if (Number.isNaN(this.#inkAt(row, column)) || Number.isNaN(ink)) return {};
    return { drawing: inked(this.figure.state.drawing, row, column, ink) };
  }

  #step(rows, columns) {
    if (!this.shown.map) return;
    const { i, j } = this.#placeOf(this.figure.state);
    const [height, width] = this.shown.map.shape;
    this.figure.set({ i: within(i + rows, height), j: within(j + columns, width) });
  }

  #stepOnImage(rows, columns) {
    if (this.figure.state.source !== "drawing") return this.#step(rows, columns);
    const [height, width] = this.figure.state.drawing.shape;
    const [row, column] = this.pen ?? [height >> 1, width >> 1];
    this.pen = [within(row + rows, height), within(column + columns, width)];
    const { win } = this.shown;
    this.figure.set({ i: nearest(win.rows, this.pen[0]), j: nearest(win.columns, this.pen[1]) });
    this.figure.invalidate();
  }

  #press(event) {
    if (event.key !== " " || this.figure.state.source !== "drawing") return;
    event.preventDefault();
    this.pen ??= this.figure.state.drawing.shape.map((side) => side >> 1);
    this.figure.set(this.#draw(...this.pen, 1 - this.#inkAt(...this.pen)));
  }

  // -------------------------------------------------------------------------------------- drawing
  draw(state) {
    const image = this.imageOf(state);
    this.chooser.show(state);
    this.editor.show(state.kernel);
    this.#compute(image, state);
    const { win, map } = this.shown;
    const present = (part, yes) => [part.picture.element, part.under].forEach((node) => (node.hidden = !yes));
    present(this.x, image);
    present(this.y, map);
    this.products.element.hidden = !map;
    this.nothing.hidden = Boolean(map);
    if (!map) this.nothing.textContent = image ? noRoom(image.shape, state, win) : "Choose an image file, or drop one here.";
    this.sizes.replaceChildren(...(image ? [outputSizes(win)] : []));
    this.#name(this.x, "Image x", image && sizeOf(image.shape));
    this.#name(this.y, "Feature map y", map && sizeOf(map.shape));
    if (map) this.place = this.#placeOf(state);
    if (image) this.#drawImage(image, state);
    if (map) this.#drawMap(image, state);
  }

  /** The marked number of the map, which may have become smaller. */
  #placeOf({ i, j }) {
    const [rows, columns] = this.shown.map.shape;
    return { i: within(i, rows), j: within(j, columns) };
  }

  /** Compute only what has changed: moving the window changes no number. */
  #compute(image, state) {
    const { kernel, bias, stride, dilation, padding, flip } = state;
    const from = [image?.data, kernel, bias, stride, dilation, padding, flip];
    if (this.from?.every((value, k) => value === from[k])) return;
    this.from = from;
    this.shown = image ? featureMap(this.runtime, image, state) : { map: null };
  }

  #name(part, name, size) {
    part.title.replaceChildren(name, " ", dom("span", {}, size ?? ""));
    part.picture.label = `${name}, ${size}. Arrow keys move the window.`;
  }

  #drawImage(image, state) {
    const { win: { rows, columns }, framed, map } = this.shown;
    const [height, width] = image.shape;
    const read = [seen(rows), seen(columns)];
    const inside = (row, column) => row >= 0 && column >= 0 && row < height && column < width;
    const unread = map ? unreadPixels(read) : 0;
    const veiled = (row, column) => inside(row, column) && !(read[0][row] && read[1][column]);
    const shift = (test) => (row, column) => test(row - rows.before, column - columns.before);
    const scale = grayOf(image, state.source);
    this.x.picture.show({
      values: framed.data,
      rows: framed.shape[0],
      columns: framed.shape[1],
      scale,
      tint: unread ? shift(veiled) : null,
      hatch: framed.shape.join() === image.shape.join() ? null : shift((row, column) => !inside(row, column)),
      marks: map ? this.#windowMarks() : [],
      write: (value) => written(value, 1),
    });
    this.x.legend.show(scale, { format: written });
    this.#fit(this.x.picture, framed.shape, 1);
    this.x.picture.element.style.touchAction = state.source === "drawing" ? "none" : ""; // a finger draws
    const violet = dom("span", { className: "stc-key" });
    this.unread.replaceChildren(...(unread ? [violet, `${unread} of ${height * width} pixels are read by no window`] : []));
  }

  /** The window on the framed image, and the pen of a drawing. */
  #windowMarks() {
    const { rows, columns } = this.shown.win;
    const [row, column] = [this.place.i * rows.t, this.place.j * columns.t];
    const marks = [{ row, column, rows: rows.span, columns: columns.span, dashed: rows.d > 1 }];
    if (rows.d > 1)
      for (const m of reads({ ...rows, before: 0 }, this.place.i))
        for (const n of reads({ ...columns, before: 0 }, this.place.j)) marks.push({ row: m, column: n });
    if (this.figure.state.source === "drawing" && this.pen)
      marks.push({ row: this.pen[0] + rows.before, column: this.pen[1] + columns.before, dashed: true });
    return marks;
  }

  #drawMap(image, state) {
    const { win, map, weights } = this.shown;
    const { i, j } = this.place;
    const scale = state.colors === "gray" ? grayOf(image, state.source) : signed(largest(map.data, BEYOND));
    const [low, high] = range(map.data);
    const [rows, columns] = map.shape;
    const marks = [{ row: i, column: j }];
    const { values, waits } = this.slide.shown(map.data, this.place, columns);
    const write = (value, row, column) => (waits?.(row, column) ? "" : written(value, 1));
    this.y.picture.show({ values, rows, columns, scale, marks, hatch: waits, write });
    const format = (value) => written(Number(value.toPrecision(3)));
    this.y.legend.show(scale, { format, below: low < scale.low, above: high > scale.high });
    this.#fit(this.y.picture, this.shown.framed.shape, (columns * state.stride) / this.shown.framed.shape[1]);
    const places = [reads(win.rows, i), reads(win.columns, j)];
    const result = map.data[i * columns + j];
    this.products.show({
      i, j, weights, result,
      patch: patchOf(image, ...places),
      rows: places[0],
      columns: places[1],
      flip: state.flip,
      bias: state.bias,
      color: colorOf(scale, result),
      scale: grayOf(image, state.source),
    });
  }

  /** A picture's width: a map's square is as wide as the steps of its windows on the image. */
  #fit(picture, [rows, columns], share) {
    picture.element.style.width = `calc(min(100%, var(--tall) * ${columns / rows}) * ${Math.min(1, share)})`;
  }

  describe(state) {
    return inWords(state, this.shown, this.imageOf(state));
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new KernelLab(figure, runtime, model) });
  },
};
