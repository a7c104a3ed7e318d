// What the parity viewer says in words.

export const FAULTS = {
  none: ["nothing", "Nothing is broken."],
  flip: ["kernels turned by 180°", "All kernels are turned by 180°."],
  padding: ["'same': zeros first", "'same' puts its zeros before the image, as PyTorch does."],
  colors: ["colors: blue, green, red", "The image comes as blue, green, red."],
  order: ["Flatten: channels first", "The dense layer's weights are in the order of channels first."],
  epsilon: ["epsilon of the normalization", "Batch normalization has PyTorch's epsilon, 0.00001."],
};

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** "10⁻⁷" */
export const power = (exponent) => `10${[...String(exponent)].map((letter) => RAISED[letter]).join("")}`;

/** A size as "1.2 · 10⁻⁷"; 0 is 0. */
export function scientific(value) {
  if (!value) return "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : "∞";
  if (value >= 0.001 && value < 1e4) return String(Number(value.toPrecision(2)));
  const [digits, exponent] = value.toExponential(1).split("e");
  return `${digits} · ${power(Number(exponent))}`;
}

/** So many spacings of float32. */
export function counted(spacings) {
  if (!Number.isFinite(spacings)) return "∞";
  if (spacings >= 1e6) return scientific(spacings);
  return spacings >= 100 ? Math.round(spacings).toLocaleString("en") : String(Number(spacings.toFixed(1)));
}

/** All nine digits of a float32. */
export const exact = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(9))) : String(value)).replace("-", "−");

/** The verdict over all parts. */
export function verdict({ parts, differences, first, backwards }) {
  const what = backwards ? "gradients" : "layers";
  if (first < 0) {
    const largest = Math.max(...differences.map(({ relative }) => relative));
    return `All ${parts.length} ${what} agree: no number differs by more than ${scientific(largest)} of the largest one of its ${backwards ? "array" : "layer"}.`;
  }
  const size = scientific(differences[first].relative);
  const name = parts[first].name;
  const before = backwards ? "From the end back, the difference begins at" : "The difference begins at";
  return `${before} ${name}, with ${size} of its largest number.`;
}

/** One number in both libraries. */
export function numberInWords({ name, place, theirs, ours, spacing }) {
  const gap = Math.abs(ours - theirs);
  const units = gap / spacing;
  const far = gap ? `They are ${scientific(gap)} apart, that is ${counted(units)} ${units === 1 ? "spacing" : "spacings"} of float32 at this number.` : "They are the same.";
  return `${name}${place}: Keras ${exact(theirs)}, cnnlib ${exact(ours)}. ${far}`;
}

/** Where a number stands: its map and place, or its index in the array. */
export function placeOf({ shape, weight, indexOf }, { row, column, channel }) {
  if (!weight && shape.length === 3) return `, map ${channel}, [${row}, ${column}]`;
  return ` [${indexOf(row, column, channel).join(", ")}]`;
}
