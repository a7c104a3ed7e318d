// How the graveyard looks; style.js and training_style.js say the rest.

export const STYLE = `
.stc-g-readings { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.25rem 1rem; padding: 0.5rem 0; border-top: 1px solid var(--line); font-variant-numeric: tabular-nums; }
.stc-g-readings span { display: block; color: var(--quiet); font-size: 0.8rem; }
.stc-g-readings strong { font-size: 1.1rem; font-weight: 600; }
.stc .stc-g-caption { font-size: 0.85rem; color: var(--quiet); padding: 0.5rem 0 0.35rem; display: flex; flex-wrap: wrap; align-items: center; gap: 0.2rem 0.7rem; }
.stc-g-caption canvas { width: 28px; height: 28px; image-rendering: pixelated; border: 1px solid var(--edge); }
.stc-g-stones { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0.5rem 0.4rem; align-items: end; list-style: none; margin: 0; padding: 0; }
.stc .stc-g-stones li { margin: 0; }
.stc-g-stone { --stone: #2b3036; --carved: #f2f4f6; display: grid; justify-items: center; gap: 3px; padding: 7px 2px 3px; border: 1px solid var(--line); border-bottom: 3px solid var(--edge); border-radius: 6px 6px 0 0; background: var(--soft); font-size: 0.8rem; line-height: 1.3; font-variant-numeric: tabular-nums; transition: background 0.4s, border-radius 0.4s, color 0.4s; }
.stc[data-scheme="dark"] .stc-g-stone { --stone: #000; --carved: #dfe4ea; }
.stc-g-stone > div { display: flex; gap: 3px; justify-content: center; }
.stc-g-stone canvas { width: 30px; height: 30px; image-rendering: pixelated; }
.stc-g-stone small { font-size: 0.72rem; }
.stc-g-bar { width: 62px; max-width: 96%; height: 5px; background: var(--line); }
.stc-g-bar i { display: block; height: 100%; background: var(--accent); }
.stc-g-stone[data-fate="silent"], .stc-g-stone[data-fate="leaks"] { border-radius: 44% 44% 0 0 / 34% 34% 0 0; padding-top: 15px; border: 2px solid var(--edge); border-bottom-width: 3px; }
.stc-g-stone[data-fate="silent"] { background: var(--stone); color: var(--carved); }
.stc-g-stone[data-fate="silent"] canvas { filter: grayscale(1) brightness(0.55); }
.stc-g-stone[data-fate="leaks"] { border-style: dashed; }
.stc-g-stone[data-fate="silent"] .stc-g-bar, .stc-g-stone[data-fate="leaks"] .stc-g-bar { display: none; }
.stc-g-units { display: grid; grid-template-columns: repeat(16, minmax(0, 1fr)); gap: 4px 3px; }
.stc-g-unit { height: 22px; border: 1px solid var(--edge); border-radius: 3px 3px 0 0; background: var(--ground); display: flex; align-items: end; }
.stc-g-unit i { display: block; width: 100%; background: var(--accent); }
.stc-g-unit[data-fate="silent"], .stc-g-unit[data-fate="leaks"] { border-radius: 50% 50% 0 0; border-width: 2px; }
.stc-g-unit[data-fate="silent"] { background: #2b3036; }
.stc[data-scheme="dark"] .stc-g-unit[data-fate="silent"] { background: #000; }
.stc-g-unit[data-fate="leaks"] { border-style: dashed; }
.stc-g-facts { font-size: 0.85rem; padding-top: 0.4rem; }
.stc-g-plots { padding-top: 0.6rem; }
@container (min-width: 34rem) {
  .stc-g-readings { grid-template-columns: repeat(4, auto); justify-content: space-between; }
  .stc-g-stones { grid-template-columns: repeat(8, minmax(0, 1fr)); }
  .stc-g-units { grid-template-columns: repeat(32, minmax(0, 1fr)); }
  .stc-g-plots.stc-t-charts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media (prefers-reduced-motion: reduce) { .stc-g-stone { transition: none; } }
@media (forced-colors: active) { .stc-g-stone[data-fate="silent"], .stc-g-unit[data-fate="silent"] { border-width: 4px; } .stc-g-bar i, .stc-g-unit i { background: Highlight; } }
@media print { .stc-g-stone, .stc-g-unit { print-color-adjust: exact; } }
`;
