// Small line plots in SVG, drawn in CSS pixels so that letters keep their size.

import { dom } from "./controls.js";

const SPACE = "http://www.w3.org/2000/svg";

/** An SVG element with attributes, and text or children. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SPACE, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** A path through points [[x, y], …]; a null between them lifts the pen. */
export function path(points, place) {
  let down = false;
  return points
    .map((point) => {
      const letter = down ? "L" : "M";
      down = Boolean(point);
      return point ? letter + place(point).map((value) => value.toFixed(1)).join(" ") : "";
    })
    .join("");
}

/**
 * A plot as wide as its place: `ratio` is its height by its width. `draw(plot)` is called whenever the
 * size has changed; `plot.place([x, y])` gives pixels for numbers between `low` and `high`.
 */
export class Plot {
  constructor({ ratio, low, high, margins = [0, 0, 0, 0], draw }) {
    Object.assign(this, { ratio, low, high, margins, redraw: draw });
    this.svg = svg("svg", { class: "stc-plot" });
    this.element = dom("div", { className: "stc-plot-room" }, this.svg);
    this.sizes = new ResizeObserver(() => this.#fit());
    this.sizes.observe(this.element);
  }

  #fit() {
    const width = this.element.clientWidth;
    if (!width || width === this.width) return;
    Object.assign(this, { width, height: Math.round(width * this.ratio) });
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.svg.style.height = `${this.height}px`;
    this.redraw(this);
  }

  #ends(axis) {
    const [top, right, bottom, left] = this.margins;
    return axis ? [this.height - bottom, top] : [left, this.width - right];
  }

  place = (point) =>
    point.map((value, axis) => {
      const [first, last] = this.#ends(axis);
      return first + ((value - this.low[axis]) / (this.high[axis] - this.low[axis])) * (last - first);
    });

  /** The numbers on both axes under a pointer. */
  under({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect();
    return [clientX - left, clientY - top].map((pixel, axis) => {
      const [first, last] = this.#ends(axis);
      return this.low[axis] + ((pixel - first) / (last - first)) * (this.high[axis] - this.low[axis]);
    });
  }

  /** The number on the horizontal axis under a pointer. */
  across(event) {
    return this.under(event)[0];
  }

  dispose() {
    this.sizes.disconnect();
  }
}
