// The curves of a training: loss, accuracy, and the sizes of the gradients.

import { Chart, lineKey } from "../charts.js";
import { dom } from "../controls.js";

const LINES = ["--line-a", "--line-b", "--line-c", "--line-d", "--line-e", "--line-f"];
const percent = (value) => `${Math.round(100 * value)} %`;
const power = (value) => (value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(2))) : value.toExponential(0).replace("e+", "e")).replace("-", "−");

export class Curves {
  constructor() {
    this.loss = new Chart({ label: "Loss", log: true, format: power });
    this.accuracy = new Chart({ label: "Accuracy", format: percent, range: [0, 1] });
    this.sizes = new Chart({ label: "Gradient by the kernels (rms)", log: true, format: power });
    this.charts = [this.loss, this.accuracy, this.sizes];
    this.keys = dom("p", { className: "stc-t-keys", ariaHidden: "true" });
    this.element = dom("div", {}, dom("div", { className: "stc-t-charts" }, ...this.charts.map(({ element }) => element)), this.keys);
  }

  /** Draw a snapshot; `past` is the curve of the course before, `kernels` the layers' names. */
  show({ curve, losses, step, last }, { past, notches, kernels }) {
    const all = Math.max(last, past?.at(-1)?.step ?? 0, 1);
    const column = (entries, name) => entries.map((entry) => [entry.step, entry[name]]);
    const lines = (name, held) => [
      ...(past ? [{ points: column(past, held), color: "--quiet", width: 1.5, dash: [2, 3] }] : []),
      { points: column(curve, name), color: LINES[0] },
      { points: column(curve, held), color: LINES[1], dash: [6, 3] },
    ];
    const common = { last: all, cursor: step, notches };
    const now = curve.findLast((entry) => entry.step <= step) ?? curve[0];
    const batches = { points: column(losses, "loss"), color: LINES[0], width: 1, faint: true };
    const said = (name, held, write) => `Training ${write(now[name])}, held out ${write(now[held])} at step ${now.step}.`;
    this.loss.show({ ...common, curves: [batches, ...lines("loss", "heldLoss")] }, said("loss", "heldLoss", (v) => v.toPrecision(3)));
    this.accuracy.show({ ...common, curves: lines("accuracy", "heldAccuracy") }, said("accuracy", "heldAccuracy", (v) => `${(100 * v).toFixed(1)} %`));
    const sizes = kernels.map((_, k) => ({ points: curve.map((entry) => [entry.step, entry.gradients[k]]), color: LINES[k % LINES.length], width: 1.5 }));
    this.sizes.show({ ...common, curves: sizes }, kernels.map((name, k) => `${name} ${now.gradients[k]?.toPrecision(2)}`).join(", "));
    this.#showKeys(kernels, Boolean(past));
  }

  dispose() {
    for (const chart of this.charts) chart.dispose();
  }

  #showKeys(kernels, past) {
    const text = [...kernels, past].join();
    if (text === this.named) return;
    this.named = text;
    const keys = [lineKey(LINES[0], "training"), lineKey(LINES[1], "held out", true)];
    if (past) keys.push(lineKey("--quiet", "held out, the course before", true));
    const layers = kernels.map((name, k) => lineKey(LINES[k % LINES.length], name));
    this.keys.replaceChildren(dom("span", {}, ...keys), dom("span", {}, "Gradients: ", ...layers));
  }
}
