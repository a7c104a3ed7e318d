// Colors. The same number has the same color as in the book's printed figures (matplotlib's scales).

// Brewer's red and blue (RdBu), eleven steps from blue to red; white is in the middle.
const RED_BLUE = "0530612166ac4393c392c5ded1e5f0f7f7f7fddbc7f4a582d6604db2182b67001f";
// Viridis (S. van der Walt and N. Smith, CC0), all of its 256 steps.
const VIRIDIS =
  "44015444025544035745055845065a45085b46095c460b5e460c5f460e61470f62471163471265471466471567471669" +
  "47186a48196b481a6c481c6e481d6f481e70482071482172482273482374472575472676472777472878472a79472b7a" +
  "472c7b462d7c462f7c46307d46317e45327f45347f453580453681443781443982433a83433b83433c84423d84423e85" +
  "4240854141864142864043874044873f45873f47883e48883e49893d4a893d4b893d4c893c4d8a3c4e8a3b508a3b518a" +
  "3a528b3a538b39548b39558b38568b38578c37588c37598c365a8c365b8c355c8c355d8c345e8d345f8d33608d33618d" +
  "32628d32638d31648d31658d31668d30678d30688d2f698d2f6a8d2e6b8e2e6c8e2e6d8e2d6e8e2d6f8e2c708e2c718e" +
  "2c728e2b738e2b748e2a758e2a768e2a778e29788e29798e287a8e287a8e287b8e277c8e277d8e277e8e267f8e26808e" +
  "26818e25828e25838d24848d24858d24868d23878d23888d23898d22898d228a8d228b8d218c8d218d8c218e8c208f8c" +
  "20908c20918c1f928c1f938b1f948b1f958b1f968b1e978a1e988a1e998a1e998a1e9a891e9b891e9c891e9d881e9e88" +
  "1e9f881ea0871fa1871fa2861fa38620a48520a58521a68521a78422a78423a88323a98224aa8225ab8126ac8127ad80" +
  "28ae7f29af7f2ab07e2bb17d2cb17d2eb27c2fb37b30b47a32b57a33b67935b77836b87738b97639b9763bba753dbb74" +
  "3ebc7340bd7242be7144be7045bf6f47c06e49c16d4bc26c4dc26b4fc36951c46853c56755c66657c66559c7645bc862" +
  "5ec96160c96062ca5f64cb5d67cc5c69cc5b6bcd596dce5870ce5672cf5574d05477d05279d1517cd24f7ed24e81d34c" +
  "83d34b86d44988d5478bd5468dd64490d64392d74195d73f97d83e9ad83c9dd93a9fd938a2da37a5da35a7db33aadb32" +
  "addc30afdc2eb2dd2cb5dd2bb7dd29bade27bdde26bfdf24c2df22c5df21c7e01fcae01ecde01dcfe11cd2e11bd4e11a" +
  "d7e219dae218dce218dfe318e1e318e4e318e7e419e9e419ece41aeee51bf1e51cf3e51ef6e61ff8e621fae622fde724";
const NOT_A_NUMBER = [140, 140, 140];

function hexToBytes(hex) {
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

/** 256 colors between the given ones, as matplotlib steps through them. */
function between(stops) {
  const last = stops.length / 3 - 1;
  return Uint8Array.from({ length: 768 }, (_, k) => {
    const at = (Math.floor(k / 3) / 255) * last;
    const before = Math.min(Math.floor(at), last - 1);
    const [a, b] = [stops[3 * before + (k % 3)], stops[3 * before + 3 + (k % 3)]];
    return a + (b - a) * (at - before) + 1e-9;
  });
}

export const COLORS = {
  RdBu_r: between(hexToBytes(RED_BLUE)),
  viridis: hexToBytes(VIRIDIS),
  gray: Uint8Array.from({ length: 768 }, (_, k) => Math.floor(k / 3)),
};

/** Numbers with a sign: white is 0, red is above, blue below. */
export const signed = (top) => ({ name: "RdBu_r", low: -(top || 1), high: top || 1 });

/** Numbers of 0 or more, from dark to light. */
export const positive = (top) => ({ name: "viridis", low: 0, high: top || 1 });

/** A photo: `low` is black, `high` is white. */
export const gray = (low = 0, high = 1) => ({ name: "gray", low, high: high > low ? high : low + 1 });

/** The number that at most this share of the others exceed in size; 0 of nothing. */
export function largest(values, beyond = 0) {
  let top = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > top && size < Infinity) top = size;
  }
  const allowed = Math.floor(beyond * values.length);
  if (!top || !allowed) return top;
  const bins = new Uint32Array(1024);
  for (const value of values) bins[Math.min(1023, (Math.abs(value) / top) * 1024) | 0]++;
  let bin = 1023;
  for (let count = bins[bin]; count <= allowed && bin > 0; count += bins[--bin]);
  return ((bin + 1) / 1024) * top;
}

/** The scale of some numbers: symmetric about 0 if one is below it, else from 0 up. */
export function scaleOf(values, { sign, beyond = 0 } = {}) {
  const top = largest(values, beyond);
  return (sign ?? values.some((value) => value < 0)) ? signed(top) : positive(top);
}

/** The color of a number, [red, green, blue]. */
export function colorOf(scale, value) {
  if (!Number.isFinite(value)) return NOT_A_NUMBER;
  const step = Math.floor(((value - scale.low) / (scale.high - scale.low)) * 256);
  const k = 3 * Math.min(255, Math.max(0, step));
  return [...COLORS[scale.name].subarray(k, k + 3)];
}

/** Color many numbers at once into the pixels of an ImageData. */
export function paint(values, scale, pixels) {
  const out = new Uint32Array(pixels.data.buffer);
  const table = words(scale.name);
  const factor = 256 / (scale.high - scale.low);
  for (let k = 0; k < values.length; k++) {
    const step = (values[k] - scale.low) * factor;
    if (step >= 0) out[k] = table[step < 256 ? step | 0 : step < Infinity ? 255 : 256];
    else out[k] = table[step > -Infinity ? 0 : 256];
  }
}

const tables = {};
/** A scale's colors as canvas pixels in memory, and that of NaN behind them. */
function words(name) {
  if (!tables[name]) {
    const bytes = new Uint8Array(257 * 4).fill(255);
    for (let k = 0; k < 257; k++)
      bytes.set(k < 256 ? COLORS[name].subarray(3 * k, 3 * k + 3) : NOT_A_NUMBER, 4 * k);
    tables[name] = new Uint32Array(bytes.buffer);
  }
  return tables[name];
}

/** Black or white, whatever reads better on a color (WCAG 2 contrast). */
export function inkOn([red, green, blue]) {
  const part = (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  return luminance > 0.179 ? "#000" : "#fff";
}

/** CSS of a color. */
export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

/** "light" or "dark": the book's theme, JupyterLab's, else the system's. */
export function scheme() {
  const book = document.documentElement.dataset.theme;
  if (book === "light" || book === "dark") return book;
  const lab = document.body.dataset.jpThemeLight;
  if (lab) return lab === "true" ? "light" : "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Call a function when the scheme may have changed. Returns what ends this. */
export function onScheme(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}
