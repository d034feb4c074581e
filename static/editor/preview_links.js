// Preview links are made, copied and revoked without leaving the form. The buttons say by their `formaction` where to
// send what; the answer is the page of the links, of which the part with them is taken.
"use strict";

(() => {
  const part = () => document.getElementById("preview-links");
  if (!part()) return;

  const tell = (words) => {
    part().querySelector(".told-here").textContent = words;
  };

  function ready() {
    for (const button of part().querySelectorAll("[data-copies]")) button.hidden = !navigator.clipboard;
  }

  async function send(button) {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "preview_days"]) {
      body.set(name, button.form.querySelector(`[name=${name}]`)?.value ?? "");
    }
    const answer = await fetch(button.formAction, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById("preview-links");
    if (!fresh) throw new Error(String(answer.status));
    part().replaceChildren(...fresh.childNodes);
    ready();
    tell(page.getElementById("told")?.textContent.trim() ?? "");
    (part().querySelector(".preview-link:last-of-type input") ?? part().querySelector("select"))?.focus();
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("#preview-links button");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.copies) {
      const field = document.getElementById(button.dataset.copies);
      field.select();
      await navigator.clipboard.writeText(field.value);
      tell(part().dataset.copied);
      return;
    }
    button.disabled = true;
    await send(button).catch(() => tell(part().dataset.failed));
    button.disabled = false;
  });

  ready();
})();
