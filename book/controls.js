/* ipywidgets' own front end in a page without a notebook: sliders, menus, boxes and the links
 * between widgets. controls.py puts the installed program in the middle; live.js calls
 * `bookControls` and draws the anywidgets among the models. */
(() => {
  const here = document.currentScript.src;
  let program;
  const define = (needs, factory) => (program = factory);

  // What the program asks a notebook for, answered for a page that is none.
  const Jupyter = { version: "7.0.0", notebook: { container: { on() {} } } };
  const area = { OutputArea: { prototype: { register_mime_type() {} } } };
  const requirejs = (needs, found) => {
    if (needs.includes("notebook/js/outputarea")) found(Jupyter, { on() {} }, area);
  };
  requirejs.config = () => {};
  // It speaks MathJax 2; the page, if it has maths, has MathJax 3.
  const typeset = ([, , element]) => {
    const startup = window.MathJax?.startup;
    if (startup && /[$\\]/.test(element?.textContent ?? "")) {
      startup.promise.then(() => window.MathJax.typesetPromise([element]));
    }
  };
  const MathJax = { Hub: { Queue: typeset } };

  const before = window.requirejs; // the program also writes window["requirejs"].config(...)
  window.requirejs = requirejs;
  /* HERE: widgetsnbextension/static/extension.js */
  const { WidgetManager, load_ipython_extension: addStyles } = program({ uri: here, id: "controls" });
  addStyles();
  window.requirejs = before;

  const BaseManager = Object.getPrototypeOf(WidgetManager); // knows no notebook
  const load = WidgetManager.prototype.loadClass;

  /** anywidget's model and view, on ipywidgets' base classes. */
  function anywidget({ DOMWidgetModel, DOMWidgetView }, mount, failures) {
    class AnyModel extends DOMWidgetModel {}
    class AnyView extends DOMWidgetView {
      render() {
        super.render();
        return mount(this.model, this.el).catch((error) => {
          failures.set(this.model, error); // the manager would swallow it
          throw error;
        });
      }
    }
    return { AnyModel, AnyView };
  }

  function manager(mount, failures) {
    return new (class extends BaseManager {
      async loadClass(name, module, version) {
        if (module !== "anywidget") return load.call(this, name, module, version);
        const base = (part) => load.call(this, part, "@jupyter-widgets/base", version);
        this.any ??= Promise.all(["DOMWidgetModel", "DOMWidgetView"].map(base)).then(
          ([DOMWidgetModel, DOMWidgetView]) =>
            anywidget({ DOMWidgetModel, DOMWidgetView }, mount, failures),
        );
        return (await this.any)[name];
      }

      async _get_comm_info() {
        return {};
      }

      async _create_comm() {
        const nothing = () => {};
        return { on_close: nothing, on_msg: nothing, close: nothing, send: nothing };
      }
    })();
  }

  /** Names for screen readers, where ipywidgets gives none: slider handles, icon buttons, colors. */
  function name(root) {
    const label = (part) => part.closest(".jupyter-widgets")?.querySelector(".widget-label");
    for (const handle of root.querySelectorAll(".noUi-handle:not([aria-label])")) {
      const ends = [...handle.closest(".jupyter-widgets").querySelectorAll(".noUi-handle")];
      const end = ends.length > 1 ? [" (lower)", " (upper)"][ends.indexOf(handle)] : "";
      handle.setAttribute("aria-label", (label(handle)?.textContent || "slider") + end);
    }
    for (const button of root.querySelectorAll("button:not([aria-label])")) {
      const icon = button.querySelector("i[class*='fa-']");
      if (!icon || button.textContent.trim()) continue;
      button.setAttribute("aria-label", button.title || icon.className.replace(/.*fa-(\S+).*/, "$1"));
    }
    for (const input of root.querySelectorAll("input[type=color]:not([aria-label])")) {
      input.setAttribute("aria-label", label(input)?.textContent || "color");
    }
  }

  /** Make the page's models; return what live.js needs of a host: `view(id, element)`. */
  window.bookControls = async (state, mount) => {
    const failures = new WeakMap(); // model -> error
    const models = manager(mount, failures);
    await models.set_state({ version_major: 2, version_minor: 0, state });
    return {
      async view(id, element) {
        const model = await models.get_model(id);
        const view = await models.create_view(model);
        if (failures.has(model)) throw failures.get(model);
        view.luminoWidget.constructor.attach(view.luminoWidget, element);
        await view.displayed;
        requestAnimationFrame(() => name(element)); // sliders get their handles only now
      },
    };
  };
})();
