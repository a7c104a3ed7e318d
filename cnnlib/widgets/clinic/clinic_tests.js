// The questions to a patient, as in Python (cnnlib/clinic/training_tests.py): {passed, …numbers}.

import { Patient } from "./clinic_patient.js";

const FEW = 20; // images to overfit
const LONG = 200; // steps of it
const FIRST = 10; // steps at the beginning of a course
const SOME = 100; // images whose neighbors are looked for

const range = (count) => Array.from({ length: count }, (_, k) => k);
const squares = (values) => values.reduce((sum, value) => sum + value * value, 0);
const rms = ({ data }) => Math.sqrt(squares(data) / data.length);
const join = (arrays) => Float32Array.from(arrays.flatMap((array) => [...array]));

/** `fresh(batch)` makes a new patient of the same recipe; `trained` is one after its course. */
export const TESTS = {
  initial_loss(fresh) {
    const patient = fresh();
    const { loss } = patient.look(patient.samples(0));
    const { classes } = patient;
    return { passed: Math.abs(loss - Math.log(classes)) < 1, loss, classes, expected: Math.log(classes) };
  },

  overfit(fresh) {
    const patient = fresh(FEW);
    const apart = Math.floor(patient.targets.length / FEW);
    const few = range(FEW).map((k) => k * apart);
    for (let step = 0; step < LONG; step++) patient.teach(few);
    const { loss, accuracy } = patient.look(few);
    const right = Math.round(accuracy * FEW);
    return { passed: right === FEW, right, of: FEW, steps: LONG, loss };
  },

  gradient_check(fresh) {
    const patient = fresh();
    const { student, recipe } = patient;
    const { x, t } = patient.take(patient.samples(0));
    student.forward(x);
    const factor = recipe.reduction === "sum" ? t.length : 1;
    student.backward(patient.measure(t).gradient.map((value) => value * factor), { inputGradient: false });
    const gradient = join(student.trainable.map((one) => one.gradient.data));
    const length = Math.sqrt(squares(gradient));
    if (!length) return { passed: false, length: 0 };
    const start = student.getWeights();
    const h = 0.01 / Math.max(1, length);
    const [above, below] = [1, -1].map((sign) => {
      student.setWeights(start.map((weight, k) => weight + Math.fround((sign * h) / length) * gradient[k]));
      return patient.look(patient.samples(0)).loss;
    });
    const slope = (above - below) / (2 * h);
    const ratio = slope ? length / slope : Infinity;
    return { passed: Math.abs(ratio - 1) < 0.1, length, slope, ratio };
  },

  update_ratio(fresh) {
    const patient = fresh();
    let ratio = 0;
    for (let step = 0; step < FIRST; step++) {
      const before = patient.student.getWeights();
      patient.teach();
      const moved = squares(patient.student.getWeights().map((weight, k) => weight - before[k]));
      const size = squares(before);
      ratio = Math.max(ratio, size ? Math.sqrt(moved / size) : Infinity);
    }
    return { passed: ratio > 1e-4 && ratio < 0.1, ratio, steps: FIRST };
  },

  gradient_flow(fresh) {
    const patient = fresh();
    patient.teach();
    const all = patient.student.trainable;
    const [first, last] = [rms(all[0].gradient), rms(all.at(-1).gradient)];
    const ratio = last ? first / last : 0;
    return { passed: ratio > 0.01 && ratio < 100, first, last, ratio };
  },

  unlike_units(fresh) {
    const patient = fresh();
    for (let step = 0; step < FIRST; step++) patient.teach();
    const { weight } = patient.student.trainable[0];
    const units = weight.shape.at(-1);
    const columns = range(units).map((unit) => Array.from(weight.data.filter((_, k) => k % units === unit), (value) => value + 0).join());
    const unlike = new Set(columns).size;
    return { passed: unlike === units, unlike, units, steps: FIRST };
  },

  pixels(fresh) {
    const { images } = fresh();
    const [low, high] = images.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
    const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
    return { passed: high <= 10 && low >= -10, low, high, mean };
  },

  labels(fresh) {
    const { images, targets, size } = fresh();
    const apart = Math.floor(targets.length / SOME);
    const same = range(SOME).filter((k) => targets[nearest(images, size, k * apart)] === targets[k * apart]).length;
    return { passed: same > 70, same, of: SOME };
  },

  batches(fresh) {
    const patient = fresh();
    const found = range(FIRST).map((step) => new Set(patient.samples(step).map((k) => patient.targets[k])).size);
    const mean = found.reduce((sum, count) => sum + count, 0) / FIRST;
    const classes = new Set(patient.targets).size;
    return { passed: mean > 0.7 * classes, mean, classes, steps: FIRST };
  },

  copies(fresh) {
    const { images, held, size } = fresh();
    const written = (all) => range(all.length / size).map((k) => all.subarray(k * size, (k + 1) * size).join());
    const known = new Set(written(images));
    const copies = written(held.images).filter((image) => known.has(image)).length;
    return { passed: copies === 0, copies, held: held.targets.length };
  },

  dead_units(fresh, trained) {
    const layers = range(trained.spec.layers.length).filter((k) => trained.spec.layers[k].class_name === "ReLU");
    const most = layers.map((k) => new Float32Array(trained.spec.layers[k].output_shape.at(-1)));
    const asked = trained.recipe.mode;
    trained.recipe.mode = "prediction"; // whatever mode it is asked in
    trained.examine((_, count) =>
      layers.forEach((k, row) => {
        const { data } = trained.examined.output(k);
        const units = most[row].length;
        const end = (data.length / trained.examined.batch) * count;
        for (let at = 0; at < end; at++) most[row][at % units] = Math.max(most[row][at % units], data[at]);
      }),
    );
    trained.recipe.mode = asked;
    const all = most.flatMap((units) => [...units]);
    const dead = all.filter((value) => value === 0).length;
    return { passed: dead <= all.length / 2, dead, units: all.length, steps: trained.step };
  },

  answers(fresh, trained) {
    const p = trained.outputs();
    const said = trained.decide(p);
    const times = range(trained.classes).map((label) => said.filter((answer) => answer === label).length);
    const most = Math.max(...times);
    const [low, high] = [Math.min(...p), Math.max(...p)];
    const different = times.filter(Boolean).length;
    return { passed: most < 0.9 * said.length, low, high, different, answer: times.indexOf(most), most, held: said.length };
  },

  confusion(fresh, trained) {
    const said = trained.decide(trained.outputs());
    const { targets } = trained.held;
    const { classes } = trained;
    const pairs = range(classes).flatMap((label) => {
      const row = range(classes).map((other) => said.filter((answer, k) => targets[k] === label && answer === other).length);
      const most = Math.max(...row);
      const other = row.indexOf(most);
      return other !== label && most > row.reduce((a, b) => a + b, 0) / 2 ? [[label, other]] : [];
    });
    return { passed: !pairs.length, wrong: pairs.length, classes, pairs };
  },

  twice(fresh, trained) {
    const [first, second] = [trained.outputs(0), trained.outputs(1)];
    const apart = first.reduce((most, value, k) => Math.max(most, Math.abs(value - second[k])), 0);
    const again = trained.decide(second);
    const other = trained.decide(first).filter((answer, k) => answer !== again[k]).length;
    return { passed: apart === 0, apart, other, held: again.length };
  },
};

/** The image most like another one, but for itself. */
function nearest(images, size, k) {
  let [best, at] = [Infinity, -1];
  for (let other = 0; other < images.length / size; other++) {
    let apart = other === k ? Infinity : 0;
    for (let pixel = 0; pixel < size && apart < best; pixel++) apart += (images[k * size + pixel] - images[other * size + pixel]) ** 2;
    if (apart < best) [best, at] = [apart, other];
  }
  return at;
}

/** What a test says about a recipe. */
export function ask(name, runtime, data, trained) {
  const fresh = (batch) => new Patient(runtime, data, trained.recipe, batch);
  return TESTS[name](fresh, trained);
}
