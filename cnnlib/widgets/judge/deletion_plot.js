// How the probability of the class falls while pixels are covered: a curve for each explanation.

import { dom } from "../controls.js";
import { Plot, path, svg } from "../plot.js";
import { STEPS, mean } from "./judging.js";

export const CURVES = ["chance", "saliency", "occlusion", "grad_cam"];

export class DeletionPlot {
  constructor(titles) {
    this.titles = titles;
    this.plot = new Plot({ ratio: 0.42, low: [0, 0], high: [1, 1], margins: [8, 22, 34, 34], draw: () => this.curves && this.#draw() });
    this.plot.svg.setAttribute("role", "img");
    this.key = dom("p", { className: "stc-j-key" });
    this.element = dom("div", { className: "stc-j-plot" }, this.plot.element, this.key);
  }

  /** `step`: where the line stands. */
  show(curves, step) {
    Object.assign(this, { curves, step });
    const words = CURVES.map((name) => `${this.titles[name]} ${mean(curves[name]).toFixed(2)}`).join(", ");
    this.plot.svg.setAttribute("aria-label", `Probability of the class while pixels are covered. Mean of each curve: ${words}.`);
    this.key.replaceChildren(...CURVES.map((name) => this.#keyOf(name)));
    if (this.plot.width) this.#draw();
  }

  dispose() {
    this.plot.dispose();
  }

  #keyOf(name) {
    const line = svg("svg", { viewBox: "0 0 26 8", width: 26, height: 8, "aria-hidden": "true" });
    line.append(svg("path", { class: `stc-j-line stc-j-${name}`, d: "M1 4H25" }));
    return dom("span", {}, line, ` ${this.titles[name]} ${mean(this.curves[name]).toFixed(2)}`);
  }

  #draw() {
    const { place } = this.plot;
    const line = (points, kind) => svg("path", { class: kind, d: path(points, place) });
    const label = (at, text, shift, anchor) => {
      const [x, y] = place(at);
      return svg("text", { x: x + shift[0], y: y + shift[1], "text-anchor": anchor }, text);
    };
    const across = [0, 0.5, 1].flatMap((p) => [line([[0, p], [1, p]], "stc-grid-line"), label([0, p], String(p), [-5, 4], "end")]);
    const along = [0, 0.25, 0.5, 0.75, 1].map((share) => label([share, 0], `${100 * share} %`, [0, 15], "middle"));
    const name = label([0.5, 0], "of the pixels are covered", [0, 29], "middle");
    const now = line([[this.step / STEPS, 0], [this.step / STEPS, 1]], "stc-j-now");
    const curves = CURVES.map((of) => line(this.curves[of].map((p, k) => [k / STEPS, p]), `stc-j-line stc-j-${of}`));
    this.plot.svg.replaceChildren(...across, ...along, name, now, ...curves);
  }
}
