// The page of the blog's settings: colours from the browser's own palette, and rows that are moved to their place.
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
      const colour = field.value || field.placeholder;
      if (/^#[0-9a-f]{6}$/i.test(colour)) palette.value = colour;
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

(() => {
  const words = document.getElementById("order-words")?.dataset;
  if (!words) return;
  const positionOf = (row) => row.querySelector("input[name$=-position]");
  const rowsOf = (group) => [...group.querySelectorAll(".inline-related:not(.empty-form)")];

  const number = (group) => rowsOf(group).forEach((row, index) => (positionOf(row).value = index + 1));

  const move = (row, by) => {
    const group = row.closest(".inline-group");
    const rows = rowsOf(group);
    const other = rows[rows.indexOf(row) + by];
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    number(group);
  };

  const button = (sign, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "move";
    made.textContent = sign;
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", () => {
      act();
      made.focus();
    });
    return made;
  };

  const equip = (row) => {
    const field = positionOf(row);
    if (!field || row.querySelector(".move")) return;
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.textContent = "⠿";
    handle.title = words.drag;
    handle.setAttribute("aria-hidden", "true");
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => {
      row.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(row, 0, 0);
    });
    handle.addEventListener("dragend", () => row.classList.remove("dragged"));
    field.after(handle, button("↑", words.up, () => move(row, -1)), button("↓", words.down, () => move(row, 1)));
  };

  for (const group of document.querySelectorAll(".inline-group:has(.ordered)")) {
    rowsOf(group).forEach(equip);
    group.addEventListener("dragover", (event) => {
      const dragged = group.querySelector(".dragged");
      const over = event.target.closest(".inline-related");
      if (!dragged || !over) return;
      event.preventDefault();
      if (over === dragged) return;
      const middle = over.getBoundingClientRect().top + over.offsetHeight / 2;
      if (event.clientY < middle) over.before(dragged);
      else over.after(dragged);
    });
    group.addEventListener("drop", (event) => {
      event.preventDefault();
      number(group);
    });
    group.addEventListener("formset:added", (event) => {
      equip(event.target);
      positionOf(event.target).value = rowsOf(group).length;
    });
  }
})();
