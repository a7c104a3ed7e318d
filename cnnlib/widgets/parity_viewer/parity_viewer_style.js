// How the parity viewer looks; the frame's style.js and the X-ray's feature_maps_style.js say the rest.

export const STYLE = `
.stc-pv-thumbs { display: flex; flex-wrap: wrap; gap: 4px; padding: 0.4rem 0; }
.stc-pv-verdict { padding: 0.5rem 0.75rem; border-left: 4px solid var(--accent); background: var(--soft); }
.stc-pv-verdict[data-agrees="no"] { border-left-color: #c0392b; }
.stc-pv-room { overflow-x: auto; padding: 0.5rem 0; }
.stc .stc-pv-table { width: 100%; margin: 0; border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.stc .stc-pv-table th, .stc .stc-pv-table td { padding: 2px 0.5rem; border: 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; font-weight: 400; background: none; }
.stc .stc-pv-table th:first-child { text-align: left; padding-left: 0; }
.stc .stc-pv-table thead th { color: var(--quiet); white-space: normal; vertical-align: bottom; }
.stc .stc-pv-table tr[data-agrees="no"] td { font-weight: 600; box-shadow: inset 0 -2px 0 #c0392b; }
.stc-pv-part { min-height: 26px; padding: 0 0.5rem; text-align: left; white-space: nowrap; }
.stc-pv-part[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--ground); }
.stc-pv-views { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.75rem 1.25rem; padding: 0.6rem 0; }
.stc-pv-view { min-width: 0; display: grid; gap: 0.35rem; align-content: start; }
.stc-pv-view > p { color: var(--quiet); font-size: 0.85rem; }
.stc-pv-number { min-height: 3em; font-variant-numeric: tabular-nums; }
.stc-pv-scale { display: flex; flex-wrap: wrap; gap: 0.5rem 1.1rem; align-items: center; }
.stc-pv-all { padding-top: 0.6rem; }
.stc-pv-all > p { color: var(--quiet); font-size: 0.85rem; padding-bottom: 0.35rem; }
@container (max-width: 34rem) {
  .stc-pv-views { gap: 0.5rem; }
  .stc-pv-views .stc-legend { min-width: 0; font-size: 0.7rem; }
  .stc-pv-view > p { white-space: nowrap; font-size: 0.75rem; }
  .stc-pv-scale .stc-slider { flex-wrap: wrap; }
  .stc-pv-shape { display: none; }
  .stc .stc-pv-table { font-size: 0.75rem; }
  .stc .stc-pv-table th, .stc .stc-pv-table td { padding: 2px 0.25rem; }
  .stc-pv-part { padding: 0 0.25rem; white-space: normal; overflow-wrap: anywhere; }
}
`;
