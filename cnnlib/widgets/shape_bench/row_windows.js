// All windows over a row of pixels, in lanes, so that none hides another; the marked one is yellow.

import { dom } from "../controls.js";
import { lanes, taps } from "./layout.js";

const percent = (part, all) => `${(100 * part) / all}%`;

/** A row's numbers above its cells, and its windows below. For the eye and the pointer; keys use the output. */
export class RowWindows {
  constructor({ onPick }) {
    this.onPick = onPick;
    this.heads = dom("div", { className: "stc-bench-heads", ariaHidden: "true" });
    this.bars = dom("div", { className: "stc-bench-bars", ariaHidden: "true" });
    this.bars.addEventListener("click", (event) => {
      const bar = event.target.closest(".stc-bench-bar");
      if (bar) onPick(Number(bar.dataset.j));
    });
  }

  show(side, marked) {
    const all = side.H + side.before + side.after;
    for (const node of [this.heads, this.bars]) node.style.setProperty("--columns", all);
    const every = all > 20 ? 4 : 1;
    const number = (_, at) => {
      const pixel = at - side.before;
      const named = pixel >= 0 && pixel < side.H && pixel % every === 0;
      return dom("span", {}, named ? String(pixel) : "");
    };
    this.heads.replaceChildren(...Array.from({ length: all }, number));
    const { count, lane } = lanes(side);
    this.bars.style.setProperty("--lanes", count);
    this.bars.replaceChildren(...Array.from({ length: side.count }, (_, j) => this.#bar(side, j, lane(j), count, all, j === marked)));
  }

  #bar(side, j, lane, count, all, marked) {
    const bar = dom("div", { className: `stc-bench-bar${marked ? " stc-marked" : ""}` });
    bar.dataset.j = j;
    const first = j * side.t;
    Object.assign(bar.style, { left: percent(first, all), width: percent(side.span, all), top: percent(lane, count) });
    bar.append(...taps(side, j).map(({ at, inside }) => {
      const tap = dom("span", { className: inside ? "" : "stc-zero" });
      Object.assign(tap.style, { left: percent(at - first, side.span), width: percent(1, side.span) });
      return tap;
    }));
    return bar;
  }
}
