// Keys for the moderator's desk. Every key presses a button or follows a link that stands on the page.
"use strict";

(() => {
  document.querySelector(".without-script")?.remove();

  const KEYS = { a: "approve", h: "hold", s: "spam", d: "trash", e: "restore" };
  const rows = [...document.querySelectorAll(".results tbody tr")];
  const help = document.getElementById("keys");
  // The row that a decision led back to.
  const ledTo = document.getElementById(location.hash.slice(1));
  let current = Math.max(0, rows.findIndex((row) => ledTo && row.contains(ledTo)));
  let keysAreOn = true;
  try {
    keysAreOn = localStorage.getItem("desk-keys") !== "off";
  } catch {
    // Storage is switched off: the keys are on, and the switch holds for this page.
  }

  // What a key acts on: the current row of a list, or the whole page of one comment.
  const place = () => rows[current] || document;
  const button = (verb) => place().querySelector(`button[name="decide"][value="${verb}"]`);

  function show(next, { focus = true } = {}) {
    if (!rows.length) return;
    rows[current].classList.remove("current");
    current = Math.max(0, Math.min(next, rows.length - 1));
    rows[current].classList.add("current");
    if (!focus) return;
    rows[current].scrollIntoView({ block: "nearest" });
    rows[current].querySelector(".name").focus({ preventScroll: true });
  }

  const actions = {
    j: () => show(current + 1),
    k: () => show(current - 1),
    r: () => (rows.length ? place().querySelector(".answer, .open") : document.getElementById("id_answer")),
    u: () => document.querySelector(".undo button"),
    "?": () => void (help.open ? help.close() : help.showModal()),
  };
  actions.z = actions.u;

  document.addEventListener("keydown", (event) => {
    // Behind the open help, and while a key is held down, nothing is decided.
    if (help.open || (event.repeat && !"jk".includes(event.key))) return;
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!keysAreOn) return;
    const verb = KEYS[event.key];
    // What waits goes on waiting: on to the next.
    if (verb === "hold" && rows.length && button("approve")) return void show(current + 1);
    const target = verb ? button(verb) : actions[event.key]?.();
    if (target) {
      event.preventDefault();
      if (target.matches("textarea")) target.focus();
      else target.click();
    } else if (event.key in actions) {
      event.preventDefault();
    }
  });

  const shown = Object.entries(KEYS).map(([key, verb]) => [key, `button[name="decide"][value="${verb}"]`]);
  for (const [key, buttons] of [...shown, ["r", ".button.answer"], ["u", ".undo button"]]) {
    for (const found of document.querySelectorAll(buttons)) {
      found.setAttribute("aria-keyshortcuts", key);
      // aria-keyshortcuts says it to screen readers.
      found.append(Object.assign(document.createElement("kbd"), { textContent: key, ariaHidden: "true" }));
    }
  }

  const off = help.querySelector("input");
  off.checked = !keysAreOn;
  off.addEventListener("change", () => {
    keysAreOn = !off.checked;
    document.body.classList.toggle("keys-off", !keysAreOn);
    try {
      localStorage.setItem("desk-keys", keysAreOn ? "on" : "off");
    } catch {
      // As above.
    }
  });
  document.body.classList.toggle("keys-off", !keysAreOn);
  document.getElementById("keys-button").addEventListener("click", () => help.showModal());
  document.getElementById("keys-button").hidden = false;
  // Marked, not focused: whoever types already goes on typing.
  if (keysAreOn) show(current, { focus: false });
})();
