/**
 * A drawing becomes an image as those of `datasets.digits`: 8 × 8 counts of ink dots.
 *
 * Those images were normalized when the forms were scanned. Measured on all 1,797 of them:
 * every digit touches the first and the last row (height 32 dots) and spans about 20 of the 32
 * columns, a bar fewer; each has 312 ± 34 dots of ink, whatever the digit; and the leftmost ink of
 * the first row lies over the leftmost ink of the last one (within 0.02 ± 0.2 columns, in all
 * ten classes), while the right edges differ by up to two columns. So a digit was scaled to a box
 * that does not keep its proportions, its pen was made thicker or thinner, and it was sheared until
 * its left edge stood upright. The functions here do the same to points along the pen's middle line.
 */

const SIDE = 32; // dots of the bitmap
const BLOCK = 4; // dots of a pixel: counts of 4 × 4 dots
const BOX = 20; // dots from the left to the right edge
const WIDEST = 1.6; // a narrow digit is not stretched further than this
const INK = 312; // dots
const PENS = [2, 12]; // dots: the thinnest and the thickest pen
const STEEPEST = 0.6; // columns per row of the shear
const FINE = 200; // points along the longer side

// Strokes as text, for a link: two letters a point, on a grid of 64 × 64; a dot between strokes.
const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
export const GRID = LETTERS.length;

export const written = (strokes) =>
  strokes.map((stroke) => stroke.flat().map((at) => LETTERS[at]).join("")).join(".");

/** Read such a text; what is no point of the grid is left out. */
export const read = (text) =>
  text
    .split(".")
    .map((letters) => (letters.match(/[\w-]{2}/g) ?? []).map((pair) => [...pair].map((l) => LETTERS.indexOf(l))))
    .filter((stroke) => stroke.length);

/** Points along strokes (polylines [[x, y], …]), so close that a pen leaves no gap. */
export function pointsOf(strokes) {
  const { width, height } = bounds(strokes.flat());
  const step = Math.max(width, height) / FINE || 1;
  return strokes.flatMap((stroke) => [
    ...stroke.slice(1).flatMap((end, k) => between(stroke[k], end, step)),
    ...stroke.slice(-1),
  ]);
}

function between([x, y], [toX, toY], step) {
  const count = Math.max(1, Math.ceil(Math.hypot(toX - x, toY - y) / step));
  return Array.from({ length: count }, (_, k) => [
    x + ((toX - x) * k) / count,
    y + ((toY - y) * k) / count,
  ]);
}

export function bounds(points) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom, width: right - left, height: bottom - top };
}

/** Points -> bitmap of 32 × 32 dots, with the amount of ink that the digits have. */
export function bitmap(points) {
  if (!points.length) return new Uint8Array(SIDE * SIDE);
  let [thin, thick] = PENS;
  let dots;
  for (let round = 0; round < 9; round++) {
    const pen = (thin + thick) / 2;
    dots = stamp(upright(fitted(points, pen)), pen);
    if (dots.reduce((sum, dot) => sum + dot, 0) < INK) thin = pen;
    else thick = pen;
  }
  return dots;
}

/** Scaled so that a pen of this width fills the box, and centered. */
function fitted(points, pen) {
  const { left, right, top, bottom, width, height } = bounds(points);
  let down = (SIDE - pen) / (height || 1e-6);
  const across = Math.min((BOX - pen) / (width || 1e-6), WIDEST * down);
  down = Math.min(down, 3 * across); // a dash stays a dash
  return points.map(([x, y]) => [
    (x - (left + right) / 2) * across + SIDE / 2,
    (y - (top + bottom) / 2) * down + SIDE / 2,
  ]);
}

/** Sheared until the leftmost points of the first and the last row of pixels are one below the other. */
function upright(points) {
  const { top, bottom, height } = bounds(points);
  const band = height / (SIDE / BLOCK);
  const first = Math.min(...points.filter(([, y]) => y <= top + band).map(([x]) => x));
  const last = Math.min(...points.filter(([, y]) => y >= bottom - band).map(([x]) => x));
  const shear = Math.max(-STEEPEST, Math.min(STEEPEST, (first - last) / (height || 1)));
  const sheared = points.map(([x, y]) => [x + shear * (y - SIDE / 2), y]);
  const { left, right } = bounds(sheared);
  return sheared.map(([x, y]) => [x + SIDE / 2 - (left + right) / 2, y]);
}

/** Every dot that a round pen reaches. */
function stamp(points, pen) {
  const dots = new Uint8Array(SIDE * SIDE);
  const reach = pen / 2;
  const from = (at) => Math.max(0, Math.ceil(at - reach - 0.5));
  const to = (at) => Math.min(SIDE - 1, Math.floor(at + reach - 0.5));
  for (const [x, y] of points) {
    for (let row = from(y); row <= to(y); row++) {
      for (let col = from(x); col <= to(x); col++) {
        if ((col + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2 <= reach ** 2) dots[row * SIDE + col] = 1;
      }
    }
  }
  return dots;
}

/** Bitmap -> an image of 8 × 8 numbers from 0 to 1: the share of ink in each block of 4 × 4 dots. */
export function counts(dots) {
  const side = SIDE / BLOCK;
  const image = new Float32Array(side * side);
  dots.forEach((dot, k) => {
    const row = Math.floor(k / SIDE / BLOCK);
    const col = Math.floor((k % SIDE) / BLOCK);
    image[row * side + col] += dot / BLOCK ** 2;
  });
  return image;
}

/** Strokes -> the image that a network trained on `datasets.digits` expects. */
export const digitOf = (strokes) => counts(bitmap(pointsOf(strokes)));

/** A picture of dark ink on a light ground (gray 0 … 1, row by row) -> points along the ink's middle. */
export function inkPoints(gray, width, height) {
  const threshold = otsu(gray);
  const grid = new Uint8Array((width + 2) * (height + 2)); // with an empty frame
  for (let k = 0; k < gray.length; k++) {
    if (gray[k] < threshold) grid[(Math.floor(k / width) + 1) * (width + 2) + (k % width) + 1] = 1;
  }
  dropSpecks(grid, width + 2);
  thin(grid, width + 2);
  const points = [];
  grid.forEach((ink, k) => ink && points.push([k % (width + 2), Math.floor(k / (width + 2))]));
  return points;
}

const around = (width) => [-width, 1 - width, 1, width + 1, width, width - 1, -1, -width - 1];

/** Erase patches of ink that are small beside the largest: dust, and the grain of the paper. */
export function dropSpecks(grid, width, share = 0.1) {
  const ring = around(width);
  const seen = new Uint8Array(grid.length);
  const patches = [];
  grid.forEach((ink, start) => {
    if (!ink || seen[start]) return;
    const patch = [start];
    seen[start] = 1;
    for (let n = 0; n < patch.length; n++) {
      for (const step of ring) {
        const k = patch[n] + step;
        if (grid[k] && !seen[k]) patch.push(k), (seen[k] = 1);
      }
    }
    patches.push(patch);
  });
  const largest = Math.max(...patches.map((patch) => patch.length));
  for (const patch of patches) if (patch.length < share * largest) for (const k of patch) grid[k] = 0;
}

/** The threshold that parts dark from light best (Otsu 1979): the means of both sides lie far apart. */
export function otsu(gray, bins = 64) {
  const histogram = new Float64Array(bins);
  for (const v of gray) histogram[Math.max(0, Math.min(bins - 1, Math.floor(v * bins)))] += 1;
  const total = histogram.reduce((sum, n, k) => sum + n * k, 0);
  let [best, first, last, below, sum] = [0, bins / 2, bins / 2, 0, 0];
  for (let k = 0; k < bins - 1; k++) {
    below += histogram[k];
    sum += k * histogram[k];
    const above = gray.length - below;
    const apart = below && above ? below * above * (sum / below - (total - sum) / above) ** 2 : 0;
    if (apart > best) [best, first] = [apart, k + 1];
    if (apart === best && best) last = k + 1; // all between two heaps part them alike
  }
  return (first + last) / 2 / bins;
}

/** Take ink off the edges, on all sides in turn, until lines are one dot wide (Zhang and Suen 1984). */
export function thin(grid, width) {
  const ring = around(width);
  const removable = (k, turn) => {
    const near = ring.map((step) => grid[k + step]);
    const ink = near.reduce((sum, v) => sum + v, 0);
    const begins = near.filter((v, n) => !v && near[(n + 1) % 8]).length;
    const [up, , right, , down, , left] = near;
    const sides = turn ? [[up, right, left], [up, down, left]] : [[up, right, down], [right, down, left]];
    const open = !sides.some((three) => three.every(Boolean));
    return ink >= 2 && ink <= 6 && begins === 1 && open;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const turn of [0, 1]) {
      const gone = [];
      grid.forEach((ink, k) => ink && removable(k, turn) && gone.push(k));
      for (const k of gone) grid[k] = 0;
      changed ||= gone.length > 0;
    }
  }
}
