// What is typed is kept on the server every few seconds, and in this browser where the server can't be reached. What was
// kept here and never arrived is sent when an editor is opened next; the server then offers it.
"use strict";

(() => {
  const notice = document.getElementById("recovery");
  const form = notice && document.getElementById("post_form");
  if (!form) return;

  const PAUSE = 2500; // ms between two looks at the form: so much typing, and the way to the server, is lost at most
  const LONGEST_PAUSE = 30_000; // … while the server can't be reached
  const PATIENCE = 10_000; // ms for an answer
  const MOST_UNDERWAY = 3; // texts that the server has not answered
  const MOST_AT_THE_END = 60_000; // bytes that browsers send for a page that is left
  const LONGEST_KEPT = 90 * 24 * 3600 * 1000;
  const { url, newUrl, page, timeZone } = notice.dataset;
  const words = JSON.parse(notice.dataset.words);
  const own = (name) => form.elements[`autosave_${name}`].value;
  const key = own("key");
  const opened = location.search.includes("restore=") ? location.href : page; // what is in the form is not offered again
  const slot = (of) => `unsaved ${own("account")} ${of}`;

  // --- What the form holds

  const isField = ({ name, type, disabled }) =>
    name && !disabled && !/^(_|autosave_|csrfmiddlewaretoken$)/.test(name) && !/^(file|submit|button|reset|image)$/.test(type);

  // Of Django's pair of lists the right one holds what is chosen, whether or not it is marked.
  const isLeftList = (field) => field.id.endsWith("_from") && document.getElementById(field.id.replace(/_from$/, "_to"));
  const isRightList = (field) => field.id.endsWith("_to") && document.getElementById(field.id.replace(/_to$/, "_from"));

  function chosen(field, asOpened) {
    const options = [...field.options];
    if (field.multiple && isLeftList(field)) return [];
    if (field.multiple && isRightList(field)) return options;
    const found = options.filter((option) => (asOpened ? option.defaultSelected : option.selected));
    return found.length || field.multiple ? found : options.slice(0, 1);
  }

  function valuesOf(field, asOpened) {
    if (field.options) return chosen(field, asOpened).map(({ value }) => value).sort();
    if (/^(checkbox|radio)$/.test(field.type)) {
      return (asOpened ? field.defaultChecked : field.checked) ? [field.value] : [];
    }
    return [asOpened ? field.defaultValue : field.value];
  }

  // [[name, value], …], in an order that does not hang on where a field stands.
  function read(asOpened = false) {
    const found = [...form.elements].filter(isField);
    const entries = found.flatMap((field) => valuesOf(field, asOpened).map((value) => [field.name, value]));
    return entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  // What the server has, as text; a browser may have filled the fields anew by itself.
  let kept = JSON.stringify(read(true));
  const current = () => JSON.stringify(read());
  const isUnsaved = () => current() !== kept;

  // --- What this browser keeps

  const store = {
    all() {
      try {
        return Object.keys(localStorage).filter((name) => name.startsWith(slot("")) && name !== slot(key));
      } catch {
        return []; // Storage is switched off.
      }
    },
    get(name) {
      try {
        return JSON.parse(localStorage.getItem(name));
      } catch {
        return null;
      }
    },
    remove(name) {
      try {
        localStorage.removeItem(name);
      } catch {
        // As above.
      }
    },
  };

  // False where the browser keeps nothing, or is full.
  function keepHere() {
    const text = { url, from: own("from"), seen: own("modified_at"), time: now(), fields: read() };
    try {
      localStorage.setItem(slot(key), JSON.stringify(text));
      return true;
    } catch {
      return false;
    }
  }

  // --- To the server

  // Of two texts of this form the later one counts, whichever arrives last; a clock that is set back changes nothing.
  const begun = Math.max(Date.now(), Number(own("typed_at")) + 1) - performance.now();
  const now = () => Math.round(begun + performance.now());

  function body(fields, { at, of = key, from = own("from"), seen = own("modified_at") }) {
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    data.append("autosave_key", of);
    data.append("autosave_from", from);
    data.append("autosave_modified_at", seen);
    data.append("autosave_typed_at", at);
    data.append("autosave_account", own("account"));
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return data;
  }

  // The server's answer; { error } where nothing was kept.
  async function post(to, makeBody, options = {}, again = true) {
    let answer;
    try {
      const response = await fetch(to, { method: "POST", body: makeBody(), redirect: "manual", ...options });
      answer = await response.json();
    } catch {
      return { error: "no-connection" };
    }
    if (!answer.token || !again) return answer;
    // Somebody has logged in again, in another window: with the new token all goes on, and the form can be saved.
    form.elements.csrfmiddlewaretoken.value = answer.token;
    return post(to, makeBody, options, false);
  }

  // What is on its way, the newest of it, and how many answers are out.
  const underway = new Set();
  let sending = kept;
  let sends = 0;
  let lastArrived = 0;
  let failures = 0;
  let nextTry = 0;
  let isSent = false;

  async function send(options = {}) {
    const text = current();
    const number = (sends += 1);
    const at = now();
    const stopper = new AbortController();
    const timer = setTimeout(() => stopper.abort(), PATIENCE);
    sending = text;
    underway.add(stopper);
    const answer = await post(url, () => body(JSON.parse(text), { at }), { signal: stopper.signal, ...options });
    clearTimeout(timer);
    if (!underway.delete(stopper)) return; // the form was sent meanwhile
    if (!answer.error) return arrived(answer, text, number);
    if (sending === text) sending = kept;
    failed(answer);
  }

  function arrived(answer, text, number) {
    if (number < lastArrived) return;
    lastArrived = number;
    kept = text;
    failures = 0;
    nextTry = 0;
    if (number === sends) store.remove(slot(key));
    tell(fill(words.saved, { time: clock(answer.saved_at) }), "");
    const { other: name, since, is_own: isOwn, is_newer: isNewer } = answer;
    note("elsewhere", since ? fill(isOwn ? words.own : words.other, { name, time: clock(since) }) : "");
    note("newer", isNewer ? words.newer : "");
    // A reload shows what is stored, and offers the newest.
    if (location.search.includes("restore=")) history.replaceState(history.state, "", page);
  }

  function failed(answer) {
    failures += 1;
    nextTry = Date.now() + Math.min(PAUSE * (failures - 1), LONGEST_PAUSE);
    const isHere = keepHere();
    tell(isHere ? words[answer.error] || answer.message : words.nowhere, answer.error);
  }

  function look() {
    if (isSent || !isUnsaved()) return;
    // The server takes its time, or is away: until it answers the browser has the text too.
    if (underway.size || failures) keepHere();
    const isNew = current() !== sending || !underway.size;
    // The first makes the row that the others change.
    const most = lastArrived ? MOST_UNDERWAY : 1;
    if (isNew && underway.size < most && Date.now() >= nextTry) send();
  }

  setInterval(look, PAUSE);
  addEventListener("online", () => {
    nextTry = 0;
    look();
  });

  // --- What is said of it

  const state = document.getElementById("autosave-state");
  const [shown, spoken, login] = state.children;
  let last = null;

  const clock = (time) =>
    new Date(time).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });

  const fill = (sentence, values) => sentence.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

  function note(about, sentence) {
    const place = notice.querySelector(`[data-told=${about}]`);
    if (place.textContent !== sentence) place.textContent = sentence;
    place.hidden = !sentence;
  }

  function tell(message, problem) {
    shown.textContent = message;
    state.classList.toggle("failed", Boolean(problem));
    login.hidden = problem !== "logged-out";
    if (problem === last) return;
    last = problem;
    spoken.textContent = message;
  }

  // --- Leaving

  function leave() {
    if (isSent || !isUnsaved()) return;
    keepHere();
    send({ keepalive: new Blob([current()]).size < MOST_AT_THE_END });
  }

  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("pagehide", leave);
  addEventListener("beforeunload", (event) => {
    if (!isSent && isUnsaved()) event.preventDefault();
  });

  // Last of all: another script may stop it.
  addEventListener("submit", (event) => {
    if (event.target !== form || event.defaultPrevented || event.submitter?.formTarget === "_blank") return;
    if (isUnsaved()) keepHere();
    form.elements.autosave_typed_at.value = now();
    isSent = true;
    for (const stopper of underway) stopper.abort();
    underway.clear();
  });
  const goOn = () => (isSent = false);
  form.addEventListener("input", goOn);
  addEventListener("pageshow", goOn);

  // --- What never arrived

  function forgetSaved() {
    const [, name, saved = ""] = document.cookie.match(/(?:^|; )((?:__Secure-)?saved_forms)=([^;]*)/) || [];
    // This page is the server's answer to its own form: it has the words.
    for (const each of [...saved.split("."), key]) store.remove(slot(each));
    const path = new URL("../../..", new URL(newUrl, location)).pathname;
    const secure = location.protocol === "https:" ? "; secure" : "";
    if (saved) document.cookie = `${name}=; path=${path}; max-age=0${secure}`;
  }

  // False where the server could not be asked.
  async function sendOld(name) {
    const text = store.get(name);
    if (!text || !Array.isArray(text.fields) || Date.now() - text.time > LONGEST_KEPT) {
      store.remove(name);
      return true;
    }
    const old = () => body(text.fields, { at: text.time, of: name.slice(slot("").length), from: text.from, seen: text.seen });
    const stopper = new AbortController();
    const timer = setTimeout(() => stopper.abort(), PATIENCE);
    let answer = await post(text.url, old, { signal: stopper.signal });
    // Its post is gone: the words may become another.
    if (answer.error === "gone" && text.url !== newUrl) answer = await post(newUrl, old, { signal: stopper.signal });
    clearTimeout(timer);
    if (!answer.error) store.remove(name);
    return answer.error !== "no-connection";
  }

  async function showOffers() {
    const fresh = await (await fetch(opened)).text();
    const offers = new DOMParser().parseFromString(fresh, "text/html").getElementById("recovery-offers");
    if (offers) document.getElementById("recovery-offers").replaceWith(offers);
  }

  // What the server refuses stays here for the next editor that is opened; where it is away, that is not waited for.
  async function sendAllOld(names, isNews = false, pause = PAUSE) {
    const unasked = [];
    for (const name of names) if (!(await sendOld(name))) unasked.push(name);
    isNews ||= unasked.length < names.length;
    if (isNews) isNews = await showOffers().then(() => false, () => true);
    if (!unasked.length && !isNews) return;
    setTimeout(() => sendAllOld(unasked, isNews, Math.min(2 * pause, LONGEST_PAUSE)), pause);
  }

  forgetSaved();
  sendAllOld(store.all()); // when an editor is opened next
})();
