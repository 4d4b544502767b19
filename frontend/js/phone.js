import * as clock from "./clock.js";
import { start } from "./common.js";
import * as keeping from "./keeping.js";
import * as outbox from "./outbox.js";
import * as outform from "./outform.js";
import * as waiting from "./waiting.js";

start([clock, outform, waiting, outbox, keeping]);
