// Pixels that the reader has painted, as a text: "5w6w64b" is two white ones and a black one.

import { text } from "../state.js";

/** The kind (state.js) of such a text. */
export const edits = () => ({
  ...text(),
  check: (value) => {
    if (typeof value === "string" && /^(\d+[wb])*$/.test(value)) return value;
    throw new Error(`must be pixels' numbers, each with w or b, such as 5w64b; got ${JSON.stringify(value)}.`);
  },
});

/** [[pixel, "w" or "b"], …] */
const parts = (written) => [...written.matchAll(/(\d+)([wb])/g)].map(([, pixel, color]) => [Number(pixel), color]);

/** The text with one more pixel painted. */
export function painted(written, pixel, color) {
  const found = new Map(parts(written));
  found.set(pixel, color);
  return [...found].map((part) => part.join("")).join("");
}

/** The image with these pixels painted. */
export function edited(image, written, channels) {
  if (!written) return image;
  const changed = image.slice();
  for (const [pixel, color] of parts(written))
    if ((pixel + 1) * channels <= image.length) changed.fill(Number(color === "w"), pixel * channels, (pixel + 1) * channels);
  return changed;
}
