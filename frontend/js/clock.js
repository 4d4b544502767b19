// By how much the server's clock is ahead of this phone's, in milliseconds, as last known. The
// phone's clock decides nothing; the difference explains what it claims.

const NAME = "clock-offset";

export function heard(serverTime) {
  const time = Number(serverTime);
  if (!time) return;
  try {
    localStorage.setItem(NAME, JSON.stringify({ offset: time - Date.now(), at: Date.now() }));
  } catch (_) {
    /* storage is off */
  }
}

/** Null where it is not known, or this clock was put back since. */
export function offset() {
  try {
    const known = JSON.parse(localStorage.getItem(NAME));
    return known && Date.now() >= known.at ? known.offset : null;
  } catch (_) {
    return null;
  }
}

export function start() {
  const { now, keptAt } = document.body.dataset;
  const [visit] = performance.getEntriesByType ? performance.getEntriesByType("navigation") : [];
  // A page that was kept, or that the browser had still, says what time it was then.
  if (!keptAt && !(visit && visit.type === "back_forward")) heard(now);
}
