// Training beside the page: a graveyard_course.js that answers the page's calls.

import { answer } from "../course_answers.js";
import { GraveyardCourse } from "./graveyard_course.js";

answer((runtime, data) => new GraveyardCourse(runtime, data));
