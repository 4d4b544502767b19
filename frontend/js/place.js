// <button data-place>: fills the latitude and longitude beside it, only when pressed.
export function enhance(root) {
  for (const button of root.querySelectorAll("[data-place]")) {
    if (button.dataset.ready) continue;
    button.dataset.ready = "1";
    const box = button.closest("[data-place-input]");
    const status = box.querySelector("[data-place-status]");
    const set = (name, value) => {
      const field = box.querySelector(`[data-${name}]`);
      if (!field) return;
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    if (!navigator.geolocation) {
      button.hidden = true;
      continue;
    }
    button.addEventListener("click", () => {
      button.disabled = true;
      status.textContent = status.dataset.asking;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.disabled = false;
          set("latitude", coords.latitude.toFixed(6));
          set("longitude", coords.longitude.toFixed(6));
          set("accuracy", String(Math.round(coords.accuracy)));
          status.textContent = status.dataset.found.replace("{n}", Math.round(coords.accuracy));
        },
        () => {
          button.disabled = false;
          status.textContent = status.dataset.refused;
        },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }
}
