// The toolbar above the text. Bold, italic, code, link and lists are markdown-toolbar-element's; the rest is here, with
// the keys, and the Enter key that goes on with a list or a quote.
"use strict";

(() => {
  const toolbar = document.querySelector("markdown-toolbar");
  if (!toolbar || !window.postEditor) return;
  const { form, body, insert, replaceSelection } = window.postEditor;
  const words = toolbar.dataset;

  // Selects the whole lines that the selection touches.
  function selectLines() {
    const { value, selectionStart, selectionEnd } = body;
    const end = value.indexOf("\n", selectionEnd);
    body.setSelectionRange(value.lastIndexOf("\n", selectionStart - 1) + 1, end < 0 ? value.length : end);
  }

  const missing = (text, at) => "\n".repeat(text.trim() ? Math.max(0, 2 - text.match(at)[0].length) : 0);

  // `change(lines)` returns the new lines, which stand between blank ones.
  function changeLines(change) {
    selectLines();
    replaceSelection((selected, before, after) => {
      const text = change(selected.split("\n")).join("\n");
      const above = missing(before, /\n*$/);
      return { text: above + text + missing(after, /^\n*/), select: [above.length + text.length, above.length + text.length] };
    });
  }

  function table() {
    const { column } = words;
    const header = `| ${column} | ${column} |`;
    insert(`${header}\n| --- | --- |\n|  |  |\n|  |  |`, { block: true });
    const at = body.value.lastIndexOf(header, body.selectionStart) + 2;
    body.setSelectionRange(at, at + column.length);
  }

  function footnote() {
    const used = [...body.value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1]));
    const mark = `[^${Math.max(0, ...used) + 1}]`;
    body.setSelectionRange(body.selectionEnd, body.selectionEnd);
    insert(mark);
    const { value } = body;
    body.setSelectionRange(value.length, value.length);
    // Notes stand together at the end.
    const gap = /\n\[\^\d+\]:.*\n*$/.test(value) ? "\n" : "\n\n";
    replaceSelection(() => `${value.endsWith("\n") ? gap.slice(1) : gap}${mark}: ${words.note}`);
    body.setSelectionRange(body.value.length - words.note.length, body.value.length);
  }

  function picture() {
    body.dispatchEvent(new CustomEvent("editor:picture", { bubbles: true }));
    // Where there is a dialog for it, it is open now.
    if (document.querySelector("dialog[open]")) return;
    replaceSelection((selected) => {
      const alt = selected || words.alt;
      return { text: `![${alt}](/media/)`, select: [2, 2 + alt.length] };
    });
  }

  const actions = {
    heading: () => changeLines(([line, ...others]) => {
      const [, marks, text] = line.match(/^(#{0,6})[ \t]*(.*)$/);
      return [{ "": "## ", "##": "### " }[marks] === undefined ? text : { "": "## ", "##": "### " }[marks] + text, ...others];
    }),
    quotation: () => changeLines((lines) =>
      lines.every((line) => line.startsWith(">"))
        ? lines.map((line) => line.replace(/^> ?/, ""))
        : lines.map((line) => `> ${line}`),
    ),
    table,
    footnote,
    more: () => insert("<!--more-->", { block: true }),
    picture,
  };

  toolbar.addEventListener("click", (event) => {
    actions[event.target.closest("[data-md-button]")?.dataset.mdButton]?.();
  });

  // --- Keys

  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  if (isMac) {
    for (const named of form.querySelectorAll("[title*='Ctrl+']")) named.title = named.title.replace("Ctrl+", "⌘");
    for (const key of document.querySelectorAll(".keys kbd")) key.textContent = key.textContent.replace("Ctrl", "⌘");
  }

  const inText = { b: "bold", i: "italic", k: "link" };
  const MARKS = { b: "**", i: "_" };

  // As in a word processor the key that began bold letters ends them, too: behind the last one it steps over the mark.
  function leave(mark) {
    const { value, selectionStart: at } = body;
    const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
    const isOpen = line.split(mark).length % 2 === 0 && !line.endsWith(mark);
    if (at !== body.selectionEnd || !isOpen || !value.startsWith(mark, at)) return false;
    body.setSelectionRange(at + mark.length, at + mark.length);
    return true;
  }

  const anywhere = { s: "save", enter: "preview" };

  form.addEventListener("keydown", (event) => {
    if (!(isMac ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey) return;
    const key = event.key.toLowerCase();
    const button =
      (event.target === body && inText[key] && toolbar.querySelector(`[data-md-button=${inText[key]}]`)) ||
      (anywhere[key] && form.querySelector(`[data-press=${anywhere[key]}]`));
    if (!button) return;
    event.preventDefault();
    if (event.repeat || (event.target === body && MARKS[key] && leave(MARKS[key]))) return;
    button.click();
  });

  document.getElementById("id_title").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    body.focus();
  });

  const isInCode = (before) => (before.match(/^ {0,3}(```|~~~)/gm) || []).length % 2 === 1;

  // The next item of a list, the next line of a quote; on one that is empty yet, their end.
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const { value, selectionStart: at } = body;
    if (at !== body.selectionEnd) return;
    const start = value.lastIndexOf("\n", at - 1) + 1;
    const line = value.slice(start, at);
    const [, quote, marker, gap, text] = line.match(/^((?:[ \t]*>)*[ \t]*)(?:([-*+]|\d{1,9}[.)])([ \t]+))?(.*)$/s);
    if ((!marker && !quote.includes(">")) || isInCode(value.slice(0, start))) return;
    event.preventDefault();
    if (!text.trim()) {
      if (value[at] && value[at] !== "\n") return void insert("\n");
      body.setSelectionRange(start, at);
      // A blank line, without which what follows would belong to it.
      replaceSelection(() => (marker && quote.includes(">") ? quote : "\n"));
      return;
    }
    const next = marker && (/\d/.test(marker) ? `${parseInt(marker, 10) + 1}${marker.slice(-1)}` : marker) + gap;
    insert(`\n${quote}${next || ""}`);
  });
})();
