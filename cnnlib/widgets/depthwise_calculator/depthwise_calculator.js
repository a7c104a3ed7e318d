// DepthwiseCalculator: ways to build a convolution, and what each of them costs.

import { choices, dom, select } from "../controls.js";
import { CostBars, WorkedOut } from "../cost_bars.js";
import { COST_STYLE } from "../cost_style.js";
import { MEASURES } from "../cost_words.js";
import { frame } from "../frame.js";
import { choice, flag, integer } from "../state.js";
import { addStyle } from "../style.js";
import { Connections } from "./connections.js";
import { STYLE } from "./depthwise_calculator_style.js";
import { barsOf, drawn, inWords, stepsOf, summary, workedOut } from "./depthwise_calculator_text.js";
import { PRESETS, VARIANTS, costsOf } from "./variants.js";

export const SCHEMA = {
  side: integer(11, 512),
  kernel_size: integer(1, 11),
  channels: integer(1, 2048),
  filters: integer(1, 2048),
  stride: integer(1, 4),
  padding: choice("valid", "same"),
  groups: integer(1, 64),
  show: choice("macs", "params", "memory"),
  attention: flag(),
  marked: choice(...Object.keys(VARIANTS)),
};

const WIDTHS = [1, 3, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024];
const NUMBERS = {
  side: ["Input, a side", [14, 28, 31, 56, 64, 112, 224]],
  kernel_size: ["Kernel k", [1, 3, 5, 7, 9, 11]],
  channels: ["Channels C", WIDTHS],
  filters: ["Output channels O", WIDTHS],
  stride: ["Stride", [1, 2, 3, 4]],
  groups: ["Groups g", [1, 2, 4, 8, 16, 32, 64]],
};

/** A drop-down of numbers, {element, show}; a number that came from elsewhere is added. */
class Numbers {
  constructor(label, usual, changed) {
    Object.assign(this, { label, usual, changed });
    this.place = dom("span");
    this.element = dom("span", { className: "stc-control" }, dom("span", { ariaHidden: "true" }, label), this.place);
  }

  show(value) {
    if (value === this.value) return;
    this.value = value;
    const focused = this.place.contains(document.activeElement);
    const made = choices(this.usual, value, this.label, this.changed);
    this.place.replaceChildren(made);
    if (focused) made.focus();
  }
}

class DepthwiseCalculator {
  constructor(figure) {
    addStyle(figure.el, "costs", COST_STYLE);
    addStyle(figure.el, "depthwise-calculator", STYLE);
    const names = [["", "your own"], ...Object.keys(PRESETS)];
    this.presets = select({ label: "Layer", options: names }, (name) => name && figure.set(PRESETS[name]));
    figure.controls.append(this.presets.element);
    for (const [key, [label, usual]] of Object.entries(NUMBERS)) {
      figure.bind(key, new Numbers(label, usual, (value) => figure.set({ [key]: value })));
    }
    figure.radio("padding", { label: "Padding", options: ["valid", "same"] });
    figure.radio("show", { label: "The bars show", options: ["macs", "params", "memory"].map((key) => [key, MEASURES[key].label]) });
    figure.toggle("attention", { label: "attention over all pixels, too" });
    this.bars = new CostBars((k) => figure.set({ marked: this.shown[k] }));
    this.said = dom("p", { className: "stc-w-said" });
    this.worked = new WorkedOut();
    this.links = new Connections();
    for (const part of [this.bars, { element: this.said }, this.worked, this.links]) figure.add(part.element);
  }

  /** The costs, and the variant that is worked out: the first if the marked one is not shown. */
  compute(state) {
    const costs = costsOf(state);
    const k = Math.max(0, costs.findIndex(({ variant }) => variant === state.marked));
    return { costs, k, cost: costs[k] };
  }

  draw(state) {
    const { costs, k, cost } = this.compute(state);
    this.shown = costs.map(({ variant }) => variant);
    const same = (preset) => Object.entries(preset).every(([key, value]) => state[key] === value);
    this.presets.show(Object.keys(PRESETS).find((name) => same(PRESETS[name])) ?? "");
    this.bars.show(...barsOf(costs, state.show), k);
    this.said.textContent = summary(costs, state.show);
    this.worked.show(VARIANTS[cost.variant], workedOut(cost, state));
    this.links.element.hidden = !!cost.problem;
    if (!cost.problem) this.links.show(stepsOf(cost), drawn(cost, state));
  }

  describe(state) {
    const { costs, cost } = this.compute(state);
    return inWords(state, costs, cost);
  }
}

export default {
  render({ model, el }) {
    return frame({ model, el, schema: SCHEMA, make: (figure) => new DepthwiseCalculator(figure) });
  },
};
