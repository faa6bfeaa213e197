// Adds rows to the repeated parts of a form, and a button that prints. Without it the rows that are there can be filled in and sent, and the
// browser's own menu prints.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const group of document.querySelectorAll("[data-rows]")) {
    const button = group.querySelector("[data-add-row]");
    const pattern = group.querySelector("template");
    const total = group.querySelector(`input[name="${group.dataset.rows}-TOTAL_FORMS"]`);
    if (!button || !pattern || !total) continue;
    const list = group.querySelector("[data-rows-list]");
    const add = () => {
      const number = Number(total.value);
      const holder = document.createElement("div");
      holder.innerHTML = pattern.innerHTML.replaceAll("__prefix__", String(number));
      const row = holder.firstElementChild;
      list.append(row);
      total.value = String(number + 1);
      if (number + 1 >= Number(button.dataset.most)) button.hidden = true;
      return row;
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const first = add().querySelector("textarea, select, input:not([type=hidden])");
      if (first) first.focus();
    });
    // An alternative is never alone: as the first gets its number, the row of the second opens. Left empty it is not counted.
    list.addEventListener("input", (event) => {
      if (!event.target.matches("[data-opens-row]") || button.hidden) return;
      const numbered = [...list.querySelectorAll("[data-opens-row]")].filter((each) => each.value);
      if (numbered.length === 1 && list.lastElementChild.contains(numbered[0])) add();
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  const alert = document.querySelector(".rd-alert[role=alert]");
  if (alert) alert.scrollIntoView({ block: "center" });
});
