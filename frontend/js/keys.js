// Lists worked by keyboard on a desk: j/k or arrows move, Enter opens, x selects, / searches,
// ? shows the keys. What has a data-key is pressed by that key. Letters typed into a field stay
// letters.

const rowsOf = () => Array.from(document.querySelectorAll("[data-rows] tbody tr, [data-rows] .item"));

function isTyping(target) {
  return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, [contenteditable]");
}

function current(rows) {
  return rows.findIndex((row) => row.classList.contains("is-at"));
}

function go(rows, position) {
  const next = rows[Math.max(0, Math.min(rows.length - 1, position))];
  if (!next) return;
  for (const row of rows) row.classList.toggle("is-at", row === next);
  const link = next.querySelector("a[href]") || next;
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function select(row) {
  const box = row && row.querySelector('input[type="checkbox"]');
  if (box) box.click();
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return;
    const rows = rowsOf();
    const at = current(rows);
    switch (event.key) {
      case "j":
        go(rows, at + 1);
        break;
      case "k":
        go(rows, at < 0 ? 0 : at - 1);
        break;
      case "Enter": {
        const link = at >= 0 && event.target === document.body && rows[at].querySelector("a[href]");
        if (!link) return;
        link.click();
        break;
      }
      case "x":
        if (at < 0) return;
        select(rows[at]);
        break;
      case "/": {
        const search = document.querySelector("[data-search]");
        if (!search) return;
        search.focus();
        search.select();
        break;
      }
      case "?": {
        const help = document.getElementById("keys-dialog");
        if (!help || !help.showModal) return;
        help.showModal();
        break;
      }
      default: {
        const meant = Array.from(document.querySelectorAll("[data-key]")).find((one) => one.dataset.key === event.key);
        if (!meant) return;
        meant.click();
      }
    }
    event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-select-all]");
    if (all) {
      for (const box of all.closest("table").querySelectorAll('tbody input[type="checkbox"]')) {
        box.checked = all.checked;
        mark(box);
      }
    } else if (event.target.matches('[data-rows] tbody input[type="checkbox"]')) mark(event.target);
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-rows] tbody tr, [data-rows] .item");
    if (row) for (const one of rowsOf()) one.classList.toggle("is-at", one === row);
  });
}

function mark(box) {
  const row = box.closest("tr");
  if (row) row.setAttribute("aria-selected", String(box.checked));
  const count = document.querySelector("[data-selected-count]");
  if (count) {
    count.textContent = document.querySelectorAll('[data-rows] tbody input[type="checkbox"]:checked').length;
  }
}
