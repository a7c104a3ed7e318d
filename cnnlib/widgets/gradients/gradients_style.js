// How the figure Gradients is laid out: what is given, the clock, three lenses, one number, the checks.

export const STYLE = `
.stc-g-given { display: flex; flex-wrap: wrap; gap: 0.6rem 1.3rem; align-items: start; }
.stc-g-sizes { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.2rem; max-width: 22rem; }
.stc-g-sides { display: inline-flex; gap: 0.4rem; }
.stc-strip .stc-subtitle, .stc-lens-title { font-weight: 600; }
.stc-strip .stc-subtitle span { font-weight: 400; color: var(--quiet); }
.stc .stc-question { margin-top: 0.8rem; padding-top: 0.6rem; border-top: 1px solid var(--line); }
.stc-g-ways { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.2rem; padding: 0.4rem 0; }
.stc-player { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.9rem; padding-top: 0.4rem; }
.stc-play { min-width: 4.2rem; }
.stc-player .stc-value { min-width: 4.2em; }
.stc-g-lenses { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.7rem; }
.stc-g-lenses[data-count="1"] { grid-template-columns: minmax(0, 20rem); }
.stc-lens { display: grid; grid-template-rows: subgrid; grid-row: span 7; gap: 0.25rem; align-content: start; border: 1px solid var(--line); border-radius: 8px; padding: 0.5rem 0.5rem 0.6rem; min-width: 0; }
.stc-rule { font: 0.73rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--quiet); }
.stc-caption { font-size: 0.8rem; color: var(--quiet); }
.stc-lens-hint { font-size: 0.82rem; line-height: 1.35; min-height: 5.4em; }
.stc-caption { min-height: 2.9em; }
.stc-caption:last-of-type { min-height: 0; }
.stc-g-key { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; font-size: 0.8rem; color: var(--quiet); padding-top: 0.45rem; }
.stc-g-key > span { display: inline-flex; align-items: center; gap: 0.4rem; }
.stc-g-key i { display: inline-block; width: 18px; height: 14px; }
.stc-strip { margin-top: 0.8rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
.stc .stc-terms { display: flex; flex-wrap: wrap; gap: 0.35rem; list-style: none; margin: 0.35rem 0; padding: 0; }
.stc .stc-terms > li { margin: 0; padding: 0.2rem 0.5rem; border: 1px solid var(--edge); border-radius: 6px; font-size: 0.8rem; font-variant-numeric: tabular-nums; min-width: 7.2rem; }
.stc .stc-terms > li[data-state="now"] { outline: 2px dashed var(--ink); outline-offset: 1px; }
.stc .stc-terms > li[data-state="later"] { border-style: dashed; color: var(--quiet); }
.stc .stc-terms > li.stc-directions { border-color: transparent; padding-left: 0; min-width: 0; font-weight: 600; }
.stc-directions > span { display: block; }
.stc-factor { display: flex; justify-content: space-between; gap: 0.8rem; }
.stc-product { display: block; text-align: right; border-top: 1px solid var(--line); }
.stc-total { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.stc-says { font-size: 0.9rem; margin-top: 0.25rem !important; }
.stc table.stc-checks { display: table; width: 100%; max-width: none; margin: 0.35rem 0; border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.stc-checks th, .stc-checks td { text-align: left; vertical-align: top; padding: 0.2rem 0.6rem 0.2rem 0; border: 0; border-bottom: 1px solid var(--line); background: none; font-weight: 400; }
.stc-checks thead th { color: var(--quiet); font-size: 0.8rem; }
.stc-checks b { padding: 0 0.45rem; border-radius: 4px; white-space: nowrap; }
.stc-checks b[data-passes="true"] { background: #1b7a3d; color: #fff; }
.stc-checks b[data-passes="false"] { background: #b3261e; color: #fff; }
@container (max-width: 40rem) {
  .stc-g-lenses { grid-template-columns: minmax(0, 1fr); }
  .stc-lens { grid-row: auto; grid-template-rows: none; }
  .stc-lens-hint { min-height: 2.7em; }
  .stc-caption { min-height: 0; }
  .stc-player { position: sticky; top: calc(1.3 * var(--pst-header-article-height, 0px)); z-index: 2; background: var(--ground); padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
  .stc-g-lenses :focus, .stc-g-ways :focus { scroll-margin-top: 9rem; }
  .stc-player .stc-button { padding: 0.1rem 0.4rem; }
  .stc-player .stc-play { min-width: 3.6rem; }
}
`;
