// How the live trainer looks; style.js, training_style.js and the X-ray's style say the rest.

export const STYLE = `
.stc-t-readings { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.25rem 1rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.stc-t-readings > div { font-variant-numeric: tabular-nums; }
.stc-t-readings span { display: block; color: var(--quiet); font-size: 0.8rem; }
.stc-t-readings strong { font-size: 1.1rem; font-weight: 600; }
.stc-t-moment .stc-slider { display: flex; width: 100%; padding: 0.35rem 0; }
.stc-t-moment .stc-labeled { flex: 1; flex-wrap: nowrap; }
.stc-t-moment input[type="range"] { flex: 1; width: auto; }
.stc-t-moment .stc-value { min-width: 7.5rem; text-align: right; }
.stc-t-panels { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem 1.5rem; padding: 0.75rem 0; }
.stc-t-view { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.35rem 1rem; border-top: 1px solid var(--line); padding: 0.6rem 0 0.3rem; }
.stc-t-view .stc-t-choose { padding: 0; }
.stc-t-seen { display: flex; gap: 0.6rem; align-items: center; padding: 0.25rem 0 0.5rem; }
.stc-t-thumb { flex: none; line-height: 0; }
.stc-t-thumb canvas { width: 40px; height: 40px; image-rendering: pixelated; }
.stc-t-panel > p:first-child { font-weight: 600; padding-bottom: 0.35rem; }
.stc-t-one { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: 0.75rem; align-items: start; }
.stc-t-one .stc-x-bar { grid-template-columns: 1rem 1fr 3.8rem; padding: 0 2px; }
.stc-t-choose { display: flex; flex-wrap: wrap; gap: 0.35rem 0.6rem; align-items: center; padding-top: 0.5rem; }
.stc-t-draw summary { min-height: 24px; cursor: pointer; width: fit-content; color: var(--quiet); }
.stc-t-draw .stc-x-pad { max-width: 13rem; }
.stc-t-confusion { display: grid; grid-template-columns: 1.2rem minmax(0, 20rem); font-size: 0.8rem; font-variant-numeric: tabular-nums; color: var(--quiet); }
.stc-t-names { display: flex; justify-content: space-around; }
.stc-t-above { grid-column: 2; }
.stc-t-beside { flex-direction: column; }
.stc-t-mistakes { display: flex; flex-wrap: wrap; gap: 4px; padding-top: 0.35rem; min-height: 4.5rem; align-content: start; }
.stc-t-mistake { display: grid; gap: 2px; justify-items: center; padding: 3px; border: 1px solid var(--line); border-radius: 4px; background: none; color: inherit; font: inherit; font-size: 0.75rem; line-height: 1.2; font-variant-numeric: tabular-nums; cursor: pointer; }
.stc-t-mistake:hover { border-color: var(--ink); }
.stc-t-mistake[aria-pressed="true"] { outline: 3px solid var(--accent); outline-offset: -1px; }
.stc-t-mistake canvas { width: 36px; height: 36px; image-rendering: pixelated; }
.stc-t-stage { border-top: 1px solid var(--line); padding: 0.5rem 0 0.75rem; }
.stc-t-blocks { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.6rem 1.5rem; padding-top: 0.25rem; }
.stc-t-block { min-width: 0; line-height: 0; }
.stc-t-block p { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem; font-size: 0.8rem; line-height: 1.5; color: var(--quiet); }
.stc-t-scale { display: inline-flex; align-items: center; gap: 0.3rem; font-variant-numeric: tabular-nums; }
.stc-t-bar { width: 3.5rem; height: 9px; border: 1px solid var(--edge); print-color-adjust: exact; }
.stc-t-sheet { max-width: 100%; image-rendering: pixelated; background: var(--gap); outline: 1px solid var(--gap); --gap: color-mix(in srgb, var(--ink) 24%, var(--ground)); }
.stc-t-edit { width: 100%; }
.stc-t-edit > summary { min-height: 28px; cursor: pointer; padding-top: 2px; }
@container (min-width: 34rem) {
  .stc-t-readings { grid-template-columns: repeat(6, auto); justify-content: space-between; }
  .stc-t-charts { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .stc-t-blocks { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .stc-t-panels { grid-template-columns: repeat(2, minmax(0, 1fr)); grid-template-rows: auto 1fr; }
  .stc-t-panels > :nth-child(2) { grid-area: 1 / 2 / span 2; }
}
@container (min-width: 54rem) {
  .stc-t-panels { grid-template-columns: 19rem 21rem minmax(0, 1fr); grid-template-rows: auto; }
  .stc-t-panels > :nth-child(2) { grid-area: auto; }
}
`;
