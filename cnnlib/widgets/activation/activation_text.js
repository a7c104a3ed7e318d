// What Activation says: about the maps, a pixel of them, the stack, and all of it in words.

import { FUNCTIONS, sizes } from "./bends.js";
import { written } from "../controls.js";
import { power } from "./stack_plot.js";

/** A share, such as "48 %"; less than half a per cent is said so. */
export function percent(share) {
  if (share > 0 && share < 0.005) return "under 1 %";
  if (share < 1 && share > 0.995) return "over 99 %";
  return `${Math.round(100 * share)} %`;
}

/** The line below each map. */
export function facts({ z, y, dy, dx }) {
  const [out, arriving, left] = [y, dy, dx].map(sizes);
  const below = z.data.filter((value) => value < 0).length / z.data.length;
  return {
    z: `${percent(below)} of the numbers are below 0`,
    y: `${percent(out.zeros)} are 0`,
    dx: `${percent(left.zeros)} are 0; mean size ${written(left.mean, 3)}, ${percent(left.mean / arriving.mean)} of what came`,
    dy: `mean size ${written(arriving.mean, 3)}`,
  };
}

/** One pixel of the four maps. */
export function pixelStory({ z, y, dy, dx }, { row, column }, slope) {
  const at = row * z.shape[1] + column;
  const [forward, back] = [`z = ${written(z.data[at], 3)} becomes y = ${written(y[at], 3)}`, `dy = ${written(dy[at], 3)}`];
  return (
    `At [${row}, ${column}]: ${forward}. Of ${back} there passes on dx = dy · f′(z) = ` +
    `${written(dy[at], 3)} · ${written(slope, 3)} = ${written(dx[at], 3)}.`
  );
}

/** What the stack does: the words before and after the number that is left, and that number. */
export function stackStory(left, depth) {
  const units = depth === 1 ? "one unit" : `${depth} units`;
  const last = left[depth - 1];
  return [`A gradient of 1 that goes back through ${units} arrives as `, power(last), last ? "." : ": a slope of 0 stops it."];
}

const PICTURES = { photo: "a photo", digit: "a handwritten digit" };

/** The whole figure in words. */
export function inWords(state, point, maps, left) {
  const { function: name, slope, at, source, edges, gain, bias, depth } = state;
  const { z, ...rest } = facts(maps);
  const leak = name === "leaky_relu" ? ` with the slope ${written(slope)} below 0` : "";
  return (
    `${FUNCTIONS[name].name}${leak}: ${FUNCTIONS[name].formula}. At x = ${written(at, 2)} it is ${written(point.y, 3)}, ` +
    `with the slope ${written(point.slope, 3)}. The map is that of the ${edges} edges of ${PICTURES[source]}, ` +
    `with weights times ${gain} and bias ${written(bias)}: ${z}. After the function ${rest.y}. ` +
    `The gradient that comes back: ${rest.dy}. What passes on: ${rest.dx}. ${stackStory(left, depth).join("")}`
  );
}
