// <form data-outbox="owner">: what is written where there is no network is kept in the phone with
// its photos, and sent when the network is back. The server tells a report that arrives twice by
// the field `client_key`. WeChat on iOS runs no service worker, so a page must be open: any page
// with <c-outbox owner="…"> sends. Of the page that answers, the link marked data-outbox-keep (to
// the slip) is kept in the list, since nobody was looking when it came.
import { ask } from "./dialogs.js";
import { say, word } from "./words.js";

const STORE = "outbox";
const PATIENCE_MS = 120000; // six photos over a weak signal take their time
const RETRY_MS = 30000;
const LEFT_OUT = ["csrfmiddlewaretoken", "client_key"];

// --- the store ----------------------------------------------------------------------------------

function database() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("xiangyue", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });
}

async function withStore(mode, work) {
  const opened = await database();
  return new Promise((done, failed) => {
    const transaction = opened.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => {
      opened.close();
      done(request && request.result);
    };
    transaction.onabort = transaction.onerror = () => failed(transaction.error);
  });
}

const put = (entry) => withStore("readwrite", (store) => store.put(entry));
const drop = (key) => withStore("readwrite", (store) => store.delete(key));
const get = (key) => withStore("readonly", (store) => store.get(key));
const all = () => withStore("readonly", (store) => store.getAll());

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// --- sending ------------------------------------------------------------------------------------

function toForm(entry) {
  const data = new FormData();
  data.append("client_key", entry.key);
  for (const [name, value, fileName] of entry.fields) {
    if (fileName) data.append(name, value, fileName);
    else data.append(name, value);
  }
  return data;
}

/** The server's response, or null when none came: then the entry simply stays. */
async function send(entry) {
  const token = document.querySelector('meta[name="csrf-token"]');
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    return await fetch(entry.action, {
      method: "POST",
      body: toForm(entry),
      headers: { "X-CSRFToken": token ? token.content : "" },
      credentials: "same-origin",
      signal: patience.signal,
    });
  } catch (_) {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** What became of it: "accepted", "refused" (with the page that says why) or "waits". */
async function verdict(response) {
  if (!response || response.status >= 500 || response.status === 429) return { is: "waits" };
  const signIn = word("sign-in");
  if (response.redirected && signIn && new URL(response.url).pathname === signIn) {
    return { is: "waits", isSignedOut: true };
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const kept = page.querySelector("[data-outbox-keep]");
  if (response.redirected && response.ok) {
    return { is: "accepted", url: response.url, keep: kept && kept.getAttribute("href") };
  }
  const isWrong = !response.ok || page.querySelector('[aria-invalid="true"], .form-errors');
  return isWrong ? { is: "refused", page } : { is: "accepted", url: location.href };
}

let isSending = false;

/** Send everything that waits for this owner, one after the other; the first silence ends it. */
async function sendAll(owner) {
  if (isSending || navigator.onLine === false) return;
  isSending = true;
  try {
    for (const entry of (await all()).filter(
      (one) => one.owner === owner && !one.refused && !one.sentTo,
    )) {
      const answer = await verdict(await send(entry));
      if (answer.is === "waits") break;
      if (answer.is === "refused") await put({ ...entry, refused: true });
      else {
        if (answer.keep) await put({ ...entry, fields: [], sentTo: answer.keep });
        else await drop(entry.key);
        say(word("sent-late"));
      }
    }
  } finally {
    isSending = false;
    show();
  }
}

// --- the form -----------------------------------------------------------------------------------

/** Keep it in the phone, try to send it; true when the browser is already on its way elsewhere. */
async function keepAndSend(form, key) {
  const data = new FormData(form);
  const titled = form.querySelector('[data-outbox-title], textarea, input[type="text"]');
  const entry = {
    key,
    owner: form.dataset.outbox,
    action: form.action,
    page: location.pathname + location.search,
    title: ((titled && titled.value) || "").slice(0, 60),
    at: Date.now(),
    fields: Array.from(data.entries())
      .filter(([name, value]) => !LEFT_OUT.includes(name) && (typeof value === "string" || value.name))
      .map(([name, value]) => (typeof value === "string" ? [name, value] : [name, value, value.name])),
  };
  await put(entry);
  const answer = await verdict(navigator.onLine === false ? null : await send(entry));
  if (answer.is === "refused") {
    await drop(key);
    showAnswer(form, answer.page);
    return false;
  }
  form.dispatchEvent(new CustomEvent("xiangyue:taken", { bubbles: true })); // the draft has served
  if (answer.is === "accepted") {
    await drop(key);
    location.assign(answer.url);
    return true;
  }
  form.reset();
  say(word(answer.isSignedOut ? "kept-signed-out" : "kept"));
  await show();
  const box = document.querySelector("[data-outbox-list]");
  if (box) box.scrollIntoView({ block: "center" });
  return false;
}

/** Put the messages of a refused form beside the fields, leaving what was entered alone. */
function showAnswer(form, answer) {
  for (const old of form.querySelectorAll(".errorlist, .form-errors")) old.remove();
  for (const old of form.querySelectorAll(".has-error")) old.classList.remove("has-error");
  for (const old of form.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
  let first = null;
  for (const list of answer.querySelectorAll("form .field .errorlist")) {
    const wrong = list.closest(".field").querySelector("[name]");
    const field = wrong && form.querySelector(`[name="${CSS.escape(wrong.name)}"]`);
    const place = field && field.closest(".field");
    if (!place) continue;
    place.classList.add("has-error");
    field.setAttribute("aria-invalid", "true");
    const label = place.querySelector(".field-label");
    if (label) label.after(list);
    else place.prepend(list);
    first = first || field;
  }
  const general = answer.querySelector(".form-errors, main .notice.tone-bad");
  const place = document.getElementById("refusals");
  if (place) {
    place.textContent = "";
    if (general) place.append(general);
  }
  const target = first || (general && place);
  if (target) {
    if (first) first.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  } else say(word("failed"));
}

/** `#again-<key>` in the address: fill the form with what was kept, to be mended. */
async function bringBack(form) {
  const key = location.hash.replace(/^#again-/, "");
  if (!location.hash.startsWith("#again-")) return null;
  const entry = await get(key);
  if (!entry || entry.owner !== form.dataset.outbox) return null;
  const files = new Map();
  for (const [name, value, fileName] of entry.fields) {
    const matching = Array.from(form.querySelectorAll(`[name="${CSS.escape(name)}"]`));
    if (fileName) {
      if (!files.has(name)) files.set(name, new DataTransfer());
      files.get(name).items.add(new File([value], fileName, { type: value.type }));
      continue;
    }
    const choice = matching.find((one) => one.type === "radio" || one.type === "checkbox");
    if (choice) for (const one of matching) one.checked = one.checked || one.value === value;
    else if (matching[0]) matching[0].value = value;
  }
  for (const [name, transfer] of files) {
    const input = form.querySelector(`input[type="file"][name="${CSS.escape(name)}"]`);
    if (!input) continue;
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return key;
}

export function enhance(root) {
  if (!window.indexedDB || !window.fetch) return; // then it is an ordinary form
  for (const form of root.querySelectorAll("form[data-outbox]")) {
    if (form.dataset.outboxReady) continue;
    form.dataset.outboxReady = "1";
    let key = newKey();
    let isBusy = false;
    bringBack(form).then(
      (found) => {
        key = found || key;
      },
      () => {},
    );
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      if (isBusy) return;
      isBusy = true;
      form.setAttribute("aria-busy", "true");
      keepAndSend(form, key).then(
        (isLeaving) => {
          if (isLeaving) return;
          isBusy = false;
          key = newKey();
          form.removeAttribute("aria-busy");
        },
        () => HTMLFormElement.prototype.submit.call(form), // storage is full or off
      );
    });
  }
  for (const box of root.querySelectorAll("[data-outbox-list]")) {
    box.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.drop) {
        const sure = button.dataset.isSent ? Promise.resolve(true) : ask(word("drop"));
        sure.then((yes) => yes && drop(button.dataset.drop).then(show));
      }
      if (button.dataset.sendAll !== undefined) sendAll(box.dataset.outboxList);
    });
    sendAll(box.dataset.outboxList);
    show();
  }
}

// --- what waits ---------------------------------------------------------------------------------

async function show() {
  const box = document.querySelector("[data-outbox-list]");
  if (!box || !window.indexedDB) return;
  const entries = (await all()).filter((entry) => entry.owner === box.dataset.outboxList);
  box.hidden = entries.length === 0;
  const list = box.querySelector("ul");
  const sample = box.querySelector("template");
  list.textContent = "";
  for (const entry of entries) {
    const item = sample.content.cloneNode(true);
    item.querySelector("[data-title]").textContent = entry.title || box.dataset.untitled;
    item.querySelector("[data-time]").textContent = new Date(entry.at).toLocaleString(
      document.documentElement.lang,
      { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" },
    );
    item.querySelector("[data-waits]").hidden = Boolean(entry.refused || entry.sentTo);
    item.querySelector("[data-sent]").hidden = !entry.sentTo;
    const slip = item.querySelector("[data-slip]");
    slip.hidden = !entry.sentTo;
    if (entry.sentTo) slip.href = entry.sentTo;
    item.querySelector("[data-refused]").hidden = !entry.refused;
    const again = item.querySelector("[data-again]");
    again.href = `${entry.page}#again-${entry.key}`;
    again.hidden = !entry.refused;
    const dropper = item.querySelector("[data-drop]");
    dropper.dataset.drop = entry.key;
    if (entry.sentTo) dropper.dataset.isSent = "1";
    list.append(item);
  }
}

export function start() {
  const tryAgain = () => {
    const box = document.querySelector("[data-outbox-list]");
    if (box) sendAll(box.dataset.outboxList);
  };
  window.addEventListener("online", () => {
    // A network that has just come back often fails its first request.
    for (const delay of [0, 2000, 8000]) setTimeout(tryAgain, delay);
  });
  setInterval(tryAgain, RETRY_MS);
}
