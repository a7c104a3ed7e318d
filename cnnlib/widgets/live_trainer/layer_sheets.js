// What goes on in the layers: kernels, what they make of one image, and the gradients of both.

import { dom } from "../controls.js";
import { Sheet, kernelSheet, mapSheet } from "./sheets.js";

const ELEMENTWISE = ["ReLU", "LeakyReLU", "BatchNormalization"];
const SILENT = ["Flatten", "Dropout"]; // hand on what they get

/**
 * The rows to show of a network: a layer with what works on its numbers one by one after it.
 * [{title, layer, output, shape, maps}]: `layer` is the first one, which may have a kernel, `output`
 * the last one; `maps` is the shape that a Dense layer's numbers had before they were flattened.
 */
export function stagesOf(spec) {
  const stages = [];
  let flat = null;
  spec.layers.forEach((layer, k) => {
    const { class_name: kind, config, output_shape: shape } = layer;
    const before = spec.layers[k - 1]?.output_shape ?? spec.input_shape;
    if (kind === "Flatten") flat = before;
    if (SILENT.includes(kind)) return;
    const name = config.activation === "softmax" ? `${kind}, softmax` : kind;
    if (ELEMENTWISE.includes(kind) && stages.length) Object.assign(stages.at(-1), { output: k, title: `${stages.at(-1).title}, ${name}` });
    else stages.push({ title: name, layer: k, output: k, shape, maps: kind === "Dense" ? flat : null });
    if (kind === "Dense") flat = null;
  });
  return stages;
}

const isSigned = (values) => values.some((value) => value < 0);

/** All rows; `fit(width)` when their room has changed. */
export class LayerSheets {
  constructor(spec) {
    this.spec = spec;
    this.stages = stagesOf(spec).map((stage) => this.#stage(stage));
    this.element = dom("div", { className: "stc-t-stages" }, ...this.stages.map(({ element }) => element));
    this.sizes = new ResizeObserver(() => this.#fit());
    this.sizes.observe(this.element);
  }

  /** The layers whose numbers are needed. */
  get layers() {
    return [...new Set(this.stages.flatMap(({ layer, output }) => [layer, output]))];
  }

  show({ weights, layers }) {
    const news = Object.fromEntries(this.layers.map((k, at) => [k, layers[at]]));
    for (const { sheets, layer, output, kernel } of this.stages) {
      if (kernel) {
        sheets.kernel.show(weights.subarray(kernel.offset, kernel.offset + news[layer].kernelGradient.length), true);
        sheets.kernelGradient.show(news[layer].kernelGradient, true);
      }
      sheets.output.show(news[output].output, isSigned(news[output].output));
      sheets.gradient.show(news[output].gradient, true);
    }
  }

  dispose() {
    this.sizes.disconnect();
  }

  #stage(stage) {
    const { output_shape: shape, weights } = this.spec.layers[stage.output];
    const own = this.spec.layers[stage.layer].weights;
    const kernel = own.find(({ name }) => name === "kernel");
    const last = stage.title.endsWith("softmax");
    const what = shape.length === 3 ? "maps" : last ? "probabilities" : "numbers";
    const sheets = {};
    if (kernel) {
      sheets.kernel = new Sheet(stage.title, "kernels", kernelSheet(kernel.shape, stage.maps));
      sheets.kernelGradient = new Sheet(stage.title, "their gradient", kernelSheet(kernel.shape, stage.maps));
    }
    sheets.output = new Sheet(stage.title, what, mapSheet(shape));
    sheets.gradient = new Sheet(stage.title, last ? "gradient by the scores" : "their gradient", mapSheet(shape));
    const size = (sides) => sides.reduce((a, b) => a * b, 1);
    const count = [...own, ...(stage.output === stage.layer ? [] : weights)].reduce((sum, { shape: sides }) => sum + size(sides), 0);
    const facts = [shape.join(" × "), ...(count ? [`${count.toLocaleString("en")} parameters`] : [])].join(" · ");
    const head = dom("p", { className: "stc-x-facts" }, dom("strong", {}, stage.title), ` ${facts}`);
    const blocks = dom("div", { className: "stc-t-blocks" }, ...Object.values(sheets).map(({ element }) => element));
    const element = dom("div", { className: "stc-t-stage", role: "group", ariaLabel: stage.title }, head, blocks);
    return { ...stage, kernel, sheets, element };
  }

  #fit() {
    for (const { sheets } of this.stages)
      for (const sheet of Object.values(sheets)) {
        const room = sheet.element.clientWidth;
        if (room) sheet.fit(room);
      }
  }
}
