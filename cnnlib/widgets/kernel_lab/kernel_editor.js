// A kernel to edit: presets, its size, a box for every weight, and the bias.

import { cell, dom, radio, select } from "../controls.js";
import { PRESETS, nameOf, preset, random, resized } from "./presets.js";
import { colorOf, css, inkOn, largest, signed } from "../theme.js";

const HINT = "Type a number such as −2 or 1/9, use the arrow keys, or drag a box up and down.";

export class KernelEditor {
  /** Edits the variables `kernel` and `bias` of a figure. */
  constructor(figure) {
    this.figure = figure;
    const size = () => figure.state.kernel.shape[0];
    const set = (kernel) => figure.set({ kernel });
    const names = [["", "your own"], ...Object.keys(PRESETS)];
    this.presets = select({ label: "Kernel", options: names }, (name) => name && set(preset(name, size())));
    const sizes = [[3, "3 × 3"], [5, "5 × 5"]];
    this.sizes = radio({ label: "Size", options: sizes, bare: true }, (k) => set(resized(figure.state.kernel, k)));
    this.boxes = dom("div", { className: "stc-kernel", role: "group", ariaLabel: "The weights of the kernel" });
    const above = dom("div", { className: "stc-controls stc-close" }, this.presets.element, this.sizes.element);
    const beside = dom("div", { className: "stc-beside" });
    this.row = dom("div", { className: "stc-editor" }, this.boxes, beside);
    this.element = dom("div", {}, above, this.row, dom("p", { className: "stc-hint" }, HINT));
    figure.number("bias", { label: "Bias b", to: beside });
    figure.buttons("More kernels", [{ label: "Random", onClick: () => set(random(size())) }], { to: beside });
  }

  #makeBoxes(k) {
    this.weights = Array.from({ length: k * k }, (_, at) => {
      const label = `w[${Math.floor(at / k)}, ${at % k}]`;
      return cell({ label }, (weight) => {
        const data = this.figure.state.kernel.data.slice();
        data[at] = weight;
        this.figure.set({ kernel: { shape: [k, k], data } });
      });
    });
    this.row.dataset.size = k;
    this.boxes.style.setProperty("--k", k);
    this.boxes.replaceChildren(...this.weights.map(({ element }) => element));
  }

  show(kernel) {
    const [k] = kernel.shape;
    if (this.weights?.length !== k * k) this.#makeBoxes(k);
    const scale = signed(largest(kernel.data));
    this.weights.forEach(({ element, show }, at) => {
      const color = colorOf(scale, kernel.data[at]);
      show(kernel.data[at]);
      Object.assign(element.style, { background: css(color), color: inkOn(color) });
    });
    this.presets.show(nameOf(kernel) ?? "");
    this.sizes.show(k);
  }
}
