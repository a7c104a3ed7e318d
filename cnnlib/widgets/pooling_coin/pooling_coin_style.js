// How PoolingCoin is laid out: image, output, gradient; then what became of the coin; then the shift.

export const STYLE = `
.stc { --gold: radial-gradient(circle at 35% 30%, #fff2a8, #ffd60a 60%, #e6b800); --violet: repeating-linear-gradient(45deg, #cdb4f5 0 4px, #e3d5fb 4px 7px); }
.stc-coin-row { display: grid; grid-template-columns: minmax(0, 9fr) minmax(0, 8fr) minmax(0, 9fr); gap: 0.75rem 1.5rem; align-items: start; --cell: 2.6rem; }
.stc-coin-title { font-weight: 600; min-height: 1.45em; }
.stc-coin-title span { font-weight: 400; color: var(--quiet); }
.stc-coin-under { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35rem 0.8rem; margin-top: 0.45rem; }
.stc-coin-hint { color: var(--quiet); font-size: 0.8rem; line-height: 1.35; }
.stc-coin-story { margin-top: 0.75rem !important; padding: 0.55rem 0.75rem; background: var(--soft); border-left: 4px solid #c79a00; border-radius: 0 6px 6px 0; min-height: 4.2em; }
.stc-coin-story p + p { margin-top: 0.25rem; }
.stc-coin-shift { margin-top: 0.75rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
.stc-coin-shift .stc-coin-row { margin-top: 0.5rem; --cell: 2rem; }
.stc-cells .stc-unread { background: var(--violet); color: #000; }
.stc-cells .stc-nought { color: #6a6a6a !important; }
.stc-coin-key { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.35em; border: 1px solid var(--edge); background: var(--violet); }
.stc-coin-output { --cell: 3.5rem; }
.stc-cells [data-badge]::after { content: attr(data-badge); position: absolute; right: 3%; bottom: 4%; min-width: 50%; height: 50%; padding: 0 0.3em; display: grid; place-items: center; border-radius: 999px; background: var(--gold); color: #000; border: 1.5px solid #000; font-size: 0.9em; font-weight: 600; }
.stc-cells [data-badge] { place-items: start; padding: 9% 0 0 12%; }
.stc-cells .stc-won::before, .stc-cells .stc-tied::before { content: ""; position: absolute; inset: 9%; border-radius: 50%; border: 2.5px solid #ffd60a; box-shadow: 0 0 0 1px #000, inset 0 0 0 1px #000; pointer-events: none; }
.stc-cells .stc-tied::before { border: 2px dotted #ffd60a; box-shadow: none; filter: drop-shadow(0 0 1px #000); }
.stc-cells .stc-changed::before { content: ""; position: absolute; inset: 0; border: 3px solid #ff7a00; box-shadow: inset 0 0 0 1px #000; pointer-events: none; }
.stc-flying { position: absolute; inset: 0 auto auto 0; z-index: 3; border-radius: 50%; background: var(--gold); border: 1.5px solid #000; pointer-events: none; }
.stc:fullscreen .stc-coin-row { --cell: 3.6rem; }
.stc:fullscreen .stc-coin-output { --cell: 5rem; }
.stc:fullscreen .stc-coin-shift .stc-coin-row { --cell: 2.4rem; }
@container (max-width: 34rem) {
  .stc-coin-row { grid-template-columns: minmax(0, 1fr); --cell: 2.3rem; }
  .stc-coin-shift .stc-coin-row { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .stc-coin-shift .stc-coin-row > :first-child { grid-column: 1 / -1; }
}
`;
