// What Ledger says: numbers, where they come from, and the whole figure in words.

import { product } from "../layer_shapes.js";
import { shareOf } from "./ledger_networks.js";

/** measure -> its name on a button, in a table, in a sentence, and behind a number */
export const MEASURES = {
  params: { label: "parameters", title: "Parameters", of: "of the parameters", unit: "" },
  macs: { label: "multiply-adds", title: "Multiply-adds", of: "of the multiply-adds", unit: "" },
  memory: { label: "memory", title: "Bytes", of: "of the outputs' memory", unit: " bytes" },
};

export const grouped = (number) => number.toLocaleString("en");
export const sizeOf = (shape) => shape.map(grouped).join(" × ");

export function percent(share) {
  if (share === 0) return "0 %";
  if (share < 0.0005) return "< 0.1 %";
  return share < 1 && share >= 0.9995 ? "> 99.9 %" : `${(100 * share).toFixed(1)} %`;
}

export const fieldOf = ({ field }) => (field ? sizeOf(field) : "all");
export const jumpOf = ({ jump }) => (jump ? String(jump[0]) : "–");

/** How the numbers of a layer come about: [[what, sentence], …]. */
export const workedOut = (row) => [
  ["Parameters", parameters(row)],
  ["Multiply-adds", multiplyAdds(row)],
  ["Output", `${product(row.shape) > row.shape[0] ? `${sizeOf(row.shape)} = ` : ""}${count(product(row.shape), "number")} of 4 bytes: ${grouped(row.memory)} bytes.`],
  ["A unit sees", sight(row)],
];

const count = (n, thing) => `${grouped(n)} ${thing}${n === 1 ? "" : "s"}`;

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
