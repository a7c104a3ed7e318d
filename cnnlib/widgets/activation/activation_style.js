// How Activation is laid out: curve and stack side by side, then the four maps.

export const STYLE = `
.stc-a-grid { --tall: 15rem; }
.stc:fullscreen .stc-a-grid { --tall: 40vh; }
.stc:fullscreen .stc-a-top { max-width: 60rem; }
.stc-a-top { display: grid; grid-template-columns: minmax(0, 9fr) minmax(0, 7fr); gap: 0.75rem 1.5rem; align-items: start; }
.stc-curve .stc-plot { cursor: ew-resize; }
.stc-plot .stc-hill { fill: color-mix(in srgb, var(--quiet) 38%, transparent); }
.stc-plot .stc-bend { stroke: var(--blue); stroke-width: 3; stroke-linejoin: round; }
.stc-plot .stc-slope { stroke: var(--orange); stroke-width: 2.2; stroke-dasharray: 7 4; }
.stc-plot .stc-guide { stroke: var(--edge); stroke-width: 1; stroke-dasharray: 2 3; }
.stc-plot .stc-tangent { stroke: var(--ink); stroke-width: 2; stroke-linecap: round; }
.stc-plot .stc-slope-dot { fill: var(--ground); stroke: var(--orange); stroke-width: 2.5; }
.stc-curve { position: relative; }
.stc-readout { position: absolute; left: 0.5rem; top: 0.4rem; pointer-events: none; font-variant-numeric: tabular-nums; line-height: 1.5; }
.stc-readout p { display: flex; align-items: center; white-space: pre; background: color-mix(in srgb, var(--ground) 82%, transparent); width: fit-content; border-radius: 4px; padding-right: 0.3rem; }
.stc-readout b { font-weight: 600; }
.stc-readout i { flex: none; width: 1.6em; margin-right: 0.5em; }
.stc-readout .stc-formula-line { font-weight: 600; }
.stc-readout .stc-key-line { color: var(--quiet); font-size: 0.8rem; }
.stc-key-point { height: 12px; width: 12px !important; margin: 0 calc(0.5em + 0.8em - 6px) 0 calc(0.8em - 6px) !important; border-radius: 50%; background: #ffd60a; border: 1.5px solid #000; }
.stc-key-bend { border-top: 3px solid var(--blue); }
.stc-key-slope { border-top: 2.5px dashed var(--orange); }
.stc-key-hill { height: 0.7em; background: color-mix(in srgb, var(--quiet) 38%, transparent); }
.stc-plot .stc-stack-line { stroke: color-mix(in srgb, var(--orange) 55%, var(--ground)); stroke-width: 1.5; }
.stc-plot .stc-dot { fill: var(--orange); }
.stc-plot .stc-dot-zero { fill: var(--ground); stroke: var(--orange); stroke-width: 2; }
.stc-plot .stc-dot-now { stroke: var(--ink); stroke-width: 2; }
.stc-a-stack { display: flex; flex-direction: column; gap: 0.35rem; }
.stc-a-maps { margin-top: 0.9rem; padding-top: 0.2rem; border-top: 1px solid var(--line); }
.stc-a-grid { display: grid; grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr); gap: 0.6rem 0.5rem; align-items: start; max-width: calc(2 * var(--tall) * var(--wide) + 4.5rem); }
.stc-a-arrow { align-self: center; text-align: center; color: var(--quiet); font-size: 0.85rem; line-height: 1.1; min-width: 3.2rem; }
.stc-a-arrow b { display: block; font-size: 1.5rem; font-weight: 400; color: var(--ink); line-height: 1; }
.stc-a-under { display: grid; gap: 0.15rem; margin-top: 0.3rem; }
.stc-a-under .stc-legend { max-width: 13rem; }
.stc-a-pixel { margin-top: 0.5rem !important; min-height: 1.45em; }
@container (max-width: 34rem) {
  .stc-a-top { grid-template-columns: minmax(0, 1fr); }
  .stc-a-what { display: none; }
  .stc-a-grid { gap: 0.6rem 0.2rem; }
  .stc-a-arrow { min-width: 1.3rem; font-size: 0.7rem; }
  .stc-readout { font-size: 0.8rem; line-height: 1.35; top: 0; left: 0; }
  .stc-readout .stc-key-line { font-size: 0.72rem; }
}
`;
