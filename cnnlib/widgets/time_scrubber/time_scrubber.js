// TimeScrubber: a computation graph, every value forwards and every gradient backwards, step by step.

import { kernels } from "../../wasm/kernels.js";
import { dom, toggle, written } from "../controls.js";
import { frame } from "../frame.js";
import { GraphView } from "./graph_view.js";
import { NodeTable } from "./node_table.js";
import { backward, forward, graphOf, measure, moment, stepCount, wholeAt } from "./passes.js";
import { Player } from "../player.js";
import { choice, flag, integer, numbers } from "../state.js";
import { addStyle } from "../style.js";
import { STYLE } from "./time_scrubber_style.js";
import { inWords, measurement, rules, titleOf } from "./time_scrubber_text.js";

const MOST = 24; // nodes of a graph

/** The kinds of the variables, for such graphs. */
export function schemaOf(graphs) {
  const counts = Object.values(graphs).map((nodes) => [nodes.filter(({ op }) => !op).length]);
  return {
    graph: choice(...Object.keys(graphs)),
    values: numbers(...counts),
    step: integer(0, 2 * MOST),
    accumulate: flag(),
    probe: integer(0, MOST - 1),
    digits: integer(1, 8),
  };
}

/** The numbers that a graph comes with. */
export const startOf = (nodes) => {
  const data = Float32Array.from(nodes.filter(({ op }) => !op), ({ value }) => value);
  return { shape: [data.length], data };
};

/** All that is to be seen. `graph` is a graph of passes.js; numbers that do not fit it are not used. */
export function viewOf(runtime, graph, state) {
  const start = startOf(graph.nodes);
  const given = state.values.data.length === start.data.length ? state.values.data : start.data;
  const steps = stepCount(graph);
  const step = Math.min(state.step, steps);
  const now = moment(graph, step);
  const values = forward(runtime, graph, given);
  const { gradients, parts } = backward(runtime, graph, values, state.accumulate, step);
  const right = backward(runtime, graph, values, true, step).gradients;
  const h = Number(`1e-${state.digits}`);
  const all = [...graph.nodes.keys()];
  return {
    graph, state, given, values, steps, step, now, gradients, parts, h,
    accumulate: state.accumulate,
    title: `The graph “${titleOf(state.graph)}”, step ${step} of ${steps}`,
    probe: Math.min(state.probe, graph.loss),
    known: all.map((node) => !graph.nodes[node].op || graph.made.indexOf(node) < step),
    whole: all.map((node) => step >= wholeAt(graph, node)),
    wrong: all.map((node) => gradients[node] !== right[node]),
    measures: all.map((node) => measure(runtime, graph, given, values, node, h)),
  };
}

class TimeScrubber {
  constructor(figure, runtime, graphs) {
    Object.assign(this, { figure, runtime });
    addStyle(figure.el, "time-scrubber", STYLE);
    this.graphs = Object.fromEntries(Object.entries(graphs).map(([key, nodes]) => [key, graphOf(nodes)]));
    figure.stage.classList.add("stc-ts");
    const names = Object.keys(graphs);
    const made = figure.select("graph", { label: "Graph", options: names.map((key) => [key, titleOf(key)]) });
    made.input.addEventListener("change", () => this.#begin(names[made.input.selectedIndex]));
    made.element.hidden = names.length < 2;
    this.wrong = toggle({ label: "= instead of +=" }, (wrong) => figure.set({ accumulate: !wrong }));
    figure.controls.append(this.wrong.element);
    this.player = new Player({ label: "Step", go: (step) => figure.set({ step }) });
    this.view = new GraphView((probe) => figure.set({ probe }));
    this.rule = dom("div", { className: "stc-ts-rule" });
    this.table = new NodeTable({
      changed: (index, value) => this.#change(index, value),
      choose: (probe) => figure.set({ probe }),
    });
    for (const part of [this.player.element, this.view.element, this.#key(), this.rule, this.#check(), this.table.element])
      figure.add(part);
    figure.onDispose(() => (this.player.stop(), this.view.dispose()));
  }

  #key() {
    const item = (kind, name, text) => dom("span", {}, dom("b", { className: kind }, name), text);
    return dom(
      "p", { className: "stc-ts-key" },
      item("stc-ts-v", "value", ", computed forwards"),
      item("stc-ts-g", "gradient", ", computed backwards; on an arrow the part that comes over it"),
    );
  }

  #check() {
    const to = dom("div", { className: "stc-ts-check" });
    this.figure.slider("digits", { label: "Measured with h", min: 1, max: 8, format: (digits) => written(Number(`1e-${digits}`), 8), to });
    this.measured = dom("p");
    to.append(this.measured);
    return to;
  }

  /** Another graph, with its own numbers, all done. */
  #begin(key) {
    const graph = this.graphs[key];
    this.player.stop();
    this.figure.set({ graph: key, values: startOf(graph.nodes), step: stepCount(graph), probe: 0 });
  }

  #change(index, value) {
    const data = Float32Array.from(this.seen.given);
    data[index] = value;
    this.figure.set({ values: { shape: [data.length], data } });
  }

  draw(state) {
    this.seen = viewOf(this.runtime, this.graphs[state.graph], state);
    const { now, step, steps } = this.seen;
    this.player.show(step, 0, steps);
    this.wrong.show(!state.accumulate);
    this.view.show(this.seen);
    this.rule.dataset.kind = now.kind;
    this.rule.style.setProperty("--lines", Math.max(...this.seen.graph.from.map((inputs) => inputs.length)));
    this.rule.replaceChildren(...rules(this.seen).map((rule) => this.#line(rule)));
    this.measured.textContent = measurement(this.seen);
    this.table.show(this.seen);
  }

  #line({ text, note, wrong }) {
    if (!note) return dom("p", {}, text);
    return dom("p", {}, text, " ", dom("span", { className: wrong ? "stc-ts-bad" : "" }, wrong ? `✗ ${note}` : note));
  }

  describe() {
    return inWords(this.seen);
  }
}

export default {
  async render({ model, el }) {
    const runtime = await kernels();
    const graphs = model.get("graphs");
    return frame({ model, el, schema: schemaOf(graphs), make: (figure) => new TimeScrubber(figure, runtime, graphs) });
  },
};
