// <button data-choose="name" data-value="…">: puts a suggestion into the form's field.
export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    const form = button && button.closest("form");
    const field = form && form.elements[button.dataset.choose];
    if (!field) return;
    field.value = button.dataset.value;
    for (const one of form.querySelectorAll(`[data-choose="${button.dataset.choose}"]`)) {
      one.setAttribute("aria-pressed", String(one === button));
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
