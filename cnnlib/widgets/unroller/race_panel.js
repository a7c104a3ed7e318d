// The race as a panel: a button that starts it in a worker, bars for the times, and what came of it.

import { source } from "../../wasm/bundle.js";
import { startWorker } from "../../wasm/runtime.js";
import { dom } from "../controls.js";
import { Bars } from "./bars.js";
import { PAGE, PYTHON, SIZE_NAMES, duration, origin, result, speed, task } from "./unroller_text.js";

const LIMIT = 2000; // milliseconds of rounds

/** `news[size]` is what the last race of a size has found. */
export class RacePanel {
  constructor(figure) {
    Object.assign(this, { figure, news: {}, running: null });
    const head = dom("div", { className: "stc-controls" });
    this.start = dom("button", { type: "button", className: "stc-button stc-u-start", onclick: () => this.#press() });
    head.append(this.start);
    figure.radio("size", { label: "Layer", options: Object.entries(SIZE_NAMES), to: head });
    figure.radio("scale", { label: "Scale", options: [["log", "powers of ten"], ["linear", "linear"]], to: head });
    this.bars = new Bars("Times");
    this.told = dom("p", { className: "stc-u-told" });
    [this.task, this.origin] = [1, 2].map(() => dom("p", { className: "stc-u-quiet" }));
    const key = (kind, text) => dom("span", {}, dom("span", { className: `stc-u-key ${kind}` }), text);
    const keys = dom("p", { className: "stc-u-quiet stc-u-keys" }, key("stc-u-page", "your browser, now"), key("stc-u-python", "Python"));
    const title = dom("p", { className: "stc-u-title" }, "The race");
    this.element = dom("div", { className: "stc-u-part" }, title, this.task, head, keys, this.bars.element, this.told, this.origin);
    figure.onDispose(() => this.worker?.stop());
  }

  /** Start the race, or end it. */
  async #press() {
    if (this.running) return void this.worker.stop();
    const { size } = this.figure.state;
    this.running = size;
    this.news[size] = null;
    this.figure.note("");
    this.figure.invalidate();
    const take = (news) => {
      this.news[size] = news;
      this.draw(this.figure.state); // this panel alone: nothing else has changed
    };
    const worker = startWorker(source("widgets/unroller/race_worker.js"));
    this.worker = worker;
    try {
      take(await worker.call("race", { size, limit: LIMIT }, take));
      worker.stop();
    } catch (error) {
      if (error.message !== "the worker was stopped") this.figure.note(error.message);
    }
    this.running = null;
    this.figure.invalidate();
  }

  draw({ size, scale, python_times: python }) {
    const news = this.news[size];
    const lanes = (names, seconds, kind) =>
      Object.entries(names).map(([key, name]) => {
        const value = seconds?.[key] ?? null;
        return { name, value, kind, text: value === null ? "not measured" : `${duration(value)}, ${speed(size, value)}` };
      });
    const found = python?.seconds?.[size];
    const items = [...lanes(PAGE, news?.seconds, "stc-u-page"), ...(found ? lanes(PYTHON, found, "stc-u-python") : [])];
    this.bars.show(items, scale === "log" ? (value) => duration(value).replace(/\.0+ /, " ") : undefined);
    this.start.textContent = this.running ? "Stop" : "Start the race";
    this.task.textContent = task(size);
    this.told.textContent = result(news, this.running === size);
    this.origin.textContent = origin(python);
  }
}
