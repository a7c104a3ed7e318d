// A sound and what the kernel makes of it: two curves, and on each what the window reads or puts out.

import { dom } from "../controls.js";
import { Plot, path, svg } from "../plot.js";
import { largest } from "../theme.js";

const MARGINS = [6, 6, 18, 34];

/** A row of numbers as a curve over the moments of the sound. */
export class WavePlot {
  /** `onPlace(moment)` is told where a pointer presses or drags. */
  constructor({ onPlace }) {
    this.plot = new Plot({ ratio: 0.19, low: [0, -1], high: [1, 1], margins: MARGINS, draw: () => this.shown && this.#draw() });
    this.plot.svg.setAttribute("role", "img");
    this.element = dom("div", {}, this.plot.element);
    const tell = (event) => event.buttons & 1 && onPlace(this.plot.across(event));
    for (const type of ["pointerdown", "pointermove"]) this.plot.svg.addEventListener(type, tell);
  }

  /** `values` stand at the moments 0, step, 2·step, …; `from`–`to` are marked; `last` is the end of the axis. */
  show({ values, step, from, to, last, label }) {
    const top = Math.max(1, largest(values)) * 1.08;
    Object.assign(this.plot, { low: [-1, -top], high: [last + 1, top] });
    this.shown = { values, step, from, to, last };
    this.plot.svg.setAttribute("aria-label", label);
    if (this.plot.width) this.#draw();
  }

  dispose() {
    this.plot.dispose();
  }

  #draw() {
    const { place, low, high } = this.plot;
    const { values, step, from, to, last } = this.shown;
    const [left, upper] = place([from - 0.5, high[1]]);
    const [right, lower] = place([to + 0.5, low[1]]);
    const points = Array.from(values, (value, j) => [j * step, value]);
    const level = Number(largest(values).toFixed(2));
    const marks = (level ? [level, 0, -level] : [0]).map((value) => {
      const [x, y] = place([low[0], value]);
      return svg("text", { x: x - 4, y: y + 4, "text-anchor": "end" }, String(value).replace("-", "−"));
    });
    const moments = [0, (last + 1) / 2, last].map((moment) => {
      const [x] = place([moment, 0]);
      return svg("text", { x, y: lower + 14, "text-anchor": "middle" }, String(moment));
    });
    const dots = points.filter(([moment]) => step > 1 || (moment >= from && moment <= to)).map((point) => {
      const [cx, cy] = place(point);
      return svg("circle", { class: "stc-w-dot", cx, cy, r: point[0] >= from && point[0] <= to ? 4 : 2 });
    });
    this.plot.svg.replaceChildren(
      svg("rect", { class: "stc-w-window", x: left, y: upper, width: right - left, height: lower - upper }),
      svg("path", { class: "stc-axis", d: path([[low[0], 0], [high[0], 0]], place) }),
      svg("path", { class: "stc-w-line", d: path(points, place) }),
      ...dots, ...marks, ...moments,
    );
  }
}
