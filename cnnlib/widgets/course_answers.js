// What a worker answers to a page's session (session.js): every answer is a snapshot, and the page
// asks for the next one when it has got the last.

import { kernels } from "../wasm/kernels.js";
import { serve } from "../wasm/runtime.js";

/** Answer with a course (course.js), or what has its methods; `make(runtime, data)` makes it. */
export function answer(make) {
  let course;
  const seen = (view) => course.snapshot(view);
  serve({
    /** The data; once, before all others. */
    async open(data) {
      course = make(await kernels(), data);
    },

    begin({ lesson, view }) {
      course.begin(lesson);
      return seen(view);
    },

    settle({ settings, spec, view }) {
      course.settle(settings, spec);
      return seen(view);
    },

    advance({ view, ...until }) {
      course.advance(until);
      return seen(view);
    },

    look({ step, view }) {
      course.look(step);
      return seen(view);
    },
  });
}
