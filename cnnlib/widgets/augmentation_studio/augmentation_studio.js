// AugmentationStudio: a CNN learns from few digits and from random variants of them; what closes the gap?

import { source } from "../../wasm/bundle.js";
import { startWorker, supported } from "../../wasm/runtime.js";
import { build, parse as layersOf } from "../architecture.js";
import { dom, radio, select, slider } from "../controls.js";
import { frame } from "../frame.js";
import { initialWeights } from "../initial_weights.js";
import { Session } from "../session.js";
import { flag, integer, text } from "../state.js";
import { addStyle } from "../style.js";
import { dataOf } from "../training_data.js";
import { STYLE as TRAINING } from "../training_style.js";
import { STYLE } from "./augmentation_studio_style.js";
import { FLIPS, inWords, settingsInWords, warning } from "./augmentation_studio_text.js";
import { Curves, Readings, RunTable, Variants } from "./studio_panels.js";
import { LONGEST, SETTINGS, parse, settingsOf, withRun, written } from "./studio_runs.js";
import { variants } from "./variants.js";

const LAYERS = "Conv2D 16 3, ReLU, MaxPooling2D 2, Conv2D 32 3, ReLU, Flatten, Dropout";
const SHOWN = 9; // variants
const [APART, GLANCES] = [7919, 77]; // between seeds
const WORTH = 64; // steps; a shorter run is not kept
const DECAYS = [0, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03];

const SCHEMA = {
  ...SETTINGS,
  step: integer(0, LONGEST),
  playing: flag(),
  runs: { ...text(), check: (value) => (parse(text().check(value)), value) },
  digit: integer(0, 399),
  glance: integer(0, 999_999),
};

/** The sliders: [variable, label, largest value, step, how a value is written]. */
const plain = (value) => String(Number(value));
const share = (value) => `${Math.round(100 * value)} %`;
const SLIDERS = [
  ["shift", "Shift, ±", 3, 0.25, (value) => `${plain(value)} px`],
  ["rotation", "Turn, ±", 180, 5, (value) => `${value}°`],
  ["zoom", "Zoom, ±", 0.5, 0.05, share],
  ["brightness", "Brightness, ±", 0.5, 0.05, plain],
  ["contrast", "Contrast, ±", 0.8, 0.1, share],
  ["noise", "Noise", 0.5, 0.05, plain],
  ["erase", "Erase", 5, 1, (value) => (value ? `${value} × ${value}` : "0")],
  ["dropout", "Dropout", 0.8, 0.1, plain],
];

class Studio {
  constructor(figure, data) {
    Object.assign(this, { figure, data, known: new Map(), size: data.shape.reduce((a, b) => a * b, 1) });
    this.held = data.labels.length - data.train;
    addStyle(figure.el, "training", TRAINING);
    addStyle(figure.el, "augmentation-studio", STYLE);
    this.#lay();
    const onFail = (error) => {
      this.error = error;
      figure.invalidate();
    };
    const worker = startWorker(source("widgets/augmentation_studio/studio_worker.js"));
    this.session = new Session(worker, data, { onNews: (news) => this.#take(news), onFail, longest: LONGEST });
    this.session.look({});
    figure.onTab(() => figure.invalidate());
    figure.onDispose(() => {
      this.session.stop();
      this.curves.dispose();
    });
  }

  #lay() {
    const { figure, data } = this;
    const bind = (key, control, options, to) => figure.bind(key, control(options, (value) => this.#turn({ [key]: value })), { to });
    bind("samples", radio, { label: "Digits to learn from", options: [50, 100, 200, 400] });
    const settings = dom("div", { className: "stc-a-settings", role: "group", ariaLabel: "Augmentation, dropout, L2" });
    for (const [key, label, max, step, format] of SLIDERS) bind(key, slider, { label, min: 0, max, step, format }, settings);
    bind("flip", radio, { label: "Flip half of them", options: FLIPS }, settings);
    bind("l2", select, { label: "L2, λ", options: DECAYS.map((value) => [value, plain(value)]) }, settings);
    this.variants = new Variants(data.shape, SHOWN);
    figure.buttons("Variants", [
      { label: "Other variants", values: ({ glance }) => ({ glance: (glance + 1) % 1_000_000 }) },
      { label: "Next digit ›", values: ({ digit, samples }) => ({ digit: (digit + 1) % samples }) },
    ], { to: this.variants.tools });
    const play = dom("div", { className: "stc-t-bar-of-play" });
    const made = figure.buttons("Training", [
      { label: "Train", onClick: () => this.#toggle() },
      { label: "New seed", onClick: () => this.#turn({ seed: (figure.state.seed + 1) % 1_000_000 }), hint: "Other first weights, variants and order; the run so far is kept" },
      { label: "Forget the runs before", values: { runs: "" } },
    ], { to: play });
    [this.play, , this.forget] = made.buttons;
    this.play.classList.add("stc-t-play");
    this.readings = new Readings(this.held);
    this.curves = new Curves(LONGEST);
    this.table = new RunTable();
    this.progress = dom("p", { className: "stc-note stc-a-progress" });
    const parts = [settings, this.variants.element, play, this.progress, this.readings.element, this.curves.element, this.table.element];
    for (const element of parts) figure.add(element);
  }

  // ----------------------------------------------------------------------------------- the reader
  /** Other settings: a new run. The one so far is kept if it has come far enough. */
  #turn(values) {
    const { figure } = this;
    const { state } = figure;
    const run = { ...settingsOf(state), step: state.step };
    const runs = state.step >= WORTH && this.known.has(written(run)) ? withRun(parse(state.runs), run).map(written).join(", ") : state.runs;
    figure.set({ ...values, runs, step: 0, playing: false });
  }

  #toggle() {
    const { figure } = this;
    if (!figure.state.playing && figure.state.step >= LONGEST) return figure.note("That is enough: 640 steps. Change a setting, or take a new seed.");
    figure.note("");
    return figure.set({ playing: !figure.state.playing });
  }

  // ------------------------------------------------------------------------- what the state asks for
  /** Runs before that are not known yet come first, then the run of the settings. */
  #follow(state) {
    const own = settingsOf(state);
    const before = parse(state.runs).find((run) => !this.known.has(written(run)));
    const run = before ?? { ...own, step: state.step };
    const key = written({ ...run, step: 0 });
    const over = !before && this.news?.key === key && this.news.step > state.step && state.step !== this.reported;
    if (key !== this.key || over) {
      Object.assign(this, { key, news: null, reported: null });
      const { spec, count } = build(layersOf(`${LAYERS} ${run.dropout}`), this.data.shape, this.figure.model.get("classes"));
      this.session.begin({ key, spec, weights: initialWeights(spec, count, run.seed), run });
    }
    const { step } = run;
    if (step !== this.reported) {
      this.reported = step;
      this.goal = step;
      this.session.goTo(step);
    }
    this.own = before ? null : run;
    this.session.play(Boolean(!before && state.playing && !document.hidden));
  }

  #take(news) {
    const { figure } = this;
    if (news.key !== this.key) return;
    this.news = news;
    const run = this.own ?? parse(figure.state.runs).find((one) => written({ ...one, step: 0 }) === this.key);
    if (run && news.step >= (this.own ? 0 : run.step)) this.known.set(written({ ...run, step: news.step }), news.curve);
    if (this.own && news.step >= this.goal && figure.state.step === this.reported) {
      this.reported = news.step;
      this.goal = news.step;
      figure.set({ step: news.step });
    }
    if (this.own && figure.state.playing && this.session.ended) figure.set({ playing: false });
    figure.invalidate();
  }

  // --------------------------------------------------------------------------------------- pictures
  draw(state) {
    if (this.error) throw this.error;
    this.#follow(state);
    this.play.textContent = state.playing ? "Stop" : "Train";
    this.forget.hidden = !state.runs;
    this.#showVariants(state);
    const past = this.#past(state);
    const curve = this.own && this.news?.curve;
    const exam = curve?.at(-1);
    this.table.show([{ run: { ...settingsOf(state), step: state.step }, exam }, ...past.toReversed()]);
    const last = this.news?.step ?? 0;
    const waits = this.own ? "" : " of a run before";
    this.progress.textContent = last < this.goal ? `Step ${last}${waits}, on the way to step ${this.goal} …` : `Step ${last} of at most ${LONGEST}.`;
    if (!exam) return;
    this.readings.show(exam);
    this.curves.show(curve, past.flatMap(({ curve: one }) => (one ? [one] : [])));
  }

  /** The runs before, as far as they are known. */
  #past(state) {
    return parse(state.runs).map((run) => {
      const curve = this.known.get(written(run));
      return { run, curve, exam: curve?.at(-1) };
    });
  }

  #showVariants(state) {
    const { size, data } = this;
    const image = data.images.slice(state.digit * size, (state.digit + 1) * size);
    const many = new Float32Array(SHOWN * size);
    for (let k = 0; k < SHOWN; k++) many.set(image, k * size);
    const all = variants(many, data.shape, state, state.glance * APART + GLANCES);
    this.variants.show({ image, all, label: data.labels[state.digit], warning: warning(state), words: settingsInWords(state) });
  }

  describe(state) {
    const past = this.#past(state).filter(({ exam }) => exam);
    return inWords(state, this.own && this.news?.curve.at(-1), past, this.held);
  }
}

export default {
  render({ model, el }) {
    if (!supported) throw new Error("this browser has no WebAssembly with SIMD");
    const data = dataOf(model);
    return frame({ model, el, schema: SCHEMA, make: (figure) => new Studio(figure, data) });
  },
};
