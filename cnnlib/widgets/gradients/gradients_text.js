// What the figure Gradients says: about every lens, about the flip, and the figure in words.

import { written } from "../controls.js";
import { placeOf, readPixels, weightOf } from "./lenses.js";
import { at, place } from "./lens_views.js";

export const NAMES = {
  dx: "dx, by the image", dw: "dw, by the kernel", db: "db, by the bias",
};
const list = (items) => items.join(", ");
export const outputAt = (c, o) => placeOf(o, c.ow);
export const dyAt = (c, o) => `dy${at(...outputAt(c, o))}`;
export const weightAt = (c, q) => `w${at(...placeOf(q, c.kw))}`;
export const pixelAt = (c, p) => (p < 0 ? "padding" : `x${at(...placeOf(p, c.W))}`);
/** The name of the chosen number, such as "dx[1, 2]". */
export const nameOf = ({ state: { gradient }, own }) => (own.indices.length ? gradient + at(...own.indices) : gradient);

/** Title, rule, caption and hint of every lens. */
export function lensTexts(view) {
  const { gradient } = view.state;
  const { byCells, at: step, most } = view.time;
  const when = byCells ? `${gradient}: ${step} of ${most} numbers` : `${gradient} after ${step} of ${most} outputs`;
  return { dx: imageTexts, dw: kernelTexts, db: biasTexts }[gradient](view).map((texts) => ({ ...texts, when }));
}

function imageTexts({ c, state, own, time: { now } }) {
  const pixel = place(...own.indices);
  const q = now < 0 ? -1 : weightOf(c, now, own.cell);
  const paying = now < 0 ? "w, times every dy" : `w · ${dyAt(c, now)} = w · ${written(c.dy[now])}`;
  const sits = q < 0 ? `This window does not hold pixel ${pixel}.` : `Pixel ${pixel} sits at ${weightAt(c, q)} of this window.`;
  const meets = q < 0
    ? "On every dy lies the weight (×) with which its output has read the pixel."
    : `Output ${place(...outputAt(c, now))} has read the pixel with ${weightAt(c, q)}: so this weight lies on ${dyAt(c, now)}.`;
  return [
    {
      title: "Scatter: outputs pay", rule: "dx[window] += w · dy[i, j]", caption: paying,
      hint: `${now < 0 ? `Where pixel ${pixel} sits:` : sits} 1st, 2nd, …: window after window.`,
    },
    {
      title: "Gather: pixels collect",
      rule: state.flip ? "dx[h, k] = Σ dy · w turned" : "dx[h, k] = Σ dy · w",
      caption: state.flip ? "dy among zeros; on it (×) w, turned by 180°" : "dy among zeros; on it (×) w, not turned",
      hint: state.flip ? meets : "The flip is missing: on dy lie weights with which its outputs have not read the pixel.",
    },
    {
      title: "col2im: rows added back", rule: "dx[window] += row",
      caption: "dy · wᵀ: dy at the side, w along the top",
      hint: `Products for pixel ${pixel}: row by row from the right to the left.`,
    },
  ];
}

function kernelTexts({ c, own, time: { now } }) {
  const weight = place(...own.indices);
  const adding = now < 0 ? "window of x, times its dy" : `window of x · ${dyAt(c, now)} = window · ${written(c.dy[now])}`;
  return [
    {
      title: "Scatter: outputs add", rule: "dw += x[window] · dy[i, j]", caption: adding,
      hint: `Weight ${weight} has the same place in every window.`,
    },
    {
      title: "Gather: weights collect", rule: "dw[m, n] = Σ x · dy", caption: "x; on it (×) dy, not turned",
      hint: "dy lies as it is, the first number first: no flip.",
    },
    {
      title: "im2col: a matrix product", rule: "dw = columnsᵀ · dy", caption: "dy at the side, windows of x as rows",
      hint: `Weight ${weight} owns one column: straight down, no flip.`,
    },
  ];
}

function biasTexts({ c, time: { now } }) {
  const caption = now < 0 ? "dy" : `${dyAt(c, now)} = ${written(c.dy[now])}`;
  return [{ title: "Outputs add", rule: "db = sum of dy", caption, hint: "No weight, no window, no flip." }];
}

/** What to look for, above everything. */
export const QUESTIONS = {
  dx: [
    "On the way back the kernel appears turned by 180°. Where does this flip come from?",
    "Press Play, and follow one pixel, in yellow, through all windows that hold it.",
  ],
  dw: ["Is there a flip in the gradient by the kernel?", "Press Play, and follow one weight, in yellow."],
  db: ["What does the bias get?", "Press Play."],
};

/** Where the flip is, or is not, for the chosen number. */
export function flipSentence({ c, state, own, list: all, right }) {
  if (state.gradient === "db") return "The bias was added to every output with factor 1, so its gradient is the sum of dy.";
  if (state.gradient === "dw") return "dy in reading order meets the pixels in reading order: there is no flip in dw.";
  if (!all.length) return "No window has read this pixel, so no output pays it: its gradient is 0.";
  if (!state.flip) return withoutFlip(c, own, all, right);
  if (all.length === 1) return "Only one output has read this pixel. Choose one further inside: it meets several weights.";
  const weights = list(all.map(({ q }) => weightAt(c, q)));
  return (
    `dy comes in reading order and meets ${weights}: the weights from back to front. This is the flip. ` +
    "A later window lies further right or further down, so the same pixel sits further left or further up in it."
  );
}

function withoutFlip(c, own, all, right) {
  const astray = all.find(({ o, q }) => weightOf(c, o, own.cell) !== q);
  if (!astray) return "Only the middle weight meets this pixel, and a turn leaves it where it is.";
  const { o, q } = astray;
  return (
    `Without the flip ${dyAt(c, o)} meets ${weightAt(c, q)}, but output ${place(...outputAt(c, o))} has read this pixel ` +
    `with ${weightAt(c, weightOf(c, o, own.cell))}. The right dx${at(...own.indices)} is ${written(right.dx[own.cell])}.`
  );
}

const LESSONS = {
  right: "All three lenses pass both checks. Leave out the flip to see which check notices.",
  padded: "With padding, part of what the outputs pay falls on the frame of zeros: the check by sums cannot be used.",
  symmetric:
    "This kernel looks the same after a turn by 180°. With it no check finds the missing flip: " +
    "test with an asymmetric kernel.",
  found: "Only the check number by number can be used here, and it fails.",
  hidden:
    "Every output still pays out dy times the sum of w, only to the wrong pixels of its window. " +
    "So the sum, and with it the mean, stays right: a check by means cannot find this bug.",
};

/** What the checks of the gather lens teach. */
export function lesson(flip, { sums, array }) {
  if (flip) return sums.applies ? LESSONS.right : LESSONS.padded;
  if (array.passes) return LESSONS.symmetric;
  return sums.applies ? LESSONS.hidden : LESSONS.found;
}

/** The whole figure in words. */
export function inWords(view) {
  const { c, state, own, time, list: all, right } = view;
  const name = nameOf(view);
  const sizes =
    `An image of ${c.H} × ${c.W} pixels, a kernel of ${c.kh} × ${c.kw}, ${c.oh} × ${c.ow} outputs; ` +
    `stride ${c.t}, ${state.padding} padding.`;
  const now = time.now < 0 ? "" : `: ${dyAt(c, time.now)} = ${written(c.dy[time.now])}`;
  const when = time.byCells ? `Number ${time.at} of ${time.most}.` : `Step ${time.at} of ${time.most}${now}.`;
  const due = all.filter(({ o }) => o < time.steps);
  const products = due.map(({ factor, o }) => `${written(factor)} · ${written(c.dy[o])}`).join(" + ");
  const sum = due.reduce((total, { value }) => total + value, 0);
  const chosen = `${name} so far: ${products ? `${products} = ${written(sum)}` : "nothing"}.`;
  const final = `In the end the kernel of the library gives ${name} = ${written(right[state.gradient][own.cell])}.`;
  return [sizes, when, chosen, flipSentence(view), unreadPixels(c), final].filter(Boolean).join(" ");
}

function unreadPixels(c) {
  const unread = readPixels(c).filter((read) => !read).length;
  return unread && `${unread} ${unread === 1 ? "pixel is" : "pixels are"} read by no window.`;
}
