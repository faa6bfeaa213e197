"""Follows every link of every page, as a browser with no will of its own would."""

import html
import re
from collections import Counter, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve

HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""")
#: What a GET may leave behind: the session, failed sign-ins, that it was denied.
MAY_GROW = frozenset({"django_session", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog", "staff_deniedattempt"})


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


def fetch(client: Client, url: str) -> Page:
    answer: Any = client.get(url)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Page(url, answer.status_code, dict(answer.headers), content)


def links_of(page: Page) -> Iterable[str]:
    """Links to our own pages, in order; those a redirect leads to as well."""
    found = [first or second for first, second in HREF.findall(page.text)] if page.is_html else []
    if "Location" in page.headers:
        found.append(page.headers["Location"])
    for link in found:
        target = urlsplit(urljoin(page.url, html.unescape(link)))
        if target.scheme in ("", "http") and target.netloc in ("", "testserver") and not target.path.startswith("/static/"):
            yield target.path + (f"?{target.query}" if target.query else "")


def crawl(client: Client, starts: Iterable[str], *, most: int, every: Collection[str] = ()) -> dict[str, Page]:
    """All pages that can be reached from the starts.

    Of the kinds in `every` all of them; of others, and of the filters and orders of one list, `most`: the twentieth employee's page
    has no other links than the first's.
    """
    waiting, seen, pages, counted = deque(starts), set[str](), dict[str, Page](), Counter[str]()
    while waiting:
        url = waiting.popleft()
        if url in seen:
            continue
        seen.add(url)
        path, _mark, query = url.partition("?")
        kind = f"list {path}" if query else kind_of(path)
        counted[kind] += 1
        if counted[kind] > most and kind not in every:
            continue
        pages[url] = page = fetch(client, url)
        waiting.extend(link for link in links_of(page) if not (query and "?" in link))
    return pages


def kind_of(path: str) -> str:
    try:
        match = resolve(path)
    except Resolver404:
        return path
    return match.view_name or match.route


def tables() -> dict[str, tuple[int, int]]:
    """Each table's number of rows and a sum over what they hold."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in MAY_GROW:
                cursor.execute(f'SELECT count(*), COALESCE(sum(hashtextextended(t::text, 0)), 0) FROM "{table}" t')
                found[table] = cursor.fetchone()
    return found
