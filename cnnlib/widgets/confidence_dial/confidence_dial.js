// ConfidenceDial: one logit, its probability, its loss and its gradient; and a few that share a softmax.

import { kernels } from "../../wasm/kernels.js";
import { ClassTable } from "./class_table.js";
import { STYLE } from "./confidence_dial_style.js";
import { NAMES, classLines, digits, gaugeWords, inWords, lossLine, lost, pointWords, remark, slopeLine } from "./confidence_dial_text.js";
import { cell, dom, select, written } from "../controls.js";
import { DialPlot, LOSS, SLOPE } from "./dial_plot.js";
import { frame } from "../frame.js";
import { Gauge } from "./gauge.js";
import { FAR, SAMPLES, inside } from "./lens.js";
import { PLOT_STYLE } from "../plot_style.js";
import { choice, integer, number, numbers } from "../state.js";
import { addStyle } from "../style.js";
import { WAYS, several, sigmoidOf, ways, waysAt } from "./ways.js";

const COUNTS = [2, 3, 4, 5];

/** Two to five logits, none beyond the axis. */
const logitsKind = (kind) => ({
  ...kind,
  check: (value) => {
    if (kind.check(value).data.every((z) => Math.abs(z) <= FAR)) return value;
    throw new Error(`must be numbers from -${FAR} to ${FAR}; got ${[...value.data].join(", ")}.`);
  },
});

export const SCHEMA = {
  view: choice("one", "several"),
  z: number(-FAR, FAR),
  t: number(0, 1),
  logits: logitsKind(numbers(...COUNTS.map((count) => [count]))),
  label: integer(0, 4),
  temperature: number(0.1, 10),
  shift: number(-FAR, FAR),
};

/** The table of the four ways. */
class WayTable {
  constructor() {
    const head = ["computed as", "loss L", "dL/dz"].map((text) => dom("th", { scope: "col" }, text));
    this.rows = WAYS.map((way) => {
      const [loss, slope, said] = [dom("td"), dom("td"), dom("small")];
      const name = dom("div", {}, dom("i", { className: `stc-cd-key stc-cd-${way}` }), dom("span", {}, NAMES[way], said));
      return { way, loss, slope, said, node: dom("tr", {}, dom("th", { scope: "row" }, name), loss, slope) };
    });
    const body = dom("tbody", {}, ...this.rows.map(({ node }) => node));
    this.element = dom("table", { className: "stc-cd-table stc-cd-ways" }, dom("thead", {}, dom("tr", {}, ...head)), body);
    this.element.setAttribute("aria-label", "Four ways to compute the loss");
  }

  show(now) {
    for (const { way, loss, slope, said } of this.rows) {
      loss.textContent = digits(now[way].loss);
      slope.textContent = digits(now[way].slope);
      said.textContent = remark(way, now);
      loss.classList.toggle("stc-cd-bad", !Number.isFinite(now[way].loss));
      slope.classList.toggle("stc-cd-bad", !Number.isFinite(now[way].slope) || lost(way, now));
    }
  }
}

class ConfidenceDial {
  constructor(figure, runtime) {
    Object.assign(this, { figure, runtime });
    addStyle(figure.el, "plot", PLOT_STYLE);
    addStyle(figure.el, "confidence-dial", STYLE);
    figure.radio("view", { label: "View", options: [["one", "one logit"], ["several", "several classes"]], bare: true });
    this.one = dom("div", {}, this.#oneControls(), this.#dial(), this.#plots());
    this.several = dom("div", {}, this.#severalControls(), this.#classes());
    for (const part of [this.one, this.several]) figure.add(part);
    figure.onDispose(() => this.plots.forEach((plot) => plot.dispose()));
  }

  // ------------------------------------------------------------------------------- one logit
  #oneControls() {
    const { figure } = this;
    const to = dom("div", { className: "stc-controls" });
    const typed = cell({ label: "The logit z", step: 0.5, fine: 0.1 }, (z) => figure.set({ z: inside(z) }));
    figure.bind("z", { ...typed, element: dom("label", { className: "stc-control" }, "Logit z", typed.element) }, { to });
    figure.slider("t", { label: "Target t", min: 0, max: 1, step: 0.05, format: (t) => written(t, 2), to });
    const targets = [0, 1].map((t) => ({ label: String(t), hint: `Target ${t}`, values: { t } }));
    figure.buttons("Target", targets, { to });
    return to;
  }

  #dial() {
    this.gauge = new Gauge();
    this.table = new WayTable();
    this.read = dom("p", { className: "stc-cd-read" });
    this.told = [dom("p"), dom("p")];
    const left = dom("div", { className: "stc-cd-left" }, this.gauge.element, this.read);
    const story = dom("div", { className: "stc-cd-story" }, ...this.told);
    return dom("div", { className: "stc-cd-top" }, left, dom("div", {}, this.table.element, story));
  }

  #plots() {
    const moved = (z) => this.figure.set({ z });
    this.plots = [LOSS, SLOPE].map((axis) => new DialPlot(axis, moved));
    const panes = this.plots.map((plot, k) => dom("div", {}, dom("p", { className: "stc-subtitle" }, ["Loss L", "Gradient dL/dz"][k]), plot.element));
    const hint = "Drag the yellow point, or move it with the arrow keys (with Shift finely). The axes are even up to 6 (shaded); beyond, the numbers stand closer and closer. Bars on the upper edge: the formula as it stands gives no number there.";
    return dom("div", {}, dom("div", { className: "stc-cd-plots" }, ...panes), dom("p", { className: "stc-hint" }, hint));
  }

  // ----------------------------------------------------------------------------- several classes
  #severalControls() {
    const { figure } = this;
    const to = dom("div", { className: "stc-controls" });
    this.count = select({ label: "Classes", options: COUNTS }, (count) => this.#resize(count));
    to.append(this.count.element);
    figure.slider("temperature", { label: "Temperature T", min: 0.1, max: 10, step: 0.1, format: (T) => written(T, 1), to });
    figure.slider("shift", { label: "Add to all", min: -FAR, max: FAR, format: (a) => written(a, 1), to });
    const zeros = ({ logits: { shape } }) => ({ logits: { shape, data: new Float32Array(shape[0]) } });
    figure.buttons("Logits", [{ label: "All alike", values: zeros }], { to });
    return to;
  }

  #classes() {
    const changed = (k, z) => {
      const { shape, data } = this.figure.state.logits;
      const logits = { shape, data: data.slice() };
      logits.data[k] = inside(z);
      this.figure.set({ logits });
    };
    this.classTable = new ClassTable({ changed, chosen: (label) => this.figure.set({ label }) });
    this.classStory = dom("div", { className: "stc-cd-story" });
    const hint = "u = (z + what is added) / T goes into the softmax; p − t is the gradient of the loss by u. “Plain p” is the formula as it stands, in float32.";
    return dom("div", {}, this.classTable.element, dom("p", { className: "stc-hint" }, hint), this.classStory);
  }

  #resize(count) {
    const { logits, label } = this.figure.state;
    const data = new Float32Array(count);
    data.set(logits.data.subarray(0, count));
    this.figure.set({ logits: { shape: [count], data }, label: Math.min(label, count - 1) });
  }

  // --------------------------------------------------------------------------------------- drawing
  draw(state) {
    const single = state.view === "one";
    this.one.hidden = !single;
    this.several.hidden = single;
    if (single) this.#drawOne(state);
    else this.#drawSeveral(state);
  }

  #drawOne(state) {
    const { z, t } = state;
    if (this.curvesOf !== t) Object.assign(this, { curvesOf: t, curves: ways(this.runtime, SAMPLES, t) });
    const now = (this.now = waysAt(this.runtime, z, t));
    this.gauge.show(now.p, t, gaugeWords(state, now));
    this.read.replaceChildren("p = σ(z) = ", dom("b", {}, digits(now.p, 7)), dom("br"), "1 − p = σ(−z) = ", digits(now.rest, 7), dom("br"), dom("i", { className: "stc-cd-arc" }), "p − t = ", digits(now.logits.slope, 7));
    this.table.show(now);
    this.told[0].textContent = lossLine(state, now);
    this.told[1].textContent = slopeLine(state, now);
    for (const plot of this.plots) plot.show(z, this.curves, now, pointWords(state, now));
  }

  #drawSeveral(state) {
    const found = (this.found = several(this.runtime, state));
    this.sigmoid = sigmoidOf(this.runtime, found.u[0] - found.u[1]);
    this.count.show(found.p.length);
    this.classTable.show(state.logits.data, found);
    this.classStory.replaceChildren(...classLines(state, found, this.sigmoid).map((text) => dom("p", {}, text)));
  }

  describe(state) {
    return inWords(state, this);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new ConfidenceDial(figure, runtime) });
  },
};
