// The board's page: find a receipt. The code stands behind the # and never goes to the server.

const plain = (text) =>
  text.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0").replace(/U/g, "V");

export function start(root) {
  const field = root.querySelector("[data-wanted]");
  const answer = root.querySelector("[data-answer]");
  const rows = new Map(
    Array.from(root.querySelectorAll("[data-receipt]"), (row) => [plain(row.dataset.receipt), row]),
  );

  function look() {
    const wanted = plain(field.value);
    const row = rows.get(wanted);
    for (const one of rows.values()) one.removeAttribute("aria-current");
    answer.hidden = wanted.length < 16;
    answer.textContent = row
      ? root.dataset.found.replace("{n}", row.dataset.position)
      : root.dataset.missing;
    if (row) {
      row.setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "center" });
    }
  }

  function arrive() {
    const code = decodeURIComponent(location.hash.slice(1));
    if (!code || code === "content") return;
    field.value = code;
    look();
  }

  field.addEventListener("input", look);
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  window.addEventListener("hashchange", arrive);
  root.querySelector("[data-look]").hidden = false;
  arrive();
}
