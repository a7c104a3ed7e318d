// What other settings and other libraries make of the same side: a table with small pictures.

import { dom } from "../controls.js";
import { pooling, settings, verdict } from "./shape_bench_text.js";

const HEADS = ["Setting", "Zeros", "Outputs", "First window"];

/** A strip of a side: hatched padding, pixels, a dot where a window begins; pixels stand below each other. */
function strip(side, before, after) {
  const cells = Array.from({ length: before + side.H + after }, (_, k) => {
    const at = k - before + side.before; // in the framed side
    const there = at >= 0 && at < side.H + side.before + side.after;
    const inside = k >= before && k < before + side.H;
    const begins = there && at % side.t === 0 && at / side.t < side.count;
    const cell = dom("i", { className: inside ? "stc-in" : there ? "stc-out" : "" });
    cell.classList.toggle("stc-begins", begins);
    return cell;
  });
  return dom("span", { className: "stc-bench-strip", ariaHidden: "true" }, ...cells);
}

export class SettingsTable {
  constructor() {
    this.caption = dom("caption");
    this.body = dom("tbody");
    const heads = HEADS.map((text) => dom("th", { scope: "col" }, text));
    const table = dom("table", { className: "stc-bench-table" }, this.caption, dom("thead", {}, dom("tr", {}, ...heads)), this.body);
    [this.words, this.pool] = [dom("p"), dom("p", { className: "stc-bench-hint" })];
    const room = dom("div", { className: "stc-bench-scroll", tabIndex: 0, role: "group", ariaLabel: "Other settings and libraries" }, table);
    this.element = dom("div", { className: "stc-bench-others" }, room, this.words, this.pool);
  }

  show(H, state, name) {
    const rows = settings(H, state);
    const most = (key) => Math.max(...rows.map(({ side }) => side?.[key] ?? 0));
    const [before, after] = [most("before"), most("after")];
    this.caption.textContent = `The same window over ${name}, in other settings and libraries`;
    this.body.replaceChildren(
      ...rows.map(({ name: label, side, zeros, count, begin }) => {
        const cells = [zeros, count].map((text) => dom("td", {}, text));
        const last = dom("div", {}, dom("span", {}, begin), ...(side ? [strip(side, before, after)] : []));
        return dom("tr", {}, dom("th", { scope: "row" }, label), ...cells, dom("td", {}, last));
      }),
    );
    this.words.textContent = verdict(H, state);
    this.pool.textContent = pooling(H, state);
  }
}
