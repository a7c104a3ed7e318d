// A bar for everything that costs something: a layer of a network, a way to build a layer.

import { dom } from "./controls.js";

/** `choose(k)` is called for the row that the reader wants worked out. */
export class CostBars {
  constructor(choose) {
    this.choose = choose;
    this.title = dom("p", { className: "stc-l-title" });
    this.bars = dom("div", { className: "stc-l-bars", role: "group" });
    this.element = dom("div", {}, this.title, this.bars);
  }

  /**
   * `bars` are {words, family, part, share, count}: the bar's name, a class for its color, its length
   * from 0 to 1, and two texts behind it. Bar `marked` is the one that is worked out.
   */
  show(title, bars, marked) {
    const kinds = bars.map(({ family }) => family).join();
    if (kinds !== this.kinds) this.#lay(bars);
    this.kinds = kinds;
    this.title.textContent = title;
    this.bars.setAttribute("aria-label", title);
    bars.forEach(({ words, part, share, count: number }, k) => {
      const { button, name, fill, share: behind, count } = this.rows[k];
      name.textContent = words;
      fill.style.width = part ? `max(1px, ${100 * part}%)` : "0";
      behind.textContent = share;
      count.textContent = number;
      button.setAttribute("aria-pressed", String(k === marked));
    });
  }

  #lay(bars) {
    const old = this.rows?.findIndex(({ button }) => button === document.activeElement) ?? -1;
    this.rows = bars.map(({ family }, k) => {
      const [name, share, count] = ["name", "share", "count"].map((part) => dom("span", { className: `stc-l-${part}` }));
      const fill = dom("span", { className: `stc-l-fill ${family}` });
      const track = dom("span", { className: "stc-l-track" }, fill);
      const button = dom("button", { type: "button", className: "stc-l-bar", onclick: () => this.choose(k) });
      button.append(name, track, share, count);
      return { button, name, fill, share, count };
    });
    this.bars.replaceChildren(...this.rows.map(({ button }) => button));
    this.rows[old]?.button.focus();
  }
}

/** The box in which a row is worked out: a title, and [[what, sentence], …]. */
export class WorkedOut {
  constructor() {
    this.title = dom("strong");
    this.list = dom("dl");
    this.element = dom("div", { className: "stc-l-worked" }, this.title, this.list);
  }

  show(title, lines) {
    this.title.textContent = title;
    this.list.replaceChildren(...lines.flatMap(([what, said]) => [dom("dt", {}, what), dom("dd", {}, said)]));
  }
}
