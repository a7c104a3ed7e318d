// How DepthwiseCalculator looks; style.js and cost_style.js say the rest.

export const STYLE = `
.stc-w-said { padding: 0.5rem 0; }
.stc-w-links { display: block; width: 100%; max-width: 30rem; margin: 0.6rem 0 0; color: var(--ink); }
.stc-w-links text { fill: currentColor; font-size: 11px; font-variant-numeric: tabular-nums; }
.stc-w-link { stroke: var(--ink); stroke-opacity: 0.16; stroke-width: 0.7; }
.stc-w-used { stroke: var(--dense); stroke-width: 1.6; }
.stc-w-dot { fill: var(--ground); stroke: var(--edge); stroke-width: 1; }
.stc-w-on { fill: var(--dense); stroke: var(--dense); stroke-width: 1; }
.stc-w-caption { font-size: 0.85rem; color: var(--quiet); }
`;
