// How ShapeBench is laid out: the input with its windows, the output, the formula, the other settings.

export const STYLE = `
.stc { --violet: repeating-linear-gradient(45deg, #cdb4f5 0 4px, #e3d5fb 4px 7px); }
.stc-bench-grids { display: grid; gap: 0.75rem 1.5rem; align-items: start; }
.stc-bench-grids[data-dimensions="2"] { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); --cell: 2rem; }
.stc-bench-title { font-weight: 600; }
.stc-bench-title span { font-weight: 400; color: var(--quiet); }
.stc-bench-hint { color: var(--quiet); font-size: 0.8rem; line-height: 1.35; margin-bottom: 0.3rem !important; }
.stc-bench-heads, .stc-bench-bars { max-width: calc(var(--columns) * var(--cell, 2.4rem)); }
.stc-bench-heads { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); font-size: 0.72rem; color: var(--quiet); text-align: center; font-variant-numeric: tabular-nums; }
.stc-bench-heads span { min-width: 0; overflow: visible; white-space: nowrap; }
.stc-bench-bars { position: relative; height: calc(var(--lanes) * 17px); margin-top: 4px; }
.stc-bench-bar { position: absolute; height: 13px; cursor: pointer; }
.stc-bench-bar::before { content: ""; position: absolute; inset: 5px 6% auto; border-top: 2px solid var(--edge); }
.stc-bench-bar span { position: absolute; top: 0; height: 12px; padding: 0; }
.stc-bench-bar span::before { content: ""; position: absolute; inset: 0 12%; background: #2f79bd; border-radius: 3px; }
.stc-bench-bar .stc-zero::before { background: repeating-linear-gradient(135deg, #c9ccd1 0 3px, #9ba2ac 3px 5px); }
.stc-bench-bar:hover span::before { outline: 2px solid var(--accent); }
.stc-marked span::before { background: #ffd60a; outline: 1.5px solid #000; }
.stc-marked .stc-zero::before { background: repeating-linear-gradient(135deg, #ffd60a 0 3px, #b3b8c0 3px 5px); }
.stc-cells .stc-unread { background: var(--violet); color: #000; box-shadow: 0 0 0 1px #7a35d8, 0 0 7px 1px #a75bff; }
@media (prefers-reduced-motion: no-preference) { .stc-cells .stc-unread { animation: stc-glow 0.9s ease-in-out 4 alternate; } }
@keyframes stc-glow { from { box-shadow: 0 0 0 1px #7a35d8, 0 0 2px 1px #a75bff; } to { box-shadow: 0 0 0 1px #7a35d8, 0 0 14px 5px #a75bff; } }
.stc-cells .stc-begin::after { content: ""; position: absolute; left: 6%; top: 6%; width: max(4px, 18%); aspect-ratio: 1; border-radius: 50%; background: #ff7a00; box-shadow: 0 0 0 1px #fff; pointer-events: none; }
.stc-cells .stc-tap::before { content: ""; position: absolute; inset: 2px; border: 2px solid #ffd60a; outline: 1px solid #000; pointer-events: none; }
.stc-bench-story { margin-top: 0.75rem; padding: 0.5rem 0.75rem; background: var(--soft); border-left: 4px solid #8a4be0; border-radius: 0 6px 6px 0; min-height: 3.9em; }
.stc-bench-key { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.4em; background: var(--violet); box-shadow: 0 0 0 1px #7a35d8, 0 0 5px 1px #a75bff; }
.stc-bench-desk { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0.75rem 1.5rem; margin-top: 0.75rem; align-items: start; }
.stc-bench-formula { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.1rem 0.8rem; font-variant-numeric: tabular-nums; }
.stc-bench-formula > span:nth-of-type(odd) { color: var(--quiet); }
.stc-bench-formula > strong { grid-column: 1 / -1; margin-top: 0.35rem; font-weight: 600; }
.stc-bench-kernel { display: flex; gap: 2px; margin: 0.5rem 0; }
.stc-bench-kernel i { width: min(1.1rem, 4%); aspect-ratio: 1; border: 1px dashed var(--edge); border-radius: 3px; }
.stc-bench-kernel .stc-weight { background: #2f79bd; border: 1px solid #174a7c; }
.stc-bench-others { margin-top: 0.9rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
.stc-bench-scroll { overflow-x: auto; }
.stc-bench-table { border-collapse: collapse; font-size: 0.85rem; width: 100%; margin: 0 0 0.4rem; }
.stc-bench-table caption { text-align: left; color: var(--ink); font-weight: 600; padding-bottom: 0.3rem; caption-side: top; }
.stc-bench-table :is(th, td) { text-align: left; padding: 0.2rem 0.7rem 0.2rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
.stc-bench-table td > div { display: flex; flex-wrap: wrap; gap: 0.2rem 0.6rem; align-items: center; justify-content: space-between; }
.stc-bench-table thead th { color: var(--quiet); }
.stc-bench-strip { display: inline-flex; gap: 1px; }
.stc-bench-strip i { width: min(7px, 0.65cqw); height: 12px; position: relative; }
.stc-bench-strip .stc-in { background: color-mix(in srgb, #2f79bd 45%, var(--ground)); }
.stc-bench-strip .stc-out { background: repeating-linear-gradient(135deg, #c9ccd1 0 2px, #8d949e 2px 3px); }
.stc-bench-strip .stc-begins::after { content: ""; position: absolute; inset: 3px 1px; border-radius: 50%; background: #ff7a00; box-shadow: 0 0 0 1px #000; }
.stc:fullscreen .stc-bench-grids { --cell: 3rem; }
@container (max-width: 36rem) {
  .stc-bench-grids[data-dimensions="2"], .stc-bench-desk { grid-template-columns: minmax(0, 1fr); }
  .stc-bench-strip { display: none; }
  .stc-bench-table :is(th, td) { padding-right: 0.45rem; }
}
`;
