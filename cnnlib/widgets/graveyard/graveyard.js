// Graveyard: a network learns in the page; filters whose ReLU never fires go dark, a leaky slope revives them.

import { source } from "../../wasm/bundle.js";
import { startWorker, supported } from "../../wasm/runtime.js";
import { build, parse } from "../architecture.js";
import { dom, select, slider } from "../controls.js";
import { frame } from "../frame.js";
import { Session } from "../session.js";
import { choice, flag, integer, number, text } from "../state.js";
import { addStyle } from "../style.js";
import { dataOf } from "../training_data.js";
import { STYLE as TRAINING } from "../training_style.js";
import { STYLE } from "./graveyard_style.js";
import { STARTS, gradientWords, inWords } from "./graveyard_text.js";
import { agree, parsePast, partsOf, pastUntil } from "./schedule.js";
import { startWeights } from "./start.js";
import { Curves, Readings, Stones, Units } from "./stones.js";

export const LAYERS = "Conv2D 16 3, ReLU, MaxPooling2D 2, Flatten, Dense 32, ReLU";
const RATES = [1e-4, 2e-4, 5e-4, 0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.1, 0.2, 0.3, 0.5, 1];
const LEAKY = 0.3;
const LONGEST = 1000; // steps
const PACE = 2; // steps from one look to the next, as in graveyard_course.js
const EARLY = 40; // steps, in which most of it happens
const SYNC = 3000; // milliseconds between two messages to Python

const SCHEMA = {
  learning_rate: number(1e-4, 1),
  slope: number(0, 1),
  bias: number(-4, 2),
  start: choice(...STARTS.map(([key]) => key)),
  seed: integer(0, 999_999),
  past: { ...text(), check: (value) => (parsePast(text().check(value)), value) },
  step: integer(0, LONGEST),
  playing: flag(),
  sample: integer(0, 358),
};

const nearest = (rate) => RATES.reduce((best, one, k) => (Math.abs(Math.log(one / rate)) < Math.abs(Math.log(RATES[best] / rate)) ? k : best), 0);

class Graveyard {
  constructor(figure, data) {
    Object.assign(this, { figure, data, held: data.labels.length - data.train, size: data.shape.reduce((a, b) => a * b, 1), goal: 0, synced: 0 });
    Object.assign(this, build(parse(LAYERS), data.shape, figure.model.get("classes"))); // spec, count
    addStyle(figure.el, "training", TRAINING);
    addStyle(figure.el, "graveyard", STYLE);
    this.#lay();
    const onFail = (error) => {
      this.error = error;
      figure.invalidate();
    };
    const worker = startWorker(source("widgets/graveyard/graveyard_worker.js"));
    this.session = new Session(worker, data, { onNews: (news) => this.#take(news), onFail, longest: LONGEST });
    figure.onTab(() => this.#play(figure.state));
    figure.onDispose(() => {
      clearTimeout(this.timer);
      this.session.stop();
      this.curves.dispose();
    });
  }

  #lay() {
    const { figure } = this;
    const again = { past: "", step: 0 };
    const turn = (values) => this.#turn(values);
    const rate = slider({ label: "Learning rate", min: 0, max: RATES.length - 1, format: (k) => this.#rateText(k) }, (k) => turn({ learning_rate: RATES[k] }));
    figure.bind("learning_rate", { ...rate, show: (value) => rate.show(nearest(value)) });
    figure.bind("slope", slider({ label: "Slope below 0", min: 0, max: 0.5, step: 0.05, format: (value) => (value ? String(Number(value)) : "0 (ReLU)") }, (slope) => turn({ slope })));
    const minus = (value) => String(Number(value)).replace("-", "−");
    figure.bind("bias", slider({ label: "First bias", min: -4, max: 2, step: 0.25, format: minus }, (bias) => figure.set({ bias, ...again })));
    figure.bind("start", select({ label: "First weights", options: STARTS }, (start) => figure.set({ start, ...again })));
    const play = dom("div", { className: "stc-t-bar-of-play", role: "group", ariaLabel: "Training" });
    const { buttons } = figure.buttons("Training", [
      { label: "Train", onClick: () => this.#toggle() },
      { label: "One step", onClick: () => this.#oneStep() },
      { label: "Start again", values: { ...again, playing: false } },
      { label: "Other weights", values: ({ seed }) => ({ seed: (seed + 1) % 1_000_000, ...again }), hint: "Other weights to begin with, another order of the samples" },
      { label: "Switch to leaky", onClick: () => turn({ slope: figure.state.slope ? 0 : LEAKY }), hint: "Keeps all weights; training goes on from here" },
    ], { to: play });
    [this.play, this.leak] = [buttons[0], buttons.at(-1)];
    this.play.classList.add("stc-t-play");
    figure.controls.append(play);
    const [filters, units] = ["Conv2D", "Dense"].map((kind) => this.spec.layers.find(({ class_name: name }) => name === kind));
    this.readings = new Readings();
    this.stones = new Stones({ count: filters.output_shape[2], shape: filters.output_shape, kernel: filters.weights[0].shape });
    this.units = new Units(units.output_shape[0]);
    this.curves = new Curves([filters.output_shape[2], units.output_shape[0]]);
    this.facts = dom("p", { className: "stc-g-facts" });
    figure.buttons("Digits", [{ label: "Next digit ›", values: ({ sample }) => ({ sample: (sample + 1) % this.held }) }], { to: this.stones.next });
    for (const { element } of [this.readings, this.stones, this.units, { element: this.facts }, this.curves]) figure.add(element);
  }

  #rateText(k) {
    const { learning_rate: rate } = this.figure.state;
    return String(nearest(rate) === k ? rate : RATES[k]);
  }

  /** Another rate or slope from now on. */
  #turn(values) {
    const { figure } = this;
    const reached = this.news ? this.news.last + (this.rests ? 0 : PACE) : 0;
    figure.set({ past: pastUntil(figure.state, reached), ...values });
  }

  #toggle() {
    const { figure, session } = this;
    if (!figure.state.playing && session.ended) return figure.note(`That is enough: ${session.ended}.`);
    return figure.set({ playing: !figure.state.playing });
  }

  #oneStep() {
    this.figure.set({ playing: false });
    if (this.news) this.#goTo(Math.min(LONGEST, this.news.last + 1));
  }

  /** Dying is quick: the page takes its time from one look to the next, more of it in the beginning. */
  #play({ playing }) {
    if (!playing || document.hidden || !this.news) {
      clearTimeout(this.timer);
      this.timer = null;
      return;
    }
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.#goTo(this.news ? this.news.last + PACE : 0);
    }, this.news.last < EARLY ? 100 : 25);
  }

  /** Whether the worker is where the last news says. */
  get rests() {
    return !this.figure.state.playing && this.news.last >= this.goal;
  }

  #goTo(step) {
    this.goal = step;
    this.session.goTo(step);
  }

  // ------------------------------------------------------------------------- what the state asks for
  /** Bring the course in line with the state: go on if it has been like that so far, else begin anew. */
  follow(state) {
    const { seed, start, bias, step } = state;
    const [parts, reached] = [partsOf(state), this.news?.last ?? 0];
    const [origin, asked] = [JSON.stringify([seed, start, bias]), step !== this.reported];
    const text = JSON.stringify([origin, parts]);
    const goesOn = origin === this.origin && agree(parts, this.parts, reached) && !(asked && step < reached);
    this.#look(state);
    const begins = reached > 0 ? !goesOn : text !== this.begun;
    if (begins) this.#begin(state, parts, text);
    else if (text !== this.followed) this.session.settle(parts);
    Object.assign(this, { parts, origin, followed: text });
    if (asked || begins) {
      this.reported = step;
      this.#goTo(step);
    }
    this.#play(state);
  }

  #begin(state, parts, text) {
    const weights = startWeights(this.spec, this.count, state);
    this.id = (this.id ?? 0) + 1;
    Object.assign(this, { begun: text, news: null, goal: 0 });
    this.session.begin({ id: this.id, spec: this.spec, weights, seed: state.seed, parts });
  }

  #look({ sample }) {
    if (sample === this.sample) return;
    const start = (this.data.train + sample) * this.size;
    Object.assign(this, { sample, image: this.data.images.slice(start, start + this.size) });
    this.session.look({ image: this.image, layers: [1] });
  }

  // -------------------------------------------------------------------------------- what comes back
  #take(news) {
    if (news.id !== this.id) return; // of the course before
    const { figure, session } = this;
    this.news = news;
    const ended = session.ended;
    if (figure.state.playing && ended) figure.set({ playing: false });
    figure.note(ended === "diverged" ? `NaN: diverged at step ${news.diverged}. Start again with a smaller learning rate.` : "");
    if (figure.state.step === this.reported) this.#report(news.step);
    figure.invalidate();
  }

  /** Tell the model where training is; with a live kernel now and then, and when it rests. */
  #report(step) {
    const { figure } = this;
    const now = performance.now();
    this.reported = step;
    if (!figure.isPage && !this.rests && now - this.synced < SYNC) return void (figure.state.step = step);
    this.synced = now;
    figure.model.get("step") === step ? (figure.state.step = step) : figure.set({ step });
  }

  // --------------------------------------------------------------------------------------- pictures
  draw(state) {
    if (this.error) throw this.error;
    this.follow(state);
    this.play.textContent = state.playing ? "Pause" : "Train";
    this.leak.textContent = state.slope ? "Back to ReLU" : "Switch to leaky";
    if (!this.news) return;
    const { news, parts } = this;
    this.readings.show(news);
    this.stones.show(news, state.slope, this.image, this.data.shape);
    this.units.show(news.census.active[1], state.slope);
    this.facts.textContent = gradientWords(news.census, state.slope, news.step);
    this.curves.show(news, parts.map(({ until }) => until).filter((until) => until <= news.step));
  }

  describe(state) {
    return this.news ? inWords(this.news, state, this.held) : "The network is being prepared.";
  }
}

export default {
  render({ model, el }) {
    if (!supported) throw new Error("this browser has no WebAssembly with SIMD");
    const data = dataOf(model);
    return frame({ model, el, schema: SCHEMA, make: (figure) => new Graveyard(figure, data) });
  },
};
