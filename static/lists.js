// On a narrow screen a row is a card and each value has its heading before it: the first one too, where nothing is there to be ticked.
// Gives the lists that are searched as one types the name that stands above them: whoever listens to the page hears no other.
"use strict";
function nameLists() {
  for (const list of document.querySelectorAll("select.select2-hidden-accessible")) {
    const label = document.querySelector(`label[for="${list.id}"]`);
    const box = list.nextElementSibling && list.nextElementSibling.querySelector(".select2-selection");
    if (!label || !box) continue;
    label.id = label.id || `${list.id}_name`;
    for (const each of [box, ...box.querySelectorAll("[role=textbox]")]) each.setAttribute("aria-labelledby", label.id);
  }
}
window.addEventListener("load", () => {
  const heading = document.querySelector("#result_list thead th");
  for (const first of document.querySelectorAll("#result_list tr > td:first-child[data-label]")) {
    if (heading && !first.querySelector("input[type=checkbox]")) first.dataset.label = heading.textContent.trim();
  }
  if (window.django && window.django.jQuery) window.django.jQuery(nameLists); // behind Django's own, which makes these lists
});
