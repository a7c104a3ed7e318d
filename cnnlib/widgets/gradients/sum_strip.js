// One number of a gradient in full: its products in the order in which the outputs come, and their sum.

import { dom, written } from "../controls.js";
import { apportion } from "../sums.js";
import { dyAt, flipSentence, nameOf, pixelAt, weightAt } from "./gradients_text.js";

const DECIMALS = 4;

/** The products rounded so that those shown add up to the sum shown: {products, sum, due}. */
export function rounded(list, steps) {
  const due = list.filter(({ o }) => o < steps).length;
  const sums = (items) => items.reduce((total, { value }) => total + value, 0);
  const come = apportion(list.slice(0, due).map(({ value }) => value), sums(list.slice(0, due)), DECIMALS);
  const rest = list.slice(due).map(({ value }) => Number(value.toFixed(DECIMALS)));
  return { products: [...come, ...rest], sum: sums(list.slice(0, due)), due };
}

export class SumStrip {
  constructor() {
    this.title = dom("p", { className: "stc-subtitle" });
    this.terms = dom("ol", { className: "stc-terms" });
    this.sum = dom("p", { className: "stc-total" });
    this.says = dom("p", { className: "stc-says" });
    this.element = dom("div", { className: "stc-strip" }, this.title, this.terms, this.sum, this.says);
  }

  show(view) {
    const { c, state, time, list } = view;
    const { products, sum, due } = rounded(list, time.steps);
    this.title.replaceChildren(`How ${nameOf(view)} comes about`, " ", dom("span", {}, "in the order of the outputs"));
    const item = (term, k) => this.#term(c, state, term, products[k], k < due, term.o === time.now);
    this.terms.replaceChildren(...this.#directions(view), ...list.map(item));
    const adding = products.slice(0, due).map((value) => (value < 0 ? `(${written(value)})` : written(value))).join(" + ");
    const text = due ? `${due > 1 ? `${adding} = ` : ""}` : "nothing yet: ";
    const so = due < list.length ? " so far" : "";
    this.sum.replaceChildren(`${nameOf(view)}${so} = ${text}`, dom("b", {}, written(sum)));
    this.says.textContent = flipSentence(view);
  }

  /** In which order the two factors come, as a first column. */
  #directions({ state: { gradient, flip }, list }) {
    if (gradient === "db" || list.length < 2) return [];
    const back = gradient === "dx" && flip;
    const rows = ["dy forwards →", back ? "w backwards ←" : `${gradient === "dx" ? "w" : "x"} forwards →`];
    return [dom("li", { className: "stc-directions" }, ...rows.map((text) => dom("span", {}, text)))];
  }

  #term(c, { gradient }, { o, q, p, factor }, product, come, now) {
    const row = (name, value) =>
      dom("span", { className: "stc-factor" }, dom("span", {}, name), dom("b", {}, written(value)));
    const rows = [row(dyAt(c, o), c.dy[o])];
    if (gradient === "dx") rows.push(row(`× ${weightAt(c, q)}`, factor));
    if (gradient === "dw") rows.push(row(`× ${pixelAt(c, p)}`, factor));
    const item = dom("li", {}, ...rows, dom("span", { className: "stc-product" }, come ? `= ${written(product)}` : "later"));
    item.dataset.state = now ? "now" : come ? "come" : "later";
    return item;
  }
}
