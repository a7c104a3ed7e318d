// Where the pixels go: an order for all images alike, and what follows from it.

import { random, shuffle } from "../../wasm/random.js";

/**
 * A random order of an image's pixels: place k gets the pixel order[k]. Pixels change places within
 * squares of `block` × `block` only; 1 leaves all where they are.
 */
export function places(seed, block, [rows, columns]) {
  const order = new Uint32Array(rows * columns);
  const draw = random(seed);
  for (let top = 0; top < rows; top += block)
    for (let left = 0; left < columns; left += block) {
      const square = Array.from({ length: block * block }, (_, k) => (top + Math.floor(k / block)) * columns + left + (k % block));
      const news = shuffle([...square], draw);
      square.forEach((place, k) => (order[place] = news[k]));
    }
  return order;
}

/** Where each pixel goes: the order that undoes another. */
export function inverse(order) {
  const back = new Uint32Array(order.length);
  order.forEach((pixel, place) => (back[pixel] = place));
  return back;
}

/** Images, one after the other, each with its pixels in an order. `width`: numbers of a pixel. */
export function rearranged(images, order, width = 1) {
  const size = order.length * width;
  const out = new Float32Array(images.length);
  for (let start = 0; start < images.length; start += size)
    order.forEach((pixel, place) => {
      const from = start + pixel * width;
      out.set(images.subarray(from, from + width), start + place * width);
    });
  return out;
}

/** The kernel of a network's first dense layer: {layer, offset, inputs, units}. */
export function firstKernel(spec) {
  const layer = spec.layers.findIndex(({ class_name: kind }) => kind === "Dense");
  const { offset, shape: [inputs, units] } = spec.layers[layer].weights.find(({ name }) => name === "kernel");
  return { layer, offset, inputs, units };
}

/** A dense network's weights, with those of its first layer in the order of the pixels. */
export function follow(weights, spec, order) {
  const { offset, inputs, units } = firstKernel(spec);
  const out = weights.slice();
  out.set(rearranged(weights.subarray(offset, offset + inputs * units), order, units), offset);
  return out;
}
