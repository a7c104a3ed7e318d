// Costs in numbers and words, wherever they are shown.

/** measure -> its name on a button, in a table, in a sentence, and behind a number */
export const MEASURES = {
  params: { label: "parameters", title: "Parameters", of: "of the parameters", unit: "" },
  macs: { label: "multiply-adds", title: "Multiply-adds", of: "of the multiply-adds", unit: "" },
  memory: { label: "memory", title: "Bytes", of: "of the outputs' memory", unit: " bytes" },
};
export const BYTES = 4; // of a float32

export const grouped = (number) => number.toLocaleString("en");
export const sizeOf = (shape) => shape.map(grouped).join(" × ");
export const count = (n, thing) => `${grouped(n)} ${thing}${n === 1 ? "" : "s"}`;
export const measured = (number, measure) => `${grouped(number)}${MEASURES[measure].unit}`;

export function percent(share) {
  if (share === 0) return "0 %";
  if (share < 0.0005) return "< 0.1 %";
  return share < 1 && share >= 0.9995 ? "> 99.9 %" : `${(100 * share).toFixed(1)} %`;
}
