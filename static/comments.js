// Only nicer: without this script "Reply" loads the page with the form set up for that comment.
"use strict";

(() => {
  const form = document.getElementById("comment-form");
  const respond = document.getElementById("respond");
  if (!form) return;

  const heading = respond.querySelector("h2");
  const quote = document.querySelector("#answering blockquote");
  const answering = document.getElementById("answering");
  const cancel = document.getElementById("cancel-reply");
  const home = document.createComment("the form's place");
  const plainHeading = heading.textContent;
  respond.before(home);

  function answer(link) {
    const item = document.getElementById(`comment-${link.dataset.replyTo}`);
    const letter = item.querySelector(":scope > .letter");
    form.elements.parent.value = link.dataset.replyTo;
    heading.textContent = link.getAttribute("aria-label");
    const words = letter.querySelector(".e-content").textContent.trim().split(/\s+/);
    quote.textContent = words.slice(0, 30).join(" ") + (words.length > 30 ? " …" : "");
    answering.hidden = false;
    letter.after(respond);
    form.elements.body.focus();
  }

  function goHome() {
    form.elements.parent.value = "";
    heading.textContent = plainHeading;
    answering.hidden = true;
    home.after(respond);
    form.elements.body.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply-to]");
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      answer(link);
    }
  });
  // A page that was loaded as a reply has another address: leave it the ordinary way.
  if (!form.elements.parent.value) {
    cancel.addEventListener("click", (event) => {
      event.preventDefault();
      goHome();
    });
  }

  // The name and address of somebody who asked to be remembered stay in this browser, and are filled in here.
  const fields = ["name", "email", "url"];
  if (form.elements.remember) {
    try {
      const saved = JSON.parse(localStorage.getItem("commenter") || "{}");
      for (const name of fields) form.elements[name].value ||= saved[name] || "";
      form.elements.remember.checked ||= Boolean(saved.name);
      form.addEventListener("submit", () => {
        if (!form.elements.remember.checked) return localStorage.removeItem("commenter");
        const typed = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
        localStorage.setItem("commenter", JSON.stringify(typed));
      });
    } catch {
      // Storage is switched off: the form works as it is.
    }
  }
})();
