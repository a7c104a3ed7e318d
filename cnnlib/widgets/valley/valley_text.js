// What Valley says: losses, where a path has gone, and why.

import { RUNNERS, factor } from "./descent.js";

export const NAMES = { sgd: "SGD", momentum: "Momentum", adam: "Adam" };

const short = (value) => String(Number(value.toFixed(3))).replace("-", "−");
const raised = (exponent) => `10${[...String(exponent)].map((letter) => (letter === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[letter])).join("")}`;

/** A power of ten as such. */
export const power = (value) => (value === 1 ? "1" : raised(Math.round(Math.log10(value))));

/** A loss with two or three digits. */
export function digits(value) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "NaN";
  if (value === 0 || (value >= 0.001 && value < 1e5)) return String(Number(value.toPrecision(3)));
  const [mantissa, exponent] = value.toExponential(1).split("e");
  return `${mantissa.replace("-", "−")} · ${raised(Number(exponent))}`;
}

/** What there is to say about a path: where it has gone, and what a step does to x and y. */
export function remark(runner, run, state) {
  const said = run.left === null ? [] : [`left the picture in step ${run.left}`];
  if (state.landscape === "valley" && runner !== "adam") {
    const given = runner === "sgd" ? [state.sgd] : [state.momentum, state.mu, state.nesterov];
    const [x, y] = [1, state.steepness].map((curvature) => short(factor(curvature, ...given)));
    said.push(`${runner === "sgd" ? "each step" : "in the long run"}: x · ${x}, y · ${y}`);
  }
  return said.join("; ");
}

/** What the start says. */
export const startWords = ({ start: { data } }) => `The start, x ${short(data[0])}, y ${short(data[1])}. Arrow keys move it, with Shift finely.`;

/** The whole figure in words. */
export function inWords(state, runs, land) {
  const [x, y] = [...state.start.data].map(short);
  const paths = RUNNERS.filter((runner) => runs[runner]).map((runner) => {
    const { losses, left } = runs[runner];
    const kind = runner === "momentum" ? ` and μ ${state.mu}${state.nesterov ? ", Nesterov’s" : ""}` : "";
    return `${NAMES[runner]} with the rate ${state[runner]}${kind}: loss ${digits(losses.at(-1))}${left === null ? "" : `, left the picture in step ${left}`}`;
  });
  const from = `Lines of equal loss (${land.name}, a = ${state.steepness}) and paths from x = ${x}, y = ${y}.`;
  return `${from} After ${state.step} steps: ${paths.join("; ") || "nothing is shown"}.`;
}
