// A list of layers to edit: add, change, move, take out.

import { KINDS, fresh, parse, written } from "./architecture.js";
import { dom } from "../controls.js";

const ON_MAPS = ["Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "ReLU", "LeakyReLU", "BatchNormalization"];

/** Where a new layer belongs: what works on maps comes before these are flattened. */
export function inserted(layers, kind) {
  const flat = layers.findIndex(({ kind: other }) => other === "Flatten" || other === "GlobalAveragePooling2D");
  const at = flat >= 0 && ON_MAPS.includes(kind) ? flat : layers.length;
  return { at, layers: layers.toSpliced(at, 0, fresh(kind)) };
}

/**
 * `changed(text)` takes a new list, or throws an Error whose message the reader sees; the list
 * stays as the reader has made it.
 */
export class LayerList {
  constructor({ last, changed }) {
    this.changed = changed;
    this.rows = dom("ol", { className: "stc-t-layers" });
    this.problem = dom("p", { className: "stc-t-problem", role: "alert" });
    const options = Object.keys(KINDS).map((kind) => dom("option", {}, kind));
    this.kind = dom("select", { ariaLabel: "Kind of the new layer" }, ...options);
    const add = dom("button", { type: "button", className: "stc-button", onclick: () => this.#add() }, "Add");
    const end = dom("p", { className: "stc-t-end" }, `then always ${last}`);
    this.element = dom("div", {}, this.rows, end, dom("div", { className: "stc-control" }, this.kind, add), this.problem);
  }

  /** Show a list, unless it is shown already or the reader is working on another one. */
  show(text) {
    if (text === this.given) return;
    this.given = text;
    this.layers = parse(text);
    this.problem.textContent = "";
    this.#lay();
  }

  #add() {
    const { at, layers } = inserted(this.layers, this.kind.value);
    this.#change(layers, () => this.rows.children[at].querySelector("select").focus());
  }

  #change(layers, then) {
    this.layers = layers;
    this.#lay();
    then?.();
    try {
      this.problem.textContent = "";
      const text = written(layers);
      this.changed(text);
      this.given = text;
    } catch (error) {
      this.problem.textContent = `${error.message} Until this is right, the network stays as it was.`;
    }
  }

  #lay() {
    this.rows.replaceChildren(...this.layers.map((layer, k) => this.#row(layer, k)));
  }

  #row({ kind, numbers }, k) {
    const where = `Layer ${k + 1}`;
    const focus = (row, part) => () => this.rows.children[row]?.querySelector(part)?.focus();
    const kinds = choices(Object.keys(KINDS), kind, `${where}: kind`, (value) =>
      this.#change(this.layers.with(k, fresh(value)), focus(k, "select")));
    const settings = KINDS[kind].flatMap(({ name, usual }, n) => {
      const put = (value) => this.#change(this.layers.with(k, { kind, numbers: numbers.with(n, Number(value)) }), focus(k, `[data-n="${n}"]`));
      const select = choices(usual, numbers[n], `${where}, ${kind}: ${name}`, put);
      select.dataset.n = n;
      return [dom("span", { ariaHidden: "true" }, name), select];
    });
    const swapped = () => this.layers.with(k, this.layers[k - 1]).with(k - 1, this.layers[k]);
    const up = this.#button("↑", `Move layer ${k + 1}, ${kind}, up`, () => this.#change(swapped(), focus(k - 1, ".stc-t-up")));
    up.classList.add("stc-t-up");
    up.disabled = k === 0;
    const out = () => this.#change(this.layers.toSpliced(k, 1), focus(Math.max(0, k - 1), "select"));
    return dom("li", {}, kinds, ...settings, up, this.#button("✕", `Take out layer ${k + 1}, ${kind}`, out));
  }

  #button(text, label, onclick) {
    return dom("button", { type: "button", className: "stc-button", ariaLabel: label, title: label, onclick }, text);
  }
}

/** A drop-down of values; one that is not among them is added. */
function choices(values, value, label, changed) {
  const all = values.includes(value) ? values : [...values, value].sort((a, b) => a - b);
  const select = dom("select", { ariaLabel: label }, ...all.map((one) => dom("option", {}, one)));
  select.selectedIndex = all.indexOf(value);
  select.addEventListener("change", () => changed(all[select.selectedIndex]));
  return select;
}
