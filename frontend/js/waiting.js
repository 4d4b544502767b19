// <c-outbox>: the list of what waits in this phone, with what to do about each; and its count in
// the bar. What belongs to somebody else is counted and never shown.
import { ask } from "./dialogs.js";
import { isOnItsWay, mustSignIn, owner, sendAll } from "./outbox.js";
import * as store from "./store.js";
import { say, word } from "./words.js";

const VISITOR = "visitor";

function words(at) {
  return new Date(at).toLocaleString(document.documentElement.lang, {
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

function fill(list, lines) {
  for (const line of lines) {
    const item = document.createElement("li");
    item.textContent = line;
    list.append(item);
  }
}

function itemOf(box, entry) {
  const item = box.querySelector("template").content.cloneNode(true);
  const part = (name) => item.querySelector(`[data-${name}]`);
  const isForeign = entry.owner !== owner();
  item.querySelector("li").dataset.entry = entry.key;
  part("title").textContent = entry.about || entry.title || box.dataset.untitled;
  part("time").textContent = words(entry.at);
  part("waits").hidden = entry.state !== "waits" || isOnItsWay(entry.key);
  part("goes").hidden = !isOnItsWay(entry.key);
  part("sent").hidden = entry.state !== "sent";
  part("refused").hidden = entry.state !== "refused";
  part("conflicts").hidden = entry.state !== "conflict";
  part("why").textContent = entry.why || "";
  // What came back is read here, for its form may be there no more.
  part("sides").hidden = !entry.why;
  const photos = entry.photoCount ? [`${word("photo")} × ${entry.photoCount}`] : [];
  fill(part("yours"), (entry.said || []).map((said) => said.filter(Boolean).join("：")).concat(photos));
  fill(part("theirs"), entry.meanwhile || []);
  part("theirs").parentNode.hidden = !entry.meanwhile;
  const slip = part("slip");
  slip.hidden = entry.state !== "sent";
  if (entry.slip) slip.href = entry.slip;
  const again = part("again");
  again.href = `${entry.page}#again-${entry.key}`;
  again.hidden = entry.state !== "refused" && !(entry.state === "conflict" && entry.version);
  part("anyway").hidden = !(entry.state === "conflict" && entry.version);
  part("adopt").hidden = !isForeign;
  if (isForeign) part("waits").hidden = true;
  return item;
}

let looks = 0;

/** Show what is there now; until the phone has looked, the page says nothing of it. */
async function show() {
  if (!store.isThere()) return;
  const look = ++looks;
  const entries = await store.all().catch(() => null);
  if (!entries || look !== looks) return; // could not see, or a later look tells more
  const mine = entries.filter((one) => one.owner === owner());
  const early = owner() === VISITOR ? [] : entries.filter((one) => one.owner === VISITOR && one.state !== "sent");
  const others = entries.length - mine.length - early.length;
  const unsent = mine.filter((one) => one.state !== "sent").length;
  document.body.dataset.unsent = unsent;
  for (const link of document.querySelectorAll("[data-outbox-link]")) {
    link.hidden = unsent === 0;
    link.querySelector("[data-outbox-count]").textContent = String(unsent);
  }
  for (const box of document.querySelectorAll("[data-outbox-list]")) {
    const shown = mine.concat(early);
    box.hidden = shown.length === 0 && others === 0 && box.dataset.always === undefined;
    box.querySelector("[data-empty]").hidden = shown.length > 0;
    box.querySelector("[data-send-all]").hidden = unsent === 0;
    box.querySelector("[data-sign-in-again]").hidden = !(mustSignIn() && unsent);
    const left = box.querySelector("[data-others]");
    left.hidden = others === 0;
    left.textContent = left.dataset.words.replace("{n}", String(others));
    const list = box.querySelector("ul.list");
    const at = document.activeElement && document.activeElement.closest("[data-entry]");
    list.textContent = "";
    for (const entry of shown) list.append(itemOf(box, entry));
    const still = at && list.querySelector(`[data-entry="${at.dataset.entry}"] button`);
    if (still) still.focus({ preventScroll: true });
  }
}

async function press(button) {
  if (button.dataset.sendAll !== undefined) return sendAll();
  const item = button.closest("[data-entry]");
  const entry = item && (await store.get(item.dataset.entry));
  if (!entry) return show();
  if (button.dataset.drop !== undefined) {
    const isSure = entry.state === "sent" || (await ask(word("drop")));
    if (isSure) await store.drop(entry.key);
  } else if (button.dataset.anyway !== undefined) {
    // Now that they know: the version that they have been shown.
    const fields = entry.fields.map((field) => (field[0] === "version" ? ["version", entry.version] : field));
    await store.put({ ...entry, fields, state: "waits", meanwhile: [], why: "" });
    await sendAll();
  } else if (button.dataset.adopt !== undefined) {
    await store.put({ ...entry, owner: owner() });
    await sendAll();
  }
  return null;
}

export function enhance(root) {
  for (const box of root.querySelectorAll("[data-outbox-list]")) {
    if (box.dataset.ready) continue;
    box.dataset.ready = "1";
    box.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) press(button).catch(() => say(word("failed")));
    });
  }
  show();
}

export function start() {
  document.addEventListener("xiangyue:outbox", show);
  document.addEventListener("xiangyue:progress", ({ detail }) => {
    const bar = document.querySelector(`[data-entry="${detail.key}"] progress`);
    if (!bar) return;
    bar.hidden = false;
    bar.value = detail.part;
  });
}
