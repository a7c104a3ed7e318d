// Images for the coin: each is made for any size.

import { filled } from "../tables.js";

const EXAMPLE = ["13205512", "46115201", "02950043", "31780020", "22643175", "22061834", "50324260", "17042538"];
const AFTER_RELU = ["00370000", "00580001", "04900002", "00700046", "01000300", "26000900", "05000400", "00020700"];

const from = (rows) => (shape) => filled(shape, (row, column) => Number(rows[row][column]));

/** The images by their names; each makes a table of a shape. */
export const IMAGES = {
  example: from(EXAMPLE),
  "after a ReLU": from(AFTER_RELU),
  "one bright pixel": (shape) => filled(shape, (row, column) => (row === 2 && column === 2 ? 9 : 0)),
  "an edge": (shape) => filled(shape, (row, column) => (column < 3 ? 1 : 8)),
  "all alike": (shape) => filled(shape, () => 5),
};

/** Whole numbers from 0 to 9 by chance. */
export const random = (shape) => filled(shape, () => Math.floor(10 * Math.random()));

/** The name of an image, if it has one. */
export const nameOf = ({ shape, data }) =>
  Object.keys(IMAGES).find((name) => IMAGES[name](shape).data.every((value, k) => value === data[k]));
