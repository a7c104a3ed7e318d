/**
 * Random numbers from 0 to below 1, the same ones for the same seed.
 *
 * A counter that grows by an odd constant, its bits mixed by two multiplications (Mulberry32, by
 * T. Ettinger). The numbers are not those of NumPy's generators.
 */
export function random(seed) {
  let counter = seed | 0;
  return () => {
    counter = (counter + 0x6d2b79f5) | 0;
    let bits = Math.imul(counter ^ (counter >>> 15), counter | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bring items into a random order, in place: each order is as likely as any other (Fisher and Yates). */
export function shuffle(items, draw) {
  for (let k = items.length - 1; k > 0; k--) {
    const other = Math.floor(draw() * (k + 1));
    [items[k], items[other]] = [items[other], items[k]];
  }
  return items;
}
