// Valley: three optimizers go downhill from one start, which the reader moves.

import { kernels } from "../../wasm/kernels.js";
import { Chart } from "../charts.js";
import { dom, radio, slider, written } from "../controls.js";
import { HIGH, LOW, RUNNERS, descend } from "./descent.js";
import { frame } from "../frame.js";
import { MARKS, ValleyMap } from "./map.js";
import { Player } from "../player.js";
import { svg } from "../plot.js";
import { PLOT_STYLE } from "../plot_style.js";
import { choice, flag, integer, number, numbers } from "../state.js";
import { addStyle } from "../style.js";
import { STYLE as TRAINING } from "../training_style.js";
import { STYLE } from "./valley_style.js";
import { NAMES, digits, inWords, power, remark, startWords } from "./valley_text.js";

const STEPS = 100;
const PACE = 120; // milliseconds from step to step
const RANGE = [1e-6, 1e3]; // of the losses that are drawn
const [LEAST, MOST] = [0.001, 1]; // rates

/** A point of the picture. */
const point = (kind) => ({
  ...kind,
  check(value) {
    if (kind.check(value).data.every((one, axis) => one >= LOW[axis] && one <= HIGH[axis])) return value;
    throw new Error(`must be a point with x from -5 to 5 and y from -2.5 to 2.5; got ${[...value.data].join(", ")}.`);
  },
});

const schemaOf = (landscapes) => ({
  landscape: choice(...Object.keys(landscapes)),
  steepness: number(1, 50),
  start: point(numbers([2])),
  sgd: number(LEAST, MOST),
  momentum: number(LEAST, MOST),
  adam: number(LEAST, MOST),
  mu: number(0, 0.99),
  nesterov: flag(),
  step: integer(0, STEPS),
  show_sgd: flag(),
  show_momentum: flag(),
  show_adam: flag(),
});

/** The rate at a place of the slider: 0.001, 0.0011, 0.0012, … 90 in each power of ten. */
export function rateAt(place) {
  const power = Math.floor(place / 90);
  return Number(((1 + (place - 90 * power) / 10) * 10 ** (power - 3)).toPrecision(4));
}

/** The place of a rate. */
export function placeOf(rate) {
  const power = Math.floor(Math.log10(rate) + 1e-9);
  return 90 * (power + 3) + 10 * (rate / 10 ** power - 1);
}

class Valley {
  constructor(figure, runtime, landscapes) {
    Object.assign(this, { figure, runtime, landscapes });
    addStyle(figure.el, "plot", PLOT_STYLE);
    addStyle(figure.el, "training", TRAINING);
    addStyle(figure.el, "valley", STYLE);
    figure.stage.classList.add("stc-v");
    const names = Object.entries(landscapes).map(([key, { name }]) => [key, name]);
    figure.bind("landscape", radio({ label: "Landscape", options: names, bare: true }, (landscape) => this.#travel(landscape)));
    figure.slider("steepness", { label: "Steepness a", min: 1, max: 50 });
    this.map = new ValleyMap((start) => this.#move(start));
    this.formula = dom("span");
    this.player = new Player({ label: "Step", pace: PACE, go: (step) => figure.set({ step }) });
    this.chart = new Chart({ label: "Loss, step by step", log: true, range: RANGE, format: power });
    const hint = dom("p", { className: "stc-hint stc-v-hint" }, this.formula, "Drag the yellow start, or use the arrow keys.");
    this.rows = Object.fromEntries(RUNNERS.map((runner) => [runner, this.#row(runner)]));
    const rows = dom("div", {}, ...RUNNERS.map((runner) => this.rows[runner].element));
    const below = dom("div", { className: "stc-v-below" }, rows, this.chart.element);
    for (const part of [dom("div", { className: "stc-v-map" }, this.map.element), hint, this.player.element, below]) figure.add(part);
    figure.onDispose(() => (this.player.stop(), this.map.dispose(), this.chart.dispose()));
  }

  /** An optimizer: its path shown or hidden, its rate, its loss, what there is to say. */
  #row(runner) {
    const to = dom("div", { className: `stc-v-row stc-v-${runner}`, role: "group", ariaLabel: NAMES[runner] });
    const { element } = this.figure.toggle(`show_${runner}`, { label: NAMES[runner], to });
    element.lastChild.append(svg("svg", { viewBox: "-4 -4 8 8", "aria-hidden": "true" }, svg("path", { d: `M0 0${MARKS[runner]}` })));
    const rate = slider({ label: "Rate η", min: 0, max: placeOf(MOST), format: (place) => String(rateAt(place)) }, (place) =>
      this.figure.set({ [runner]: rateAt(place) }),
    );
    this.figure.bind(runner, { ...rate, show: (value) => rate.show(placeOf(value)) }, { to });
    const [now, said] = [dom("b"), dom("p", { className: "stc-hint" })];
    to.append(now);
    if (runner === "momentum") to.append(this.#momentum());
    to.append(said);
    return { element: to, now, said };
  }

  #momentum() {
    const to = dom("div", { className: "stc-v-more" });
    this.figure.slider("mu", { label: "μ", min: 0, max: 0.99, step: 0.01, format: (mu) => written(mu, 2), to });
    this.figure.toggle("nesterov", { label: "Nesterov’s", to });
    return to;
  }

  /** Another landscape, with the steepness and the start that suit it. */
  #travel(landscape) {
    const { steepness, start } = this.landscapes[landscape];
    this.figure.set({ landscape, steepness });
    this.#move(start);
  }

  #move(start) {
    this.figure.set({ start: { shape: [2], data: Float32Array.from(start) } });
  }

  draw(state) {
    const land = this.landscapes[state.landscape];
    const runs = RUNNERS.map((runner) => [runner, descend(this.runtime, runner, state, land)]);
    this.runs = Object.fromEntries(runs.filter(([runner]) => state[`show_${runner}`]));
    this.map.show(land, state, this.runs, startWords(state));
    this.formula.textContent = `L = ${land.formula}`;
    this.player.show(state.step, 0, STEPS);
    for (const [runner, run] of runs) {
      this.rows[runner].now.textContent = `L = ${digits(run.losses.at(-1))}`;
      this.rows[runner].said.textContent = remark(runner, run, state);
    }
    const color = { sgd: "--line-a", momentum: "--line-b", adam: "--line-c" };
    const curves = Object.entries(this.runs).map(([runner, { losses }]) => ({ points: [...losses.entries()], color: color[runner] }));
    this.chart.show({ curves, last: STEPS, cursor: state.step }, this.describe(state));
  }

  describe(state) {
    return inWords(state, this.runs, this.landscapes[state.landscape]);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    const landscapes = model.get("landscapes");
    return frame({ model, el, schema: schemaOf(landscapes), make: (figure) => new Valley(figure, runtime, landscapes) });
  },
};
