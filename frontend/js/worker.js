// The service worker of a grid worker's phone: a bonus, for the queue works without it. What the
// server sends before this file: VERSION, SCOPE (the county's path), STATIC (its address), FIRST
// (files to have), LAST_RESORT (the page for what is not kept), SIGN_OUT.
// Pages come from the network; where none answers, the kept copy, marked with its time. Only pages
// that the server lets be kept are (Keep-Offline), for one owner; another's are thrown away.
/* global VERSION, SCOPE, STATIC, FIRST, LAST_RESORT, SIGN_OUT */

const PAGES = `xiangyue-pages${SCOPE}`;
const FILES = "xiangyue-files";
const OWNER_OF_PAGES = "/owner-of-kept-pages";
const MOST_PAGES = 200;
const MOST_FILES = 40;
const PATIENCE_MS = 8000;
const HASHED = /\.[0-9a-f]{8,}\.\w+$/;

async function trim(cache, most) {
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(key);
}

const find = (cache, address) => cache.match(address, { ignoreVary: true });

/** Keep it, or forget what was kept, as the server says now. */
async function remember(request, response) {
  const owner = response.headers.get("Outbox-Owner");
  if (owner) {
    const pages = await caches.open(PAGES);
    const before = await find(pages, OWNER_OF_PAGES);
    if (!before || (await before.text()) !== owner) {
      await caches.delete(PAGES);
      await (await caches.open(PAGES)).put(OWNER_OF_PAGES, new Response(owner));
    }
  }
  const pages = await caches.open(PAGES);
  if (response.ok && response.headers.get("Keep-Offline")) {
    await pages.put(request.url, response);
    await trim(pages, MOST_PAGES);
  } else await pages.delete(request.url, { ignoreVary: true });
}

/** The kept copy, which says of itself when it was fetched. */
async function kept(address, extra = "") {
  const found = await find(await caches.open(PAGES), address);
  if (!found) return null;
  const at = new Date(found.headers.get("Date") || Date.now()).toISOString();
  const html = (await found.text()).replace("<body ", `<body data-kept-at="${at}" ${extra}`);
  return new Response(html, { headers: found.headers });
}

/** From the network, and remembered. */
async function fetched(event) {
  const response = await fetch(event.request);
  if (response.type === "basic" && response.status < 500) {
    event.waitUntil(remember(event.request, response.clone()).catch(() => {}));
  }
  return response;
}

async function page(event) {
  const { request } = event;
  const answering = fetched(event);
  const inTime = new Promise((done) => setTimeout(done, PATIENCE_MS, "slow"));
  let response = await Promise.race([answering, inTime]).catch(() => null);
  if (response && response !== "slow" && response.status < 500) return response;
  const copy = await kept(request.url);
  if (copy) {
    answering.catch(() => {});
    return copy;
  }
  response = await answering.catch(() => null);
  if (response) return response;
  return (await kept(LAST_RESORT, 'data-missing="1" ')) || Response.error();
}

async function file(request) {
  const files = await caches.open(FILES);
  const found = await find(files, request.url);
  if (found && HASHED.test(new URL(request.url).pathname)) return found;
  try {
    const response = await fetch(request);
    if (response.ok) {
      await files.put(request.url, response.clone());
      await trim(files, MOST_FILES);
    }
    return response;
  } catch (error) {
    if (found) return found;
    throw error;
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(FILES).then((files) => files.addAll(FIRST)).catch(() => {}));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && address.pathname === SIGN_OUT) {
    event.waitUntil(caches.delete(PAGES));
  }
  if (request.method !== "GET") return;
  if (address.pathname.startsWith(STATIC)) event.respondWith(file(request));
  else if (request.headers.get("X-Keep")) event.respondWith(fetched(event));
  else if (request.mode === "navigate") event.respondWith(page(event));
});
