// All nodes as a table: formula, value (editable if it is given), gradient, and the gradient measured.

import { cell, dom, written } from "../controls.js";
import { relativeError } from "./passes.js";
import { formula, shown } from "./time_scrubber_text.js";

const CLOSE = 0.01; // relative error of a gradient that passes

export class NodeTable {
  /** `changed(index, value)` for an input, counted among inputs; `choose(node)` to measure one. */
  constructor({ changed, choose }) {
    Object.assign(this, { changed, choose });
    this.heads = ["node", "value", "gradient", "measured", "relative error"].map((text) => dom("th", { scope: "col" }, text));
    this.body = dom("tbody");
    const caption = dom("caption", {}, "All numbers. Values that are given can be changed; a node’s name shows how it is measured.");
    const table = dom("table", { className: "stc-ts-table" }, caption, dom("thead", {}, dom("tr", {}, ...this.heads)), this.body);
    this.element = dom("div", { className: "stc-ts-tables" }, table);
  }

  show(view) {
    const { graph } = view;
    if (this.graph !== graph) this.#build(graph);
    const loss = shown(graph.nodes[graph.loss].name);
    this.heads[2].textContent = `∂${loss}/∂node`;
    this.rows.forEach((row, node) => this.#fill(row, node, view));
  }

  #build(graph) {
    this.graph = graph;
    this.rows = graph.nodes.map(({ name, op }, node) => {
      const button = dom("button", { type: "button", className: "stc-ts-choose", onclick: () => this.choose(node) }, shown(name));
      const says = dom("span", {}, op ? ` = ${formula(graph, node)}` : ` ${formula(graph, node)}`);
      const [value, gradient, measured, error] = Array.from({ length: 4 }, () => dom("td"));
      const given = graph.given.indexOf(node);
      const box = given < 0 ? null : cell({ label: `Value of ${name}`, step: 1, fine: 0.1 }, (number) => this.changed(given, number));
      if (box) value.append(box.element);
      const element = dom("tr", {}, dom("th", { scope: "row" }, button, says), value, gradient, measured, error);
      return { element, button, box, value, gradient, measured, error };
    });
    this.body.replaceChildren(...this.rows.map(({ element }) => element));
  }

  #fill(row, node, { graph, values, known, gradients, whole, measures, now, probe }) {
    if (row.box) row.box.show(values[node]);
    else row.value.textContent = known[node] ? written(values[node]) : "…";
    row.element.classList.toggle("stc-ts-row", now.node === node);
    row.button.setAttribute("aria-pressed", String(probe === node));
    const gradient = gradients[node];
    if (graph.nodes[node].constant) {
      for (const part of [row.gradient, row.measured, row.error]) part.textContent = "–";
      return;
    }
    row.gradient.textContent = gradient === undefined ? "…" : `${written(gradient)}${whole[node] ? "" : " so far"}`;
    const { difference } = measures[node];
    row.measured.textContent = written(difference, 5);
    if (!whole[node]) return void (row.error.textContent = "…");
    const error = relativeError(gradient ?? 0, difference);
    const passes = error <= CLOSE;
    const verdict = dom("b", {}, passes ? "✓" : "✗");
    verdict.dataset.passes = passes;
    row.error.replaceChildren(verdict, ` ${written(Number(error.toPrecision(2)), 6)}`);
  }
}
