// The controls that choose a network's image: a pad for digits, images to take, a file.

import { dom } from "./controls.js";
import { digitOf, read } from "./drawing.js";
import { fileChooser } from "./images.js";
import { Pad } from "./pad.js";
import { fileAs, imageOf, thumbnail } from "./sources.js";
import { array, arrayOf, integer, text } from "./state.js";

/** The variables of a figure that has such a choice. */
export const SOURCE = { sample: integer(-1, 9999), strokes: text(), own: array() };

/** `box` is the pad with its buttons, if there is one; `element` has the images and the file. */
export class ImageSource {
  constructor(figure, shape) {
    const { model } = figure;
    Object.assign(this, { figure, shape, images: arrayOf(model.get("images")), levels: model.get("levels") });
    this.element = dom("div", { className: "stc-x-sources" });
    const draws = shape.join() === "8,8,1";
    if (draws) this.box = this.#layPad();
    this.thumbs = this.images ? this.#thumbnails() : [];
    const choices = dom("div", { className: "stc-x-thumbs", role: "group", ariaLabel: "Images" }, ...this.thumbs);
    const got = (file) =>
      fileAs(file, shape, draws)
        .then((data) => figure.set({ own: { shape, data }, sample: -1, strokes: "" }))
        .catch((error) => figure.note(error.message));
    if (this.images) this.element.append(choices);
    this.element.append(fileChooser(figure.stage, got));
    figure.onDispose(() => this.pad?.dispose());
  }

  #layPad() {
    this.pad = new Pad((strokes) => {
      const image = { shape: this.shape, data: digitOf(read(strokes)) };
      this.figure.set({ strokes, sample: -1, own: strokes ? image : null });
    });
    const buttons = dom("div", { className: "stc-x-buttons" });
    this.figure.buttons(
      "Drawing",
      [{ label: "Undo", onClick: () => this.pad.undo() }, { label: "Clear", onClick: () => this.pad.clear() }],
      { to: buttons },
    );
    return dom("div", {}, this.pad.canvas, buttons);
  }

  #thumbnails() {
    return Array.from({ length: this.images.shape[0] }, (_, sample) => {
      const image = this.imageOf({ sample });
      const onclick = () => this.figure.set({ sample, strokes: "" });
      const button = dom("button", { type: "button", className: "stc-x-thumb", onclick }, thumbnail(image, this.shape));
      button.setAttribute("aria-label", `image ${sample}`);
      return button;
    });
  }

  /** The image that a state shows. */
  imageOf(state) {
    return imageOf(state, { images: this.images, levels: this.levels, shape: this.shape, digitOf });
  }

  /** Show what a state has chosen. */
  show({ sample, strokes }) {
    this.pad?.show(sample < 0 ? strokes : "");
    this.thumbs.forEach((button, k) => button.setAttribute("aria-pressed", String(k === sample)));
  }
}
