// How the augmentation studio is laid out: settings, variants, readings, curves, runs.

export const STYLE = `
.stc-a-settings { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.4rem 1.5rem; padding: 0.5rem 0; }
.stc-a-settings .stc-slider { display: flex; }
.stc-a-settings .stc-slider .stc-labeled { display: grid; grid-template-columns: 6.2rem minmax(4rem, 1fr); flex: 1 1 auto; }
.stc-a-settings .stc-slider input { width: 100%; }
.stc-a-settings .stc-value { min-width: 3.4em; }
.stc-a-variants { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.4rem; padding: 0.6rem 0; border-top: 1px solid var(--line); }
.stc-a-row { display: flex; align-items: center; gap: 0.6rem; line-height: 0; }
.stc-a-row canvas { image-rendering: pixelated; border: 1px solid var(--edge); width: 100%; }
.stc-a-original { flex: 0 0 84px; }
.stc-a-tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(52px, 1fr)); gap: 5px; flex: 1 1 0; min-width: 0; max-width: 36rem; }
.stc-a-tools { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; }
.stc-a-warning { border-left: 4px solid #c77700; background: var(--soft); padding: 0.35rem 0.6rem !important; font-size: 0.88rem; }
.stc-a-readings { display: flex; flex-wrap: wrap; gap: 0.3rem 2rem; padding: 0.5rem 0; }
.stc-a-readings span { display: block; font-size: 0.8rem; color: var(--quiet); }
.stc-a-readings strong { font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.stc-a-gap { border-left: 3px solid var(--line-b); padding-left: 0.7rem !important; }
.stc-a-scroll { overflow-x: auto; margin-top: 0.5rem; }
.stc .stc-a-runs { display: table; width: 100%; border-collapse: collapse; margin: 0 !important; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.stc .stc-a-runs th, .stc .stc-a-runs td { padding: 0.25rem 0.5rem; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
.stc .stc-a-runs th:first-child { text-align: left; min-width: 9rem; }
.stc .stc-a-runs th span { color: var(--quiet); font-size: 0.8rem; white-space: nowrap; }
.stc .stc-a-runs td { white-space: nowrap; }
.stc .stc-a-now th, .stc .stc-a-now td { background: var(--soft); }
.stc .stc-a-runs .stc-a-best { font-weight: 700; }
@container (max-width: 24rem) {
  .stc-a-row { align-items: start; }
  .stc-a-original { flex-basis: 64px; }
}
@container (min-width: 34rem) {
  .stc-a-settings { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .stc-a-curves.stc-t-charts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
`;
