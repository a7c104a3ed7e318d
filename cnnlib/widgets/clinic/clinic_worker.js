// Training beside the page: what ward.js does, as answers to the page's calls.

import { answer } from "../course_answers.js";
import { Ward } from "./ward.js";

answer((runtime, data) => new Ward(runtime, data));
