// A table of the largest differences: a row for each part, which can be chosen there.

import { dom } from "../controls.js";
import { agrees } from "./parity.js";
import { counted, scientific } from "./parity_viewer_text.js";

export class PartTable {
  /** `chosen(k)`: another part. */
  constructor(chosen) {
    this.chosen = chosen;
    const heads = ["part", "shape", "largest difference", "relative", "spacings"];
    const head = heads.map((text, k) => dom("th", { scope: "col", className: k === 1 ? "stc-pv-shape" : "" }, text));
    this.body = dom("tbody");
    const table = dom("table", { className: "stc-pv-table" }, dom("thead", {}, dom("tr", {}, ...head)), this.body);
    table.setAttribute("aria-label", "The largest difference of each part");
    this.element = dom("div", { className: "stc-pv-room" }, table);
  }

  show(parts, differences, chosen) {
    if (this.parts !== parts) this.#make(parts);
    this.rows.forEach(({ node, button, cells }, k) => {
      const { largest, relative, spacings } = differences[k];
      cells[0].textContent = scientific(largest);
      cells[1].textContent = scientific(relative);
      cells[2].textContent = counted(spacings);
      node.dataset.agrees = agrees(differences[k]) ? "yes" : "no";
      button.setAttribute("aria-pressed", String(k === chosen));
    });
  }

  #make(parts) {
    this.parts = parts;
    this.rows = parts.map(({ name, shape }, k) => {
      const onclick = () => this.chosen(k);
      const button = dom("button", { type: "button", className: "stc-button stc-pv-part", onclick }, name);
      const cells = [dom("td"), dom("td"), dom("td")];
      const size = dom("td", { className: "stc-pv-shape" }, shape.join(" × "));
      const node = dom("tr", {}, dom("th", { scope: "row" }, button), size, ...cells);
      return { node, button, cells };
    });
    this.body.replaceChildren(...this.rows.map(({ node }) => node));
  }
}
