// How the judge looks; style.js, feature_maps_style.js and plot_style.js say the rest.

export const STYLE = `
.stc { --j-green: #1b7837; }
.stc[data-scheme="dark"] { --j-green: #7fd08a; }
.stc-j-brush { padding-top: 0.35rem; }
.stc-j-verdict { font-weight: 600; padding: 0.5rem 0 0.25rem; }
.stc-j-grid { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.5rem 0.6rem; }
.stc-j-title { font-weight: 600; }
.stc-j-hint, .stc-j-mark { color: var(--quiet); font-size: 0.8rem; line-height: 1.35; }
.stc-j-mark { grid-column: 1 / -1; padding-top: 0.2rem; }
.stc-j-pane { min-width: 0; display: grid; gap: 0.25rem; align-content: start; }
.stc-j-pane .stc-legend { min-width: 0; flex: none; }
.stc-j-p { font-size: 0.85rem; font-variant-numeric: tabular-nums; text-align: center; }
.stc .stc-j-table { display: table; width: 100%; max-width: none; margin: 0.5rem 0; border-collapse: collapse; table-layout: fixed; font-variant-numeric: tabular-nums; color: inherit; }
.stc .stc-j-table th, .stc .stc-j-table td { border: 0; background: none; color: inherit; padding: 0.1rem 0.2rem; }
.stc .stc-j-table tr { background: none; }
.stc .stc-j-table th[scope="colgroup"] { text-align: left; font-weight: 400; font-size: 0.85rem; color: var(--quiet); border-top: 1px solid var(--line); padding-top: 0.35rem; }
.stc .stc-j-table thead th { text-align: center; font-weight: 600; }
.stc .stc-j-table td { text-align: center; font-weight: 600; padding-bottom: 0.35rem; }
.stc-j-pixel { padding-top: 0.4rem; font-variant-numeric: tabular-nums; min-height: 2.9em; font-size: 0.85rem; }
.stc-j-test { border-top: 1px solid var(--line); margin-top: 0.5rem; padding-top: 0.5rem; }
.stc-j-line { stroke-width: 2.5; fill: none; }
.stc-j-saliency { stroke: var(--blue); }
.stc-j-occlusion { stroke: var(--orange); stroke-dasharray: 7 3; }
.stc-j-grad_cam { stroke: var(--j-green); stroke-dasharray: 2 3; }
.stc-j-chance { stroke: var(--quiet); stroke-width: 1.5; }
.stc-j-now { stroke: var(--ink); stroke-width: 1; }
.stc-j-key { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.stc-j-key svg { vertical-align: middle; overflow: visible; }
@container (max-width: 34rem) { .stc-j-pane .stc-legend { font-size: 0.7rem; } .stc-j-pane .stc-legend > div { grid-template-columns: 1fr 1fr; } .stc-j-pane .stc-legend > div > :nth-child(2) { display: none; } .stc-j-grid { gap: 0.4rem; } }
@media print { .stc-j-hint { display: none; } }
`;
