// How ConfidenceDial is laid out: dial and table, then two plots; or the table of classes.

export const STYLE = `
.stc { --violet: #7b3294; --red: #b2182b; }
.stc[data-scheme="dark"] { --violet: #d0a3e8; --red: #f08a78; }
.stc-cd-top { display: grid; grid-template-columns: minmax(0, 4fr) minmax(0, 7fr); gap: 0.5rem 1.5rem; align-items: center; }
.stc-cd-gauge { display: block; width: 100%; max-width: 17rem; margin: 0 auto; }
.stc-cd-gauge text { fill: var(--quiet); font-size: 11px; }
.stc-cd-scale { fill: none; stroke: var(--line); stroke-width: 11; }
.stc-cd-gap { fill: none; stroke: var(--orange); stroke-width: 11; }
.stc-cd-mark { fill: var(--ink); }
.stc-cd-gauge .stc-cd-mark-name { fill: var(--ink); font-weight: 600; font-style: italic; }
.stc-cd-needle { stroke: var(--ink); stroke-width: 4; stroke-linecap: round; }
.stc-cd-hub { fill: var(--ink); }
.stc-cd-read { text-align: center; font-variant-numeric: tabular-nums; }
.stc table.stc-cd-table { width: 100%; margin: 0; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.85rem; display: table; }
.stc-cd-table :is(th, td) { padding: 0.2rem 0.4rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: middle; background: none; color: inherit; }
.stc-cd-table thead th { color: var(--quiet); font-weight: 400; }
.stc-cd-table tbody th { font-weight: 400; }
.stc-cd-ways :is(thead th:first-child, tbody th) { text-align: left; }
.stc-cd-ways tbody th > div { display: flex; align-items: center; gap: 0.5rem; min-height: 2.9em; line-height: 1.25; }
.stc-cd-ways td { min-width: 5.2em; }
.stc-cd-ways small { display: block; color: var(--quiet); font-size: 0.75rem; }
.stc-cd-ways small:empty { display: none; }
.stc-cd-table .stc-cd-bad { background: color-mix(in srgb, var(--red) 18%, var(--ground)); font-weight: 600; }
.stc-cd-arc { display: inline-block; width: 1em; height: 0.6em; margin-right: 0.4em; background: var(--orange); }
.stc-cd-key { flex: none; width: 1.7em; border-top: 5px solid var(--blue); }
.stc-cd-key.stc-cd-naive { border-top: 3px dotted var(--ink); }
.stc-cd-key.stc-cd-clipped { border-top: 3px dashed var(--orange); }
.stc-cd-key.stc-cd-squared { border-top: 0; height: 2px; background: repeating-linear-gradient(90deg, var(--violet) 0 10px, transparent 10px 13px, var(--violet) 13px 15px, transparent 15px 18px); }
.stc-cd-story { margin-top: 0.5rem; padding: 0.45rem 0.7rem; background: var(--soft); border-left: 4px solid #c79a00; border-radius: 0 6px 6px 0; font-variant-numeric: tabular-nums; }
.stc-cd-top .stc-cd-story { min-height: 4.4em; }
.stc-cd-plots { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem 1.25rem; margin-top: 0.75rem; }
.stc-cd-plots .stc-plot { cursor: ew-resize; }
.stc-cd-plots + .stc-hint { margin-top: 0.4rem; }
.stc-cd-lens { fill: var(--soft); }
.stc-plot .stc-cd-line { stroke: var(--blue); stroke-width: 5; stroke-opacity: 0.8; stroke-linejoin: round; }
.stc-plot .stc-cd-line.stc-cd-naive { stroke: var(--ink); stroke-width: 2.5; stroke-opacity: 1; stroke-dasharray: 0.1 6; stroke-linecap: round; }
.stc-plot .stc-cd-line.stc-cd-clipped { stroke: var(--orange); stroke-width: 2.5; stroke-opacity: 1; stroke-dasharray: 8 6; }
.stc-plot .stc-cd-line.stc-cd-squared { stroke: var(--violet); stroke-width: 2; stroke-opacity: 1; stroke-dasharray: 10 3 2 3; }
.stc-plot .stc-cd-cursor { stroke: var(--edge); stroke-width: 1; stroke-dasharray: 2 3; }
.stc-cd-dot { fill: var(--ground); stroke: var(--blue); stroke-width: 2; }
.stc-cd-dot.stc-cd-naive { stroke: var(--ink); }
.stc-cd-dot.stc-cd-clipped { stroke: var(--orange); }
.stc-cd-dot.stc-cd-squared { stroke: var(--violet); }
.stc-cd-gone { fill: color-mix(in srgb, var(--red) 22%, var(--ground)); stroke: var(--red); stroke-width: 1; }
.stc-plot .stc-cd-gone-text { fill: var(--ink); font-weight: 600; font-size: 11px; }
.stc-cd-classes tbody th { text-align: center; }
.stc-cd-classes :is(th, td):nth-child(-n + 3) { text-align: center; }
.stc-cd-classes input[type="radio"] { width: 24px; height: 24px; margin: 0; accent-color: var(--accent); vertical-align: middle; }
.stc-cd-track { position: relative; display: block; width: 100%; min-width: 3.5rem; height: 10px; margin-top: 2px; background: var(--soft); border: 1px solid var(--line); }
.stc-cd-fill { position: absolute; top: 0; bottom: 0; background: var(--edge); print-color-adjust: exact; }
.stc-cd-signed .stc-cd-fill { background: var(--blue); }
.stc-cd-signed .stc-cd-fill[data-sign="above"] { background: var(--red); }
.stc-cd-signed::before { content: ""; position: absolute; left: 50%; top: -3px; bottom: -3px; border-left: 1px solid var(--edge); }
.stc-cd-number { display: block; }
.stc:fullscreen .stc-cd-table { font-size: 1.05rem; }
@container (max-width: 34rem) {
  .stc-cd-top, .stc-cd-plots { grid-template-columns: minmax(0, 1fr); }
  .stc-cd-ways td { min-width: 4.2em; }
  .stc-cd-table :is(th, td) { padding: 0.2rem 0.2rem; }
  .stc-cd-classes { font-size: 0.78rem !important; }
  .stc-cd-classes .stc-cell { width: 2.8rem; }
  .stc-cd-track { min-width: 2.6rem; }
}
`;
