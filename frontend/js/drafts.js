// <form data-draft="key"> keeps what is typed on this device until it has been sent.
import { word } from "./words.js";

const PREFIX = "draft:";
const SENT = "draft-sent:";
const DAYS_KEPT = 7;

function fields(form) {
  return Array.from(form.elements).filter(
    (field) =>
      field.name &&
      !field.closest("[data-no-draft]") &&
      !["password", "file", "hidden", "submit", "button", "reset"].includes(field.type),
  );
}

function isChoice(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function isUntouched(form) {
  return fields(form).every((field) => {
    if (isChoice(field)) return field.checked === field.defaultChecked;
    if (field.tagName === "SELECT") return true;
    return field.value === "";
  });
}

function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(PREFIX + key));
    if (draft && Date.now() - draft.at < DAYS_KEPT * 86400e3) return draft;
    localStorage.removeItem(PREFIX + key);
  } catch (_) {
    /* storage is off: the page works without drafts */
  }
  return null;
}

const timers = new Map();

function stop(form) {
  clearTimeout(timers.get(form));
  timers.delete(form);
}

function save(form) {
  stop(form);
  const values = fields(form).map((field) => [
    field.name,
    field.value,
    isChoice(field) ? field.checked : null,
  ]);
  try {
    localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ at: Date.now(), values }));
  } catch (_) {
    /* full or off */
  }
}

function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
    sessionStorage.removeItem(SENT + key);
  } catch (_) {
    /* off */
  }
}

function restore(form, draft) {
  const mine = fields(form);
  for (const [name, value, checked] of draft.values) {
    const field = mine.find(
      (one) => one.name === name && (checked === null || one.value === value),
    );
    if (!field) continue;
    if (checked === null) field.value = value;
    else field.checked = checked;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function explain(form) {
  const note = document.createElement("p");
  note.className = "draft-note row";
  note.setAttribute("role", "status");
  note.append(word("restored"), " ");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet button-small";
  button.textContent = word("discard");
  button.addEventListener("click", () => {
    stop(form);
    forget(form.dataset.draft);
    form.reset();
    note.remove();
  });
  note.append(button);
  form.prepend(note);
}

/** Sent, and the server led on from the form's own page: then the draft has served. */
function clearSent() {
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (!name.startsWith(SENT)) continue;
      const key = name.slice(SENT.length);
      const form = document.querySelector(`form[data-draft="${CSS.escape(key)}"]`);
      const wasLedOn = document.referrer === sessionStorage.getItem(name);
      sessionStorage.removeItem(name);
      if (wasLedOn && (!form || isUntouched(form))) forget(key);
    }
  } catch (_) {
    /* off */
  }
}

export function start() {
  clearSent();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-sign-out]")) {
      for (const one of timers.keys()) stop(one);
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(PREFIX)) localStorage.removeItem(name);
      }
    }
    if (!form.dataset.draft) return;
    save(form);
    try {
      sessionStorage.setItem(SENT + form.dataset.draft, location.href);
    } catch (_) {
      /* off */
    }
  });
  document.addEventListener("xiangyue:taken", (event) => {
    stop(event.target);
    if (event.target.dataset.draft) forget(event.target.dataset.draft);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt && event.detail.elt.closest("form[data-draft]");
    if (form && form === event.detail.elt && event.detail.successful && event.detail.xhr.status < 300) {
      stop(form);
      forget(form.dataset.draft);
    }
  });
  // Whoever leaves within the pause after the last key or tick loses nothing.
  addEventListener("pagehide", () => timers.forEach((_, form) => save(form)));
}

export function enhance(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (form.dataset.draftReady) continue;
    form.dataset.draftReady = "1";
    const draft = read(form.dataset.draft);
    if (draft && isUntouched(form) && draft.values.some(([, value, checked]) => (checked === null ? value : checked))) {
      restore(form, draft);
      explain(form);
    }
    form.addEventListener("input", () => {
      stop(form);
      timers.set(form, setTimeout(() => save(form), 300));
    });
  }
}
