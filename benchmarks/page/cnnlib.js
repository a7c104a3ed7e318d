/** cnnlib's network in the page, by the interface that the book's figures use. */
import { kernels } from "/cnnlib/wasm/kernels.js";
import { network } from "/cnnlib/wasm/network.js";
import { decode } from "/cnnlib/wasm/runtime.js";
import { trainer } from "/cnnlib/wasm/training.js";
import { asker, labels, uniform } from "./timing.js";

async function make({ spec, weights, batch, classes }) {
  const runtime = (await kernels()).another();
  const numbers = new Float32Array(decode(weights).buffer);
  const net = network(runtime, spec, numbers, batch);
  const x = uniform(net.input.size);
  const calls = { forward: () => net.predict(x) }; // as a peer does: only the result counts
  if (classes) {
    const teacher = trainer(net, { loss: "sparse_categorical_crossentropy" });
    const y = labels(batch, classes);
    calls.step = () => teacher.step(x, y);
  }
  return calls;
}

export const ask = asker(make);
