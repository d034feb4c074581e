// The text of a post in its form, or somebody's bio, as the other scripts of the editor read and change it.
//
//   postEditor.form, postEditor.body      the form and its textarea
//   postEditor.insert(markdown, { block }) puts it in place of what is selected; with `block`, between blank lines
//   postEditor.replaceSelection(change)   `change(selected, before, after)` returns the new text, or
//                                         { text, select: [start, end] } to say what of it is selected then
//   postEditor.onInput(callback, wait)    calls back `wait` ms after the last change of any field of the form
//
// Whatever they change, the browser's Undo takes back, and the field tells of it with an "input" event.
"use strict";

(() => {
  const body = document.getElementById("id_body") || document.getElementById("id_bio");
  if (!body) return;

  // More than this takes browsers seconds to insert in a way that can be undone.
  const MOST_UNDOABLE = 50_000;

  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

  function write(text) {
    const { selectionStart: start, selectionEnd: end, value } = body;
    const wanted = value.slice(0, start) + text + value.slice(end);
    body.focus();
    if (text.length < MOST_UNDOABLE) {
      // An empty text would insert nothing, and leave what is selected. Line by line, as "insertText" puts them in,
      // Chromium takes seconds for a page; as HTML it takes them all at once, and Firefox takes none.
      if (!text) document.execCommand("delete");
      else if (!text.includes("\n") || !document.execCommand("insertHTML", false, escape(text))) {
        document.execCommand("insertText", false, text);
      }
    }
    const isDone = body.value === wanted;
    if (!isDone) body.setRangeText(wanted, 0, body.value.length);
    body.setSelectionRange(start + text.length, start + text.length);
    if (!isDone) body.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
  }

  function replaceSelection(change) {
    const { selectionStart: start, selectionEnd: end, value } = body;
    const answer = change(value.slice(start, end), value.slice(0, start), value.slice(end));
    if (answer === null || answer === undefined) return;
    const { text, select } = typeof answer === "string" ? { text: answer } : answer;
    if (text || start !== end) write(text);
    if (select) body.setSelectionRange(start + select[0], start + select[1]);
  }

  const missing = (found) => "\n".repeat(Math.max(0, 2 - found));

  function insert(markdown, { block = false } = {}) {
    replaceSelection((_selected, before, after) => {
      if (!block) return markdown;
      const above = before.trim() ? missing(before.match(/\n*$/)[0].length) : "";
      const below = after.trim() ? missing(after.match(/^\n*/)[0].length) : "\n";
      return above + markdown + below;
    });
  }

  function onInput(callback, wait = 0) {
    let timer = null;
    const soon = (event) => {
      clearTimeout(timer);
      timer = setTimeout(() => callback(event), wait);
    };
    body.form.addEventListener("input", soon);
    body.form.addEventListener("change", soon);
  }

  window.postEditor = { form: body.form, body, insert, replaceSelection, onInput };
})();
