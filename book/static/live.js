/* Live widgets in a page without a kernel.
 *
 * The page carries the state of its widgets as JSON and, in each `.live` element, one view and, as
 * a rule, a still picture of it. This script hosts anywidget's front-end modules by itself; where
 * the page has other ipywidgets too, `controls.js` provides the models, and the same `mount` below
 * draws every anywidget. A view that cannot be drawn leaves its still to the reader, and says why.
 *
 * It is a classic script, as are the files of the long strings: a browser loads no ES module from
 * disk. */
(() => {
  const page = document.documentElement;
  const query = (type) => `script[type="application/vnd.jupyter.widget-${type}+json"]`;

  /* ---- the state: long strings stand in files, shared by all pages (see hoist.py) ---- */

  function unhoist(key, value) {
    return value && value.$files ? value.$files.map(content).join("") : value;
  }

  function content(name) {
    const text = window.bookFiles?.[name];
    if (text === undefined) throw new Error(`the file widgets/${name}.js is missing`);
    return text;
  }

  /** The bytes of a buffer; those of the book's pages are deflated (see live.py). */
  async function bytes({ data, encoding }) {
    const array = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    if (encoding === "base64") return new DataView(array.buffer);
    const stream = new Blob([array]).stream().pipeThrough(new DecompressionStream(encoding));
    return new DataView(await new Response(stream).arrayBuffer());
  }

  /** The traits of a model, each binary buffer at its place. */
  async function traits({ state, buffers = [] }) {
    for (const { path, ...buffer } of buffers) {
      const holder = path.slice(0, -1).reduce((value, key) => value[key], state);
      holder[path.at(-1)] = await bytes(buffer);
    }
    return state;
  }

  /* ---- models, as anywidget's specification wants them ---- */

  class Model {
    #values;
    #listeners = new Map(); // event -> callbacks

    constructor(values, host) {
      this.#values = values;
      this.widget_manager = host;
    }

    get(key) {
      return this.#values[key];
    }

    set(key, value) {
      const wanted = typeof key === "object" ? key : { [key]: value };
      const changed = Object.keys(wanted).filter((k) => !Object.is(wanted[k], this.#values[k]));
      Object.assign(this.#values, wanted);
      for (const k of changed) this.#emit(`change:${k}`, this, wanted[k]);
      if (changed.length) this.#emit("change", this);
    }

    on(events, callback) {
      for (const event of events.split(" ")) {
        this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), callback]);
      }
    }

    off(events, callback) {
      for (const event of events?.split(" ") ?? [...this.#listeners.keys()]) {
        const others = (this.#listeners.get(event) ?? []).filter((f) => callback && f !== callback);
        this.#listeners.set(event, others);
      }
    }

    #emit(event, ...details) {
      for (const callback of this.#listeners.get(event) ?? []) callback(...details);
    }

    save_changes() {} // no kernel wants to know
    send() {}
  }

  class Host {
    #models = new Map(); // id -> promise of the model

    constructor(state) {
      for (const [id, model] of Object.entries(state)) {
        this.#models.set(id, traits(model).then((values) => new Model(values, this)));
      }
    }

    async get_model(id) {
      const model = await this.#models.get(id);
      if (!model) throw new Error(`the page has no widget ${id}`);
      return model;
    }

    async view(id, el) {
      await mount(await this.get_model(id), el);
    }
  }

  /* ---- modules: evaluated once per text, initialized once per model, rendered once per view ---- */

  const modules = new Map(); // text -> promise of the module
  const widgets = new WeakMap(); // model -> promise of { initialize, render }
  const styles = new Set();
  const { signal } = new AbortController(); // a page's views end with the page
  const experimental = {
    invoke: async () => {
      throw new Error("the page has no kernel");
    },
  };

  async function evaluate(text) {
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    try {
      const module = await import(url);
      return module.default ?? module;
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  async function initialize(model) {
    const text = model.get("_esm");
    if (!modules.has(text)) modules.set(text, evaluate(text));
    const definition = await modules.get(text);
    const widget = typeof definition === "function" ? await definition() : definition;
    await widget.initialize?.({ model, signal, experimental });
    return widget;
  }

  function addStyle(css) {
    if (!css || styles.has(css)) return;
    styles.add(css);
    document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  }

  async function mount(model, el) {
    addStyle(model.get("_css"));
    if (!widgets.has(model)) widgets.set(model, initialize(model));
    const widget = await widgets.get(model);
    await widget.render?.({ model, el, signal, experimental });
  }

  /* ---- the page ---- */

  /** Leave a figure to its still picture, with one sentence. */
  function fail(figure, error) {
    if (figure.classList.contains("failed")) return;
    figure.classList.remove("alive");
    figure.classList.add("failed");
    figure.querySelector(":scope > .widget")?.remove();
    const reason = Object.assign(document.createElement("p"), { className: "reason" });
    const what = figure.querySelector(":scope > .still") ? "This is a still picture" : "No figure here";
    reason.textContent = `${what}: the live figure does not run (${error?.message ?? error}).`;
    figure.append(reason);
    page.dataset.widgets = "error";
    console.error(error);
  }

  async function show(figure, host) {
    const el = Object.assign(document.createElement("div"), { className: "widget" });
    // What fails after render() has returned says so with this event.
    figure.addEventListener("figure-failed", (event) => fail(figure, event.detail));
    figure.prepend(el);
    try {
      await (await host).view(JSON.parse(figure.querySelector(query("view")).textContent).model_id, el);
      figure.classList.add("alive");
    } catch (error) {
      fail(figure, error);
    }
  }

  async function open() {
    const { state } = JSON.parse(document.querySelector(query("state")).textContent, unhoist);
    return window.bookControls ? window.bookControls(state, mount) : new Host(state);
  }

  async function start() {
    window.bookLive = true; // the page's head looks for this after loading
    const figures = [...document.querySelectorAll(".live")];
    const host = open();
    await Promise.all(figures.map((figure) => show(figure, host)));
    if (page.dataset.widgets !== "error") page.dataset.widgets = "ready";
  }

  start();
})();
