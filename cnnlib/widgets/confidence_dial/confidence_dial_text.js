// What ConfidenceDial says: the arithmetic in full, and where float32 ends it.

import { isExact, written } from "../controls.js";

/** The names of the four ways. */
export const NAMES = {
  logits: "cross-entropy from z",
  naive: "from p, as the formula stands",
  clipped: "from p, clipped at 10⁻⁷",
  squared: "squared error (p − t)²",
};
const WORTH = 0.01; // a gradient at least as large is worth learning from
const FADES = 0.1; // of the cross-entropy's gradient, or less

/** A number with seven digits; infinity and NaN by their signs. */
export function digits(value, decimals = 4) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return written(value, decimals);
}

const equals = (value) => `${isExact(value) ? "=" : "≈"} ${digits(value)}`;

/** Whether a way has lost a gradient that is worth something. */
export const lost = (way, now) => Math.abs(now.logits.slope) >= WORTH && now[way].slope === 0;

/** What there is to say about a way at this logit; "" if nothing. */
export function remark(way, now) {
  const { loss, slope } = now[way];
  if (way === "logits") return "";
  if (way === "squared") {
    const part = Math.abs(slope) / Math.abs(now.logits.slope);
    if (lost(way, now)) return "surely wrong, and nothing to learn from";
    return Math.abs(now.logits.slope) >= WORTH && part < FADES ? `fades: ${digits(part, 4)} of p − t` : "";
  }
  if (way === "clipped") return lost(way, now) ? "p is beyond the clip: learns nothing" : "";
  if (Number.isFinite(loss) && Number.isFinite(slope)) return "";
  if (Number.isFinite(loss)) return "1 / p is beyond float32";
  const zero = now.p > 0.5 ? "1 − p is 0 in float32" : "e⁻ᶻ is ∞ in float32, so p is 0";
  return `${zero}: ${Number.isNaN(loss) ? "0 · ln 0" : "ln 0"}`;
}

const direction = (slope) => {
  if (Math.abs(slope) < 5e-7) return "the logit may stay";
  return `the logit should go ${slope > 0 ? "down" : "up"}${Math.abs(slope) < 0.05 ? ", but only a little" : ""}`;
};

/** The loss in the letters of its formula. */
export function lossLine({ t }, now) {
  const [p, rest, loss] = [digits(now.p), digits(now.rest), equals(now.logits.loss)];
  if (t === 1) return `L = −ln p = −ln ${p} ${loss}`;
  if (t === 0) return `L = −ln (1 − p) = −ln ${rest} ${loss}`;
  return `L = −${written(t)} · ln ${p} − ${written(1 - t)} · ln ${rest} ${loss}`;
}

/** The gradient: prediction minus target. */
export const slopeLine = ({ t }, now) =>
  `dL/dz = p − t = ${digits(now.p)} − ${written(t)} ${equals(now.logits.slope)}: ${direction(now.logits.slope)}.`;

/** What the needle says. */
export const gaugeWords = ({ t }, { p }) => `A dial from 0 to 1: the probability is ${digits(p)}, the target ${written(t)}.`;

/** What the point on a curve says. */
export const pointWords = ({ z }, now) =>
  `z ${written(z)}, p ${digits(now.p)}, loss ${digits(now.logits.loss)}, gradient ${digits(now.logits.slope)}`;

const sum = (values) => values.reduce((a, b) => a + b, 0).toFixed(5); // beyond lies what rounding leaves

/** The lines under the table of classes. */
export function classLines(state, found, sigmoid) {
  const { p, gradient, loss, blind, right, naive, u } = found;
  const count = p.length;
  const lines = [
    `L = −ln p of class ${right} ${equals(loss)}. A blind guess among ${count} would have ln ${count} ≈ ${digits(blind, 3)}.`,
    `The p add up to ${written(Number(sum(p)))}, the p − t to ${written(Number(sum(gradient)))}: what one class gains, the others lose.`,
  ];
  if (count === 2) lines.push(`Two classes: σ(u₀ − u₁) = σ(${digits(u[0] - u[1])}) ${equals(sigmoid)}, which is the first p.`);
  if (naive.some(Number.isNaN)) {
    const why = Math.max(...u) > 0 ? "an exponential is beyond float32, and ∞ / ∞ has no value" : "all exponentials are 0 in float32, and 0 / 0 has no value";
    lines.push(`The plain formula gives NaN: ${why}. The kernel takes the largest u away first; that changes nothing else.`);
  } else if (state.shift) lines.push("The same number was added to all: no p has changed.");
  return lines;
}

/** The whole figure in words. */
export function inWords(state, { now, found, sigmoid }) {
  if (state.view === "one") {
    const ways = ["naive", "clipped", "squared"].map((way) => {
      const said = remark(way, now);
      return `${NAMES[way]}: loss ${digits(now[way].loss)}, gradient ${digits(now[way].slope)}${said && ` (${said})`}`;
    });
    return `A logit of ${written(state.z)} is a probability of ${digits(now.p, 7)}. ${lossLine(state, now)}. ${slopeLine(state, now)} Other ways: ${ways.join("; ")}.`;
  }
  const rows = Array.from(found.p, (p, k) => `class ${k}: u = ${digits(found.u[k])}, p = ${digits(p)}, p − t = ${digits(found.gradient[k])}`);
  return `A softmax of ${found.p.length} classes; class ${found.right} is right. ${rows.join("; ")}. ${classLines(state, found, sigmoid).join(" ")}`;
}
