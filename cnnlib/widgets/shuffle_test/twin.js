// Why a dense network cannot notice: its twin, with the weights in the order of the pixels, says the same.

import { network } from "../../wasm/network.js";
import { best } from "../course.js";
import { firstKernel, follow, rearranged } from "./places.js";

const BATCH = 60; // images of one pass

export class Twin {
  /** `images` and `labels` are those to compare on. */
  constructor(runtime, spec, { images, labels, order }) {
    Object.assign(this, { spec, labels, order, kernel: firstKernel(spec), size: order.length });
    const sizes = spec.layers.flatMap(({ weights }) => weights.map(({ shape }) => shape.reduce((a, b) => a * b, 1)));
    const own = runtime.another();
    this.examined = network(own, spec, new Float32Array(sizes.reduce((a, b) => a + b, 0)), BATCH);
    this.viewed = network(own, spec, this.examined, 1);
    this.plain = images;
    this.shuffled = rearranged(images, order);
  }

  /**
   * Compare a network on plain images with its twin on shuffled ones.
   *
   * @returns largest: the largest difference of any output; agree: on how many images both say the
   *          same; without: how many are right if the weights stay in their old order; kernel and
   *          turned: the weights of a unit of the first layer in both; sums: what the unit makes of
   *          an image in both
   */
  compare(weights, image, unit) {
    const turned = follow(weights, this.spec, this.order);
    const [first, second, third] = [[weights, this.plain], [turned, this.shuffled], [weights, this.shuffled]].map((pair) => this.#answers(...pair));
    const all = this.labels.length;
    const said = (answers) => Array.from({ length: all }, (_, row) => best(answers, row, answers.length / all));
    const [one, other, lost] = [first, second, third].map(said);
    return {
      largest: first.reduce((most, value, k) => Math.max(most, Math.abs(value - second[k])), 0),
      agree: one.filter((answer, k) => answer === other[k]).length,
      without: lost.filter((answer, k) => answer === this.labels[k]).length,
      kernel: this.#column(weights, unit),
      turned: this.#column(turned, unit),
      bias: weights[this.kernel.offset + this.kernel.inputs * this.kernel.units + this.#clamped(unit)],
      sums: [this.#sum(weights, image, unit), this.#sum(turned, rearranged(image, this.order), unit)],
    };
  }

  #answers(weights, images) {
    this.examined.setWeights(weights);
    const count = this.labels.length;
    const parts = [];
    for (let start = 0; start < count; start += BATCH) {
      const x = new Float32Array(BATCH * this.size);
      x.set(images.subarray(start * this.size, Math.min(count, start + BATCH) * this.size));
      parts.push(...this.examined.predict(x).data);
    }
    return Float32Array.from(parts).subarray(0, (parts.length / (Math.ceil(count / BATCH) * BATCH)) * count);
  }

  #clamped(unit) {
    return Math.min(unit, this.kernel.units - 1);
  }

  /** The weights of a unit, one for each pixel. */
  #column(weights, unit) {
    const { offset, inputs, units } = this.kernel;
    return Float32Array.from({ length: inputs }, (_, k) => weights[offset + k * units + this.#clamped(unit)]);
  }

  /** What a unit of the first layer puts out. */
  #sum(weights, image, unit) {
    this.viewed.setWeights(weights);
    this.viewed.forward(image);
    return this.viewed.output(this.kernel.layer).data[this.#clamped(unit)];
  }
}
