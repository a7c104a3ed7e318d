// Two checks of the finished dx of every lens: by sums, and number by number.

import { dom, written } from "../controls.js";
import { lesson } from "./gradients_text.js";
import { checks, col2im, gather, payments, placeOf, scatter } from "./lenses.js";
import { place } from "./lens_views.js";

const VERDICTS = { true: "✓ passes", false: "✗ fails" };

/** The checks of all lenses: [{name, sums, array}]. */
export const allChecks = (c, right, flip) =>
  Object.entries({ scatter: scatter(c), gather: gather(c, c.outputs, flip), col2im: col2im(c, payments(c)) }).map(
    ([name, dx]) => ({ name, ...checks(c, dx, right) }),
  );

export class CheckTable {
  constructor() {
    const sums = "by sums (and so by means): Σ dx = Σ dy · Σ w ?";
    const head = ["lens", sums, "number by number: dx = that of cnnlib’s kernel ?"];
    this.body = dom("tbody");
    const heads = head.map((text) => dom("th", { scope: "col" }, text));
    const table = dom("table", { className: "stc-checks" }, dom("thead", {}, dom("tr", {}, ...heads)), this.body);
    this.says = dom("p", { className: "stc-says" });
    const title = dom("p", { className: "stc-subtitle" }, "Two checks of the finished dx");
    this.element = dom("div", { className: "stc-strip" }, title, table, this.says);
  }

  show({ c, state, right }) {
    const all = allChecks(c, right.dx, state.flip);
    this.body.replaceChildren(...all.map((one) => this.#row(c, one)));
    this.says.textContent = lesson(state.flip, all[1]);
  }

  #row(c, { name, sums, array }) {
    const verdict = (passes) => {
      const cell = dom("b", {}, VERDICTS[passes]);
      cell.dataset.passes = passes;
      return cell;
    };
    const numbers = `${written(sums.dx)} ${sums.passes ? "=" : "≠"} ${written(sums.dy)} · ${written(sums.w)}`;
    const bySums = sums.applies ? [verdict(sums.passes), ` ${numbers}`] : ["not with padding"];
    const where = array.passes ? "" : ` at pixel ${place(...placeOf(array.at, c.W))}`;
    const byNumber = [verdict(array.passes), ` largest difference ${written(array.size)}${where}`];
    return dom("tr", {}, dom("th", { scope: "row" }, name), dom("td", {}, ...bySums), dom("td", {}, ...byNumber));
  }
}
