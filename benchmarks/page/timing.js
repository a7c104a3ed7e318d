/**
 * A page's side of a conversation with the driver: it holds one subject and measures it when asked.
 *
 * A page's clock is coarse, so every time is that of as many calls as fill SAMPLE milliseconds.
 */
const SAMPLE = 10;
const WARM = 3; // calls before the first one that is measured

/** How many calls fill a sample. */
function repeatsOf(call, sample) {
  for (let k = 0; k < WARM; k++) call();
  for (let repeats = 1; ; repeats *= 2) {
    const milliseconds = timed(call, repeats);
    if (milliseconds >= sample) return Math.max(1, Math.round((repeats * sample) / milliseconds));
  }
}

function timed(call, repeats) {
  const start = performance.now();
  for (let k = 0; k < repeats; k++) call();
  return performance.now() - start;
}

/** Make the page's `ask`: make(subject) gives its calls by kind, functions without arguments. */
export function asker(make) {
  let held = { subject: null, calls: {}, repeats: {} };
  return async ({ subject, kind, count }) => {
    const text = JSON.stringify(subject);
    if (held.subject !== text) held = { subject: text, calls: await make(subject), repeats: {} };
    const call = held.calls[kind];
    if (!call) return { unknown: kind };
    const repeats = (held.repeats[kind] ??= repeatsOf(call, SAMPLE));
    const sample = () => timed(call, repeats) / repeats / 1000;
    return { seconds: Array.from({ length: count }, sample), peak: 0 };
  };
}

/** Random numbers from 0 to 1. */
export const uniform = (count) => Float32Array.from({ length: count }, Math.random);

/** Class numbers, one after the other. */
export const labels = (count, classes) => Array.from({ length: count }, (_, k) => k % classes);
