// Numbers that are added up before the reader's eyes: rounded so that they really do.

const LINES = 6; // of a ledger; the rest is added up in one more

/** Decimals with which numbers up to `largest` are shown: three, more for small and fewer for large ones. */
export function decimalsFor(largest) {
  if (!(largest > 0 && largest < Infinity)) return 3;
  return Math.min(8, Math.max(largest < 1000 ? 3 : 0, 2 - Math.floor(Math.log10(largest))));
}

/**
 * Round numbers to some decimals so that they add up to `sum`, rounded likewise.
 *
 * Rounded one by one, ten numbers may miss their sum by a few units of the last decimal. Those units
 * go to the numbers that rounding has changed most.
 */
export function apportion(numbers, sum, decimals) {
  const unit = 10 ** decimals;
  const whole = numbers.map((number) => Math.round(number * unit));
  const missing = Math.round(sum * unit) - total(whole);
  if (!Number.isFinite(missing)) return numbers;
  const step = Math.sign(missing);
  const order = numbers
    .map((number, k) => ({ k, cut: step * (number * unit - whole[k]) }))
    .sort((a, b) => b.cut - a.cut);
  for (let n = 0; n < Math.abs(missing); n++) whole[order[n % order.length].k] += step;
  return whole.map((number) => number / unit || 0);
}

/** The indices of the `most` numbers of greatest size, greatest first. */
export function largestFirst(numbers, most) {
  const order = Array.from(numbers.keys());
  return order.sort((a, b) => Math.abs(numbers[b]) - Math.abs(numbers[a]) || a - b).slice(0, most);
}

/** A number with so many decimals and a proper minus. */
export function fixed(value, decimals) {
  if (!Number.isFinite(value)) return String(value);
  const zero = Math.abs(value) < 0.5 * 10 ** -decimals; // not "−0.000"
  return (zero ? 0 : value).toFixed(decimals).replace("-", "−");
}

/**
 * The lines of a ledger, [{index, value}, …] for the `most` largest parts (and the one that is
 * `always` listed), `rest` for the others together, and the bias: all rounded so that they add up
 * to the sum as shown.
 */
export function ledger(parts, bias, sum, { most = LINES, always = null } = {}) {
  const shown = parts.length <= most + 1 ? [...parts.keys()] : largestFirst(parts, most);
  if (always !== null && !shown.includes(always)) shown.push(always);
  const listed = new Set(shown);
  const rest = parts.reduce((all, part, k) => (listed.has(k) ? all : all + part), 0);
  const left = parts.length - shown.length;
  const numbers = [...shown.map((k) => parts[k]), ...(left ? [rest] : []), bias];
  const decimals = decimalsFor(Math.max(...numbers.map(Math.abs), Math.abs(sum)));
  const rounded = apportion(numbers, sum, decimals);
  return {
    decimals,
    lines: shown.map((index, k) => ({ index, value: rounded[k] })),
    rest: left ? { count: left, value: rounded[shown.length] } : null,
    bias: rounded.at(-1),
    sum: Number(total(rounded).toFixed(decimals)),
  };
}

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
