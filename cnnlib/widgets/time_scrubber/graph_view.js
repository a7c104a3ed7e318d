// The drawing of a graph: boxes in columns, arrows between, a value and a gradient on each.

import { dom, written } from "../controls.js";
import { OPS } from "./graph_ops.js";
import { path, svg } from "../plot.js";
import { shown } from "./time_scrubber_text.js";

const BOX = [84, 42];
const [NARROW, SMALL] = [400, 74]; // pixels: in a drawing narrower than this, boxes are only so wide
const ROW = 54; // pixels from node to node
const PITCH = [107, 140]; // from column to column at least: with few columns, with many
const EDGE = 8;
const [WORD, LINE] = [7, 14]; // pixels: a digit is so wide, a line so high
const PLACES = Array.from({ length: 21 }, (_, k) => 0.5 + (k % 2 ? 1 : -1) * Math.ceil(k / 2) * 0.035); // 0.5, 0.535, 0.465, …

/** Where boxes and arrows are, in a drawing so wide: {box, boxes: [[x, y]], lines: [{from, to, k, points}]}. */
export function layout(graph, room) {
  const { nodes, from } = graph;
  const box = [room < NARROW ? SMALL : BOX[0], BOX[1]];
  const columns = Math.max(...nodes.map(({ column }) => column));
  const width = Math.max(room, columns * PITCH[columns > 2 ? 1 : 0] + box[0] + 2 * EDGE);
  const rows = nodes.flatMap(({ row, via }) => [row, ...via.flat().map((spot) => spot[1])]);
  const height = (Math.max(...rows) + 0.5) * ROW + 2 * EDGE;
  const gap = (width - box[0] - 2 * EDGE) / columns;
  const spot = ([column, row]) => [EDGE + box[0] / 2 + column * gap, EDGE + row * ROW];
  const boxes = nodes.map(({ column, row }) => spot([column, row]));
  const lines = from.flatMap((inputs, to) => {
    const via = nodes[to].via.map((spots) => spots.map(spot));
    const before = inputs.map((node, k) => via[k].at(-1) ?? boxes[node]);
    const order = [...inputs.keys()].sort((a, b) => before[a][1] - before[b][1]);
    const pitch = Math.min(9, (box[1] - 8) / Math.max(1, inputs.length - 1));
    return inputs.map((node, k) => {
      const port = (order.indexOf(k) - (inputs.length - 1) / 2) * pitch;
      const start = [boxes[node][0] + box[0] / 2, boxes[node][1]];
      const end = [boxes[to][0] - box[0] / 2, boxes[to][1] + port];
      return { from: node, to, k, points: [start, ...via[k], end] };
    });
  });
  return { width, height, box, boxes, lines };
}

/** The point of a line after a share of its way, measured from left to right. */
function along(points, share) {
  const x = points[0][0] + share * (points.at(-1)[0] - points[0][0]);
  const k = Math.max(1, points.findIndex((point) => point[0] >= x));
  const [[x0, y0], [x1, y1]] = [points[k - 1], points[k]];
  return [x, y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)];
}

const overlap = ([x, y, w, h], [X, Y, W, H]) =>
  Math.max(0, Math.min(x + w, X + W) - Math.max(x, X)) * Math.max(0, Math.min(y + h, Y + H) - Math.max(y, Y));

/** A place on each line for its numbers, where they hide least: [[x, y], …], the middle of the words. */
export function wordPlaces({ box, boxes, lines }, widths) {
  const taken = boxes.map(([x, y]) => [x - box[0] / 2, y - box[1] / 2, ...box]);
  return lines.map(({ points }, n) => {
    const [w, h] = [widths[n] + 4, 2 * LINE];
    const tried = PLACES.map((t) => {
      const [x, y] = along(points, t);
      const words = [x - w / 2, y - h / 2, w, h];
      return { at: [x, y], words, hidden: taken.reduce((all, other) => all + overlap(words, other), 0) };
    });
    const best = tried.reduce((one, other) => (other.hidden < one.hidden ? other : one));
    taken.push(best.words);
    return best.at;
  });
}

/** A number short enough for a drawing; the table has it in full. */
export function brief(value) {
  const size = Math.abs(value);
  return written(value, size < 1 ? 3 : size < 10 ? 2 : size < 1000 ? 1 : 0);
}

export class GraphView {
  /** `choose(node)` is called when a box is clicked. */
  constructor(choose) {
    this.choose = choose;
    this.svg = svg("svg", { class: "stc-ts-graph", role: "img" });
    this.element = dom("div", { className: "stc-ts-room", tabIndex: 0, role: "region", ariaLabel: "The graph" }, this.svg);
    this.sizes = new ResizeObserver(() => {
      if (this.view && this.element.clientWidth !== this.room) this.#draw();
    });
    this.sizes.observe(this.element);
  }

  show(view) {
    this.view = view;
    this.svg.setAttribute("aria-label", `${view.title}. The table below has its numbers.`);
    if (this.element.clientWidth) this.#draw();
  }

  dispose() {
    this.sizes.disconnect();
  }

  #draw() {
    const { graph, now } = this.view;
    this.room = this.element.clientWidth;
    const plan = layout(graph, this.room);
    const { width, height } = plan;
    for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) this.svg.setAttribute(key, value);
    const words = plan.lines.map((line) => this.#words(line));
    const places = wordPlaces(plan, words.map((texts) => WORD * Math.max(...texts.map(({ text }) => text.length))));
    this.svg.replaceChildren(
      ...plan.lines.map((line) => this.#line(line)),
      ...words.flatMap((texts, n) => this.#labels(texts, places[n], plan.lines[n])),
      ...plan.boxes.map((place, node) => this.#box(place, node, plan.box)),
    );
    const key = `${now.kind} ${now.node} ${width}`;
    if (this.seen !== key && now.node >= 0) this.#reveal(plan.boxes[now.node][0]);
    this.seen = key;
  }

  /** Scroll sideways, if need be, so that the present step can be seen. */
  #reveal(x) {
    this.element.scrollTo({ left: x - this.room / 2 });
  }

  #active = ({ to }) => this.view.now.node === to && ["forward", "backward"].includes(this.view.now.kind);

  /** The numbers of an arrow: the value that goes over it, and the gradient that comes back. */
  #words({ from, to, k }) {
    const { values, known, parts } = this.view;
    const part = parts.find((one) => one.from === to && one.k === k);
    const texts = [];
    if (known[from]) texts.push({ text: brief(values[from]), kind: "value" });
    if (part) texts.push({ text: `${part.lost ? "✗ " : ""}${brief(part.part)}`, kind: "gradient" });
    return texts.length ? texts : [{ text: "", kind: "value" }];
  }

  /** An arrow: forwards, or in a step back the other way round. */
  #line({ to, points }) {
    const kind = this.#active({ to }) ? this.view.now.kind : "";
    const way = kind === "backward" ? [...points].reverse() : points;
    const [start, end] = way.slice(-2);
    const angle = Math.atan2(end[1] - start[1], end[0] - start[0]);
    const barb = (turn) => [end[0] - 9 * Math.cos(angle + turn), end[1] - 9 * Math.sin(angle + turn)];
    const group = svg("g", { class: `stc-ts-line stc-ts-${kind}` });
    const same = (point) => point;
    group.append(svg("path", { d: path(way, same) }), svg("path", { class: "stc-ts-head", d: path([barb(0.4), end, barb(-0.4)], same) }));
    return group;
  }

  #labels(texts, [x, y], line) {
    const dim = this.#active(line) || !["forward", "backward"].includes(this.view.now.kind) ? "" : " stc-ts-dim";
    return texts.map(({ text, kind }) =>
      svg("text", { class: `stc-ts-${kind}${dim}`, x, y: kind === "value" ? y - 3 : y + LINE - 2, "text-anchor": "middle" }, text),
    );
  }

  #box([x, y], node, [w, h]) {
    const { graph, values, known, gradients, wrong, now, probe } = this.view;
    const { name, op, constant } = graph.nodes[node];
    const kinds = [!op && "stc-ts-given", constant && "stc-ts-constant", now.node === node && "stc-ts-now", probe === node && "stc-ts-probe"];
    const group = svg("g", { class: ["stc-ts-node", ...kinds.filter(Boolean)].join(" "), transform: `translate(${x - w / 2} ${y - h / 2})` });
    const sign = op ? `  ${OPS[op].sign}` : "";
    const title = svg("text", { x: w / 2, y: 16, "text-anchor": "middle", class: "stc-ts-name" }, shown(name));
    title.append(svg("tspan", { class: "stc-ts-sign" }, sign));
    group.append(svg("rect", { width: w, height: h, rx: op ? 20 : 4 }), title);
    const gradient = gradients[node];
    const both = known[node] && gradient !== undefined;
    const number = (text, kind, at) => svg("text", { x: at, y: 34, "text-anchor": "middle", class: `stc-ts-${kind}` }, text);
    if (known[node]) group.append(number(brief(values[node]), "value", both ? w * 0.26 : w / 2));
    if (gradient !== undefined) group.append(number(`${wrong[node] ? "✗ " : ""}${brief(gradient)}`, "gradient", w * 0.72));
    group.addEventListener("click", () => this.choose(node));
    return group;
  }
}
