// What Django's own scripts leave unnamed on the admin's pages.
"use strict";

// They build their fields when the page has loaded; this runs after them.
addEventListener("load", () =>
  setTimeout(() => {
    // A label that is a picture: without a role nobody is told its words.
    for (const icon of document.querySelectorAll("span.search-label-icon[aria-label]")) icon.setAttribute("role", "img");
  }),
);
