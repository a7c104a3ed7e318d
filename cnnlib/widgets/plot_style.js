// How the plots of plot.js look, and a point on them that can be moved.

export const PLOT_STYLE = `
.stc { --blue: #0b559f; --orange: #c24e00; }
.stc[data-scheme="dark"] { --blue: #79b4f5; --orange: #ff9d52; }
.stc-subtitle { font-weight: 600; }
.stc-hint { color: var(--quiet); font-size: 0.8rem; line-height: 1.4; }
.stc-plot-room { width: 100%; }
.stc-plot { display: block; width: 100%; overflow: visible; touch-action: pan-y; user-select: none; -webkit-user-select: none; }
.stc-plot path { fill: none; vector-effect: non-scaling-stroke; }
.stc-plot text { fill: var(--quiet); font-size: 11.5px; font-variant-numeric: tabular-nums; }
.stc-plot .stc-axis { stroke: var(--edge); stroke-width: 1.2; }
.stc-plot .stc-grid-line { stroke: var(--line); stroke-width: 1; }
.stc-handle { outline: none; }
.stc-handle circle:last-child { fill: #ffd60a; stroke: #000; stroke-width: 2; }
.stc-handle:focus-visible circle:first-child { stroke: var(--accent); stroke-width: 3; }
`;
