// What the shuffle test says in words.

export const BLOCKS = { 1: "nowhere", 2: "within 2 × 2 squares", 4: "within 4 × 4 squares", 8: "anywhere" };
export const NAMES = ["Dense, plain", "Dense, shuffled", "CNN, plain", "CNN, shuffled"];

export const percent = (share) => `${(100 * share).toFixed(1)} %`;
const signed = (value, decimals) => value.toFixed(decimals).replace("-", "−").replace(/^−(0\.0+)$/, "$1");
/** A difference of rounding, such as "1.2e−7". */
export const tiny = (value) => (value === 0 ? "0" : value.toExponential(1).replace("-", "−"));

/** "[2, 3]" for a pixel of an image that is so wide. */
export const at = (pixel, columns) => `[${Math.floor(pixel / columns)}, ${pixel % columns}]`;

/** What became of the marked pixel and its weight. */
export function pixelInWords({ pixel, place, columns, x, weight }) {
  const product = x * weight;
  const goes = place === pixel ? "stays where it is" : `goes to ${at(place, columns)}, and its weight with it`;
  return `Pixel ${at(pixel, columns)} (${x.toFixed(2)} of ink) ${goes}: the product ${x.toFixed(2)} · ${signed(weight, 3)} = ${signed(product, 3)} is in both sums.`;
}

/** The sum of a unit in both networks. */
export const sumInWords = (sum, count) => `${count} products + bias = ${signed(sum, 6)}`;

/** The comparison on all held-out images. */
export function twinInWords({ largest, agree, without }, count) {
  return `Take the trained dense network and put the weights of its first layer into the order of the pixels. On ${count} held-out digits, shuffled, it gives the same answer as before ${agree} times; of its ${count} × 10 outputs none has changed by more than ${tiny(largest)}, which is rounding. With the weights left in their old order it would be right ${without} times.`;
}

/** The figure in words. */
export function inWords({ block, samples, shuffle, alike }, news, count) {
  const where = block === 1 ? "No pixel changes its place." : `Pixels change places ${BLOCKS[block]}, in order number ${shuffle}, the same for all images.`;
  const dense = alike ? " The dense network that sees shuffled pixels begins with weights shuffled alike." : "";
  if (!news) return `${where}${dense} The networks are being prepared.`;
  const right = news.networks.map(({ accuracy }, k) => `${NAMES[k]}: ${percent(accuracy)}`).join("; ");
  return `${where}${dense} After ${news.step} steps on ${samples.toLocaleString("en")} digits, of ${count} held-out digits are right: ${right}. With its weights in the order of the pixels the dense network changes none of its outputs by more than ${tiny(news.twin.largest)}.`;
}
