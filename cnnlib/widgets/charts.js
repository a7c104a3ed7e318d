// A small chart of curves over the steps of a training.

import { dom } from "./controls.js";

const EDGE = { left: 42, right: 8, top: 8, bottom: 18 }; // CSS pixels

/** Numbers at the axis: 1, 2, 5 × powers of ten between two, or only the powers if they are many. */
export function ticks(low, high, log) {
  const found = [];
  if (!log) {
    const step = roundStep((high - low) / 4);
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high * (1 + 1e-9); k++) found.push(Number((k * step).toPrecision(6)));
    return found;
  }
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  for (let power = from; power <= to; power += Math.ceil((to - from) / 6) || 1)
    for (const part of to - from <= 2 ? [1, 2, 5] : [1]) found.push(part * 10 ** power);
  return found.filter((value) => value >= low * 0.999 && value <= high * 1.001);
}

const roundStep = (least) => {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 5, 10].find((part) => part * power >= least * 0.999);
};

/** The range of curves: for a logarithmic axis whole steps of 1, 2, 5. */
export function rangeOf(curves, log) {
  let [low, high] = [Infinity, -Infinity];
  for (const { points } of curves)
    for (const [, y] of points) if (Number.isFinite(y) && (!log || y > 0)) [low, high] = [Math.min(low, y), Math.max(high, y)];
  if (low > high) return log ? [0.1, 10] : [0, 1];
  if (!log) return [low, high > low ? high : low + 1];
  const down = 10 ** Math.floor(Math.log10(low));
  const up = 10 ** Math.floor(Math.log10(high));
  return [down * [5, 2, 1].find((part) => part * down <= low * 1.001), up * [1, 2, 5, 10].find((part) => part * up >= high * 0.999)];
}

/** `format(y)` writes at the axis; `range`: a fixed one; `log`: logarithmic. */
export class Chart {
  constructor({ label, format = String, range, log = false }) {
    Object.assign(this, { label, format, range, log });
    this.canvas = dom("canvas", { className: "stc-t-chart" });
    this.canvas.setAttribute("role", "img");
    this.element = dom("div", { className: "stc-t-plot" }, dom("p", {}, label), this.canvas);
    this.sizes = new ResizeObserver(() => this.shown && this.#draw());
    this.sizes.observe(this.canvas);
  }

  /**
   * Draw curves [{points: [[step, y], …], color, width, dash, faint}] up to a step, a line at the step
   * `cursor`, and short ones at the steps `notches`. `words` says the same.
   */
  show(shown, words) {
    this.shown = shown;
    this.canvas.setAttribute("aria-label", `${this.label}. ${words}`);
    this.#draw();
  }

  dispose() {
    this.sizes.disconnect();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    const size = [width, height].map((side) => Math.round(side * ratio));
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const { curves, last, cursor, notches = [] } = this.shown;
    const [low, high] = this.range ?? rangeOf(curves, this.log);
    const scale = this.log ? Math.log : (value) => value;
    const box = { width: width - EDGE.left - EDGE.right, height: height - EDGE.top - EDGE.bottom };
    const x = (step) => EDGE.left + (box.width * step) / Math.max(1, last);
    const y = (value) => EDGE.top + (box.height * (scale(high) - scale(value))) / (scale(high) - scale(low));
    const style = getComputedStyle(this.canvas);
    this.#axes(pen, style, { x, y, low, high, last, bottom: EDGE.top + box.height, right: width - EDGE.right });
    pen.save();
    pen.beginPath();
    pen.rect(EDGE.left, EDGE.top - 2, box.width + 2, box.height + 4);
    pen.clip();
    for (const curve of curves) drawCurve(pen, curve, x, y, style);
    pen.restore();
    for (const step of notches) upright(pen, x(step), EDGE.top + box.height - 5, EDGE.top + box.height + 3, style.color, 2);
    upright(pen, x(cursor), EDGE.top, EDGE.top + box.height, style.color, 1);
  }

  #axes(pen, style, { x, y, low, high, last, bottom, right }) {
    const quiet = style.getPropertyValue("--quiet");
    Object.assign(pen, { font: `11px ${style.fontFamily}`, textBaseline: "middle", textAlign: "right", lineWidth: 1 });
    for (const value of ticks(low, high, this.log)) {
      Object.assign(pen, { fillStyle: quiet, strokeStyle: style.getPropertyValue("--line") });
      pen.fillText(this.format(value), EDGE.left - 5, y(value));
      pen.beginPath();
      pen.moveTo(EDGE.left, Math.round(y(value)) + 0.5);
      pen.lineTo(right, Math.round(y(value)) + 0.5);
      pen.stroke();
    }
    Object.assign(pen, { textBaseline: "alphabetic", textAlign: "left" });
    pen.fillText("0", x(0), bottom + 14);
    pen.textAlign = "right";
    pen.fillText(`step ${last}`, right, bottom + 14);
  }
}

function upright(pen, x, top, bottom, color, width) {
  Object.assign(pen, { strokeStyle: color, lineWidth: width });
  pen.setLineDash([]);
  pen.beginPath();
  pen.moveTo(x, top);
  pen.lineTo(x, bottom);
  pen.stroke();
}

function drawCurve(pen, { points, color, width = 2, dash = [], faint = false }, x, y, style) {
  Object.assign(pen, { strokeStyle: style.getPropertyValue(color), lineWidth: width, lineJoin: "round", globalAlpha: faint ? 0.35 : 1 });
  pen.setLineDash(dash);
  pen.beginPath();
  for (const [step, value] of points) if (Number.isFinite(value)) pen.lineTo(x(step), y(value));
  pen.stroke();
  pen.globalAlpha = 1;
  pen.setLineDash([]);
}

/** What a line of a chart stands for: a piece of it, and words. */
export function lineKey(color, text, dashed = false) {
  const line = dom("span", { className: dashed ? "stc-t-key stc-t-dashed" : "stc-t-key", ariaHidden: "true" });
  line.style.color = `var(${color})`;
  return dom("span", {}, line, text);
}
