// How the time scrubber is laid out: the clock, the graph, the rule of the step, the table.

export const STYLE = `
.stc-ts { --ts-value: #0b559f; --ts-gradient: #b34700; }
.stc[data-scheme="dark"] .stc-ts { --ts-value: #79b4f5; --ts-gradient: #ff9d52; }
.stc-ts .stc-player { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.9rem; padding-bottom: 0.4rem; }
.stc-ts .stc-play { min-width: 4.2rem; }
.stc-ts .stc-player .stc-value { min-width: 4.2em; }
.stc-ts-room { overflow-x: auto; width: 100%; }
.stc-ts-graph { display: block; user-select: none; -webkit-user-select: none; }
.stc-ts-graph text { font-size: 12px; fill: var(--ink); font-variant-numeric: tabular-nums; }
.stc-ts-line { fill: none; stroke: var(--edge); stroke-width: 1.2; }
.stc-ts-forward { stroke: var(--ts-value); stroke-width: 3; }
.stc-ts-backward { stroke: var(--ts-gradient); stroke-width: 3; }
.stc-ts-backward path:first-child { stroke-dasharray: 8 4; }
.stc-ts-graph text.stc-ts-value { fill: var(--ts-value); }
.stc-ts-graph text.stc-ts-gradient { fill: var(--ts-gradient); font-weight: 600; }
.stc-ts-graph > text { paint-order: stroke; stroke: var(--ground); stroke-width: 5px; stroke-linejoin: round; pointer-events: none; }
.stc-ts-graph > text.stc-ts-dim { font-size: 11px; }
.stc-ts-node { cursor: pointer; }
.stc-ts-node rect { fill: var(--ground); stroke: var(--edge); stroke-width: 1.4; }
.stc-ts-node.stc-ts-given rect { fill: var(--soft); }
.stc-ts-node.stc-ts-constant rect { stroke-dasharray: 3 3; }
.stc-ts-node.stc-ts-now rect { stroke: var(--ink); stroke-width: 3; }
.stc-ts-node .stc-ts-name { font-weight: 700; }
.stc-ts-sign { fill: var(--quiet); font-weight: 400; }
.stc-ts-node.stc-ts-probe .stc-ts-name { text-decoration: underline; }
.stc-ts-key { display: flex; flex-wrap: wrap; gap: 0.1rem 1.2rem; font-size: 0.8rem; color: var(--quiet); padding-top: 0.3rem; }
.stc-ts-key b { font-weight: 600; }
.stc-ts-key .stc-ts-v { color: var(--ts-value); }
.stc-ts-key .stc-ts-g { color: var(--ts-gradient); }
.stc-ts-rule { margin-top: 0.5rem; padding: 0.5rem 0.75rem; background: var(--soft); border-left: 4px solid var(--ts-value); border-radius: 0 6px 6px 0; min-height: calc(1.45em * var(--lines, 2) + 1rem); font-variant-numeric: tabular-nums; }
.stc-ts-rule[data-kind="backward"], .stc-ts-rule[data-kind="seed"] { border-left-color: var(--ts-gradient); }
.stc-ts-rule span { color: var(--quiet); font-size: 0.85rem; }
.stc-ts-rule .stc-ts-bad { color: inherit; font-weight: 600; }
.stc-ts-check { display: flex; flex-wrap: wrap; align-items: center; gap: 0.2rem 1.1rem; margin-top: 0.7rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
.stc-ts-check p { flex: 1 1 20rem; font-size: 0.85rem; min-height: 4.4em; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.stc-ts-tables { overflow-x: auto; }
.stc table.stc-ts-table { display: table; width: 100%; max-width: none; margin: 0.3rem 0; border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.stc-ts-table caption { caption-side: top; text-align: left; color: var(--quiet); font-size: 0.8rem; padding: 0 0 0.2rem; }
.stc-ts-table th, .stc-ts-table td { text-align: left; padding: 1px 0.5rem 1px 0; border: 0; border-bottom: 1px solid var(--line); background: none; font-weight: 400; }
.stc-ts-table thead th { color: var(--quiet); font-size: 0.8rem; }
.stc-ts-table td:nth-child(3) { color: var(--ts-gradient); font-weight: 600; }
.stc-ts-table .stc-cell { height: 26px; min-height: 26px; color: var(--ts-value); }
.stc-ts-table td:nth-child(2) { color: var(--ts-value); }
.stc-ts-table th span { color: var(--quiet); font-size: 0.8rem; }
.stc-ts-table tr.stc-ts-row > * { background: var(--soft); }
.stc-ts-table tr.stc-ts-row > :first-child { box-shadow: inset 4px 0 var(--ink); }
.stc-ts-choose { font: inherit; font-weight: 700; color: inherit; min-width: 2.6rem; min-height: 26px; border: 1px solid transparent; border-radius: 6px; background: none; cursor: pointer; text-align: left; padding: 0 0.4rem; }
.stc-ts-choose:hover { border-color: var(--edge); }
.stc-ts-choose[aria-pressed="true"] { border-color: var(--ink); text-decoration: underline; }
.stc-ts-table b[data-passes="true"] { color: #1b7a3d; }
.stc-ts-table b[data-passes="false"] { color: #b3261e; }
.stc[data-scheme="dark"] .stc-ts-table b[data-passes="true"] { color: #6fd08c; }
.stc[data-scheme="dark"] .stc-ts-table b[data-passes="false"] { color: #ff8a80; }
@container (max-width: 34rem) {
  .stc-ts-table th span { display: block; font-size: 0.7rem; line-height: 1.1; padding-left: 0.4rem; }
  .stc-ts-table tr:has(.stc-cell) th span { display: none; }
  .stc table.stc-ts-table { font-size: 0.78rem; }
  .stc-ts-table .stc-cell { width: 2.9rem; }
  .stc-ts-table th, .stc-ts-table td { padding-right: 0.25rem; }
  .stc-ts-rule { font-size: 0.85rem; }
  .stc-ts .stc-player .stc-button { padding: 0.1rem 0.4rem; }
}
`;
