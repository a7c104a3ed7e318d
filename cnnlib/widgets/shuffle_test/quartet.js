// Two networks that learn twice, from digits as they are and from digits whose pixels have changed
// places. It knows no page; shuffle_worker.js lets it run beside one.

import { Course } from "../course.js";
import { follow, rearranged } from "./places.js";
import { Twin } from "./twin.js";

const TURN = 10; // steps that one network takes before it is the next one's turn

/** Only the first so many of the images to learn from, and all that are held out. */
export function fewer({ images, labels, shape, train }, samples) {
  const size = shape.reduce((a, b) => a * b, 1);
  const cut = (array, width) => {
    const held = array.subarray(train * width);
    const out = new array.constructor(samples * width + held.length);
    out.set(array.subarray(0, samples * width));
    out.set(held, samples * width);
    return out;
  };
  return { images: cut(images, size), labels: cut(labels, 1), shape, train: samples };
}

/** Four courses (course.js) side by side, with the methods of one. */
export class Quartet {
  constructor(runtime, data) {
    Object.assign(this, { runtime, data });
  }

  /**
   * @param specs   {dense, convolutional}: descriptions (architecture.js); the dense one begins with Flatten
   * @param weights the same names: what both begin with
   * @param order   of the pixels (places.js)
   * @param alike   whether the dense network that sees shuffled pixels begins with shuffled weights
   * @param samples how many images to learn from
   * @param key     what every snapshot of these courses says it is of
   */
  begin({ specs, weights, order, alike, samples, seed, settings, key }) {
    const plain = fewer(this.data, samples);
    const shuffled = { ...plain, images: rearranged(plain.images, order) };
    Object.assign(this, { order, key });
    const start = alike ? follow(weights.dense, specs.dense, order) : weights.dense;
    const lessons = [
      [plain, specs.dense, weights.dense],
      [shuffled, specs.dense, start],
      [plain, specs.convolutional, weights.convolutional],
      [shuffled, specs.convolutional, weights.convolutional],
    ];
    this.courses = lessons.map(([data, spec, first]) => {
      const course = new Course(this.runtime, data);
      course.begin({ spec, weights: first, seed, settings });
      return course;
    });
    const at = samples * order.length;
    const held = { images: plain.images.subarray(at), labels: plain.labels.subarray(samples), order };
    this.twin = new Twin(this.runtime, specs.dense, held);
  }

  /** Let all four take as many steps, until some milliseconds or steps are over. */
  advance({ milliseconds, steps = Infinity }) {
    const end = performance.now() + milliseconds;
    let left = steps;
    do {
      const turn = Math.min(left, TURN - (this.courses[0].step % TURN));
      for (const course of this.courses) course.advance({ milliseconds: Infinity, steps: turn });
      left -= turn;
    } while (left > 0 && performance.now() < end);
  }

  look(step) {
    for (const course of this.courses) course.look(step);
  }

  /** All that a page shows; `unit` is one of the dense network's first layer. */
  snapshot({ image, unit }) {
    const seen = this.courses.map((course, k) => {
      const view = k % 2 ? rearranged(image, this.order) : image;
      return course.snapshot({ image: view, label: -1, layers: [] });
    });
    return {
      key: this.key,
      step: seen[0].step,
      last: seen[0].last,
      diverged: seen.find(({ diverged }) => diverged !== null)?.diverged ?? null,
      networks: seen.map(({ record, curve, prediction }) => ({
        accuracy: record.heldAccuracy,
        loss: record.heldLoss,
        curve: curve.map(({ step, heldAccuracy, heldLoss }) => ({ step, accuracy: heldAccuracy, loss: heldLoss })),
        prediction,
      })),
      twin: this.twin.compare(seen[0].weights, image, unit),
    };
  }
}
