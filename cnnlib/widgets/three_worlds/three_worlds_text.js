// What ThreeWorlds says: shapes, one sum in full, and the figure in words.

import { weight, written } from "../controls.js";
import { loudest, nameOf, strongest, terms, wordsOf } from "./worlds.js";

const MOST = 8; // products that are written out

export const axes = (shape) => `(${shape.join(", ")})`;

/** The shapes of a world: the only thing that changes from one to the next. */
export const shapes = ({ x, w, y }) => `x ${axes(x.shape)} · w ${axes(w.shape)} → y ${axes(y.shape)}`;

/** A number without the dust of rounding: 2e-8 is 0. */
const tidy = (value, decimals) => written(Number(value.toFixed(5)), decimals);

const factor = (text) => (text.startsWith("−") ? `(${text})` : text);

/** One number of an output in full. */
export function sum(part, stride, i, j) {
  const parts = terms(part, stride, i, j);
  const [, rows, columns] = part.y.shape;
  const result = tidy(part.y.data[i * columns + j], 4);
  const name = rows > 1 ? `y[${i}, ${j}]` : `y[${j}]`;
  if (parts.length > MOST) return `${name} = ${result}, the sum of ${parts.length} products.`;
  const products = parts.map(([x, w]) => `${factor(weight(w))}·${factor(tidy(x, 3))}`);
  return `${name} = ${products.join(" + ")} = ${result}`;
}

/** What the kernel makes of the two tones. */
export function tonesSaid(part, stride) {
  const [first, second] = loudest(part, stride).map((top) => tidy(top, 3));
  return `Largest size in the first tone: ${first}; in the second: ${second}.`;
}

/** The words that a window of the text reads. */
export const phrase = (text, k, start) => wordsOf(text).slice(start, start + k).join(" ");

/** Where the text answers most. */
export function textSaid(part, text, stride) {
  const j = strongest(part);
  return `Largest output: ${tidy(part.y.data[j], 3)}, at “${phrase(text, part.w.shape[1], j * stride)}”.`;
}

/** The whole figure in words. */
export function inWords({ kernel, stride, text }, parts) {
  const name = nameOf(kernel) || "of your own";
  const weights = Array.from(kernel.data, weight).join(" ");
  const said = Object.entries(parts).map(([world, part]) => `${world}: ${shapes(part)}.`);
  return (
    `A kernel (${name}) of weights ${weights} slides over a photo, a sound and a text with stride ${stride}. ` +
    `${said.join(" ")} Sound: ${tonesSaid(parts.sound, stride)} Text: ${textSaid(parts.text, text, stride)}`
  );
}
