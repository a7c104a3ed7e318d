// LiveTrainer: a network learns in the page, and everything that changes in it is in sight.

import { source } from "../../wasm/bundle.js";
import { startWorker, supported } from "../../wasm/runtime.js";
import { build, parse } from "../architecture.js";
import { dom } from "../controls.js";
import { Curves } from "./curves.js";
import { STYLE as XRAY } from "../feature_maps_style.js";
import { frame } from "../frame.js";
import { LayerSheets } from "./layer_sheets.js";
import { STYLE } from "./live_trainer_style.js";
import { DigitPanel, HeldOutPanel, Readings } from "./trainer_panels.js";
import { Moments, SETTINGS, laySettings, settingsOf } from "./trainer_settings.js";
import { initialWeights } from "../initial_weights.js";
import { Session } from "../session.js";
import { thumbnail } from "../sources.js";
import { arrayOf, choice, flag, integer, packed, text } from "../state.js";
import { addStyle } from "../style.js";
import { dataOf } from "../training_data.js";
import { STYLE as TRAINING } from "../training_style.js";

const SYNC = 3000; // milliseconds between two messages with weights to Python

/** The variables; a list of layers must be a network. */
const schemaOf = (network) => ({
  ...SETTINGS,
  layers: { ...text(), check: (value) => (network(value), value) },
  seed: integer(0, 999_999),
  step: integer(0, 1_000_000),
  playing: flag(),
  sample: integer(-1, 99_999),
  label: integer(-1, 99),
  strokes: text(),
  view: choice("digits", "layers"),
});

const weightsKey = (spec) => JSON.stringify(spec.layers.flatMap(({ weights }) => weights.map(({ name, shape }) => [name, shape])));

class LiveTrainer {
  constructor(figure, data, network) {
    Object.assign(this, { figure, model: figure.model, data, network, notches: [], past: null, synced: 0 });
    addStyle(figure.el, "feature-maps", XRAY);
    addStyle(figure.el, "training", TRAINING);
    addStyle(figure.el, "live-trainer", STYLE);
    this.classes = this.model.get("classes");
    this.#lay();
    const worker = startWorker(source("widgets/live_trainer/trainer_worker.js"));
    const onFail = (error) => {
      this.error = error;
      figure.invalidate();
    };
    this.session = new Session(worker, data, { onNews: (news) => this.#take(news), onFail });
    this.#listen();
  }

  #lay() {
    const { figure } = this;
    const set = (values) => figure.set(values);
    const play = dom("div", { className: "stc-t-bar-of-play", role: "group", ariaLabel: "Training" });
    [this.play] = figure.buttons("Training", [
      { label: "Play", onClick: () => this.#toggle() },
      { label: "One step", onClick: () => this.#oneStep() },
      { label: "Start again", values: { step: 0, playing: false } },
      { label: "New weights", values: ({ seed }) => ({ seed: (seed + 1) % 1_000_000, step: 0 }), hint: "Start again from other weights, with another order of the samples" },
    ], { to: play }).buttons;
    this.play.classList.add("stc-t-play");
    figure.controls.append(play);
    this.list = laySettings(figure, { last: `Dense ${this.classes}, softmax`, network: this.network });
    this.readings = new Readings();
    this.curves = new Curves();
    this.moments = new Moments((step) => set({ step, playing: false }));
    this.digit = new DigitPanel(figure, { data: this.data, set });
    this.held = new HeldOutPanel({ data: this.data, classes: this.classes, imageOf: (k) => this.digit.heldOut(k), choose: (sample) => set({ sample, label: -1 }) });
    this.facts = dom("p", { className: "stc-x-quiet" });
    this.thumb = dom("div", { className: "stc-t-thumb", ariaHidden: "true" });
    this.seen = dom("div", { className: "stc-t-seen" }, this.thumb, this.facts);
    this.sheetsPlace = dom("div");
    this.panels = dom("div", { className: "stc-t-panels" }, this.digit.element, ...this.held.elements);
    for (const element of [this.readings.element, figure.status, this.curves.element, this.moments.element]) figure.add(element);
    const views = dom("div", { className: "stc-t-view" });
    figure.add(views);
    figure.radio("view", { label: "What to see", bare: true, options: [["digits", "Digits"], ["layers", "Inside the layers"]], to: views });
    views.append(this.digit.choose);
    figure.add(this.panels);
    figure.add(this.sheetsPlace);
  }

  #listen() {
    const { figure, model } = this;
    const pushed = () => {
      this.started = null;
      figure.invalidate();
    };
    model.on("change:start", pushed);
    figure.onTab(() => this.#play(figure.state));
    figure.onDispose(() => {
      model.off("change:start", pushed);
      this.session.stop();
      for (const part of [this.curves, this.digit, this.held, this.sheets]) part?.dispose();
    });
  }

  #toggle() {
    const { figure, session } = this;
    if (!figure.state.playing && session.ended) return this.#sayWhyEnded();
    return figure.set({ playing: !figure.state.playing });
  }

  #oneStep() {
    if (this.session.ended) return this.#sayWhyEnded();
    this.figure.set({ playing: false });
    return this.session.takeStep();
  }

  #play({ playing }) {
    this.session.play(playing && !document.hidden);
  }

  #sayWhyEnded() {
    const { diverged } = this.session.news;
    this.figure.note(
      diverged === null
        ? `That is enough: ${this.session.ended}.`
        : `NaN: diverged at step ${diverged}. Go back in time, or start again, with a smaller learning rate.`,
    );
  }

  // ------------------------------------------------------------------------- what the state asks for
  /** Bring the course in line with the state. */
  follow(state) {
    this.#begin(state);
    this.#look(state);
    if (state.step !== this.reported) {
      this.reported = state.step;
      this.session.goTo(state.step);
    }
    this.#play(state);
  }

  /** A new course for new weights; other settings for the one there is. */
  #begin(state) {
    const settings = settingsOf(state);
    const key = JSON.stringify(settings);
    if (state.layers !== this.built || state.seed !== this.seeded || !this.started) {
      const { spec, count } = this.network(state.layers);
      const fits = this.started && state.seed === this.seeded && weightsKey(spec) === weightsKey(this.spec);
      Object.assign(this, { spec, built: state.layers, seeded: state.seed });
      this.#showLayers();
      if (fits) this.#settle(settings, key, spec);
      else this.#start(state, { spec, count, settings, key });
    } else if (key !== this.settings) this.#settle(settings, key);
  }

  #start({ seed, layers }, { spec, count, settings, key }) {
    const start = this.model.get("start");
    const given = start.layers === layers && start.seed === seed;
    const weights = given ? arrayOf(start.weights).data : initialWeights(spec, count, seed);
    if (this.news) this.reported = -1; // whatever step was shown belonged to the course before
    Object.assign(this, { started: true, settings: key, notches: [] });
    this.session.begin({ spec, weights, seed, settings });
    if (this.news) this.figure.set({ step: 0 });
  }

  #settle(settings, key, spec) {
    this.settings = key;
    if (this.news && this.news.step > 0) this.notches = [...this.notches, this.news.step];
    this.session.settle(settings, spec);
  }

  #showLayers() {
    this.sheets?.dispose();
    this.sheets = new LayerSheets(this.spec);
    this.sheetsPlace.replaceChildren(this.seen, this.sheets.element);
    this.kernels = this.spec.layers.filter(({ weights: [first] }) => first?.name === "kernel").map(({ config }) => config.name);
    this.viewKey = null;
  }

  #look(state) {
    const key = [state.sample, state.label, state.strokes, state.view].join();
    if (key === this.viewKey) return;
    this.viewKey = key;
    const view = this.digit.view(state);
    this.thumb.replaceChildren(thumbnail(view.image, this.data.shape));
    this.session.look({ ...view, layers: state.view === "layers" ? this.sheets.layers : [] });
  }

  // -------------------------------------------------------------------------------- what comes back
  #take(news) {
    const before = this.news;
    this.news = news;
    if (before && news.last < before.last) {
      this.past = before.curve;
      this.notches = this.notches.filter((step) => step <= news.last);
    }
    const asked = this.figure.state.step !== this.reported; // for another moment, meanwhile
    if (this.figure.state.playing && this.session.ended) this.figure.set({ playing: false });
    if (this.session.ended) this.#sayWhyEnded();
    else this.figure.note("");
    if (!asked) this.#report(news);
    this.figure.invalidate();
  }

  /** Tell the model where training is; with a live kernel now and then, and when it rests. */
  #report(news) {
    const { figure } = this;
    this.reported = news.step;
    const now = performance.now();
    const rests = !figure.state.playing;
    if (figure.isPage || rests || now - this.synced > SYNC) {
      this.synced = now;
      figure.set({ step: news.step });
      if (!figure.isPage) this.#send(news);
    } else figure.state.step = news.step;
  }

  #send({ step, weights, curve }) {
    const names = ["step", "loss", "accuracy", "heldLoss", "heldAccuracy"];
    const numbers = Float32Array.from(curve.flatMap((entry) => names.map((name) => entry[name])));
    this.model.set("present", {
      step,
      layers: this.built,
      weights: packed({ shape: [weights.length], data: weights }),
      curve: packed({ shape: [curve.length, names.length], data: numbers }),
    });
    this.model.save_changes();
  }

  // --------------------------------------------------------------------------------------- pictures
  draw(state) {
    if (this.error) throw this.error;
    this.follow(state);
    this.play.textContent = state.playing ? "Pause" : "Play";
    this.list.show(state.layers);
    const { news, past, notches, kernels } = this;
    const inside = state.view === "layers";
    this.panels.hidden = inside;
    this.sheetsPlace.hidden = !inside;
    if (!news) return;
    this.readings.show(news);
    this.curves.show(news, { past, notches, kernels });
    this.moments.show({ ...news, step: state.step }); // where the reader has put it, at once
    this.facts.textContent = `${this.digit.inWords(state, news)} ${this.digit.target(state, news)}`;
    if (inside && news.layers.length === this.sheets.layers.length) this.sheets.show(news);
    if (inside) return;
    this.digit.show(state, news);
    this.held.show(state, news.record);
  }

  describe(state) {
    if (!this.news) return "The network is being prepared.";
    const { step, epochs, record } = this.news;
    const percent = (value) => `${(100 * value).toFixed(1)} %`;
    const right = `The loss is ${record.loss.toPrecision(3)} in training and ${record.heldLoss.toPrecision(3)} on held-out images, of which ${percent(record.heldAccuracy)} are right`;
    return `${state.layers}, Dense ${this.classes}; ${state.optimizer} with learning rate ${state.learning_rate}. Step ${step}, epoch ${epochs.toFixed(1)}. ${right}. ${this.digit.inWords(state, this.news)}`;
  }
}

export default {
  render({ model, el }) {
    if (!supported) throw new Error("this browser has no WebAssembly with SIMD");
    const data = dataOf(model);
    const network = (layers) => build(parse(layers), data.shape, model.get("classes"));
    return frame({ model, el, schema: schemaOf(network), make: (figure) => new LiveTrainer(figure, data, network) });
  },
};
