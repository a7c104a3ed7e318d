// A run is the settings that decide a course, and its steps; a list of runs in words, for links.

import { among, choice, integer, number } from "../state.js";

export const LONGEST = 640; // steps
export const MOST_RUNS = 5;

/** The kinds of a run's settings, in the order in which they are written. */
export const SETTINGS = {
  samples: among(50, 100, 200, 400),
  shift: number(0, 3),
  rotation: number(0, 180),
  zoom: number(0, 0.5),
  brightness: number(0, 0.5),
  contrast: number(0, 0.8),
  noise: number(0, 0.5),
  erase: integer(0, 5),
  flip: choice("none", "horizontal", "vertical"),
  dropout: number(0, 0.8),
  l2: number(0, 0.1),
  seed: integer(0, 999_999),
};
const STEP = integer(0, LONGEST);
const NAMES = Object.keys(SETTINGS).filter((name) => name !== "samples");
export const usual = (name) => (name === "flip" ? "none" : 0);

/** The settings of a state. */
export const settingsOf = (state) => Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, state[name]]));

/** A run in words: digits to learn from, steps, and what is not as usual. */
export function written(run) {
  const given = NAMES.filter((name) => run[name] !== usual(name)).map((name) => `${name} ${run[name]}`);
  return [run.samples, run.step, ...given].join(" ");
}

/** The way back, for a list of them; an Error says what a list is like. */
export function parse(text) {
  if (!text.trim()) return [];
  try {
    const runs = text.split(",").map(read);
    if (runs.length <= MOST_RUNS) return runs;
  } catch {
    // what is wrong is said below
  }
  throw new Error(`must be at most ${MOST_RUNS} runs like “100 640, 100 640 shift 1.5”; got ${JSON.stringify(text)}.`);
}

const NUMBER = /^\d+(\.\d+)?(e-?\d+)?$/;

function read(item) {
  const [samples, step, ...pairs] = item.trim().split(/\s+/);
  const numeric = (kind, word) => kind.check(NUMBER.test(word) ? Number(word) : NaN);
  const run = { samples: numeric(SETTINGS.samples, samples), step: numeric(STEP, step) };
  for (let k = 0; k < pairs.length; k += 2) {
    const [name, word] = pairs.slice(k, k + 2);
    if (!NAMES.includes(name) || name in run) throw new Error(name);
    run[name] = name === "flip" ? SETTINGS.flip.check(word) : numeric(SETTINGS[name], word);
  }
  for (const name of NAMES) run[name] ??= usual(name);
  return run;
}

/** The runs before, and one more; one with the same settings gives way. */
export function withRun(runs, run) {
  const settings = (one) => written({ ...one, step: 0 });
  return [...runs.filter((one) => settings(one) !== settings(run)), run].slice(-MOST_RUNS);
}
