/**
 * One unit of a network: which pixels it sees, and the numbers that made its value.
 *
 * A unit is {layer, row, column, channel}. Vectors have one row and one column, so that their units
 * differ by the channel alone. Everything is read off the network's description (its windows, its
 * shapes) and its arrays; nothing here draws.
 */

/** The shape of a layer's output as [rows, columns, channels]. */
export const mapShape = (shape) => (shape.length === 3 ? shape : [1, 1, shape.at(-1)]);

/** The shape of what a layer reads. */
export const inputShape = (spec, k) => mapShape(k ? spec.layers[k - 1].output_shape : spec.input_shape);

const BLIND = ["Flatten", "GlobalAveragePooling2D"]; // their units have no place in the image

/** Per layer {size, jump, start} in (rows, columns) of pixels, or null where a unit sees everything. */
export function receptiveFields({ input_shape: input, layers }) {
  let field = input.length === 3 ? { size: [1, 1], jump: [1, 1], start: [0, 0] } : null;
  return layers.map((layer) => (field = field && through(layer, field)));
}

function through({ class_name: kind, config, window }, { size, jump, start }) {
  if (BLIND.includes(kind)) return null;
  const back = (before) => start.map((at, side) => at - before[side][0] * jump[side]);
  if (kind === "ZeroPadding2D") return { size, jump, start: back(config.padding) };
  if (!window) return { size, jump, start }; // a pixel at a time
  const span = window.size.map((k, side) => window.dilation[side] * (k - 1));
  return {
    size: size.map((pixels, side) => pixels + span[side] * jump[side]),
    jump: jump.map((gap, side) => gap * window.strides[side]),
    start: back(window.padding),
  };
}

/** The rectangle {row, column, rows, columns} of an image that a unit sees; what is padding is cut off. */
export function pixelsOf(field, { row, column }, [height, width]) {
  if (!field) return { row: 0, column: 0, rows: height, columns: width };
  const [top, left] = [row, column].map((at, side) => field.start[side] + at * field.jump[side]);
  const clip = (at, most) => Math.min(Math.max(at, 0), most);
  const [firstRow, firstColumn] = [clip(top, height), clip(left, width)];
  return {
    row: firstRow,
    column: firstColumn,
    rows: clip(top + field.size[0], height) - firstRow,
    columns: clip(left + field.size[1], width) - firstColumn,
  };
}

/** The rectangle of the input that a unit sees; a number of Flatten sees what it saw before. */
export function seenBy(spec, fields, unit) {
  const flat = spec.layers[unit.layer].class_name === "Flatten";
  const { layer, ...place } = flat ? sourceOf(spec, unit.layer + 1, unit.channel) : unit;
  const field = layer < 0 ? { size: [1, 1], jump: [1, 1], start: [0, 0] } : fields[layer];
  return { field, ...pixelsOf(field, place, inputShape(spec, 0)) };
}

/** Where number i of the vector that layer k reads was before it was written in a row. */
export function sourceOf(spec, k, i) {
  let layer = k - 1;
  while (layer >= 0 && spec.layers[layer].class_name === "Dropout") layer--;
  if (layer >= 0 && spec.layers[layer].class_name === "Flatten") {
    const [, columns, channels] = inputShape(spec, layer);
    const place = Math.floor(i / channels);
    return { layer: layer - 1, row: Math.floor(place / columns), column: place % columns, channel: i % channels };
  }
  return { layer: k - 1, row: 0, column: 0, channel: i };
}

/** The numbers of a network at a unit: what came in, what came out, before and after the activation. */
export function valuesAt(net, { layer: k, row, column, channel }) {
  const [, columns, channels] = mapShape(net.spec.layers[k].output_shape);
  const at = (row * columns + column) * channels + channel;
  const x = k ? net.output(k - 1).data : net.input.data;
  const scores = net.preactivation(k).data;
  const { name } = net.layers[k].parts.at(-1);
  return {
    x,
    sum: scores[at],
    value: net.output(k).data[at],
    scores: Array.from(scores.subarray(at - channel, at - channel + channels)),
    activation: name === name.toLowerCase() && name !== "linear" ? name : null,
  };
}

/**
 * How a unit's value came about: {kind, …, sum, value, activation, scores}.
 *
 * kind "window products" (convolution): `groups`, one per input channel, each {channel, patch,
 * kernel, products, sum, inside} with `rows` × `columns` numbers; `bias`.
 * kind "products" (dense): `terms`, each {index, input, weight, product}; `bias`.
 * kind "largest" or "mean" (pools): `values`, `inside`, `rows`, `columns`, `winner`, `count`.
 * kind "scaled" (batch normalization): input, mean, variance, epsilon, gamma, beta.
 * kind "copy": `source`, the place the number came from, or null for padding.
 */
export function derivation(net, unit) {
  const layer = net.spec.layers[unit.layer];
  const numbers = valuesAt(net, unit);
  const steps = KINDS[layer.class_name] ?? copied;
  return { ...numbers, ...steps({ net, layer, unit, x: numbers.x, weights: net.weights(unit.layer) }) };
}

const KINDS = {
  Conv2D: convolved,
  Dense: weighed,
  MaxPooling2D: (parts) => ({ kind: "largest", ...pooled(parts) }),
  AveragePooling2D: (parts) => ({ kind: "mean", ...pooled(parts) }),
  GlobalAveragePooling2D: (parts) => ({ kind: "mean", ...pooled(parts) }),
  BatchNormalization: normalized,
};

/** The places that a unit's window reads, row by row: {row, column, inside}. */
export function windowPlaces(window, { row, column }, [height, width]) {
  const [down, across] = [row, column].map((at, side) =>
    Array.from(
      { length: window.size[side] },
      (_, m) => at * window.strides[side] + m * window.dilation[side] - window.padding[side][0],
    ),
  );
  return down.flatMap((i) =>
    across.map((j) => ({ row: i, column: j, inside: i >= 0 && i < height && j >= 0 && j < width })),
  );
}

/** One channel of the numbers at some places; 0 in the padding. */
function patchOf(x, places, [, width, channels], c) {
  return places.map(({ row, column, inside }) => (inside ? x[(row * width + column) * channels + c] : 0));
}

function convolved({ net, layer, unit, x, weights }) {
  const shape = inputShape(net.spec, unit.layer);
  const places = windowPlaces(layer.window, unit, shape);
  const [, , channels, outputs] = weights.kernel.shape;
  const groups = Array.from({ length: channels }, (_, c) => {
    const patch = patchOf(x, places, shape, c);
    const kernel = patch.map((_, n) => weights.kernel.data[(n * channels + c) * outputs + unit.channel]);
    const products = patch.map((number, n) => number * kernel[n]);
    return { channel: c, patch, kernel, products, sum: total(products) };
  });
  const [rows, columns] = layer.window.size;
  const bias = weights.bias?.data[unit.channel] ?? 0;
  return { kind: "window products", groups, rows, columns, places, bias };
}

function weighed({ net, unit, x, weights }) {
  const [inputs, outputs] = weights.kernel.shape;
  const [, columns] = inputShape(net.spec, unit.layer);
  const start = (unit.row * columns + unit.column) * inputs;
  const terms = Array.from({ length: inputs }, (_, index) => {
    const [input, weight] = [x[start + index], weights.kernel.data[index * outputs + unit.channel]];
    return { index, input, weight, product: input * weight };
  });
  return { kind: "products", terms, bias: weights.bias?.data[unit.channel] ?? 0 };
}

function pooled({ net, layer, unit, x }) {
  const shape = inputShape(net.spec, unit.layer);
  const whole = { size: shape.slice(0, 2), strides: [1, 1], dilation: [1, 1], padding: [[0, 0], [0, 0]] };
  const global = layer.class_name === "GlobalAveragePooling2D";
  const window = global ? whole : layer.window;
  const places = windowPlaces(window, global ? { row: 0, column: 0 } : unit, shape);
  const values = patchOf(x, places, shape, unit.channel);
  const inside = places.flatMap((place, n) => (place.inside ? [n] : []));
  const winner = inside.reduce((best, n) => (values[n] > values[best] ? n : best), inside[0]);
  const [rows, columns] = window.size;
  return { values, places, rows, columns, winner, count: inside.length };
}

function normalized({ unit, x, net, layer, weights }) {
  const [, columns, channels] = mapShape(layer.output_shape);
  const at = (name, missing) => weights[name]?.data[unit.channel] ?? missing;
  return {
    kind: "scaled",
    input: x[(unit.row * columns + unit.column) * channels + unit.channel],
    mean: at("moving_mean", 0),
    variance: at("moving_variance", 1),
    epsilon: layer.config.epsilon,
    gamma: at("gamma", 1),
    beta: at("beta", 0),
  };
}

function copied({ net, layer, unit }) {
  const { layer: k, row, column, channel } = unit;
  if (layer.class_name === "Flatten") {
    return { kind: "copy", source: sourceOf(net.spec, k + 1, channel) };
  }
  if (layer.class_name !== "ZeroPadding2D") return { kind: "copy", source: { layer: k - 1, row, column, channel } };
  const [[top], [left]] = layer.config.padding;
  const [height, width] = inputShape(net.spec, k);
  const source = { layer: k - 1, row: row - top, column: column - left, channel };
  const inside = source.row >= 0 && source.column >= 0 && source.row < height && source.column < width;
  return { kind: "copy", source: inside ? source : null };
}

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
