// Training beside the page: what studio_course.js does, as answers to the page's calls.

import { answer } from "../course_answers.js";
import { StudioCourse } from "./studio_course.js";

answer((runtime, data) => new StudioCourse(runtime, data));
