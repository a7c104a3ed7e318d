// How ThreeWorlds is laid out: the kernel, then a room for each world.

export const STYLE = `
.stc-w-kernel { display: flex; flex-wrap: wrap; gap: 0.5rem 1.2rem; align-items: end; padding-top: 0.5rem; }
.stc-w-kernel .stc-te-boxes { grid-template-columns: repeat(var(--columns), minmax(0, 3.2rem)); }
.stc-w-room { margin-top: 0.8rem; padding-top: 0.5rem; border-top: 1px solid var(--line); display: grid; gap: 0.35rem; }
.stc-w-head { display: flex; flex-wrap: wrap; gap: 0.1rem 0.8rem; align-items: baseline; }
.stc-w-shapes { font: 0.78rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--quiet); }
.stc-w-pair { display: grid; grid-template-columns: repeat(2, minmax(0, 20rem)); gap: 0.5rem 1rem; align-items: start; }
.stc-w-sum { font-size: 0.85rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.stc-w-name { font-size: 0.8rem; color: var(--quiet); }
.stc-plot .stc-w-line { stroke: var(--blue); stroke-width: 1.8; }
.stc-w-dot { fill: var(--blue); }
.stc-w-window { fill: #ffd60a; fill-opacity: 0.45; stroke: var(--edge); }
.stc-w-room .stc-ng-cell { width: min(4.4rem, calc((100cqw - 8px) / var(--columns) - 1px)); min-height: 36px; }
@container (max-width: 34rem) {
  .stc-w-pair { grid-template-columns: minmax(0, 1fr); }
  .stc-w-kernel .stc-te-boxes { grid-template-columns: repeat(4, 3.4rem); }
}
`;
