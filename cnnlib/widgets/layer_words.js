// A network as a list of layers in words, such as "Conv2D 16 3, ReLU, Flatten".
//
// A figure has a table of the layers it knows: kind -> settings. A setting is a number,
// {name, least, most, usual, whole}, or one of some words, {name, options}. A number with a
// `standard` may be left out; so may a word, whose standard is its first option. A layer is
// {kind, numbers}: the values of all its settings, in their order.

/** A whole number between two limits; `usual` ones to offer. */
export const whole = (name, least, most, usual, standard) => ({ name, least, most, usual, standard, whole: true });

/** One of some words. */
export const word = (name, ...options) => ({ name, options, usual: options, standard: options[0] });

/**
 * The language of a table: {kinds, fresh, parse, written}. `made` has the settings of a layer that
 * has just been added; `most` is how many layers there may be (`where` says of which).
 */
export function language(kinds, { made = {}, most, where = "" }) {
  const fresh = (kind) => ({ kind, numbers: made[kind] ?? kinds[kind].map(({ standard }) => standard) });
  const parse = (text) => {
    const items = text.trim() ? text.split(",") : [];
    const layers = items.map((item) => readLayer(item.trim().split(/\s+/), kinds));
    if (layers.length > most) throw new Error(`There may be ${most} layers at most${where}; here are ${layers.length}.`);
    for (const layer of layers) checkLayer(layer, kinds);
    return layers;
  };
  const written = (layers) => layers.map((layer) => writeLayer(layer, kinds)).join(", ");
  return { kinds, fresh, parse, written };
}

const isWord = (setting) => "options" in setting;

/** Words in their places; numbers in their order, the rest of them as usual. */
function readLayer([kind, ...texts], kinds) {
  if (!Object.hasOwn(kinds, kind)) return { kind, numbers: [] };
  const taken = (text) => kinds[kind].find((setting) => isWord(setting) && setting.options.includes(text));
  const given = texts.filter((text) => !taken(text)).map(Number);
  const values = kinds[kind].map((setting) =>
    isWord(setting) ? (texts.findLast((text) => setting.options.includes(text)) ?? setting.standard) : given.shift() ?? setting.standard,
  );
  return { kind, numbers: [...values.filter((value) => value !== undefined), ...given] };
}

function writeLayer({ kind, numbers }, kinds) {
  const settings = kinds[kind];
  const counts = numbers.filter((_, k) => !isWord(settings[k]));
  const standards = settings.filter((setting) => !isWord(setting)).map(({ standard }) => standard);
  while (counts.length && counts.at(-1) === standards[counts.length - 1]) counts.pop();
  const words = numbers.filter((value, k) => isWord(settings[k]) && value !== settings[k].standard);
  return [kind, ...counts, ...words].join(" ");
}

function checkLayer({ kind, numbers }, kinds) {
  if (!Object.hasOwn(kinds, kind)) {
    throw new Error(`A layer is one of ${Object.keys(kinds).join(", ")}; here is “${kind}”.`);
  }
  const takes = kinds[kind];
  if (takes.length !== numbers.length) {
    const what = takes.map(({ name }) => name).join(" and ") || "no number";
    throw new Error(`${kind} takes ${what}; here are ${numbers.length} numbers.`);
  }
  takes.forEach((setting, k) => {
    const { name, least, most, whole: must } = setting;
    const value = numbers[k];
    if (isWord(setting) || (value >= least && value <= most && (!must || Number.isInteger(value)))) return;
    const rule = must ? "a whole number" : "a number";
    throw new Error(`${kind}: ${name} must be ${rule} from ${least} to ${most}; here is ${value}.`);
  });
}

/** Names for layers as Keras gives them: "max_pooling2d", the next time "max_pooling2d_1". */
export function namer() {
  const counts = {};
  return (kind) => {
    const name = kind.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
    const count = (counts[name] = (counts[name] ?? -1) + 1);
    return count ? `${name}_${count}` : name;
  };
}
