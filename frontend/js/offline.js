// Says when there is no network, so that nobody wonders why nothing happens.
export function start() {
  const show = () => {
    for (const banner of document.querySelectorAll("[data-offline]")) {
      banner.hidden = navigator.onLine !== false;
    }
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
