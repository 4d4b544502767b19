// A page with a map fetches the map's own bundle; the others never pay for it.
let asked = false;

export function enhance(root) {
  const map = root.querySelector("[data-map]");
  if (!map) return;
  if (asked) {
    document.dispatchEvent(new Event("xiangyue:maps"));
    return;
  }
  asked = true;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = map.dataset.style;
  const script = document.createElement("script");
  script.src = map.dataset.script;
  document.head.append(sheet, script);
}
