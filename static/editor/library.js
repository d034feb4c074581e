// The library's dialog, and where pictures go: into the text, on top of the post, or into the list.
"use strict";

(() => {
  if (!window.pictures) return;
  const { add, take, bring, show, words } = window.pictures;
  const dialog = document.getElementById("picture-library");
  const grid = dialog.querySelector(".picture-grid");
  const told = dialog.querySelector(".picture-told");
  const more = dialog.querySelector("[data-more]");
  const search = dialog.querySelector("input[type=search]");
  const found = new Map();
  let next = null;
  let asked = 0;
  // As in pictures.js: what becomes of what is chosen.
  let purpose = null;

  // --- The library

  async function load({ page = 1 } = {}) {
    const mine = ++asked;
    try {
      const answer = await fetch(`${words.library}?${new URLSearchParams({ q: search.value, page })}`);
      const { pictures, next: following } = await answer.json();
      if (mine !== asked) return;
      if (page === 1) grid.replaceChildren();
      const cards = pictures.map(card);
      grid.append(...cards);
      next = following;
      more.hidden = !next;
      told.textContent = grid.children.length ? "" : words.nothingFound;
      if (page > 1) cards[0]?.querySelector("input").focus();
    } catch {
      if (mine === asked) told.textContent = navigator.onLine ? words.loggedOut : words.noConnection;
    }
  }

  function card(picture) {
    const element = document.getElementById("picture-card").content.firstElementChild.cloneNode(true);
    const part = (selector) => element.querySelector(selector);
    const name = picture.alt || picture.name;
    found.set(picture.id, picture);
    part("img").src = picture.thumbnail;
    part("input").type = purpose.single ? "radio" : "checkbox";
    part("input").value = picture.id;
    part(".picture-name").textContent = name;
    part("[data-uses]").setAttribute("aria-label", `${part("[data-uses]").textContent}: ${name}`);
    part("[data-uses]").addEventListener("click", () => uses(picture, part));
    return element;
  }

  const line = (text) => Object.assign(document.createElement("p"), { textContent: text });

  async function uses(picture, part) {
    const places = part(".picture-uses");
    const button = part("[data-uses]");
    if (button.getAttribute("aria-expanded") === "true") {
      button.setAttribute("aria-expanded", "false");
      return places.replaceChildren();
    }
    try {
      const answer = await (await fetch(words.uses.replace("/0/", `/${picture.id}/`))).json();
      const links = answer.places.map(({ name, address }) => {
        const place = line(address ? "" : name);
        if (address) place.append(Object.assign(document.createElement("a"), { href: address, textContent: name, target: "_blank" }));
        return place;
      });
      if (answer.hidden) links.push(line(words.hidden));
      places.replaceChildren(...(links.length ? links : [line(words.unused)]));
      button.setAttribute("aria-expanded", "true");
    } catch {
      places.textContent = words.noConnection;
    }
  }

  function open(given) {
    purpose = given;
    purpose.opened?.();
    grid.replaceChildren();
    search.value = "";
    dialog.showModal();
    search.focus();
    load();
  }

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(load, 250);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(typing);
    load();
  });
  more.addEventListener("click", () => load({ page: next }));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.querySelector("input[type=file]")?.addEventListener("change", (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    dialog.close();
    show(purpose);
    add(files);
  });

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = [...grid.querySelectorAll("input:checked")].map((box) => found.get(Number(box.value)));
    if (!chosen.length) return;
    dialog.close();
    show(purpose);
    for (const picture of chosen) take(picture);
    // What is described needs nothing more to be typed.
    if (chosen.every((picture) => picture.described)) document.querySelector("#add-pictures [data-insert]").click();
  });

  // --- The list of the library itself: files are described in place, and the list shows them

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = words.copied;
    });
  }
  const several = document.querySelector(".upload-several");
  const inList = {
    label: words.save,
    done() {
      const typed = [...document.querySelectorAll("#result_list input[type=text]")];
      // What was typed into the list is not thrown away for it.
      if (typed.every((field) => field.value === field.defaultValue)) return location.reload();
      several.querySelector("[role=status]").textContent = words.saved;
    },
  };
  several?.addEventListener("submit", (event) => {
    event.preventDefault();
    show(inList);
    add(several.elements.files.files);
    several.reset();
  });

  // --- The form of a post

  const editor = window.postEditor;
  // Below a bio there is no place for them without a script.
  const below = document.getElementById("bio-pictures");
  if (below && editor) (editor.body.closest(".flex-container") ?? editor.body).after(below.content.cloneNode(true));
  const root = document.getElementById("post-pictures");
  const isFiles = ({ dataTransfer, target }) => dataTransfer.types.includes("Files") && !target.closest("input[type=file]");

  // A file that is dropped beside a field would take the page's place in the window, and that of all that was typed.
  addEventListener("dragover", (event) => {
    if (isFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    const shown = document.getElementById("add-pictures").open ? window.pictures.purpose() : dialog.open && purpose;
    dialog.close();
    show(shown || (root && editor ? inText : inList));
    add(event.dataTransfer.files);
  });
  if (!root || !editor) return;
  const { body } = editor;

  for (const part of root.querySelectorAll("[data-with-script]")) part.hidden = false;
  for (const part of root.querySelectorAll("[data-without-script]:not([data-refused])")) part.hidden = true;

  // Where the cursor was: browsers forget it while a dialog stands before the text.
  let cursor = null;
  const inText = {
    format: () => document.getElementById("id_body_format")?.value,
    opened: () => (cursor ??= [body.selectionStart, body.selectionEnd]),
    done(pictures) {
      if (cursor) body.setSelectionRange(...cursor);
      editor.insert(pictures.map((picture) => picture.text).join("\n\n"), { block: true });
    },
  };
  document.addEventListener(
    "close",
    () => {
      if (!document.querySelector("dialog[open]")) cursor = null;
    },
    true,
  );

  root.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-open]")?.dataset.open;
    if (wanted === "add") show(inText);
    if (wanted === "library") open(inText);
  });
  document.querySelector("#add-pictures [data-open=library]").addEventListener("click", () => {
    const { purpose: current } = window.pictures;
    document.getElementById("add-pictures").close();
    open(current());
  });
  body.addEventListener("editor:picture", (event) => {
    event.preventDefault();
    show(inText);
  });
  document.addEventListener("pictures:changed", (event) => {
    root.querySelector("[data-left]").hidden = !event.detail;
  });
  // Before others that listen: a copied picture comes with a piece of a page that names it.
  addEventListener(
    "paste",
    (event) => {
      const data = event.clipboardData;
      if (event.target !== body || !data?.files.length || data.types.includes("text/plain")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      show(inText);
      add(data.files);
    },
    true,
  );

  // --- The picture on top

  const select = document.getElementById("id_picture");
  const top = select && document.getElementById("post-picture").content.firstElementChild.cloneNode(true);
  const onTop = { single: true, label: words.use, done: ([picture]) => setTop(picture) };

  function setTop(picture) {
    const known = [...select.options].find((option) => option.value === String(picture.id));
    const option = known || select.appendChild(new Option("", picture.id));
    option.textContent = picture.alt || picture.name;
    select.value = picture.id;
    found.set(picture.id, picture);
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function showTop() {
    const picture = found.get(Number(select.value));
    const image = top.querySelector("img");
    image.hidden = !picture;
    if (picture) Object.assign(image, { src: picture.thumbnail, alt: picture.alt || picture.name });
    top.querySelector("[data-none]").hidden = !select.value;
  }

  if (top) {
    const { chosen, thumbnail, name } = root.dataset;
    if (chosen) found.set(Number(chosen), { id: Number(chosen), thumbnail, alt: name });
    select.hidden = true;
    top.setAttribute("aria-label", select.labels[0]?.textContent.replace(":", "").trim());
    select.after(top);
    top.querySelector("[data-choose]").addEventListener("click", () => open(onTop));
    top.querySelector("[data-none]").addEventListener("click", () => {
      select.value = "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    select.addEventListener("change", showTop);
    showTop();
  }

  // --- Pictures of other hosts

  const elsewhere = root.querySelector(".pictures-elsewhere");
  if (!elsewhere?.querySelector("button")) return;
  const PICTURE = /!\[([^[\]]*)\]\(\s*<?((?:https?:)?\/\/[^\s)>]+)|<img\b[^<>]*?\bsrc=["']((?:https?:)?\/\/[^"']+)/gi;

  function otherHosts() {
    const addresses = new Map();
    for (const [, alt = "", markdown, html] of body.value.matchAll(PICTURE)) {
      const address = markdown || html;
      try {
        if (new URL(address, location).host !== location.host) addresses.set(address, alt);
      } catch {
        // Not an address: it stays what it is.
      }
    }
    return addresses;
  }

  function look() {
    const addresses = otherHosts();
    elsewhere.hidden = !addresses.size;
    const lines = [...addresses.keys()].map((address) => Object.assign(document.createElement("li"), { textContent: address }));
    elsewhere.querySelector("ul").replaceChildren(...lines);
  }

  function replace(before, after) {
    for (let at = body.value.indexOf(before); at >= 0; at = body.value.indexOf(before, at + 1)) {
      const following = body.value[at + before.length] ?? " ";
      if (!/[\s)>"'<\]]/.test(following)) continue;
      body.setSelectionRange(at, at + before.length);
      editor.insert(after);
    }
  }

  editor.onInput(look, 1000);
  elsewhere.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    show({
      done: (pictures) => {
        for (const { from, address } of pictures) replace(from, address);
        look();
      },
    });
    const alts = otherHosts();
    for (const item of elsewhere.querySelectorAll("li")) bring(item.textContent, alts.get(item.textContent) || "");
  });
  if (elsewhere.hidden) look();
})();
