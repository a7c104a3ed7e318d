// How Ledger looks; style.js, cost_style.js and layer_list.js say the rest.

export const STYLE = `
.stc-l-scroll { overflow-x: auto; }
.stc .stc-l-table { display: table; max-width: none; border-collapse: collapse; width: 100%; margin: 0.4rem 0 0; font-size: 0.85rem; font-variant-numeric: tabular-nums; color: inherit; }
.stc-l-table th, .stc-l-table td { padding: 0.15rem 0.35rem; text-align: right; font-weight: 400; white-space: nowrap; border: 0; background: none; color: inherit; }
.stc-l-table thead th { color: var(--quiet); border-bottom: 1px solid var(--edge); vertical-align: bottom; }
.stc-l-table thead th.stc-l-shown { color: var(--ink); font-weight: 600; }
.stc-l-table th:first-child { text-align: left; padding-left: 0.3rem; }
.stc-l-table tfoot th, .stc-l-table tfoot td { border-top: 1px solid var(--edge); font-weight: 600; }
.stc-l-table tbody tr.stc-l-marked > * { background: color-mix(in srgb, var(--accent) 14%, var(--ground)); }
.stc-l-said { padding: 0.5rem 0; }
.stc-l-said strong { font-weight: 600; }
.stc-l-fold { padding-top: 0.6rem; }
.stc-l-fold > summary { min-height: 28px; cursor: pointer; width: fit-content; font-weight: 600; }
`;
