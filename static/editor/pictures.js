// Pictures that come from files: each has a line with its progress, its result and its words, until it is inserted.
// Other scripts use `window.pictures`: `add(files)`, `take(picture)`, `bring(address, alt)`, each after `show(purpose)`.
"use strict";

(() => {
  const dialog = document.getElementById("add-pictures");
  if (!dialog) return;
  const { ask, wrong } = window.pictureRequests;
  const words = document.getElementById("picture-words").dataset;
  const list = dialog.querySelector(".picture-lines");
  const told = dialog.querySelector(".picture-told");
  const live = dialog.querySelector(".picture-live");
  const insert = dialog.querySelector("[data-insert]");

  // In the order in which they were chosen: {state, file or address, picture, element}. One is sent at a time.
  let lines = [];
  let sending = null;
  let wanted = false;
  // One after the other: each takes the memory of the whole picture.
  let previews = Promise.resolve();
  let number = 0;
  // What becomes of those that come next: {done(pictures), format(), label, single}. Each line keeps its own.
  let purpose = null;

  // --- Lines

  function newLine(name, fields) {
    const element = document.getElementById("picture-line").content.firstElementChild.cloneNode(true);
    const line = { element, purpose, state: "waiting", ...fields };
    line.part = (selector) => element.querySelector(selector);
    const alt = line.part("[name=alt]");
    line.name = name;
    line.part(".picture-name").textContent = name;
    line.part("progress").setAttribute("aria-label", name);
    line.part(".picture-error").id = `picture-error-${(number += 1)}`;
    alt.setAttribute("aria-describedby", line.part(".picture-error").id);
    line.part(".picture-result").textContent = words.waiting;
    for (const field of element.querySelectorAll("[name=alt], [name=caption], [name=decorative]")) {
      field.addEventListener("input", () => hideError(line));
    }
    line.part("[data-remove]").addEventListener("click", () => remove(line));
    line.part("[data-again]").addEventListener("click", () => again(line));
    for (const button of element.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent}: ${name}`);
    list.append(element);
    lines.push(line);
    return line;
  }

  // Drawn, since the page may show pictures of this site alone, and it is not there yet.
  async function preview(line) {
    if (!line.file) return;
    try {
      const image = await createImageBitmap(line.file);
      const scale = Math.min(1, 160 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, image.width * scale);
      canvas.height = Math.max(1, image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      line.part(".picture-preview").replaceChildren(canvas);
    } catch {
      // The browser can't read it; the server will say so, or show it.
    }
  }

  function thumbnail(line) {
    if (line.part("canvas")) return;
    const image = document.createElement("img");
    image.src = line.picture.thumbnail;
    image.alt = "";
    line.part(".picture-preview").replaceChildren(image);
  }

  function fail(line, message) {
    line.state = "failed";
    line.part(".picture-result").textContent = "";
    line.part("progress").hidden = true;
    line.part("[data-again]").hidden = false;
    line.part(".picture-fields").hidden = true;
    showError(line, message);
  }

  function showError(line, message) {
    const error = line.part(".picture-error");
    error.textContent = message;
    error.hidden = false;
    line.part("[name=alt]").setAttribute("aria-invalid", line.state !== "failed");
    live.textContent = `${line.name}: ${message}`;
  }

  function hideError(line) {
    line.part("[name=alt]").removeAttribute("aria-invalid");
    if (line.state !== "failed") line.part(".picture-error").hidden = true;
  }

  function ready(line, picture, result) {
    if (lines.some((each) => each.picture?.id === picture.id && each.purpose === line.purpose)) return repeated(line);
    Object.assign(line, { state: "done", picture, file: null });
    line.part(".picture-result").textContent = result;
    live.textContent = `${line.name}: ${result}`;
    line.part("progress").hidden = true;
    line.part(".picture-error").hidden = true;
    line.part("[data-again]").hidden = true;
    line.part(".picture-fields").hidden = false;
    fill(line, "alt", picture.alt);
    fill(line, "caption", picture.caption);
    // What has a text does not only decorate: the library says which it is.
    line.part(".picture-decorative").hidden = Boolean(picture.alt);
    if (picture.decorative) line.part("[name=decorative]").checked = true;
    thumbnail(line);
  }

  // The same file twice is one picture, and stands in the text once.
  function repeated(line) {
    Object.assign(line, { state: "double", file: null });
    line.part(".picture-result").textContent = words.double;
    line.part("progress").hidden = true;
    line.part(".picture-fields").hidden = true;
  }

  function fill(line, name, value) {
    const field = line.part(`[name=${name}]`);
    if (!field.value) field.value = value;
  }

  function again(line) {
    line.state = "waiting";
    line.part("[data-again]").hidden = true;
    line.part(".picture-error").hidden = true;
    line.part(".picture-fields").hidden = false;
    line.part(".picture-result").textContent = words.waiting;
    line.part("input[name=alt]").focus();
    send();
  }

  function remove(line) {
    const next = line.element.nextElementSibling || line.element.previousElementSibling;
    lines = lines.filter((each) => each !== line);
    line.element.remove();
    if (sending === line) line.holder.request?.abort();
    (next?.querySelector("input[name=alt], [data-remove]") || dialog.querySelector("input[type=file]") || insert).focus();
    changed();
  }

  // --- Sending

  async function send() {
    if (sending) return;
    const line = lines.find((each) => each.state === "waiting");
    if (!line) return changed();
    sending = line;
    const progress = line.part("progress");
    const data = new FormData();
    line.state = "sending";
    line.holder = {};
    line.part(".picture-result").textContent = line.file ? words.sending : words.fetching;
    progress.hidden = false;
    if (line.file) {
      progress.value = 0;
      data.append("file", line.file);
    } else {
      data.append("address", line.address);
      data.append("alt", line.alt);
    }
    const options = { holder: line.holder, progress: (part) => line.file && (progress.value = part) };
    const result = await ask(line.file ? words.upload : words.bring, data, options);
    sending = null;
    if (lines.includes(line)) {
      if (result.answer?.picture) ready(line, result.answer.picture, words.done);
      else fail(line, wrong(result));
    }
    send();
  }

  // --- Inserting

  function missing(line) {
    if (["failed", "double"].includes(line.state) || line.picture?.described) return false;
    return !line.part("[name=alt]").value.trim() && !line.part("[name=decorative]").checked;
  }

  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const silent = lines.filter(missing);
    for (const line of silent) showError(line, words.missing);
    if (silent.length) return silent[0].part("[name=alt]").focus();
    wanted = lines.length > 0;
    changed();
  });

  function changed() {
    const under = lines.some((line) => ["waiting", "sending"].includes(line.state));
    insert.disabled = !lines.length;
    told.textContent = wanted && under ? words.uploading : "";
    document.dispatchEvent(new CustomEvent("pictures:changed", { detail: lines.length }));
    if (wanted && !under) finish();
  }

  async function finish() {
    wanted = false;
    const done = lines.filter((line) => line.state === "done");
    if (!done.length) return void (told.textContent = words.failed);
    const data = new FormData();
    data.append("format", done[0].purpose.format?.() || "markdown");
    for (const { picture, part } of done) {
      data.append("picture", picture.id);
      data.append(`${picture.id}-alt`, part("[name=alt]").value);
      data.append(`${picture.id}-caption`, part("[name=caption]").value);
      if (part("[name=decorative]").checked) data.append(`${picture.id}-decorative`, "on");
    }
    const result = await ask(words.describe, data);
    if (!result.answer?.pictures) return void (told.textContent = wrong(result));
    const written = new Map(result.answer.pictures.map((picture) => [picture.id, picture]));
    const taken = done.filter(({ picture }) => written.has(picture.id));
    for (const line of done) {
      const errors = result.answer.errors[line.picture.id];
      if (errors) showError(line, Object.values(errors).flat().join(" "));
    }
    const gone = lines.filter((line) => taken.includes(line) || line.state === "double");
    lines = lines.filter((line) => !gone.includes(line));
    for (const line of gone) line.element.remove();
    changed();
    told.textContent = lines.length ? words.failed : "";
    if (!lines.length) dialog.close();
    for (const purpose of new Set(taken.map((line) => line.purpose))) {
      const own = taken.filter((line) => line.purpose === purpose);
      purpose.done(own.map((line) => ({ ...written.get(line.picture.id), from: line.address })));
    }
  }

  // --- What comes in

  function add(files) {
    const before = lines.length;
    for (const file of files) {
      const line = newLine(file.name, { file });
      if (file.size > Number(words.maxBytes)) fail(line, words.tooLarge);
      else previews = previews.then(() => preview(line));
    }
    show();
    if (lines.length > before) lines[before].part("input[name=alt]:not([hidden] *), [data-remove]").focus();
    send();
  }

  function take(picture) {
    ready(newLine(picture.name, {}), picture, words.chosen);
    show();
    changed();
  }

  function bring(address, alt) {
    if (lines.some((line) => line.address === address)) return;
    const line = newLine(address, { address, alt });
    fill(line, "alt", alt);
    send();
  }

  function show(given) {
    purpose = given || purpose;
    insert.textContent = purpose.label || words.insert;
    if (!dialog.open) {
      purpose.opened?.();
      dialog.showModal();
    }
    changed();
  }

  // What was typed of them is nowhere else.
  addEventListener("beforeunload", (event) => {
    if (lines.length) event.preventDefault();
  });

  window.pictures = { add, take, bring, show, words, purpose: () => purpose };

  // --- Doors of the dialog itself

  dialog.querySelector("input[type=file]")?.addEventListener("change", (event) => {
    add(event.target.files);
    event.target.value = "";
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
})();
