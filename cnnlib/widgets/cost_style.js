// How bars of costs look, and the box in which one of them is worked out.

export const COST_STYLE = `
.stc { --conv: #0b559f; --dense: #c2510a; --other: #5b6675; }
.stc[data-scheme="dark"] { --conv: #7fb2f0; --dense: #f5923e; --other: #9aa4b2; }
.stc-l-title { padding-bottom: 0.25rem; font-weight: 600; }
.stc-l-bars { display: grid; gap: 2px; }
.stc-l-bar { display: grid; grid-template-columns: minmax(0, 1fr) 6rem; align-items: center; gap: 0 0.5rem; min-height: 28px; padding: 0.1rem 0.3rem; border: 1px solid transparent; border-radius: 4px; background: none; color: inherit; font: inherit; text-align: right; cursor: pointer; font-variant-numeric: tabular-nums; }
.stc-l-bar:hover { border-color: var(--ink); }
.stc-l-bar[aria-pressed="true"] { background: color-mix(in srgb, var(--accent) 14%, var(--ground)); }
.stc-l-bar[aria-pressed="true"] .stc-l-name { font-weight: 600; }
.stc-l-name { text-align: left; }
.stc-l-share { white-space: nowrap; }
.stc-l-track { grid-row: 2; height: 12px; background: color-mix(in srgb, var(--ink) 8%, var(--ground)); }
.stc-l-fill { display: block; height: 100%; width: 0; background: var(--other); print-color-adjust: exact; }
.stc-l-conv { background: var(--conv); }
.stc-l-dense { background: var(--dense); }
.stc-l-count { color: var(--quiet); font-size: 0.85rem; }
.stc-l-bar[aria-pressed="true"] .stc-l-count { color: inherit; }
.stc-l-worked { border-left: 4px solid var(--accent); background: var(--soft); padding: 0.4rem 0.75rem; min-height: 8.2rem; }
.stc-l-worked dl { margin: 0; display: grid; gap: 0 0.75rem; }
.stc-l-worked dt { font-weight: 400; color: var(--quiet); font-size: 0.85rem; margin: 0; }
.stc-l-worked dd { margin: 0; font-variant-numeric: tabular-nums; }
@container (min-width: 34rem) { .stc-l-bar { grid-template-columns: 11.5rem minmax(0, 1fr) 4rem 7.4rem; } .stc-l-track { grid-row: auto; grid-column: auto; height: 16px; } .stc-l-worked dl { grid-template-columns: max-content minmax(0, 1fr); } .stc-l-worked dt { padding-top: 0.05rem; } }
@media (prefers-reduced-motion: no-preference) { .stc-l-fill { transition: width 0.5s; } }
`;
