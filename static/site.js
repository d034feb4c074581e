// Only nicer: every page works without it. It stands in the head, so that colours are right from the first paint; the
// rest waits for the page. The browser keeps what its reader asks for, and a comment's text until it is sent; no more.
"use strict";

const keptIn = (area) => ({
  get(name) {
    try {
      return JSON.parse(area().getItem(name));
    } catch {
      return null; // Storage is switched off, or holds somebody else's.
    }
  },
  set(name, value) {
    try {
      if (value) area().setItem(name, JSON.stringify(value));
      else area().removeItem(name);
    } catch {
      // Storage is switched off or full: nothing is kept.
    }
  },
});
const store = keptIn(() => localStorage);
const tab = keptIn(() => sessionStorage);

// The texts of comments that were typed and not sent: {address of the form, and what it answers: {text, time}}, the
// last twenty of thirty days.
const drafts = {
  all: () => store.get("drafts") || {},
  get: (key) => (drafts.all()[key] || {}).text || "",
  set(key, text) {
    const { [key]: _before, ...others } = drafts.all();
    if (text.trim()) others[key] = { text, time: Date.now() };
    const young = Object.entries(others).filter(([, draft]) => draft && Date.now() - draft.time < 30 * 24 * 3600 * 1000);
    store.set("drafts", young.length && Object.fromEntries(young.slice(-20)));
  },
};

const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const root = document.documentElement;
const paint = (scheme) => (scheme ? (root.dataset.scheme = scheme) : delete root.dataset.scheme);
paint(store.get("scheme"));

document.addEventListener("DOMContentLoaded", () => {
  // The first page after a form was sent: the comment's own if the blog has it.
  const sent = tab.get("sent");
  const isIn = sent && location.href !== sent.from && /^#comment-\d+$/.test(location.hash);
  tab.set("sent");
  drafts.set(isIn ? sent.key : "", "");
  const form = document.getElementById("comment-form");
  if (form) {
    owns(form, isIn ? sent : null);
    previews(form);
    writes(form, isIn ? null : sent);
    remembered(form);
  }
  const forget = document.getElementById("forget");
  if (forget) forget.addEventListener("submit", () => ["commenter", "drafts"].forEach((name) => store.set(name)));
  schemes(document.getElementById("scheme"));
  unfold();
  addEventListener("hashchange", unfold);
  const visits = document.getElementById("visits");
  if (visits) news(visits);
});

// Light, dark, or as the system has it.
function schemes(group) {
  const { light, dark, auto } = group.dataset;
  const names = [
    ["light", light],
    ["dark", dark],
    ["", auto],
  ];
  const buttons = names.map(([value, textContent]) => make("button", { className: "plain", value, textContent }));
  const press = (scheme) => buttons.forEach((b) => b.setAttribute("aria-pressed", b.value === scheme));
  press(store.get("scheme") || "");
  group.append(...buttons.flatMap((button) => [button, " "]));
  group.hidden = false;
  group.addEventListener("click", ({ target: { value, tagName } }) => {
    if (tagName !== "BUTTON") return;
    store.set("scheme", value);
    paint(value);
    press(value);
  });
}

// A link into a folded branch opens it, in browsers that don't do so themselves. What an old link names, and stands on
// another page by now, is asked for by its number.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const [anchor, number] = location.hash.match(/^#comment-(\d+)$/) || [];
  // Once: where a cache has an older page, that doesn't have it either.
  const isAsked = document.referrer.startsWith(location.origin + location.pathname);
  if (number && !target && !isAsked && document.getElementById("comments")) {
    location.replace(`${location.pathname}?comment=${number}${anchor}`);
    return;
  }
  const fold = target && target.closest("details:not([open])");
  if (fold) {
    fold.open = true;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  }
}

// "Reply" brings the form to the letter instead of loading the page anew. What is typed is kept until the blog has it,
// each text with what it answers.
function writes(form, sent) {
  const { body, parent } = form.elements;
  const respond = document.getElementById("respond");
  const heading = respond.querySelector("h2");
  const answering = document.getElementById("answering");
  const note = document.getElementById("draft");
  const replies = '.reply > [rel="nofollow"]'; // not the links in a text
  const home = document.createComment("the form's place");
  const plainHeading = heading.textContent;
  const path = new URL(form.action).pathname;
  // A page that was loaded as a reply has another address: leave it the ordinary way.
  const isReply = Boolean(parent.value);
  const key = () => path + parent.value;
  let isTyped = Boolean(body.value);
  const both = (...texts) => texts.filter(Boolean).join("\n\n");
  const replyLink = (pk) => {
    const item = document.getElementById(`comment-${pk}`);
    return item && item.querySelector(`:scope > .letter ${replies}`);
  };
  respond.before(home);

  function showNote() {
    note.hidden = !drafts.get(key());
  }

  function keep() {
    drafts.set(key(), body.value);
    showNote();
    form.dispatchEvent(new Event("typed"));
  }

  // Below the letter of that link, or home again. The browser's history knows it too: Back leads to the form as it was.
  function put(link) {
    const letter = link && link.closest(".letter");
    const fold = letter && letter.closest("details");
    if (fold) fold.open = true;
    if (letter) {
      const words = letter.querySelector(".e-content").textContent.trim().split(/\s+/);
      answering.querySelector("blockquote").textContent = words.slice(0, 30).join(" ") + (words.length > 30 ? " …" : "");
    }
    (letter || home).after(respond);
    parent.value = link ? link.closest("li").id.replace("comment-", "") : "";
    answering.hidden = !link;
    heading.textContent = link ? link.getAttribute("aria-label") : plainHeading;
    history.replaceState({ ...history.state, answers: parent.value }, "");
  }

  // Words that were written here go with the form; what was kept for that place stands before them. Words that were
  // only brought back stay where they were: another tab may be at them.
  function move(link) {
    if (link && !isTyped) body.value = "";
    if (body.value) drafts.set(key(), "");
    put(link);
    const before = drafts.get(key());
    if (before !== body.value) body.value = both(before, body.value);
    keep();
    body.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(replies);
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    move(link);
  });
  document.getElementById("cancel-reply").addEventListener("click", (event) => {
    if (isReply) {
      drafts.set(key(), "");
      drafts.set(path, both(drafts.get(path), body.value));
    } else {
      event.preventDefault();
      move();
    }
  });
  body.addEventListener("input", () => {
    isTyped = true;
    keep();
  });
  form.addEventListener("submit", () => {
    keep();
    tab.set("sent", { key: key(), from: location.href, own: form.elements.key.value });
  });
  // A page that comes back as it was left is none that tells of an arrival.
  addEventListener("pageshow", ({ persisted }) => persisted && tab.set("sent"));

  const discard = make("button", { type: "button", className: "plain", textContent: note.dataset.discard });
  discard.addEventListener("click", () => {
    body.value = "";
    keep();
    body.focus();
  });
  note.append(" ", discard);

  const answered = (history.state || {}).answers;
  if (answered && replyLink(answered)) put(replyLink(answered));
  else if (answered) parent.value = answered;
  else if (!body.value && !isReply) {
    // The newest text whose place is on this page.
    const places = Object.keys(drafts.all()).filter((name) => name.startsWith(path));
    const newest = places.map((name) => name.slice(path.length)).reverse().find((pk) => !pk || replyLink(pk));
    if (newest) put(replyLink(newest));
  }
  // The answer to a form has the words, and may have taken them from what they answered.
  if (sent && location.pathname === path && body.value) {
    drafts.set(sent.key, "");
    keep();
  }
  body.value ||= drafts.get(key());
  showNote();
}

// Below one's own comment a link to where it can be changed, with the key that was sent with it and stays in this tab.
function owns(form, sent) {
  const mine = document.getElementById("mine");
  const own = tab.get("own") || {};
  if (sent && sent.own && !location.search) own[location.hash.slice(1)] = sent.own;
  tab.set("own", Object.keys(own).length && own);
  for (const [id, key] of Object.entries(own)) {
    const letter = document.querySelector(`#${id}.h-cite > .letter`);
    if (!letter || !mine) continue;
    const href = `${mine.getAttribute("href")}${id.replace("comment-", "")}/?key=${key}`;
    const line = make("p", { className: "reply" });
    line.append(make("a", { href, textContent: mine.dataset.own }));
    letter.append(line);
  }
  const value = [...crypto.getRandomValues(new Uint32Array(8))].join("");
  form.append(make("input", { type: "hidden", name: "key", value }));
}

// The text as the blog sets it, below the field, whenever its writer pauses.
function previews(form) {
  const { body, preview } = form.elements;
  if (!preview) return;
  const text = make("div", { className: "e-content", dir: "auto" });
  const label = make("p", { className: "help", role: "status" });
  const shown = make("div", { className: "letter preview", tabIndex: -1, hidden: true });
  let timer;
  let newest;
  shown.append(label, text);
  body.after(shown);

  async function show() {
    clearTimeout(timer);
    const typed = (newest = body.value);
    try {
      const answer = await fetch(preview.value, { method: "POST", body: new URLSearchParams({ body: typed }) });
      const html = await answer.text();
      if (!answer.ok || typed !== newest) return false;
      text.innerHTML = html;
    } catch {
      return false; // The blog can't be reached.
    }
    shown.hidden = !text.textContent;
    // Said once: whoever listens is still writing.
    label.textContent ||= preview.textContent;
    return !shown.hidden;
  }

  form.addEventListener("typed", () => {
    clearTimeout(timer);
    newest = "";
    if (body.value.trim()) timer = setTimeout(show, 800);
    else shown.hidden = true;
  });
  // By the button at once; where that fails, the blog's own page says why.
  preview.addEventListener("click", async (event) => {
    event.preventDefault();
    if (await show()) shown.focus();
    else form.requestSubmit(preview);
  });
}

// The name and address of somebody who asked to be remembered stay in this browser, and are filled in here.
function remembered(form) {
  const { remember } = form.elements;
  if (!remember) return;
  const fields = ["name", "email", "url"];
  const saved = store.get("commenter");
  for (const name of fields) form.elements[name].value ||= (saved || {})[name] || "";
  remember.checked ||= Boolean(saved);
  const save = () => {
    const typed = fields.map((name) => [name, form.elements[name].value]);
    store.set("commenter", remember.checked && Object.fromEntries(typed));
  };
  form.addEventListener("change", save);
  form.addEventListener("submit", save);
}

// What is new since the last visit: {path: [numbers of the comments seen]} of the last hundred posts, kept in this
// browser alone, and only once the reader has asked for it.
function news(visits) {
  const button = make("button", { className: "plain", textContent: visits.dataset.ask });
  const letters = [...document.querySelectorAll(".thread .h-cite")];
  const ids = letters.map((item) => item.id);
  const path = location.pathname;
  const seen = new Map(Object.entries(store.get("seen") || {}));
  const asked = () => button.getAttribute("aria-pressed") === "true";

  function keep() {
    const before = seen.get(path) || [];
    seen.delete(path);
    seen.set(path, [...new Set([...before, ...ids])]);
    store.set("seen", asked() && Object.fromEntries([...seen].slice(-100)));
  }

  const before = seen.get(path);
  const fresh = before ? letters.filter((item) => !before.includes(item.id)) : [];
  for (const item of fresh) {
    item.querySelector(".line").prepend(make("span", { className: "stamp", textContent: visits.dataset.new }), " ");
  }
  visits.append(button);
  if (fresh.length) {
    const textContent = `${visits.dataset.first} (${fresh.length})`;
    visits.append(" ", make("a", { href: `#${fresh[0].id}`, textContent }));
  }
  button.setAttribute("aria-pressed", seen.size > 0);
  visits.hidden = false;
  if (asked()) keep();
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", !asked());
    keep();
  });
}
