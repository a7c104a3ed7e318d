// The filters as stones, the hidden units as small ones, and the curves.

import { Chart, lineKey } from "../charts.js";
import { dom } from "../controls.js";
import { thumbnail } from "../sources.js";
import { paint, scaleOf, signed, largest } from "../theme.js";
import { CAPTION, READINGS, fate, percent, portion, tileWords, unitsWords } from "./graveyard_text.js";

/** A canvas for a small table of numbers. */
class Small {
  constructor(rows, columns) {
    this.canvas = dom("canvas", { width: columns, height: rows, ariaHidden: "true" });
    this.image = new ImageData(columns, rows);
    this.pen = this.canvas.getContext("2d");
  }

  show(values, scale) {
    paint(values, scale, this.image);
    this.pen.putImageData(this.image, 0, 0);
  }
}

/** Every `count`-th number from `k` on: a channel of an array whose last axis is the channels. */
export const channel = (values, k, count) => Float32Array.from({ length: values.length / count }, (_, at) => values[at * count + k]);

/** Change a text only if it is another one. */
const write = (node, text) => node.textContent !== text && (node.textContent = text);

export class Stones {
  constructor({ count, shape: [rows, columns], kernel: [high, wide] }) {
    Object.assign(this, { count });
    this.digit = dom("span", { ariaHidden: "true" });
    this.next = dom("span");
    this.stones = Array.from({ length: count }, () => {
      const [kernel, map] = [new Small(high, wide), new Small(rows, columns)];
      const [level, words, since] = [dom("i"), dom("strong"), dom("small")];
      const pair = dom("div", {}, kernel.canvas, map.canvas);
      const inside = dom("div", { className: "stc-g-stone", role: "img" }, pair, dom("span", { className: "stc-g-bar" }, level), words, since);
      return { kernel, map, level, words, since, inside };
    });
    const list = dom("ul", { className: "stc-g-stones" }, ...this.stones.map(({ inside }) => dom("li", {}, inside)));
    this.element = dom("div", {}, dom("p", { className: "stc-g-caption" }, CAPTION.filters, this.digit, this.next), list);
  }

  show({ kernels, map, census: { active }, since: [since] }, slope, image, shape) {
    if (this.shown !== image) this.digit.replaceChildren(thumbnail(image, shape));
    this.shown = image;
    const [weights, maps] = [signed(largest(kernels, 0.003)), scaleOf(map, { sign: slope > 0 })];
    this.stones.forEach((stone, k) => {
      const share = active[0][k];
      const state = fate(share, slope);
      stone.kernel.show(channel(kernels, k, this.count), weights);
      stone.map.show(channel(map, k, this.count), maps);
      stone.inside.dataset.fate = state;
      stone.inside.setAttribute("aria-label", tileWords(k, share, since[k], slope));
      stone.level.style.width = `${100 * share}%`;
      write(stone.words, state === "alive" ? portion(share) : state);
      write(stone.since, state === "alive" ? `filter ${k + 1}` : since[k] ? `since ${since[k]}` : "from birth");
    });
  }
}

export class Units {
  constructor(count) {
    this.units = Array.from({ length: count }, () => {
      const level = dom("i");
      return { level, inside: dom("span", { className: "stc-g-unit" }, level) };
    });
    this.row = dom("div", { className: "stc-g-units", role: "img" }, ...this.units.map(({ inside }) => inside));
    this.element = dom("div", {}, dom("p", { className: "stc-g-caption" }, CAPTION.units), this.row);
  }

  show(shares, slope) {
    this.units.forEach(({ level, inside }, k) => {
      level.style.height = `${100 * shares[k]}%`;
      inside.dataset.fate = fate(shares[k], slope);
    });
    this.row.setAttribute("aria-label", unitsWords(shares, slope));
  }
}

export class Readings {
  constructor() {
    this.numbers = READINGS.map(() => dom("strong"));
    const cells = READINGS.map((name, k) => dom("div", {}, dom("span", {}, name), this.numbers[k]));
    this.element = dom("div", { className: "stc-g-readings" }, ...cells);
  }

  show({ step, record, since }) {
    const silent = since.map((steps) => `${steps.filter((at) => at >= 0).length} of ${steps.length}`);
    [step, ...silent, `${(100 * record.heldAccuracy).toFixed(1)} %`].forEach((text, k) => write(this.numbers[k], String(text)));
  }
}

export class Curves {
  constructor(counts) {
    this.silent = new Chart({ label: "Silent on all held-out images", range: [0, counts[1]] });
    this.right = new Chart({ label: "Held-out digits read right", range: [0, 1], format: percent });
    const keys = dom("p", { className: "stc-t-keys" }, dom("span", {}, lineKey("--line-a", `filters (of ${counts[0]})`), lineKey("--line-b", `hidden units (of ${counts[1]})`, true)));
    this.element = dom("div", {}, dom("div", { className: "stc-t-charts stc-g-plots" }, this.silent.element, this.right.element), keys);
  }

  show({ curve, step }, notches) {
    const common = { last: Math.max(step, 10), cursor: step, notches };
    const line = (layer) => curve.map((entry) => [entry.step, entry.silent[layer]]);
    const now = curve.at(-1);
    const silent = [{ points: line(0), color: "--line-a" }, { points: line(1), color: "--line-b", dash: [6, 4] }];
    this.silent.show({ ...common, curves: silent }, `${now.silent[0]} filters and ${now.silent[1]} hidden units at step ${now.step}.`);
    const right = [{ points: curve.map((entry) => [entry.step, entry.heldAccuracy]), color: "--line-a" }];
    this.right.show({ ...common, curves: right }, `${percent(now.heldAccuracy)} at step ${now.step}.`);
  }

  dispose() {
    for (const chart of [this.silent, this.right]) chart.dispose();
  }
}
