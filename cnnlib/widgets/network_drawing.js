// A network drawn from the shapes of its outputs: maps as blocks, rows of numbers as sticks.

import { dom } from "./controls.js";
import { Plot, svg } from "./plot.js";

const RATIO = 0.2; // of the drawing's height to its width
const ROOM = 0.82; // of the height is for the largest block
const SLANT = [0.34, -0.17]; // what a pixel to the right is across and up, by a pixel down
const LEAST = 3; // CSS pixels

export const DRAWING_STYLE = `
.stc-drawing .stc-block { fill: var(--block, var(--other)); stroke: var(--ground); stroke-width: 1; cursor: pointer; }
.stc-drawing .stc-block path:nth-of-type(2) { fill: color-mix(in srgb, var(--block, var(--other)) 70%, var(--ground)); }
.stc-drawing .stc-block path:nth-of-type(3) { fill: color-mix(in srgb, var(--block, var(--other)) 84%, var(--ink)); }
.stc-drawing .stc-block[data-marked] { stroke: var(--ink); stroke-width: 1.6; }
.stc-drawing .stc-view { fill: #ffd60a; stroke: #000; stroke-width: 0.75; }
.stc-drawing text { fill: var(--quiet); font-size: 11px; text-anchor: middle; }
`;

/** How large a shape is drawn: {across, down, slant}, CSS pixels; `unit` is what a row of pixels has. */
export function blockOf(shape, unit, { widest, tallest }) {
  const thick = Math.min(widest, 2 + 3 * Math.log2(shape.at(-1)));
  if (shape.length === 1) return { across: 4, down: Math.min(tallest, LEAST + 6 * Math.log2(shape[0] + 1)), slant: [0, 0] };
  const [down, right] = [shape[0], shape[1]].map((side) => Math.max(LEAST, side * unit));
  return { across: thick, down, slant: SLANT.map((part) => part * right) };
}

/** `choose(k)` is called for the block that the reader clicks: 0 is the input. */
export class NetworkDrawing {
  constructor(choose) {
    this.choose = choose;
    this.plot = new Plot({ ratio: RATIO, low: [0, 0], high: [1, 1], draw: () => this.#draw() });
    this.plot.svg.setAttribute("role", "img");
    this.element = dom("div", { className: "stc-drawing" }, this.plot.element);
  }

  /**
   * Draw `blocks` [{shape, color}], the input first; `marked` is the chosen one, and `field` the rows
   * and columns of the input that one of its numbers sees: null for all of them. `words` says the same.
   */
  show(blocks, marked, field, words) {
    this.shown = { blocks, marked, field };
    this.plot.svg.setAttribute("aria-label", words);
    this.#draw();
  }

  dispose() {
    this.plot.dispose();
  }

  #draw() {
    const { width, height } = this.plot;
    if (!width || !this.shown) return;
    const { blocks, marked, field } = this.shown;
    const slot = width / blocks.length;
    const sides = blocks.filter(({ shape }) => shape.length > 1).map(({ shape }) => shape[0] - SLANT[1] * shape[1]);
    const wide = Math.max(...blocks.map(({ shape }) => (shape.length > 1 ? shape[1] : 0)));
    const unit = Math.min((height * ROOM) / Math.max(...sides), (slot * 0.5) / (SLANT[0] * wide));
    const limits = { widest: slot * 0.4, tallest: height * ROOM };
    const floor = height * 0.5 + (unit * Math.max(...sides)) / 2;
    const parts = blocks.map((block, k) => {
      const size = blockOf(block.shape, unit, limits);
      const at = [slot * (k + 0.5) - (size.across + size.slant[0]) / 2, floor - size.down];
      const made = this.#block(at, size, block, k);
      if (k === marked) made.dataset.marked = "";
      if (k === 0) made.append(...view(at, size, block.shape, field));
      return made;
    });
    this.plot.svg.replaceChildren(...parts);
  }

  #block([x, y], { across, down, slant: [a, b] }, { color }, k) {
    const front = `M${x} ${y}h${across}v${down}h${-across}z`;
    const top = `M${x} ${y}l${a} ${b}h${across}l${-a} ${-b}z`;
    const side = `M${x + across} ${y}l${a} ${b}v${down}l${-a} ${-b}z`;
    const made = svg("g", { class: "stc-block" }, ...[front, top, side].map((d) => svg("path", { d })));
    if (color) made.style.setProperty("--block", color);
    made.addEventListener("click", () => this.choose(k));
    return made;
  }
}

/** What a number sees, in the middle of the input's face. */
function view([x, y], { across, down, slant: [a, b] }, [rows, columns], field) {
  const [tall, wide] = (field ?? [rows, columns]).map((pixels, axis) => Math.min(1, pixels / [rows, columns][axis]));
  const [left, upper] = [(1 - wide) / 2, (1 - tall) / 2];
  const start = [x + across + a * left, y + b * left + down * upper];
  return [svg("path", { class: "stc-view", d: `M${start.join(" ")}l${a * wide} ${b * wide}v${down * tall}l${-a * wide} ${-b * wide}z` })];
}
