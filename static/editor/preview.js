// The preview beside the text, or in its place where there is no room: the server renders what is typed, and a frame in
// which no script runs shows it.
"use strict";

(() => {
  const pane = document.getElementById("live-preview");
  const { form, body, onInput } = window.postEditor || {};
  if (!pane || !form) return;
  const frame = pane.querySelector("iframe");
  const words = pane.dataset;
  const place = pane.parentElement;
  const bar = place.querySelector(".live-switch");
  const [write, show] = ["live-write", "live-show"].map((id) => document.getElementById(id));
  const state = bar.querySelector(".live-state");
  const isWide = matchMedia("(min-width: 64em)");

  const SENT = ["csrfmiddlewaretoken", "title", "body", "body_format", "language", "picture"];
  const PAUSE = 120; // ms after the last key
  const PATIENCE = 500; // ms before it is said that this takes a moment
  const LONG = 20_000; // characters, from which on the server takes seconds: there one is asked for at a time
  const KEY = "editor-live-preview";

  let isOn = false;
  let shown = null; // what was sent for what is shown
  let asking = null; // the AbortController of the request that is under way
  let isReady = false; // the frame has its page

  // --- Asking

  const typed = () => {
    const data = new FormData();
    for (const name of SENT) if (form.elements[name]) data.set(name, form.elements[name].value);
    return data;
  };
  const mark = (data) => JSON.stringify([...data].slice(1));

  async function update() {
    if (!isOn) return;
    const data = typed();
    const sent = mark(data);
    if (sent === shown) return void tell("");
    if (asking && body.value.length > LONG) return;
    asking?.abort();
    const mine = (asking = new AbortController());
    const patience = setTimeout(() => tell(words.waiting), PATIENCE);
    try {
      const page = await ask(data, mine.signal);
      if (mine !== asking) return;
      put(page);
      shown = sent;
      tell("");
    } catch (problem) {
      if (mine !== asking) return;
      tell(words[problem.message] || words.unreachable);
    } finally {
      clearTimeout(patience);
      if (mine === asking) {
        asking = null;
        // What was typed meanwhile.
        if (shown === sent && mark(typed()) !== sent) update();
      }
    }
  }

  async function ask(data, signal) {
    const answer = await fetch(words.url, { method: "POST", body: data, signal, redirect: "manual" });
    if (answer.ok) return answer.text();
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("session");
    throw new Error(answer.status === 400 || answer.status === 413 ? "tooLarge" : "failed");
  }

  function tell(text) {
    if (state.textContent !== text) state.textContent = text;
  }

  // --- Showing

  function put(page) {
    const next = new DOMParser().parseFromString(page, "text/html");
    if (!isReady) {
      frame.addEventListener("load", ready, { once: true });
      frame.srcdoc = page;
      return;
    }
    patch(frame.contentDocument.body, next.body);
    measure();
    follow();
  }

  function ready() {
    isReady = true;
    const page = frame.contentDocument;
    page.documentElement.style.colorScheme = getComputedStyle(document.documentElement).colorScheme;
    page.addEventListener("scroll", lead);
    page.addEventListener("click", stay);
    measure();
    follow();
  }

  // A link to a place of the page itself: a frame without an address has none to lead to.
  function stay(event) {
    const hash = event.target.closest?.("a[href^='#']")?.getAttribute("href");
    if (!hash) return;
    event.preventDefault();
    frame.contentDocument.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
  }

  // Changes only what is another: pictures stay where they are, and nothing jumps.
  function patch(old, next) {
    const was = [...old.childNodes];
    const will = [...next.childNodes];
    const most = Math.min(was.length, will.length);
    let head = 0;
    while (head < most && was[head].isEqualNode(will[head])) head += 1;
    let tail = 0;
    while (tail < most - head && was.at(-1 - tail).isEqualNode(will.at(-1 - tail))) tail += 1;
    const goes = was.slice(head, was.length - tail);
    const comes = will.slice(head, will.length - tail);
    if (goes.length === 1 && comes.length === 1 && areAlike(goes[0], comes[0])) return void patch(goes[0], comes[0]);
    const before = was[was.length - tail] || null;
    for (const node of goes) node.remove();
    for (const node of comes) old.insertBefore(old.ownerDocument.importNode(node, true), before);
  }

  const areAlike = (one, other) =>
    one.matches?.("main, article, .prose") && one.cloneNode(false).isEqualNode(other.cloneNode(false));

  // --- Scrolling in step: by blocks where text and page have as many, or else by headings, or else by their length

  let stops = [[0, 0], [1, 1]]; // [part of the text's height, part of the page's height], in order
  let leader = "text";

  function measure() {
    const page = frame.contentDocument;
    const prose = page.querySelector(".prose");
    const whole = page.documentElement.scrollHeight;
    const rows = rowsOf(body.value);
    const top = (element) => (element.getBoundingClientRect().top + page.scrollingElement.scrollTop) / whole;
    for (const [starts, elements] of [
      [rows.blocks, [...prose.children].filter((child) => !child.matches(".footnote"))],
      [rows.headings, [...prose.querySelectorAll("h1, h2, h3, h4, h5, h6")]],
    ]) {
      if (starts.length && starts.length === elements.length) {
        const pairs = starts.map((start, number) => [start / rows.all, top(elements[number])]);
        stops = [[0, 0], ...pairs.filter(([start, at]) => start > 0 && at > 0), [1, 1]];
        return;
      }
    }
    stops = [[0, 0], [1, 1]];
  }

  // In which row of the field each block and each heading begins, as wide as the field is.
  function rowsOf(text) {
    const style = getComputedStyle(body);
    const width = body.clientWidth / (parseFloat(style.fontSize) * 0.47);
    const found = { blocks: [], headings: [], all: 0 };
    let inCode = false;
    let above = "";
    for (const line of text.split("\n")) {
      if (!above.trim() && line.trim() && !inCode) found.blocks.push(found.all);
      if (/^ {0,3}#{1,6}\s/.test(line) && !inCode) found.headings.push(found.all);
      if (/^ {0,3}(```|~~~)/.test(line)) inCode = !inCode;
      found.all += Math.max(1, Math.ceil(line.length / width));
      above = line;
    }
    return found;
  }

  function along(part, from, to) {
    const next = Math.max(1, stops.findIndex((stop) => stop[from] >= part));
    const [start, end] = [stops[next - 1], stops[next]];
    const span = end[from] - start[from];
    return start[to] + (span ? (part - start[from]) / span : 0) * (end[to] - start[to]);
  }

  const room = (element) => element.scrollHeight - element.clientHeight;

  // The page goes where the text is; or, where all of the text is in sight, to where somebody writes.
  function follow() {
    if (!isReady || leader !== "text") return;
    const page = frame.contentDocument.scrollingElement;
    if (room(body) > 1) {
      const isAtEnd = body.scrollTop >= room(body) - 1;
      page.scrollTop = isAtEnd ? room(page) : along(body.scrollTop / body.scrollHeight, 0, 1) * page.scrollHeight;
    } else {
      const all = rowsOf(body.value).all || 1;
      const at = along(rowsOf(body.value.slice(0, body.selectionStart)).all / all, 0, 1) * page.scrollHeight;
      page.scrollTop = at - page.clientHeight / 2;
    }
  }

  function lead() {
    if (leader !== "preview") return;
    const page = frame.contentDocument.scrollingElement;
    const isAtEnd = page.scrollTop >= room(page) - 1;
    body.scrollTop = isAtEnd ? room(body) : along(page.scrollTop / page.scrollHeight, 1, 0) * body.scrollHeight;
  }

  for (const event of ["pointerenter", "focus", "keydown"]) body.addEventListener(event, () => (leader = "text"));
  frame.addEventListener("pointerenter", () => (leader = "preview"));
  frame.addEventListener("focus", () => (leader = "preview"));
  body.addEventListener("scroll", () => requestAnimationFrame(follow), { passive: true });

  // --- On and off

  function set(on) {
    isOn = on;
    place.classList.toggle("is-live", on);
    pane.hidden = !on;
    write.setAttribute("aria-pressed", String(!on));
    show.setAttribute("aria-pressed", String(on));
    tell("");
    if (on) update().then(follow);
  }

  function choose(on) {
    set(on);
    if (!isWide.matches) return;
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // Storage is switched off: it holds for this page.
    }
  }

  write.addEventListener("click", () => choose(false));
  // Beside the text it is switched on and off; in its place one goes there, and back to the text.
  show.addEventListener("click", () => choose(isWide.matches ? !isOn : true));
  isWide.addEventListener("change", () => set(isOn && isWide.matches));
  onInput(update, PAUSE);
  addEventListener("focus", update);
  bar.hidden = false;
  try {
    if (isWide.matches && localStorage.getItem(KEY) === "on") set(true);
  } catch {
    // As above.
  }
})();
