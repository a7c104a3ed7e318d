// The curve of an activation function, its slope, and the tangent at a point that can be moved.

import { FUNCTIONS, pass } from "./bends.js";
import { dom, written } from "../controls.js";
import { path, svg } from "../plot.js";
import { PointPlot } from "../point_plot.js";

const LOW = [-4, -1.4];
const HIGH = [4, 4.2];
const STEP = 0.04;
const TANGENT = 1.1; // its half length
const HILL = 0.95; // the height of the histogram
export const BINS = 80;
export const ENDS = [LOW[0], HIGH[0]];

/** Where the curve is computed: on both sides of 0 as well, for a slope may jump there. */
const SAMPLES = Float32Array.from(
  [...Array.from({ length: 201 }, (_, k) => LOW[0] + STEP * k), 1e-5].sort((a, b) => a - b),
);

const inside = (value, low, high) => Math.min(high, Math.max(low, value));
const numberAt = (x) => Number(inside(x, ...ENDS).toFixed(2));
const step = (x, direction, { page, fine }) => numberAt(x + direction * (page ? 1 : 0.1) * (fine ? 0.1 : 1));

/** Two numbers of a function at x: {y: f(x), slope: f′(x)}. */
export function valueAt(runtime, state, x) {
  const { y, dx } = pass(runtime, state, [x]);
  return { y: y[0], slope: dx[0] };
}

export class Curve {
  /** `moved(x)` is called when the reader moves the point. */
  constructor(runtime, moved) {
    this.runtime = runtime;
    const size = { ratio: 0.72, low: LOW, high: HIGH, margins: [4, 4, 20, 4] };
    const label = "The point x on the curve";
    this.plot = new PointPlot({ ...size, label, ends: ENDS, numberAt, step, moved, draw: () => this.state && this.#draw() });
    this.read = dom("div", { className: "stc-readout" });
    this.element = dom("div", { className: "stc-curve" }, this.plot.element, this.read);
  }

  /** `counts`: how many of a map's numbers lie in each bin. */
  show(state, counts) {
    Object.assign(this, { state, counts });
    const { y, dx } = pass(this.runtime, state, SAMPLES);
    Object.assign(this, { y, slopes: dx, point: valueAt(this.runtime, state, state.at) });
    if (this.plot.width) this.#draw();
    this.#say();
  }

  dispose() {
    this.plot.dispose();
  }

  #draw() {
    const { place } = this.plot;
    const { at, function: name } = this.state;
    const { y, slope } = this.point;
    const line = (values, kind) => svg("path", { class: kind, d: path(this.#points(values, kind, name), place) });
    const run = Math.min(TANGENT, TANGENT / Math.hypot(1, slope) + 0.25);
    const tangent = [-run, run].map((step) => [at + step, y + step * slope]);
    const guide = [[at, Math.min(0, y, slope)], [at, Math.max(0, y, slope)]];
    const [x, slopeAt] = place([at, slope]);
    this.plot.back.replaceChildren(
      ...this.#axes(),
      svg("path", { class: "stc-hill", d: this.#hill() }),
      line(this.slopes, "stc-slope"),
      line(this.y, "stc-bend"),
      svg("path", { class: "stc-guide", d: path(guide, place) }),
      svg("path", { class: "stc-tangent", d: path(tangent, place) }),
      svg("circle", { class: "stc-slope-dot", r: 5, cx: x, cy: slopeAt }),
    );
    this.plot.put([inside(at, ...ENDS), inside(y, LOW[1], HIGH[1])]);
  }

  /** The points of a line; the slope of a function with a corner jumps at 0. */
  #points(values, kind, name) {
    const points = Array.from(SAMPLES, (x, k) => [x, values[k]]);
    if (FUNCTIONS[name].corner && kind === "stc-slope") points.splice(SAMPLES.indexOf(Math.fround(1e-5)), 0, null);
    return points.filter((point) => !point || point[1] <= HIGH[1]);
  }

  #axes() {
    const { place } = this.plot;
    const line = (from, to, kind) => svg("path", { class: kind, d: path([from, to], place) });
    const whole = (axis) => Array.from({ length: 9 }, (_, k) => k - 4).filter((n) => n >= LOW[axis] && n <= HIGH[axis]);
    const grid = (n, axis) =>
      axis ? line([LOW[0], n], [HIGH[0], n], n ? "stc-grid-line" : "stc-axis") : line([n, LOW[1]], [n, HIGH[1]], n ? "stc-grid-line" : "stc-axis");
    const words = (n, axis) => {
      const [x, y] = place(axis ? [0, n] : [n, LOW[1]]);
      const edge = axis ? "start" : { [LOW[0]]: "start", [HIGH[0]]: "end" }[n] ?? "middle";
      const at = axis ? { x: x + 4, y: y - 3 } : { x, y: y + 15 };
      return svg("text", { ...at, "text-anchor": edge }, String(n).replace("-", "−"));
    };
    return [0, 1].flatMap((axis) => [...whole(axis).map((n) => grid(n, axis)), ...whole(axis).filter((n) => !axis || n).map((n) => words(n, axis))]);
  }

  /** The histogram of the map's numbers, on the lower edge. */
  #hill() {
    const width = (HIGH[0] - LOW[0]) / BINS;
    const top = Math.max(...this.counts);
    const steps = this.counts.flatMap((count, k) => {
      const height = LOW[1] + HILL * Math.sqrt(count / top); // the root, so that a few can be seen beside many
      return [[LOW[0] + k * width, height], [LOW[0] + (k + 1) * width, height]];
    });
    return `${path([[LOW[0], LOW[1]], ...steps, [HIGH[0], LOW[1]]], this.plot.place)}Z`;
  }

  #say() {
    const { at, function: name } = this.state;
    const { y, slope } = this.point;
    const item = (kind, text, value) => dom("p", {}, dom("i", { className: kind }), text, dom("b", {}, written(value, 3)));
    this.read.replaceChildren(
      dom("p", { className: "stc-formula-line" }, FUNCTIONS[name].formula),
      item("stc-key-point", "x = ", at),
      item("stc-key-bend", "f(x) = ", y),
      item("stc-key-slope", "f′(x) = ", slope),
      dom("p", { className: "stc-key-line" }, dom("i", { className: "stc-key-hill" }), "z of the map below"),
    );
    this.plot.say(at, `x ${written(at, 2)}, f of x ${written(y, 3)}, slope ${written(slope, 3)}`);
  }
}
