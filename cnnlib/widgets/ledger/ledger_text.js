// What Ledger says: numbers, where they come from, and the whole figure in words.

import { MEASURES, count, grouped, measured, percent, sizeOf } from "../cost_words.js";
import { product } from "../layer_shapes.js";
import { shareOf } from "./ledger_networks.js";

export const fieldOf = ({ field }) => (field ? sizeOf(field) : "all");
export const jumpOf = ({ jump }) => (jump ? String(jump[0]) : "–");

/** How the numbers of a layer come about: [[what, sentence], …]. */
export const workedOut = (row) => [
  ["Parameters", parameters(row)],
  ["Multiply-adds", multiplyAdds(row)],
  ["Output", `${product(row.shape) > row.shape[0] ? `${sizeOf(row.shape)} = ` : ""}${count(product(row.shape), "number")} of 4 bytes: ${grouped(row.memory)} bytes.`],
  ["A unit sees", sight(row)],
];

function parameters({ kind, weights, params }) {
  if (!weights.length) return "none: nothing is learned here.";
  if (kind === "BatchNormalization") return `4 for each of ${count(weights[0][1][0], "channel")}: ${grouped(params)}.`;
  const [, sides] = weights[0];
  const [first, each] = kind === "Conv2D" ? ["kernel", "biases"] : ["unit", "biases"];
  const outputs = sides.at(-1);
  return `${sizeOf(sides.slice(0, -1))} weights for each of ${count(outputs, first)}, and ${outputs === 1 ? "a bias" : `${grouped(outputs)} ${each}`}: ${sizeOf(sides)} + ${outputs} = ${grouped(params)}.`;
}

function multiplyAdds({ weights, shape, products, macs }) {
  if (!products) return "none are counted: these are done by convolutions and dense layers.";
  const inner = weights[0][1].slice(0, -1);
  const sum = inner.length > 1 ? `${sizeOf(inner)} = ${grouped(products)}` : grouped(products);
  return `${sizeOf(shape)} ${product(shape) === 1 ? "output," : "outputs, each"} a sum of ${sum} products: ${grouped(macs)}.`;
}

function sight({ window, seen, field, jump }) {
  if (!field) return seen.field ? "all that the layer before it sees, together." : "all of what there is to see.";
  if (!window) return `what the unit before it sees: ${sizeOf(field)} ${field[0] * field[1] === 1 ? "pixel" : "pixels"}.`;
  const [k] = window.size;
  const grown = k === 1 ? `${seen.field[0]}, no more than before` : `${seen.field[0]} + (${k} − 1) · ${seen.jump[0]} = ${field[0]}`;
  const next = `Its neighbor sees the same ${jump[0] === 1 ? "one pixel" : `${jump[0]} pixels`} further on (${seen.jump[0]} · ${window.strides[0]}).`;
  return `${sizeOf(field)} pixels; a side is ${grown}. ${next}`;
}

const FAMILY = { Conv2D: "stc-l-conv", Dense: "stc-l-dense" };

/** The title of the bars, and a bar for every layer (cost_bars.js). */
export function barsOf({ rows, totals }, measure) {
  const bars = rows.map((row) => {
    const part = row[measure] / (totals[measure] || 1);
    return { words: row.words, family: FAMILY[row.kind] ?? "stc-l-other", part, share: percent(part), count: measured(row[measure], measure) };
  });
  return [`Each layer's share ${MEASURES[measure].of} (${measured(totals[measure], measure)})`, bars];
}

/** Who has what: convolutions and dense layers. */
export function families(costs) {
  const said = [["Conv2D", "convolution"], ["Dense", "dense layer"]].flatMap(([kind, name]) => {
    const many = costs.rows.filter((row) => row.kind === kind).length;
    if (!many) return [];
    const [has, does, who] = many === 1 ? ["holds", "does", `The ${name}`] : ["hold", "do", `The ${many} ${name}s`];
    const [params, macs] = ["params", "macs"].map((measure) => percent(shareOf(costs, kind, measure)));
    return [`${who} ${has} ${params} of the parameters and ${does} ${macs} of the multiply-adds.`];
  });
  return said.join(" ") || "No layer here has weights.";
}

export const totalsOf = ({ totals }) =>
  `${grouped(totals.params)} parameters (${megabytes(4 * totals.params)}), ${grouped(totals.macs)} multiply-adds and ${megabytes(totals.memory)} of outputs for each image`;

/** Bytes in millions. */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e5 ? 3 : 2)} MB`;

/** The drawing in words. */
export const drawn = ({ input, rows }, row) =>
  `The network, drawn: the input ${sizeOf(input)}, then ${rows.map(({ shape }) => sizeOf(shape)).join(", ")}. Yellow: what a unit of ${row.words} sees of the input, ${fieldOf(row)}.`;

/** The whole figure in words. */
export function inWords(state, costs, row) {
  const { title } = MEASURES[state.show];
  const shares = costs.rows.map((one) => `${one.words}: ${percent(one[state.show] / (costs.totals[state.show] || 1))}`);
  const worked = workedOut(row).map(([what, sentence]) => `${what}: ${sentence}`);
  return [
    `A network that takes images of ${sizeOf(costs.input)}: ${totalsOf(costs)}.`,
    families(costs),
    `${title}, layer by layer: ${shares.join("; ")}.`,
    `${row.words}. ${worked.join(" ")}`,
  ].join(" ");
}
