// A long batch goes on by itself for as long as its page is open; without this script a button does it.
"use strict";

(() => {
  const next = document.querySelector("[data-goes-on] button[value='go on']");
  // Time enough to press Stop.
  if (next) setTimeout(() => next.click(), 700);
})();
