// Losses of two weights, L = g(x) + ½ a (y − c(x))² with polynomials g and c, and three optimizers' paths on them.
// Python sends the landscapes: {height: g, floor: c, …}, coefficients that begin with the constant.

import { OPTIMIZERS } from "../../wasm/training.js";

export const RUNNERS = ["sgd", "momentum", "adam"];
export const LOW = [-5, -2.5]; // the picture
export const HIGH = [5, 2.5];
const FINE = 400; // pieces along x
const LEVELS = 18;

/** A polynomial at x. */
export const at = (coefficients, x) => coefficients.reduceRight((total, one) => total * x + one, 0);

const slopeOf = (coefficients) => coefficients.map((one, k) => k * one).slice(1);

/** The loss at a point. */
export function loss({ height, floor }, a, [x, y]) {
  const across = y - at(floor, x);
  return at(height, x) + (a / 2) * across * across;
}

/** Its slopes along x and y. */
export function gradient({ height, floor }, a, [x, y]) {
  const dy = a * (y - at(floor, x));
  return [at(slopeOf(height), x) - dy * at(slopeOf(floor), x), dy];
}

/** Where an optimizer has been after 0, 1, 2, … steps, the losses there, and when it left the picture for good. */
export function descend(runtime, runner, state, land) {
  const { settings, update } = OPTIMIZERS[runner === "adam" ? "adam" : "sgd"];
  const extra = runner === "momentum" ? { momentum: state.mu, nesterov: state.nesterov } : {};
  const chosen = { ...settings, learningRate: state[runner], ...extra };
  const points = runtime.scope(() => {
    const [w, g, ...memory] = Array.from({ length: 4 }, () => runtime.array([2]));
    const path = [[...w.set(state.start.data).data]];
    for (let step = 1; step <= state.step; step++) {
      g.set(gradient(land, state.steepness, path.at(-1)));
      update(runtime.run, g, w, memory, chosen, step);
      path.push([...w.data]);
    }
    return path;
  });
  const last = points.findLastIndex((point) => point.every((one, axis) => one >= LOW[axis] && one <= HIGH[axis]));
  const losses = points.map((point) => loss(land, state.steepness, point));
  return { points, losses, left: last < state.step ? last + 1 : null };
}

/**
 * What a step multiplies the distance to the minimum with, in a valley of this curvature; with momentum
 * the size of this factor in the long run.
 */
export function factor(curvature, rate, mu = 0, nesterov = false) {
  const plain = 1 - rate * curvature;
  if (!mu) return plain;
  const [total, product] = nesterov ? [(1 + mu) * plain, mu * plain] : [plain + mu, mu];
  const apart = total * total - 4 * product; // of z² − total · z + product
  return apart < 0 ? Math.sqrt(product) : (Math.abs(total) + Math.sqrt(apart)) / 2;
}

/** Closed lines of points around where the loss is at most some level, from the outermost level inwards. */
export function contours(land, a) {
  const across = Array.from({ length: FINE + 1 }, (_, k) => LOW[0] + ((HIGH[0] - LOW[0]) * k) / FINE);
  const top = Math.max(...across.flatMap((x) => [LOW[1], HIGH[1]].map((y) => loss(land, a, [x, y]))));
  const levels = Array.from({ length: LEVELS - 1 }, (_, k) => top * (1 - (k + 1) / LEVELS) ** 2);
  const room = (level) => across.map((x) => [x, level - at(land.height, x)]);
  return levels.flatMap((level) => stretches(room(level)).map((points) => around(points, land, a)));
}

/** The parts of [[x, room], …] with room, each between the places where it is 0. */
function stretches(rooms) {
  const found = [];
  rooms.forEach(([x, room], k) => {
    const [before, less] = rooms[k - 1] ?? [x, room];
    const edge = [before + ((x - before) * less) / (less - room), 0];
    if (room > 0 && !(k && less > 0)) found.push(k ? [edge] : []);
    if (room > 0) found.at(-1).push([x, room]);
    else if (less > 0) found.at(-1).push(edge);
  });
  return found;
}

const around = (points, { floor }, a) =>
  [1, -1].flatMap((sign) => (sign > 0 ? points : points.toReversed()).map(([x, room]) => [x, at(floor, x) + sign * Math.sqrt((2 * room) / a)]));
