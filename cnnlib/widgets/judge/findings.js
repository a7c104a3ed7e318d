// All that the judge finds for a state, computed again only where something has changed.

import { network } from "../../wasm/network.js";
import { arrayOf } from "../state.js";
import { edited } from "./edits.js";
import { explain, gradCam, labelOf, occlusion, probabilityOf, saliency, spread } from "./explanations.js";
import {
  byImportance, coverOf, deletion, deletionByChance, edges, patchStride, rankCorrelation, withRandomTop,
} from "./judging.js";

export const NAMES = ["saliency", "occlusion", "grad_cam"];

/** The place of the last convolution. */
export const lastConvolution = ({ layers }) => layers.findLastIndex(({ class_name: kind }) => kind === "Conv2D");

export class Findings {
  #kept = {};

  /** `sent` is what Python sends: {spec, weights}. */
  constructor(runtime, { spec, weights }) {
    Object.assign(this, { runtime, spec, shape: spec.input_shape });
    this.weights = weights.map((sent) => arrayOf(sent).data);
    this.net = network(runtime, spec, this.weights[0]);
    this.randomNet = network(runtime, spec, this.weights[0]);
  }

  /** The value under a name, made again if the key is a new one. */
  #once(name, key, make) {
    const text = key.join("|");
    if (this.#kept[name]?.text !== text) this.#kept[name] = { text, value: make() };
    return this.#kept[name].value;
  }

  /** `image`: before the reader painted on it. */
  of(state, image) {
    const { which, target, layer, gradient, patch, fill, random, seed } = state;
    const shown = edited(image, state.edits, this.shape[2]);
    const fresh = !this.image || shown.some((value, k) => value !== this.image[k]);
    if (fresh) Object.assign(this, { image: shown, version: (this.version ?? 0) + 1 });
    const seen = [this.version, which];
    const said = this.#once("said", seen, () => this.#say(which));
    const label = target < 0 ? said.label : target;
    const settings = { layer, gradient, patch, fill: coverOf(fill, this.image), label };
    const key = [...seen, layer, gradient, patch, fill, label];
    const trained = this.#once("trained", key, () => this.#explain(this.net, settings));
    const test = this.#once("test", key, () => this.#delete(trained, settings));
    const after = random ? this.#once("random", [...key, random, seed], () => this.#randomize(state, settings)) : null;
    const limits = this.#once("edges", [this.version], () => edges(this.image, this.shape));
    const now = after ?? { maps: trained };
    const compare = (other) => Object.fromEntries(NAMES.map((name) => [name, rankCorrelation(now.maps[name], other(name))]));
    return {
      image: this.image,
      ...said,
      label,
      trained,
      after,
      test,
      edges: limits,
      probability: said.probabilities[label],
      similarity: after && compare((name) => trained[name]),
      edgeSimilarity: compare(() => limits),
    };
  }

  /** What the chosen network says: {label, values, probabilities}. */
  #say(which) {
    this.net.setWeights(this.weights[which]);
    const values = Array.from(this.net.forward(this.image).data);
    const probabilities = values.length > 1 ? values : [1 - values[0], values[0]];
    return { label: labelOf(this.net), values, probabilities };
  }

  #explain(net, { label, layer, gradient, patch, fill }) {
    explain(net, this.image, label);
    const [timesPixel, k] = [gradient === "times pixel", layer < 0 ? lastConvolution(this.spec) : layer];
    const maps = { saliency: saliency(net, timesPixel), grad_cam: gradCam(this.runtime, net, k) };
    const stride = patchStride(this.shape, patch);
    maps.occlusion = spread(occlusion(net, this.image, label, { patch, stride, fill }), this.shape, patch, stride);
    return maps;
  }

  #delete(maps, { label, fill }) {
    const [height, width] = this.shape;
    const orders = Object.fromEntries(NAMES.map((name) => [name, byImportance(maps[name])]));
    const curve = (name) => [name, deletion(this.net, this.image, label, orders[name], fill)];
    const curves = Object.fromEntries(NAMES.map(curve));
    curves.chance = deletionByChance(this.net, this.image, label, height * width, fill);
    return { orders, curves, fill };
  }

  #randomize({ which, random, seed }, settings) {
    this.randomNet.setWeights(withRandomTop(this.spec, this.weights[which], random, seed));
    const maps = this.#explain(this.randomNet, settings);
    this.randomNet.predict(this.image);
    return { maps, probability: probabilityOf(this.randomNet, settings.label), label: labelOf(this.randomNet) };
  }
}
