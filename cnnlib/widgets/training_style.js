// How training looks wherever it is shown: the buttons that start and stop it, its curves and their keys.

export const STYLE = `
.stc { --line-a: #0b559f; --line-b: #d95f02; --line-c: #48566b; --line-d: #7b3294; --line-e: #1b7837; --line-f: #8c510a; }
.stc[data-scheme="dark"] { --line-a: #7fb2f0; --line-b: #f5923e; --line-c: #b6bec9; --line-d: #c99bdc; --line-e: #6dc58a; --line-f: #d3a46a; }
.stc-t-bar-of-play { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.stc-t-play { min-width: 5.5rem; background: var(--accent); border-color: var(--accent); color: var(--ground); font-weight: 600; }
.stc-t-play:hover { background: color-mix(in srgb, var(--accent) 85%, var(--ink)); }
.stc-t-charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem 1rem; }
.stc-t-plot p { font-size: 0.85rem; color: var(--quiet); }
.stc-t-chart { display: block; width: 100%; height: 130px; color: var(--ink); }
.stc-t-keys { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1.5rem; font-size: 0.8rem; color: var(--quiet); }
.stc-t-keys span > span { margin-right: 0.9rem; white-space: nowrap; }
.stc-t-keys .stc-t-key { display: inline-block; width: 1.4rem; height: 0; margin-right: 0.35rem; border-top: 3px solid currentColor; vertical-align: middle; }
.stc-t-keys .stc-t-dashed { border-top-style: dashed; }
`;
