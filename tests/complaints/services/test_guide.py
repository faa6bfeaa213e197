"""Guided conversations: each stage in its turn, written into the case; what is agreed is sent, a call is a promise (M13, M11)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from complaints.guides import PATHS, STAGES, next_stage
from complaints.models import Article, ArticleUse, Confirmation, GuidedPath, GuideEntry, Message, Promise
from complaints.permissions import Refused
from complaints.services import articles, erasure, guide, promises
from complaints.services.errors import NotPossible
from complaints.workflow import Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


def begin(office: Office, walk: Walk, path: str = "lscia") -> GuidedPath:
    return guide.begin(complaint_id=walk.case.pk, by=office.agent, at=walk._now(), path=path, medium="phone")


def write(office: Office, walk: Walk, path: GuidedPath, stage: str, **more: Any) -> GuideEntry:
    asks = STAGES[stage]
    values: dict[str, Any] = {column: f"{stage} {column}" for column in asks.texts}
    values |= {"feeling": "upset"} if asks.asks_feeling else {}
    values |= {"lies_in": "use"} if asks.asks_where_it_lies else {}
    values |= {"solved_now": True} if asks.asks_now_or_call else {}
    values |= {"confirmed": True} if asks.asks_confirmation else {}
    return guide.write_stage(complaint_id=walk.case.pk, by=office.agent, at=walk._now(), path=path, stage=stage, **(values | more))


@pytest.mark.parametrize("name", ["six_steps", "lscia"])
def test_every_stage_is_written_in_its_turn_and_the_agreement_is_sent(office: Office, now: datetime, name: str) -> None:
    walk = Walk(office, now)
    path = begin(office, walk, name)
    for stage in PATHS[name]:
        write(office, walk, path, stage)
    assert [entry.stage for entry in path.entries.order_by("pk")] == list(PATHS[name])
    last = path.entries.order_by("-pk").first()
    assert last
    assert last.message
    assert (last.message.kind, last.message.complaint_id) == (Message.Kind.REPLY, walk.case.pk)
    assert last.words in last.message.text
    assert next_stage(name, set(PATHS[name])) is None


def test_no_stage_is_passed_over_or_written_twice(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    path = begin(office, walk)
    with pytest.raises(NotPossible):
        write(office, walk, path, "share")
    write(office, walk, path, "listen")
    with pytest.raises(NotPossible):
        write(office, walk, path, "listen")


def test_a_path_left_for_another_does_not_go_on(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    left = begin(office, walk)
    begin(office, walk, "six_steps")
    with pytest.raises(NotPossible):
        write(office, walk, left, "listen")


def test_a_summary_the_customer_does_not_confirm_is_said_once_more(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    path = begin(office, walk)
    with pytest.raises(ValidationError):
        write(office, walk, path, "listen", confirmed=False)
    assert not path.entries.exists()


def test_a_confirmed_summary_confirms_the_record_that_waits(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.apologize()
    walk.record(how="shown", result="waiting")
    write(office, walk, begin(office, walk), "listen")
    newest = walk.case.confirmations.order_by("-pk").first()
    assert newest
    assert (newest.how, newest.result) == (Confirmation.How.READ_BACK, Confirmation.Result.CONFIRMED)


def test_without_an_answer_now_a_call_is_promised_and_kept(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    path = begin(office, walk)
    for stage in ("listen", "share", "clarify"):
        write(office, walk, path, stage)
    with pytest.raises(ValidationError):
        write(office, walk, path, "illustrate", solved_now=False)
    with pytest.raises(ValidationError):
        write(office, walk, path, "illustrate", solved_now=False, call_at=walk.at - timedelta(hours=1))
    entry = write(office, walk, path, "illustrate", solved_now=False, call_at=walk.at + timedelta(days=1))
    promise = Promise.objects.get(complaint=walk.case)
    assert (entry.promise, promise.about, promise.kept) == (promise, "illustrate words", None)

    promises.keep_promise(complaint_id=walk.case.pk, promise=promise, by=office.agent, at=walk._now(), result="还在等配件，后天再打")

    promise.refresh_from_db()
    assert promise.kept is True
    with pytest.raises(NotPossible):
        promises.keep_promise(complaint_id=walk.case.pk, promise=promise, by=office.agent, at=walk._now(), result="又打")


def test_who_only_reads_guides_nobody(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    with pytest.raises(Refused):
        guide.begin(complaint_id=walk.case.pk, by=office.auditor, at=now, path="lscia", medium="phone")


def test_what_was_written_stays_until_the_case_is_erased(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    path = begin(office, walk)
    entry = write(office, walk, path, "listen")
    for change in ({"words": "改了"}, {"stage": "share"}, {"confirmed": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            GuideEntry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        GuidedPath.objects.filter(pk=path.pk).update(path="six_steps")
    walk.to(Step.CLOSED)
    erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=office.manager, at=walk.at + timedelta(days=1))
    entry.refresh_from_db()
    assert (entry.words, entry.second) == ("—", "—")


def test_an_article_that_solved_a_case_counts_once_for_it(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    article = Article.objects.create(question="问", answer="答", owner=office.manager, review_on=now.date(), state="published")
    for _time in range(2):
        articles.helped_case(complaint_id=walk.case.pk, article=article, by=office.agent, at=now)
    articles.helped_reader(article=article, at=now)
    assert ArticleUse.objects.filter(article=article).count() == 2
