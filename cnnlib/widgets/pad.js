// A pad to draw on, with a pointer or with keys.

import { dom } from "./controls.js";
import { GRID, read, written } from "./drawing.js";

const PEN = 2; // of the pad's 64 steps: how far an arrow key moves the pen
const HELP =
  "Drawing pad. Arrow keys move the pen, Space puts it down or lifts it, Backspace takes back a stroke, Delete clears.";

/** `changed(text)` gets the strokes as text (drawing.js). */
export class Pad {
  constructor(changed) {
    this.changed = changed;
    this.strokes = [];
    this.pen = { x: GRID / 2, y: GRID / 4, down: false, keys: false };
    this.canvas = dom("canvas", { className: "stc-x-pad", tabIndex: 0, role: "application" });
    this.canvas.setAttribute("aria-label", HELP);
    this.canvas.addEventListener("pointerdown", (event) => this.#press(event));
    this.canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => (this.drawing = false));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    this.canvas.addEventListener("blur", () => this.#lift());
    this.sizes = new ResizeObserver(() => this.#draw());
    this.sizes.observe(this.canvas);
  }

  /** Show the strokes of a text, unless they are shown already. */
  show(text) {
    if (text !== written(this.strokes)) this.strokes = read(text);
    this.#draw();
  }

  undo() {
    this.strokes.pop();
    this.#tell();
  }

  clear() {
    this.strokes = [];
    this.#tell();
  }

  dispose() {
    this.sizes.disconnect();
  }

  #tell() {
    this.#draw();
    this.changed(written(this.strokes));
  }

  #at(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const place = (share) => Math.min(GRID - 1, Math.max(0, Math.round(share * GRID - 0.5)));
    return [place((event.clientX - left) / width), place((event.clientY - top) / height)];
  }

  #press(event) {
    if (event.button) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.pen.keys = false;
    this.strokes.push([this.#at(event)]);
    this.#tell();
  }

  #move(event) {
    if (!this.drawing) return;
    const stroke = this.strokes.at(-1);
    const count = stroke.length;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const part of all.length ? all : [event]) this.#extend(this.#at(part));
    if (stroke.length > count) this.#tell();
  }

  #extend(point) {
    const stroke = this.strokes.at(-1);
    if (String(stroke.at(-1)) !== String(point)) stroke.push(point);
  }

  #key(event) {
    const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    const act = { " ": () => this.#toggle(), Backspace: () => this.undo(), Delete: () => this.clear() }[event.key];
    if ((!step && !act) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.pen.keys = true;
    if (!step) return act();
    const move = (at, by) => Math.min(GRID - 1, Math.max(0, at + PEN * by));
    Object.assign(this.pen, { x: move(this.pen.x, step[0]), y: move(this.pen.y, step[1]) });
    if (!this.pen.down) return this.#draw();
    this.#extend([this.pen.x, this.pen.y]);
    return this.#tell();
  }

  #toggle() {
    this.pen.down = !this.pen.down;
    if (!this.pen.down) return this.#draw();
    this.strokes.push([[this.pen.x, this.pen.y]]);
    return this.#tell();
  }

  #lift() {
    Object.assign(this.pen, { down: false, keys: false });
    this.#draw();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    const size = [width, height].map((side) => Math.round(side * ratio));
    if (this.canvas.width !== size[0]) [this.canvas.width, this.canvas.height] = size;
    const pen = this.canvas.getContext("2d");
    pen.setTransform((ratio * width) / GRID, 0, 0, (ratio * height) / GRID, 0, 0);
    pen.clearRect(0, 0, GRID, GRID);
    const strokeStyle = getComputedStyle(this.canvas).color;
    Object.assign(pen, { strokeStyle, lineWidth: 5, lineCap: "round", lineJoin: "round" });
    for (const stroke of this.strokes) {
      pen.beginPath();
      pen.moveTo(stroke[0][0] + 0.5, stroke[0][1] + 0.5);
      for (const [x, y] of stroke.length > 1 ? stroke.slice(1) : stroke) pen.lineTo(x + 0.5, y + 0.51);
      pen.stroke();
    }
    if (this.pen.keys) crosshair(pen, this.pen);
  }
}

/** Where the keys' pen is: a ring, filled while it draws. */
function crosshair(pen, { x, y, down }) {
  pen.beginPath();
  pen.arc(x + 0.5, y + 0.5, 3, 0, 7);
  Object.assign(pen, { lineWidth: 1.2, strokeStyle: "#d95f02", fillStyle: "#d95f02" });
  if (down) pen.fill();
  pen.stroke();
}
