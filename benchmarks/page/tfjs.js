/** TensorFlow.js: its backend, and whether results are read back, stand in the page's address. */
import { asker, labels, uniform } from "./timing.js";

const settings = new URLSearchParams(location.search);
const [backend, readBack] = [settings.get("backend"), settings.get("read") === "yes"];

async function started() {
  if (backend === "wasm") {
    tf.wasm.setWasmPaths("/tfjs/");
    tf.wasm.setThreadsCount(1);
  }
  await tf.setBackend(backend);
  await tf.ready();
}
const ready = started();

/** Compute and, if this page does, read the numbers; nothing stays. */
function finished(compute) {
  return () =>
    tf.tidy(() => {
      const y = compute();
      if (readBack) y.dataSync();
    });
}

function convolution({ batch, image: [height, width, channels], filters: [count], kernel }) {
  const numbers = (...shape) => tf.tensor(uniform(shape.reduce((a, b) => a * b)), shape);
  const x = numbers(batch, height, width, channels);
  const [filter, bias] = [numbers(kernel, kernel, channels, count), numbers(count)];
  return () => tf.fused.conv2d({ x, filter, bias, strides: 1, pad: "valid" });
}

function sequential({ image, filters, hidden, outputs, kernel }) {
  const model = tf.sequential();
  filters.forEach((count, k) => {
    const first = k ? {} : { inputShape: image };
    model.add(tf.layers.conv2d({ filters: count, kernelSize: kernel, activation: "relu", ...first }));
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  });
  model.add(tf.layers.flatten());
  for (const units of hidden) model.add(tf.layers.dense({ units, activation: "relu" }));
  model.add(tf.layers.dense({ units: outputs })); // scores: the loss takes these
  return model;
}

function networkCalls(subject) {
  const { batch, image, outputs } = subject;
  const model = sequential(subject);
  const x = tf.tensor(uniform(batch * image[0] * image[1] * image[2]), [batch, ...image]);
  const y = tf.oneHot(tf.tensor1d(labels(batch, outputs), "int32"), outputs);
  const optimizer = tf.train.adam(1e-3);
  const loss = () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })).asScalar();
  const forward = finished(() => tf.softmax(model.predictOnBatch(x)));
  const step = () => tf.tidy(() => optimizer.minimize(loss, true).dataSync()[0]);
  return backend === "cpu" ? { forward, step } : { forward }; // TF.js trains on "cpu" only
}

async function make(subject) {
  await ready;
  tf.disposeVariables();
  return subject.outputs ? networkCalls(subject) : { forward: finished(convolution(subject)) };
}

export const ask = asker(make);
