// <form data-outbox="owner">: kept in the phone first, with its photos, then sent; when no answer
// comes it waits there (outbox.js). Its other attributes are explained in frontend/README.md.
import { offset } from "./clock.js";
import { owner, send, sendAll } from "./outbox.js";
import { ask, resend } from "./dialogs.js";
import * as store from "./store.js";
import { say, word } from "./words.js";

const LEFT_OUT = ["csrfmiddlewaretoken", "client_key"];

/** What was entered, in the words of the form: pairs of a label and a value. */
function saidIn(form) {
  const said = [];
  for (const field of form.elements) {
    if (!field.name || ["hidden", "file", "submit", "button"].includes(field.type)) continue;
    const isChoice = field.type === "radio" || field.type === "checkbox";
    if (isChoice ? !field.checked : !field.value) continue;
    const own = field.labels && field.labels[0] ? field.labels[0].firstChild.textContent.trim() : "";
    const group = field.closest("fieldset");
    const legend = group && group.querySelector("legend");
    if (isChoice) said.push([legend ? legend.textContent.trim() : "", own]);
    else if (field.tagName === "SELECT") said.push([own, field.selectedOptions[0].textContent.trim()]);
    else said.push([own, field.value]);
  }
  return said.map(([label, value]) => [label.slice(0, 60), value.slice(0, 300)]);
}

async function entryOf(form, key, submitter) {
  const data = new FormData(form);
  if (submitter && submitter.name) data.set(submitter.name, submitter.value);
  const titled = form.querySelector('[data-outbox-title], textarea, input[type="text"]');
  const fields = Array.from(data.entries())
    .filter(([name, value]) => !LEFT_OUT.includes(name) && (typeof value === "string" || value.name))
    .map(([name, value]) => (typeof value === "string" ? [name, value] : [name, value, value.name]));
  return {
    key,
    seq: await store.nextSeq(),
    owner: form.dataset.outbox,
    action: form.action,
    page: location.pathname + location.search,
    about: form.dataset.outboxAbout || "",
    thing: form.dataset.outboxThing || "",
    title: ((titled && titled.value) || "").slice(0, 60),
    said: saidIn(form),
    photoCount: fields.filter((field) => field[2]).length,
    at: Date.now(),
    offset: offset(),
    fields,
    state: "waits",
  };
}

function progressOf(form) {
  let bar = form.querySelector("[data-sending]");
  if (!bar) {
    bar = document.createElement("progress");
    bar.dataset.sending = "";
    bar.max = 1;
    bar.setAttribute("aria-label", word("sending"));
    form.append(bar);
  }
  return bar;
}

/** Keep it in the phone, try to send it; true when the browser is already on its way elsewhere. */
async function keepAndSend(form, entry, waited) {
  let isKept = true;
  await store.put(entry).catch(() => {
    isKept = false; // the phone's storage is full or off
  });
  const bar = progressOf(form);
  const answer = await send(entry, (part) => {
    bar.value = part;
  });
  bar.remove();
  if (answer.is === "refused" || answer.is === "conflict") {
    // What came back from the list stays there until it is taken.
    const left = waited ? store.put({ ...entry, state: "refused", why: answer.why }) : store.drop(entry.key);
    await left.catch(() => {});
    showAnswer(form, answer.page);
    return false;
  }
  if (answer.is === "waits" && !isKept) {
    say(word("phone-full"));
    return false;
  }
  form.dispatchEvent(new CustomEvent("xiangyue:taken", { bubbles: true })); // the draft has served
  if (answer.is === "accepted") {
    await store.drop(entry.key).catch(() => {});
    location.assign(answer.url);
    return true;
  }
  form.reset();
  if (entry.thing) form.hidden = true; // it is done once
  say(word(answer.isSignedOut ? "kept-signed-out" : "kept"));
  const box = document.querySelector("[data-outbox-list]");
  if (box) {
    box.hidden = false;
    box.scrollIntoView({ block: "center" });
    box.focus({ preventScroll: true });
  }
  setTimeout(sendAll, 3000);
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
  const general = answer.querySelector("main [data-conflict], .form-errors, main .notice.tone-bad, main .notice");
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
  if (!location.hash.startsWith("#again-")) return null;
  const entry = await store.get(location.hash.replace(/^#again-/, ""));
  if (!entry || entry.owner !== form.dataset.outbox) return null;
  const files = new Map();
  for (const [name, value, fileName] of entry.fields) {
    if (name === "version") continue; // the page is newer than what was seen then
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
  return entry.key;
}

export function enhance(root) {
  if (!store.isThere()) return; // then it is an ordinary form
  for (const form of root.querySelectorAll("form[data-outbox]")) {
    if (form.dataset.outboxReady) continue;
    form.dataset.outboxReady = "1";
    let key = store.newKey();
    let waited = false;
    let isBusy = false;
    bringBack(form).then(
      (found) => {
        key = found || key;
        waited = Boolean(found);
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
      entryOf(form, key, event.submitter)
        .then((entry) => keepAndSend(form, entry, waited))
        .then(
          (isLeaving) => {
            if (isLeaving) return;
            isBusy = false;
            if (!waited) key = store.newKey(); // else it is still the same, being mended
            form.removeAttribute("aria-busy");
          },
          () => HTMLFormElement.prototype.submit.call(form), // no storage in this browser at all
        );
    });
  }
}

/** Who signs out with something unsent is told that it stays, and whose it stays. */
export function start() {
  // The form that is to be mended may be on this very page.
  window.addEventListener("hashchange", () => location.hash.startsWith("#again-") && location.reload());
  let isAgreed = false;
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("[data-sign-out]") || isAgreed || !store.isThere()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const goOn = () => {
        isAgreed = true;
        resend(form, event.submitter);
      };
      store.all().then((entries) => {
        const mine = entries.filter((one) => one.owner === owner() && one.state !== "sent");
        if (!mine.length) return goOn();
        const question = word("sign-out-waiting").replace("{n}", String(mine.length));
        return ask(question).then((yes) => yes && goOn());
      }, goOn);
    },
    true,
  );
}
