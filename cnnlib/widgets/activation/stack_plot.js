// What is left of a gradient after 1, 2, … 20 units: points on a logarithmic scale, zeros on a line of their own.

import { dom } from "../controls.js";
import { Plot, path, svg } from "../plot.js";

const SMALLEST = -14; // powers of ten
const NOUGHT = -16; // where zeros are drawn

/** 0.0000081 as "8.1 · 10⁻⁶"; numbers from 0.001 on as they are. */
export function power(value) {
  if (value === 0 || Math.abs(value) >= 0.001) return String(Number(value.toPrecision(3))).replace("-", "−");
  const [digits, exponent] = value.toExponential(1).split("e");
  const raised = [...String(Number(exponent))].map((letter) => (letter === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[letter])).join("");
  return `${digits.replace("-", "−")} · 10${raised}`;
}

/** How high a factor stands. */
export const height = (factor) => (factor === 0 ? NOUGHT : Math.max(SMALLEST - 0.7, Math.log10(Math.abs(factor))));

export class StackPlot {
  constructor() {
    this.plot = new Plot({
      ratio: 0.58,
      low: [0.4, NOUGHT - 0.8],
      high: [20.6, 0.8],
      margins: [4, 4, 20, 40],
      draw: () => this.left && this.#draw(),
    });
    this.plot.svg.setAttribute("role", "img");
    this.element = dom("div", {}, this.plot.element);
  }

  /** `left`: what is left after 1, 2, … units; `depth`: the marked one. */
  show(left, depth) {
    Object.assign(this, { left, depth });
    this.plot.svg.setAttribute("aria-label", `What is left after ${depth} units: ${power(left[depth - 1])}`);
    if (this.plot.width) this.#draw();
  }

  dispose() {
    this.plot.dispose();
  }

  #draw() {
    const { place } = this.plot;
    const points = this.left.map((factor, k) => [k + 1, height(factor)]);
    const level = (n, text) => {
      const [x, y] = place([0.4, n]);
      return [
        svg("path", { class: n ? "stc-grid-line" : "stc-axis", d: path([[0.4, n], [20.6, n]], place) }),
        svg("text", { x: x - 5, y: y + 4, "text-anchor": "end" }, text),
      ];
    };
    const powers = [["1", 0], ["10⁻⁴", -4], ["10⁻⁸", -8], ["10⁻¹²", -12], ["0", NOUGHT]];
    const units = [1, 5, 10, 15, 20].map((unit) => {
      const [x, y] = place([unit, NOUGHT - 0.8]);
      return svg("text", { x, y: y + 15, "text-anchor": "middle" }, String(unit));
    });
    const dots = points.map((point, k) => {
      const [cx, cy] = place(point);
      const kind = this.left[k] === 0 ? "stc-dot stc-dot-zero" : "stc-dot";
      return svg("circle", { class: k + 1 === this.depth ? `${kind} stc-dot-now` : kind, cx, cy, r: k + 1 === this.depth ? 6.5 : 3.5 });
    });
    const lines = powers.flatMap(([text, n]) => level(n, text));
    this.plot.svg.replaceChildren(...lines, ...units, svg("path", { class: "stc-stack-line", d: path(points, place) }), ...dots);
  }
}
