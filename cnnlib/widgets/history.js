// What happened, in entries {step, …}; never more of them than a limit.

export class History {
  /** `every`: from how many steps to how many an entry is due. It grows with the history. */
  constructor(limit, every) {
    Object.assign(this, { limit, every, entries: [] });
  }

  due(step) {
    return step % this.every === 0;
  }

  /** Add an entry; if there are too many, every second one goes. The first and the last stay. */
  add(entry) {
    this.entries.push(entry);
    while (this.entries.length > this.limit) {
      this.every *= 2;
      this.entries = this.entries.filter((kept, k) => k === 0 || kept === entry || this.due(kept.step));
    }
  }

  get last() {
    return this.entries.at(-1);
  }

  nearest(step) {
    const distance = (entry) => Math.abs(entry.step - step);
    return this.entries.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  }

  /** Forget what came after a step. */
  cut(step) {
    this.entries = this.entries.filter((entry) => entry.step <= step);
  }
}
