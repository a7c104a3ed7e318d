// A network as a list of layers in words, such as "Conv2D 16 3, ReLU, Flatten", and what follows
// from it: every shape and every weight. The last layer, Dense with a softmax over the classes, is
// not in the list: it is always there.

import { product, shapesOf } from "./layer_shapes.js";
import { language, namer, whole } from "./layer_words.js";

const MOST_LAYERS = 12;
const MOST_WEIGHTS = 200_000;

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

/** The language of the lists (layer_words.js). */
export const WORDS = language(KINDS, { made: FRESH, most: MOST_LAYERS, where: " before the last one" });

/** A list of {kind, numbers} as text, and text as such a list. An Error says what is wrong with it. */
export const written = WORDS.written;
export const parse = WORDS.parse;

/** kind -> what the layers of a list are like otherwise */
const CONFIGS = {
  Conv2D: () => ({ activation: "linear" }),
  Dense: () => ({ activation: "linear" }),
  ReLU: () => ({ negative_slope: 0 }),
  LeakyReLU: () => ({ negative_slope: 0.3 }),
  BatchNormalization: () => ({ epsilon: 0.001, momentum: 0.99, trainable: true }),
  Dropout: ([rate]) => ({ rate }),
};
const learns = (name) => !name.startsWith("moving");
const padded = ({ kind, numbers }) => ({ kind, numbers: kind === "Conv2D" ? [...numbers, 1, "same"] : numbers });

/**
 * The description that network.js takes (that of cnnlib.wasm.export_network), and how many weights
 * there are: {spec, count}. An Error says in a sentence why the list is no network.
 */
export function build(layers, inputShape, classes) {
  const nameOf = namer();
  const spec = { input_shape: [...inputShape], layers: [] };
  let count = 0;
  const add = (layer, config = {}) => {
    const { kind, numbers } = layer;
    const before = spec.layers.at(-1)?.output_shape ?? spec.input_shape;
    const words = [kind, ...numbers].join(" ");
    const where = config.activation ? `The last layer, ${words},` : words;
    if (kind === "Dense" && before.length !== 1) {
      throw new Error(`${where} needs a row of numbers: put Flatten or GlobalAveragePooling2D before it; here are ${before.join(" × ")}.`);
    }
    const made = shapesOf(padded(layer), before, where);
    const weights = made.weights.map(([part, shape]) => {
      const described = { name: part, shape, trainable: learns(part), offset: count };
      count += product(shape);
      return described;
    });
    spec.layers.push({ class_name: kind, ...made, weights, config: { name: nameOf(kind), ...CONFIGS[kind]?.(numbers), ...config } });
  };
  for (const layer of layers) add(layer);
  add({ kind: "Dense", numbers: [classes] }, { activation: "softmax" });
  if (count <= MOST_WEIGHTS) return { spec, count };
  throw new Error(`A network may have ${MOST_WEIGHTS.toLocaleString("en")} weights at most here; this one has ${count.toLocaleString("en")}.`);
}
