"""What a page offers to somebody who can only read and send forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """One form: where it goes, what it holds already, what its selects offer (label by value)."""

    action: str = ""
    id: str = ""
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)

    def choice(self, name: str, label: str) -> str:
        """The value of the option that is called so."""
        return next(value for value, shown in self.choices[name].items() if label in shown)

    def called(self, name: str, label: str) -> str:
        """The same, or nothing where it is not offered."""
        return next((value for value, shown in self.choices.get(name, {}).items() if label in shown), "")

    def first(self, name: str) -> str:
        """The first real option."""
        return next(value for value in self.choices[name] if value)

    def offers(self, name: str, value: str) -> bool:
        return value in self.choices.get(name, {})


class Page(HTMLParser):
    """A page read: its forms, links, and the texts marked as codes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.codes: list[str] = []
        self.errors: list[str] = []
        self._form: Form | None = None
        self._select = self._option = self._text_of = ""
        self._templates = 0
        self._inside: list[str] | None = None
        self.feed(html)

    def form(self, action: str) -> Form | None:
        """The form that goes to this address."""
        return next((form for form in self.forms if form.action.endswith(action)), None)

    @property
    def own_form(self) -> Form | None:
        """The one that comes back to this very page: that of an act."""
        return next((form for form in self.forms if not form.action and "csrfmiddlewaretoken" in form.values), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._templates += 1
        if self._templates:
            return
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("id", ""))
            self.forms.append(self._form)
        elif tag == "a":
            self.links.append(given.get("href", ""))
        classes = given.get("class", "").split()
        if "code" in classes and tag in {"dd", "strong"}:
            self.codes.append("")
            self._inside = self.codes
        elif {"rd-error", "rd-alert", "error", "errornote"} & set(classes):
            self.errors.append("")
            self._inside = self.errors
        if self._form is not None:
            self._field(tag, given, self._form)

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name = given.get("name", "")
        if tag == "input" and name:
            _input(name, given, form)
        elif tag == "textarea" and name:
            form.values[name] = ""
            self._text_of = name
        elif tag == "select" and name:
            self._select = name
            form.values.setdefault(name, "")
            form.choices[name] = {}
        elif tag == "option" and self._select:
            self._option = given.get("value", "")
            form.choices[self._select][self._option] = ""
            if "selected" in given:
                form.values[self._select] = self._option

    def handle_data(self, data: str) -> None:
        if self._templates:
            return
        if self._inside:
            self._inside[-1] = f"{self._inside[-1]} {data.strip()}".strip()
        if self._form is None:
            return
        if self._text_of:
            self._form.values[self._text_of] += data
        elif self._select and self._form.choices.get(self._select):
            self._form.choices[self._select][self._option] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        if self._templates:
            return
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            if self._form is not None and self._text_of:  # HTML drops the first line end
                self._form.values[self._text_of] = self._form.values[self._text_of].removeprefix("\r\n").removeprefix("\n")
            self._text_of = ""
        elif tag == "select":
            self._select = ""
        elif tag in {"dd", "p", "div", "ul"}:
            self._inside = None


def _input(name: str, given: dict[str, str], form: Form) -> None:
    """What an input sends when nobody touches it."""
    kind = given.get("type", "text")
    if kind == "radio":
        form.choices.setdefault(name, {})[given.get("value", "")] = ""
    if kind in {"checkbox", "radio"}:
        if "checked" in given:
            form.values[name] = given.get("value", "on")
    elif kind not in {"submit", "file", "button"}:
        form.values[name] = given.get("value", "")
