// An axis from −150 to 150 that is even up to 6, where a logit usually is, and gets closer and closer beyond.

export const FAR = 150;
export const NEAR = 6;
const ROOM = 1.5; // how much of it lies beyond

/** Where a number stands on the axis. */
export const lens = (z) => Math.sign(z) * (Math.abs(z) <= NEAR ? Math.abs(z) : NEAR + ROOM * Math.log(1 + (Math.abs(z) - NEAR) / ROOM));

/** The number at a place of the axis. */
export const unlens = (place) =>
  Math.sign(place) * (Math.abs(place) <= NEAR ? Math.abs(place) : NEAR + ROOM * (Math.exp((Math.abs(place) - NEAR) / ROOM) - 1));

/** Numbers at equal distances on the axis, both ends and 0 among them. */
export const SAMPLES = Float32Array.from({ length: 601 }, (_, k) => unlens(lens(FAR) * (k / 300 - 1)));

export const inside = (z) => Math.min(FAR, Math.max(-FAR, z));

/** As many decimals as a pointer can mean there. */
export const rounded = (z) => inside(Number(z.toFixed(Math.abs(z) < NEAR ? 2 : Math.abs(z) < 30 ? 1 : 0)));

/** The next logit for an arrow key: a small step under the lens, a larger one beyond it. */
export function step(z, direction, { page = false, fine = false } = {}) {
  const far = Math.abs(z + direction * 0.01) > NEAR;
  const size = (far ? 1 : 0.1) * (page ? 10 : 1) * (fine ? 0.1 : 1);
  return inside(Number((z + direction * size).toFixed(2)));
}
