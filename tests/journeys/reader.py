"""Somebody at a screen. Whatever page they come to is looked at: nothing sticks out, nothing is in the wrong language, nothing failed."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.journeys.words import Words

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page, Response

#: The folder for the pictures of the documents, and one for every page at full height, to look through by eye.
PICTURES, LOOK = os.environ.get("REDRESS_PICTURES", ""), os.environ.get("REDRESS_LOOK", "")
IN_DOCUMENTS = {"home-390", "complain-390", "track-390", "thanks-390", "case-1440", "work-1440"}

PHONE, DESK = 390, 1440
HEIGHTS = {PHONE: 844, DESK: 900}
WORST = {"serious", "critical"}

#: Every piece of text a reader meets, with folds opened; not what the mark-up says is in another language, nor names of icons.
TEXTS = """() => {
  const found = [], skip = "script, style, template, noscript, .material-symbols-outlined, [lang]:not(html), [data-user-text]";
  document.querySelectorAll("details").forEach((each) => (each.open = true));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || holder.closest(skip)) continue;
    if (holder.closest("option, datalist") || holder.checkVisibility({ visibilityProperty: true })) found.push(node.data);
  }
  for (const each of document.querySelectorAll("[title], [alt], [placeholder], [aria-label], input[type=submit]")) {
    if (each.closest(skip) || each.matches(".simplebar-content-wrapper")) continue; // named by a script of unfold's, always in English
    for (const name of ["title", "alt", "placeholder", "aria-label"]) if (each.getAttribute(name)) found.push(each.getAttribute(name));
    if (each.type === "submit" && each.value) found.push(each.value);
  }
  return [document.title, ...found].map((text) => text.replace(/\\s+/g, " ").trim());
}"""
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= window.innerWidth) return [];
  const out = [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > width + 1);
  const outermost = out.filter((each) => !out.includes(each.parentElement));
  return [`${document.scrollingElement.scrollWidth} px`, ...outermost.slice(0, 5).map((each) => each.outerHTML.slice(0, 160))];
}"""

CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e\u3001-\u3011]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z'’]+")
#: Numbers of cases and employees, tracking codes, addresses, files: alike in every language.
NAMES = re.compile(
    r"\S+@\S+|https?://\S+|\S+\.(?:png|pdf|txt|wav)|\b[0-9]{6}-[0-9A-Z]{5}\b|\b(?:[0-9A-Z]{4,6}-){2,}[0-9A-Z]+\b|\bE[0-9]+\b|/[a-z/_-]+"
)
KEPT_IN_CHINESE = {
    "PDF",
    "SHA",
    "Cookie",
    "Redress",
    "MB",
    "KB",
    "CSV",
    "XLSX",
    "JSON",
    "SMS",
    "CNY",
    "GET",
    "POST",
    "Asia",
    "Shanghai",
    "CN",
    "DE",
    "US",
}

#: A language is offered under its own name, whatever the page speaks.
OWN_NAMES = {"中文", "English"}


def wrong_words(texts: list[str], language: str) -> set[str]:
    """The texts with words of the other language in them."""
    texts = [text for text in texts if text.strip() not in OWN_NAMES]
    if language == "en":
        return {text for text in texts if CHINESE.search(text)}
    return {text for text in texts if set(LATIN.findall(NAMES.sub(" ", text))) - KEPT_IN_CHINESE}


@cache
def axe_source() -> str:
    import axe_playwright_python

    return next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()


class Reader:
    """A page in a browser, and what was wrong with the pages on it so far."""

    def __init__(self, page: Page, url: str, words: Words) -> None:
        self.page, self.url, self.words = page, url, words
        self.width = (page.viewport_size or {"width": 0})["width"]
        self.wrong: list[str] = []
        #: Each text in the wrong language with the page it was first seen on.
        self.untranslated: dict[str, str] = {}
        self.awaited: set[int] = set()
        page.on("console", self._heard)
        page.on("response", self._answered)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and "Failed to load resource" not in said.text:
            self.wrong.append(f"console: {said.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.awaited:
            self.wrong.append(f"{response.status}: {response.request.method} {response.url}")

    def go(self, path: str) -> Reader:
        self.page.goto(self.url + path)
        return self

    def press(self, selector: str) -> Reader:
        """Click what leads to another page, and wait for that."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self

    def fill(self, form: Locator, **fields: Any) -> None:
        """Fill in a form by the names of its fields: text, selects, ticks."""
        for name, value in fields.items():
            field = form.locator(f'[name="{name}"]')
            kind = field.first.evaluate("each => each.type")
            if kind in {"radio", "checkbox"} and value is not True:
                for one in value if isinstance(value, list) else [value]:
                    form.locator(f'[name="{name}"][value="{one}"]').check()
            elif kind == "checkbox":
                field.check()
            elif kind == "select-one":
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def act(self, name: str, **fields: Any) -> None:
        """Do one act of a case page by its own form."""
        form = self.page.locator(f"#act-{name}")
        if not form.is_visible():
            form.locator("xpath=ancestor::details/summary").click()
        self.fill(form, **{field.replace("__", "-"): value for field, value in fields.items()})
        with self.page.expect_navigation():
            form.locator("button[type=submit]").last.click()
        refused = self.page.locator(".rd-alert, .rd-error").all_inner_texts()
        assert not refused, (name, refused)

    def sound(self, name: str, *, axe: bool = False) -> None:
        """Look at the page: width, language, accessibility; and take its picture when asked."""
        self.page.wait_for_load_state("load")
        self._picture(name)
        here = f"{name} {self.width} {self.words.short}"
        wider = self.page.evaluate(WIDER)
        if wider:
            self.wrong.append(f"{here} scrolls sideways: {wider}")
        for text in wrong_words(self.page.evaluate(TEXTS), self.words.language):
            self.untranslated.setdefault(text, here)
        if axe:
            self.wrong += [f"{here} {problem}" for problem in self._axe()]

    def _axe(self) -> list[str]:
        # The debugger's protocol brings the script in; the policy of the page stays as it is.
        self.page.evaluate(axe_source())
        result = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{found['id']} ({found['impact']}): {[node['html'][:160] for node in found['nodes'][:3]]}"
            for found in result["violations"]
            if found["impact"] in WORST
        ]

    def _picture(self, name: str) -> None:
        file = f"{name}-{self.words.short}-{self.width}.png"
        if PICTURES and f"{name}-{self.width}" in IN_DOCUMENTS:
            self.page.screenshot(path=Path(PICTURES, file), animations="disabled")
        if LOOK:
            self.page.screenshot(path=Path(LOOK, file), animations="disabled", full_page=True)
