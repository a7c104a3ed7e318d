// What every figure has around its pictures: title, controls, reset, link, full screen, words.

import { buttons, cell, dom, radio, select, slider, toggle } from "./controls.js";
import { decode, encode } from "./state.js";
import { STYLE, addStyle } from "./style.js";
import { onScheme, scheme } from "./theme.js";

const SAVE = 100; // milliseconds between two messages to Python
const WORDS = 150; // until the text equivalent follows a change
const ALOUD = 700; // until a reader's own change is spoken

/** A static page, which can be linked to, or a notebook, which cannot. */
const isPage = () => "widgets" in document.documentElement.dataset;

/** Make a figure, see the class; the function that it returns takes it away again. */
export function frame(parts) {
  const figure = new Figure(parts);
  return () => figure.dispose();
}

/**
 * A figure in an element.
 *
 * `schema` names the kinds (state.js) of the model's variables. `make(figure)` makes controls and
 * pictures once. What it returns has two methods: `draw(state)` is called in one animation frame
 * after any change; `describe(state)` says in words what is to be seen.
 */
class Figure {
  constructor({ model, el, schema, make }) {
    Object.assign(this, { model, el, schema, state: {}, bound: [], disposals: [] });
    this.isPage = isPage();
    for (const key of Object.keys(schema)) this.#read(key);
    this.defaults = { ...this.state };
    this.#lay();
    this.parts = make(this);
    this.#follow();
    this.#goToLink();
    this.invalidate();
  }

  /** Take over new values: checked, sent to Python, drawn. An Error names what is wrong. */
  set(values) {
    const checked = Object.entries(values).map(([key, value]) => {
      try {
        return [key, this.schema[key].check(value)];
      } catch (error) {
        throw new Error(`\`${key}\` ${error.message}`);
      }
    });
    const news = checked.filter(([key, value]) => !this.schema[key].equal(value, this.state[key]));
    for (const [key, value] of news) this.state[key] = value;
    this.writing = true;
    for (const [key, value] of news) this.model.set(key, this.schema[key].pack(value));
    this.writing = false;
    if (!news.length) return;
    this.saving ??= setTimeout(() => this.#save(), SAVE);
    this.own = true;
    this.since ??= globalThis.event?.timeStamp;
    this.invalidate();
  }

  /** Draw again, soon. */
  invalidate() {
    this.frame ??= requestAnimationFrame(() => this.#draw());
  }

  /** Say something in the status line. */
  note(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /** A sentence in place of the drawing, until it can be drawn again. */
  fail(error) {
    this.failure.textContent = error?.message ?? String(error);
    this.failure.hidden = false;
    this.stage.hidden = true;
  }

  onDispose(f) {
    this.disposals.push(f);
  }

  /** Call `f` whenever the page's tab is hidden or shown again. */
  onTab(f) {
    document.addEventListener("visibilitychange", f);
    this.onDispose(() => document.removeEventListener("visibilitychange", f));
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.wording);
    clearTimeout(this.speaking);
    if (this.saving) this.#save();
    for (const f of this.disposals) f();
    this.root.remove();
  }

  // ------------------------------------------------------------------------------------ controls
  // Each is bound to a variable and added to `figure.controls`, or to the element named by `to`.

  slider(key, options) {
    return this.bind(key, slider(options, (value) => this.set({ [key]: value })), options);
  }

  select(key, options) {
    return this.bind(key, select(options, (value) => this.set({ [key]: value })), options);
  }

  radio(key, options) {
    return this.bind(key, radio(options, (value) => this.set({ [key]: value })), options);
  }

  toggle(key, options) {
    return this.bind(key, toggle(options, (value) => this.set({ [key]: value })), options);
  }

  number(key, options) {
    const made = cell(options, (value) => this.set({ [key]: value }));
    const element = dom("label", { className: "stc-control" }, options.label, made.element);
    return this.bind(key, { ...made, element }, options);
  }

  /** Buttons: {label, values} sets values (a function makes them), {label, onClick} calls. */
  buttons(label, items, { to = this.controls } = {}) {
    const acts = items.map(({ values, onClick, ...rest }) => ({
      ...rest,
      onClick: onClick ?? (() => this.set(typeof values === "function" ? values(this.state) : values)),
    }));
    const made = buttons(label, acts);
    to.append(made.element);
    return made;
  }

  /** Add an element to the stage. */
  add(element) {
    this.stage.append(element);
    return element;
  }

  /** Let a control of controls.js, {element, show}, follow a variable. */
  bind(key, control, { to = this.controls } = {}) {
    this.bound.push([key, control]);
    to.append(control.element);
    return control;
  }

  // ------------------------------------------------------------------------------------ the page
  #lay() {
    const name = this.model.get("title");
    this.controls = dom("div", { className: "stc-controls" });
    this.stage = dom("div", { className: "stc-stage" });
    this.failure = dom("p", { className: "stc-failure", role: "alert", hidden: true });
    this.status = dom("p", { className: "stc-note", role: "status" });
    this.linked = dom("p", { className: "stc-note", role: "status" });
    this.text = dom("p");
    this.aloud = dom("p", { className: "stc-aloud", ariaLive: "polite" });
    const words = dom("details", { className: "stc-words" }, dom("summary", {}, "In words"), this.text);
    const head = dom("div", { className: "stc-head" }, dom("p", { className: "stc-title" }, name), this.#tools());
    this.root = dom("div", { className: "stc", role: "group", ariaLabel: name });
    this.root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's keys, such as arrows from cell to cell
    this.root.append(head, this.controls, this.stage, this.failure, this.status, this.linked, words, this.aloud);
    this.el.append(this.root);
    addStyle(this.el, "figure", STYLE);
  }

  #tools() {
    const tool = (text, title, onclick, hidden) =>
      dom("button", { type: "button", className: "stc-button", title, onclick, hidden }, text);
    const screen = tool("Full screen", "", () => this.#fullScreen(), !document.fullscreenEnabled);
    this.screen = screen;
    return dom(
      "div",
      { className: "stc-tools" },
      tool("Reset", "Back to how the figure came", () => this.set(this.defaults)),
      tool("Copy link", "A link to the figure as it is now", () => this.#copyLink(), !this.isPage),
      screen,
    );
  }

  #fullScreen() {
    if (document.fullscreenElement === this.root) document.exitFullscreen();
    else this.root.requestFullscreen().catch((error) => this.note(error.message));
  }

  #follow() {
    for (const key of Object.keys(this.schema)) {
      const changed = () => this.writing || (this.#read(key), this.invalidate());
      this.model.on(`change:${key}`, changed);
      this.onDispose(() => this.model.off(`change:${key}`, changed));
    }
    this.onDispose(onScheme(() => this.invalidate()));
    this.root.addEventListener("fullscreenchange", () => {
      this.screen.textContent = document.fullscreenElement === this.root ? "Leave full screen" : "Full screen";
    });
  }

  #read(key) {
    this.state[key] = this.schema[key].unpack(this.model.get(key));
  }

  #save() {
    clearTimeout(this.saving);
    this.saving = null;
    this.model.save_changes();
  }

  // ------------------------------------------------------------------------------------ drawing
  #draw() {
    this.frame = null;
    this.root.dataset.scheme = scheme();
    for (const [key, control] of this.bound) control.show(this.state[key]);
    try {
      this.failure.hidden = true;
      this.stage.hidden = false;
      this.parts.draw(this.state);
      this.drawn = true;
    } catch (error) {
      this.fail(error);
      if (!this.drawn) this.root.dispatchEvent(new CustomEvent("figure-failed", { detail: error, bubbles: true }));
      else console.error(error);
    }
    if (this.since !== undefined)
      performance.measure(`figure ${this.model.get("name")}`, { start: this.since, end: performance.now() });
    this.since = undefined;
    this.#putIntoWords();
  }

  #putIntoWords() {
    clearTimeout(this.wording);
    this.wording = setTimeout(() => {
      this.text.textContent = this.failure.hidden ? this.parts.describe(this.state) : this.failure.textContent;
    }, WORDS);
    if (!this.own) return;
    this.own = false;
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.aloud.textContent = this.text.textContent), ALOUD);
  }

  // ---------------------------------------------------------------------------------------- link
  #copyLink() {
    const query = encode(this.schema, this.state, this.defaults);
    const hash = `#${this.model.get("name")}${query && `?${query}`}`;
    history.replaceState(history.state, "", hash);
    const done = (text) => () => (this.linked.textContent = text);
    const copied = navigator.clipboard?.writeText(location.href) ?? Promise.reject();
    copied.then(done("The link is copied."), done("The address bar has the link now."));
  }

  #goToLink() {
    if (!this.isPage) return;
    const follow = () => {
      const [name, query] = location.hash.slice(1).split("?");
      if (name !== this.model.get("name")) return;
      const { values, problems } = decode(this.schema, query ?? "");
      this.set({ ...this.defaults, ...values });
      this.linked.textContent = problems.length ? `In the link ${problems.join(" ")}` : "";
      this.root.scrollIntoView();
    };
    follow();
    addEventListener("hashchange", follow);
    this.onDispose(() => removeEventListener("hashchange", follow));
  }
}
