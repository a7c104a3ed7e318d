// The race beside the page, which stays awake.

import { kernels } from "../../wasm/kernels.js";
import { serve } from "../../wasm/runtime.js";
import { SIZES, race } from "./race.js";

serve({ race: async ({ size, limit }, onRound) => race(await kernels(), SIZES[size], { limit, onRound }) });
