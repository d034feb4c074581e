// How far an import or an export is, without the page being loaded again. Its words come from the server.
"use strict";

(() => {
  const SECONDS = 2;
  const parts = ["[data-said]", "[data-rest]", ".verbs"];

  async function newest() {
    const answer = await fetch(location.href, { cache: "no-store" });
    // A session that has ended leads to the log-in.
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("work");
  }

  function show(work, next) {
    for (const part of parts) {
      const [old, fresh] = [work.querySelector(part), next.querySelector(part)];
      // What has not changed stays: the focus with it, and nothing is read out twice.
      if (old && fresh && old.textContent !== fresh.textContent) old.replaceChildren(...fresh.childNodes);
    }
    work.toggleAttribute("data-refresh", next.hasAttribute("data-refresh"));
  }

  async function refresh() {
    const work = document.querySelector("#work[data-refresh]");
    if (!work) return;
    try {
      const next = await newest();
      if (next) show(work, next);
    } catch {
      // The server can't be reached at the moment: it is asked again.
    }
    setTimeout(refresh, SECONDS * 1000);
  }

  setTimeout(refresh, SECONDS * 1000);
})();
