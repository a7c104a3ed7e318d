// A graph computed forwards, sent back step by step, and measured. Nodes are counted as they are listed.

import { OPS } from "./graph_ops.js";

const f = Math.fround;

/** A list of nodes, ready to be computed: who takes whom, what is given, what is computed. */
export function graphOf(nodes) {
  const index = Object.fromEntries(nodes.map(({ name }, k) => [name, k]));
  const all = [...nodes.keys()];
  const from = nodes.map(({ inputs }) => inputs.map((name) => index[name]));
  return {
    nodes,
    from,
    given: all.filter((k) => !nodes[k].op),
    made: all.filter((k) => nodes[k].op),
    loss: nodes.length - 1,
  };
}

/** The number of every node; `instead`, {node, value}, puts another in the place of one. */
export function forward(runtime, graph, given, instead) {
  const values = new Float32Array(graph.nodes.length);
  let next = 0;
  graph.nodes.forEach(({ op }, k) => {
    values[k] = op ? OPS[op].forward(graph.from[k].map((n) => values[n]), runtime) : given[next++];
    if (instead?.node === k) values[k] = instead.value;
  });
  return values;
}

/** The steps of both ways: nothing, every computed node, dL/dL = 1, every computed node back. */
export const stepCount = (graph) => 2 * graph.made.length + 1;

/** What happens in a step: {kind: "start" | "forward" | "seed" | "backward", node}. */
export function moment(graph, step) {
  const { made, loss } = graph;
  if (!step) return { kind: "start", node: -1 };
  if (step <= made.length) return { kind: "forward", node: made[step - 1] };
  if (step === made.length + 1) return { kind: "seed", node: loss };
  return { kind: "backward", node: made[stepCount(graph) - step] };
}

/**
 * The way back, up to a step: `gradients` of the nodes (undefined before anything has come), and
 * `parts`, everything that has been sent: [{to, from, k, part, before, after, lost}], in order.
 * Without `accumulate` a part takes the place of what was there, which is then lost.
 */
export function backward(runtime, graph, values, accumulate, step) {
  const { made, from, nodes, loss } = graph;
  const gradients = new Array(nodes.length);
  const parts = [];
  const done = step - made.length - 1;
  if (done >= 0) gradients[loss] = 1;
  for (const node of [...made].reverse().slice(0, Math.max(0, done))) {
    const v = from[node].map((n) => values[n]);
    const sent = OPS[nodes[node].op].backward(gradients[node] ?? 0, v, values[node], runtime);
    from[node].forEach((to, k) => {
      if (nodes[to].constant) return;
      const before = gradients[to];
      if (!accumulate) for (const part of parts) part.lost ||= part.to === to;
      gradients[to] = accumulate ? f((before ?? 0) + sent[k]) : f(sent[k]);
      parts.push({ to, from: node, k, part: f(sent[k]), before, after: gradients[to], lost: false });
    });
  }
  return { gradients, parts };
}

/** The last step in which something comes to a node: then its gradient is whole. */
export function wholeAt(graph, node) {
  const { made, from, loss } = graph;
  if (node === loss) return made.length + 1;
  const first = made.findIndex((user) => from[user].includes(node));
  return stepCount(graph) - first;
}

/** The central difference by one node, in float32: {low, high, up, down, difference}. */
export function measure(runtime, graph, given, values, node, h) {
  const [high, low] = [f(values[node] + f(h)), f(values[node] - f(h))];
  const lossAt = (value) => forward(runtime, graph, given, { node, value })[graph.loss];
  const [up, down] = [lossAt(high), lossAt(low)];
  return { high, low, up, down, difference: f(f(up - down) / f(2 * f(h))) };
}

/** The difference of two numbers by their sizes together: 0 if they agree, 1 if one is minus the other. */
export const relativeError = (a, b) => (a === b ? 0 : Math.abs(a - b) / (Math.abs(a) + Math.abs(b)));
