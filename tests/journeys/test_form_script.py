"""The one script of the public form, in a real browser: questions of a topic, work proved for a busy source, where people leave."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from complaints.models import Category, Complaint, Question
from intake.models import FormEvent
from intake.services import work_proof
from tests.journeys.reader import PHONE, Reader
from tests.journeys.site import Site

Open = Callable[..., Reader]


def soon(true: Callable[[], bool]) -> bool:
    """Whether it becomes true within some seconds: a beacon arrives when it does."""
    for _try in range(50):
        if true():
            return True
        time.sleep(0.1)
    return False


def test_the_questions_of_a_topic_appear_when_it_is_chosen(site: Site, reader: Open) -> None:
    category = Category.objects.get(name=site.words.category)
    question = Question.objects.create(category=category, text=site.words.wish, text_en=site.words.wish)
    page = reader(PHONE).go("/complain/").page

    page.locator('[name="story"]').fill(site.words.story)
    page.locator('[name="about"]').select_option(str(category.pk))
    page.locator(f'[name="question-{question.pk}"]').wait_for()

    assert page.locator('[name="story"]').input_value() == site.words.story
    Question.objects.update(active=False)


def test_it_is_told_where_somebody_leaves_the_form(site: Site, reader: Open) -> None:
    last = FormEvent.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    customer = reader(PHONE).go("/complain/")
    customer.page.locator('[name="story"]').fill(site.words.story)
    customer.page.locator('[name="phone"]').focus()
    customer.go("/")

    # Pages of an earlier journey may say only now that they were left.
    left = FormEvent.objects.filter(what="left", pk__gt=last, field="phone", fields=1)
    assert soon(left.exists)


def test_a_busy_connection_proves_work_and_sends(site: Site, reader: Open, settings: Any, monkeypatch: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "file": (1, 3600)}
    monkeypatch.setattr(work_proof, "COST", 50)
    filed = Complaint.objects.count()
    customer = reader(PHONE)
    customer.awaited = {429}
    for number in range(2):
        page = customer.go("/complain/").page
        page.locator('[name="story"]').fill(f"{site.words.story} {number}")
        page.locator('[name="demands"]').first.check()
        page.locator('[name="phone"]').fill("13800138000")
        page.locator("main form .button:enabled").first.click()
        page.wait_for_url("**/thanks/")

    assert Complaint.objects.count() == filed + 2
