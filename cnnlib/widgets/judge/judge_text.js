// What the judge says in words.

import { written } from "../controls.js";
import { spoken } from "../prediction.js";
import { mean } from "./judging.js";

export const TITLES = { saliency: "Saliency", occlusion: "Occlusion", grad_cam: "Grad-CAM", chance: "by chance" };
export const MEANINGS = {
  saliency: "If this pixel changed a little, how much would the score change?",
  occlusion: "If this pixel were covered with its neighbors, how much would the score drop?",
  grad_cam: "How strong are the maps here that speak for the class?",
};
export const HINTS = {
  paint: "Click or drag to look at a pixel or to paint it; arrow keys move, Space paints.",
  deletion: "Pixels are covered from the most important one on, always for the trained network. An explanation is good here if its curve falls faster than chance; the number is the mean of a curve.",
};
const COUNTS = ["no layer", "the last layer", "the last two layers", "the last three layers"];

/** How many layers are random, in words. */
export const layersInWords = (random, all) =>
  random === all ? "all layers" : (COUNTS[random] ?? `the last ${random} layers`);

/** A rank correlation, or a dash where a map is flat. */
export const correlation = (rho) => (Number.isFinite(rho) ? rho.toFixed(2).replace("-", "−").replace("−0.00", "0.00") : "–");

/** The rows of numbers under the pictures: [{title, values}]. */
export function measures({ similarity, edgeSimilarity, test }, names) {
  const row = (title, values) => ({ title, values });
  const curves = names.map((name) => mean(test.curves[name]).toFixed(2));
  return [
    ...(similarity ? [row("Left of the explanation: rank correlation with the trained network’s", names.map((name) => correlation(similarity[name])))] : []),
    row(`Like the image’s edges: rank correlation${similarity ? ", random weights" : ""}`, names.map((name) => correlation(edgeSimilarity[name]))),
    row(`Deletion test: mean probability (by chance ${mean(test.curves.chance).toFixed(2)})`, curves),
  ];
}

/** What the network says, trained and with random weights. */
export function verdict({ probability, label, after }, { random }, classes, all) {
  const name = classes[label];
  const said = `Explained: why ${name}, with ${spoken("probability", probability)}?`;
  if (!after) return said;
  return `${said} With random weights in ${layersInWords(random, all)} the network gives it ${spoken("probability", after.probability)}.`;
}

/** The pixel that is looked at. */
export function pixelInWords({ image, trained, after }, { row, column }, [, width, channels], names) {
  const at = row * width + column;
  const value = Array.from(image.subarray(at * channels, (at + 1) * channels), (v) => written(v, 2)).join(", ");
  const { maps } = after ?? { maps: trained };
  const said = names.map((name) => `${TITLES[name]} ${written(maps[name][at], 3)}`).join(", ");
  return `Pixel (${row}, ${column}) is ${value}: ${said}.`;
}

/** All of it. */
export function inWords(found, state, { classes, all, shape }, names) {
  const numbers = measures(found, names).map(({ title, values }) => {
    const each = names.map((name, k) => `${TITLES[name]} ${values[k]}`).join(", ");
    return `${title}: ${each}.`;
  });
  return [verdict(found, state, classes, all), ...numbers, pixelInWords(found, state, shape, names)].join(" ");
}
