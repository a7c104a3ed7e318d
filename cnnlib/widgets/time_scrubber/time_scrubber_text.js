// What the time scrubber says: the rule of the present step, in letters and numbers; a measurement; all in words.

import { written } from "../controls.js";
import { OPS } from "./graph_ops.js";

const LOWERED = "₀₁₂₃₄₅₆₇₈₉";

/** A node's name with its digits lowered: "w21" as "w₂₁". */
export const shown = (name) => name[0] + [...name.slice(1)].map((letter) => LOWERED[letter] ?? letter).join("");

/** A number in a product or sum: below 0 in brackets. */
const bracketed = (value) => (value < 0 ? `(${written(value)})` : written(value));

/** The name of a graph. */
export const titleOf = (key) =>
  ({
    chain: "two products",
    fork: "a number used twice",
    network: "Dense + ReLU + cross-entropy",
    convolution: "a convolution: shared weights",
    own: "your own graph",
  })[key] ?? key;

/** "L = c · d" of a node. */
export function formula({ nodes, from }, node) {
  const { name, op, constant } = nodes[node];
  if (!op) return constant ? "given, constant" : "given";
  return OPS[op].says(from[node].map((n) => shown(nodes[n].name)));
}

/** The lines of the present step: [{text, note, wrong}]. */
export function rules(view) {
  const { graph, now, values } = view;
  const loss = shown(graph.nodes[graph.loss].name);
  if (now.kind === "start") return [{ text: "The inputs are given. Nothing is computed yet." }];
  if (now.kind === "seed") return [{ text: `∂${loss}/∂${loss} = 1`, note: `${loss} changes exactly as much as itself: the way back starts here.` }];
  if (now.kind === "backward") return view.parts.filter(({ from }) => from === now.node).map((part) => backRule(view, part, loss));
  const { name, op } = graph.nodes[now.node];
  const numbers = graph.from[now.node].map((n) => bracketed(values[n]));
  return [{ text: `${shown(name)} = ${formula(graph, now.node)} = ${OPS[op].says(numbers)} = ${written(values[now.node])}` }];
}

/** "∂L/∂a += ∂L/∂u · b = 2 · (−3) = −6", and what that makes of what was there. */
function backRule({ graph, values, gradients, accumulate }, { to, from, k, part, before, after, lost }, loss) {
  const name = (node) => shown(graph.nodes[node].name);
  const { local, about } = OPS[graph.nodes[from].op];
  const v = graph.from[from].map((n) => values[n]);
  const [letters, numbers] = [local(graph.from[from].map(name), k), about?.(v, k) ?? local(v.map(bracketed), k)];
  const sign = accumulate ? "+=" : "=";
  const arrives = gradients[from] ?? 0;
  const text = `∂${loss}/∂${name(to)} ${sign} ∂${loss}/∂${name(from)} · ${letters} = ${bracketed(arrives)} · ${numbers} = ${written(part)}`;
  if (before === undefined) return { text };
  if (accumulate) return { text, note: `${name(to)} is used more than once: ${written(before)} + ${bracketed(part)} = ${written(after)}.` };
  return { text, note: `${written(part)} takes the place of ${written(before)}, which is lost.${lost ? " It will be lost, too." : ""}`, wrong: true };
}

const long = (value) => written(Number(value.toPrecision(9)), 9);

/** How one node is measured, in numbers. */
export function measurement({ graph, values, probe, measures, gradients, whole, h }) {
  const { name } = graph.nodes[probe];
  const { high, low, up, down, difference } = measures[probe];
  const [loss, own] = [shown(graph.nodes[graph.loss].name), shown(name)];
  const text =
    `${own} a little larger, and a little smaller: (${loss}(${long(high)}) − ${loss}(${long(low)})) / ${written(2 * h, 8)} = ` +
    `(${long(up)} − ${bracketedLong(down)}) / ${written(2 * h, 8)} = ${long(difference)}.`;
  if (high === values[probe] || low === values[probe])
    return `${text} In float32, ${long(values[probe])} ± ${written(h, 8)} is the same number: the step is too small.`;
  const back = whole[probe] && gradients[probe] !== undefined ? ` The way back found ${long(gradients[probe])}.` : "";
  return `${text}${back}`;
}

const bracketedLong = (value) => (value < 0 ? `(${long(value)})` : long(value));

/** The whole figure in words. */
export function inWords(view) {
  const { graph, state, known, values, gradients, step, steps, now, h } = view;
  const name = (k) => shown(graph.nodes[k].name);
  const all = [...graph.nodes.keys()];
  const made = graph.made.map((k) => `${name(k)} = ${formula(graph, k)}`).join("; ");
  const numbers = all.filter((k) => known[k]).map((k) => `${name(k)} = ${written(values[k])}`).join(", ");
  const found = all.filter((k) => gradients[k] !== undefined).map((k) => `${name(k)} ${written(gradients[k])}`).join(", ");
  const said = rules(view).map(({ text, note }) => `${text}${note ? `; ${note}` : "."}`).join(" ");
  const wrong = state.accumulate ? "" : " Gradients replace each other instead of being added up: wrong at a fork.";
  return (
    `The graph “${titleOf(state.graph)}”: ${made}. Step ${step} of ${steps}${now.kind === "backward" ? ", backwards" : ""}: ${said} ` +
    `Values: ${numbers}. Gradients so far: ${found || "none"}.${wrong} Measured with h = ${written(h, 8)}: ${measurement(view)}`
  );
}
