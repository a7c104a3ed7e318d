// The parts of the clinic: a course before and after, the first images of a batch, arrays, findings.

import { Chart, lineKey } from "../charts.js";
import { dom, written } from "../controls.js";
import { thumbnail } from "../sources.js";
import { colorOf, css, inkOn, largest, signed } from "../theme.js";
import { LABELS, WAITING, brief, endInWords, inWords, percent } from "./clinic_text.js";

const NAMES = ["as it is", "after the cure"];
const COLORS = ["--line-b", "--line-a"];

/** Loss and accuracy of a course before and after, and how both end. */
export class Courses {
  constructor() {
    this.loss = new Chart({ label: "Loss of the batches", log: true, format: (value) => String(Number(value.toPrecision(2))) });
    this.accuracy = new Chart({ label: "Right: batches (solid), held out (dashed)", format: (share) => `${Math.round(100 * share)} %`, range: [0, 1] });
    const charts = dom("div", { className: "stc-t-charts stc-c-charts" }, this.loss.element, this.accuracy.element);
    this.keys = dom("p", { className: "stc-t-keys", ariaHidden: "true" });
    this.body = dom("tbody");
    const heads = ["Trained", "loss", "batches right", "held out right"].map((text) => dom("th", { scope: "col" }, text));
    const table = dom("table", { className: "stc-c-course" }, dom("thead", {}, dom("tr", {}, ...heads)), this.body);
    this.element = dom("div", {}, charts, this.keys, table);
  }

  show(courses, last) {
    const told = courses.map((curve, k) => (curve.length ? `${NAMES[k]}: ${endInWords(curve)}` : "")).filter(Boolean);
    const line = (curve, k, name, more = {}) => ({ points: curve.map((entry) => [entry.step, entry[name]]), color: COLORS[k], width: 2.5, ...more });
    const shown = { last, cursor: Math.max(0, ...courses.map((curve) => curve.at(-1)?.step ?? 0)) };
    this.loss.show({ ...shown, curves: courses.map((curve, k) => line(curve, k, "loss")) }, `${told.join("; ")}.`);
    const right = courses.flatMap((curve, k) => [line(curve, k, "accuracy"), line(curve, k, "held", { dash: [5, 4] })]);
    this.accuracy.show({ ...shown, curves: right }, `${told.join("; ")}.`);
    this.keys.replaceChildren(dom("span", {}, ...courses.map((_, k) => lineKey(COLORS[k], NAMES[k]))));
    this.body.replaceChildren(
      ...courses.map((curve, k) => {
        const end = curve.at(-1);
        const cells = end ? [end.loss.toFixed(2), percent(end.accuracy), percent(end.held)] : ["…", "…", "…"];
        return dom("tr", {}, dom("th", { scope: "row" }, NAMES[k]), ...cells.map((text) => dom("td", {}, text)));
      }),
    );
  }

  dispose() {
    for (const chart of [this.loss, this.accuracy]) chart.dispose();
  }
}

/** The first images of the first batch, with their labels. */
export class Strip {
  constructor(shape) {
    this.shape = shape;
    this.element = dom("div", { role: "group", ariaLabel: "The first images of the first batch, with their labels" });
  }

  show(batches) {
    const size = this.shape.reduce((a, b) => a * b, 1);
    const rows = batches.map(({ x, t }, k) => {
      const pictures = Array.from(t, (label, at) => {
        const picture = thumbnail(x.subarray(at * size, (at + 1) * size), this.shape);
        picture.setAttribute("aria-hidden", "true");
        return dom("figure", {}, picture, dom("figcaption", {}, String(label)));
      });
      return dom("div", { className: "stc-c-strip" }, dom("span", {}, `The first images of the first batch with their labels, ${NAMES[k]}`), ...pictures);
    });
    this.element.replaceChildren(...rows);
  }
}

/** {shape, data} as a table with a caption; `wrong`: the places that are marked. */
export function arrayTable(name, { shape: [rows, columns], data }, wrong = []) {
  const scale = signed(largest(data));
  const row = (i) =>
    dom("tr", {}, ...Array.from({ length: columns }, (_, j) => {
      const at = i * columns + j;
      const value = data[at];
      const cell = dom("td", {}, Number.isFinite(value) ? written(value, 2) : brief(value));
      const color = colorOf(scale, value);
      Object.assign(cell.style, { background: css(color), color: inkOn(color) });
      cell.dataset.wrong = wrong.includes(at);
      if (wrong.includes(at)) cell.append(dom("span", { className: "stc-aloud" }, " wrong"));
      return cell;
    }));
  return dom("table", { className: "stc-c-array" }, dom("caption", {}, name), dom("tbody", {}, ...Array.from({ length: rows }, (_, i) => row(i))));
}

/** What the tests that were asked have found, before and after. */
export class Findings {
  constructor() {
    this.element = dom("ul", { className: "stc-c-findings" });
  }

  show(tests, findings, treated) {
    const line = (name, finding, when) => {
      const line = dom("p", {}, when, finding ? inWords(name, finding) : WAITING);
      if (finding) line.dataset.passed = finding.passed;
      return line;
    };
    this.element.hidden = !tests.length;
    this.element.replaceChildren(
      ...tests.map((name) => {
        const lines = [line(name, findings[0]?.[name], "")];
        if (treated) lines.push(line(name, findings[1]?.[name], "After the cure: "));
        return dom("li", {}, dom("b", {}, LABELS[name]), ...lines);
      }),
    );
  }
}
