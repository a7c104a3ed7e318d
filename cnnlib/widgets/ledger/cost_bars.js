// A bar for every layer: its share of the parameters, the multiply-adds or the memory.

import { dom } from "../controls.js";
import { MEASURES, grouped, percent } from "./ledger_text.js";

const FAMILY = { Conv2D: "stc-l-conv", Dense: "stc-l-dense" };

/** `choose(k)` is called for the layer that the reader wants worked out. */
export class CostBars {
  constructor(choose) {
    this.choose = choose;
    this.title = dom("p", { className: "stc-l-title" });
    this.bars = dom("div", { className: "stc-l-bars", role: "group" });
    this.element = dom("div", {}, this.title, this.bars);
  }

  show({ rows, totals }, measure, marked) {
    const kinds = rows.map(({ kind }) => kind).join();
    if (kinds !== this.kinds) this.#lay(rows);
    this.kinds = kinds;
    const { of, unit } = MEASURES[measure];
    this.title.textContent = `Each layer's share ${of} (${grouped(totals[measure])}${unit})`;
    this.bars.setAttribute("aria-label", this.title.textContent);
    rows.forEach((row, k) => {
      const { button, name, fill, share, count } = this.rows[k];
      const part = row[measure] / (totals[measure] || 1);
      name.textContent = row.words;
      fill.style.width = part ? `max(1px, ${100 * part}%)` : "0";
      share.textContent = percent(part);
      count.textContent = `${grouped(row[measure])}${unit}`;
      button.setAttribute("aria-pressed", String(k === marked));
    });
  }

  #lay(rows) {
    const old = this.rows?.findIndex(({ button }) => button === document.activeElement) ?? -1;
    this.rows = rows.map(({ kind }, k) => {
      const [name, share, count] = ["name", "share", "count"].map((part) => dom("span", { className: `stc-l-${part}` }));
      const fill = dom("span", { className: `stc-l-fill ${FAMILY[kind] ?? ""}` });
      const track = dom("span", { className: "stc-l-track" }, fill);
      const button = dom("button", { type: "button", className: "stc-l-bar", onclick: () => this.choose(k) });
      button.append(name, track, share, count);
      return { button, name, fill, share, count };
    });
    this.bars.replaceChildren(...this.rows.map(({ button }) => button));
    this.rows[old]?.button.focus();
  }
}
