// What Django's own scripts leave unnamed on the admin's pages. `gettext` is of the catalogue that they come with.
"use strict";

// They build their fields when the page has loaded; this runs after them.
addEventListener("load", () =>
  setTimeout(() => {
    // A label that is a picture: without a role nobody is told its words.
    for (const icon of document.querySelectorAll("span.search-label-icon[aria-label]")) icon.setAttribute("role", "img");
    const boxes = { calendarbox: "Choose a Date", clockbox: "Choose a Time" };
    for (const [name, words] of Object.entries(boxes)) {
      for (const box of document.getElementsByClassName(name)) {
        box.setAttribute("role", "dialog");
        box.setAttribute("aria-label", gettext(words));
      }
    }
  }),
);

(() => {
  // A message that was there when the page came is read out by no screen reader: it comes once more. Where the address
  // leads to it, the browser has put the focus on it.
  const told = document.getElementById("told");
  if (!told || location.hash === "#told") return;
  const words = [...told.childNodes];
  told.replaceChildren();
  setTimeout(() => told.replaceChildren(...words), 100);
})();
