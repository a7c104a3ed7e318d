// Bars with a name and a text: memory on a plain scale, times on one of powers of ten too.

import { dom } from "../controls.js";

/** Rows of bars, and ticks below them. */
export class Bars {
  constructor(label) {
    this.rows = dom("div", { className: "stc-u-bars", role: "list", ariaLabel: label });
    this.ticks = dom("div", { className: "stc-u-ticks", ariaHidden: "true" });
    this.element = dom("div", { className: "stc-u-chart" }, this.rows, this.ticks);
  }

  /**
   * Show `items`: {name, value (null if unknown), text, kind}. With `tick`, which names a value, the
   * scale is logarithmic and begins at a power of ten.
   */
  show(items, tick) {
    const known = items.map(({ value }) => value).filter((value) => value !== null);
    const place = tick ? decades(known) : plain(known);
    this.rows.replaceChildren(
      ...items.map(({ name, value, text, kind = "" }) => {
        const fill = dom("span", { className: `stc-u-fill ${kind}` });
        if (value !== null) fill.style.width = `max(2px, ${100 * place.of(value)}%)`;
        const track = dom("span", { className: "stc-u-track" }, fill);
        return dom("div", { role: "listitem", className: "stc-u-bar" }, dom("span", {}, name), track, dom("span", {}, text));
      }),
    );
    const { steps = 0 } = place;
    this.rows.style.setProperty("--steps", steps || 1);
    this.rows.dataset.log = String(steps > 0);
    const named = steps ? Array.from({ length: steps + 1 }, (_, k) => dom("span", {}, tick(10 ** (place.low + k)))) : [];
    named.forEach((node, k) => (node.style.left = `${(100 * k) / steps}%`));
    this.ticks.replaceChildren(dom("div", {}, ...named));
    this.ticks.hidden = !steps;
  }
}

function plain(values) {
  const top = Math.max(...values, 0) || 1;
  return { of: (value) => value / top };
}

/** From the power of ten below all values to the one above. */
function decades(values) {
  if (!values.length) return plain(values);
  const low = Math.floor(Math.log10(Math.min(...values)));
  const steps = Math.max(1, Math.ceil(Math.log10(Math.max(...values))) - low);
  return { low, steps, of: (value) => (Math.log10(value) - low) / steps };
}
