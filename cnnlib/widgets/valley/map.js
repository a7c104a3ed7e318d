// Lines of equal loss, the paths, and the start as a point that can be moved.

import { HIGH, LOW, RUNNERS, at, contours } from "./descent.js";
import { Plot, path, svg } from "../plot.js";

const KEYS = { ArrowRight: [0.1, 0], ArrowLeft: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
const FAR = 50; // beyond the picture a path is not drawn any further
/** A circle, a square and a triangle around the pen. */
export const MARKS = {
  sgd: "m-2.6 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0-5.2 0z",
  momentum: "m-2.4-2.4h4.8v4.8h-4.8z",
  adam: "m0-3.2l3 5.2h-6z",
};

const inside = (point) =>
  point.map((value, axis) => Number(Math.min(HIGH[axis], Math.max(LOW[axis], value)).toFixed(2)));

export class ValleyMap {
  /** `moved([x, y])` is called when the reader moves the start. */
  constructor(moved) {
    this.moved = moved;
    this.plot = new Plot({ ratio: 0.5, low: LOW, high: HIGH, draw: () => this.state && this.#draw() });
    this.back = svg("svg", { "aria-hidden": "true", class: "stc-v-clip" }); // an inner one is clipped
    this.handle = svg("g", { class: "stc-handle", tabindex: 0, role: "application" });
    this.handle.append(svg("circle", { r: 16, fill: "transparent" }), svg("circle", { r: 8 }));
    this.plot.svg.append(this.back, this.handle);
    this.element = this.plot.element;
    this.plot.svg.addEventListener("pointerdown", (event) => this.#press(event));
    this.plot.svg.addEventListener("pointermove", (event) => event.buttons & 1 && this.held && this.#point(event));
    this.plot.svg.addEventListener("click", (event) => this.#point(event)); // a tap
    for (const end of ["pointerup", "pointercancel"]) this.plot.svg.addEventListener(end, () => (this.held = false));
    this.handle.addEventListener("keydown", (event) => this.#key(event));
  }

  /** `runs`: what descend() finds for the optimizers that are shown; `text`: what the start says. */
  show(land, state, runs, text) {
    Object.assign(this, { land, state, runs });
    this.handle.setAttribute("aria-label", text);
    if (this.plot.width) this.#draw();
  }

  dispose() {
    this.plot.dispose();
  }

  /** A finger that begins elsewhere may want to scroll. */
  #press(event) {
    if (event.button || (event.pointerType === "touch" && !this.handle.contains(event.target))) return;
    this.held = true;
    this.plot.svg.setPointerCapture(event.pointerId);
    this.#point(event);
    this.handle.focus({ focusVisible: false });
    event.preventDefault();
  }

  #point(event) {
    this.moved(inside(this.plot.under(event)));
  }

  #key(event) {
    const step = KEYS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.moved(inside(step.map((by, axis) => this.state.start.data[axis] + by * (event.shiftKey ? 0.1 : 1))));
  }

  #draw() {
    const { place } = this.plot;
    const { landscape, steepness, start } = this.state;
    const now = [landscape, steepness, this.plot.width].join();
    if (now !== this.drawn) Object.assign(this, { drawn: now, ground: this.#ground() });
    const paths = RUNNERS.filter((runner) => this.runs[runner]).flatMap((runner) => this.#path(runner));
    this.back.replaceChildren(...this.ground, ...paths);
    this.handle.setAttribute("transform", `translate(${place([...start.data]).map((value) => value.toFixed(1)).join(" ")})`);
  }

  #ground() {
    const { place } = this.plot;
    const { minima, floor } = this.land;
    const lines = contours(this.land, this.state.steepness).map((points) => svg("path", { class: "stc-v-level", d: `${path(points, place)}Z` }));
    const cross = minima.map((x) => `M${place([x, at(floor, x)]).join(" ")}m-6 0h12m-6-6v12`).join("");
    return [...lines, svg("path", { class: "stc-v-minimum", d: cross })];
  }

  #path(runner) {
    const points = this.runs[runner].points.filter((point) => point.every((value) => Math.abs(value) < FAR));
    const marks = points.map((point) => `M${this.plot.place(point).map((v) => v.toFixed(1)).join(" ")}${MARKS[runner]}`);
    const part = (kind, d) => svg("path", { class: `stc-v-${kind} stc-v-${runner}`, d });
    return [part("path", path(points, this.plot.place)), part("marks", marks.join("")), part("now", marks.at(-1))];
  }
}
