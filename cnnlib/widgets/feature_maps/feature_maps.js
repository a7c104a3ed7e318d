// FeatureMaps: any Sequential network on an image, every number of it in sight.

import { kernels } from "../../wasm/kernels.js";
import { network } from "../../wasm/network.js";
import { dom } from "../controls.js";
import { STYLE } from "../feature_maps_style.js";
import { frame } from "../frame.js";
import { ImageSource, SOURCE } from "../image_source.js";
import { Layer } from "./layer_row.js";
import { Bars, answersOf, ranked, spoken } from "../prediction.js";
import { InputPicture } from "../sources.js";
import { arrayOf, flag, integer } from "../state.js";
import { addStyle } from "../style.js";
import { mapShape, receptiveFields, seenBy } from "./unit.js";
import { UnitPanel } from "./unit_panel.js";
import { nameOf, seesWhat } from "./unit_words.js";

export const SCHEMA = {
  ...SOURCE,
  layer: integer(-1, 999),
  row: integer(0, 99999),
  column: integer(0, 99999),
  channel: integer(0, 9999999),
  alone: flag(),
};

/** The network of a model, as a page gets it: {spec, weights}. */
function unpacked(model) {
  const { spec, weights } = model.get("network");
  return { spec, weights: arrayOf(weights).data };
}

/** Change the page, and scroll so that a node stays where the reader sees it. */
function steady(node, change) {
  const top = () => node.getBoundingClientRect().top;
  const before = top();
  change();
  let scroller = node.parentElement;
  while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
  (scroller ?? document.scrollingElement).scrollTop += top() - before;
}

/** The figure on the page, and the network that runs in it. */
class FeatureMaps {
  constructor(figure, runtime) {
    Object.assign(this, { figure, runtime, model: figure.model, rows: [] });
    addStyle(figure.el, "feature-maps", STYLE);
    this.#takeModel();
    this.#lay();
    const pushed = () => this.#push();
    this.model.on("change:network", pushed);
    figure.onDispose(() => {
      this.model.off("change:network", pushed);
      for (const part of [this.input, this.panel, ...this.rows]) part?.dispose();
    });
  }

  // ----------------------------------------------------------------------------- the network
  #takeModel() {
    const { spec, weights } = unpacked(this.model);
    const alike = this.net && JSON.stringify(this.net.spec) === JSON.stringify(spec);
    if (alike) this.net.setWeights(weights);
    else this.net = network(this.runtime, spec, weights);
    this.image = null;
    this.fields = receptiveFields(spec);
    this.classes = spec.classes;
    this.shape = spec.input_shape;
    return alike;
  }

  #push() {
    if (!this.#takeModel()) this.#layRows();
    this.figure.invalidate();
  }

  /** The unit that a state chooses, or null if this network has no such unit. */
  unitOf({ layer, row, column, channel }) {
    const shape = this.net.spec.layers[layer]?.output_shape;
    if (!shape) return null;
    const [height, width, count] = mapShape(shape);
    return row < height && column < width && channel < count ? { layer, row, column, channel } : null;
  }

  // ---------------------------------------------------------------------------------- layout
  #lay() {
    this.source = new ImageSource(this.figure, this.shape);
    this.input = new InputPicture({ label: "What the network sees" });
    this.bars = new Bars((channel) => this.#choose({ layer: this.net.layers.length - 1, row: 0, column: 0, channel }));
    const box = (title, part) =>
      dom("div", { className: "stc-x-box" }, dom("p", { className: "stc-x-quiet" }, title), part);
    this.top = dom("div", { className: "stc-x-top" });
    if (this.source.box) this.top.append(box("Draw a digit", this.source.box));
    this.inputBox = box("The network sees", this.input.element);
    this.barsBox = box("It says", this.bars.element);
    this.barsBox.classList.add("stc-x-says");
    this.top.append(this.inputBox, this.barsBox);
    this.list = dom("div", { className: "stc-x-layers" });
    this.panel = new UnitPanel((unit, follow) => this.#choose(unit, follow));
    this.figure.add(this.top);
    this.figure.add(this.source.element);
    this.figure.toggle("alone", { label: "Color each map on its own scale", to: this.source.element });
    this.figure.add(this.list);
    this.#layRows();
  }

  #layRows() {
    for (const row of this.rows) row.dispose();
    this.rows = this.net.layers.map((_, k) => new Layer(this.net, k, this.fields[k], (unit) => this.#choose(unit)));
    this.list.replaceChildren(...this.rows.map(({ element }) => element));
  }

  #choose({ layer, row, column, channel }, follow = false) {
    if (follow) this.following = true;
    this.figure.set({ layer, row, column, channel });
  }

  // --------------------------------------------------------------------------------- drawing
  draw(state) {
    const image = this.source.imageOf(state);
    const fresh = !this.image || image.some((value, k) => value !== this.image[k]);
    if (fresh) this.net.forward((this.image = image));
    const unit = this.unitOf(state);
    this.rows.forEach((row, k) => row.show(unit?.layer === k ? unit : null, state.alone, fresh));
    this.seen = unit && seenBy(this.net.spec, this.fields, unit);
    this.input.showImage(image, this.shape, this.seen?.field ? [this.seen] : []);
    this.source.show(state);
    this.#answer(unit);
    this.#showPanel(unit, image);
  }

  #answer(unit) {
    const last = this.net.layers.length - 1;
    this.barsBox.hidden = this.net.spec.layers[last].output_shape.length !== 1;
    this.answers = null;
    if (this.barsBox.hidden) return;
    const activation = this.net.layers[last].parts.at(-1).name;
    this.answers = answersOf(Array.from(this.net.output(last).data), activation, this.classes);
    this.bars.show(this.answers, unit?.layer === last ? unit.channel : -1);
  }

  #showPanel(unit, image) {
    const { element } = this.panel;
    element.hidden = !unit;
    if (!unit) return;
    const row = this.rows[unit.layer];
    if (element.parentNode !== row.element) steady(row.element, () => row.element.append(element));
    const { net, fields, classes } = this;
    this.panel.show({ net, unit, input: image, fields, scale: row.scaleOf(unit.channel), classes });
    if (!this.following) return;
    this.following = false;
    row.focus();
  }

  /** The prediction and the chosen unit, in words. */
  describe(state) {
    const unit = this.unitOf(state);
    const sentences = [];
    if (this.answers) {
      const [first, second] = ranked(this.answers);
      const said = ({ name, value }) => `${name} (${spoken(this.answers.kind, value)})`;
      sentences.push(`The network says ${said(first)}${second ? `, then ${said(second)}` : ""}.`);
    }
    if (unit) {
      sentences.push(`${nameOf(this.net, unit, this.classes)} has the value ${this.panel.shownValue}.`);
      sentences.push(seesWhat(this.seen, this.shape));
    }
    return sentences.join(" ");
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    return frame({ model, el, schema: SCHEMA, make: (figure) => new FeatureMaps(figure, runtime) });
  },
};
