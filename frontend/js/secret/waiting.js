// Long work in short slices, so that the page answers while it runs.

const pause = () => new Promise((done) => setTimeout(done));

/** Run a generator to its end; `stepped` hears how many steps are done. */
export async function run(steps, stepped = () => {}) {
  let count = 0;
  for (;;) {
    const until = performance.now() + 25;
    do {
      const { value, done } = steps.next();
      if (done) return value;
      count += 1;
    } while (performance.now() < until);
    stepped(count);
    await pause();
  }
}

/** Ask the server; `words` is a sentence for people when it refuses or does not answer. */
export async function ask(url, { method = "GET", body, isAnonymous = false } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const token = document.querySelector('meta[name="csrf-token"]');
  if (!isAnonymous && token) headers["X-CSRFToken"] = token.content;
  const response = await fetch(url, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: isAnonymous ? "omit" : "same-origin",
    referrerPolicy: isAnonymous ? "no-referrer" : "same-origin",
    cache: "no-store",
  });
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) {
    const refused = new Error(answer.title || "");
    refused.words = answer.title;
    throw refused;
  }
  return answer;
}

/** The parts of a page, of which one is shown at a time: `data-part="…"` within `root`. */
export function parts(root) {
  const every = Array.from(root.querySelectorAll("[data-part]"));
  return (name) => {
    for (const one of every) one.hidden = one.dataset.part !== name;
    const shown = every.find((one) => one.dataset.part === name);
    const heading = shown && shown.querySelector("h2");
    if (heading && document.activeElement !== document.body) {
      heading.tabIndex = -1;
      heading.focus();
    }
  };
}

export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key) || "null");
  } catch (_error) {
    return null;
  }
}

/** Whether it could be kept: a phone may have no room, or forbid it. */
export function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch (_error) {
    return false;
  }
}
