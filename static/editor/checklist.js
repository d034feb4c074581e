// The checklist follows what is typed, and each of its lines leads to the place that it speaks of.
"use strict";

(() => {
  const list = document.getElementById("checklist");
  const { form, body, onInput } = window.postEditor || {};
  if (!list || !form) return;

  const WAIT = 1500; // ms after the last key
  const LONG = 20_000; // characters, from which on the server takes seconds: there one answer is awaited at a time
  let asking = null;
  let shown = null;

  function typed() {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  async function update() {
    const data = typed();
    const sent = JSON.stringify([...data]);
    if (sent === shown) return;
    if (asking && body.value.length > LONG) return;
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      const answer = await fetch(list.dataset.address, { method: "POST", body: data, signal: mine.signal });
      if (!answer.ok || answer.redirected) return;
      const items = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".checklist-items");
      if (!items || mine !== asking) return;
      list.querySelector(".checklist-body").replaceChildren(items);
      list.querySelector("h2").textContent = items.dataset.title;
      list.hidden = false;
      shown = sent;
    } catch {
      // Without the server there is no advice; what stands there was true a moment ago.
    } finally {
      if (mine === asking) {
        asking = null;
        // What was typed meanwhile.
        if (shown === sent) setTimeout(update, WAIT);
      }
    }
  }

  function lead(event) {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    const place = document.getElementById(link.hash.slice(1));
    if (!place) return;
    event.preventDefault();
    for (let above = place.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
    const field = place.matches("input, textarea, select") ? place : place.querySelector("input, textarea, select");
    (field ?? place).focus();
    const find = link.dataset.find;
    const start = find && place === body ? body.value.indexOf(find) : -1;
    if (start < 0) return;
    // A browser scrolls to where something is typed, and not to what is selected: the row is reckoned.
    body.setSelectionRange(start, start + find.length);
    body.scrollTop = (start / body.value.length) * body.scrollHeight - body.clientHeight / 3;
  }

  list.addEventListener("click", lead);
  onInput(update, WAIT);
})();
