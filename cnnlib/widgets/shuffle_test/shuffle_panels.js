// The parts of the shuffle test: what the networks see, how they do, and the two sums that are one.

import { Chart, lineKey } from "../charts.js";
import { dom } from "../controls.js";
import { Picture } from "../picture.js";
import { thumbnail } from "../sources.js";
import { gray, largest, signed } from "../theme.js";
import { inverse, rearranged } from "./places.js";
import { NAMES, percent, pixelInWords, sumInWords, twinInWords } from "./shuffle_test_text.js";

/** Dense, then CNN; of each plain and shuffled. */
const LINES = [["--line-a"], ["--ink", true], ["--line-b"], ["--line-f", true]];
const power = (value) => (value >= 0.01 ? String(Number(value.toPrecision(2))) : value.toExponential(0).replace("-", "−"));

/** The first held-out image of each class. */
export function firstOfEach(labels, classes) {
  return Array.from({ length: classes }, (_, label) => labels.indexOf(label)).filter((k) => k >= 0);
}

/** Some digits as buttons, each above itself with its pixels in another order. */
export class Strip {
  constructor({ samples, labels, imageOf, shape, choose }) {
    Object.assign(this, { samples, imageOf, shape });
    this.buttons = samples.map((k) => {
      const name = `A ${labels[k]}, plain and shuffled`;
      return dom("button", { type: "button", className: "stc-s-digit", ariaLabel: name, title: name, onclick: () => choose(k) });
    });
    const sides = dom("div", { className: "stc-s-sides", ariaHidden: "true" }, dom("span", {}, "plain"), dom("span", {}, "shuffled"));
    this.element = dom("div", { className: "stc-s-strip", role: "group", ariaLabel: "Digits to look at" }, sides, ...this.buttons);
  }

  show(sample, order) {
    this.buttons.forEach((button, k) => {
      button.setAttribute("aria-pressed", String(this.samples[k] === sample));
      if (order === this.order) return;
      const image = this.imageOf(this.samples[k]);
      button.replaceChildren(...[image, rearranged(image, order)].map((data) => thumbnail(data, this.shape)));
    });
    this.order = order;
  }
}

/** A table of the four accuracies. */
export class Results {
  constructor({ counts, held }) {
    this.held = held;
    this.cells = LINES.map(() => dom("td"));
    const head = dom("tr", {}, ...["Of held-out digits are right", "from plain pixels", "from shuffled pixels"].map((text) => dom("th", { scope: "col" }, text)));
    const row = (name, count, k) => {
      const size = dom("span", {}, `${count.toLocaleString("en")} parameters`);
      return dom("tr", {}, dom("th", { scope: "row" }, name, " ", size), this.cells[k], this.cells[k + 1]);
    };
    const rows = [row("Dense network", counts.dense, 0), row("CNN", counts.convolutional, 2)];
    this.element = dom("table", { className: "stc-s-results" }, dom("thead", {}, head), dom("tbody", {}, ...rows));
  }

  show(networks) {
    networks.forEach(({ accuracy }, k) => {
      const wrong = Math.round((1 - accuracy) * this.held);
      const parts = [dom("strong", {}, percent(accuracy)), " ", dom("span", {}, `${wrong} wrong`)];
      this.cells[k].replaceChildren(lineKey(LINES[k][0], "", LINES[k][1]).firstChild, ...parts);
    });
  }
}

/** Accuracy and loss on held-out digits, a line for each network. */
export class Courses {
  constructor() {
    this.accuracy = new Chart({ label: "Right, held out (from 80 % up)", format: (share) => `${Math.round(100 * share)} %`, range: [0.8, 1] });
    this.loss = new Chart({ label: "Loss, held out", log: true, format: power });
    const charts = dom("div", { className: "stc-t-charts stc-s-curves" }, this.accuracy.element, this.loss.element);
    const keys = LINES.map(([color, dashed], k) => lineKey(color, NAMES[k], dashed));
    this.element = dom("div", {}, charts, dom("p", { className: "stc-t-keys", ariaHidden: "true" }, dom("span", {}, ...keys)));
  }

  show({ networks, step, last }) {
    const draw = (chart, name, write) => {
      const curves = networks.map(({ curve }, k) => ({
        points: curve.map((entry) => [entry.step, entry[name]]),
        color: LINES[k][0],
        ...(LINES[k][1] ? { dash: [5, 4], width: 1.75 } : { width: 3 }), // a dashed line on a solid one is seen
      }));
      const words = networks.map((one, k) => `${NAMES[k]} ${write(one[name])}`).join(", ");
      chart.show({ curves, last: Math.max(last, 1), cursor: step }, `${words} at step ${step}.`);
    };
    draw(this.accuracy, "accuracy", percent);
    draw(this.loss, "loss", (value) => value.toPrecision(3));
  }

  dispose() {
    for (const chart of [this.accuracy, this.loss]) chart.dispose();
  }
}

/** An image times the weights of a unit, plain and shuffled: the same sum. */
export class Sums {
  /** `marked(side)` is the place of the marked pixel; `mark(side, place)` marks another one. */
  constructor({ shape: [rows, columns], held, marked, mark }) {
    Object.assign(this, { rows, columns, held, marked, mark });
    const sides = ["plain", "shuffled"].map((name, side) => this.#side(name, side));
    this.sides = sides;
    this.told = [dom("p"), dom("p")];
    const title = dom("p", {}, "Why the dense network cannot notice: one of its units");
    this.unit = dom("div", { className: "stc-control" });
    const pairs = dom("div", { className: "stc-s-sums" }, ...sides.map(({ element }) => element));
    const words = dom("div", { className: "stc-s-told" }, ...this.told);
    this.element = dom("div", { className: "stc-s-why", role: "group", ariaLabel: "Two sums" }, title, this.unit, pairs, words);
  }

  #side(name, side) {
    const { mark } = this;
    const move = (rows, columns) => {
      const k = this.marked(side);
      const [row, column] = [Math.floor(k / this.columns) + Math.sign(rows), (k % this.columns) + Math.sign(columns)];
      if (row >= 0 && row < this.rows && column >= 0 && column < this.columns) mark(side, row * this.columns + column);
    };
    const point = ({ type, row, column }) => ["press", "drag"].includes(type) && mark(side, row * this.columns + column);
    const picture = (what) => new Picture({ label: `${what}, ${name}`, onPoint: point, onStep: move });
    const [image, weights] = ["The digit", "The weights of the unit"].map(picture);
    const sum = dom("p");
    const times = dom("span", { ariaHidden: "true" }, "×");
    const head = dom("p", {}, side ? "shuffled pixels, weights in the same order" : "plain pixels, weights as they were learned");
    const element = dom("div", { className: "stc-s-sum" }, head, image.element, times, weights.element, sum);
    return { image, weights, sum, element };
  }

  /** `image` is the digit, `pixel` the marked one of its pixels, `twin` what twin.js has found. */
  show({ image, order, pixel, twin }) {
    const place = inverse(order)[pixel];
    const marked = [pixel, place];
    const scale = signed(largest(twin.kernel));
    const { rows, columns } = this;
    const digits = [image, rearranged(image, order)];
    this.sides.forEach((side, k) => {
      const marks = [{ row: Math.floor(marked[k] / columns), column: marked[k] % columns }];
      const common = { rows, columns, marks, write: (value) => value.toFixed(2).replace("-", "−") };
      side.image.show({ ...common, values: digits[k], scale: gray() });
      side.weights.show({ ...common, values: k ? twin.turned : twin.kernel, scale });
      side.sum.textContent = sumInWords(twin.sums[k], rows * columns);
    });
    this.told[0].textContent = pixelInWords({ pixel, place, columns, x: image[pixel], weight: twin.kernel[pixel] });
    this.told[1].textContent = twinInWords(twin, this.held);
  }

  dispose() {
    for (const { image, weights } of this.sides) for (const picture of [image, weights]) picture.dispose();
  }
}
