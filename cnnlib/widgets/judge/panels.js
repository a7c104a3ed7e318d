// The pictures of the judge: three explanations, before and after, and what the deletion test leaves.

import { dom, written } from "../controls.js";
import { Legend, Picture } from "../picture.js";
import { InputPicture } from "../sources.js";
import { scaleOf } from "../theme.js";
import { NAMES } from "./findings.js";
import { covered, goneAt } from "./judging.js";
import { MEANINGS, TITLES, measures } from "./judge_text.js";

const short = (value) => written(Number(value.toPrecision(2)), 6);
const KEYS = "Arrow keys choose a pixel.";

/** A picture of one explanation with its scale. */
class Heat {
  constructor(label, acts) {
    Object.assign(this, { label, picture: new Picture({ label, ...acts }), legend: new Legend() });
    this.element = dom("div", { className: "stc-j-pane" }, this.picture.element, this.legend.element);
  }

  show(values, [rows, columns], mark) {
    if (values !== this.values) {
      const scale = scaleOf(values);
      this.picture.show({ values, rows, columns, scale, marks: [mark] });
      this.legend.show(scale, { format: short });
    } else this.picture.mark([mark]);
    this.values = values;
  }
}

/** Three columns: titles, the trained network's explanations, those of random weights. */
export class Explanations {
  constructor(acts) {
    const head = NAMES.map((name) =>
      dom("div", {}, dom("p", { className: "stc-j-title" }, TITLES[name]), dom("p", { className: "stc-j-hint" }, MEANINGS[name])),
    );
    const row = (what) => NAMES.map((name) => new Heat(`${TITLES[name]}, ${what}. ${KEYS}`, acts));
    [this.trained, this.random] = [row("trained network"), row("random weights")];
    this.marks = [dom("p", { className: "stc-j-mark" }, "Trained network"), dom("p", { className: "stc-j-mark" })];
    this.element = dom("div", { className: "stc-j-grid" });
    const cells = (heats) => heats.map(({ element }) => element);
    this.element.append(...head, this.marks[0], ...cells(this.trained), this.marks[1], ...cells(this.random));
    this.table = new Measures();
  }

  show(found, shape, mark, words) {
    const { trained, after } = found;
    NAMES.forEach((name, k) => this.trained[k].show(trained[name], shape, mark));
    for (const part of [this.marks[0], this.marks[1], ...this.random.map(({ element }) => element)]) part.hidden = !after;
    if (after) NAMES.forEach((name, k) => this.random[k].show(after.maps[name], shape, mark));
    this.marks[1].textContent = words;
    this.table.show(measures(found, NAMES));
  }

  dispose() {
    for (const { picture } of [...this.trained, ...this.random]) picture.dispose();
  }
}

/** The numbers under the pictures, in the same three columns. */
class Measures {
  constructor() {
    const heads = NAMES.map((name) => dom("th", { scope: "col" }, TITLES[name]));
    this.body = dom("tbody");
    this.element = dom("table", { className: "stc-j-table" }, dom("thead", {}, dom("tr", {}, ...heads)), this.body);
    this.element.setAttribute("aria-label", "What can be measured");
  }

  show(rows) {
    const made = rows.flatMap(({ title, values }) => [
      dom("tr", {}, dom("th", { scope: "colgroup", colSpan: 3 }, title)),
      dom("tr", {}, ...values.map((value) => dom("td", {}, value))),
    ]);
    this.body.replaceChildren(...made);
  }
}

/** The image after some steps of the deletion test, once for each explanation. */
export class Covered {
  constructor() {
    this.pictures = NAMES.map((name) => new InputPicture({ label: `The image, covered in the order of ${TITLES[name]}` }));
    this.says = NAMES.map(() => dom("p", { className: "stc-j-p" }));
    const panes = NAMES.map((name, k) =>
      dom("div", { className: "stc-j-pane" }, dom("p", { className: "stc-j-hint" }, TITLES[name]), this.pictures[k].element, this.says[k]),
    );
    this.element = dom("div", { className: "stc-j-grid" }, ...panes);
  }

  show({ image, test: { orders, curves, fill } }, shape, step) {
    NAMES.forEach((name, k) => {
      const left = covered(image, orders[name], goneAt(step, orders[name].length), fill, shape[2]);
      this.pictures[k].showImage(left, shape);
      this.says[k].textContent = `p = ${curves[name][step].toFixed(3)}`;
    });
  }

  dispose() {
    for (const picture of this.pictures) picture.dispose();
  }
}
