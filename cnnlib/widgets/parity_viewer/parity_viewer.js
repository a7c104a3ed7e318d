// ParityViewer: one network in Keras, whose numbers are stored, and in cnnlib, which computes here.

import { kernels } from "../../wasm/kernels.js";
import { network } from "../../wasm/network.js";
import { lossOf } from "../../wasm/training.js";
import { dom } from "../controls.js";
import { STYLE as XRAY } from "../feature_maps_style.js";
import { frame } from "../frame.js";
import { Maps, channelOf } from "../maps.js";
import { Legend, Picture } from "../picture.js";
import { imageOf, thumbnail } from "../sources.js";
import { arrayOf, choice, integer } from "../state.js";
import { addStyle } from "../style.js";
import { scaleOf, signed } from "../theme.js";
import { broken, seen } from "./faults.js";
import { begins, compare, difference, fitting, partsOf, spacing } from "./parity.js";
import { PartTable } from "./parity_table.js";
import { STYLE } from "./parity_viewer_style.js";
import { FAULTS, numberInWords, placeOf, power, scientific, verdict } from "./parity_viewer_text.js";

const EXPONENTS = [-10, 1];

/** The state's kinds: what is possible depends on the network and its images. */
const schemaOf = (model) => ({
  what: choice("outputs", ...(model.get("gradients") ? ["gradients"] : [])),
  fault: choice(...model.get("network").faults),
  sample: integer(0, model.get("images").shape[0] - 1),
  part: integer(0, 999),
  row: integer(0, 1e6),
  column: integer(0, 1e6),
  channel: integer(0, 1e6),
  exponent: integer(...EXPONENTS),
});

/** A number at the end of a color scale. */
const short = (value) => (value < 0 ? `−${scientific(-value)}` : scientific(value));

class ParityViewer {
  constructor(figure, runtime) {
    Object.assign(this, { figure, runtime, model: figure.model, nets: {} });
    addStyle(figure.el, "feature-maps", XRAY);
    addStyle(figure.el, "parity-viewer", STYLE);
    const { spec, weights, faults, loss } = this.model.get("network");
    Object.assign(this, { spec, faults, loss, shape: spec.input_shape });
    this.weights = arrayOf(weights).data;
    this.theirs = { outputs: arrayOf(this.model.get("outputs")), gradients: arrayOf(this.model.get("gradients")) };
    this.labels = arrayOf(this.model.get("labels"))?.data;
    this.images = { images: arrayOf(this.model.get("images")), levels: this.model.get("levels"), shape: this.shape };
    this.parts = { outputs: partsOf(spec, false), gradients: partsOf(spec, true) };
    this.#lay();
    figure.onDispose(() => [this.maps, ...this.pictures].forEach((part) => part.dispose()));
  }

  // ---------------------------------------------------------------------------------- layout
  #lay() {
    const { figure } = this;
    const count = this.images.images.shape[0];
    figure.select("fault", { label: "Break in cnnlib", options: this.faults.map((name) => [name, FAULTS[name][0]]) });
    if (this.theirs.gradients)
      figure.radio("what", { label: "Compare", options: [["outputs", "outputs, forward"], ["gradients", "gradients, backward"]] });
    this.thumbs = Array.from({ length: count }, (_, sample) => this.#thumb(sample));
    const images = dom("div", { className: "stc-pv-thumbs", role: "group", ariaLabel: "Images" }, ...this.thumbs);
    this.verdict = dom("p", { className: "stc-pv-verdict" });
    this.table = new PartTable((part) => figure.set({ part, row: 0, column: 0, channel: 0 }));
    const titles = ["Keras", "cnnlib, live", "cnnlib − Keras"];
    this.pictures = titles.map((title) => this.#picture(title));
    this.legends = titles.map(() => new Legend());
    const view = (title, k) =>
      dom("div", { className: "stc-pv-view" }, dom("p", {}, title), this.pictures[k].element, this.legends[k].element);
    this.number = dom("p", { className: "stc-pv-number" });
    const scale = dom("div", { className: "stc-pv-scale" });
    if (count > 1) figure.add(images);
    for (const element of [this.verdict, this.table.element, scale]) figure.add(element);
    const [min, max] = EXPONENTS;
    figure.slider("exponent", { label: "The difference’s scale ends at", min, max, format: power, to: scale });
    const fit = () => ({ exponent: fitting(this.largestHere, EXPONENTS) });
    figure.buttons("Scale", [
      { label: "Fit", values: fit, hint: "The smallest power of ten that no difference of this part exceeds" },
      { label: "Largest difference", values: () => this.#worst(), hint: "Mark the number that differs most" },
    ], { to: scale });
    figure.add(dom("div", { className: "stc-pv-views" }, ...titles.map(view)));
    figure.add(this.number);
    const keys = "The differences of all maps. Arrow keys choose a number, Page keys a map, Home the largest.";
    this.maps = new Maps({ label: keys, onUnit: (unit) => figure.set(unit) });
    this.all = dom("div", { className: "stc-pv-all" }, dom("p", {}, "The differences of all maps, on the same scale"), this.maps.element);
    figure.add(this.all);
  }

  #thumb(sample) {
    const onclick = () => this.figure.set({ sample });
    const image = thumbnail(imageOf({ sample }, this.images), this.shape);
    const button = dom("button", { type: "button", className: "stc-x-thumb", onclick }, image);
    button.setAttribute("aria-label", `image ${sample}`);
    return button;
  }

  #picture(title) {
    return new Picture({
      label: `${title}. Arrow keys choose a number.`,
      onPoint: ({ type, row, column }) => ["press", "drag"].includes(type) && this.figure.set({ row, column }),
      onStep: (down, across) => this.#step(down, across),
    });
  }

  #step(down, across) {
    const { part, unit } = this.#chosen(this.figure.state);
    const [rows, columns] = part.maps;
    const within = (at, count) => Math.min(count - 1, Math.max(0, at));
    this.figure.set({ row: within(unit.row + down, rows), column: within(unit.column + across, columns) });
  }

  /** The part and the number that a state chooses: the last ones, if it has fewer. */
  #chosen({ what, part: at, row, column, channel }) {
    const index = Math.min(at, this.parts[what].length - 1);
    const part = this.parts[what][index];
    const [rows, columns, maps] = part.maps;
    const [i, j, c] = [Math.min(row, rows - 1), Math.min(column, columns - 1), Math.min(channel, maps - 1)];
    return { index, part, unit: { row: i, column: j, channel: c } };
  }

  /** The place of the number that differs most. */
  #worst() {
    const [, columns, maps] = this.part.maps;
    const { at } = this.differences[this.index];
    const place = Math.floor(at / maps);
    return { row: Math.floor(place / columns), column: place % columns, channel: at % maps };
  }

  // ----------------------------------------------------------------------------- the numbers
  /** The network with a fault, made once. */
  #net(fault) {
    if (!this.nets[fault]) {
      const { spec, weights } = broken({ spec: this.spec, weights: this.weights }, fault);
      const net = network(this.runtime, spec, weights);
      this.nets[fault] = { net, measure: this.loss && lossOf(net, this.loss) };
    }
    return this.nets[fault];
  }

  /** Both libraries' numbers for a state, an array for each part. */
  #compute({ what, fault, sample }) {
    const { net, measure } = this.#net(fault);
    const all = this.theirs[what];
    net.forward(seen(imageOf({ sample }, this.images), this.shape, fault));
    if (what === "gradients") net.backward(measure([this.labels[sample]]).gradient);
    const row = all.data.subarray(sample * all.shape[1], (sample + 1) * all.shape[1]);
    const own = ({ layer, weight }) => {
      if (weight) return net.gradients(layer)[weight];
      return what === "outputs" ? net.output(layer) : net.gradient(layer);
    };
    this.numbers = this.parts[what].map((part) => ({
      theirs: row.subarray(part.start, part.start + part.size),
      ours: own(part).data.slice(),
    }));
    this.differences = this.numbers.map(({ theirs, ours }) => compare(theirs, ours));
  }

  // --------------------------------------------------------------------------------- drawing
  draw(state) {
    const key = [state.what, state.fault, state.sample].join();
    if (key !== this.key) this.#compute(state);
    this.key = key;
    const parts = this.parts[state.what];
    Object.assign(this, this.#chosen(state));
    this.largestHere = this.differences[this.index].largest;
    this.thumbs.forEach((button, k) => button.setAttribute("aria-pressed", String(k === state.sample)));
    this.said = this.#verdict(state);
    this.verdict.textContent = this.said;
    this.table.show(parts, this.differences, this.index);
    this.#show(state);
  }

  #verdict({ what }) {
    const backwards = what === "gradients";
    const first = begins(this.differences, this.spec.layers.length, backwards);
    this.verdict.dataset.agrees = first < 0 ? "yes" : "no";
    return verdict({ parts: this.parts[what], differences: this.differences, first, backwards });
  }

  #show({ exponent }) {
    const { theirs, ours } = this.numbers[this.index];
    const [rows, columns, maps] = this.part.maps;
    const gap = difference(theirs, ours);
    const common = scaleOf(theirs);
    const scale = signed(10 ** exponent);
    const beyond = this.largestHere > 10 ** exponent;
    [theirs, ours, gap].forEach((values, k) => {
      const map = channelOf(values, this.part.maps, this.unit.channel);
      const marks = [{ row: this.unit.row, column: this.unit.column }];
      this.pictures[k].show({ values: map, rows, columns, scale: k < 2 ? common : scale, marks });
      if (k < 2) this.legends[k].show(common, { format: short });
      else this.legends[k].show(scale, { format: (end) => `${end < 0 ? "−" : ""}${power(exponent)}`, below: beyond, above: beyond });
    });
    this.all.hidden = maps === 1;
    if (maps > 1) this.maps.show(gap, this.part.maps, () => scale, this.unit);
    this.number.textContent = this.#numberInWords(theirs, ours);
  }

  #numberInWords(theirs, ours) {
    const { row, column, channel } = this.unit;
    const [, columns, maps] = this.part.maps;
    const at = (row * columns + column) * maps + channel;
    const place = placeOf(this.part, this.unit);
    const pair = { theirs: theirs[at], ours: ours[at] };
    const larger = Math.max(...Object.values(pair).map(Math.abs));
    return numberInWords({ name: this.part.name, place, ...pair, spacing: spacing(larger) });
  }

  describe({ fault }) {
    return `${FAULTS[fault][1]} ${this.said} ${this.number.textContent}`;
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: schemaOf(model), make: (figure) => new ParityViewer(figure, runtime) });
  },
};
