// Says when there is no network, or when the page is a kept one and from when; shows what is only
// of use then.
export function start() {
  const { keptAt, missing } = document.body.dataset;
  const show = () => {
    const isOffline = navigator.onLine === false || Boolean(keptAt);
    for (const banner of document.querySelectorAll("[data-offline]")) banner.hidden = !isOffline;
    for (const part of document.querySelectorAll("[data-when-offline]")) part.hidden = !isOffline;
  };
  for (const line of keptAt ? document.querySelectorAll("[data-as-of]") : []) {
    const time = new Date(keptAt).toLocaleString(document.documentElement.lang, {
      timeZone: "Asia/Shanghai", // the county's, whatever the phone is set to
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    });
    line.textContent = line.dataset.asOf.replace("{time}", time);
    line.hidden = false;
  }
  for (const line of missing ? document.querySelectorAll("[data-missing-page]") : []) line.hidden = false;
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
