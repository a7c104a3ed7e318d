// Training beside the page, which stays awake: a course (course.js) that answers the page's calls.

import { answer } from "../course_answers.js";
import { Course } from "../course.js";

answer((runtime, data) => new Course(runtime, data));
