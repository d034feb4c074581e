// Only nicer: every page works without it. It stands in the head, so that colours are right from the first paint; the
// rest waits for the page. Nothing is kept in the browser unless the reader asks for it by a button or a box.
"use strict";

const store = {
  get(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null; // Storage is switched off, or holds somebody else's.
    }
  },
  set(name, value) {
    try {
      if (value) localStorage.setItem(name, JSON.stringify(value));
      else localStorage.removeItem(name);
    } catch {
      // Storage is switched off or full: nothing is kept.
    }
  },
};

const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const root = document.documentElement;
const paint = (scheme) => (scheme ? (root.dataset.scheme = scheme) : delete root.dataset.scheme);
paint(store.get("scheme"));

document.addEventListener("DOMContentLoaded", () => {
  schemes(document.getElementById("scheme"));
  unfold();
  addEventListener("hashchange", unfold);
  const form = document.getElementById("comment-form");
  if (form) {
    answers(form);
    remembered(form);
  }
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

// "Reply" brings the form to the letter instead of loading the page anew.
function answers(form) {
  const respond = document.getElementById("respond");
  const heading = respond.querySelector("h2");
  const answering = document.getElementById("answering");
  const quote = answering.querySelector("blockquote");
  const home = document.createComment("the form's place");
  const plainHeading = heading.textContent;
  respond.before(home);

  function set(parent, words) {
    form.elements.parent.value = parent;
    answering.hidden = !parent;
    heading.textContent = words;
    form.elements.body.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const letter = link.closest(".letter");
    const words = letter.querySelector(".e-content").textContent.trim().split(/\s+/);
    quote.textContent = words.slice(0, 30).join(" ") + (words.length > 30 ? " …" : "");
    letter.after(respond);
    set(link.closest("li").id.replace("comment-", ""), link.getAttribute("aria-label"));
  });
  // A page that was loaded as a reply has another address: leave it the ordinary way.
  if (form.elements.parent.value) return;
  document.getElementById("cancel-reply").addEventListener("click", (event) => {
    event.preventDefault();
    home.after(respond);
    set("", plainHeading);
  });
}

// The name and address of somebody who asked to be remembered stay in this browser, and are filled in here.
function remembered(form) {
  const { remember } = form.elements;
  if (!remember) return;
  const fields = ["name", "email", "url"];
  const saved = store.get("commenter") || {};
  for (const name of fields) form.elements[name].value ||= saved[name] || "";
  remember.checked ||= Boolean(saved.name);
  form.addEventListener("submit", () => {
    const typed = fields.map((name) => [name, form.elements[name].value]);
    store.set("commenter", remember.checked && Object.fromEntries(typed));
  });
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
