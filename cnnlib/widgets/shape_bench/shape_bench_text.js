// What ShapeBench says: the formula with the numbers of now, who is not read, what others would do.

import { reads } from "../geometry.js";
import { agree, compared, lost, misread, unread, unreadPixels } from "./layout.js";

const minus = (value) => String(value).replace("-", "−");
const many = (count, thing, things = `${thing}s`) => `${count} ${count === 1 ? thing : things}`;
const listed = (items) => (items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`);

/** x[3] in a row, x[2, 3] in an image. */
export const placed = (letter, row, column, dimensions) => `${letter}[${dimensions === 1 ? column : `${row}, ${column}`}]`;

/** The sides that count: one of a row, two of an image, each with its name. */
export const sides = ({ rows, columns }, dimensions) =>
  dimensions === 1 ? [["the row", columns]] : [["the height", rows], ["the width", columns]];

export const outputSize = (win, dimensions) => sides(win, dimensions).map(([, { count }]) => count).join(" × ");
export const inputSize = (win, dimensions) => sides(win, dimensions).map(([, { H }]) => H).join(" × ");

/** The span of a window: [with letters, with numbers, its value]. */
export function spanParts({ k, d, span }, convention) {
  if (convention === "holes") return ["k + z(k − 1)", `${k} + ${d - 1}·${k - 1}`, span];
  return ["d(k − 1) + 1", `${d}·${k - 1} + 1`, span];
}

/** The formula of a side, step by step: [what it is, how, the result]. */
export function formula({ H, t, span, before, after, count, remainder }, padding) {
  const zeros = { valid: "", pixels: ` + 2·${before}`, same: ` + ${before} + ${after}` }[padding];
  const room = H + before + after - span;
  const steps = [];
  if (padding === "same") {
    const needed = (count - 1) * t + span;
    const want = `⌈H / t⌉ = ⌈${H} / ${t}⌉ = ${count}`;
    const gap = needed > H ? `${needed} − ${H} = ${needed - H}` : `${needed} are there: 0`;
    steps.push(["wanted by “same”", want, ""]);
    steps.push(["pixels for that", `(${count} − 1)·${t} + ${span} = ${needed}`, ""]);
    steps.push(["zeros", gap, ` = ${before} before + ${after} after`]);
  }
  const inner = `(${H}${zeros} − ${span}) / ${t}`;
  if (room < 0) return [...steps, ["room", `${H}${zeros} − ${span} = ${minus(room)}`, "the window does not fit"]];
  const quotient = Math.floor(room / t);
  steps.push(["output side", `⌊${inner}⌋ + 1 = ⌊${room} / ${t}⌋ + 1 = `, String(count)]);
  steps.push(["division", `${room} = ${quotient}·${t} + `, `${remainder} left over`]);
  return steps;
}

/** The formula with letters. */
export const letters = (padding) =>
  ({ valid: "⌊(H − span) / t⌋ + 1", same: "⌊(H + before + after − span) / t⌋ + 1", pixels: "⌊(H + 2p − span) / t⌋ + 1" })[padding];

/** What the marked output reads. */
export function reading({ rows, columns }, { i, j }, dimensions) {
  const inside = ({ H }, pixel) => pixel >= 0 && pixel < H;
  const name = placed("y", i, j, dimensions);
  if (dimensions === 1) {
    const own = reads(columns, j).filter((pixel) => inside(columns, pixel));
    const zeros = columns.k - own.length;
    const parts = own.map((pixel) => `x[${pixel}]`);
    return `${name} reads ${listed([...(zeros ? [many(zeros, "zero of the padding", "zeros of the padding")] : []), ...parts])}.`;
  }
  const side = (one, at) => listed(reads(one, at).map((pixel) => (inside(one, pixel) ? pixel : `${minus(pixel)} (padding)`)));
  return `${name} reads rows ${side(rows, i)}, each at columns ${side(columns, j)}.`;
}

const REASONS = {
  behind: (n, things) => `${many(n, ...things)} behind the last window`,
  between: (n, things) => `${many(n, ...things)} between windows, because the stride is larger than the span`,
  holes: (n, things) => `${many(n, ...things)} that only holes ever lie on`,
};

/** Which pixels no window reads, and why. */
export function notRead(win, dimensions) {
  const count = unreadPixels(win);
  if (!count) return `Every pixel is read by a window.${inPadding(win, dimensions)}`;
  const names = dimensions === 1 ? [["pixel"]] : [["row"], ["column"]];
  const kinds = sides(win, dimensions).flatMap(([, one], side) => {
    const things = names[side];
    const found = unread(one);
    return Object.keys(REASONS).filter((why) => found[why]).map((why) => REASONS[why](found[why], things));
  });
  const all = win.rows.H * win.columns.H;
  return `${count} of ${many(all, "pixel")} ${count === 1 ? "is" : "are"} read by no window: ${listed(kinds)}. No gradient ever reaches ${count === 1 ? "it" : "them"}.${inPadding(win, dimensions)}`;
}

/** A remainder may fall on the padding. */
function inPadding(win, dimensions) {
  const harmless = sides(win, dimensions).filter(([, one]) => one.remainder > 0 && lost(one) < one.remainder);
  if (!harmless.length) return "";
  const all = harmless.every(([, one]) => lost(one) === 0);
  return ` ${all ? "The remainder" : "Part of the remainder"} falls on the padding.`;
}

/** The two ways to count a dilation, side by side. */
export function conventions(H, state) {
  const { dilation: d, kernel_size: k } = state;
  const wrong = misread(H, state);
  const count = wrong.count ? `${many(wrong.count, "output")}` : "no room at all";
  const trap = k > 1 ? ` Whoever takes the rate ${d} for ${many(d, "hole")} gets a span of ${wrong.span} and ${count}.` : "";
  return { rate: `rate d = ${d}`, holes: `${many(d - 1, "hole")} between two weights, z = ${d - 1}`, trap };
}

const begin = ({ before }) => (before ? `at x[${minus(-before)}]` : "at x[0]");

/** Keras and TensorFlow refuse a stride and a dilation above 1 together; JAX does not. */
const refused = ({ stride, dilation }) => stride > 1 && dilation > 1;
const whoSays = (state) => (refused(state) ? "JAX" : "Keras, JAX");

/** Rows of a table: what each setting makes of a side. */
export function settings(H, state) {
  const { valid, same, torch, p } = compared(H, state);
  const rows = [
    [`“valid” of ${whoSays(state)}, PyTorch padding=0`, valid],
    [`“same” of ${whoSays(state)}`, same],
    [`PyTorch padding=${p}`, torch],
  ].map(([name, side]) => ({
    name,
    side,
    zeros: `${side.before} + ${side.after}`,
    count: side.count ? String(side.count) : "does not fit",
    begin: side.count ? begin(side) : "",
  }));
  const own = state.stride === 1
    ? { side: same, zeros: `${same.before} + ${same.after}`, count: String(same.count), begin: begin(same) }
    : { side: null, zeros: "", count: "an error", begin: "only with stride 1" };
  return [...rows, { name: "PyTorch padding=“same”", ...own }];
}

/** The “same” of Keras and JAX against PyTorch's symmetric padding. */
export function verdict(H, state) {
  const { same, torch, p } = compared(H, state);
  const who = `“same” of ${refused(state) ? "JAX" : "Keras"} and padding=${p} of PyTorch`;
  if (agree(same, torch)) return `${who} read the same pixels here: the same weights give the same numbers.`;
  if (same.count !== torch.count) return `${who} do not agree in size: ${same.count} and ${many(torch.count, "output")}.`;
  return (
    `${who} both give ${many(same.count, "output")}, but PyTorch's windows begin ${many(torch.before - same.before, "pixel")} earlier: ` +
    "the same weights give other numbers."
  );
}

/** Which padding of PyTorch is compared; what Keras refuses; that a pool slides as a convolution does. */
export function pooling(H, state) {
  const { kernel_size: k, stride: t, dilation: d } = state;
  const { p } = compared(H, state);
  const refusal = refused(state) ? " Keras refuses a stride and a dilation above 1 together." : "";
  const pool = d === 1 ? ` A pool with pool_size=${k} and strides=${t} slides alike and makes as many outputs.` : "";
  return `A number in PyTorch means as many zeros on either side; here it is p = ⌊(span − 1) / 2⌋ = ${p}.${refusal}${pool}`;
}

/** Why there is no output. */
export function noRoom(win, dimensions) {
  const [, one] = sides(win, dimensions).find(([, { count }]) => !count);
  const all = one.H + one.before + one.after;
  return `The window does not fit: it spans ${many(one.span, "pixel")}, and there are ${all}${one.before ? " with the padding" : ""}.`;
}

/** The whole figure in words. */
export function inWords(state, win, place) {
  const { dimensions, kernel_size: k, stride, dilation, padding, pixels } = state;
  const kernel = dimensions === 1 ? `${many(k, "weight")}` : `${k} × ${k} weights`;
  const pad = padding === "pixels" ? `${many(pixels, "zero")} on each side` : `${padding} padding`;
  const what = dimensions === 1 ? `a row of ${many(win.columns.H, "pixel")}` : `an image of ${inputSize(win, 2)} pixels`;
  const begin = `A window of ${kernel} slides over ${what} with stride ${stride}, dilation rate ${dilation} and ${pad}.`;
  if (!win.fits) return `${begin} ${noRoom(win, dimensions)}`;
  const output = dimensions === 1 ? many(win.columns.count, "number") : `${outputSize(win, 2)} numbers`;
  const H = win.columns.H;
  return [begin, `The output has ${output}.`, reading(win, place, dimensions), notRead(win, dimensions), verdict(H, state)].join(" ");
}
