// What the network looks at: a drawing, one of some images, the reader's own file, an array.

import { dom } from "./controls.js";
import { bitmap, counts, inkPoints, read } from "./drawing.js";
import { readFile } from "./images.js";
import { Picture } from "./picture.js";
import { gray, paint } from "./theme.js";

/** The image that a state shows: Float32Array of rows × columns × channels. */
export function imageOf({ sample, strokes, own }, { images, levels, shape, digitOf }) {
  const size = shape.reduce((product, side) => product * side, 1);
  if (sample >= 0 && images) {
    const part = images.data.subarray(sample * size, (sample + 1) * size);
    return Float32Array.from(part, (value) => (levels ? value / levels : value));
  }
  if (strokes) return digitOf(read(strokes));
  return own?.data.length === size ? own.data : new Float32Array(size);
}

/** An image file as the network's input: a drawing for digits, else its middle, scaled to fit. */
export async function fileAs(file, [height, width, channels], drawn) {
  if (drawn) {
    const { shape, data } = await readFile(file);
    const light = Float32Array.from(data, (value) => value / 255);
    return counts(bitmap(inkPoints(light, shape[1], shape[0])));
  }
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error(`A file must be an image that this browser can read; got “${file.name}”.`);
  });
  const scale = Math.max(width / picture.width, height / picture.height);
  const part = [width / scale, height / scale];
  const start = [(picture.width - part[0]) / 2, (picture.height - part[1]) / 2];
  const pen = dom("canvas", { width, height }).getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, ...start, ...part, 0, 0, width, height);
  return colors(pen.getImageData(0, 0, width, height).data, channels);
}

/** Canvas pixels -> numbers from 0 to 1 of one or three channels. */
export function colors(pixels, channels) {
  const image = new Float32Array((pixels.length / 4) * channels);
  const luminance = [0.299, 0.587, 0.114];
  for (let k = 0; k < pixels.length / 4; k++) {
    const rgb = [0, 1, 2].map((c) => pixels[4 * k + c] / 255);
    if (channels === 1) image[k] = rgb.reduce((sum, value, c) => sum + value * luminance[c], 0);
    else for (let c = 0; c < channels; c++) image[k * channels + c] = rgb[c] ?? 1;
  }
  return image;
}

/** What is black and what is white: 0 and 1, unless there are numbers beyond. */
function limits(data) {
  let [low, high] = [0, 1];
  for (const value of data) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

/** Paint an image, gray or colored, into the pixels of an ImageData. */
export function paintImage(data, channels, pixels) {
  const [low, high] = limits(data);
  if (channels !== 3) {
    const first = channels === 1 ? data : data.filter((_, k) => k % channels === 0);
    return paint(first, gray(low, high), pixels);
  }
  for (let k = 0; k < data.length / 3; k++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * k + c] = (255 * (data[3 * k + c] - low)) / (high - low);
    pixels.data[4 * k + 3] = 255;
  }
  return undefined;
}

/** A small picture of an image. */
export function thumbnail(data, [height, width, channels]) {
  const canvas = dom("canvas", { width, height });
  const pixels = new ImageData(width, height);
  paintImage(data, channels, pixels);
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

/** The network's input as a picture that may have colors. */
export class InputPicture extends Picture {
  showImage(data, [rows, columns, channels], marks = []) {
    const values = channels === 1 ? data : new Float32Array(rows * columns);
    const write = channels === 1 ? (value) => String(Number(value.toFixed(2))) : undefined;
    this.show({ values, rows, columns, scale: gray(...limits(values)), marks, write });
    if (channels === 1) return;
    paintImage(data, channels, this.image);
    this.pixels.getContext("2d").putImageData(this.image, 0, 0);
  }
}
