// How a network does on the digits that it does not learn from: who is taken for whom, and which ones.

import { dom } from "../controls.js";
import { Picture } from "../picture.js";
import { thumbnail } from "../sources.js";
import { signed } from "../theme.js";

const AS_BAD = 8; // a mistake is drawn as so many right answers, or one would not be seen
const MOST = 24; // wrong digits shown

/** counts[label * classes + said] */
export function confusion(labels, said, classes) {
  const counts = new Float32Array(classes * classes);
  said.forEach((one, k) => (counts[labels[k] * classes + one] += 1));
  return counts;
}

/** The wrong ones {k, label, said, sure}, from the surest on. */
export function mistakes(labels, said, sure) {
  const wrong = [];
  said.forEach((one, k) => one !== labels[k] && wrong.push({ k, label: labels[k], said: one, sure: sure[k] }));
  return wrong.sort((a, b) => b.sure - a.sure || a.k - b.k);
}

/** The table of a row for what is there and a column for what the network says. */
export class Confusion {
  constructor(classes) {
    this.classes = classes;
    this.picture = new Picture();
    const names = (where) =>
      dom("div", { className: `stc-t-names ${where}`, ariaHidden: "true" }, ...Array.from({ length: classes }, (_, k) => dom("span", {}, k)));
    this.element = dom("div", { className: "stc-t-confusion" }, names("stc-t-above"), names("stc-t-beside"), this.picture.element);
  }

  show(labels, said) {
    const { classes } = this;
    const counts = confusion(labels, said, classes);
    const right = (k) => Math.floor(k / classes) === k % classes;
    const values = counts.map((count, k) => (right(k) ? -count : AS_BAD * count));
    const most = Math.max(...Array.from({ length: classes }, (_, k) => labels.filter((label) => label === k).length));
    const write = (value) => (value ? String(value < 0 ? -value : value / AS_BAD) : "");
    this.picture.show({ values, rows: classes, columns: classes, scale: signed(1.3 * most), write });
    this.picture.label = inWords(counts, classes);
  }

  dispose() {
    this.picture.dispose();
  }
}

function inWords(counts, classes) {
  const wrong = [];
  counts.forEach((count, k) => {
    const [label, said] = [Math.floor(k / classes), k % classes];
    if (count && label !== said) wrong.push({ count, words: `${label} taken for ${said}: ${count}` });
  });
  const worst = wrong.sort((a, b) => b.count - a.count).slice(0, 5).map(({ words }) => words);
  return `Confusion matrix: a row for what a digit is, a column for what the network says. ${worst.length ? `Most often ${worst.join(", ")}.` : "No mistakes."}`;
}

/** The wrong digits as buttons; `choose(k)` gets the number of the held-out digit. */
export class Mistakes {
  #buttons = new Map();

  constructor({ imageOf, shape, choose }) {
    Object.assign(this, { imageOf, shape, choose });
    this.count = dom("p", { className: "stc-x-quiet" });
    this.row = dom("div", { className: "stc-t-mistakes", role: "group", ariaLabel: "Wrong digits" });
    this.element = dom("div", {}, this.count, this.row);
  }

  show(labels, { said, sure }, chosen) {
    const wrong = mistakes(labels, said, sure);
    const more = wrong.length > MOST ? `, the surest ${MOST} of them` : "";
    this.count.textContent = wrong.length ? `${wrong.length} of ${labels.length} are wrong${more}:` : `All ${labels.length} are right.`;
    const buttons = wrong.slice(0, MOST).map((one) => this.#button(one, one.k === chosen));
    const now = [...this.row.children];
    if (buttons.length !== now.length || buttons.some((button, k) => button !== now[k])) this.row.replaceChildren(...buttons);
  }

  #button({ k, label, said, sure }, chosen) {
    if (!this.#buttons.has(k)) {
      const words = dom("span");
      const button = dom("button", { type: "button", className: "stc-t-mistake", onclick: () => this.choose(k) });
      button.append(thumbnail(this.imageOf(k), this.shape), words);
      this.#buttons.set(k, { button, words });
    }
    const { button, words } = this.#buttons.get(k);
    words.textContent = `${label} → ${said}`;
    button.setAttribute("aria-label", `A ${label}; the network says ${said}, ${Math.round(100 * sure)} %`);
    button.setAttribute("aria-pressed", String(chosen));
    button.title = button.ariaLabel;
    return button;
  }
}
