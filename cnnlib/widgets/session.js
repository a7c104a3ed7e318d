// The page's side of a course of training in a worker: what is wanted, and one call at a time.

const SPAN = 24; // milliseconds of training between two snapshots
const LONGEST = 20_000; // steps; then it is enough, unless a figure says otherwise

/**
 * `worker` answers as course_answers.js does. `onNews(snapshot)` is called with every answer,
 * `onFail(error)` if the worker breaks. Whatever is wanted, at most one call is under way; training
 * goes on while the page draws.
 */
export class Session {
  #busy = false;
  #wanted = { calls: [], view: null, fresh: false, goal: null, steps: 0, rest: false };

  constructor(worker, data, { onNews, onFail, longest = LONGEST }) {
    Object.assign(this, { worker, onNews, onFail, longest, playing: false, news: null });
    this.#wanted.calls.push(["open", data]);
  }

  /** Begin a course: {spec, weights, seed, settings}. */
  begin(lesson) {
    this.#wanted.goal = null;
    this.#wanted.steps = 0;
    this.#call("begin", { lesson });
  }

  /** Train in another way from now on; `spec` if the layers have changed but not their weights. */
  settle(settings, spec) {
    this.#call("settle", { settings, spec });
  }

  /** What to send of a snapshot: {image, label, layers}. */
  look(view) {
    this.#wanted.view = view;
    this.#wanted.fresh = true;
    this.#pump();
  }

  /** Go to the moment nearest to a step, back in the history or ahead by training. */
  goTo(step) {
    this.#wanted.goal = Math.min(step, this.longest);
    this.#pump();
  }

  play(playing) {
    if (this.playing && !playing) this.#wanted.rest = true;
    this.playing = playing;
    this.#pump();
  }

  takeStep() {
    this.#wanted.steps += 1;
    this.#pump();
  }

  /** Why training cannot go on, or "". */
  get ended() {
    if (!this.news || this.news.step < this.news.last) return "";
    if (this.news.diverged !== null) return "diverged";
    return this.news.last >= this.longest ? `${this.longest.toLocaleString("en")} steps` : "";
  }

  stop() {
    this.stopped = true;
    this.worker.stop();
  }

  #call(name, args) {
    const { calls } = this.#wanted;
    const waiting = calls.findIndex(([other]) => other === name);
    if (waiting < 0) calls.push([name, args]);
    else if (name === "begin") this.#wanted.calls = [...calls.filter(([other]) => other === "open"), [name, args]];
    else calls[waiting][1] = { ...calls[waiting][1], ...args, spec: args.spec ?? calls[waiting][1].spec };
    this.#pump();
  }

  async #pump() {
    const next = !this.#busy && !this.stopped && this.#next();
    if (!next) return;
    this.#busy = true;
    const [name, args] = next;
    try {
      const news = await this.worker.call(name, name === "open" ? args : { ...args, view: this.#wanted.view });
      this.#busy = false;
      if (news && !this.stopped) this.#tell(news);
    } catch (error) {
      if (!this.stopped) this.onFail(error);
      this.stopped = true;
      return;
    }
    this.#pump();
  }

  #tell(news) {
    this.news = news;
    this.onNews(news);
  }

  /** The call to make next, [name, arguments], if there is one. */
  #next() {
    const wanted = this.#wanted;
    if (wanted.calls.length && (wanted.view || wanted.calls[0][0] === "open")) return wanted.calls.shift();
    if (!this.news) return null;
    const fresh = wanted.fresh;
    wanted.fresh = false;
    return this.#atRest() ?? this.#toGoal() ?? this.#onward() ?? (fresh ? ["look", { step: this.news.step }] : null);
  }

  /** After play: keep the moment at which it ended. */
  #atRest() {
    const { rest } = this.#wanted;
    this.#wanted.rest = false;
    return rest && !this.playing ? ["advance", { milliseconds: 0, steps: 0 }] : null;
  }

  #toGoal() {
    const { goal } = this.#wanted;
    const { last, diverged } = this.news;
    if (goal === null) return null;
    if (goal > last && diverged === null) return ["advance", { milliseconds: SPAN, steps: goal - last }];
    this.#wanted.goal = null;
    return goal === this.news.step ? null : ["look", { step: goal }];
  }

  #onward() {
    const wanted = this.#wanted;
    if (!this.ended && wanted.steps > 0) {
      wanted.steps -= 1;
      return ["advance", { milliseconds: Infinity, steps: 1 }];
    }
    wanted.steps = 0;
    return this.playing && !this.ended ? ["advance", { milliseconds: SPAN }] : null;
  }
}
