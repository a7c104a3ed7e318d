// A plot with a point on it that the reader moves along the horizontal axis, by pointer or by keys.

import { Plot, svg } from "./plot.js";

const DIRECTIONS = { ArrowRight: 1, ArrowUp: 1, PageUp: 1, ArrowLeft: -1, ArrowDown: -1, PageDown: -1 };

/**
 * `ends` are the least and the greatest number, `numberAt(x)` is the number at a place of the axis,
 * `step(number, direction, { page, fine })` the one that a key leads to; `moved(number)` takes them.
 * What is drawn belongs into `back`, below the point.
 */
export class PointPlot extends Plot {
  constructor({ label, ends, numberAt, step, moved, ...plot }) {
    super(plot);
    Object.assign(this, { ends, numberAt, step, moved });
    this.back = svg("g", { "aria-hidden": "true" });
    this.handle = svg("g", { class: "stc-handle", tabindex: 0, role: "slider", "aria-label": label });
    this.handle.append(svg("circle", { r: 16, fill: "transparent" }), svg("circle", { r: 8 }));
    ["min", "max"].forEach((end, k) => this.handle.setAttribute(`aria-value${end}`, ends[k]));
    this.svg.append(this.back, this.handle);
    this.svg.addEventListener("pointerdown", (event) => this.#press(event));
    this.svg.addEventListener("pointermove", (event) => event.buttons & 1 && this.held && this.#point(event));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => (this.held = false));
    this.handle.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The number of the point, and what it says. */
  say(number, text) {
    this.number = number;
    this.handle.setAttribute("aria-valuenow", number);
    this.handle.setAttribute("aria-valuetext", text);
  }

  /** Draw the point at [x, y]. */
  put(point) {
    const at = this.place(point).map((value) => value.toFixed(1));
    this.handle.setAttribute("transform", `translate(${at.join(" ")})`);
  }

  #press(event) {
    if (event.button) return;
    this.held = true;
    this.svg.setPointerCapture(event.pointerId);
    this.#point(event);
    this.handle.focus({ focusVisible: false });
    event.preventDefault();
  }

  #point(event) {
    this.moved(this.numberAt(this.across(event)));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const end = { Home: this.ends[0], End: this.ends[1] }[event.key];
    const direction = DIRECTIONS[event.key];
    if (!direction && end === undefined) return;
    event.preventDefault();
    const how = { page: event.key.startsWith("Page"), fine: event.shiftKey };
    this.moved(end ?? this.step(this.number, direction, how));
  }
}
