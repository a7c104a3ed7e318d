// How KernelLab is laid out: pictures side by side, then kernel and window, then one number in full.

export const STYLE = `
.stc { --tall: 19rem; }
.stc:fullscreen { --tall: 48vh; }
.stc-pictures, .stc-desk { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.75rem 1.5rem; align-items: start; }
.stc-desk { margin-top: 0.9rem; padding-top: 0.4rem; border-top: 1px solid var(--line); }
.stc-subtitle { font-weight: 600; }
.stc-subtitle span { font-weight: 400; color: var(--quiet); }
.stc-under { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: 0.4rem 1rem; margin-top: 0.35rem; }
.stc-hint { color: var(--quiet); font-size: 0.8rem; }
.stc-kernel { display: grid; grid-template-columns: repeat(var(--k), 3.4rem); gap: 3px; width: fit-content; }
.stc-editor { display: flex; flex-wrap: wrap; gap: 0.5rem 1.2rem; align-items: center; margin-bottom: 0.3rem; }
.stc-beside { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.stc-editor[data-size="3"] .stc-beside { flex-direction: column; align-items: start; }
.stc-close { gap: 0.5rem 0.6rem; }
.stc-close select { width: 8.6rem; }
.stc-box { display: flex; flex-direction: column; gap: 0.4rem; align-items: start; padding-top: 0.5rem; }
.stc-box .stc-labeled > span { min-width: 5.2rem; }
.stc-formula { display: grid; grid-template-columns: auto auto; gap: 0 0.6rem; font-size: 0.8rem; font-variant-numeric: tabular-nums; padding: 0.4rem 0.6rem; background: var(--soft); border-radius: 6px; }
.stc-products { margin-top: 0.9rem; padding-top: 0.6rem; border-top: 1px solid var(--line); }
.stc-equation { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.5rem; }
.stc-sign { font-size: 1.3rem; color: var(--quiet); }
.stc table.stc-grid { display: table; border-collapse: collapse; width: auto; max-width: none; margin: 0; font-size: 0.8rem; font-variant-numeric: tabular-nums; }
.stc-grid caption { white-space: nowrap; caption-side: top; text-align: center; padding: 0 0 2px; color: var(--ink); font-size: 0.8rem; }
.stc-grid td, .stc-grid th { border: 0; padding: 0 2px; height: 26px; min-width: 2rem; text-align: center; background: none; }
.stc-grid th { font-weight: 400; color: var(--quiet); font-size: 0.72rem; min-width: 1.1rem; height: 18px; }
.stc-grid tr > :nth-child(4):last-child, .stc-grid tr:has(> :nth-child(4):last-child) td { min-width: 2.7rem; }
.stc-grid tbody td { border: 1px solid var(--line); }
.stc-grid td.stc-padding { color: #000; background: repeating-linear-gradient(135deg, #c9ccd1 0 5px, #b3b8c0 5px 6px); }
.stc-sum { margin-top: 0.5rem !important; }
.stc-result { padding: 0.1rem 0.5rem; border-radius: 4px; border: 1px solid var(--edge); font-weight: 600; }
.stc-key { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.35em; border: 1px solid var(--edge); background: rgb(151 97 217); }
@container (max-width: 34rem) {
  .stc-pictures, .stc-desk { grid-template-columns: minmax(0, 1fr); }
}
@container (min-width: 66rem) {
  .stc-stage { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2.5rem; }
  .stc-pictures { grid-column: 1 / -1; }
}
`;
