// Two arrays of numbers, part by part: what they are parts of, and how far they are apart.

export const AGREE = 1e-5; // of the largest number: more is no rounding

const MANY = 256; // kernels that are shown one by one
const SLIM = 4; // a table may be so many times as long as wide

const size = (shape) => shape.reduce((product, side) => product * side, 1);

/** Rows and columns for a vector, as nearly square as it goes. */
export function folded(count) {
  let rows = Math.floor(Math.sqrt(count));
  while (count % rows) rows--;
  return [rows, count / rows];
}

/**
 * How an array is shown, {maps: [rows, columns, maps], indexOf}: indexOf(row, column, map) is where a
 * number stands in the array. A convolution's kernel is a map for each pair of channels; what would be
 * too long is folded.
 */
export function shownAs(shape) {
  const last = shape.at(-1);
  const rest = size(shape) / last;
  if (shape.length === 3) return { maps: shape, indexOf: (row, column, map) => [row, column, map] };
  if (shape.length === 4 && shape[2] * last <= MANY) {
    const indexOf = (row, column, map) => [row, column, Math.floor(map / last), map % last];
    return { maps: [shape[0], shape[1], shape[2] * last], indexOf };
  }
  if (shape.length === 2 && rest <= SLIM * last && last <= SLIM * rest) {
    return { maps: [rest, last, 1], indexOf: (row, column) => [row, column] };
  }
  const [rows, columns] = folded(size(shape));
  return { maps: [rows, columns, 1], indexOf: (row, column) => unfolded(row * columns + column, shape) };
}

/** The index of the number that is at a place in the memory of an array. */
function unfolded(place, shape) {
  return shape.reduceRight(
    ([index, rest], side) => [[rest % side, ...index], Math.floor(rest / side)],
    [[], place],
  )[0];
}

/**
 * What is compared, [{name, shape, maps, indexOf, start, size, layer, weight}]: the outputs of all layers, and
 * for gradients the trainable weights behind them. `start` is the place in Keras's row of numbers.
 */
export function partsOf(spec, gradients) {
  const parts = spec.layers.map(({ config, output_shape: shape }, layer) => ({ name: config.name, shape, layer }));
  if (gradients)
    spec.layers.forEach(({ config, weights }, layer) => {
      for (const { name, shape, trainable } of weights)
        if (trainable) parts.push({ name: `${config.name}, ${name}`, shape, layer, weight: name });
    });
  let start = 0;
  for (const part of parts) {
    Object.assign(part, { ...shownAs(part.shape), start, size: size(part.shape) });
    start += part.size;
  }
  return parts;
}

/** The distance from a number to the next float32. */
export function spacing(value) {
  const single = Math.abs(Math.fround(value));
  if (!Number.isFinite(single)) return NaN;
  const [number, bits] = views(single);
  bits[0] += 1;
  return number[0] - single;
}

function views(value) {
  const number = Float32Array.of(value);
  return [number, new Uint32Array(number.buffer)];
}

/** How far our numbers are from theirs: {largest, relative, spacings, at}. */
export function compare(theirs, ours) {
  let [largest, top, at] = [0, 0, 0];
  for (let k = 0; k < theirs.length; k++) {
    const gap = Math.abs(ours[k] - theirs[k]);
    if (gap > largest || Number.isNaN(gap)) [largest, at] = [gap, k];
    top = Math.max(top, Math.abs(theirs[k]));
    if (Number.isNaN(gap)) break;
  }
  if (!top) return { largest, relative: largest ? Infinity : 0, spacings: largest ? Infinity : 0, at };
  return { largest, relative: largest / top, spacings: largest / spacing(top), at };
}

export const agrees = ({ relative }) => relative <= AGREE;

/** Where the difference begins, in the order in which parts are computed; -1 if nowhere. */
export function begins(differences, layers, backwards) {
  const order = [...differences.keys()];
  const turned = backwards ? [...order.slice(0, layers).reverse(), ...order.slice(layers)] : order;
  return turned.find((k) => !agrees(differences[k])) ?? -1;
}

/** ours − theirs, number by number. */
export const difference = (theirs, ours) => theirs.map((value, k) => ours[k] - value);

/** The exponent of the smallest power of ten that no difference exceeds, within two limits. */
export function fitting(largest, [least, most]) {
  if (!(largest > 0)) return least;
  return Math.min(most, Math.max(least, Math.ceil(Math.log10(largest) - 1e-9)));
}
