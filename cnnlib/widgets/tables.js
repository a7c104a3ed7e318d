// Small tables of numbers that a reader may edit: {shape: [rows, columns], data: Float32Array}.

import { array } from "./state.js";

/** A table from its rows. */
export const tableOf = (rows) => ({ shape: [rows.length, rows[0].length], data: Float32Array.from(rows.flat()) });

/** A table of a shape; `number(row, column, shape)` for every place. */
export const filled = ([rows, columns], number) => ({
  shape: [rows, columns],
  data: Float32Array.from({ length: rows * columns }, (_, at) =>
    number(Math.floor(at / columns), at % columns, [rows, columns]),
  ),
});

export const sameTable = (a, b) =>
  a.shape.join() === b.shape.join() && a.data.every((number, at) => Object.is(number, b.data[at]));

/**
 * A table in another shape. If one of `makers` has made it, that one makes the new one: a table of
 * ones stays a table of ones. Otherwise it loses its last rows and columns, or gets zeros there.
 */
export function refit(table, shape, makers) {
  if (table.shape.join() === shape.join()) return table;
  const maker = makers.find((make) => sameTable(make(table.shape), table));
  if (maker) return maker(shape);
  const [rows, columns] = table.shape;
  return filled(shape, (row, column) => (row < rows && column < columns ? table.data[row * columns + column] : 0));
}

/** The kind (state.js) of such a table: one of some shapes; in a link "1,2_3,4". */
export const table = (...shapes) => ({
  ...array(),
  check: (value) => {
    const fits = shapes.some((shape) => shape.join() === value?.shape.join());
    if (fits && value.data.every(Number.isFinite)) return value;
    const names = shapes.length > 6 ? "that this figure takes" : shapes.map((s) => s.join(" × ")).join(" or ");
    throw new Error(`must be finite numbers of a shape ${names}; got ${value?.shape.join(" × ")}.`);
  },
  write: ({ shape: [rows, columns], data }) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from(data.subarray(row * columns, (row + 1) * columns), (v) => String(Number(v.toPrecision(7)))).join(),
    ).join("_"),
  read: (text) => {
    const rows = text.split("_").map((row) => row.split(",").map((item) => (item.trim() ? Number(item) : NaN)));
    if (rows.some((row) => row.length !== rows[0].length)) throw new Error("must have rows of one length.");
    return tableOf(rows);
  },
});
