// One layer of a network: its name, its shape, its parameters, and what it puts out as pictures.

import { dom } from "../controls.js";
import { decimalsFor } from "../sums.js";
import { Maps, channelOf } from "../maps.js";
import { Legend } from "../picture.js";
import { scaleOf } from "../theme.js";
import { mapShape } from "./unit.js";

/** "Conv2D, 8 × 8 × 16, 160 parameters, sees 3 × 3 pixels". */
export function facts({ class_name: kind, config, output_shape: shape, weights }, field) {
  const size = (sides) => sides.reduce((product, side) => product * side, 1);
  const parameters = weights.reduce((sum, weight) => sum + size(weight.shape), 0);
  const activation = config.activation && config.activation !== "linear" ? `${kind}, ${config.activation}` : kind;
  const found = [kind === "Activation" ? config.activation : activation, shape.join(" × ")];
  if (parameters) found.push(`${parameters.toLocaleString("en")} parameters`);
  if (field) found.push(`a unit sees ${field.size.join(" × ")} pixels`);
  return found;
}

/** A number at the end of a color scale. */
export function short(value) {
  const decimals = Math.max(0, decimalsFor(Math.abs(value)) - 1);
  return String(Number(value.toFixed(decimals))).replace("-", "−");
}

/** A row of the figure. `onUnit({layer, row, column, channel})` is called when a unit is chosen. */
export class Layer {
  constructor(net, k, field, onUnit) {
    const layer = net.spec.layers[k];
    Object.assign(this, { net, k, shape: mapShape(layer.output_shape) });
    this.silent = layer.class_name === "Dropout"; // hands on what it gets
    const name = net.layers[k].name;
    const [kind, ...rest] = facts(layer, layer.output_shape.length === 3 ? field : null);
    const words = dom("p", { className: "stc-x-facts" }, dom("strong", {}, name), ` ${[kind, ...rest].join(" · ")}`);
    this.legend = new Legend();
    const head = dom("div", { className: "stc-x-head" }, words);
    this.element = dom("div", { className: "stc-x-layer", role: "group", ariaLabel: name }, head);
    if (this.silent) words.append(" · hands the numbers on; it works in training only");
    else this.#addMaps(head, layer, onUnit);
  }

  #addMaps(head, layer, onUnit) {
    head.append(this.legend.element);
    const { name } = this.net.layers[this.k];
    const keys = "Arrow keys choose a unit, Page keys a map, Home the largest number.";
    const label = `${name}: ${layer.output_shape.join(" × ")}. ${keys}`;
    this.maps = new Maps({ label, onUnit: (unit) => onUnit({ layer: this.k, ...unit }) });
    this.element.append(this.maps.element);
  }

  /** The scale of one map: the layer's, or its own. */
  scaleOf(channel) {
    if (!this.alone) return this.scale;
    return scaleOf(channelOf(this.data, this.shape, channel), { sign: this.sign });
  }

  /** Draw what the layer put out, if that is new; mark the chosen unit, if it is here. */
  show(unit, alone, fresh) {
    this.data = this.net.output(this.k).data;
    if (fresh || !this.scale) {
      this.sign = this.data.some((value) => value < 0);
      this.scale = scaleOf(this.data, { sign: this.sign });
    }
    const repaint = fresh || alone !== this.alone;
    this.alone = alone;
    if (this.silent) return;
    this.element.classList.toggle("stc-x-chosen", Boolean(unit));
    if (!repaint) return this.maps.mark(unit);
    const vector = this.shape[0] * this.shape[1] === 1;
    this.legend.element.hidden = alone && !vector;
    this.legend.show(this.scale, { format: short });
    this.maps.show(this.data, this.shape, vector ? () => this.scale : (channel) => this.scaleOf(channel), unit);
  }

  focus() {
    this.maps?.canvas.focus();
  }

  dispose() {
    this.maps?.dispose();
  }
}
