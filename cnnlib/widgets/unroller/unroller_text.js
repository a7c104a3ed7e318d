// What Unroller says: where the marked number comes from, what it costs, and how the race went.

import { written } from "../controls.js";
import { SIZES, macsOf, outputSide } from "./race.js";
import { name, outputName } from "./unroller_cells.js";
import { copiesOf, entry } from "./unrolled.js";

export const LAYER_NAMES = {
  own: "this image",
  first: "source, 1st convolution: 64 × 64 × 3 → 32",
  second: "source, 2nd convolution: 31 × 31 × 32 → 64",
  pointwise: "a 1 × 1 convolution: 31 × 31 × 32 → 64",
  vgg: "VGG, 2nd convolution: 224 × 224 × 64 → 64",
};

export const SIZE_NAMES = {
  second: "31 × 31 × 32 → 64",
  first: "64 × 64 × 3 → 32",
  tiny: "12 × 12 × 4 → 16",
};

/** Who races: in the page, and in Python. */
export const PAGE = { script: "JavaScript loop", plain: "plain loop, WebAssembly", tiled: "tiles, WebAssembly" };
export const PYTHON = { loop: "Python loop", numpy: "NumPy, im2col", numba: "plain loop, Numba", tiles: "tiles, Numba" };

const many = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;
export const grouped = (value) => value.toLocaleString("en");
const valued = (value) => (value < 0 ? `(${written(value, 2)})` : written(value, 2));

/** The window, in the matrix and in memory. */
export function whereabouts({ x, win }, { k, p }, asRows) {
  const { i, j, m, n, row, column, inside, start, tap } = entry(win, k, p);
  const line = asRows ? ["Row", "column"] : ["Column", "row"];
  const framed = win.wide > win.columns.H || win.rows.before + win.rows.after > 0;
  const where = framed ? "In the image with its frame of zeros, written out row by row, it" : "In the image, written out row by row, it";
  const pixel = inside ? `${name("x", row, column)} = ${written(x.data[row * x.shape[1] + column], 2)}` : "a zero of the padding";
  return (
    `${line[0]} ${p} is the window of ${name("y", i, j)}. ${where} begins at position ${start}. ` +
    `Weight ${name("w", m, n)} (${line[1]} ${k}) looks ${many(tap, "place")} further, at position ${start + tap}: ${pixel}.`
  );
}

/** How often the marked pixel was copied. */
export function copied({ win }, { k, p }, asRows) {
  const { row, column, inside } = entry(win, k, p);
  if (!inside) return "A zero of the padding is no pixel; nothing goes back to it.";
  const places = copiesOf(win, row, column);
  const lines = [...new Set(places.map((place) => place.p))];
  const kind = (asRows ? "row" : "column") + (lines.length === 1 ? "" : "s");
  return `${name("x", row, column)} stands in the matrix ${many(places.length, "time")}: ${kind} ${lines.join(", ")}.`;
}

/** The output as a sum. */
export function summed({ w, win, matrix, y }, { p }) {
  const parts = Array.from(w.data, (weight, k) => `${valued(weight)}·${valued(matrix[p * win.K + k])}`);
  return `${outputName(win, p)} = ${parts.join(" + ")} = ${written(y[p], 2)}.`;
}

/** Whether product and loop agree. */
export function agreement({ y, direct }) {
  const same = y.every((value, p) => Math.abs(value - direct[p]) <= 1e-5 * Math.max(1, Math.abs(value)));
  return same ? `The product has the ${many(y.length, "number")} of the convolution's loop.` : "The product differs from the convolution's loop.";
}

/** The way back, when every number of the matrix has the gradient 1. */
export function wayBack({ counts, win, x }, back) {
  const [sum, all] = [counts.reduce((a, b) => a + b, 0), win.P * win.K];
  const zeros = all - sum;
  const lost = counts.filter((count) => count === 0).length;
  const parts = [`Let every number of the matrix have the gradient 1. ${grouped(all)} numbers of the matrix are ${grouped(sum)} copies of ${many(x.data.length, "pixel")}${zeros ? ` and ${many(zeros, "zero")} of padding` : ""}.`];
  if (lost) parts.push(`${many(lost, "pixel")} ${lost === 1 ? "is" : "are"} in no window.`);
  const wrong = counts.filter((count) => count > 1).length;
  if (back === "assign") parts.push(wrong ? `With = the last copy wins: ${wrong} of ${many(x.data.length, "pixel")} get too little.` : "With = nothing is lost here: no pixel has two copies.");
  else parts.push("With += every pixel gets the sum over all of its copies.");
  return parts.join(" ");
}

/** 968832 -> "0.97 MB"; small ones in bytes. */
export function bytes(count) {
  if (count < 10_000) return `${grouped(count)} bytes`;
  return count < 1e9 ? `${written(count / 1e6, count < 1e7 ? 2 : 1)} MB` : `${written(count / 1e9, 2)} GB`;
}

/** The memory, in a sentence. */
export function remembered({ P, K, image, matrix, output }) {
  const times = written(matrix / image, 1);
  return `The matrix is ${K} × ${grouped(P)}: ${grouped(matrix)} bytes, ${times} times the ${grouped(image)} bytes of the image. The output takes ${grouped(output)}.`;
}

/** Seconds with a unit. */
export function duration(seconds) {
  const [factor, unit] = seconds >= 1 ? [1, "s"] : seconds >= 1e-3 ? [1e3, "ms"] : [1e6, "µs"];
  const value = seconds * factor;
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

/** Thousand million operations a second. */
export function speed(size, seconds) {
  const rate = (2e-9 * macsOf(SIZES[size])) / seconds;
  return `${rate < 0.1 ? rate.toPrecision(1) : rate.toPrecision(rate < 100 ? 2 : 3)} GF/s`;
}

/** What is raced. */
export function task(size) {
  const { kernel, filters } = SIZES[size];
  const rows = outputSide(SIZES[size]);
  return `One image, ${SIZE_NAMES[size]} filters of ${kernel} × ${kernel}: ${rows} × ${rows} × ${filters} outputs, ${grouped(macsOf(SIZES[size]))} multiply-adds. Medians of several rounds, one core each.`;
}

/** Where Python's times come from. */
export function origin(times) {
  if (!times?.seconds) return "No times of Python: call race() of the figure to measure them.";
  return `Python's times were measured when this page was made, on ${times.machine || "an unnamed processor"}. Its loop computed a part, and the rest is counted up.${times.one_core ? "" : " NumPy's product may have taken more than one core."}`;
}

/** How the race went. */
export function result(news, running) {
  if (!news) return running ? "Warming up …" : "Nothing is measured yet in your browser.";
  const { seconds, rounds, numbers, differ } = news;
  const wrong = Object.entries(differ).filter(([, count]) => count);
  const same = wrong.length
    ? `The outputs differ: ${wrong.map(([key, count]) => `${PAGE[key]} in ${count} of ${numbers} numbers`).join(", ")}.`
    : `All three outputs are equal, number for number (${grouped(numbers)} each).`;
  const factor = (key) => written(Number((seconds.script / seconds[key]).toPrecision(2)));
  return (
    `Your browser, ${many(rounds, "round")}${running ? " so far" : ""}: compiled, the plain loop is ${factor("plain")} times as fast as JavaScript's, ` +
    `the tiles ${factor("tiled")} times. ${same}`
  );
}

/** The whole figure in words. */
export function inWords(state, shown, mark, memory, news) {
  const { win, x, w } = shown;
  const asRows = state.windows === "rows";
  const times = Object.entries(state.python_times?.seconds?.[state.size] ?? {});
  return [
    `${many(win.P, "window")} of ${w.shape.join(" × ")}, stride ${state.stride} and ${state.padding} padding, of an image of ${x.shape.join(" × ")} are the ${state.windows} of a matrix of ${win.P * win.K} numbers.`,
    whereabouts(shown, mark, asRows),
    copied(shown, mark, asRows),
    summed(shown, mark),
    agreement(shown),
    remembered(memory),
    wayBack(shown, state.back),
    task(state.size),
    result(news, false),
    news ? `${Object.entries(news.seconds).map(([key, seconds]) => `${PAGE[key]} ${duration(seconds)}`).join(", ")}.` : "",
    times.length ? `In Python: ${times.map(([key, seconds]) => `${PYTHON[key]} ${duration(seconds)}`).join(", ")}.` : "",
  ].filter(Boolean).join(" ");
}
