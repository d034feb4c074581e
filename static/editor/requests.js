// Sends files and words to the library, with progress, and says in the page's words what went wrong.
//
//   pictureRequests.ask(address, data, { progress, holder })   resolves to { status, answer }; `holder.request` can be aborted
//   pictureRequests.wrong(result)                               what is wrong with a result, for people
"use strict";

(() => {
  const place = document.getElementById("picture-words");
  if (!place) return;
  const words = place.dataset;
  const STALLED = 60_000; // ms without a byte: the connection is gone, though nobody has said so

  const token = () => document.querySelector("[name=csrfmiddlewaretoken]");

  function post(address, data, { progress, holder = {} } = {}) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      let timer = 0;
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), STALLED);
      };
      holder.request = request;
      request.open("POST", address);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token().value);
      request.upload.onprogress = (event) => {
        wait();
        if (event.lengthComputable) progress?.(event.loaded / event.total);
      };
      request.onloadend = () => {
        clearTimeout(timer);
        let answer = null;
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          // A page instead: that of the log-in, or one that says what is wrong with the server.
        }
        resolve({ status: request.status, answer });
      };
      wait();
      request.send(data);
    });
  }

  // Who logs in again has another token: the page takes it, and the form with it.
  async function newToken() {
    try {
      const answer = await fetch(words.library, { headers: { Accept: "application/json" } });
      const fresh = (await answer.json()).token;
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
      return true;
    } catch {
      return false;
    }
  }

  // What the server can't take at the moment is sent again by itself, and what needs another token at once.
  async function ask(address, data, options, tries = 3) {
    const result = await post(address, data, options);
    if (tries < 2 || ![403, 503].includes(result.status)) return result;
    if (result.status === 403) return (await newToken()) ? ask(address, data, options, 1) : result;
    await new Promise((done) => setTimeout(done, 1500));
    return ask(address, data, options, tries - 1);
  }

  function wrong({ status, answer }) {
    if (Array.isArray(answer?.errors)) return answer.errors.join(" ");
    if (status === 0) return words.noConnection;
    if (status === 413) return words.tooLarge;
    return status < 400 || status === 403 ? words.loggedOut : words.unavailable;
  }

  window.pictureRequests = { ask, wrong };
})();
