// Sends what waits in this phone, one after the other, as soon as the server answers: when a page
// opens, when the network is back, when one looks at the page again, and now and then. WeChat on
// iOS runs no service worker, so a page must be open. The server does nothing twice (client_key)
// and nothing for whom the session is not (Outbox-Owner).
import { heard, offset } from "./clock.js";
import * as store from "./store.js";
import { say, word } from "./words.js";

const SILENCE_MS = 60000; // nothing came and nothing went
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 300000;

export const owner = () => document.body.dataset.owner || "";

function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  const meta = document.querySelector('meta[name="csrf-token"]');
  return cookie ? cookie[1] : meta ? meta.content : "";
}

function toForm(entry) {
  const data = new FormData();
  data.append("client_key", entry.key);
  data.append("phone_recorded", String(entry.at));
  data.append("phone_offset_then", entry.offset === null ? "" : String(entry.offset || ""));
  const now = offset();
  data.append("phone_offset_now", now === null ? "" : String(now));
  for (const [name, value, fileName] of entry.fields) {
    if (fileName) data.append(name, value, fileName);
    else data.append(name, value);
  }
  return data;
}

/** The server's answer, or null when none came. `progress` is told what part has gone. */
function post(entry, progress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    let timer = null;
    const waiting = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE_MS);
    };
    request.upload.onprogress = (event) => {
      waiting();
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onprogress = waiting;
    request.onload = () => {
      clearTimeout(timer);
      heard(Date.parse(request.getResponseHeader("Date")));
      done(request);
    };
    request.onerror = request.onabort = () => {
      clearTimeout(timer);
      done(null);
    };
    request.open("POST", entry.action);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Outbox-Owner", entry.owner);
    waiting();
    request.send(toForm(entry));
  });
}

const texts = (page, selector) =>
  Array.from(page.querySelectorAll(selector), (one) => one.textContent.trim()).filter(Boolean);

const onTheirWay = new Set();
export const isOnItsWay = (key) => onTheirWay.has(key);

/** What became of it: accepted, refused or conflict (with the page that says why), or waits. */
export async function send(entry, progress = () => {}) {
  onTheirWay.add(entry.key);
  const answer = navigator.onLine === false ? null : await post(entry, progress);
  onTheirWay.delete(entry.key);
  document.dispatchEvent(new Event("xiangyue:outbox"));
  const status = answer ? answer.status : 0;
  if (status >= 500 || [0, 408, 425].includes(status)) return { is: "waits", status };
  if (answer.getResponseHeader("Outbox-Refused")) return { is: "waits", isSignedOut: true };
  const url = answer.getResponseHeader("Outbox-Location");
  if (url) return { is: "accepted", url };
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  const changed = page.querySelector("main [data-conflict]");
  const why = texts(page, "[data-why], .errorlist, .form-errors, main .notice");
  if (status === 429 && !why.length) return { is: "waits" }; // a proxy's, not ours
  const refusal = { why: (why[0] || word("not-accepted")).slice(0, 300), page };
  if (!changed) return { is: "refused", ...refusal };
  const meanwhile = texts(changed, "[data-meanwhile] li");
  return { is: "conflict", ...refusal, meanwhile, version: changed.dataset.version };
}

/** Who is signed in by now; null when no answer comes. Says the time and renews the token. */
async function knock() {
  try {
    const answer = await fetch(document.body.dataset.who, { cache: "no-store" });
    if (!answer.ok) return null;
    const who = await answer.json();
    heard(who.now);
    return who.owner;
  } catch (_) {
    return null;
  }
}

/** The link to keep of the page that answers, since nobody was looking when it came. */
async function slipOf(url) {
  try {
    const answer = await fetch(url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const link = page.querySelector("[data-outbox-keep]");
    return link && link.getAttribute("href");
  } catch (_) {
    return null;
  }
}

let isSending = false;
let pause = FIRST_PAUSE_MS;
let timer = null;

function later() {
  clearTimeout(timer);
  timer = setTimeout(sendAll, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
}

async function sendOne(entry, waiting) {
  const answer = await send(entry, (part) => {
    document.dispatchEvent(new CustomEvent("xiangyue:progress", { detail: { key: entry.key, part } }));
  });
  if (answer.is === "refused" || answer.is === "conflict") {
    const { is: state, why, meanwhile, version } = answer;
    await store.put({ ...entry, state, why, meanwhile, version });
    say(word(state === "conflict" ? "changed" : "not-accepted"));
  } else if (answer.is === "accepted") {
    const slip = await slipOf(answer.url);
    if (slip) await store.put({ ...entry, fields: [], state: "sent", slip });
    else await store.drop(entry.key);
    say(waiting > 1 ? `${word("sent-late")} (${waiting})` : word("sent-late"));
  }
  return answer;
}

/** Send all that waits for whom this page belongs to; the first silence ends it. */
export async function sendAll() {
  clearTimeout(timer);
  if (isSending || !owner() || !store.isThere()) return;
  isSending = true;
  let isSilent = false;
  try {
    const entries = (await store.all()).filter((one) => one.owner === owner());
    const waiting = entries.filter((one) => one.state === "waits" && !onTheirWay.has(one.key));
    if (!waiting.length) return;
    const who = navigator.onLine === false ? null : await knock();
    isSilent = who === null;
    isSignedOut = who !== null && who !== owner();
    if (isSilent || isSignedOut) return;
    // What follows on something that has not gone through yet waits for it.
    const stuck = new Set(entries.filter((one) => one.state !== "waits" && one.state !== "sent").map((one) => one.thing));
    for (const entry of waiting) {
      if (entry.thing && stuck.has(entry.thing)) continue;
      const answer = await sendOne(entry, waiting.length);
      isSignedOut = Boolean(answer.isSignedOut);
      if (answer.is === "waits") {
        isSilent = true;
        if (answer.status !== 500) break; // over which the server stumbles: the others are sent
      }
      if (answer.is === "accepted") pause = FIRST_PAUSE_MS;
      else if (entry.thing) stuck.add(entry.thing);
    }
  } catch (_) {
    isSilent = true;
  } finally {
    isSending = false;
    if (isSilent && !isSignedOut) later();
    document.dispatchEvent(new Event("xiangyue:outbox"));
  }
}

let isSignedOut = false;
export const mustSignIn = () => isSignedOut;

export function start() {
  if (!store.isThere()) return;
  const again = () => {
    pause = FIRST_PAUSE_MS;
    sendAll();
  };
  window.addEventListener("online", again); // the first request after it often fails: see later()
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) again();
  });
  window.addEventListener("pageshow", again);
  again();
}
