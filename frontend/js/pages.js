// Fragments through htmx: no eval, no inline styles, refusals shown in place.
import htmx from "htmx.org";
import { say, word } from "./words.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // a shared desktop must not keep one person's pages for the next
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  timeout: 30000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    // A refusal is an answer: the form comes back with its words (422), or the server
    // retargets to #refusals.
    { code: "40[349]", swap: true, error: false },
    { code: "42[29]", swap: true, error: false },
    { code: "...", swap: false, error: true },
  ],
});

export function ready(enhance) {
  htmx.onLoad(enhance);
}

export function start() {
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token && event.detail.verb !== "get") {
      event.detail.headers["X-CSRFToken"] = token.content;
    }
  });
  const unsent = (event) => {
    const cause = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    // A suggestion that did not come while typing is no loss; what one pressed is.
    if (cause && ["submit", "click"].includes(cause.type)) say(word("unsent"));
  };
  document.addEventListener("htmx:sendError", unsent);
  document.addEventListener("htmx:timeout", unsent);
  document.addEventListener("htmx:responseError", () => say(word("failed")));
  document.addEventListener("htmx:beforeRequest", () => {
    const refusals = document.getElementById("refusals");
    if (refusals) refusals.textContent = "";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "refusals") {
      event.detail.target.scrollIntoView({ block: "center" });
    }
  });
}
