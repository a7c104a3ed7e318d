// The window goes over the image by itself, row by row, and the map fills behind it.

const PACE = [40, 250]; // milliseconds from step to step: at least, at most
const ALL = 12_000; // that many milliseconds a whole map should take

/** How a map of `count` numbers fills: milliseconds between two steps, numbers in a step. */
export function paceOf(count) {
  const pace = Math.min(PACE[1], Math.max(PACE[0], ALL / count));
  return { pace, numbers: Math.max(1, Math.round((count * pace) / ALL)) };
}

/** The place some numbers further on in the order of reading; the last one at the end. */
export function further({ i, j }, [rows, columns], numbers) {
  const at = Math.min(rows * columns - 1, i * columns + j + numbers);
  return { i: Math.floor(at / columns), j: at % columns };
}

/** A button that starts and stops it. `shapeOf()` is the map's shape; `go(place)` moves the window. */
export class Slide {
  constructor(figure, { to, shapeOf, go }) {
    Object.assign(this, { figure, shapeOf, go });
    const hint = "The window goes over the image by itself, and the map fills";
    const made = figure.buttons("The window", [{ label: "Slide", hint, onClick: () => this.#toggle() }], { to });
    [this.button] = made.buttons;
    figure.onDispose(() => clearInterval(this.timer));
  }

  /** The map's numbers up to a place, 0 for those that are to come; and whether a square is to come. */
  shown(data, { i, j }, columns) {
    if (!this.timer) return { values: data, waits: null };
    const at = i * columns + j;
    return { values: data.slice().fill(0, at + 1), waits: (row, column) => row * columns + column > at };
  }

  #toggle() {
    if (this.timer) return this.#stop();
    const [rows, columns] = this.shapeOf();
    const { pace } = paceOf(rows * columns);
    this.button.textContent = "Stop";
    this.go({ i: 0, j: 0 });
    this.timer = setInterval(() => this.#step(), pace);
    this.figure.invalidate();
  }

  #step() {
    const shape = this.shapeOf();
    const [rows, columns] = shape ?? [0, 0];
    const { i, j } = this.figure.state;
    if (!shape || i * columns + j >= rows * columns - 1) return this.#stop();
    this.go(further({ i, j }, shape, paceOf(rows * columns).numbers));
  }

  #stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.button.textContent = "Slide";
    this.figure.invalidate();
  }
}
