// How the shuffle test is laid out: digits, results, curves, and the two sums.

export const STYLE = `
.stc-s-strip { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 0.6rem 0; }
.stc-s-digit { display: grid; gap: 4px; padding: 4px; border: 1px solid var(--edge); border-radius: 6px; background: none; cursor: pointer; line-height: 0; }
.stc-s-digit:hover { border-color: var(--ink); background: var(--soft); }
.stc-s-digit[aria-pressed="true"] { outline: 3px solid var(--accent); outline-offset: -1px; }
.stc-s-digit canvas { width: 44px; height: 44px; image-rendering: pixelated; }
.stc-s-sides { display: grid; align-content: space-around; align-self: stretch; font-size: 0.8rem; color: var(--quiet); }
.stc .stc-s-results { display: table; width: 100%; border-collapse: collapse; margin: 0.25rem 0 0.6rem !important; font-variant-numeric: tabular-nums; }
.stc .stc-s-results th, .stc .stc-s-results td { padding: 0.3rem 0.5rem; text-align: left; border-bottom: 1px solid var(--line); font-weight: 400; }
.stc-s-results td strong { font-size: 1.1rem; font-weight: 600; white-space: nowrap; }
.stc-s-results span { color: var(--quiet); font-size: 0.8rem; white-space: nowrap; }
.stc-s-results .stc-t-key { display: inline-block; width: 1.6rem; height: 0; margin-right: 0.4rem; border-top: 3px solid currentColor; vertical-align: middle; }
.stc-s-results .stc-t-dashed { border-top-style: dashed; }
.stc .stc-s-progress { padding: 0.3rem 0; }
.stc-s-why { margin-top: 0.8rem; border-top: 1px solid var(--line); padding-top: 0.5rem; }
.stc-s-why > p:first-child { font-weight: 600; }
.stc-s-sums { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.8rem 2rem; padding: 0.5rem 0; }
.stc-s-sum { display: grid; grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr); gap: 0.3rem 0.5rem; align-items: center; }
.stc-s-sum > p { grid-column: 1 / -1; font-size: 0.85rem; color: var(--quiet); }
.stc-s-sum > p:last-child { color: var(--ink); font-size: 1rem; font-variant-numeric: tabular-nums; }
.stc-s-told { display: grid; gap: 0.4rem; }
@container (max-width: 24rem) {
  .stc .stc-s-results th, .stc .stc-s-results td { padding: 0.3rem 0.2rem; }
}
@container (min-width: 34rem) {
  .stc-s-sums { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .stc-s-curves.stc-t-charts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
`;
