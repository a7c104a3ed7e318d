/**
 * What steps do with whole arrays, beside the kernels: frames around images, axes swapped, sums.
 */

/** The same memory as rows of the last axis. */
export function rows(array) {
  const columns = array.shape.at(-1);
  return array.reshape(array.size / columns, columns);
}

/** The same memory with a row for each sample. */
export function samples(array) {
  const [count] = array.shape;
  return array.reshape(count, array.size / count);
}

/**
 * Images within margins of zeros, {array, enter(), leave()}: enter copies the images into them,
 * leave copies them back. Without margins both are the same array, and nothing is copied.
 */
export function framed(array, images, margins) {
  if (margins.flat().every((margin) => margin === 0)) {
    return { array: images, enter() {}, leave() {} };
  }
  const frame = array(framedShape(images, margins));
  return { array: frame, enter: () => pad(images, margins, frame), leave: () => crop(frame, margins, images) };
}

function framedShape(images, [[top, bottom], [left, right]]) {
  const [count, height, width, channels] = images.shape;
  return [count, height + top + bottom, width + left + right, channels];
}

/** Call f(where a row of the image begins, where it begins in the frame, its length). */
function eachRow(images, margins, f) {
  const [count, height, width, channels] = images.shape;
  const [, frameHeight, frameWidth] = framedShape(images, margins);
  const [[top], [left]] = margins;
  const length = width * channels;
  for (let s = 0; s < count; s++) {
    for (let h = 0; h < height; h++) {
      const inFrame = ((s * frameHeight + h + top) * frameWidth + left) * channels;
      f((s * height + h) * length, inFrame, length);
    }
  }
}

/** Copy images into frames; the frames' margins are 0 from the start. */
export function pad(x, margins, frame) {
  const [source, target] = [x.data, frame.data];
  eachRow(x, margins, (from, to, length) => target.set(source.subarray(from, from + length), to));
}

/** Copy images out of their frames. */
export function crop(frame, margins, x) {
  const [source, target] = [frame.data, x.data];
  eachRow(x, margins, (to, from, length) => target.set(source.subarray(from, from + length), to));
}

/** x (…, r, c) -> y (…, c, r), for the last two axes of x; four rows at a time are quicker. */
export function transpose(x, y) {
  const [r, c] = x.shape.slice(-2);
  const [source, target] = [x.data, y.data];
  const fours = r - (r % 4);
  for (let start = 0; start < x.size; start += r * c) {
    for (let i = 0; i < fours; i += 4) {
      const from = start + i * c;
      for (let j = 0, to = start + i; j < c; j++, to += r) {
        target[to] = source[from + j];
        target[to + 1] = source[from + c + j];
        target[to + 2] = source[from + 2 * c + j];
        target[to + 3] = source[from + 3 * c + j];
      }
    }
    for (let i = fours; i < r; i++) {
      for (let j = 0; j < c; j++) target[start + j * r + i] = source[start + i * c + j];
    }
  }
}

/**
 * Sums over the rows of an array in two steps, groups first, as the library adds them up: a function
 * of what sums up groups and of where the total goes.
 */
export function summing({ run, array }, { shape: [count, channels] }) {
  const partial = array([groups(count), channels]);
  return (sumGroups, total) => {
    sumGroups(partial);
    run.column_sums(partial, total.reshape(1, channels));
  };
}

const groups = (count) => Math.min(count, 64);

/** The sums of an array's columns as a call without arguments. */
export function columnSums({ run, array }, x, total) {
  const [count, channels] = x.shape;
  const sums = total.reshape(1, channels);
  if (count === groups(count)) return run.column_sums.ready(x, sums); // every row a group of its own
  const partial = array([groups(count), channels]);
  const steps = [run.column_sums.ready(x, partial), run.column_sums.ready(partial, sums)];
  return () => steps.forEach((step) => step());
}
