// <dialog>: data-open="id" opens, data-close closes; data-confirm asks before sending.

function open(dialog) {
  if (typeof dialog.showModal === "function") dialog.showModal();
  else dialog.setAttribute("open", "");
}

function close(dialog, value) {
  if (typeof dialog.close === "function") dialog.close(value);
  else dialog.removeAttribute("open");
}

/** Ask a question in the page's own words; resolves to true or false. */
export function ask(question) {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog || typeof dialog.showModal !== "function") {
    return Promise.resolve(window.confirm(question));
  }
  dialog.querySelector("[data-question]").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

/** Send the form as if its button had been pressed, running every listener again. */
export function resend(form, submitter) {
  if (typeof form.requestSubmit === "function") form.requestSubmit(submitter || undefined);
  else if (submitter) submitter.click();
  else form.submit();
}

export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open);
      if (dialog) {
        event.preventDefault();
        open(dialog);
      }
      return;
    }
    const closer = event.target.closest("[data-close]");
    if (closer) {
      const dialog = closer.closest("dialog");
      if (dialog) close(dialog, closer.value || "");
      else {
        const notice = closer.closest(".notice");
        if (notice) notice.remove();
      }
      return;
    }
    if (event.target instanceof HTMLDialogElement) close(event.target, ""); // the backdrop
  });

  const agreed = new WeakSet();
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const submitter = event.submitter;
      const question = (submitter && submitter.dataset.confirm) || form.dataset.confirm;
      if (!question || agreed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(question).then((yes) => {
        if (!yes) return;
        agreed.add(form);
        resend(form, submitter);
      });
    },
    true,
  );
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
  });
}
