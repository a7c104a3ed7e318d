// Which channels feed which: a column of dots for the channels before and after every step.

import { dom } from "../controls.js";

const MOST = 8; // dots in a column; a dot stands for several channels if there are more
const WIDTH = 340;
const [EDGE, TOP, STEP] = [22, 22, 13];
const LABEL = TOP + (MOST - 1) * STEP + 18;

/** The first and the last channel that dot `a` of `dots` stands for. */
const span = (a, dots, channels) => [Math.floor((a * channels) / dots), Math.ceil(((a + 1) * channels) / dots) - 1];

export const dotsOf = (channels) => Math.min(MOST, channels);

/** The pairs [dot before, dot after] between which there are weights. */
export function links({ before, after, groups }) {
  const group = (channel, channels) => Math.floor((channel * groups) / channels);
  const [m, n] = [dotsOf(before), dotsOf(after)];
  const reach = (a, dots, channels) => span(a, dots, channels).map((channel) => group(channel, channels));
  const found = [];
  for (let a = 0; a < m; a++)
    for (let b = 0; b < n; b++) {
      const [[low, high], [first, last]] = [reach(a, m, before), reach(b, n, after)];
      if (low <= last && first <= high) found.push([a, b]);
    }
  return found;
}

/** For every column the dots from which dot `last` of the last column is made. */
export function traced(steps, last) {
  const columns = [new Set([last])];
  for (const step of steps.toReversed()) {
    const [next] = columns;
    columns.unshift(new Set(links(step).filter(([, b]) => next.has(b)).map(([a]) => a)));
  }
  return columns;
}

const node = (tag, attributes, text) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
};

export class Connections {
  constructor() {
    this.svg = node("svg", { viewBox: `0 0 ${WIDTH} ${LABEL + 8}`, class: "stc-w-links", role: "img" });
    this.caption = dom("p", { className: "stc-w-caption" });
    this.element = dom("div", {}, this.svg, this.caption);
  }

  /** `steps` are {before, after, groups, name}; `words` say what is drawn. */
  show(steps, words) {
    this.svg.setAttribute("aria-label", words);
    this.caption.textContent = words;
    const widths = [steps[0].before, ...steps.map(({ after }) => after)];
    const marked = traced(steps, Math.floor(dotsOf(widths.at(-1)) / 2));
    const x = (column) => EDGE + (column * (WIDTH - 2 * EDGE)) / steps.length;
    const y = (dot, column) => TOP + (dot + (MOST - dotsOf(widths[column])) / 2) * STEP;
    const [pale, strong, dots, texts] = [[], [], [], []];
    steps.forEach((step, k) => {
      for (const [a, b] of links(step)) {
        const used = marked[k].has(a) && marked[k + 1].has(b);
        const line = { x1: x(k), y1: y(a, k), x2: x(k + 1), y2: y(b, k + 1), class: used ? "stc-w-used" : "stc-w-link" };
        (used ? strong : pale).push(node("line", line));
      }
      texts.push(node("text", { x: (x(k) + x(k + 1)) / 2, y: 10, "text-anchor": "middle" }, step.name));
    });
    widths.forEach((channels, k) => {
      for (let dot = 0; dot < dotsOf(channels); dot++)
        dots.push(node("circle", { cx: x(k), cy: y(dot, k), r: 4, class: marked[k].has(dot) ? "stc-w-on" : "stc-w-dot" }));
      texts.push(node("text", { x: x(k), y: LABEL, "text-anchor": "middle" }, channels.toLocaleString("en")));
    });
    this.svg.replaceChildren(...pale, ...strong, ...dots, ...texts);
  }
}
