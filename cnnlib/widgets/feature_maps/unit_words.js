// A unit in words: its name, what it sees, what its activation did.

import { fixed } from "../sums.js";
import { inputShape, mapShape } from "./unit.js";

/** "conv2d, map 5, row 3, column 4", or "pixel in row 3, column 4" of the input. */
export function nameOf(net, { layer, row, column, channel }, classes) {
  const place = `row ${row}, column ${column}`;
  const spec = net.spec;
  if (layer < 0) {
    const [, , channels] = inputShape(spec, 0);
    return `pixel in ${place}${channels > 1 ? `, channel ${channel}` : ""}`;
  }
  const { name } = net.layers[layer];
  if (spec.layers[layer].output_shape.length === 3) return `${name}, map ${channel}, ${place}`;
  const last = layer === net.layers.length - 1 && classes?.length === mapShape(spec.layers[layer].output_shape)[2];
  return `${name}, unit ${channel}${last && classes[channel] !== String(channel) ? ` (${classes[channel]})` : ""}`;
}

/** How an activation makes a value of a sum, in words. */
export function activated({ activation, sum, value, scores, slope = 0.2 }, decimals) {
  const z = fixed(sum, decimals);
  const y = fixed(value, decimals);
  if (activation === "relu") return [`ReLU: the larger of 0 and ${z}`, y];
  if (activation === "leaky_relu") return [`leaky ReLU: ${sum < 0 ? `${slope} · ${z}` : "above 0 it stays"}`, y];
  if (activation === "sigmoid") return [`sigmoid: 1 / (1 + e^${fixed(-sum, decimals)})`, y];
  if (activation === "tanh") return [`tanh(${z})`, y];
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const [own, all] = [Math.exp(sum - top), powers.reduce((a, b) => a + b, 0)];
  const quotient = [own, all].map((power) => fixed(power, decimals + 1)).join(" / ");
  return [`softmax: e^(${z} − ${fixed(top, decimals)}) / the sum of all such = ${quotient}`, y];
}

/** "It sees rows 1–5 and columns 2–6 of the image: 25 of 64 pixels." */
export function seesWhat({ row, column, rows, columns, field }, [height, width]) {
  if (!field || (rows === height && columns === width)) return "It sees the whole image.";
  if (!rows || !columns) return "It sees nothing but padding.";
  const range = (name, at, count) => (count > 1 ? `${name}s ${at}–${at + count - 1}` : `${name} ${at}`);
  const cut = rows < field.size[0] || columns < field.size[1] ? " The rest of its field is padding." : "";
  const place = `${range("row", row, rows)} and ${range("column", column, columns)}`;
  return `It sees ${place} of the image: ${rows * columns} of ${height * width} pixels.${cut}`;
}

const NUMERALS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** A small number as a word. */
export const numeral = (n) => NUMERALS[n] ?? String(n);
