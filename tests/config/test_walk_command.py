"""Reading pages and corpora for `manage.py walk`; the walk itself is long and run by `make walk`."""

import gzip
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from config.management.commands.walk import remarks_of, running_site
from config.walk.browser import Stopwatch
from config.walk.course import Course, course_of
from config.walk.customer import address_of
from config.walk.doors import Arrival
from config.walk.page import Page
from config.walk.report import DONE, table
from config.walk.staff import Handling, Office

FORM = """
<form id="act-x" action="/x/"><input type="hidden" name="seen" value="4"><input type="checkbox" name="on"><input type="radio" name="r" value="1" checked>
<textarea name="t">
a &amp; b</textarea><select name="s"><option value="">–</option><option value="7" selected>seven</option><option value="8">eight</option></select>
<template><input name="rows-__prefix__-a" value="no"></template></form><dd class="code">A-1</dd><a href="/y/">y</a>
"""


def test_a_page_tells_what_its_form_holds() -> None:
    page = Page(FORM)
    form = page.form("/x/")
    assert form
    assert form.values == {"seen": "4", "r": "1", "t": "a & b", "s": "7"}
    assert (form.choice("s", "eight"), form.first("s")) == ("8", "7")
    assert page.codes == ["A-1"]
    assert page.links == ["/y/"]


def test_every_customer_has_a_loopback_address_of_their_own() -> None:
    addresses = [address_of(number) for number in range(70_000)]
    assert len(set(addresses)) == len(addresses)
    assert "127.0.0.1" not in addresses
    assert all(max(map(int, address.split("."))) <= 254 for address in addresses[::997])


def test_remarks_are_spread_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "corpus.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("category,text\n" + "".join(f"书,第{number}句\n" for number in range(100)) + "书,\n")
    assert remarks_of(str(path), 4) == ["第0句", "第25句", "第50句", "第75句"]
    assert len(remarks_of(str(path), 1000)) == 100


def test_a_missing_corpus_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no file"):
        remarks_of(str(tmp_path / "none.csv"), 1)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="no column"):
        remarks_of(str(other), 1)


def test_a_given_site_needs_the_password_of_its_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object) -> None:
    monkeypatch.delenv("REDRESS_DEMO_PASSWORD", raising=False)
    settings.VAR = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    with pytest.raises(CommandError, match="password"), running_site("http://127.0.0.1:9"):
        pass


def test_the_table_names_every_step_and_kind() -> None:
    from collections import Counter

    watch = Stopwatch()
    for took in (0.1, 0.2, 0.3):
        watch.note("filing", took)
    lines = list(table(Counter(filed=3), watch, seconds=1))
    assert any("filing" in line and "200" in line for line in lines)
    assert all(any(name.replace("_", " ") in line for line in lines) for name in DONE)


def test_every_walk_of_some_length_has_all_of_it() -> None:
    office = Office("http://127.0.0.1:9", Stopwatch(), "none")
    courses = []
    for number in range(24):
        handling = Handling(office, case_number="261101-AAAAA", text="质量有问题", done=lambda _name: None)
        courses.append(course_of(number, handling, Arrival("web"), has_code=True))
    assert {course.goes_up for course in courses} == {"", "amount", "reason"}
    assert {(course.accountable, course.revoked) for course in courses if course.accountable} == {(True, True), (True, False)}
    for name in ("settled", "completed", "linked", "thanked"):
        assert any(getattr(course, name) for course in courses), name
    report = Handling(office, case_number="261101-AAAAB", text="收受回扣", done=lambda _name: None, desk="supervisor")
    assert course_of(1, report, Arrival("web", kind="report"), has_code=True) == Course()


def test_the_form_of_an_act_is_the_one_that_comes_back_to_its_page() -> None:
    page = Page(
        '<form action="/language/"><input name="csrfmiddlewaretoken" value="1"></form><form><input name="csrfmiddlewaretoken" value="2"></form>'
    )
    assert page.own_form
    assert page.own_form.values == {"csrfmiddlewaretoken": "2"}
