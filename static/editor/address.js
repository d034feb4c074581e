// The address that the post will have, beside its slug, as the server would give it.
"use strict";

(() => {
  const shown = document.querySelector(".address[data-url]");
  if (!shown || !window.postEditor) return;
  const { form, onInput } = window.postEditor;
  const fields = { title: "title", slug: "slug", kind: "kind", parent: "parent", date: "published_at_0" };
  const typed = () => {
    const asked = new URLSearchParams({ pk: shown.dataset.pk || "" });
    for (const [name, field] of Object.entries(fields)) {
      if (name === "title" && form.elements.slug.value) continue;
      if (form.elements[field]) asked.set(name, form.elements[field].value);
    }
    return asked.toString();
  };
  let last = typed();
  let request = null;

  onInput(async () => {
    const now = typed();
    if (now === last) return;
    last = now;
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch(`${shown.dataset.url}?${now}`, { signal: request.signal });
      if (!answer.ok) return;
      const { address, note } = await answer.json();
      shown.replaceChildren(Object.assign(document.createElement("bdi"), { textContent: address }));
      if (note) shown.append(Object.assign(document.createElement("span"), { className: "note", textContent: note }));
    } catch {
      // Without the server the address is said when it is there again.
      if (!request.signal.aborted) last = null;
    }
  }, 400);
})();
