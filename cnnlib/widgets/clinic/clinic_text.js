// The words of the clinic: what tests are called, and what they have found.

/** test -> what its button says */
export const LABELS = {
  initial_loss: "Initial loss = ln C?",
  overfit: "Overfit 20 images",
  gradient_check: "Gradient check",
  update_ratio: "Update : weight",
  gradient_flow: "Gradient that is left",
  unlike_units: "Units that differ",
  pixels: "Look at the pixels",
  labels: "Look at the labels",
  batches: "Look at the batches",
  copies: "Images in both parts",
  dead_units: "Dead ReLUs",
  answers: "What does it say?",
  confusion: "Confusion",
  twice: "Ask twice",
  sum_check: "Compare the sum",
  array_check: "Compare every number",
  finite: "Is it finite?",
};

const minus = (text) => text.replaceAll("-", "−");
/** A number in two or three digits. */
export function brief(value, digits = 2) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : minus(value > 0 ? "inf" : "-inf");
  const size = Math.abs(value);
  if (size > 0 && (size < 1e-3 || size >= 1e4)) return minus(value.toExponential(digits - 1).replace("e+", "e"));
  return minus(String(Number(value.toPrecision(digits))));
}
export const percent = (share) => `${(100 * share).toFixed(1)} %`;
const answers = (count) => `${count} different answer${count === 1 ? "" : "s"}`;

/** test -> its finding in words */
const WORDS = {
  initial_loss: ({ loss, classes, expected }) => `The first batch has the loss ${loss.toFixed(2)}; ln ${classes} = ${expected.toFixed(2)}.`,
  overfit: ({ right, of, steps, loss }) => `After ${steps} steps ${right} of ${of} images are right, with the loss ${brief(loss)}.`,
  gradient_check: ({ length, slope, ratio }) =>
    length ? `The gradient says ${brief(length, 3)}, two losses side by side say ${brief(slope, 3)}: ${brief(ratio, 3)} to 1.` : "The gradient is 0: no step changes anything.",
  update_ratio: ({ ratio, steps }) => `In the first ${steps} steps the weights move by up to ${brief(ratio)} of their size in a step (usual: 0.001 to 0.1).`,
  gradient_flow: ({ first, last, ratio }) =>
    first ? `By the first kernel ${brief(first)}, by the scores ${brief(last)}: ${brief(ratio)} to 1.` : "The gradient by the first kernel is 0.",
  unlike_units: ({ unlike, units, steps }) => `After ${steps} steps ${unlike} of ${units} units of the first layer differ.`,
  pixels: ({ low, high, mean }) => `Pixels from ${brief(low, 3)} to ${brief(high, 3)}, mean ${brief(mean, 3)}.`,
  labels: ({ same, of }) => `${same} of ${of} images have the label of the image that is most like them.`,
  batches: ({ mean, classes, steps }) => `The first ${steps} batches hold ${mean.toFixed(1)} of ${classes} classes each, on average.`,
  copies: ({ copies, held }) => `${copies} of ${held} held-out images are also learned from.`,
  dead_units: ({ dead, units, steps }) => `After ${steps} steps ${dead} of ${units} ReLUs answer 0 to every held-out image.`,
  answers: ({ low, high, different, answer, most, held }) =>
    `Outputs from ${brief(low)} to ${brief(high)}; ${answers(different)}, the most frequent one, ${answer}, to ${most} of ${held} images.`,
  confusion: ({ wrong, classes, pairs }) => {
    const named = pairs.map(([label, other]) => `${label} is called ${other}`).join(", ");
    return `${wrong} of ${classes} classes have one wrong answer for most of their images${named && `: ${named}`}.`;
  },
  twice: ({ apart, other, held }) => `Asked twice, the outputs differ by up to ${brief(apart)}, and ${other} of ${held} answers are not the same.`,
  sum_check: ({ came, expected }) => `The sum is ${brief(came, 6)}, and it should be ${brief(expected, 6)}.`,
  array_check: ({ wrong, all, place, came, expected }) =>
    `${wrong} of ${all} numbers differ from the measured ones${place ? `; at [${place.join(", ")}] ${brief(came, 6)} came, and ${brief(expected, 6)} was expected` : ""}.`,
  finite: ({ wrong, all, nan, inf }) => `${wrong} of ${all} numbers are not finite${wrong ? ` (${nan} nan, ${inf} inf)` : ""}.`,
};

export const inWords = (test, finding) => `${finding.passed ? "Passed" : "Failed"}. ${WORDS[test](finding)}`;

/** What everybody knows of a network in training. */
export const settingInWords = (layers, outputs) => `${layers}, Dense ${outputs}. SGD, batches of 32, 200 steps; 8 × 8 digits.`;

export const CHOOSE = "No cure yet";
export const WAITING = "… after the training";

const atEnd = (curve) => curve.at(-1);

/** How a course ended, in words. */
export const endInWords = (curve) => {
  const { loss, accuracy, held } = atEnd(curve);
  return `loss ${loss.toFixed(2)}, ${percent(accuracy)} of the batches’ images right, ${percent(held)} of the held-out ones`;
};

/** What is to be said after a cure; `healed`: the patient's own test failed before and is passed now. */
export function verdict({ healed, cure, diagnosis, courses }) {
  const told = courses?.length === 2 ? ` Held-out digits that are right: ${percent(atEnd(courses[0]).held)} before, ${percent(atEnd(courses[1]).held)} now.` : "";
  if (healed) return `Cured.${told} ${diagnosis}`;
  return `“${cure}” is not what this patient needs: one test still fails.${told} Ask another question.`;
}

/** The whole figure in words. */
export function describe({ number, count, found, tests, findings, courses, cure, said }) {
  const curves = courses?.[0]?.length ? ` Trained as it is: ${endInWords(courses[0])}.` : "";
  const asked = tests.filter((name) => findings[0]?.[name]).map((name) => `${LABELS[name]} ${inWords(name, findings[0][name])}`);
  const treated = cure && courses?.[1]?.length ? ` With the cure “${cure}”: ${endInWords(courses[1])}.` : "";
  return `Patient ${number} of ${count}. ${found.title}. ${found.symptom}${curves} ${asked.join(" ")}${treated} ${said}`.replace(/\s+/g, " ").trim();
}
