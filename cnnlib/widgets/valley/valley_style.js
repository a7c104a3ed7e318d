// How Valley is laid out: the map, the steps, then the three optimizers beside their losses.

export const STYLE = `
.stc-v-map { border: 1px solid var(--edge); }
.stc-v-map .stc-plot { cursor: crosshair; }
.stc-v-map .stc-handle { cursor: move; touch-action: none; }
.stc-plot .stc-v-level { fill: color-mix(in srgb, var(--quiet) 2%, transparent); stroke: color-mix(in srgb, var(--ink) 30%, var(--ground)); stroke-width: 1; }
.stc-plot .stc-v-minimum { stroke: var(--ink); stroke-width: 2; }
.stc-v-sgd { --own: var(--line-a); }
.stc-v-momentum { --own: var(--line-b); }
.stc-v-adam { --own: var(--line-c); }
.stc-plot .stc-v-path { stroke: var(--own); stroke-width: 1.4; stroke-linejoin: round; }
.stc-plot :is(.stc-v-marks, .stc-v-now) { fill: var(--own); }
.stc-plot .stc-v-now { stroke: var(--own); stroke-width: 5; stroke-linejoin: round; }
.stc-v-hint { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin-top: 0.2rem !important; }
.stc-v .stc-player { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.9rem; padding: 0.5rem 0; }
.stc-v .stc-play { min-width: 4.2rem; }
.stc-v .stc-player .stc-value { min-width: 5em; }
.stc-v-below { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 0.6rem 1rem; border-top: 1px solid var(--line); padding-top: 0.4rem; }
.stc-v-row { display: grid; grid-template-columns: auto minmax(0, 1fr) 6.4rem; align-items: center; gap: 0 0.4rem; padding-bottom: 0.35rem; }
.stc-v-row > .stc-toggle { width: 8.4rem; white-space: nowrap; }
.stc-v-row .stc-labeled { flex-wrap: nowrap; white-space: nowrap; }
.stc-v-row .stc-toggle svg { width: 14px; height: 14px; margin-left: 0.3rem; fill: var(--own); vertical-align: -2px; }
.stc-v-row b { font-weight: 600; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.stc-v-row input[type="range"] { width: 4rem; }
.stc-v-row .stc-value { min-width: 3em; }
.stc:fullscreen .stc-v { max-width: 105vh; margin: 0 auto; }
.stc-v-more { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0 1rem; padding-left: 1.8rem; }
.stc-v-row .stc-hint { grid-column: 1 / -1; min-height: 1.4em; padding-left: 1.8rem; }
.stc-v .stc-t-chart { height: 190px; }
@container (max-width: 40rem) {
  .stc-v-below { grid-template-columns: minmax(0, 1fr); }
  .stc-v .stc-t-chart { height: 130px; }
  .stc-v-hint span { font-size: 0.72rem; }
  .stc-v .stc-player .stc-button { padding: 0.1rem 0.4rem; }
  .stc-v .stc-player .stc-play { min-width: 3.6rem; }
  .stc-v-row { grid-template-columns: minmax(0, 1fr) auto; }
  .stc-v-row > :nth-child(2) { order: 1; grid-column: 1 / -1; padding-left: 1.8rem; }
  .stc-v-row > :nth-child(n + 4) { order: 2; }
  .stc-v-row .stc-hint { min-height: 2.8em; }
}
`;
