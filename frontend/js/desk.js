import { start } from "./common.js";
import * as keys from "./keys.js";
import * as marks from "./marks.js";

start([keys, marks]);
