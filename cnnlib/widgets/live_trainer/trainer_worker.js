// Training beside the page, which stays awake: a course (course.js) that answers the page's calls.
// Every answer is a snapshot; the page asks for the next one when it has got the last.

import { kernels } from "../../wasm/kernels.js";
import { serve } from "../../wasm/runtime.js";
import { Course } from "./course.js";

let course;

const seen = (view) => course.snapshot(view);

serve({
  /** The data; once, before all others. */
  async open(data) {
    course = new Course(await kernels(), data);
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
