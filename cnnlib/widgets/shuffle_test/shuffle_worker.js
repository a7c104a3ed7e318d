// Four trainings beside the page: what quartet.js does, as answers to the page's calls.

import { answer } from "../course_answers.js";
import { Quartet } from "./quartet.js";

answer((runtime, data) => new Quartet(runtime, data));
