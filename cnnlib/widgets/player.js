// Steps forwards and back: buttons, a slider, and play.

import { buttons, dom, slider } from "./controls.js";

const PACE = [350, 1100]; // milliseconds from step to step: at least, at most
const ALL = 12_000; // that many steps together should take

/** `go(step)` is called for every step that the reader takes, or that play takes, `pace` milliseconds apart. */
export class Player {
  constructor({ label, go, pace }) {
    Object.assign(this, { go, pace, at: 0, least: 0, most: 0 });
    const item = (text, onClick) => ({ label: text, onClick });
    const made = buttons(label, [
      item("Start", () => this.#to(this.least)),
      item("‹ Back", () => this.#to(this.at - 1)),
      item("Play", () => this.#toggle()),
      item("Next ›", () => this.#to(this.at + 1)),
      item("End", () => this.#to(this.most)),
    ]);
    this.playing = made.buttons[2];
    this.playing.classList.add("stc-play");
    this.slider = slider({ label, min: 0, max: 1, format: (step) => `${step} of ${this.most}` }, (step) => this.#to(step));
    this.element = dom("div", { className: "stc-player" }, made.element, this.slider.element);
  }

  /** The step that is shown, and the least and most there are. */
  show(at, least, most) {
    Object.assign(this, { at, least, most });
    Object.assign(this.slider.input, { min: least, max: most });
    this.slider.show(at);
    if (at >= most) this.stop();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.playing.textContent = "Play";
  }

  #toggle() {
    if (this.timer) return this.stop();
    if (this.at >= this.most) this.#go(this.least);
    this.playing.textContent = "Pause";
    const shared = Math.min(PACE[1], Math.max(PACE[0], ALL / Math.max(1, this.most - this.least)));
    this.timer = setInterval(() => this.#go(this.at + 1), this.pace ?? shared);
  }

  #to(step) {
    this.stop();
    this.#go(step);
  }

  #go(step) {
    this.at = Math.min(this.most, Math.max(this.least, step));
    this.go(this.at);
  }
}
