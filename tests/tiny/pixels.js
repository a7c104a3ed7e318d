//# piece: pixels.js
// The smallest WebAssembly module there is.
const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

async function initialize({ model }) {
  await WebAssembly.instantiate(EMPTY);
  if (model.get("error") === "at once") throw new Error("no SIMD in this browser");
}

function render({ model, el }) {
  const { data } = model.get("image");
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const button = document.createElement("button");
  const draw = () => {
    const gain = model.get("gain");
    button.textContent = `gain ${gain}, sum ${gain * sum(pixels)}`;
  };
  button.addEventListener("click", () => {
    model.set("gain", model.get("gain") + 1);
    model.save_changes();
    if (model.get("error") === "later") {
      const detail = new Error("out of memory");
      el.dispatchEvent(new CustomEvent("figure-failed", { bubbles: true, detail }));
    }
  });
  model.on("change:gain", draw);
  el.className += " pixels";
  el.append(button);
  draw();
}

export default { initialize, render };
