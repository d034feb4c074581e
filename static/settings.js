// The page of the blog's settings: a colour can be chosen from the browser's own palette, beside the field to type it in.
"use strict";

(() => {
  for (const name of ["accent", "accent_dark"]) {
    const field = document.getElementById(`id_${name}`);
    if (!field) continue;
    const palette = document.createElement("input");
    palette.type = "color";
    palette.className = "palette";
    palette.setAttribute("aria-label", document.querySelector(`label[for="id_${name}"]`).textContent.trim());
    const follow = () => {
      if (/^#[0-9a-f]{6}$/i.test(field.value)) palette.value = field.value;
    };
    palette.addEventListener("input", () => {
      field.value = palette.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("input", follow);
    follow();
    field.after(" ", palette);
  }
})();
