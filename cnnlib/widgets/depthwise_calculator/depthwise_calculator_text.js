// What DepthwiseCalculator says: formulas with their numbers, and the whole figure in words.

import { MEASURES, count, grouped, measured, percent } from "../cost_words.js";
import { VARIANTS, costOf } from "./variants.js";

const times = (...factors) => factors.map(grouped).join(" · ");

/** What a step of a variant is called. */
export function nameOf({ k, before, groups }) {
  if (groups === 1) return `${k} × ${k}`;
  return groups === before ? `depthwise ${k} × ${k}` : `${k} × ${k} in ${count(groups, "group")}`;
}

const share = (part) => (part < 10 ? percent(part) : `${Math.round(part)} times`);

/** The title of the bars, and a bar for every variant (cost_bars.js). */
export function barsOf(costs, measure) {
  const whole = costs[0][measure];
  const most = Math.max(...costs.map((one) => one[measure] ?? 0));
  const bars = costs.map((one) => {
    const named = { words: VARIANTS[one.variant], family: one.variant === "ordinary" ? "stc-l-conv" : "stc-l-dense" };
    if (one.problem) return { ...named, part: 0, share: "–", count: one.problem };
    return { ...named, part: one[measure] / most, share: share(one[measure] / whole), count: measured(one[measure], measure) };
  });
  return [`${MEASURES[measure].title}${measure === "memory" ? " of the outputs" : ""}; 100 % is an ordinary convolution`, bars];
}

/** How the numbers of a variant come about: [[what, sentence], …]. */
export function workedOut(cost, state) {
  if (cost.problem) return [["Not here", `${cost.problem}; k = ${state.kernel_size}, C = ${state.channels}, O = ${state.filters}, g = ${state.groups}.`]];
  return [
    ["Parameters", parameters(cost)],
    ["Multiply-adds", multiplyAdds(cost, state)],
    ["Outputs", outputs(cost)],
    ["A number sees", cost.field ? `${cost.field} × ${cost.field} pixels${threes(cost)}.` : `all ${cost.inside} × ${cost.inside} pixels.`],
    ["Ratio", ratio(cost, state)],
  ];
}

const total = (parts, sum) => `${parts.join(" + ")} = ${grouped(sum)}.`;

const parameters = ({ stages, params }) =>
  total(stages.map((one) => `(${times(one.k, one.k, one.before / one.groups)} + 1) · ${grouped(one.after)}`), params);

function multiplyAdds({ variant, stages, macs, out, inside }, { filters }) {
  const parts = stages.map((one) => `${times(one.rows, one.rows, one.after)} · ${grouped(one.products)}`);
  if (variant === "attention") parts.push(`2 · ${times(out, out)} · ${times(inside, inside)} · ${grouped(filters)}`);
  return total(parts, macs);
}

function outputs({ variant, stages, memory, out, inside, mixed }) {
  const parts = stages.map((one) => times(one.rows, one.rows, one.after));
  if (variant === "attention") parts.push(times(out, out, inside, inside), grouped(mixed));
  return `${parts.length > 1 ? `(${parts.join(" + ")})` : parts[0]} numbers of 4 bytes: ${grouped(memory)} bytes.`;
}

function threes({ variant, stages, field }) {
  if (variant !== "threes") return "";
  return `: 1 + ${stages.length} · 2 = ${field}`;
}

function ratio({ variant, macs }, state) {
  const whole = costOf("ordinary", state).macs;
  const part = `${grouped(macs)} / ${grouped(whole)} = ${(macs / whole).toFixed(4)} of the ordinary one's multiply-adds`;
  const { kernel_size: k, filters: O, groups: g } = state;
  const formula = { separable: `1/O + 1/k² = 1/${O} + 1/${k * k} = ${(1 / O + 1 / k ** 2).toFixed(4)}`, grouped: `1/g = 1/${g} = ${(1 / g).toFixed(4)}` }[variant];
  return formula ? `${formula}; counted: ${part}.` : `${part}.`;
}

/** The steps of a variant to be drawn (connections.js). */
export function stepsOf({ variant, stages }) {
  const steps = stages.map((one) => ({ ...one, name: nameOf(one) }));
  if (variant !== "attention") return steps;
  const { after } = steps[0]; // one head: the same weights for all channels, each by itself
  return [steps[0], { before: after, after, groups: after, name: "all pixels" }, steps[3]];
}

/** The drawing in words. */
export function drawn(cost, { channels: C, groups: g }) {
  const steps = stepsOf(cost);
  const most = Math.max(...steps.flatMap(({ before, after }) => [before, after]));
  const dots = most > 8 ? " A column has 8 dots at most; then each stands for several channels." : "";
  const widths = [C, ...steps.map(({ after }) => after)].map(grouped).join(", ");
  const reads = cost.variant === "grouped" ? C / g : C;
  const one = steps.length > 1 ? ` Steps: ${steps.map(({ name }) => name).join(", then ")}.` : "";
  return `${VARIANTS[cost.variant][0].toUpperCase()}${VARIANTS[cost.variant].slice(1)}, channels ${widths}.${one} Orange: an output channel, and all that it is made of: ${grouped(reads)} of the ${count(C, "input channel")}.${dots}`;
}

/** Who does least of what is shown. */
export function summary(costs, measure) {
  const built = costs.filter((one) => !one.problem);
  const least = built.reduce((a, b) => (b[measure] < a[measure] ? b : a));
  const part = share(least[measure] / costs[0][measure]);
  const what = MEASURES[measure].title.toLowerCase();
  return `Fewest ${what}: ${VARIANTS[least.variant]}, ${measured(least[measure], measure)}, ${part} of the ordinary convolution.`;
}

/** The whole figure in words. */
export function inWords(state, costs, cost) {
  const { side, kernel_size: k, channels: C, filters: O, stride, padding } = state;
  const [, bars] = barsOf(costs, state.show);
  return [
    `A layer that makes ${O} channels of ${C}, over ${side} × ${side} pixels, kernel ${k} × ${k}, stride ${stride}, ${padding} padding.`,
    `${MEASURES[state.show].title}: ${bars.map((bar) => `${bar.words} ${bar.count} (${bar.share})`).join("; ")}.`,
    `${VARIANTS[cost.variant]}. ${workedOut(cost, state).map(([what, said]) => `${what}: ${said}`).join(" ")}`,
  ].join(" ");
}
