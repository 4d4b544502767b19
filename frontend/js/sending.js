// A form is sent once, after what is being prepared is ready; the first wrong field is found.
import { resend } from "./dialogs.js";

const preparing = new WeakMap();

/** Sending the form waits until the promise has settled. */
export function holdUntil(form, promise) {
  const before = preparing.get(form) || Promise.resolve();
  const all = Promise.all([before, promise.catch(() => {})]);
  preparing.set(form, all);
  form.setAttribute("aria-busy", "true");
  all.then(() => {
    if (preparing.get(form) !== all) return;
    preparing.delete(form);
    form.removeAttribute("aria-busy");
  });
}

export function start() {
  const sent = new Map();
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!preparing.has(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      preparing.get(form).then(() => resend(form, event.submitter));
    },
    true,
  );
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target) return;
    const last = sent.get(form);
    if (last && Date.now() - last < 8000) {
      event.preventDefault();
      return;
    }
    sent.set(form, Date.now());
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of sent.keys()) form.removeAttribute("aria-busy");
    sent.clear();
  });
}

export function enhance(root) {
  const wrong = root.querySelector('[aria-invalid="true"]');
  if (wrong) {
    wrong.focus({ preventScroll: true });
    (wrong.closest(".field") || wrong).scrollIntoView({ block: "center" });
  }
  for (const select of root.querySelectorAll("[data-submit]")) {
    if (select.dataset.ready) continue;
    select.dataset.ready = "1";
    select.addEventListener("change", () => resend(select.form));
  }
}
