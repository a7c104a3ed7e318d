// The loss or its gradient over all logits, four ways, and the logit as a point that can be moved.

import { FAR, NEAR, SAMPLES, lens, rounded, step, unlens } from "./lens.js";
import { path, svg } from "../plot.js";
import { PointPlot } from "../point_plot.js";

const ENDS = [-lens(FAR), lens(FAR)];
const numberAt = (place) => rounded(unlens(place));
const TICKS = [-100, -16, -6, -4, -2, 0, 2, 4, 6, 16, 100];
const NARROW = 300; // pixels: below, every other tick has a number
const ORDER = ["squared", "logits", "clipped", "naive"]; // the last one lies on top
export const LOSS = {
  name: "loss L",
  low: -0.6,
  high: lens(FAR) + 1.6, // room for what is beyond
  ticks: [0, 2, 4, 6, 16, 100],
  at: (loss) => lens(loss),
  of: ({ loss }) => loss,
};
export const SLOPE = {
  name: "gradient dL/dz",
  low: -1.2,
  high: 1.55,
  ticks: [-1, -0.5, 0, 0.5, 1],
  at: (slope) => slope,
  of: ({ slope }) => slope,
};

/** The stretches of the axis where a way gives no number: [{from, to, text}], places on the axis. */
export function gone(values) {
  const found = [];
  values.forEach((value, k) => {
    const text = Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? "" : "∞";
    const place = lens(SAMPLES[k]);
    if (!text) return;
    const last = found.at(-1);
    if (last?.k === k - 1 && last.text === text) Object.assign(last, { k, to: place });
    else found.push({ k, from: place, to: place, text });
  });
  return found;
}

export class DialPlot {
  /** `axis`: LOSS or SLOPE; `moved(z)` is called when the reader moves the point. */
  constructor(axis, moved) {
    this.axis = axis;
    const size = { ratio: 0.66, low: [ENDS[0], axis.low], high: [ENDS[1], axis.high], margins: [6, 10, 20, 30] };
    const label = `The logit z, on the curve of the ${axis.name}`;
    this.plot = new PointPlot({ ...size, label, ends: [-FAR, FAR], numberAt, step, moved, draw: () => this.curves && this.#draw() });
    this.element = this.plot.element;
  }

  /** `curves`: the ways of all SAMPLES, `now`: those of the logit z, `text`: what the point says. */
  show(z, curves, now, text) {
    Object.assign(this, { z, curves, now });
    this.plot.say(z, text);
    if (this.plot.width) this.#draw();
  }

  dispose() {
    this.plot.dispose();
  }

  #draw() {
    const { axis, plot, now } = this;
    const { place } = plot;
    const spot = (value) => place([lens(this.z), axis.at(value)]);
    const dots = ORDER.filter((way) => Number.isFinite(axis.of(now[way]))).map((way) => {
      const [cx, cy] = spot(axis.of(now[way]));
      return svg("circle", { class: `stc-cd-dot stc-cd-${way}`, r: 5, cx, cy });
    });
    const [x] = spot(0);
    const [top, bottom] = [place([0, axis.high])[1], place([0, axis.low])[1]];
    const cursor = svg("path", { class: "stc-cd-cursor", d: `M${x.toFixed(1)} ${top}V${bottom}` });
    plot.back.replaceChildren(...this.#axes(), cursor, ...ORDER.map((way) => this.#curve(way)), ...this.#gone(), ...dots);
    plot.put([lens(this.z), axis.at(axis.of(now.logits))]);
  }

  #curve(way) {
    const { axis } = this;
    const points = Array.from(axis.of(this.curves[way]), (value, k) => (Number.isFinite(value) ? [lens(SAMPLES[k]), axis.at(value)] : null));
    return svg("path", { class: `stc-cd-line stc-cd-${way}`, d: path(points, this.plot.place) });
  }

  /** A bar at the upper edge where the plain formula gives no number. */
  #gone() {
    const { axis, plot } = this;
    return gone(axis.of(this.curves.naive)).flatMap(({ from, to, text }) => {
      const [[left, y], [right]] = [from, to].map((place) => plot.place([place, axis.high]));
      const bar = svg("rect", { class: "stc-cd-gone", x: left, y: y + 1, width: Math.max(2, right - left), height: 15, rx: 2 });
      const fits = right - left > 8 * text.length + 6;
      const at = fits ? { x: (left + right) / 2, "text-anchor": "middle" } : { x: right + 4 };
      return [bar, svg("text", { class: "stc-cd-gone-text", ...at, y: y + 13 }, text)];
    });
  }

  #axes() {
    const { axis, plot } = this;
    const line = (from, to, kind) => svg("path", { class: kind, d: path([from, to], plot.place) });
    const [[left, top], [right, bottom]] = [plot.place([-NEAR, axis.high]), plot.place([NEAR, axis.low])];
    const under = svg("rect", { class: "stc-cd-lens", x: left, y: top, width: right - left, height: bottom - top });
    const minus = (n) => String(n).replace("-", "−");
    const upright = TICKS.flatMap((n, k) => {
      const [x, y] = plot.place([lens(n), axis.low]);
      const text = plot.width < NARROW && k % 2 === 0 && n ? [] : [svg("text", { x, y: y + 15, "text-anchor": "middle" }, minus(n))];
      return [line([lens(n), axis.low], [lens(n), axis.high], n ? "stc-grid-line" : "stc-axis"), ...text];
    });
    const across = axis.ticks.flatMap((n) => {
      const [x, y] = plot.place([ENDS[0], axis.at(n)]);
      const text = svg("text", { x: x - 4, y: y + 4, "text-anchor": "end" }, minus(n));
      return [line([ENDS[0], axis.at(n)], [ENDS[1], axis.at(n)], n ? "stc-grid-line" : "stc-axis"), text];
    });
    return [under, ...upright, ...across];
  }
}
