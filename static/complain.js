// The public form works without this. With it: a topic's questions appear at once, so do answers to common questions, a busy connection
// proves work instead of waiting, and we learn where people leave the form (a field's name and a time span; nothing about them).
"use strict";
(() => {
  const form = document.querySelector("form[data-form]");
  if (!form) return;

  // --- the questions of a topic
  const questions = document.querySelector("[data-questions]");
  const about = form.elements.namedItem("about");
  if (questions && about) {
    about.addEventListener("change", async () => {
      const asked = new URLSearchParams({ about: about.value, kind: form.elements.namedItem("kind").value });
      const answer = await fetch(`${questions.dataset.questions}?${asked}`, { credentials: "same-origin" });
      if (answer.ok && asked.get("about") === about.value) questions.innerHTML = await answer.text();
    });
  }

  // --- answers that are there already. Only of what is written in one's own name: nothing of a protected person leaves before it is sent.
  const suggestions = document.querySelector("[data-suggest]");
  const story = form.elements.namedItem("story");
  if (suggestions && story) {
    let waiting = 0;
    let asked = "";
    const suggest = async () => {
      const mode = form.elements.namedItem("mode");
      const text = story.value.trim().slice(0, 2000);
      if (text === asked || text.length < 6 || (mode && mode.value !== "real_name")) return;
      asked = text;
      const said = new FormData();
      said.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
      said.set("story", text);
      const answer = await fetch(suggestions.dataset.suggest, { method: "POST", body: said, credentials: "same-origin" });
      if (answer.ok && asked === text) suggestions.innerHTML = await answer.text();
    };
    story.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(suggest, 1200); });
    form.addEventListener("change", (event) => { if (event.target.name === "mode" && event.target.value !== "real_name") suggestions.replaceChildren(); });
  }

  // --- how the form is used
  let last = "";
  let sent = false;
  const tell = (what) => {
    const said = new FormData();
    for (const name of ["csrfmiddlewaretoken", "opened"]) said.set(name, form.elements.namedItem(name).value);
    said.set("what", what);
    said.set("field", last);
    said.set("fields", String(new Set([...form.elements].filter((each) => each.name && each.type !== "hidden" && (
      each.type === "checkbox" || each.type === "radio" ? each.checked && !each.defaultChecked : each.value)).map((each) => each.name)).size));
    navigator.sendBeacon(form.dataset.tell, said);
  };
  form.addEventListener("focusin", (event) => { if (event.target.name) last = event.target.name; });
  form.addEventListener("submit", () => { sent = true; });
  addEventListener("pagehide", () => { if (!sent && last) tell("left"); });
  if (!document.querySelector(".summary[role=alert]")) tell("opened");

  // --- proof of work, where it is asked for (altcha, version 2)
  const proof = document.querySelector("[data-challenge]");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (data) => [...data].map((each) => each.toString(16).padStart(2, "0")).join("");
  const solve = async (challenge) => {
    const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
    const start = bytes(nonce);
    const password = new Uint8Array(start.length + 4);
    password.set(start);
    for (let counter = 0; ; counter += 1) {
      new DataView(password.buffer).setUint32(start.length, counter);
      const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      const found = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost }, key, keyLength * 8);
      const derivedKey = hex(new Uint8Array(found));
      if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
    }
  };
  if (proof && window.crypto && crypto.subtle) {  // only in a secure context; elsewhere the customer waits, as without a script
    const button = form.querySelector(".actions .button");
    button.disabled = true;
    const challenge = JSON.parse(proof.dataset.challenge);
    solve(challenge).then((solution) => {
      proof.querySelector("[name=proof]").value = btoa(JSON.stringify({ challenge, solution }));
      proof.querySelector("[role=status]").textContent = proof.dataset.done;
    }).finally(() => { button.disabled = false; });
  }
})();
