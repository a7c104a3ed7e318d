// The state of a figure: which values are allowed, and how they stand in a link.
//
// A schema names a kind for every variable, such as {stride: integer(1, 8), flip: flag()}. A kind is
//   check(value)  -> the value, or an Error that says the rule and what came
//   write(value)  -> text for a link, read(text) -> value; kinds without them stay out of links
//   equal(a, b), unpack(sent) -> value, pack(value) -> sent: arrays cross to Python as buffers

const TYPES = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };
const BASE = {
  equal: (a, b) => a === b,
  unpack: (sent) => sent,
  pack: (value) => value,
};

function refuse(rule, value) {
  throw new Error(`must be ${rule}; got ${JSON.stringify(value) ?? value}.`);
}

/** A number, or the text as it is if it is none. */
function toNumber(text) {
  const value = Number(text);
  return text.trim() && Number.isFinite(value) ? value : text;
}

/** An array as Python sends it, {shape, dtype, data: DataView}, as {shape, data: TypedArray}. */
export function arrayOf(sent) {
  if (!sent) return null;
  const view = sent.data;
  const bytes = view.buffer
    ? view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)
    : view;
  return { shape: [...sent.shape], data: new TYPES[sent.dtype](bytes) };
}

/** The way back: {shape, data: TypedArray} as Python reads it. */
export function packed(array) {
  if (!array) return null;
  const [dtype] = Object.entries(TYPES).find(([, type]) => array.data instanceof type);
  const copy = array.data.slice();
  return { shape: [...array.shape], dtype, data: new DataView(copy.buffer) };
}

function sameArrays(a, b) {
  if (a === b || !a || !b) return a === b;
  return (
    a.data.constructor === b.data.constructor &&
    a.shape.join() === b.shape.join() &&
    a.data.every((number, k) => Object.is(number, b.data[k]))
  );
}

const ARRAY = { ...BASE, equal: sameArrays, unpack: arrayOf, pack: packed };

/** One of some texts. */
export const choice = (...options) => ({
  ...BASE,
  check: (value) => (options.includes(value) ? value : refuse(`one of ${options.join(", ")}`, value)),
  write: (value) => value,
  read: (text) => text,
});

/** A whole number between two. */
export const integer = (min, max) => ({
  ...BASE,
  check: (value) =>
    Number.isInteger(value) && value >= min && value <= max
      ? value
      : refuse(`a whole number from ${min} to ${max}`, value),
  write: String,
  read: toNumber,
});

/** One of some whole numbers. */
export const among = (...options) => ({
  ...BASE,
  check: (value) => (options.includes(value) ? value : refuse(`one of ${options.join(", ")}`, value)),
  write: String,
  read: toNumber,
});

/** A number between two. */
export const number = (min = -Infinity, max = Infinity) => ({
  ...BASE,
  check: (value) =>
    Number.isFinite(value) && value >= min && value <= max
      ? value
      : refuse(min > -Infinity ? `a number from ${min} to ${max}` : "a number", value),
  write: String,
  read: toNumber,
});

/** Yes or no. */
export const flag = () => ({
  ...BASE,
  check: (value) => (typeof value === "boolean" ? value : refuse("true or false", value)),
  write: (value) => (value ? "1" : "0"),
  read: (text) => ({ 1: true, 0: false })[text] ?? text,
});

/** Some text. */
export const text = () => ({
  ...BASE,
  check: (value) => (typeof value === "string" ? value : refuse("a text", value)),
  write: (value) => value,
  read: (value) => value,
});

/** A short array of numbers, float32, of one of these shapes: numbers([3, 3], [5, 5]). */
export const numbers = (...shapes) => ({
  ...ARRAY,
  check: (value) =>
    shapes.some((shape) => shape.join() === value?.shape.join()) && value.data.every(Number.isFinite)
      ? value
      : refuse(`finite numbers of shape ${shapes.map((s) => s.join(" × ")).join(" or ")}`, value && [...value.data]),
  write: (value) => Array.from(value.data, (v) => String(Number(v.toPrecision(7)))).join(),
  read: (written) => {
    const data = Float32Array.from(written.split(","), Number);
    const shape = shapes.find((s) => s.reduce((a, b) => a * b, 1) === data.length);
    return { shape: shape ?? [data.length], data };
  },
});

/** A black and white drawing, uint8 with 0 and 1; in a link four pixels are a letter. */
export const bits = (rows, columns) => ({
  ...ARRAY,
  check: (value) =>
    value?.shape.join() === `${rows},${columns}` && value.data.every((v) => v <= 1)
      ? value
      : refuse(`zeros and ones of shape ${rows} × ${columns}`, value?.shape),
  write: ({ data }) => {
    const letters = [];
    for (let k = 0; k < data.length; k += 4)
      letters.push((data[k] * 8 + data[k + 1] * 4 + data[k + 2] * 2 + data[k + 3]).toString(16));
    return letters.join("");
  },
  read: (letters) => {
    if (!/^[0-9a-f]*$/.test(letters)) refuse("letters 0 to f", letters);
    const data = Uint8Array.from([...letters].flatMap((l) => [...parseInt(l, 16).toString(2).padStart(4, "0")]), Number);
    return { shape: data.length === rows * columns ? [rows, columns] : [data.length], data };
  },
});

/** Any array, too large for a link. */
export const array = () => ({
  ...ARRAY,
  check: (value) =>
    value === null || (value?.shape && value?.data) ? value : refuse("{shape, data}", value),
});

/** The part of a state that differs from the defaults, for a link: "stride=2&flip=1". */
export function encode(schema, state, defaults) {
  const query = new URLSearchParams();
  for (const [key, kind] of Object.entries(schema))
    if (kind.write && !kind.equal(state[key], defaults[key])) query.set(key, kind.write(state[key]));
  return query.toString().replaceAll("%2C", ",");
}

/** Read such a text. What is wrong in it is left out and named. */
export function decode(schema, query) {
  const values = {};
  const problems = [];
  for (const [key, written] of new URLSearchParams(query)) {
    try {
      if (!Object.hasOwn(schema, key) || !schema[key].read) throw new Error("is not part of this figure.");
      values[key] = schema[key].check(schema[key].read(written));
    } catch (error) {
      problems.push(`“${key}” ${error.message}`);
    }
  }
  return { values, problems };
}
