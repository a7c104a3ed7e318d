// What is learned from in a page: images and labels, as Python sends them (_training_data.py).

import { arrayOf } from "./state.js";

/** The images and labels, as the worker takes them. */
export function dataOf(model) {
  const { data, shape } = arrayOf(model.get("images"));
  const levels = model.get("levels");
  const images = levels ? Float32Array.from(data, (value) => value / levels) : Float32Array.from(data);
  const labels = Uint8Array.from(arrayOf(model.get("labels")).data);
  return { images, labels, shape: shape.slice(1), train: shape[0] - model.get("held_out") };
}
