import { start } from "./common.js";
import * as keys from "./keys.js";

start([keys]);
