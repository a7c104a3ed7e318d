// Networks as lists in words, such as "Input 64 64 3, Conv2D 32 3, Flatten", and what each of their
// layers costs for one image: the arithmetic of cnnlib.explain.ledger.

import { BYTES } from "../cost_words.js";
import { product, shapesOf } from "../layer_shapes.js";
import { language, namer, whole, word } from "../layer_words.js";

const MOST_LAYERS = 30;
const MOST_WEIGHTS = 200_000_000;

const SIDES = [8, 16, 28, 32, 48, 64, 96, 128, 224, 256];
const COUNTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512];

/** kind -> its settings: what they are called, their limits, and values to offer */
export const KINDS = {
  Input: [whole("rows", 1, 1024, SIDES), whole("columns", 1, 1024, SIDES), whole("channels", 1, 1024, COUNTS)],
  Conv2D: [
    whole("filters", 1, 4096, COUNTS),
    whole("kernel size", 1, 15, [1, 2, 3, 4, 5, 7, 11]),
    whole("stride", 1, 8, [1, 2, 3, 4], 1),
    word("padding", "valid", "same"),
  ],
  MaxPooling2D: [whole("window", 1, 15, [2, 3, 4])],
  AveragePooling2D: [whole("window", 1, 15, [2, 3, 4])],
  GlobalAveragePooling2D: [],
  Flatten: [],
  Dense: [whole("units", 1, 8192, [...COUNTS.filter((count) => count < 10), 10, 16, 32, 64, 84, 120, 128, 256, 512, 1024])],
  ReLU: [],
  BatchNormalization: [],
  Dropout: [{ name: "rate", least: 0, most: 0.9, usual: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8] }],
};
const FRESH = { Conv2D: [16, 3, 1, "valid"], MaxPooling2D: [2], AveragePooling2D: [2], Dense: [32], Dropout: [0.4] };

export const WORDS = language(KINDS, { made: FRESH, most: MOST_LAYERS });

const after = (head) => `Input 64 64 3, Conv2D 32 3, MaxPooling2D 2, Conv2D 64 3, MaxPooling2D 2, ${head}, Dense 128, Dense 1`;

/** Networks to begin with. */
export const NETWORKS = {
  "the source's network": after("Flatten"),
  "with global average pooling": after("GlobalAveragePooling2D"),
  "with a 1 × 1 bottleneck": after("Flatten").replace("Conv2D 64 3", "Conv2D 8 1, Conv2D 64 3"),
  "like LeNet-5": "Input 32 32 1, Conv2D 6 5, AveragePooling2D 2, Conv2D 16 5, AveragePooling2D 2, Flatten, Dense 120, Dense 84, Dense 10",
  "dense layers only": "Input 64 64 3, Flatten, Dense 128, Dense 1",
};

const MULTIPLIES = ["Conv2D", "Dense"];
const SEES_ALL = ["Flatten", "GlobalAveragePooling2D"];

/**
 * {input, rows: [{name, kind, words, before, shape, weights, params, macs, memory, field, jump, seen}],
 * totals: {params, macs, memory}}. `field` and `jump` are null where a unit sees all; `seen` is what
 * the layer before has of them. An Error says in a sentence why the list is no network.
 */
export function costsOf(text) {
  const [input, ...layers] = WORDS.parse(text);
  if (input?.kind !== "Input" || layers.some(({ kind }) => kind === "Input")) {
    throw new Error("A list begins with its one Input, such as Input 64 64 3.");
  }
  if (!layers.length) throw new Error("A network has at least one layer after its Input.");
  const nameOf = namer();
  const rows = [];
  for (const layer of layers) {
    const before = rows.at(-1)?.shape ?? input.numbers;
    const seen = rows.length ? { field: rows.at(-1).field, jump: rows.at(-1).jump } : { field: [1, 1], jump: [1, 1] };
    rows.push(costs(layer, before, seen, nameOf(layer.kind)));
  }
  const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  const totals = { params: total("params"), macs: total("macs"), memory: total("memory") };
  if (totals.params <= MOST_WEIGHTS) return { input: input.numbers, rows, totals };
  const [most, count] = [MOST_WEIGHTS, totals.params].map((number) => number.toLocaleString("en"));
  throw new Error(`A network may have ${most} parameters at most here; this one has ${count}.`);
}

function costs(layer, before, seen, name) {
  const words = WORDS.written([layer]);
  const { output_shape: shape, weights, window } = shapesOf(layer, before, words);
  const params = weights.reduce((sum, [, sides]) => sum + product(sides), 0);
  const products = MULTIPLIES.includes(layer.kind) ? product(weights[0][1].slice(0, -1)) : 0;
  const all = { name, kind: layer.kind, words, before, shape, weights, window, params, seen };
  return { ...all, products, macs: product(shape) * products, memory: BYTES * product(shape), ...view(layer.kind, window, seen) };
}

/** What a unit sees: `field` pixels, `jump` pixels further than its neighbor. */
function view(kind, window, { field, jump }) {
  if (!field || SEES_ALL.includes(kind)) return { field: null, jump: null };
  if (!window) return { field, jump };
  return {
    field: field.map((size, axis) => size + (window.size[axis] - 1) * jump[axis]),
    jump: jump.map((gap, axis) => gap * window.strides[axis]),
  };
}

/** The part of a total that all layers of a kind have. */
export const shareOf = ({ rows, totals }, kind, measure) =>
  rows.reduce((sum, row) => sum + (row.kind === kind ? row[measure] : 0), 0) / (totals[measure] || 1);
