/**
 * A network in the page: any Sequential model, forward and backward, layer by layer.
 *
 * It follows the description that cnnlib.wasm.export_network gives; nothing here knows a particular
 * network. All arrays are made once, for one number of samples per pass. forward() and backward()
 * keep what every layer computes, for figures to show; predict() and learn() are quicker.
 */
import { fused } from "./block.js";
import { STEPS, isActivation, stepsOf } from "./layers.js";

/**
 * Make a network.
 *
 * @param runtime where the kernels and the arrays are (runtime.js)
 * @param spec    the description
 * @param weights all weights in one Float32Array, or another network of this spec: both then share
 *                their weights, for instance one that is trained in batches and one that is shown
 * @param batch   samples per pass
 */
export function network(runtime, spec, weights, batch = 1) {
  if (!Number.isInteger(batch) || batch < 1) {
    throw new Error(`batch must be an integer of 1 or more; got ${batch}.`);
  }
  const take = weights instanceof Network ? shared : loaded;
  return new Network(runtime, spec, take(runtime, spec, weights), batch);
}

export class Network {
  #steps = []; // in order; a layer has one, or two if it has an activation
  #stages; // the same, with several steps as one where a kernel can do so
  #weights;
  #gradients = [];
  #whole = false; // whether forward() was the last pass: what is inside a stage is there then

  constructor(runtime, spec, weights, batch) {
    Object.assign(this, { runtime, spec, batch, layers: [] });
    this.#weights = weights;
    this.input = runtime.array([batch, ...spec.input_shape]);
    this.inputGradient = runtime.array(this.input.shape);
    spec.layers.forEach((layer, index) => this.#add(layer, index));
    this.#stages = fused(runtime, this.#steps, this.#first(this.#steps));
  }

  #add(layer, index) {
    const shape = [this.batch, ...layer.output_shape];
    const [weights, gradients] = [this.#weights[index], {}];
    const array = (...of) => this.runtime.array(...of);
    const gradient = (name) => (gradients[name] = array(weights[name].shape));
    const common = { ...layer, run: this.runtime.run, array, index, weights, gradient };
    this.#gradients.push(gradients);
    const names = stepsOf(layer);
    for (const name of names) {
      const before = this.#steps.at(-1) ?? { y: this.input, dy: this.inputGradient };
      const arrays = { x: before.y, dx: before.dy, y: array(shape), dy: array(shape) };
      const passes = stepOf(name, layer)({ ...common, ...arrays });
      this.#steps.push({ ...layer, name, index, weights, gradients, ...arrays, ...passes });
    }
    const parts = names.map((name) => ({ name, shape }));
    this.layers.push({ name: layer.config.name, kind: layer.class_name, shape, parts });
  }

  /**
   * Compute the output of a batch, layer by layer.
   *
   * @param x        the samples' numbers, one after the other
   * @param training whether dropout drops and batch normalization goes by the batch
   */
  forward(x, training = false) {
    return this.#through(this.#steps, x, training);
  }

  /** The same output, sooner: what lies inside a convolution with ReLU and max-pool is not kept. */
  predict(x) {
    return this.#through(this.#stages, x, false);
  }

  /**
   * A pass of training, as soon as it can be had: the gradients by the weights.
   *
   * @param x          the samples' numbers
   * @param gradientOf a function of the output: the numbers of the gradient by it
   */
  learn(x, gradientOf) {
    const y = this.#through(this.#stages, x, true);
    fill(this.#steps.at(-1).dy, gradientOf(y), "learn() takes the gradient by the output");
    this.#back(this.#stages, false);
  }

  /**
   * Turn the gradient by the output of the last forward() into that by the input; on the way come
   * the gradients by every layer's output and by the weights.
   *
   * @param dy     its numbers
   * @param scores whether dy is the gradient by the scores, the last layer's output before its
   *               activation; the network then counts without that activation
   * @param inputGradient false spares the work before the first layer with weights; gradients from
   *               there to the input are not computed then
   */
  backward(dy, { scores = false, inputGradient = true } = {}) {
    if (!this.#whole) throw new Error("backward() needs a forward() before it; there was none.");
    const steps = [...this.#steps];
    fill(steps.at(-1).dy, dy, "backward() takes the gradient by the output");
    if (scores && isActivation(steps.at(-1).name)) {
      const { dx, dy: output } = steps.pop();
      dx.set(output.data);
    }
    this.#back(steps, inputGradient);
    return this.inputGradient;
  }

  #through(steps, x, training) {
    fill(this.input, x, "forward() takes a batch");
    for (const step of steps) step.forward(training);
    this.#whole = steps === this.#steps;
    return this.#steps.at(-1).y;
  }

  #back(steps, inputGradient) {
    const first = inputGradient ? 0 : this.#first(steps);
    if (first < 0) return;
    for (let k = steps.length - 1; k >= first; k--) steps[k].backward(inputGradient || k > first);
  }

  /** The first step with weights. */
  #first(steps) {
    return steps.findIndex(({ index }) => Object.keys(this.#gradients[index]).length > 0);
  }

  /** Let dropout draw other numbers from here on: the same ones after the same number. */
  reseed(number) {
    for (const step of this.#steps) step.reseed?.(number);
  }

  /** What layer k put out, after its activation. */
  output(k) {
    return this.#seen(k).y;
  }

  /** What layer k put out before its activation (all it put out, if it has none). */
  preactivation(k) {
    const step = this.#seen(k);
    return isActivation(step.name) ? step.x : step.y;
  }

  /** The gradient by the output of layer k. */
  gradient(k) {
    return this.#seen(k).dy;
  }

  /** Layer k's weights by name, such as {kernel, bias}. What is written there counts. */
  weights(k) {
    return this.#weights[this.#last(k).index];
  }

  /** The gradients by layer k's weights, by name. */
  gradients(k) {
    return this.#gradients[this.#last(k).index];
  }

  /** What training changes: pairs of a weight and its gradient, each with its name in its layer. */
  get trainable() {
    return this.#weightsInOrder()
      .filter(({ trainable }) => trainable)
      .map(({ name, weight, gradient }) => ({ name, weight, gradient }));
  }

  /** All weights in one array, in the order in which they were given. */
  getWeights() {
    const all = new Float32Array(count(this.spec));
    for (const { weight, offset } of this.#weightsInOrder()) all.set(weight.data, offset);
    return all;
  }

  /** Take all weights from one array. */
  setWeights(all) {
    checkLength(this.spec, all);
    for (const { weight, offset } of this.#weightsInOrder()) {
      weight.set(all.slice(offset, offset + weight.size));
    }
  }

  #weightsInOrder() {
    return this.spec.layers.flatMap(({ weights }, k) =>
      weights.map((described) => ({
        ...described,
        weight: this.#weights[k][described.name],
        gradient: this.#gradients[k][described.name],
      })),
    );
  }

  /** The last step of layer k, if what it computed is there. */
  #seen(k) {
    const step = this.#last(k);
    if (this.#whole || !step.inner) return step;
    throw new Error(`Training and predict() keep no output of layer ${k}; forward() does.`);
  }

  #last(k) {
    const step = this.#steps.findLast(({ index }) => index === k);
    if (step) return step;
    throw new Error(`A layer is an integer from 0 to ${this.layers.length - 1}; got ${k}.`);
  }
}

const size = (shape) => shape.reduce((product, side) => product * side, 1);

/** How many numbers all weights are together. */
function count(spec) {
  const shapes = spec.layers.flatMap(({ weights }) => weights.map(({ shape }) => shape));
  return shapes.reduce((sum, shape) => sum + size(shape), 0);
}

function checkLength(spec, weights) {
  if (weights?.length !== count(spec)) {
    const got = weights?.length ?? weights;
    throw new Error(`This network has ${count(spec)} weights; got ${got} numbers.`);
  }
}

/** Every layer's weights as arrays of their own, by name. */
function loaded(runtime, spec, weights) {
  checkLength(spec, weights);
  const tensor = ({ name, shape, offset }) => [
    name,
    runtime.array(shape, weights.slice(offset, offset + size(shape))),
  ];
  return spec.layers.map((layer) => Object.fromEntries(layer.weights.map(tensor)));
}

function shared(_, spec, other) {
  if (other.spec !== spec) throw new Error("Networks that share weights must have the same spec.");
  return spec.layers.map((layer, k) => other.weights(k));
}

function stepOf(name, layer) {
  if (Object.hasOwn(STEPS, name)) return STEPS[name];
  const names = Object.keys(STEPS).join(", ");
  throw new Error(`A page can run ${names}; got ${name} (layer ${layer.config.name}).`);
}

/** Copy numbers into an array of the network, or say how many there must be. */
function fill(array, numbers, rule) {
  if (numbers?.length !== array.size) {
    const wanted = `${array.shape.join(" × ")} = ${array.size} numbers`;
    throw new Error(`${rule}, ${wanted}; got ${numbers?.length ?? numbers}.`);
  }
  array.set(numbers);
}
