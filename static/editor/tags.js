// Names of tags that begin like what is being typed, in a list below the field: arrows and Enter choose one.
"use strict";

(() => {
  const field = document.querySelector("[data-tags-url]");
  if (!field) return;
  const list = Object.assign(document.createElement("ul"), { id: "tag-suggestions", className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.suggestions);
  field.after(list);
  const told = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(told)) field.setAttribute(name, value);
  field.autocomplete = "off";
  let timer = null;
  let asked = 0;
  let current = -1;

  // The name that the caret stands in.
  function place() {
    const start = Math.max(...[",", "،", "、", "，"].map((comma) => field.value.lastIndexOf(comma, field.selectionStart - 1))) + 1;
    const rest = field.value.slice(field.selectionStart).search(/[,،、，]/);
    return { start, end: rest < 0 ? field.value.length : field.selectionStart + rest };
  }

  function close() {
    clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    current = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    const options = [...list.children];
    current = (next + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === current)));
    field.setAttribute("aria-activedescendant", options[current].id);
    options[current].scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    const { start, end } = place();
    const name = /[",،、，]/.test(option.textContent) ? `"${option.textContent.replace(/"/g, '""')}"` : option.textContent;
    const gap = start ? " " : "";
    const after = field.value.slice(end).replace(/^[,،、，]\s*/, "");
    field.setRangeText(`${gap}${name}, `, start, field.value.length - after.length, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  async function suggest() {
    const { start, end } = place();
    const typed = field.value.slice(start, end).trim();
    if (!typed) return close();
    const mine = (asked += 1);
    try {
      const answer = await fetch(`${field.dataset.tagsUrl}?${new URLSearchParams({ q: typed })}`);
      const { names } = answer.ok ? await answer.json() : { names: [] };
      if (mine !== asked || document.activeElement !== field) return;
      if (!names.length) return close();
      list.replaceChildren(
        ...names.map((name, index) => {
          const option = Object.assign(document.createElement("li"), { id: `tag-suggestion-${index}`, textContent: name });
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          return option;
        }),
      );
      list.hidden = false;
      current = -1;
      field.setAttribute("aria-expanded", "true");
      field.removeAttribute("aria-activedescendant");
    } catch {
      // Without suggestions the name is typed to its end.
      close();
    }
  }

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isTrusted) timer = setTimeout(suggest, 150);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") mark(current + 1);
    else if (event.key === "ArrowUp") mark(current < 0 ? -1 : current - 1);
    else if (event.key === "Enter" && current >= 0) choose(list.children[current]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", close);
  // Before the field would lose the focus.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("li");
    if (option) choose(option);
  });
})();
