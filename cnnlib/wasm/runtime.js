/* Runs the kernels in a page: arrays in the memory of a WebAssembly module, kernels by their names.
 *
 *   const cnn = await load(bytes);             // a module built by cnnlib.wasm
 *   const x = cnn.array([2, 3], [1, -2, 3, -4, 5, -6]);
 *   const y = cnn.array([2, 3]);
 *   cnn.run.relu(x.flat, y.flat);              // y.data is now 1 0 3 0 5 0
 *
 * No file is fetched and nothing is global, so it works from a disk as from a server. */

const ALIGNMENT = 16; // bytes: one vector of the machine
const STACK = 65536; // bytes
const PAGE = 65536; // bytes; memory grows by whole pages
const TYPES = {
  f4: Float32Array,
  f8: Float64Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  b1: Uint8Array,
};
// The smallest module with a vector instruction: validate() tells whether the browser has them.
const VECTORS = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

const aligned = (address) => Math.ceil(address / ALIGNMENT) * ALIGNMENT;
const product = (shape) => shape.reduce((a, b) => a * b, 1);

/** Whether this browser can run the kernels: WebAssembly with vectors of 128 bits (all since 2023). */
export const supported =
  typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(VECTORS));

/** The bytes behind a base64 text. */
export const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The bytes behind bytes that gzip has packed. */
export async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A block of the module's memory with a shape and a type. `Runtime.array` makes one. */
export class Tensor {
  #memory;
  #view;

  constructor(memory, address, shape, type) {
    this.#memory = memory;
    this.address = address;
    this.shape = shape;
    this.type = type;
    this.size = product(shape);
  }

  /** The numbers, as a typed array. Ask again after making arrays: memory that grows moves. */
  get data() {
    const { buffer } = this.#memory;
    if (this.#view?.buffer !== buffer) {
      this.#view = new TYPES[this.type](buffer, this.address, this.size);
    }
    return this.#view;
  }

  /** Copies as many numbers as the array has. */
  set(values) {
    if (values.length !== this.size) {
      throw new RangeError(`an array of shape [${this.shape}] takes ${this.size} numbers; got ${values.length}`);
    }
    this.data.set(values);
    return this;
  }

  fill(value) {
    this.data.fill(value);
    return this;
  }

  /** The same memory under another shape. */
  reshape(...shape) {
    if (product(shape) !== this.size) {
      throw new RangeError(`an array of shape [${this.shape}] cannot have shape [${shape}]`);
    }
    return new Tensor(this.#memory, this.address, shape, this.type);
  }

  /** Whether the two share memory. */
  overlaps(other) {
    const bytes = (tensor) => tensor.size * TYPES[tensor.type].BYTES_PER_ELEMENT;
    return this.address < other.address + bytes(other) && other.address < this.address + bytes(this);
  }

  /** The same memory as one row. */
  get flat() {
    return this.reshape(this.size);
  }
}

/** "f4[2]" -> {type: "f4", rank: 2}; "i8" -> {type: "i8", rank: 0}. */
function argument(text) {
  const [type, rank] = text.split(/[[\]]/);
  return { type, rank: Number(rank ?? 0), text };
}

/** The numbers that a compiled kernel takes for one argument: an address and lengths, or a number. */
function lower(value, { type, rank, text }, where) {
  const refuse = (got) => {
    throw new TypeError(`${where} must be ${text}; got ${got}`);
  };
  if (rank) {
    if (!(value instanceof Tensor)) refuse(value === null ? "null" : typeof value);
    if (value.type !== type || value.shape.length !== rank) refuse(`${value.type}[${value.shape.length}]`);
    return [value.address, ...value.shape];
  }
  if (type === "b1") return [value ? 1 : 0];
  if (typeof value !== "number") refuse(typeof value);
  if (type[0] !== "f" && !Number.isInteger(value)) refuse(value);
  return [value];
}

/**
 * A compiled kernel as a function that checks its arguments. The compiler relies on an output apart.
 * kernel.ready(...arguments) checks them once and gives the call, a function without arguments.
 */
function checked(name, compiled, signature) {
  const takes = signature.split("->")[0].split(",").map(argument);
  const lowered = (values) => {
    if (values.length !== takes.length) {
      throw new TypeError(`${name} takes ${takes.length} arguments (${signature}); got ${values.length}`);
    }
    const arrays = values.filter((value) => value instanceof Tensor);
    const output = arrays.pop();
    if (arrays.some((array) => array.overlaps(output))) {
      throw new TypeError(`${name}: the last array is the output and must lie apart from the others`);
    }
    return values.flatMap((value, k) => lower(value, takes[k], `${name}: argument ${k + 1}`));
  };
  const kernel = (...values) => compiled(...lowered(values));
  kernel.ready = (...values) => {
    const numbers = lowered(values);
    return () => compiled(...numbers);
  };
  return kernel;
}

/** A loaded module: its memory, and its kernels in `run`. */
export class Runtime {
  #module;
  #memory;
  #top;

  constructor(module, manifest) {
    this.#module = module;
    this.manifest = manifest;
    this.#memory = new WebAssembly.Memory({ initial: 4 });
    const stack = aligned(manifest.data_end + STACK); // it grows downwards, to the module's data
    this.#top = stack;
    const env = {
      __linear_memory: this.#memory,
      __stack_pointer: new WebAssembly.Global({ value: "i32", mutable: true }, stack),
    };
    for (const name of manifest.imports) env[name] = Math[name] ?? Math[name.replace(/f$/, "")];
    const { exports } = new WebAssembly.Instance(module, { env });
    this.run = Object.fromEntries(
      Object.entries(manifest.kernels).map(([name, text]) => [name, checked(name, exports[name], text)]),
    );
  }

  /** A new array of a shape: zeros, unless values are given. */
  array(shape, values, type = "f4") {
    if (!(type in TYPES)) throw new TypeError(`a type is one of ${Object.keys(TYPES)}; got ${type}`);
    if (!shape.every((length) => Number.isInteger(length) && length >= 0)) {
      throw new RangeError(`a shape is a list of whole numbers; got [${shape}]`);
    }
    const address = this.#top;
    const end = aligned(address + TYPES[type].BYTES_PER_ELEMENT * product(shape));
    const missing = end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    this.#top = end;
    const tensor = new Tensor(this.#memory, address, [...shape], type);
    return values === undefined ? tensor.fill(type === "i8" ? 0n : 0) : tensor.set(values);
  }

  /** Calls f; the arrays made inside it are gone afterwards. */
  scope(f) {
    const top = this.#top;
    try {
      return f();
    } finally {
      this.#top = top;
    }
  }

  /** The same kernels with a memory of their own, which goes when nobody needs it any more. */
  another() {
    return new Runtime(this.#module, this.manifest);
  }

  /** Bytes of arrays in use. */
  get used() {
    return this.#top - aligned(this.manifest.data_end + STACK);
  }
}

/** Makes a Runtime of a module that cnnlib.wasm built: its kernels' signatures stand in it. */
export async function load(bytes) {
  if (!supported) throw new Error("this browser has no WebAssembly with SIMD, which all have since 2023");
  const module = await WebAssembly.compile(bytes);
  const [section] = WebAssembly.Module.customSections(module, "cnnlib");
  if (!section) throw new TypeError("the module was not built by cnnlib.wasm");
  return new Runtime(module, JSON.parse(new TextDecoder().decode(section)));
}

/* Long work happens in a worker, so that the page stays awake. The worker's script calls
 * serve({name: (args, progress) => result}), the page startWorker(script).call("name", args). */

/** In a worker: answers the page's calls; a method may report on its way. */
export function serve(methods) {
  self.onmessage = async ({ data: { id, name, args } }) => {
    const answer = (what) => self.postMessage({ id, ...what });
    try {
      if (!Object.hasOwn(methods, name)) throw new Error(`the worker has no method ${name}`);
      answer({ result: await methods[name](args, (progress) => answer({ progress })) });
    } catch (error) {
      answer({ error: String(error?.message ?? error) });
    }
  };
}

/** In a page: starts a worker from the text of its script. */
export function startWorker(script) {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(address);
  const calls = new Map();
  let count = 0;
  const fail = (message) => {
    for (const { reject } of calls.values()) reject(new Error(message));
    calls.clear();
  };
  worker.onerror = (event) => fail(event.message || "the worker could not start");
  worker.onmessage = ({ data: { id, progress, error, result } }) => {
    const call = calls.get(id);
    if (!call) return;
    if (progress !== undefined) return call.onProgress?.(progress);
    calls.delete(id);
    if (error === undefined) call.resolve(result);
    else call.reject(new Error(error));
  };
  return {
    /** Calls a method; resolves with its result. `onProgress` gets what it reports on the way. */
    call(name, args, onProgress) {
      return new Promise((resolve, reject) => {
        calls.set(++count, { resolve, reject, onProgress });
        worker.postMessage({ id: count, name, args });
      });
    },
    /** Ends the worker at once; calls that wait are refused. */
    stop() {
      worker.terminate();
      URL.revokeObjectURL(address);
      fail("the worker was stopped");
    },
  };
}
