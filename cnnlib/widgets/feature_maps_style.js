// How the X-ray looks; the frame's style.js says the rest.

export const STYLE = `
.stc-x-quiet { color: var(--quiet); font-size: 0.85rem; }
.stc-x-top { display: grid; grid-template-columns: repeat(2, minmax(0, 13rem)); gap: 0.75rem 1.25rem; padding-top: 0.6rem; align-items: start; }
.stc-x-box { min-width: 0; }
.stc-x-says { grid-column: 1 / -1; }
.stc-x-pad { display: block; width: 100%; aspect-ratio: 1; border: 1px solid var(--edge); border-radius: 4px; background: var(--soft); color: var(--ink); touch-action: none; cursor: crosshair; }
.stc-x-buttons { padding-top: 0.35rem; }
.stc-x-bars { display: grid; gap: 1px; }
.stc-x-bar { display: grid; grid-template-columns: minmax(1.4rem, max-content) 1fr 4.4rem; gap: 0.5rem; align-items: center; min-height: 24px; padding: 0 0.25rem; border: 0; border-radius: 4px; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
.stc-x-bar:hover, .stc-x-bar[aria-pressed="true"] { background: color-mix(in srgb, var(--ink) 9%, var(--ground)); }
.stc-x-track { height: 12px; background: var(--soft); border-radius: 2px; }
.stc-x-fill { display: block; height: 100%; min-width: 1px; border-radius: 2px; background: var(--edge); print-color-adjust: exact; }
.stc-x-best .stc-x-fill { background: var(--accent); }
.stc-x-best { font-weight: 600; }
.stc-x-number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.stc-x-sources { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: center; padding: 0.75rem 0; }
.stc-x-thumbs { display: flex; flex-wrap: wrap; gap: 4px; }
.stc-x-thumb { width: 44px; height: 44px; padding: 2px; border: 1px solid var(--edge); border-radius: 4px; background: none; cursor: pointer; line-height: 0; }
.stc-x-thumb[aria-pressed="true"] { outline: 3px solid var(--accent); outline-offset: -1px; }
.stc-x-thumb canvas { width: 100%; height: 100%; image-rendering: pixelated; }
.stc-x-layer { border-top: 1px solid var(--line); padding: 0.5rem 0 0.75rem; }
.stc-x-head { display: flex; align-items: end; justify-content: space-between; gap: 0.15rem 1rem; padding-bottom: 0.35rem; }
.stc-x-facts { color: var(--quiet); }
.stc-x-facts strong { color: var(--ink); margin-right: 0.3rem; }
.stc-x-head .stc-legend { flex: 0 0 6.5rem; }
.stc-x-sheet { width: 100%; line-height: 0; }
.stc-x-maps { display: block; cursor: crosshair; max-width: 100%; }
.stc-x-panel { margin-top: 0.75rem; padding: 0.75rem; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 4px; background: var(--soft); }
.stc-x-unit { font-weight: 600; font-variant-numeric: tabular-nums; }
.stc-x-body { display: grid; gap: 1rem 1.5rem; padding-top: 0.6rem; }
.stc-x-views { display: grid; grid-template-columns: repeat(2, minmax(0, 11rem)); gap: 1rem; align-content: start; }
.stc-x-numbers { min-width: 0; display: grid; gap: 0.75rem; align-content: start; justify-items: start; }
.stc-x-product { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; max-width: 100%; overflow-x: auto; }
.stc-x-product > span { padding-top: 1.2rem; }
.stc .stc-x-grid { width: auto; margin: 0; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.8rem; }
.stc .stc-x-grid caption { caption-side: top; text-align: left; padding: 0 0 2px; color: var(--quiet); font-size: 0.8rem; }
.stc .stc-x-grid td { min-width: 2.6rem; height: 26px; padding: 0 3px; border: 1px solid var(--ground); text-align: right; print-color-adjust: exact; }
.stc .stc-x-grid td.stc-x-outside { color: var(--quiet); border: 1px dashed var(--edge); }
.stc .stc-x-grid td.stc-x-winner { box-shadow: inset 0 0 0 2px #000, inset 0 0 0 4px #ffd60a; font-weight: 600; }
.stc .stc-x-ledger { width: auto; margin: 0; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.85rem; }
.stc .stc-x-ledger tr { background: none; }
.stc .stc-x-ledger th { padding: 2px 1.5rem 2px 0; border: 0; font-weight: 400; text-align: left; }
.stc .stc-x-ledger td { padding: 2px 0; border: 0; text-align: right; white-space: nowrap; }
.stc .stc-x-ledger .stc-x-sum > * { border-top: 1px solid var(--edge); }
.stc .stc-x-ledger .stc-x-sum > td { font-weight: 600; }
.stc-x-pair { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.15rem 0.75rem; }
.stc-x-right { min-width: 0; display: grid; gap: 0.75rem; align-content: start; }
.stc-x-link { min-height: 24px; padding: 0; border: 0; background: none; color: var(--accent); font: inherit; text-decoration: underline; text-align: left; cursor: pointer; }
.stc-x-channel[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--ground); }
.stc-x-window { width: 10rem; image-rendering: pixelated; border: 1px solid var(--edge); }
.stc-x-tiny { width: 28px; height: 28px; image-rendering: pixelated; border: 1px solid var(--edge); }
@container (max-width: 34rem) {
  .stc-x-head { flex-wrap: wrap; }
}
@container (min-width: 34rem) {
  .stc-x-top { display: flex; }
  .stc-x-box { flex: 0 0 12.5rem; }
  .stc-x-says { flex: 1 1 14rem; }
}
@container (min-width: 44rem) {
  .stc-x-body { grid-template-columns: 10rem minmax(0, 1fr); }
  .stc-x-views { grid-template-columns: minmax(0, 1fr); }
}
@container (min-width: 66rem) {
  .stc-x-body { grid-template-columns: 28rem minmax(0, 1fr); }
  .stc-x-views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .stc-x-top > .stc-x-box { flex-basis: 16rem; }
  .stc-x-top > .stc-x-says { flex-basis: 24rem; max-width: 44rem; }
}
@media print { .stc-x-sources { display: none; } }
`;
