// Counters on long texts, copying, printing.
import { say, word } from "./words.js";

export function start() {
  document.addEventListener("click", (event) => {
    const copier = event.target.closest("[data-copy]");
    if (copier && navigator.clipboard) {
      navigator.clipboard.writeText(copier.dataset.copy).then(() => say(word("copied")));
    }
    if (event.target.closest("[data-print]")) window.print();
  });
}

export function enhance(root) {
  for (const area of root.querySelectorAll("textarea[maxlength]")) {
    if (area.dataset.counted) continue;
    area.dataset.counted = "1";
    const counter = document.createElement("span");
    counter.className = "counter";
    counter.setAttribute("aria-hidden", "true"); // maxlength already tells a screen reader
    const count = () => {
      counter.textContent = `${area.value.length} / ${area.maxLength}`;
    };
    area.addEventListener("input", count);
    area.addEventListener("change", count);
    area.after(counter);
    if (area.form) area.form.addEventListener("reset", () => setTimeout(count));
    count();
  }
}
