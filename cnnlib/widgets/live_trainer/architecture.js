// A network as a list of layers in words, such as "Conv2D 16 3, ReLU, Flatten", and what follows
// from it: every shape, every weight, and numbers to begin with. The last layer, Dense with a
// softmax over the classes, is not in the list: it is always there.

import { random } from "../../wasm/random.js";
import { windows } from "../geometry.js";

const MOST_LAYERS = 12;
const MOST_WEIGHTS = 200_000;

const whole = (name, least, most, usual) => ({ name, least, most, usual, whole: true });
const size = (name, least) => whole(name, least, 7, [1, 2, 3, 4, 5, 7].filter((k) => k >= least));

/** name -> the numbers that follow it: what they are called, their limits, and those to offer */
export const KINDS = {
  Conv2D: [whole("filters", 1, 64, [4, 8, 16, 24, 32, 48, 64]), size("kernel size", 1)],
  Dense: [whole("units", 1, 256, [8, 16, 32, 64, 128, 256])],
  ReLU: [],
  LeakyReLU: [],
  MaxPooling2D: [size("window", 1)],
  AveragePooling2D: [size("window", 1)],
  GlobalAveragePooling2D: [],
  Flatten: [],
  BatchNormalization: [],
  Dropout: [{ name: "rate", least: 0, most: 0.9, usual: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8] }],
};
/** What a layer is that has just been added. */
const FRESH = { Conv2D: [16, 3], Dense: [32], MaxPooling2D: [2], AveragePooling2D: [2], Dropout: [0.4] };

export const fresh = (kind) => ({ kind, numbers: FRESH[kind] ?? [] });

/** A list of {kind, numbers} as text. */
export const written = (layers) => layers.map(({ kind, numbers }) => [kind, ...numbers].join(" ")).join(", ");

/** Text as a list of {kind, numbers}. An Error says what is wrong with it. */
export function parse(text) {
  const items = text.trim() ? text.split(",") : [];
  const layers = items.map((item) => {
    const [kind, ...numbers] = item.trim().split(/\s+/);
    return { kind, numbers: numbers.map(Number) };
  });
  if (layers.length > MOST_LAYERS) {
    throw new Error(`There may be ${MOST_LAYERS} layers at most before the last one; here are ${layers.length}.`);
  }
  layers.forEach(checkNumbers);
  return layers;
}

function checkNumbers({ kind, numbers }) {
  if (!Object.hasOwn(KINDS, kind)) {
    throw new Error(`A layer is one of ${Object.keys(KINDS).join(", ")}; here is “${kind}”.`);
  }
  const takes = KINDS[kind];
  if (takes.length !== numbers.length) {
    const what = takes.map(({ name }) => name).join(" and ") || "no number";
    throw new Error(`${kind} takes ${what}; here are ${numbers.length} numbers.`);
  }
  takes.forEach(({ name, least, most, whole: must }, k) => {
    const value = numbers[k];
    if (value >= least && value <= most && (!must || Number.isInteger(value))) return;
    const rule = must ? "a whole number" : "a number";
    throw new Error(`${kind}: ${name} must be ${rule} from ${least} to ${most}; here is ${value}.`);
  });
}

const product = (shape) => shape.reduce((all, side) => all * side, 1);
const pair = (value) => [value, value];

/** kind -> what is special about a layer of it that is given a shape: config, output_shape, weights, window */
const PARTS = {
  Conv2D([height, width, channels], [filters, k]) {
    const { window, output } = slide([height, width], k, 1, "same");
    const weights = [["kernel", [k, k, channels, filters]], ["bias", [filters]]];
    return { config: { activation: "linear" }, output_shape: [...output, filters], weights, window };
  },
  Dense([inputs], [units]) {
    const weights = [["kernel", [inputs, units]], ["bias", [units]]];
    return { config: { activation: "linear" }, output_shape: [units], weights };
  },
  ReLU: () => ({ config: { negative_slope: 0 } }),
  LeakyReLU: () => ({ config: { negative_slope: 0.3 } }),
  MaxPooling2D: pool,
  AveragePooling2D: pool,
  GlobalAveragePooling2D: ([, , channels]) => ({ output_shape: [channels] }),
  Flatten: (shape) => ({ output_shape: [product(shape)] }),
  BatchNormalization(shape) {
    const weights = ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => [name, shape.slice(-1)]);
    return { config: { epsilon: 0.001, momentum: 0.99, trainable: true }, weights };
  },
  Dropout: (_, [rate]) => ({ config: { rate } }),
};
const TAKES_MAPS = ["Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"];
const learns = (name) => !name.startsWith("moving");

function pool([height, width, channels], [k]) {
  const { window, output } = slide([height, width], k, k, "valid");
  return { output_shape: [...output, channels], window };
}

function slide(sides, k, stride, padding) {
  const { rows, columns } = windows(sides, k, { stride, padding });
  const output = [rows.count, columns.count];
  const around = [rows, columns].map(({ before, after }) => [before, after]);
  const window = { size: pair(k), strides: pair(stride), dilation: pair(1), padding: around, output };
  return { output, window };
}

/**
 * The description that network.js takes (that of cnnlib.wasm.export_network), and how many weights
 * there are: {spec, count}. An Error says in a sentence why the list is no network.
 */
export function build(layers, inputShape, classes) {
  const names = {};
  const spec = { input_shape: [...inputShape], layers: [] };
  let count = 0;
  const add = ({ kind, numbers }, config = {}) => {
    const before = spec.layers.at(-1)?.output_shape ?? spec.input_shape;
    const words = [kind, ...numbers].join(" ");
    checkShape(kind, config.activation ? `The last layer, ${words},` : words, numbers, before);
    const made = PARTS[kind](before, numbers);
    const name = unique(snake(kind), names);
    const weights = (made.weights ?? []).map(([part, shape]) => {
      const described = { name: part, shape, trainable: learns(part), offset: count };
      count += product(shape);
      return described;
    });
    const layer = { class_name: kind, output_shape: before, ...made, weights };
    spec.layers.push({ ...layer, config: { name, ...made.config, ...config } });
  };
  for (const layer of layers) add(layer);
  add({ kind: "Dense", numbers: [classes] }, { activation: "softmax" });
  if (count <= MOST_WEIGHTS) return { spec, count };
  throw new Error(`A network may have ${MOST_WEIGHTS.toLocaleString("en")} weights at most here; this one has ${count.toLocaleString("en")}.`);
}

function checkShape(kind, where, [k], shape) {
  const are = `here are ${shape.join(" × ")}`;
  if (TAKES_MAPS.includes(kind) && shape.length !== 3) {
    throw new Error(`${where} needs maps (rows × columns × channels), and before it they were flattened to a row of ${shape[0]} numbers.`);
  }
  if (kind.endsWith("ing2D") && k > Math.min(...shape.slice(0, 2))) {
    throw new Error(`${where} needs maps of at least ${k} × ${k}; ${are}.`);
  }
  if (kind === "Dense" && shape.length !== 1) {
    throw new Error(`${where} needs a row of numbers: put Flatten or GlobalAveragePooling2D before it; ${are}.`);
  }
}

/** "MaxPooling2D" -> "max_pooling2d", as Keras names layers. */
const snake = (kind) => kind.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();

function unique(name, names) {
  const count = (names[name] = (names[name] ?? -1) + 1);
  return count ? `${name}_${count}` : name;
}

/** Weights to begin with, as in Keras: kernels by Glorot and Bengio's rule, scales 1, the rest 0. */
export function initialWeights(spec, count, seed) {
  const weights = new Float32Array(count);
  const draw = random(seed);
  for (const { name, shape, offset } of spec.layers.flatMap((layer) => layer.weights)) {
    const part = weights.subarray(offset, offset + product(shape));
    if (name === "gamma" || name === "moving_variance") part.fill(1);
    if (name !== "kernel") continue;
    const places = product(shape.slice(0, -2)); // of the kernel's window
    const limit = Math.sqrt(6 / (places * (shape.at(-2) + shape.at(-1))));
    part.forEach((_, k) => (part[k] = (2 * draw() - 1) * limit));
  }
  return weights;
}
