// The table of costs: what every layer puts out, holds, does and sees.

import { dom } from "../controls.js";
import { MEASURES, grouped, sizeOf } from "../cost_words.js";
import { fieldOf, jumpOf } from "./ledger_text.js";

const KEYS = Object.keys(MEASURES);
const TITLES = ["Layer", "Output", ...KEYS.map((key) => MEASURES[key].title), "Sees", "Jump"];

export class CostTable {
  constructor() {
    this.heads = TITLES.map((title) => dom("th", { scope: "col" }, title));
    this.body = dom("tbody");
    this.foot = dom("tfoot");
    const table = dom("table", { className: "stc-l-table" }, dom("thead", {}, dom("tr", {}, ...this.heads)), this.body, this.foot);
    this.element = dom("div", { className: "stc-l-scroll", tabIndex: 0, role: "region", ariaLabel: "Costs, layer by layer" }, table);
  }

  show({ rows, totals }, measure, marked) {
    KEYS.forEach((key, k) => this.heads[2 + k].classList.toggle("stc-l-shown", key === measure));
    const lines = rows.map((row, k) => {
      const cells = [sizeOf(row.shape), ...KEYS.map((key) => grouped(row[key])), fieldOf(row), jumpOf(row)];
      return line(row.words, cells, k === marked ? "stc-l-marked" : "");
    });
    this.body.replaceChildren(...lines);
    this.foot.replaceChildren(line("Total", ["", ...KEYS.map((key) => grouped(totals[key])), "", ""]));
  }
}

const line = (head, texts, className = "") =>
  dom("tr", { className }, dom("th", { scope: "row" }, head), ...texts.map((text) => dom("td", {}, text)));
