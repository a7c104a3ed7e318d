// What PoolingCoin says: who gets how much, and why.

import { isExact, weight, written } from "../controls.js";
import { difference, largestOf, pixelsOf, readersOf, unreadCount } from "./routing.js";

const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

export const sizeOf = (shape) => shape.join(" × ");
export const at = (letter, row, column) => `${letter}[${row}, ${column}]`;
const pixel = ({ row, column }) => at("x", row, column);
const equals = (value) => `${isExact(value) ? "=" : "≈"} ${written(value)}`;
const valueAt = ({ shape, data }, { row, column }) => data[row * shape[1] + column];
const listed = (items) => (items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`);
const many = (count, thing) => `${WORDS[count] ?? count} ${thing}${count === 1 ? "" : "s"}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** Where the marked output comes from, and what becomes of its coin. `shown` is all that was computed. */
export function story(state, shown, { i, j }) {
  const { x, y, win, dy } = shown;
  const coin = dy[i * y.shape[1] + j];
  const pixels = pixelsOf(win, i, j);
  const cut = win.rows.k * win.columns.k - pixels.length;
  const tell = state.kind === "max" ? storyOfMaximum : storyOfMean;
  const [name, value] = [at("y", i, j), valueAt(y, { row: i, column: j })];
  return tell({ x, pixels, cut, coin, name, value, best: largestOf(x, y, win, i, j) });
}

function storyOfMaximum({ pixels, cut, coin, name, value, best }) {
  const padding = cut ? ` The ${many(cut, "place")} of the window in the padding cannot win.` : "";
  const [first] = best;
  const worth = coin ? `all of the coin: ${written(coin)}` : "all of a coin that falls there";
  if (best.length === 1)
    return `${name} ${equals(value)} is the largest of ${many(pixels.length, "pixel")}. Only ${pixel(first)} has it, so it gets ${worth}.${padding}`;
  const all = best.length === pixels.length ? "all pixels" : many(best.length, "pixel");
  const rest = best.length > 2 ? "the others get nothing" : "the other one gets nothing";
  return (
    `A tie: ${name} ${equals(value)} stands in ${all} of the window, ${listed(best.map(pixel))}. ` +
    `The first one, row by row, is ${pixel(first)}. It gets ${worth}; ${rest}.${padding}`
  );
}

function storyOfMean({ x, pixels, cut, coin, name, value }) {
  const sum = pixels.map((place) => written(valueAt(x, place))).join(" + ").replaceAll("+ −", "− ");
  const count = pixels.length;
  const share = coin ? `${written(coin)} / ${count} ${equals(coin / count)}` : `1/${count} of a coin that falls there`;
  const [lie, them] = cut === 1 ? ["lies", "it"] : ["lie", "them"];
  const padding = `${capital(many(cut, "place"))} of the window ${lie} in the padding: the mean leaves ${them} out, and nothing goes there.`;
  return `${name} = (${sum}) / ${count} ${equals(value)}. Each of the ${many(count, "pixel")} gets ${share}.${cut ? ` ${padding}` : ""}`;
}

/** What one pixel gets, and from whom. `sharesOf(i, j)` are the receivers of a coin of 1. */
export function received(shown, { row, column }, sharesOf) {
  const { win, y, dy, dx } = shown;
  const name = at("x", row, column);
  const readers = readersOf(win, row, column);
  if (!readers.length) return `${name} is in no window: it has no say in the output, and no gradient reaches it.`;
  const parts = readers.flatMap(({ row: i, column: j }) => {
    const coin = dy[i * y.shape[1] + j];
    const mine = sharesOf(i, j).find((place) => place.row === row && place.column === column);
    return coin && mine ? [`${weight(coin * mine.share)} from ${at("y", i, j)}`] : [];
  });
  const total = weight(valueAt(dx, { row, column }));
  if (parts.length) return `${name} gets ${parts.join(" + ")}${parts.length > 1 ? `, ${total} in all` : ""}.`;
  const windows = readers.length === 1 ? "one window" : `${many(readers.length, "window")}`;
  const coins = readers.some(({ row: i, column: j }) => dy[i * y.shape[1] + j]);
  const why = coins ? "it wins none that has a coin" : `no coin has fallen there`;
  return `${name} is in ${windows}, and gets nothing: ${why}.`;
}

/** Nothing is lost: what the coins are worth, and what the pixels got. */
export function balance({ dy, dx }) {
  const [coins, pixels] = [dy, dx.data].map((values) => values.filter((value) => value !== 0));
  const [given, got] = [coins, pixels].map((values) => values.reduce((a, b) => a + b, 0));
  if (!coins.length) return "No coin lies on the output. Click an output, or press Enter on it.";
  const spread = `${capital(many(coins.length, "coin"))} worth ${written(given)}${coins.length > 1 ? " together" : ""}`;
  return `${spread}; ${many(pixels.length, "pixel")} got ${written(Number(got.toPrecision(6)))}.`;
}

/** What a shift of the image changes. */
export function shifted({ x, y }, after, direction) {
  const [pixels, outputs] = [difference(x.data, after.x.data), difference(y.data, after.y.data)];
  const part = (found, all, things) => `${found.count} of ${all} ${things} changed (‖a − b‖ / ‖a‖ = ${written(found.share, 2)})`;
  return (
    `Moved ${direction} by one pixel, zeros come in at the edge: ${part(pixels, x.data.length, "pixels")}, ` +
    `and ${part(outputs, y.data.length, "outputs")}.`
  );
}

/** The whole figure in words. */
export function inWords(state, shown, place, after) {
  const { x, y, win } = shown;
  const { kind, pool_size: k, stride, padding } = state;
  const rows = Array.from({ length: y.shape[0] }, (_, i) =>
    [...y.data.subarray(i * y.shape[1], (i + 1) * y.shape[1])].map((value) => written(value, 2)).join(" "),
  );
  const unread = unreadCount(win);
  return [
    `${kind === "max" ? "A max" : "An average"} pool with windows of ${k} × ${k}, stride ${stride} and ${padding} padding`,
    `makes ${sizeOf(y.shape)} outputs of ${sizeOf(x.shape)} pixels. Row by row they are ${rows.join("; ")}.`,
    unread ? `${capital(many(unread, "pixel"))} ${unread === 1 ? "is" : "are"} in no window.` : "Every pixel is in a window.",
    balance(shown),
    story(state, shown, place),
    after ? shifted(shown, after, state.shift) : "",
  ].join(" ");
}
