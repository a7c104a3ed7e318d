// What the augmentation studio says in words.

export const percent = (share) => `${(100 * share).toFixed(1)} %`;
export const points = (share) => `${(100 * share).toFixed(1).replace("-", "−")} points`;
export const SETS = [
  ["training", "training"],
  ["held_out", "held out"],
  ["shifted", "shifted ±1.5 px"],
  ["turned", "turned ±25°"],
];
export const FLIPS = [["none", "none"], ["horizontal", "left ↔ right"], ["vertical", "top ↔ bottom"]];

const SAID = {
  shift: (value) => `shift ${value} px`,
  rotation: (value) => `turn ${value}°`,
  zoom: (value) => `zoom ${Math.round(100 * value)} %`,
  brightness: (value) => `brightness ${value}`,
  contrast: (value) => `contrast ${Math.round(100 * value)} %`,
  noise: (value) => `noise ${value}`,
  erase: (value) => `erase ${value} × ${value}`,
  flip: (value) => `flip ${FLIPS.find(([name]) => name === value)[1]}`,
  dropout: (value) => `dropout ${value}`,
  l2: (value) => `L2 ${value}`,
  seed: (value) => `seed ${value}`,
};

/** The settings of a run in a few words. */
export function settingsInWords(run) {
  const given = Object.entries(SAID).flatMap(([name, say]) => (run[name] && run[name] !== "none" ? [say(run[name])] : []));
  return [`${run.samples} digits`, ...(given.length ? given : ["as they are"])].join(", ");
}

/** What a reader should know about these variants; "" if there is nothing. */
export function warning({ flip, rotation, shift, erase, brightness, zoom }) {
  if (flip === "horizontal") return "A mirrored 2 is no 2: nobody writes it. Yet the label of these variants says 2. Of the ten digits only 0, 8 and a plain 1 allow this.";
  if (flip === "vertical") return "Upside down, a 2 is no 2, and a 6 looks much like a 9. The labels of these variants say what the digit was before.";
  if (rotation > 90) return "A 6 that is turned by 180° is a 9, and its label still says 6. An augmentation must leave the label true.";
  if (shift > 2) return "Some variants leave the image, and then nobody can tell what they were.";
  if (erase > 3) return "Where so much is erased, some variants can be read as another digit.";
  if (zoom > 0.35) return "On so few pixels a small digit loses its strokes.";
  if (brightness > 0.3) return "The scans of this collection are all equally bright: the network will never need this.";
  return "";
}

const digits = ({ step, training, held_out: held }) => `At step ${step}, ${percent(training)} of these digits are right, and ${percent(held)} of the held-out ones: a gap of ${points(training - held)}.`;

/** The curve's last exam, for those who do not see it. */
export const curveInWords = (exam, names, write) => `Training ${write(exam[names[0]])}, held out ${write(exam[names[1]])} at step ${exam.step}.`;

/** The figure in words. */
export function inWords(state, exam, before, held) {
  const note = warning(state);
  const start = `A network learns from ${settingsInWords(state)}.${note && ` ${note}`}`;
  if (!exam) return `${start} It is being prepared.`;
  const moved = `Shifted by up to 1.5 pixels, ${percent(exam.shifted)} of the ${held} held-out digits are right; turned by up to 25°, ${percent(exam.turned)}.`;
  const ghosts = before.map(({ run, exam: one }) => ` Before, with ${settingsInWords(run)}, ${run.step} steps: held out ${percent(one.held_out)}, shifted ${percent(one.shifted)}, turned ${percent(one.turned)}.`);
  return `${start} ${digits(exam)} ${moved}${ghosts.join("")}`;
}
