// Three explanations of an answer, pixel by pixel: saliency, occlusion, Grad-CAM.
//
// The score of a class is the network's output before its last softmax or sigmoid. A network with a
// single output has two classes: the score of class 1 is the output, that of class 0 minus the output.

/** The network's last layer: {values, scores}, after and before its softmax or sigmoid. */
const lastOf = (net) => {
  const last = net.layers.length - 1;
  return { values: net.output(last).data, scores: net.preactivation(last).data };
};

/** The class that a network says, after a pass. */
export function labelOf(net) {
  const { values } = lastOf(net);
  return values.length === 1 ? Number(values[0] > 0.5) : values.indexOf(values.reduce((a, b) => Math.max(a, b)));
}

/** The score of a class, after a pass. */
export function scoreOf(net, label) {
  const { scores } = lastOf(net);
  if (scores.length > 1) return scores[label];
  return label ? scores[0] : -scores[0];
}

/** The probability of a class, after a pass. */
export function probabilityOf(net, label) {
  const { values } = lastOf(net);
  if (values.length > 1) return values[label];
  return label ? values[0] : 1 - values[0];
}

/** Forward, and backward from the score of a class: afterwards the network holds all gradients. */
export function explain(net, image, label) {
  net.forward(image);
  const { values } = lastOf(net);
  const dy = new Float32Array(values.length);
  if (dy.length > 1) dy[label] = 1;
  else dy[0] = label ? 1 : -1;
  net.backward(dy, { scores: true });
}

/** After explain(): the size of the gradient by each pixel, or of its product with the pixel. */
export function saliency(net, timesPixel) {
  const { data: slopes, shape } = net.inputGradient;
  const [, rows, columns, channels] = shape;
  const pixels = net.input.data;
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    let largest = 0;
    for (let k = at * channels; k < (at + 1) * channels; k++)
      largest = Math.max(largest, Math.abs(timesPixel ? slopes[k] * pixels[k] : slopes[k]));
    return largest;
  });
}

/**
 * After explain(): where the maps of layer k that speak for the class are active. It is a small network
 * of its own: global average pooling of the gradients gives the weights of a 1 × 1 convolution of the
 * maps, and a ReLU follows.
 */
export function gradCam(runtime, net, k) {
  const [maps, slopes] = [net.output(k), net.gradient(k)];
  const [, rows, columns, channels] = maps.shape;
  const [, height, width] = net.input.shape;
  const { run } = runtime;
  return runtime.scope(() => {
    const weights = runtime.array([1, 1, 1, channels]);
    run.avg_pool2d(slopes, rows, columns, rows, columns, 0, 0, weights);
    const [sum, heat] = [runtime.array([rows * columns, 1]), runtime.array([rows * columns])];
    run.dense(maps.reshape(rows * columns, channels), weights.reshape(channels, 1), runtime.array([1]), sum);
    run.relu(sum.flat, heat);
    return resize(heat.data, [rows, columns], [height, width]);
  });
}

/** Stretch a map to another size (bilinear); a pixel's value sits in its middle. */
export function resize(values, [rows, columns], [height, width]) {
  const places = (length, old) =>
    Array.from({ length }, (_, k) => {
      const at = Math.min(old - 1, Math.max(0, ((k + 0.5) * old) / length - 0.5));
      const below = Math.floor(at);
      return { below, above: Math.min(below + 1, old - 1), share: at - below };
    });
  const across = places(width, columns);
  return Float32Array.from(places(height, rows).flatMap(({ below, above, share }) => {
    const row = (r, { below: left, above: right, share: part }) =>
      values[r * columns + left] * (1 - part) + values[r * columns + right] * part;
    return across.map((place) => row(below, place) * (1 - share) + row(above, place) * share);
  }));
}

/** How much the score of a class drops when a patch is covered: {rows, columns, drops}. */
export function occlusion(net, image, label, { patch, stride, fill }) {
  const [, height, width, channels] = net.input.shape;
  const [rows, columns] = [height, width].map((side) => Math.floor((side - patch) / stride) + 1);
  net.predict(image);
  const score = scoreOf(net, label);
  const drops = new Float32Array(rows * columns);
  const covered = new Float32Array(image.length);
  for (let place = 0; place < drops.length; place++) {
    covered.set(image);
    const [top, left] = [stride * Math.floor(place / columns), stride * (place % columns)];
    for (let row = top; row < top + patch; row++)
      covered.fill(fill, (row * width + left) * channels, (row * width + left + patch) * channels);
    net.predict(covered);
    drops[place] = score - scoreOf(net, label);
  }
  return { rows, columns, drops };
}

/** For each pixel the mean drop of the patches that cover it; 0 where none does. */
export function spread({ rows, columns, drops }, [height, width], patch, stride) {
  const [total, count] = [new Float64Array(height * width), new Float64Array(height * width)];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let row = i * stride; row < i * stride + patch; row++)
        for (let column = j * stride; column < j * stride + patch; column++) {
          total[row * width + column] += drops[i * columns + j];
          count[row * width + column] += 1;
        }
  return Float32Array.from(total, (sum, k) => sum / Math.max(count[k], 1));
}
