// ShuffleTest: one new order for the pixels of all images. A dense network does not notice, a CNN does.

import { source } from "../../wasm/bundle.js";
import { startWorker, supported } from "../../wasm/runtime.js";
import { build, parse } from "../architecture.js";
import { dom } from "../controls.js";
import { frame } from "../frame.js";
import { initialWeights } from "../initial_weights.js";
import { Session } from "../session.js";
import { among, flag, integer } from "../state.js";
import { addStyle } from "../style.js";
import { dataOf } from "../training_data.js";
import { STYLE as TRAINING } from "../training_style.js";
import { firstKernel, inverse, places } from "./places.js";
import { Courses, Results, Strip, Sums, firstOfEach } from "./shuffle_panels.js";
import { STYLE } from "./shuffle_test_style.js";
import { BLOCKS, inWords } from "./shuffle_test_text.js";

const SYNC = 3000; // milliseconds between two messages to Python
const LONGEST = 600; // steps: by then all four have learned what they can

export const SCHEMA = {
  block: among(1, 2, 4, 8),
  shuffle: integer(0, 999_999),
  samples: among(100, 300, 1438),
  alike: flag(),
  seed: integer(0, 999_999),
  step: integer(0, LONGEST),
  playing: flag(),
  sample: integer(0, 358),
  unit: integer(0, 255),
  pixel: integer(0, 63),
};

/** What begins a course: {specs, weights, order, …} for quartet.js, and the numbers of parameters. */
export function lessonOf(model, { shape }, { block, shuffle, samples, alike, seed }) {
  const [specs, weights, counts] = [{}, {}, {}];
  for (const kind of ["dense", "convolutional"]) {
    const { spec, count } = build(parse(model.get(kind)), shape, model.get("classes"));
    [specs[kind], counts[kind], weights[kind]] = [spec, count, initialWeights(spec, count, seed)];
  }
  const order = places(shuffle, block, shape);
  return { lesson: { specs, weights, order, alike, samples, seed, settings: model.get("settings") }, counts };
}

class ShuffleTest {
  constructor(figure, data) {
    Object.assign(this, { figure, model: figure.model, data, size: data.shape.reduce((a, b) => a * b, 1), synced: 0 });
    this.held = data.labels.length - data.train;
    addStyle(figure.el, "training", TRAINING);
    addStyle(figure.el, "shuffle-test", STYLE);
    this.#lay();
    const onFail = (error) => {
      this.error = error;
      figure.invalidate();
    };
    const worker = startWorker(source("widgets/shuffle_test/shuffle_worker.js"));
    this.session = new Session(worker, data, { onNews: (news) => this.#take(news), onFail, longest: LONGEST });
    figure.onTab(() => this.#play(figure.state));
    figure.onDispose(() => {
      this.session.stop();
      for (const part of [this.courses, this.sums]) part.dispose();
    });
  }

  #lay() {
    const { figure, data } = this;
    const next = (key) => (state) => ({ [key]: (state[key] + 1) % 1_000_000 });
    figure.radio("block", { label: "Pixels change places", options: Object.entries(BLOCKS).map(([block, name]) => [Number(block), name]) });
    figure.buttons("Order of the pixels", [{ label: "Another order", values: next("shuffle"), hint: "Draw another order of the pixels" }]);
    figure.radio("samples", { label: "Digits to learn from", options: [[1438, "1,438"], 300, 100] });
    figure.toggle("alike", { label: "Shuffle the dense network’s first weights alike" });
    const play = dom("div", { className: "stc-t-bar-of-play", role: "group", ariaLabel: "Training" });
    [this.play] = figure.buttons("Training", [
      { label: "Train", onClick: () => this.#toggle() },
      { label: "Start again", values: { step: 0, playing: false } },
      { label: "New weights", values: next("seed"), hint: "Other weights to begin with, another order of the samples" },
    ], { to: play }).buttons;
    this.play.classList.add("stc-t-play");
    const labels = data.labels.subarray(data.train);
    this.strip = new Strip({
      samples: firstOfEach(labels, this.model.get("classes")),
      labels,
      imageOf: (k) => this.#image(k),
      shape: data.shape,
      choose: (sample) => figure.set({ sample }),
    });
    const { lesson, counts } = lessonOf(this.model, data, figure.state);
    this.results = new Results({ counts, held: this.held });
    this.courses = new Courses();
    this.sums = new Sums({
      shape: data.shape,
      held: this.held,
      marked: (side) => (side ? inverse(this.order)[figure.state.pixel] : figure.state.pixel),
      mark: (side, place) => figure.set({ pixel: side ? this.order[place] : place }),
    });
    this.progress = dom("p", { className: "stc-note stc-s-progress" });
    for (const element of [this.strip.element, play, this.progress, this.results.element, this.courses.element, this.sums.element]) figure.add(element);
    figure.slider("unit", { label: "Unit", min: 0, max: firstKernel(lesson.specs.dense).units - 1, to: this.sums.unit });
  }

  #image(k) {
    const start = (this.data.train + k) * this.size;
    return this.data.images.subarray(start, start + this.size);
  }

  #toggle() {
    const { figure, session } = this;
    if (!figure.state.playing && session.ended) return figure.note(`That is enough: ${session.ended}. Start again, or change something.`);
    return figure.set({ playing: !figure.state.playing });
  }

  #play({ playing }) {
    this.session.play(playing && !document.hidden);
  }

  // ------------------------------------------------------------------------- what the state asks for
  /** Bring the courses in line with the state. Other settings: from the start, up to the same step. */
  follow(state) {
    const { block, shuffle, samples, alike, seed } = state;
    const key = [block, shuffle, samples, alike, seed].join();
    const view = [state.sample, state.unit].join();
    const begins = key !== this.key;
    if (begins) {
      this.key = key;
      const { lesson } = lessonOf(this.model, this.data, state);
      this.order = lesson.order;
      this.news = null;
      this.goal = state.step;
      this.session.begin({ ...lesson, key });
    }
    if (view !== this.view) {
      this.view = view;
      this.session.look({ image: this.#image(state.sample).slice(), unit: state.unit });
    }
    if (begins || state.step !== this.reported) {
      this.reported = state.step;
      this.goal = state.step;
      this.session.goTo(state.step);
    }
    this.#play(state);
  }

  #take(news) {
    const { figure } = this;
    if (news.key !== this.key || figure.state.step !== this.reported) return figure.invalidate(); // something else is wanted by now
    this.news = news;
    if (news.last >= this.goal) this.goal = 0;
    if (figure.state.playing && this.session.ended) figure.set({ playing: false });
    if (!this.goal) this.#report(news);
    return figure.invalidate();
  }

  /** Tell the model where training is; with a live kernel now and then, and when it rests. */
  #report({ step, networks }) {
    const { figure } = this;
    this.reported = step;
    const now = performance.now();
    if (!figure.isPage && figure.state.playing && now - this.synced < SYNC) return void (figure.state.step = step);
    this.synced = now;
    figure.set({ step });
    if (figure.isPage) return undefined;
    this.model.set("present", { step, accuracy: networks.map(({ accuracy }) => accuracy) });
    return this.model.save_changes();
  }

  // --------------------------------------------------------------------------------------- pictures
  draw(state) {
    if (this.error) throw this.error;
    this.follow(state);
    this.play.textContent = state.playing ? "Stop" : "Train";
    this.strip.show(state.sample, this.order);
    const { news } = this;
    if (!news) return;
    this.progress.textContent = this.goal ? `Step ${news.step}, on the way to step ${this.goal} …` : `Step ${news.step} of at most ${LONGEST}, ${(news.step * this.model.get("settings").batch / state.samples).toFixed(1)} times through the digits.`;
    this.results.show(news.networks);
    this.courses.show(news);
    this.sums.show({ image: this.#image(state.sample), order: this.order, pixel: state.pixel, twin: news.twin });
  }

  describe(state) {
    return inWords(state, this.news, this.held);
  }
}

export default {
  render({ model, el }) {
    if (!supported) throw new Error("this browser has no WebAssembly with SIMD");
    const data = dataOf(model);
    return frame({ model, el, schema: SCHEMA, make: (figure) => new ShuffleTest(figure, data) });
  },
};
