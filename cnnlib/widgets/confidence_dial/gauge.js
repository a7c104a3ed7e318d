// The probability as a needle, the target as a mark; the arc between them is the gradient p − t.

import { dom } from "../controls.js";
import { svg } from "../plot.js";

const [WIDTH, HEIGHT] = [240, 142];
const [X, Y, RADIUS] = [120, 120, 88];

/** A point on the dial: 0 is left, 1 is right. */
export function onDial(share, radius = RADIUS) {
  const angle = Math.PI * (1 - share);
  return [X + radius * Math.cos(angle), Y - radius * Math.sin(angle)].map((value) => Number(value.toFixed(2)));
}

const arc = (from, to, radius = RADIUS) =>
  `M${onDial(from, radius).join(" ")}A${radius} ${radius} 0 0 ${to > from ? 1 : 0} ${onDial(to, radius).join(" ")}`;

export class Gauge {
  constructor() {
    this.svg = svg("svg", { class: "stc-cd-gauge", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    this.gap = svg("path", { class: "stc-cd-gap" });
    this.mark = svg("path", { class: "stc-cd-mark" });
    this.markName = svg("text", { "text-anchor": "middle", class: "stc-cd-mark-name" }, "t");
    this.needle = svg("path", { class: "stc-cd-needle" });
    const tick = (share) => {
      const [x, y] = onDial(share, RADIUS - 22);
      return svg("text", { x, y: y + (share % 1 ? 6 : 0), "text-anchor": "middle" }, String(share));
    };
    const scale = svg("path", { class: "stc-cd-scale", d: arc(0, 1) });
    this.svg.append(scale, this.gap, this.mark, this.markName, ...[0, 0.25, 0.5, 0.75, 1].map(tick));
    this.svg.append(this.needle, svg("circle", { class: "stc-cd-hub", cx: X, cy: Y, r: 7 }));
    this.element = dom("div", { className: "stc-cd-gauge-room" }, this.svg);
  }

  show(p, t, words) {
    this.svg.setAttribute("aria-label", words);
    this.gap.setAttribute("d", arc(t, p));
    const [tip, left, right] = [onDial(t, RADIUS + 8), onDial(t - 0.025, RADIUS + 19), onDial(t + 0.025, RADIUS + 19)];
    this.mark.setAttribute("d", `M${tip.join(" ")}L${left.join(" ")}L${right.join(" ")}Z`);
    const [x, y] = onDial(t, RADIUS + 27);
    for (const [key, value] of [["x", x], ["y", y + 4]]) this.markName.setAttribute(key, value);
    this.needle.setAttribute("d", `M${X} ${Y}L${onDial(p, RADIUS - 6).join(" ")}`);
  }
}
