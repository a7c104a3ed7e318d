// How Unroller is laid out: image and kernel beside the matrix, then memory and way back, then the race.

export const STYLE = `
.stc { --page: #0b559f; --python: #c2510a; --other: #5b6675; }
.stc[data-scheme="dark"] { --page: #7fb2f0; --python: #f5923e; --other: #9aa4b2; }
.stc-u-desk { display: grid; grid-template-columns: minmax(0, 13rem) minmax(0, 1fr); gap: 0.75rem 1.75rem; align-items: start; --cell: 2.4rem; }
.stc-u-title { font-weight: 600; min-height: 1.45em; }
.stc-u-title span { font-weight: 400; color: var(--quiet); }
.stc-u-under { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35rem 0.8rem; margin: 0.4rem 0 0.7rem; }
.stc-u-product { display: flex; flex-wrap: wrap; gap: 0.6rem 1.1rem; align-items: flex-start; }
.stc-u-product > div { min-width: 0; max-width: 100%; flex: 1 0 100%; }
.stc-u-product[data-rows="true"] > div:not(:last-child) { flex: 0 1 auto; }
.stc-u-under:empty { display: none; }
.stc-u-part .stc-labeled { max-width: 100%; flex-wrap: nowrap; }
.stc-u-memory .stc-labeled > span { font-weight: 600; flex: none; }
.stc-u-part select { min-width: 0; flex: 0 1 auto; }
.stc-u-keys > span { margin-right: 1rem; }
.stc-u-scroll { overflow-x: auto; padding: 2px; }
.stc-u-scroll .stc-cells { width: calc(var(--columns) * clamp(1.6rem, calc(60cqw / var(--columns)), 2.4rem)); }
.stc-u-scroll .stc-padding { color: #000; }
.stc-cells .stc-u-lit { z-index: 1; }
.stc-cells .stc-u-lit::before { content: ""; position: absolute; inset: 1px; border: 3px solid #ff7a00; outline: 1px solid #000; box-shadow: inset 0 0 0 1px #000; pointer-events: none; }
.stc-cells .stc-u-wrong::before { content: ""; position: absolute; inset: 1px; border: 2px dotted #c0392b; outline: 1px solid #fff; pointer-events: none; }
.stc-u-story { margin-top: 0.75rem; padding: 0.5rem 0.75rem; background: var(--soft); border-left: 4px solid #ff7a00; border-radius: 0 6px 6px 0; min-height: 6.2em; }
.stc-u-story p + p { margin-top: 0.25rem; }
.stc-u-part { margin-top: 0.9rem; padding-top: 0.6rem; border-top: 1px solid var(--line); }
.stc-u-pair { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0.75rem 1.75rem; align-items: start; --cell: 2.2rem; }
.stc-u-quiet { color: var(--quiet); font-size: 0.85rem; }
.stc-u-bars { display: grid; gap: 3px; margin-top: 0.4rem; }
.stc-u-bar { display: grid; grid-template-columns: 11.5rem minmax(0, 1fr) 10rem; gap: 0 0.6rem; align-items: center; font-variant-numeric: tabular-nums; }
.stc-u-bar > :last-child { white-space: nowrap; }
.stc-u-memory .stc-u-bar { grid-template-columns: 3.6rem minmax(0, 1fr) 9.5rem; }
.stc-u-track { height: 16px; background-color: color-mix(in srgb, var(--ink) 8%, var(--ground)); }
.stc-u-bars[data-log="true"] .stc-u-track { background-image: repeating-linear-gradient(90deg, var(--edge) 0 1px, transparent 1px calc(100% / var(--steps))); }
.stc-u-fill { display: block; height: 100%; width: 0; background: var(--other); print-color-adjust: exact; }
.stc-u-page { background: var(--page); }
.stc-u-python { background: var(--python); }
.stc-u-ticks { display: grid; grid-template-columns: 11.5rem minmax(0, 1fr) 10rem; gap: 0 0.6rem; height: 1.3rem; font-size: 0.75rem; color: var(--quiet); }
.stc-u-ticks > div { grid-column: 2; position: relative; }
.stc-u-ticks span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.stc-u-start { min-width: 8rem; background: var(--accent); border-color: var(--accent); color: var(--ground); font-weight: 600; }
.stc-u-start:hover { background: color-mix(in srgb, var(--accent) 85%, var(--ink)); }
.stc-u-told { min-height: 2.9em; margin-top: 0.4rem !important; }
.stc-u-key { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.35em; }
@container (max-width: 38rem) {
  .stc-u-desk, .stc-u-pair { grid-template-columns: minmax(0, 1fr); }
  .stc-u-bar, .stc-u-memory .stc-u-bar { grid-template-columns: minmax(0, 1fr) auto; }
  .stc-u-bar .stc-u-track { grid-row: 2; grid-column: 1 / -1; height: 12px; }
  .stc-u-ticks { grid-template-columns: minmax(0, 1fr); }
  .stc-u-ticks > div { grid-column: 1; }
  .stc-u-ticks span:first-child { transform: none; }
  .stc-u-ticks span:last-child { transform: translateX(-100%); }
  .stc-u-ticks span:nth-child(even):not(:last-child) { display: none; }
}
`;
