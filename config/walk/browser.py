"""Somebody with a browser and a network address of their own: cookies, redirects, forms; and how long each request took."""

import http.client
import ssl
import threading
import time
from collections import defaultdict
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from config.walk.page import Form, Page

PATIENCE_SECONDS = 60
MOST_REDIRECTS = 5


class WalkError(Exception):
    """The walk met something it should not have; the message says what, and where. `status`: what the server answered, if it did."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Stopwatch:
    """Seconds that requests took, by kind; shared by all threads."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.lock = threading.Lock()

    def note(self, kind: str, seconds: float) -> None:
        with self.lock:
            self.seconds[kind].append(seconds)


class Browser:
    def __init__(self, site: str, watch: Stopwatch, *, address: str = "", agent: str = "Redress walk") -> None:
        self.site, self.watch, self.address, self.agent = site.rstrip("/"), watch, address, agent
        self.cookies: dict[str, str] = {}
        self.at = self.site + "/"

    def get(self, path: str, kind: str) -> Page:
        return self._ask("GET", path, None, kind)

    def get_if_there(self, path: str, kind: str) -> Page | None:
        """None where it is not there for who asks."""
        try:
            return self.get(path, kind)
        except WalkError as error:
            if error.status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.FORBIDDEN):
                return None
            raise

    def send(self, form: Form, kind: str, /, **values: str | list[str]) -> Page:
        """Send a form as it stands on the page, with these values changed."""
        return self._ask("POST", form.action or self.at, {**form.values, **values}, kind)

    def _ask(self, method: str, path: str, values: dict[str, str | list[str]] | None, kind: str) -> Page:
        url = urljoin(self.at, path)
        for _redirect in range(MOST_REDIRECTS):
            began = time.monotonic()
            status, location, text = self._exchange(method, url, values)
            self.watch.note(kind, time.monotonic() - began)
            if not location:
                self.at = url
                page = Page(text)
                if status >= http.HTTPStatus.BAD_REQUEST:
                    raise WalkError(
                        f"{method} {urlsplit(url).path} answered {status}: {'; '.join(filter(None, page.errors))[:400]}", status=status
                    )
                return page
            method, url, values, kind = "GET", urljoin(url, location), None, f"{kind}, then the page"
        raise WalkError(f"{url} leads in circles")

    def _exchange(self, method: str, url: str, values: dict[str, str | list[str]] | None) -> tuple[int, str, str]:
        parts = urlsplit(url)
        source = (self.address, 0) if self.address else None
        options: dict[str, Any] = {"timeout": PATIENCE_SECONDS, "source_address": source}
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, context=ssl.create_default_context(), **options
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, **options)
        headers = {"Accept-Language": "zh-CN", "Connection": "close", "Referer": self.at, "User-Agent": self.agent}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if values is not None:
            body = urlencode(values, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            for line in response.headers.get_all("Set-Cookie") or []:
                self._keep(line)
        except OSError as error:
            raise WalkError(f"{method} {url}: {error}") from error
        finally:
            connection.close()
        location = response.headers.get("Location", "") if 300 <= response.status < 400 else ""
        return response.status, location, text

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def needed(form: Form | None, what: str, page: Page) -> Form:
    """The form, or a WalkError that names what the page does not offer."""
    if form is None:
        offered = ", ".join(sorted({found.id or found.action for found in page.forms}))
        raise WalkError(f"The page does not offer “{what}”; it offers {offered or 'nothing'}.")
    return form
