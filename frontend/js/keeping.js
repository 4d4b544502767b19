// Where a service worker runs, the pages that one needs out walking are kept in the phone
// (worker.js). This asks for them while there is a network, and says so when a page is a kept one.

const ONCE_MS = 3600000;

/** Fetch the page so that the worker keeps it; what it links to with data-keep, too. */
async function keep(address, follows) {
  const answer = await fetch(address, { headers: { "X-Keep": "1" } });
  if (!answer.ok || !answer.headers.get("Keep-Offline") || !follows) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const link of page.querySelectorAll("main a[data-keep]")) await keep(link.getAttribute("href"), false);
}

function known() {
  try {
    return JSON.parse(localStorage.getItem("kept")) || {};
  } catch (_) {
    return {};
  }
}

/** Keep what the list of the day leads to: a page again only when its matter has moved on. */
async function keepAll() {
  const { owner } = document.body.dataset;
  const before = known();
  const kept = { owner, at: {} };
  const isFresh = (address, version) => before.owner === owner && (before.at || {})[address] === version;
  const hour = String(Math.floor(Date.now() / ONCE_MS));
  const wanted = Array.from(document.querySelectorAll("[data-keep-page]"), (link) => [link.getAttribute("href"), hour]);
  wanted.push([location.pathname + location.search, hour]);
  for (const item of document.querySelectorAll("main .item[data-keep]")) {
    const link = item.querySelector("a[href]");
    if (link) wanted.push([link.getAttribute("href"), item.dataset.keep]);
  }
  for (const [address, version] of wanted) {
    if (!isFresh(address, version)) await keep(address, version !== hour);
    kept.at[address] = version;
    localStorage.setItem("kept", JSON.stringify(kept));
  }
  document.body.dataset.allKept = "1";
}

async function wipe() {
  localStorage.removeItem("kept");
  if (!window.caches) return;
  for (const name of await caches.keys()) if (name.startsWith("xiangyue-")) await caches.delete(name);
}

async function begin() {
  const { worker, scope, keptAt } = document.body.dataset;
  if (!worker) {
    // Switched off, or nobody has signed in: nothing is left behind.
    const registered = await navigator.serviceWorker.getRegistration();
    if (registered && !keptAt) {
      await registered.unregister();
      await wipe();
    }
    return;
  }
  if (keptAt) return;
  await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  if (!document.querySelector("[data-keep-list]") || (navigator.connection || {}).saveData) return;
  const ready = await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    const controlled = new Promise((done) =>
      navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }),
    );
    ready.active.postMessage("claim"); // it may have looked round before this page was there
    await controlled;
  }
  await keepAll();
}

export function start() {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]") && !event.defaultPrevented) wipe().catch(() => {});
  });
  if (!navigator.serviceWorker) return;
  const go = () => begin().catch(() => {}); // a bonus: without it all else works
  if (document.readyState === "complete") go();
  else window.addEventListener("load", go);
}
