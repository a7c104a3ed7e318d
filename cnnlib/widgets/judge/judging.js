// What can be measured about an explanation: how much is left of it, and whether its pixels matter.

import { random, shuffle } from "../../wasm/random.js";
import { initialWeights } from "../initial_weights.js";
import { probabilityOf } from "./explanations.js";

const SMALL = 16; // pixels of a side up to which every place of a patch is tried
export const STEPS = 16; // of the deletion test
const ORDERS = 8; // random orders that it is compared with

/** The sizes of a patch that fit an image. */
export function patchSizes([height, width]) {
  const side = Math.min(height, width);
  return (side <= SMALL ? [1, 2, 3, 4] : [2, 4, 8, 16]).filter((k) => k <= side);
}

/** How far the patch moves: a pixel, or in a large image half of its side. */
export const patchStride = ([height, width], patch) => (Math.min(height, width) <= SMALL ? 1 : Math.max(1, patch >> 1));

/** The number that covers a pixel. */
export function coverOf(fill, image) {
  return { black: 0, gray: 0.5, white: 1 }[fill] ?? image.reduce((sum, value) => sum + value, 0) / image.length;
}

/** How far a pixel differs from the one above and the one before it: needs no network. */
export function edges(image, [height, width, channels]) {
  const light = Array.from({ length: height * width }, (_, at) => {
    let sum = 0;
    for (let k = at * channels; k < (at + 1) * channels; k++) sum += image[k];
    return sum / channels;
  });
  return Float32Array.from(light, (value, at) => {
    const above = at >= width ? Math.abs(value - light[at - width]) : 0;
    return above + (at % width ? Math.abs(value - light[at - 1]) : 0);
  });
}

/** The places of numbers in their order, from 0; equal numbers share the mean of theirs. */
export function ranks(values) {
  const order = Array.from(values, (_, k) => k).sort((a, b) => values[a] - values[b]);
  const found = new Float64Array(values.length);
  for (let first = 0, next = 0; first < order.length; first = next) {
    while (next < order.length && values[order[next]] === values[order[first]]) next++;
    for (let k = first; k < next; k++) found[order[k]] = (first + next - 1) / 2;
  }
  return found;
}

/** How alike two maps order the pixels: 1 the same, 0 unrelated (Spearman); NaN for a flat map. */
export function rankCorrelation(a, b) {
  const middle = (a.length - 1) / 2;
  const [one, other] = [ranks(a), ranks(b)].map((places) => places.map((place) => place - middle));
  const dot = (u, v) => u.reduce((sum, value, k) => sum + value * v[k], 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

/** The places of the layers with weights, from the first. */
export const layersWithWeights = ({ layers }) => layers.flatMap(({ weights }, k) => (weights.length ? [k] : []));

/** The weights, with random ones in the last `count` layers that have any. */
export function withRandomTop(spec, trained, count, seed) {
  const weights = trained.slice();
  if (!count) return weights;
  const fresh = initialWeights(spec, trained.length, seed);
  const [first] = layersWithWeights(spec).slice(-count);
  const { offset } = spec.layers[first].weights[0];
  weights.set(fresh.subarray(offset), offset);
  return weights;
}

/** A random order of some pixels. */
export const chance = (pixels, seed) => shuffle(Array.from({ length: pixels }, (_, k) => k), random(seed));

/** The pixels from the largest number down; equal ones in a random order. */
export const byImportance = (values) => chance(values.length, 0).sort((a, b) => values[b] - values[a]);

/** How many pixels are gone at a step of the deletion test. */
export const goneAt = (step, pixels) => Math.floor((step * pixels) / STEPS + 0.5);

/** The image with the first `count` pixels of an order covered. */
export function covered(image, order, count, fill, channels) {
  const left = image.slice();
  for (let k = 0; k < count; k++) left.fill(fill, order[k] * channels, (order[k] + 1) * channels);
  return left;
}

/** What the network says for a class while pixels are covered in an order: STEPS + 1 numbers. */
export function deletion(net, image, label, order, fill) {
  const channels = image.length / order.length;
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    net.predict(covered(image, order, goneAt(step, order.length), fill, channels));
    return probabilityOf(net, label);
  });
}

/** The same for random orders: the mean. */
export function deletionByChance(net, image, label, pixels, fill) {
  const curves = Array.from({ length: ORDERS }, (_, k) => deletion(net, image, label, chance(pixels, k + 1), fill));
  return curves[0].map((_, step) => mean(curves.map((curve) => curve[step])));
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
