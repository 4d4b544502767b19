// What both fronts share. `start` listens once; `enhance` also runs on what htmx brings in.
import * as choose from "./choose.js";
import * as dialogs from "./dialogs.js";
import * as drafts from "./drafts.js";
import * as maps from "./maps.js";
import * as offline from "./offline.js";
import * as pages from "./pages.js";
import * as photos from "./photos.js";
import * as place from "./place.js";
import * as sending from "./sending.js";
import * as small from "./small.js";

export function start(more) {
  for (const one of [pages, sending, choose, dialogs, drafts, offline, small, ...more]) one.start();
  pages.ready((root) => {
    for (const one of [drafts, photos, place, small, maps, sending, ...more]) {
      if (one.enhance) one.enhance(root);
    }
  });
}
