// Where a figure's image comes from: a photo, a digit, a drawing, the reader's own file.

import { dom, radio } from "./controls.js";
import { array, arrayOf, bits, choice, integer } from "./state.js";
import { gray } from "./theme.js";

const LONGEST = 256; // pixels of a file's longer side; a larger image is made smaller
const LUMINANCE = [0.299, 0.587, 0.114]; // how bright red, green and blue look

/** The variables of a figure that has a choice of images. */
export const IMAGES = {
  source: choice("photo", "digit", "drawing", "own"),
  digit: integer(0, 9),
  drawing: bits(16, 16),
  own: array(),
};

/** A function of the state: its image, {shape, data}, or null while there is no file yet. */
export function images(model) {
  const photo = arrayOf(model.get("photo"));
  const digits = arrayOf(model.get("digits"));
  return ({ source, digit, drawing, own }) => {
    if (source === "photo") return photo;
    if (source === "drawing") return drawing;
    if (source === "own") return own;
    const [, rows, columns] = digits.shape;
    const size = rows * columns;
    return { shape: [rows, columns], data: digits.data.subarray(digit * size, (digit + 1) * size) };
  };
}

/** The scale on which an image is drawn: what is black and what is white. */
export function grayOf({ data }, source) {
  if (source === "digit") return gray(0, 16);
  if (source === "drawing") return gray(0, 1);
  let [low, high] = [0, 0];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (data instanceof Uint8Array && high > 1) return gray(0, 255);
  return low >= 0 && high <= 1 ? gray(0, 1) : gray(low, high);
}

/** Read an image file in the page: gray, uint8, at most 256 pixels long. */
export async function readFile(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`A file must be an image that this browser can read; got “${file.name}”.`);
  });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const pen = dom("canvas", { width, height }).getContext("2d");
  pen.fillStyle = "#fff"; // behind transparent pixels
  pen.fillRect(0, 0, width, height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const [red, green, blue] = LUMINANCE;
  const light = (_, k) => Math.round(red * data[4 * k] + green * data[4 * k + 1] + blue * data[4 * k + 2]);
  return { shape: [height, width], data: Uint8Array.from({ length: width * height }, light) };
}

/** A button for a file, and `target` as a place to drop one. `got(file)` is called. */
export function fileChooser(target, got) {
  const input = dom("input", { type: "file", accept: "image/*" });
  input.addEventListener("change", () => input.files[0] && got(input.files[0]));
  target.addEventListener("dragover", (event) => event.preventDefault());
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) got(event.dataTransfer.files[0]);
  });
  return dom("label", { className: "stc-control" }, dom("span", {}, "Image file"), input);
}

/** The controls to choose an image; `choose(values)` takes the new values of a state. */
export class ImageChooser {
  constructor(figure, choose) {
    Object.assign(this, { figure, choose });
    const options = [["photo", "Photo"], ["digit", "Digit"], ["drawing", "Drawing"], ["own", "Own file"]];
    figure.bind("source", radio({ label: "Image", options }, (source) => choose({ source })));
    const digits = Array.from({ length: 10 }, (_, digit) => digit);
    this.digit = figure.select("digit", { label: "Which digit", options: digits }).element;
    this.drawing = dom("div", { className: "stc-control" });
    const blank = { shape: [16, 16], data: new Uint8Array(256) };
    const hint = dom("span", { className: "stc-hint" }, "Draw with the pointer, or with arrow keys and space bar.");
    figure.buttons("Drawing", [{ label: "Clear", values: { drawing: blank } }], { to: this.drawing });
    this.drawing.append(hint);
    const privacy = figure.isPage
      ? "The file stays in this page; it is sent nowhere."
      : "The image goes to this notebook, and nowhere else.";
    this.own = dom("div", { className: "stc-control" }, fileChooser(figure.root, (file) => this.#open(file)));
    this.own.append(dom("span", { className: "stc-hint" }, privacy));
    figure.controls.append(this.drawing, this.own);
  }

  async #open(file) {
    try {
      this.choose({ source: "own", own: await readFile(file) });
      this.figure.note("");
    } catch (error) {
      this.figure.note(error.message);
    }
  }

  /** Show the controls of the image that is chosen. */
  show({ source }) {
    for (const name of ["digit", "drawing", "own"]) this[name].hidden = source !== name;
  }
}

/** A drawing with one pixel changed. */
export function inked({ shape, data }, row, column, ink) {
  const changed = data.slice();
  changed[row * shape[1] + column] = ink;
  return { shape, data: changed };
}
