// What may be broken on purpose: a network's description, its weights or its input, a little changed.

const EPSILON = 1e-5; // PyTorch's; Keras has 1e-3

/** The network with a fault: {spec, weights}. Faults of the input change neither. */
export function broken({ spec, weights }, fault) {
  const change = { padding: zerosBefore, epsilon: otherEpsilon }[fault];
  const layers = change ? spec.layers.map((layer) => change(layer)) : spec.layers;
  return { spec: { ...spec, layers }, weights: changedWeights(spec, weights, fault) };
}

/** An image as the network with a fault gets it. */
export function seen(image, [, , channels], fault) {
  if (fault !== "colors") return image;
  return image.map((_, k) => image[k - (k % channels) + channels - 1 - (k % channels)]);
}

/** As many zeros before the image as PyTorch puts there: half the kernel. */
function zerosBefore(layer) {
  const { class_name: kind, window } = layer;
  if (kind !== "Conv2D") return layer;
  const padding = window.padding.map(([top, bottom], k) => {
    const before = Math.min(top + bottom, Math.floor(((window.size[k] - 1) * window.dilation[k] + 1) / 2));
    return [before, top + bottom - before];
  });
  return { ...layer, window: { ...window, padding } };
}

function otherEpsilon(layer) {
  if (layer.class_name !== "BatchNormalization") return layer;
  return { ...layer, config: { ...layer.config, epsilon: EPSILON } };
}

function changedWeights(spec, weights, fault) {
  const place = { flip: flipped, order: channelsFirst }[fault];
  if (!place) return weights;
  const changed = weights.slice();
  spec.layers.forEach((layer, k) => {
    const kernel = layer.weights.find(({ name }) => name === "kernel");
    const from = kernel && place(layer, spec.layers[k - 1], kernel.shape, inputOf(spec, k - 1));
    if (!from) return;
    const count = kernel.shape.reduce((product, side) => product * side, 1);
    for (let n = 0; n < count; n++) changed[kernel.offset + n] = weights[kernel.offset + from(n)];
  });
  return changed;
}

const inputOf = (spec, k) => (k > 0 ? spec.layers[k - 1].output_shape : spec.input_shape);

/** Where the number n of a kernel that is turned by 180° stood before. */
function flipped({ class_name: kind }, _, [rows, columns, channels, outputs]) {
  if (kind !== "Conv2D") return null;
  const last = rows * columns - 1;
  return (n) => {
    const rest = n % (channels * outputs);
    return (last - (n - rest) / (channels * outputs)) * channels * outputs + rest;
  };
}

/** Where the weight n stood, if a dense layer now has those of flattened channels one after the other. */
function channelsFirst({ class_name: kind }, before, [, units], shape) {
  if (kind !== "Dense" || before?.class_name !== "Flatten" || shape.length < 3) return null;
  const [rows, columns, channels] = shape;
  return (n) => {
    const [row, unit] = [Math.floor(n / units), n % units];
    const [channel, place] = [Math.floor(row / (rows * columns)), row % (rows * columns)];
    return (place * channels + channel) * units + unit;
  };
}
