// What surrounds the text: the buttons that say what happens, the date of publication, sections, words counted, and the
// focus mode.
"use strict";

(() => {
  const { form, body, onInput } = window.postEditor || {};
  if (!form) return;
  const statuses = [...form.querySelectorAll("input[name=status]")];
  const status = (value) => statuses.find((one) => one.value === value);
  const chosen = () => statuses.find((one) => one.checked)?.value;
  const button = (value) => form.querySelector(`.editor-bar [name=_save_as][value=${value}]`);
  const [day, time] = ["0", "1"].map((part) => document.getElementById(`id_published_at_${part}`));

  // --- Status and time

  function sayWhatHappens() {
    const [update, publish, schedule] = ["chosen", "publish", "schedule"].map(button);
    if (update) update.textContent = statuses.find((one) => one.checked)?.dataset.button || update.textContent;
    if (!schedule) return;
    schedule.classList.toggle("primary", chosen() === "scheduled");
    publish.hidden = ["scheduled", "private"].includes(chosen());
    schedule.hidden = chosen() === "private";
  }

  function suggestTime() {
    if (chosen() !== "scheduled" || day.value) return;
    day.value = form.querySelector(".publication-time").dataset.tomorrow;
    time.value ||= "09:00";
    day.dispatchEvent(new Event("change", { bubbles: true }));
  }

  for (const one of statuses) {
    one.addEventListener("change", () => {
      suggestTime();
      sayWhatHappens();
    });
  }
  button("schedule")?.addEventListener("click", (event) => {
    const scheduled = status("scheduled");
    if (scheduled.checked) return;
    // First the time, then the button again.
    event.preventDefault();
    scheduled.checked = true;
    scheduled.dispatchEvent(new Event("change", { bubbles: true }));
    day.focus();
  });
  sayWhatHappens();

  // --- Sections: open beside the text, folded below it

  if (matchMedia("(min-width: 64em)").matches) {
    for (const section of form.querySelectorAll("details[data-open-beside]")) section.open = true;
  }
  // A link in the list of what is wrong leads into a folded one.
  form.querySelector(".editor-errors")?.addEventListener("click", (event) => {
    const field = document.getElementById(event.target.closest("a")?.hash.slice(1));
    const section = field?.closest("details");
    if (section) section.open = true;
  });
  if (form.querySelector(".editor-errors")) form.querySelector(".editor-errors").focus({ preventScroll: true });
  else if (!body.value && !form.elements.title.value) form.elements.title.focus({ preventScroll: true });

  // --- Words and minutes, by the rule of posts/writing/reading.py

  const count = document.getElementById("editor-count");
  const CHARACTER =
    /[\u1100-\u11ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
  const WORD = /[\p{L}\p{N}_]+(?:['’.,-][\p{L}\p{N}_]+)*/gu;

  // What readers see of it, near enough: without addresses of links, names of code's languages, and comments.
  const readable = (text) =>
    text
      .replace(/<!--[^]*?-->|<\/?[a-z][^<>]*>/gi, " ")
      .replace(/\]\([^()\s]*(?:\s+"([^"]*)")?\)/g, "] $1 ")
      .replace(/^ {0,3}(?:```|~~~).*$/gm, " ")
      .replace(/\[\^[^\]\s]+\]/g, " ");

  function tellCount() {
    const text = readable(body.value);
    const characters = (text.match(CHARACTER) || []).length;
    const words = (text.replace(CHARACTER, " ").match(WORD) || []).length;
    const minutes = words + characters ? Math.max(1, Math.round(words / 238 + characters / 500)) : 0;
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const { words: wordsOf, minutes: minutesOf } = count.dataset;
    count.textContent =
      `${wordsOf} ${number.format(words + characters)}` + (minutes ? ` · ${minutesOf.replace("%(n)s", number.format(minutes))}` : "");
  }
  onInput(tellCount, 300);
  tellCount();

  // --- The language of the text, for the browser's spell checker

  form.elements.language?.addEventListener("change", ({ target }) => {
    for (const name of ["title", "body", "excerpt"]) form.elements[name].lang = target.value || document.documentElement.lang;
  });

  // --- Focus mode: the title, the text and the bar

  const focus = document.getElementById("focus-mode");
  const KEY = "editor-focus";

  function setFocus(on) {
    document.body.classList.toggle("in-focus", on);
    focus.setAttribute("aria-pressed", String(on));
    try {
      if (on) sessionStorage.setItem(KEY, "on");
      else sessionStorage.removeItem(KEY);
    } catch {
      // Storage is switched off: it holds for this page.
    }
  }
  focus.addEventListener("click", () => setFocus(!document.body.classList.contains("in-focus")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) setFocus(false);
  });
  try {
    // What is wrong may stand beside the text.
    if (sessionStorage.getItem(KEY) && !form.querySelector(".editor-errors")) setFocus(true);
  } catch {
    // As above.
  }
})();
