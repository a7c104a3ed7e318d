// How figures look: the page's letters and colors (the book's theme, JupyterLab's, else our own).

export const STYLE = `
.stc {
  --ink: var(--pst-color-text-base, var(--jp-ui-font-color1, #222832));
  --quiet: var(--pst-color-text-muted, var(--jp-ui-font-color1, #48566b));
  --ground: var(--pst-color-background, var(--jp-layout-color0, #ffffff));
  --accent: var(--pst-color-link, var(--jp-brand-color0, #0b57c2));
  color: var(--ink); background: var(--ground); color-scheme: light;
  font: 0.9rem/1.45 var(--pst-font-family-base, var(--jp-ui-font-family, system-ui, sans-serif));
  display: block; box-sizing: border-box; width: 100%; max-width: 60rem; margin: 0 auto; padding: 0.75rem 4px;
  text-align: left; container-type: inline-size; scroll-margin-top: 4rem;
}
.stc[data-scheme="dark"] {
  --ink: var(--pst-color-text-base, var(--jp-ui-font-color1, #ced6dd));
  --quiet: var(--pst-color-text-muted, var(--jp-ui-font-color1, #9ca4af));
  --ground: var(--pst-color-background, var(--jp-layout-color0, #14181e));
  --accent: var(--pst-color-link, var(--jp-brand-color0, #86b5f8));
  color-scheme: dark;
}
.stc { --line: color-mix(in srgb, var(--ink) 18%, var(--ground)); --edge: color-mix(in srgb, var(--ink) 58%, var(--ground)); --soft: color-mix(in srgb, var(--ink) 6%, var(--ground)); }
.stc *, .stc *::before { box-sizing: border-box; }
.stc p { margin: 0; }
.stc [hidden] { display: none !important; }
.stc :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.stc-head { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; padding-bottom: 0.4rem; border-bottom: 1px solid var(--line); }
.stc-title { font-weight: 600; font-size: 1.05rem; margin-right: auto !important; }
.stc-tools { display: flex; flex-wrap: wrap; gap: 0.25rem; }
.stc-button, .stc select, .stc-segments > label > span, .stc-cell {
  font: inherit; color: inherit; min-height: 28px; border: 1px solid var(--edge); border-radius: 6px; background: var(--ground); cursor: pointer;
}
.stc-button { padding: 0.1rem 0.65rem; }
.stc-tools .stc-button { border-color: transparent; color: var(--quiet); padding: 0.1rem 0.5rem; }
.stc-button:hover, .stc select:hover, .stc-segments > label:hover > span { background: var(--soft); border-color: var(--ink); }
.stc select { padding: 0.1rem 0.3rem; max-width: 100%; }
.stc-controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.1rem; }
.stc-controls:not(:empty) { padding: 0.6rem 0; }
.stc-control, .stc-labeled { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.15rem 0.5rem; margin: 0; }
.stc-control.stc-slider { flex-wrap: nowrap; }
.stc input[type="range"] { width: 7.5rem; min-height: 24px; margin: 0; accent-color: var(--accent); cursor: pointer; }
.stc input[type="file"] { min-height: 28px; max-width: 100%; font: inherit; font-size: 0.85rem; }
.stc-value { min-width: 1.6em; font-variant-numeric: tabular-nums; }
.stc-toggle { min-height: 28px; cursor: pointer; flex-wrap: nowrap; }
.stc-toggle input { width: 18px; height: 18px; margin: 0 3px; accent-color: var(--accent); flex: none; }
.stc-segments { display: inline-flex; flex-wrap: wrap; }
.stc-segments > label { position: relative; margin: 0; cursor: pointer; }
.stc-segments input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.stc-segments > label > span { display: grid; align-content: center; padding: 0.1rem 0.6rem; border-radius: 0; margin-left: -1px; }
.stc-segments > label:first-child > span { border-radius: 6px 0 0 6px; margin-left: 0; }
.stc-segments > label:last-child > span { border-radius: 0 6px 6px 0; }
.stc-segments > label:only-child > span { border-radius: 6px; }
.stc-segments input:checked + span { background: var(--accent); border-color: var(--accent); color: var(--ground); }
.stc-segments input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; position: relative; z-index: 1; }
.stc-picture { position: relative; width: 100%; border: 1px solid var(--edge); line-height: 0; user-select: none; -webkit-user-select: none; }
.stc-picture[role="application"] { cursor: crosshair; }
.stc-pixels, .stc-marks { position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated; }
.stc-marks { pointer-events: none; }
.stc-legend { font-size: 0.8rem; line-height: 1.3; color: var(--quiet); font-variant-numeric: tabular-nums; flex: 0 1 11rem; min-width: 7rem; }
.stc-legend .stc-bar { display: block; height: 10px; border: 1px solid var(--edge); print-color-adjust: exact; }
.stc-legend > div { display: grid; grid-template-columns: 1fr auto 1fr; }
.stc-legend > div > :last-child { text-align: right; }
.stc-cell { width: 3.4rem; height: 34px; padding: 0 2px; text-align: center; border-radius: 4px; cursor: ns-resize; touch-action: none; font-variant-numeric: tabular-nums; }
.stc-cell:focus { cursor: text; }
.stc-cell[aria-invalid="true"] { outline: 3px solid #c0392b; outline-offset: 1px; }
.stc-note { min-height: 1.45em; color: var(--quiet); font-size: 0.85rem; }
.stc-note:empty { display: none; }
.stc-failure { border-left: 4px solid var(--edge); background: var(--soft); padding: 0.5rem 0.75rem; }
.stc-words { border-top: 1px solid var(--line); margin-top: 0.5rem; padding-top: 0.3rem; font-size: 0.85rem; }
.stc-words summary { min-height: 24px; color: var(--quiet); cursor: pointer; width: fit-content; }
.stc-aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.stc:fullscreen { max-width: none; padding: 1rem 2rem; overflow: auto; }
@media print { .stc-tools, .stc-controls, .stc-words summary { display: none; } }
@media (forced-colors: active) { .stc-segments input:checked + span { outline: 2px solid Highlight; outline-offset: -4px; } }
`;

/** Put a style sheet into the page (or shadow root) of a node, once. */
export function addStyle(node, name, text) {
  const root = node.getRootNode();
  const place = root.head ?? (root === document ? document.head : root);
  if ([...place.querySelectorAll("style")].some((style) => style.dataset.stc === name)) return;
  const style = document.createElement("style");
  style.dataset.stc = name;
  style.textContent = text;
  place.append(style);
}
