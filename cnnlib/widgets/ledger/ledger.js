// Ledger: a list of layers to edit, and what each of them costs.

import { dom, select } from "../controls.js";
import { CostBars, WorkedOut } from "../cost_bars.js";
import { COST_STYLE } from "../cost_style.js";
import { MEASURES } from "../cost_words.js";
import { frame } from "../frame.js";
import { LIST_STYLE, LayerList } from "../layer_list.js";
import { DRAWING_STYLE, NetworkDrawing } from "../network_drawing.js";
import { choice, integer, text } from "../state.js";
import { addStyle } from "../style.js";
import { CostTable } from "./cost_table.js";
import { NETWORKS, WORDS, costsOf } from "./ledger_networks.js";
import { STYLE } from "./ledger_style.js";
import { barsOf, drawn, families, inWords, totalsOf, workedOut } from "./ledger_text.js";

export const SCHEMA = {
  layers: { ...text(), check: (value) => (costsOf(value), value) },
  show: choice(...Object.keys(MEASURES)),
  marked: integer(0, 29),
};

const COLORS = { Conv2D: "var(--conv)", Dense: "var(--dense)" };

class Ledger {
  constructor(figure) {
    this.figure = figure;
    addStyle(figure.el, "layer-list", LIST_STYLE);
    addStyle(figure.el, "network-drawing", DRAWING_STYLE);
    addStyle(figure.el, "costs", COST_STYLE);
    addStyle(figure.el, "ledger", STYLE);
    const names = [["", "your own"], ...Object.keys(NETWORKS)];
    this.networks = select({ label: "Network", options: names }, (name) => name && figure.set({ layers: NETWORKS[name] }));
    figure.controls.append(this.networks.element);
    const options = Object.entries(MEASURES).map(([key, { label }]) => [key, label]);
    figure.radio("show", { label: "The bars show", options });
    this.drawing = new NetworkDrawing((k) => k && figure.set({ marked: k - 1 }));
    figure.onDispose(() => this.drawing.dispose());
    this.bars = new CostBars((marked) => figure.set({ marked }));
    this.table = new CostTable();
    this.said = dom("p", { className: "stc-l-said" });
    this.worked = new WorkedOut();
    this.list = new LayerList({ words: WORDS, first: "Input", changed: (layers) => costsOf(layers) && figure.set({ layers }) });
    const fold = (title, part) => dom("details", { className: "stc-l-fold", open: true }, dom("summary", {}, title), part);
    const parts = [this.drawing.element, this.bars.element, this.said, this.worked.element, fold("Edit the layers", this.list.element), fold("All numbers", this.table.element)];
    for (const part of parts) figure.add(part);
  }

  /** The costs, and the row that is worked out. */
  compute({ layers, marked }) {
    const costs = costsOf(layers);
    const k = Math.min(marked, costs.rows.length - 1);
    return { costs, k, row: costs.rows[k] };
  }

  draw(state) {
    const { costs, k, row } = this.compute(state);
    const written = WORDS.written(WORDS.parse(state.layers));
    this.networks.show(Object.keys(NETWORKS).find((name) => NETWORKS[name] === written) ?? "");
    const blocks = [{ shape: costs.input }, ...costs.rows.map(({ shape, kind }) => ({ shape, color: COLORS[kind] }))];
    this.drawing.show(blocks, k + 1, row.field, drawn(costs, row));
    this.bars.show(...barsOf(costs, state.show), k);
    this.table.show(costs, state.show, k);
    this.said.replaceChildren(dom("strong", {}, `${totalsOf(costs)}.`), ` ${families(costs)}`);
    this.worked.show(`${row.words}, on ${row.before.join(" × ")}`, workedOut(row));
    this.list.show(state.layers);
  }

  describe(state) {
    const { costs, row } = this.compute(state);
    return inWords(state, costs, row);
  }
}

export default {
  render({ model, el }) {
    return frame({ model, el, schema: SCHEMA, make: (figure) => new Ledger(figure) });
  },
};
