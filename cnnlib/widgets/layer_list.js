// A list of layers to edit: add, change, move, take out.

import { choices, dom } from "./controls.js";

const ON_MAPS = ["Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "ReLU", "LeakyReLU", "BatchNormalization"];

export const LIST_STYLE = `
.stc-t-layers { margin: 0.4rem 0; padding-left: 1.6rem; display: grid; gap: 0.35rem; }
.stc-t-layers li { padding-left: 0.25rem; line-height: 2.1; }
.stc-t-layers li > * { margin-right: 0.4rem; }
.stc-t-layers li > strong { font-weight: 600; }
.stc-t-layers li > span { display: inline-block; white-space: nowrap; }
.stc-t-layers .stc-button + .stc-button { margin-left: 0.4rem; }
.stc-t-layers li > span > span { color: var(--quiet); font-size: 0.85rem; margin-right: 0.4rem; }
.stc-t-layers .stc-button { min-width: 28px; padding: 0 0.3rem; }
.stc-t-layers .stc-button:disabled { opacity: 0.4; cursor: default; }
.stc-t-end { color: var(--quiet); font-size: 0.85rem; padding-bottom: 0.5rem; }
.stc .stc-t-problem:not(:empty) { margin: 0.4rem 0; border-left: 4px solid #c0392b; background: var(--soft); padding: 0.3rem 0.6rem; }
`;

/** Where a new layer belongs: what works on maps comes before these are flattened. */
export function inserted(layers, layer) {
  const flat = layers.findIndex(({ kind: other }) => other === "Flatten" || other === "GlobalAveragePooling2D");
  const at = flat >= 0 && ON_MAPS.includes(layer.kind) ? flat : layers.length;
  return { at, layers: layers.toSpliced(at, 0, layer) };
}

/**
 * `words` is the language of the list (layer_words.js), `end` what stands below it. `first` names the
 * kind of the first layer, if that one has to stay. `changed(text)` takes a new list, or throws an
 * Error whose message the reader sees; the list stays as the reader has made it.
 */
export class LayerList {
  constructor({ words, first = "", end = "", changed }) {
    Object.assign(this, { words, first, changed });
    this.kinds = Object.keys(words.kinds).filter((kind) => kind !== first);
    this.rows = dom("ol", { className: "stc-t-layers" });
    if (first) this.rows.start = 0;
    this.problem = dom("p", { className: "stc-t-problem", role: "alert" });
    const options = this.kinds.map((kind) => dom("option", {}, kind));
    this.kind = dom("select", { ariaLabel: "Kind of the new layer" }, ...options);
    const button = (text, onclick) => dom("button", { type: "button", className: "stc-button", onclick }, text);
    const adding = dom("div", { className: "stc-control" }, this.kind, button("Add", () => this.#add()));
    this.back = button("Back to the last network", () => this.#undo());
    this.element = dom("div", {}, this.rows, dom("p", { className: "stc-t-end", hidden: !end }, end), adding, this.problem, this.back);
    this.#say("");
  }

  /** Show a list, unless it is shown already or the reader is working on another one. */
  show(text) {
    if (text === this.given) return;
    this.given = text;
    this.layers = this.words.parse(text);
    this.#say("");
    this.#lay();
  }

  #undo() {
    const { given } = this;
    this.given = null;
    this.show(given);
    this.rows.querySelector("select")?.focus();
  }

  #say(problem) {
    this.problem.textContent = problem && `${problem} Until this is right, the network stays as it was.`;
    this.back.hidden = !problem;
  }

  #add() {
    const { at, layers } = inserted(this.layers, this.words.fresh(this.kind.value));
    this.#change(layers, () => this.rows.children[at].querySelector("select").focus());
  }

  #change(layers, then) {
    this.layers = layers;
    this.#lay();
    then?.();
    try {
      this.#say("");
      const text = this.words.written(layers);
      this.changed(text);
      this.given = text;
    } catch (error) {
      this.#say(error.message);
    }
  }

  #lay() {
    this.rows.replaceChildren(...this.layers.map((layer, k) => this.#row(layer, k)));
  }

  #row({ kind, numbers }, k) {
    const stays = this.first && k === 0;
    const where = `Layer ${this.first ? k : k + 1}`;
    const focus = (row, part) => () => this.rows.children[row]?.querySelector(part)?.focus();
    const settings = this.words.kinds[kind].map(({ name, usual }, n) => {
      const put = (value) => this.#change(this.layers.with(k, { kind, numbers: numbers.with(n, value) }), focus(k, `[data-n="${n}"]`));
      const select = choices(usual, numbers[n], stays ? `${kind}: ${name}` : `${where}, ${kind}: ${name}`, put);
      select.dataset.n = n;
      return dom("span", {}, dom("span", { ariaHidden: "true" }, name), select);
    });
    if (stays) return dom("li", {}, dom("strong", {}, kind), ...settings);
    const kinds = choices(this.kinds, kind, `${where}: kind`, (value) =>
      this.#change(this.layers.with(k, this.words.fresh(value)), focus(k, "select")));
    const swapped = () => this.layers.with(k, this.layers[k - 1]).with(k - 1, this.layers[k]);
    const name = `${where.toLowerCase()}, ${kind}`;
    const up = this.#button("↑", `Move ${name}, up`, () => this.#change(swapped(), focus(k - 1, ".stc-t-up")));
    up.classList.add("stc-t-up");
    up.disabled = k === (this.first ? 1 : 0);
    const out = () => this.#change(this.layers.toSpliced(k, 1), focus(Math.max(0, k - 1), "select"));
    const acts = dom("span", {}, up, this.#button("✕", `Take out ${name}`, out));
    return dom("li", {}, kinds, ...settings, acts);
  }

  #button(text, label, onclick) {
    return dom("button", { type: "button", className: "stc-button", ariaLabel: label, title: label, onclick }, text);
  }
}
