// A course has parts: a learning rate and a slope hold until a step, then others. As text, "0.05 0 60".

const MOST_PARTS = 50;
const FORM = /^\d+(\.\d+)?(e-?\d+)?$/;
const RULE = "like “0.05 0 60, 0.01 0 120”: learning rate, slope, and the step until which they held";

/** Text -> [{rate, slope, until}]. An Error says the rule. */
export function parsePast(text) {
  const items = text.trim() ? text.split(",").map((item) => item.trim().split(/\s+/)) : [];
  const parts = items.map(([rate, slope, until]) => ({ rate: Number(rate), slope: Number(slope), until: Number(until) }));
  const good = parts.every(({ rate, slope, until }, k) => {
    const grows = Number.isInteger(until) && until > (k ? parts[k - 1].until : 0);
    return items[k].length === 3 && items[k].every((word) => FORM.test(word)) && rate > 0 && rate <= 1 && slope <= 1 && grows;
  });
  if (!good || parts.length > MOST_PARTS) throw new Error(`must be ${RULE}; got ${JSON.stringify(text)}.`);
  return parts;
}

export const writePast = (parts) => parts.map(({ rate, slope, until }) => `${rate} ${slope} ${until}`).join(", ");

/** All parts of a course; the last one has no end. */
export const partsOf = ({ past, learning_rate, slope }) => [...parsePast(past), { rate: learning_rate, slope, until: Infinity }];

/** The part that the step after `step` belongs to. */
export const partAt = (parts, step) => parts.find(({ until }) => step < until);

/** Whether two courses are the same up to a step. */
export function agree(a, b, step) {
  const ends = [0, ...a, ...b].map((part) => part.until ?? part).filter((end) => end < step);
  return ends.every((end) => {
    const [one, other] = [partAt(a, end), partAt(b, end)];
    return one.rate === other.rate && one.slope === other.slope;
  });
}

/** The past of a course that is going to be another one from a step on. */
export function pastUntil(state, step) {
  const parts = partsOf(state);
  const before = parts.filter(({ until }) => until < step);
  if (step > 0 && before.length < MOST_PARTS) before.push({ ...partAt(parts, step - 1), until: step });
  return writePast(before);
}
