// What waits in this phone: one entry for each form that was written, its photos as they are.
// An entry: {key, seq, owner, action, page, about, thing, title, said, photoCount, at, offset,
// fields, state, why, meanwhile, version, slip}. State: waits, refused, conflict or sent.

const STORE = "outbox";

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
    transaction.onabort = transaction.onerror = () => {
      opened.close();
      failed(transaction.error);
    };
  });
}

const tell = () => document.dispatchEvent(new Event("xiangyue:outbox"));

export const isThere = () => Boolean(window.indexedDB && window.FormData);
export const get = (key) => withStore("readonly", (store) => store.get(key));

/** All entries, in the order in which they were written; the phone's clock has no say in it. */
export async function all() {
  const entries = await withStore("readonly", (store) => store.getAll());
  const scope = document.body.dataset.scope || "/"; // counties may share a host, and so this store
  const here = entries.filter((one) => new URL(one.action).pathname.startsWith(scope));
  return here.sort((one, other) => (one.seq || 0) - (other.seq || 0));
}

export async function put(entry) {
  await withStore("readwrite", (store) => store.put(entry));
  tell();
}

export async function drop(key) {
  await withStore("readwrite", (store) => store.delete(key));
  tell();
}

export async function nextSeq() {
  const entries = await all();
  return entries.length ? (entries[entries.length - 1].seq || 0) + 1 : 1;
}

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
