// The page for a quick edit, above the list instead of in its place. Where it can't be had, the link leads to the page.
"use strict";

(() => {
  const list = document.getElementById("changelist-form");
  if (!list || !window.HTMLDialogElement) return;

  async function open(link) {
    const answer = await fetch(link.href, { redirect: "error" });
    const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    const form = page.getElementById("quick-edit");
    if (!form) throw new Error("no form");
    const dialog = document.createElement("dialog");
    dialog.className = "quick-dialog";
    const heading = Object.assign(document.createElement("h2"), { textContent: form.dataset.title, id: "quick-title" });
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.append(heading, document.adoptNode(form));
    form.querySelector("[data-close]").addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
    form.elements.title.focus();
  }

  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-quick]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link).catch(() => location.assign(link.href));
  });
})();
