// Sentences come from the page (templates/site/base.html), where they are translated.
export function word(name) {
  const holder = document.getElementById("words");
  return (holder && holder.getAttribute(`data-${name}`)) || "";
}

/** Say something in passing; it is read aloud too, and goes after seven seconds. */
export function say(text) {
  const place = document.getElementById("toasts");
  if (!place || !text) return;
  place.textContent = ""; // the latest word counts
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  place.append(toast);
  setTimeout(() => toast.remove(), 7000);
}
