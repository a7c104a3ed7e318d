// A few classes: a row for each, with its logit, its probability and its gradient.

import { cell, dom } from "../controls.js";
import { digits } from "./confidence_dial_text.js";

let tables = 0; // the radio buttons of a table belong together by a name

/** A number with a bar from 0 to its size; `signed`: from the middle, to both sides. */
function bar(signed) {
  const [fill, number] = [dom("span", { className: "stc-cd-fill" }), dom("span", { className: "stc-cd-number" })];
  const track = dom("span", { className: `stc-cd-track${signed ? " stc-cd-signed" : ""}`, ariaHidden: "true" }, fill);
  const show = (value) => {
    number.textContent = digits(value);
    const size = 100 * Math.min(1, Math.abs(value));
    fill.style.width = `${signed ? size / 2 : size}%`;
    fill.style.left = signed && value < 0 ? `${50 - size / 2}%` : signed ? "50%" : "0";
    fill.dataset.sign = value < 0 ? "below" : "above";
  };
  return { node: dom("td", {}, number, track), show };
}

export class ClassTable {
  /** `changed(k, z)`: another logit; `chosen(k)`: another right class. */
  constructor({ changed, chosen }) {
    Object.assign(this, { changed, chosen, name: `stc-cd-${(tables += 1)}` });
    const heads = ["class", "right", "logit z", "u", "p", "p − t", "plain p"];
    const head = dom("tr", {}, ...heads.map((text) => dom("th", { scope: "col" }, text)));
    this.body = dom("tbody");
    const table = dom("table", { className: "stc-cd-table stc-cd-classes" }, dom("thead", {}, head), this.body);
    table.setAttribute("aria-label", "The classes of the softmax");
    this.element = table;
  }

  show(logits, { u, p, gradient, right, naive }) {
    if (this.rows?.length !== p.length) this.#make(p.length);
    this.rows.forEach((row, k) => {
      row.z.show(logits[k]);
      row.radio.checked = k === right;
      row.u.textContent = digits(u[k], 3);
      row.p.show(p[k]);
      row.slope.show(gradient[k]);
      row.naive.textContent = digits(naive[k]);
      row.naive.classList.toggle("stc-cd-bad", Number.isNaN(naive[k]));
    });
  }

  #make(count) {
    this.rows = Array.from({ length: count }, (_, k) => {
      const z = cell({ label: `The logit of class ${k}`, step: 1, fine: 0.1 }, (value) => this.changed(k, value));
      const radio = dom("input", { type: "radio", name: this.name, ariaLabel: `Class ${k} is right`, onchange: () => this.chosen(k) });
      const [u, naive] = [dom("td", { className: "stc-cd-u" }), dom("td", { className: "stc-cd-plain" })];
      const [p, slope] = [bar(false), bar(true)];
      const cells = [dom("th", { scope: "row" }, String(k)), dom("td", {}, radio), dom("td", {}, z.element), u, p.node, slope.node, naive];
      return { z, radio, u, p, slope, naive, node: dom("tr", {}, ...cells) };
    });
    this.body.replaceChildren(...this.rows.map(({ node }) => node));
  }
}
