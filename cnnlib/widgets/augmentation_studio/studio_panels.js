// The parts of the augmentation studio: variants, readings, curves, and the table of all runs.

import { Chart, lineKey } from "../charts.js";
import { dom } from "../controls.js";
import { thumbnail } from "../sources.js";
import { SETS, curveInWords, percent, points, settingsInWords } from "./augmentation_studio_text.js";

const LINES = ["--line-a", "--line-b"];
const power = (value) => (value >= 0.01 ? String(Number(value.toPrecision(2))) : value.toExponential(0).replace("-", "−"));

/** A digit, and what augmentation makes of it. */
export class Variants {
  constructor(shape, count) {
    Object.assign(this, { shape });
    this.original = dom("div", { className: "stc-a-original" });
    this.tiles = dom("div", { className: "stc-a-tiles" });
    this.tiles.setAttribute("role", "img");
    this.warning = dom("p", { className: "stc-a-warning" });
    this.tools = dom("div", { className: "stc-a-tools" });
    const row = dom("div", { className: "stc-a-row" }, this.original, dom("span", { className: "stc-a-arrow", ariaHidden: "true" }, "→"), this.tiles);
    this.element = dom("div", { className: "stc-a-variants", role: "group", ariaLabel: "Variants of a digit" }, row, this.tools, this.warning);
    this.count = count;
  }

  show({ image, all, label, warning, words }) {
    const size = image.length;
    this.original.replaceChildren(thumbnail(image, this.shape));
    const tiles = Array.from({ length: this.count }, (_, k) => thumbnail(all.subarray(k * size, (k + 1) * size), this.shape));
    this.tiles.replaceChildren(...tiles);
    this.tiles.setAttribute("aria-label", `${this.count} variants of a ${label}: ${words}`);
    this.warning.textContent = warning && `⚠ ${warning}`;
    this.warning.hidden = !warning;
  }
}

/** Training, held out, and what lies between them. */
export class Readings {
  constructor(held) {
    this.parts = ["Training digits", `${held} held out`, "Gap"].map((name) => ({ name, value: dom("strong") }));
    this.element = dom("div", { className: "stc-a-readings" }, ...this.parts.map(({ name, value }, k) => dom("p", { className: k === 2 ? "stc-a-gap" : "" }, dom("span", {}, name), value)));
  }

  show({ training, held_out: held }) {
    [percent(training), percent(held), points(training - held)].forEach((text, k) => (this.parts[k].value.textContent = text));
  }
}

/** Accuracy and loss over the steps, with the runs before. */
export class Curves {
  constructor(longest) {
    this.longest = longest;
    this.accuracy = new Chart({ label: "Right (from 40 % up)", format: (share) => `${Math.round(100 * share)} %`, range: [0.4, 1] });
    this.loss = new Chart({ label: "Loss", log: true, format: power });
    this.keys = dom("p", { className: "stc-t-keys", ariaHidden: "true" });
    const charts = dom("div", { className: "stc-t-charts stc-a-curves" }, this.accuracy.element, this.loss.element);
    this.element = dom("div", {}, charts, this.keys);
  }

  show(curve, ghosts) {
    const last = curve.at(-1);
    const draw = (chart, names, write) => {
      const points = (entries, name) => entries.map((exam) => [exam.step, exam[name]]);
      const past = ghosts.map((entries) => ({ points: points(entries, names[1]), color: "--quiet", width: 1.5, dash: [2, 3] }));
      const now = names.map((name, k) => ({ points: points(curve, name), color: LINES[k], dash: k ? [6, 3] : [] }));
      chart.show({ curves: [...past, ...now], last: this.longest, cursor: last.step }, curveInWords(last, names, write));
    };
    draw(this.accuracy, ["training", "held_out"], percent);
    draw(this.loss, ["loss", "held_loss"], (value) => value.toPrecision(3));
    if (this.past === ghosts.length) return;
    this.past = ghosts.length;
    const keys = [lineKey(LINES[0], "training digits, as they are"), lineKey(LINES[1], "held out", true)];
    if (ghosts.length) keys.push(lineKey("--quiet", "held out, runs before", true));
    this.keys.replaceChildren(dom("span", {}, ...keys));
  }

  dispose() {
    for (const chart of [this.accuracy, this.loss]) chart.dispose();
  }
}

/** A row for this run and for each before it. */
export class RunTable {
  constructor() {
    const names = ["Run", ...SETS.map(([, name]) => name), "gap"];
    const head = dom("tr", {}, ...names.map((name) => dom("th", { scope: "col" }, name)));
    this.body = dom("tbody");
    this.element = dom("div", { className: "stc-a-scroll", tabIndex: 0, role: "region", ariaLabel: "All runs" }, dom("table", { className: "stc-a-runs" }, dom("thead", {}, head), this.body));
  }

  /** `rows`: [{run, exam}], this run first; an exam may be missing. */
  show(rows) {
    const best = Object.fromEntries(SETS.map(([name]) => [name, Math.max(...rows.map(({ exam }) => exam?.[name] ?? 0))]));
    this.body.replaceChildren(...rows.map(({ run, exam }, k) => {
      const step = dom("span", {}, ` step ${exam?.step ?? run.step}`);
      const cells = SETS.map(([name]) => dom("td", { className: rows.length > 1 && exam?.[name] === best[name] ? "stc-a-best" : "" }, exam ? percent(exam[name]) : "…"));
      const gap = dom("td", {}, exam ? (100 * (exam.training - exam.held_out)).toFixed(1).replace("-", "−") : "…");
      return dom("tr", { className: k ? "" : "stc-a-now" }, dom("th", { scope: "row" }, settingsInWords(run), step), ...cells, gap);
    }));
  }
}
