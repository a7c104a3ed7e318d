// A coin flies from an output to the pixels that get it.

import { dom } from "../controls.js";

const DURATION = 650; // milliseconds
const DIAMETER = 0.7; // of a pixel, for a whole coin

/**
 * From a cell to those of a grid. `receivers`: [{row, column, share}] in the image; the grid may show
 * it in a frame of padding. Readers who want no motion get none.
 */
export function fly(from, receivers, grid, { rows, columns }) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const start = from.getBoundingClientRect();
  const origin = grid.element.getBoundingClientRect();
  for (const { row, column, share } of receivers) {
    const end = grid.cellAt(row + rows.before, column + columns.before).getBoundingClientRect();
    const size = DIAMETER * end.width * Math.sqrt(share);
    const coin = dom("div", { className: "stc-flying", ariaHidden: "true" });
    Object.assign(coin.style, { width: `${size}px`, height: `${size}px` });
    grid.element.append(coin);
    const to = ({ x, y, width, height }) => `${x + (width - size) / 2 - origin.x}px ${y + (height - size) / 2 - origin.y}px`;
    const path = [{ translate: to(start), opacity: 1 }, { translate: to(end), opacity: 1, offset: 0.85 }, { translate: to(end), opacity: 0 }];
    coin.animate(path, { duration: DURATION, easing: "ease-in-out" }).onfinish = () => coin.remove();
  }
}
