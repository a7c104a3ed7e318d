// What the graveyard says.

export const STARTS = [["he", "He"], ["glorot", "Glorot"], ["small", "too small"]];

export const percent = (share) => `${Math.round(100 * share)} %`;
/** A share that is not 0 is never written as 0. */
export const portion = (share) => (share > 0 && share < 0.005 ? "< 1 %" : percent(share));

const number = (value) => (value === 0 ? "exactly 0" : String(Number(value.toPrecision(2))).replace("-", "−"));
const many = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** What a filter or unit is: "alive", "silent" (dead), or "leaks" (below 0, but with a gradient). */
export const fate = (share, slope) => (share > 0 ? "alive" : slope > 0 ? "leaks" : "silent");

/** One filter, for those who hear it. */
export function tileWords(k, share, since, slope) {
  const state = fate(share, slope);
  if (state === "alive") return `Filter ${k + 1}: active at ${portion(share)} of the places`;
  const from = since ? `since step ${since}` : "from the start";
  return `Filter ${k + 1}: ${state === "silent" ? "silent" : "below 0 everywhere, but learning,"} ${from}`;
}

/** The large numbers above the stones. */
export const READINGS = ["Step", "Silent filters", "Silent hidden units", "Right, held out"];

/** What the dark ones get: the proof that they are dead. */
export function gradientWords({ active, gradients, slope: bent }, slope, step) {
  const dark = active.flatMap((shares, layer) => Array.from(gradients[layer]).filter((_, k) => shares[k] === 0));
  if (!dark.length) return "Every filter and every hidden unit is active on some image.";
  const most = number(Math.max(...dark));
  const what = bent > 0 ? "that are below 0 everywhere" : "silent ones";
  const next = bent === slope ? "" : " The new slope holds from the next step on.";
  return `Largest gradient by a weight of the ${dark.length} ${what}, ${step ? `step ${step}` : "first batch"}: ${most}.${next}`;
}

export const CAPTION = {
  filters: "16 filters: kernel, map of this digit, share of places where it is active",
  units: "32 hidden units: share of the images on which each is active",
};

export function unitsWords(shares, slope) {
  const silent = shares.filter((share) => share === 0).length;
  return `Hidden units: ${silent} of ${shares.length} ${slope > 0 ? "below 0 on all images, but learning" : "silent"}.`;
}

/** The state in words. */
export function inWords({ step, record, census, since }, state, held) {
  const [filters, units] = since.map((steps) => steps.filter((at) => at >= 0).length);
  const names = since[0].flatMap((at, k) => (at >= 0 ? [k + 1] : []));
  const which = names.length && names.length < 16 ? ` (${names.join(", ")})` : "";
  const start = STARTS.find(([key]) => key === state.start)[1];
  const bend = state.slope ? `a slope of ${state.slope} below 0` : "plain ReLU";
  return (
    `Learning rate ${state.learning_rate}, ${bend}, biases from ${state.bias}, ${start} weights. Step ${step}: ` +
    `${many(filters, "filter")} of 16${which} and ${many(units, "hidden unit")} of 32 are silent on all ${held} held-out images; ` +
    `${(100 * record.heldAccuracy).toFixed(1)} % of these are read right. ${gradientWords(census, state.slope, step)}`
  );
}
