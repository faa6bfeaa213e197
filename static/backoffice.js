// Adds rows to the repeated parts of a form, and a button that prints. Without it the rows that are there can be filled in and sent, and the
// browser's own menu prints.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const group of document.querySelectorAll("[data-rows]")) {
    const button = group.querySelector("[data-add-row]");
    const pattern = group.querySelector("template");
    const total = group.querySelector(`input[name="${group.dataset.rows}-TOTAL_FORMS"]`);
    if (!button || !pattern || !total) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const number = Number(total.value);
      const holder = document.createElement("div");
      holder.innerHTML = pattern.innerHTML.replaceAll("__prefix__", String(number));
      const row = holder.firstElementChild;
      group.querySelector("[data-rows-list]").append(row);
      total.value = String(number + 1);
      if (number + 1 >= Number(button.dataset.most)) button.hidden = true;
      const first = row.querySelector("textarea, select, input:not([type=hidden])");
      if (first) first.focus();
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  const alert = document.querySelector(".rd-alert[role=alert]");
  if (alert) alert.scrollIntoView({ block: "center" });
});
