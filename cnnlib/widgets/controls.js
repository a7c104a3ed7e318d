// Controls: plain HTML with a name, a value and one callback. They know nothing of figures.

/** Make an element: `dom("p", {className: "x", ariaLabel: "y", onclick: f}, "text", child…)`. */
export function dom(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

/** Options as [value, text] pairs, given as such or as bare values. */
const pairs = (options) => options.map((option) => (Array.isArray(option) ? option : [option, option]));

/** A range of numbers. `format(value)` is what the reader sees and hears. */
export function slider({ label, min, max, step = 1, format = String }, changed) {
  const input = dom("input", { type: "range", min, max, step });
  const output = dom("span", { className: "stc-value", ariaHidden: "true" });
  const show = (value) => {
    input.value = value;
    output.textContent = format(value);
    input.setAttribute("aria-valuetext", format(value));
  };
  input.addEventListener("input", () => {
    show(input.valueAsNumber);
    changed(input.valueAsNumber);
  });
  const name = dom("label", { className: "stc-labeled" }, dom("span", {}, label), input);
  return { element: dom("div", { className: "stc-control stc-slider" }, name, output), input, show };
}

/** A list to choose from. */
export function select({ label, options }, changed) {
  const values = pairs(options).map(([value]) => value);
  const input = dom("select", {}, ...pairs(options).map(([, text]) => dom("option", {}, text)));
  input.addEventListener("change", () => changed(values[input.selectedIndex]));
  const element = dom("label", { className: "stc-control stc-labeled" }, dom("span", {}, label), input);
  return { element, input, show: (value) => (input.selectedIndex = values.indexOf(value)) };
}

/** A drop-down of values; one that is not among them is added. */
export function choices(values, value, label, changed) {
  const all = values.includes(value) ? values : [...values, value].sort((a, b) => a - b);
  const select = dom("select", { ariaLabel: label }, ...all.map((one) => dom("option", {}, one)));
  select.selectedIndex = all.indexOf(value);
  select.addEventListener("change", () => changed(all[select.selectedIndex]));
  return select;
}

let groups = 0; // radio buttons belong together by a name, which must differ on a page

/** A few choices side by side; `bare` leaves the label to those who hear it. */
export function radio({ label, options, bare = false }, changed) {
  const name = `stc-${(groups += 1)}-${Math.random().toString(36).slice(2)}`;
  const inputs = pairs(options).map(([value, text]) => {
    const input = dom("input", { type: "radio", name });
    input.addEventListener("change", () => changed(value));
    return { value, input, node: dom("label", {}, input, dom("span", {}, text)) };
  });
  const row = dom("span", { className: "stc-segments" }, ...inputs.map(({ node }) => node));
  const element = dom("div", { className: "stc-control", role: "radiogroup", ariaLabel: label });
  if (!bare) element.append(dom("span", { ariaHidden: "true" }, label));
  element.append(row);
  const show = (chosen) => inputs.forEach(({ value, input }) => (input.checked = value === chosen));
  return { element, inputs: inputs.map(({ input }) => input), show };
}

/** Yes or no. */
export function toggle({ label }, changed) {
  const input = dom("input", { type: "checkbox" });
  input.addEventListener("change", () => changed(input.checked));
  const element = dom("label", { className: "stc-control stc-toggle" }, input, dom("span", {}, label));
  return { element, input, show: (value) => (input.checked = value) };
}

/** Buttons side by side, each {label, onClick, hint}. */
export function buttons(label, items) {
  const made = items.map(({ label: text, onClick, hint }) =>
    dom("button", { type: "button", className: "stc-button", title: hint ?? "", onclick: onClick }, text),
  );
  const element = dom("div", { className: "stc-control", role: "group", ariaLabel: label }, ...made);
  return { element, buttons: made };
}

/** A number as briefly as it is exact, such as "−1" or "0.25"; else rounded to some decimals. */
export function written(value, decimals = 4) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e7 || (size > 0 && size < 0.5 * 10 ** -decimals)) return minus(value.toPrecision(2));
  const rounded = Number(value.toFixed(decimals));
  return minus(String(rounded === 0 ? 0 : rounded)); // no −0
}

/** Whether a number with some decimals is that number, but for float32's rounding. */
export const isExact = (value, decimals = 4) =>
  Math.abs(Number(value.toFixed(decimals)) - value) <= 2e-6 * Math.max(1e-3, Math.abs(value));

/** A weight: thirds, sixths and ninths as fractions, such as "1/9". */
export function weight(value) {
  const part = [3, 6, 9].find((n) => Math.abs(Math.round(value * n) / n - value) < 1e-6 * Math.abs(value));
  return part && !isExact(value) ? minus(`${Math.round(value * part)}/${part}`) : written(value);
}

const minus = (text) => text.replaceAll("-", "−");

/** Read what a person types: "-1", "−0,5", "1/9", "1e-3"; NaN if it is no number. */
export function parse(text) {
  const parts = text.trim().replaceAll("−", "-").replace(",", ".").split("/");
  if (parts.length > 2 || parts.some((part) => part.trim() === "")) return NaN;
  const value = parts.map(Number).reduce((a, b) => a / b);
  return Number.isFinite(value) ? value : NaN;
}

/**
 * A number in a box: typed, stepped with the arrow keys (with Shift finely), or dragged up and down.
 * `changed(value)` is called for every valid number.
 */
export function cell({ label, step = 1, fine = 0.1 }, changed) {
  const input = dom("input", { type: "text", className: "stc-cell", inputMode: "decimal", role: "spinbutton" });
  input.setAttribute("aria-label", label);
  Object.assign(input, { autocomplete: "off", spellcheck: false });
  let value = NaN;
  const show = (next) => {
    if (Math.fround(next) === Math.fround(value)) return; // as typed, also if that has more digits
    value = next;
    input.value = weight(next);
    mark();
  };
  const mark = () => {
    input.setAttribute("aria-valuenow", Number(value.toPrecision(7)));
    input.setAttribute("aria-valuetext", weight(value));
    input.setAttribute("aria-invalid", "false");
  };
  const change = (next) => {
    show(Number(next.toFixed(6)));
    changed(value);
  };
  input.addEventListener("input", () => {
    const typed = parse(input.value);
    input.setAttribute("aria-invalid", String(Number.isNaN(typed)));
    if (Number.isNaN(typed)) return;
    value = typed;
    mark();
    changed(value);
  });
  input.addEventListener("blur", () => {
    input.value = weight(value);
    mark();
  });
  input.addEventListener("keydown", (event) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    change(value + direction * (event.shiftKey ? fine : step));
  });
  dragged(input, () => value, step, change);
  return { element: input, input, show };
}

/** Let a pointer that moves up and down on a box change its number. */
function dragged(input, current, step, change) {
  const PIXELS = 12; // of movement for one step
  let start = null;
  input.addEventListener("pointerdown", (event) => {
    start = { y: event.clientY, value: current(), moved: false };
    input.setPointerCapture(event.pointerId);
  });
  input.addEventListener("pointermove", (event) => {
    if (!start || !(event.buttons & 1)) return;
    const steps = Math.trunc((start.y - event.clientY) / PIXELS);
    if (!start.moved && !steps) return;
    start.moved = true;
    event.preventDefault();
    if (current() !== start.value + steps * step) change(start.value + steps * step);
  });
  for (const end of ["pointerup", "pointercancel"])
    input.addEventListener(end, () => {
      if (start && !start.moved && document.activeElement === input) input.select();
      start = null;
    });
}
