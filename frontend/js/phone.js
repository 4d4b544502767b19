import { start } from "./common.js";
import * as outbox from "./outbox.js";

start([outbox]);
