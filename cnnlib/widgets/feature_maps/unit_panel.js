// The numbers behind one unit, as a ledger: every line is added, and the last one is the value.

import { dom } from "../controls.js";
import { decimalsFor, fixed, ledger } from "../sums.js";
import { Maps, channelOf, neighbor } from "../maps.js";
import { Picture } from "../picture.js";
import { InputPicture } from "../sources.js";
import { scaleOf } from "../theme.js";
import { derivation, inputShape, mapShape, seenBy, sourceOf } from "./unit.js";
import { line, numberTable, productTables, table, tiny } from "./unit_tables.js";
import { activated, nameOf, numeral, seesWhat } from "./unit_words.js";

const INPUTS = 8; // lines for a dense unit
const READABLE = 49; // numbers of a window; more are a picture

const titled = (title, element) =>
  dom("div", { className: "stc-x-box" }, dom("p", { className: "stc-x-quiet" }, title), element);

/** The panel of the chosen unit. `go(unit)` is called when the reader follows a number. */
export class UnitPanel {
  constructor(go) {
    this.go = go;
    this.title = dom("p", { className: "stc-x-unit" });
    this.sees = dom("p", { className: "stc-x-quiet" });
    this.map = new Picture({
      label: "The chosen map, enlarged. Arrow keys choose another unit.",
      onPoint: ({ type, row, column }) => ["press", "drag"].includes(type) && go({ ...this.unit, row, column }),
      onStep: (down, across) => this.#step(down, across),
    });
    this.field = new InputPicture({ label: "The input with the receptive field of the unit" });
    this.mapBox = titled("Its map", this.map.element);
    const fieldBox = titled("What it sees", this.field.element);
    this.views = dom("div", { className: "stc-x-views" }, this.mapBox, fieldBox);
    this.numbers = dom("div", { className: "stc-x-numbers" });
    const choose = "The kernels of this map, one per channel. Arrow keys choose one.";
    this.kernels = new Maps({ label: choose, onUnit: ({ channel }) => this.#open(channel), whole: true });
    this.kernelBox = titled("Its kernels, one per channel", this.kernels.element);
    const right = dom("div", { className: "stc-x-right" }, this.kernelBox, this.numbers);
    const body = dom("div", { className: "stc-x-body" }, this.views, right);
    this.element = dom("div", { className: "stc-x-panel", role: "group", ariaLabel: "The chosen unit" });
    this.element.append(this.title, this.sees, body);
  }

  dispose() {
    this.kernels.dispose();
    this.map.dispose();
    this.field.dispose();
  }

  /** Show a unit of a network that has run on `input`. */
  show({ net, unit, input, fields, scale, classes }) {
    const same = this.unit && ["layer", "row", "column", "channel"].every((key) => this.unit[key] === unit[key]);
    if (!same) this.opened = null;
    Object.assign(this, { net, unit, classes });
    const steps = derivation(net, unit);
    const shape = mapShape(net.spec.layers[unit.layer].output_shape);
    this.shape = shape;
    const image = inputShape(net.spec, 0);
    const seen = seenBy(net.spec, fields, unit);
    this.field.showImage(input, image, seen.field ? [seen] : []);
    this.sees.textContent = seesWhat(seen, image);
    this.mapBox.hidden = shape[0] * shape[1] === 1;
    if (!this.mapBox.hidden) this.#showMap(shape, scale);
    this.#showNumbers(steps);
  }

  #showMap([rows, columns, channels], scale) {
    const { layer, row, column, channel } = this.unit;
    const values = channelOf(this.net.output(layer).data, [rows, columns, channels], channel);
    const write = (value) => fixed(value, decimalsFor(scale.high) - 1);
    this.map.show({ values, rows, columns, scale, write, marks: [{ row, column }] });
  }

  #step(down, across) {
    if (Math.abs(down) + Math.abs(across) > 1) return;
    const next = neighbor(this.unit, [down, across], [this.shape[0], this.shape[1], 1], 1);
    this.go({ ...this.unit, row: next.row, column: next.column });
  }

  #showNumbers(steps) {
    const parts = {
      "window products": () => this.#convolution(steps),
      products: () => this.#dense(steps),
      largest: () => this.#window(steps),
      mean: () => this.#window(steps),
      scaled: () => this.#scaled(steps),
      copy: () => this.#copy(steps),
    }[steps.kind]();
    if (steps.kind !== "window products") this.kernelBox.hidden = true;
    this.title.textContent = `${nameOf(this.net, this.unit, this.classes)}: ${this.shownValue}`;
    this.numbers.replaceChildren(...parts);
  }

  /** The last lines: bias, sum, activation. */
  #ending(steps, { bias, sum, decimals }) {
    const end = [line("bias", fixed(bias, decimals)), line("sum", fixed(sum, decimals), "stc-x-sum")];
    this.shownValue = fixed(sum, decimals);
    if (!steps.activation) return end;
    const slope = this.net.spec.layers[this.unit.layer].config.negative_slope;
    const places = ["relu", "leaky_relu"].includes(steps.activation) ? decimals : Math.max(decimals, 4);
    const [how, value] = activated({ ...steps, slope }, places);
    this.shownValue = value;
    return [...end, line(how, value, "stc-x-sum")];
  }

  #convolution(steps) {
    const { groups, places, rows, columns } = steps;
    const size = [rows, columns];
    const found = ledger(groups.map(({ sum }) => sum), steps.bias, steps.sum, { always: this.opened });
    const open = groups[this.opened ?? found.lines[0].index];
    const { value: sum } = found.lines.find(({ index }) => index === open.channel);
    const scales = {
      patch: scaleOf(groups.flatMap(({ patch }) => patch)),
      kernel: scaleOf(groups.flatMap(({ kernel }) => kernel), { sign: true }),
    };
    const single = groups.length === 1;
    const what = ({ index }) =>
      single ? `${numeral(rows * columns)} products` : this.#channelLine(groups[index], open, size, scales);
    const lines = listed(found, what, "channels");
    this.kernelBox.hidden = single;
    if (!single) this.#showKernels(groups, size, open, scales.kernel);
    const caption = single ? "" : `Channel ${open.channel}: `;
    const tables = productTables(open, { places, size, sum, decimals: found.decimals, scales, caption });
    return [tables, table([...lines, ...this.#ending(steps, found)])];
  }

  /** The kernels of the chosen map, one per input channel. */
  #showKernels(groups, [rows, columns], open, scale) {
    const data = new Float32Array(rows * columns * groups.length);
    groups.forEach(({ kernel }, c) => kernel.forEach((weight, n) => (data[n * groups.length + c] = weight)));
    this.kernels.show(data, [rows, columns, groups.length], () => scale, { row: 0, column: 0, channel: open.channel });
  }

  #open(channel) {
    this.opened = channel;
    this.#showNumbers(derivation(this.net, this.unit));
  }

  #channelLine(group, open, size, { patch, kernel }) {
    const pick = () => {
      this.#open(group.channel);
      this.numbers.querySelector('[aria-pressed="true"]')?.focus();
    };
    const look = { type: "button", className: "stc-button stc-x-channel", onclick: pick };
    const button = dom("button", look, `channel ${group.channel}`);
    button.setAttribute("aria-pressed", String(group === open));
    const pictures = [tiny(group.patch, size, patch), "×", tiny(group.kernel, size, kernel)];
    return dom("span", { className: "stc-x-pair" }, button, ...pictures);
  }

  #dense(steps) {
    const { terms } = steps;
    const found = ledger(terms.map(({ product }) => product), steps.bias, steps.sum, { most: INPUTS });
    const factor = Math.max(found.decimals, 3);
    const what = ({ index }) => {
      const { input, weight } = terms[index];
      const product = dom("span", {}, `${fixed(input, factor)} × ${fixed(weight, factor)}`);
      const source = this.#link(sourceOf(this.net.spec, this.unit.layer, index));
      return dom("span", { className: "stc-x-pair" }, source, product);
    };
    const lines = listed(found, what, "inputs");
    return [table([...lines, ...this.#ending(steps, found)])];
  }

  /** A place in the network as a button that leads to it; a pixel is only named. */
  #link(source) {
    const text = nameOf(this.net, source, this.classes);
    if (source.layer < 0) return dom("span", {}, text);
    return dom("button", { type: "button", className: "stc-x-link", onclick: () => this.go(source, true) }, text);
  }

  #window(steps) {
    const { kind, values, places, rows, columns, winner, count } = steps;
    const total = places.reduce((sum, { inside }, n) => (inside ? sum + values[n] : sum), 0);
    const decimals = decimalsFor(Math.max(...values.map(Math.abs), Math.abs(steps.value)));
    this.shownValue = fixed(steps.value, decimals);
    const cells = (n) => ({
      text: places[n].inside ? fixed(values[n], decimals) : "–",
      best: kind === "largest" && n === winner,
      outside: !places[n].inside,
    });
    const [size, scale] = [[rows, columns], scaleOf(values)];
    const readable = rows * columns <= READABLE;
    const window = readable
      ? numberTable("The window", cells, values, size, scale)
      : tiny(values, size, scale, "stc-x-window");
    const source = { ...places[winner], layer: this.unit.layer - 1, channel: this.unit.channel };
    const quotient = `${fixed(total, decimals)} / ${count} = ${this.shownValue}`;
    const words =
      kind === "largest"
        ? `The largest of ${count} numbers is ${this.shownValue}. It comes from `
        : `The mean of ${count} numbers: ${quotient}. The largest of them is that of `;
    return [window, dom("p", {}, words, this.#link(source))];
  }

  #scaled({ input, mean, variance, epsilon, gamma, beta, ...steps }) {
    const decimals = Math.max(3, decimalsFor(Math.abs(steps.value)));
    const [x, m, v, g, b] = [input, mean, variance, gamma, beta].map((number) => fixed(number, decimals));
    this.shownValue = fixed(steps.value, decimals);
    const numbers = `${g} · (${x} − ${m}) / √(${v} + ${epsilon}) + ${b}`;
    return [dom("p", {}, `γ (x − mean) / √(variance + ε) + β = ${numbers} = ${this.shownValue}`)];
  }

  #copy(steps) {
    const decimals = Math.max(3, decimalsFor(Math.abs(steps.value)));
    this.shownValue = fixed(steps.value, decimals);
    if (!steps.source) return [dom("p", {}, "A zero of the padding.")];
    const slope = this.net.spec.layers[this.unit.layer].config.negative_slope;
    const [how] = steps.activation ? activated({ ...steps, slope }, decimals) : [];
    const words = how ? `${how} = ${this.shownValue}. The number comes from ` : "The same number as ";
    return [dom("p", {}, words, this.#link(steps.source))];
  }
}

/** The lines of a ledger, `what(line)` before each number, and one for what is not listed. */
function listed({ lines, rest, decimals }, what, name) {
  const made = lines.map((part) => line(what(part), fixed(part.value, decimals)));
  if (rest) made.push(line(`${rest.count} more ${name}, together`, fixed(rest.value, decimals)));
  return made;
}
