// What a network says: a bar per class, or the scores of one that has no classes.

import { dom } from "./controls.js";

const MOST = 12; // bars

/**
 * The last layer's output as answers, {kind, answers: [{name, value, share, channel}]}, or null if
 * it is no vector. Softmax: a probability per class. One sigmoid: the probability of the second of
 * two classes, and what is left for the first. Otherwise scores, whose share is that of the largest.
 */
export function answersOf(values, activation, classes) {
  const name = (k) => classes?.[k] ?? String(k);
  if (activation === "sigmoid" && values.length === 1) {
    const p = values[0];
    const answer = (k, value) => ({ name: name(k), value, share: value, channel: 0 });
    return { kind: "probability", answers: [answer(0, 1 - p), answer(1, p)] };
  }
  const probabilities = activation === "softmax" || activation === "sigmoid";
  const top = probabilities ? 1 : Math.max(...values.map(Math.abs), 1e-12);
  const answers = values.map((value, k) => ({ name: name(k), value, share: Math.max(0, value) / top, channel: k }));
  return { kind: probabilities ? "probability" : "score", answers };
}

/** The answers from the best on. */
export const ranked = ({ answers }) => [...answers].sort((a, b) => b.value - a.value);

/** A probability in per cent, or a score. */
export function spoken(kind, value) {
  if (kind === "score") return value.toPrecision(4).replace("-", "−");
  const percent = value * 100;
  if (percent >= 99.95 && percent < 100) return "> 99.9 %"; // not certain, though it would round to that
  return percent > 0 && percent < 0.05 ? "< 0.1 %" : `${percent.toFixed(1)} %`;
}

/** Bars, each a button that chooses the unit behind it. */
export class Bars {
  constructor(onChannel) {
    this.onChannel = onChannel;
    this.element = dom("div", { className: "stc-x-bars", role: "group", ariaLabel: "Prediction" });
  }

  /** Show the answers, of many the best ones; `chosen` is the channel of the unit that is looked at. */
  show({ kind, answers }, chosen) {
    const best = ranked({ answers });
    this.answers = answers.length > MOST ? best.slice(0, MOST) : answers;
    if (this.rows?.length !== this.answers.length) this.#make();
    this.answers.forEach((answer, k) => {
      const { row, name, bar, number } = this.rows[k];
      name.textContent = answer.name;
      number.textContent = spoken(kind, answer.value);
      bar.style.width = `${100 * answer.share}%`;
      row.classList.toggle("stc-x-best", answer === best[0]);
      row.setAttribute("aria-pressed", String(answer.channel === chosen));
    });
  }

  #make() {
    this.rows = this.answers.map((_, k) => {
      const [name, bar, number] = ["name", "fill", "number"].map((part) => dom("span", { className: `stc-x-${part}` }));
      const track = dom("span", { className: "stc-x-track" }, bar);
      const onclick = () => this.onChannel(this.answers[k].channel);
      const row = dom("button", { type: "button", className: "stc-x-bar", onclick });
      row.append(name, track, number);
      return { row, name, bar, number };
    });
    this.element.replaceChildren(...this.rows.map(({ row }) => row));
  }
}
