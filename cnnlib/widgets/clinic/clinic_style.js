// How the clinic is laid out: symptom, course or arrays, questions, cure.

export const STYLE = `
.stc-clinic .stc-labeled { max-width: 100%; }
.stc-clinic .stc-labeled select { min-width: 0; }
.stc-c-symptom { border-left: 4px solid var(--accent); background: var(--soft); padding: 0.5rem 0.8rem; margin-bottom: 0.7rem; }
.stc-c-symptom p:first-child { font-weight: 600; }
.stc-c-part { margin-top: 0.8rem; border-top: 1px solid var(--line); padding-top: 0.5rem; }
.stc-c-part > p:first-child { font-weight: 600; padding-bottom: 0.3rem; }
.stc-c-tests { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.stc-c-tests .stc-button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--ground); }
.stc .stc-c-findings { list-style: none; margin: 0.5rem 0 0; padding: 0; display: grid; gap: 0.45rem; }
.stc .stc-c-findings li { margin: 0; padding: 0; }
.stc-c-findings b { font-weight: 600; }
.stc-c-findings p[data-passed]::before { content: "✓ "; font-weight: 700; color: var(--line-e); }
.stc-c-findings p[data-passed="false"]::before { content: "✗ "; color: #b3261e; }
.stc[data-scheme="dark"] .stc-c-findings p[data-passed="false"]::before { color: #ff8a80; }
.stc-c-verdict:not(:empty) { margin-top: 0.5rem !important; border-left: 4px solid var(--edge); padding: 0.4rem 0.8rem; background: var(--soft); }
.stc-c-verdict[data-healed="true"] { border-color: var(--line-e); }
.stc-c-strip { display: flex; flex-wrap: wrap; gap: 6px; padding-top: 0.5rem; align-items: end; }
.stc-c-strip figure { margin: 0; display: grid; justify-items: center; font-size: 0.8rem; }
.stc-c-strip canvas { width: 34px; height: 34px; image-rendering: pixelated; border: 1px solid var(--edge); }
.stc-c-strip > span { font-size: 0.8rem; color: var(--quiet); flex: 0 0 100%; }
.stc .stc-c-course { display: table; width: 100%; border-collapse: collapse; margin: 0.3rem 0 0 !important; font-variant-numeric: tabular-nums; }
.stc .stc-c-course th, .stc .stc-c-course td { padding: 0.2rem 0.5rem; text-align: left; border-bottom: 1px solid var(--line); font-weight: 400; }
.stc-c-arrays { display: flex; flex-wrap: wrap; gap: 0.8rem 1.6rem; align-items: start; overflow-x: auto; }
.stc table.stc-c-array { display: table; width: auto; margin: 0 !important; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.85rem; }
.stc-c-array caption { caption-side: top; text-align: left; padding: 0 0 0.2rem; color: var(--ink); font-weight: 600; }
.stc .stc-c-array td { min-width: 2.3rem; padding: 0.15rem 0.3rem; text-align: center; border: 1px solid var(--line); }
.stc-c-array td[data-wrong="true"] { outline: 3px solid #ffd60a; outline-offset: -4px; box-shadow: inset 0 0 0 5px #000; font-weight: 700; }
.stc-c-symptom p:last-child:not(:empty) { font-size: 0.85rem; color: var(--quiet); padding-top: 0.2rem; }
@container (min-width: 34rem) {
  .stc-c-charts.stc-t-charts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@container (max-width: 26rem) {
  .stc .stc-c-array td { min-width: 1.8rem; padding: 0.1rem; font-size: 0.75rem; }
}
`;
