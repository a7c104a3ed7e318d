// How numbers look that are edited in table_editor.js or shown in number_grid.js.

export const NUMBER_STYLE = `
.stc-te-title { font-weight: 600; }
.stc-te-title span { font-weight: 400; color: var(--quiet); }
.stc-te-boxes { display: grid; grid-template-columns: repeat(var(--columns), 2.9rem); gap: 2px; padding-top: 2px; }
.stc-te-boxes .stc-cell { width: 100%; height: 28px; font-size: 0.85rem; }
.stc-te-now { outline: 2px solid #000; outline-offset: -3px; }
.stc-ng-room { max-height: 15.5rem; overflow: clip auto; container-type: inline-size; align-self: start; position: relative; padding: 4px; }
.stc-ng { --heads: 0px; display: grid; gap: 1px; width: fit-content; max-width: 100%; font-variant-numeric: tabular-nums; line-height: 1.15; position: relative; }
.stc-ng[data-pressed="true"] { cursor: crosshair; }
.stc-ng-cell { display: flex; flex-direction: column; align-items: center; justify-content: center; box-sizing: border-box; overflow: hidden; width: min(3.1rem, calc((100cqw - 8px - var(--heads)) / var(--columns) - 1px)); min-height: 30px; font-size: clamp(8px, calc(((100cqw - 8px - var(--heads)) / var(--columns) - 5px) / var(--chars) * 1.55), 14px); border: 1px solid var(--line); }
.stc-ng-cell small { font-size: 0.72rem; font-weight: 700; line-height: 1; white-space: nowrap; }
.stc-ng-cell[data-state="later"], .stc-ng-cell[data-state="blank"] { color: var(--quiet); background: var(--ground); border-style: dashed; border-color: var(--edge); }
.stc-ng-cell[data-state="frame"] { color: #000; background: repeating-linear-gradient(135deg, #d5d8dc 0 5px, #c3c8cf 5px 6px); }
.stc-ng-cell[data-state="unread"] { color: #fff; background: repeating-linear-gradient(135deg, #33373d 0 5px, #202329 5px 7px); }
.stc-ng-head { font-size: 0.72rem; color: var(--quiet); text-align: center; align-self: center; white-space: nowrap; }
.stc-ng-head.stc-ng-side { text-align: right; padding-right: 5px; }
.stc-ng-box { pointer-events: none; z-index: 1; margin: -1px; }
.stc-ng-box[data-kind="own"] { border: 2px solid #ffd60a; outline: 1.5px solid #000; box-shadow: inset 0 0 0 1.5px #000; }
.stc-ng-box[data-kind="now"] { border: 3px dashed #000; outline: 2px solid #fff; box-shadow: inset 0 0 0 1px #fff; z-index: 0; }
`;
