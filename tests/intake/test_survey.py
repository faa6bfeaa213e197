"""The survey by its own link: a secret that only a person's answer uses up, and that says nothing about the case (J1, J3, G11, R13)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from complaints import outbox, signing
from complaints.models import Complaint, Message, SurveyAnswer, SurveyLink
from complaints.services import erasure, follow_up
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Mode, Step
from config.logs import drop_personal
from intake.services import limits
from staff.models import Company
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db

GOOD = {"survey-result_score": "5", "survey-attitude_score": "4", "survey-buys_again": "yes", "survey-open_answer": "谢谢"}
EN = {"accept-language": "en"}


@pytest.fixture
def asked(walk: Walk) -> Walk:
    """A case whose customer has just been sent the link."""
    walk.to(Step.FOLLOW_UP)
    return walk


def token_of(case: Complaint) -> str:
    return signing.survey_token(case.survey_links.latest("round").key)


def path_of(case: Complaint) -> str:
    return f"/survey/{token_of(case)}/"


def send(path: str, client: Any = None, **changes: Any) -> Any:
    return (client or Client()).post(path, GOOD | changes, headers=EN)


def personal(case: Complaint) -> list[str]:
    """What no page of the link may say."""
    party = case.complainant
    found = [
        case.number,
        case.story,
        case.facts,
        party.name,
        party.email,
        party.phone,
        str(case.category or ""),
        signing.code_for(case.code_key),
    ]
    return [text for text in found if text]


def says_nothing(response: Any, case: Complaint) -> bool:
    text = response.content.decode()
    return not [each for each in personal(case) if each in text]


# --- the token ---------------------------------------------------------------------------------------------------------------
def test_r13_the_token_has_128_bits_and_lies_nowhere(asked: Walk) -> None:
    token = token_of(asked.case)
    assert len(token) == 26  # base32: 5 bits each, 128 in all
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{token}%"])
            assert cursor.fetchone() == (0,), table


def test_r13_the_token_is_in_the_mail_and_on_no_page(asked: Walk, customer: Client, enter: Callable[..., Any]) -> None:
    mail = Message.objects.get(complaint=asked.case, kind="survey")
    body = outbox.body_of(mail)
    url = f"http://localhost:8000{path_of(asked.case)}"
    assert path_of(asked.case) in body.text
    assert path_of(asked.case) in body.html
    assert url.split("/survey/")[1] not in mail.text + mail.html
    enter(customer, asked.case)
    assert token_of(asked.case) not in customer.get("/track/case/").content.decode()


def test_r13_a_log_keeps_no_token(asked: Walk) -> None:
    path = path_of(asked.case)
    event = {"event": f"Bad Request: {path}", "request": f"POST {path}", "path": path}
    assert token_of(asked.case) not in str(drop_personal(None, "", event))


def test_a_mail_without_a_link_leads_to_the_tracking_page(walk: Walk) -> None:
    from complaints.services import messages

    said = messages.send(complaint=walk.case, kind=Message.Kind.SURVEY, by=Actor.SYSTEM, at=walk.at)
    assert "/track/" in outbox.body_of(said).text
    assert outbox.SURVEY_MARK not in outbox.body_of(said).text


# --- seen, answered ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_j1_a_page_view_answers_nothing_and_names_nobody(asked: Walk, language: str, django_assert_max_num_queries: Any) -> None:
    client = Client(headers={"accept-language": language})
    for _time in range(3):
        with django_assert_max_num_queries(10):
            response = client.get(path_of(asked.case))
        assert response.status_code == 200
        assert says_nothing(response, asked.case)
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
    assert client.head(path_of(asked.case)).status_code == 200
    assert client.put(path_of(asked.case)).status_code == 405
    assert not SurveyAnswer.objects.exists()


def test_the_answers_are_taken_once_and_move_nothing(asked: Walk) -> None:
    before = asked.case.changes.count()
    client = Client()
    answer = send(path_of(asked.case), client)
    assert (answer.status_code, answer["Location"]) == (302, "/survey/thanks/")
    thanks = client.get("/survey/thanks/", headers=EN)
    assert says_nothing(thanks, asked.case)
    row = SurveyAnswer.objects.get(complaint=asked.case)
    assert (row.result_score, row.attitude_score, row.buys_again, row.open_answer) == (5, 4, "yes", "谢谢")
    assert (asked.fresh().step, asked.case.changes.count()) == (Step.FOLLOW_UP, before)


def test_who_answers_by_the_link_is_not_asked_on_the_tracking_page_and_the_other_way_round(
    asked: Walk, customer: Client, enter: Callable[..., Any]
) -> None:
    send(path_of(asked.case))
    enter(customer, asked.case)
    assert 'id="survey"' not in customer.get("/track/case/").content.decode()


def test_an_anonymous_answer_keeps_the_hour_alone(office: Office) -> None:
    walk = Walk(office, timezone.now() - timedelta(days=2), complainant=PartyInput(mode=Mode.ANONYMOUS))
    walk.to(Step.FOLLOW_UP)
    assert send(path_of(walk.case)).status_code == 302
    at = SurveyAnswer.objects.get().at
    assert (at.minute, at.second) == (0, 0) or at == walk.case.changes.latest("sequence").at or at <= timezone.now()


# --- J1: not any more ------------------------------------------------------------------------------------------------------------
def test_j1_replayed_it_is_gone_and_says_nothing(asked: Walk) -> None:
    path = path_of(asked.case)
    send(path)
    for response in (send(path), Client().get(path, headers=EN), send(path, **{"survey-result_score": "9"})):
        assert response.status_code == 410
        assert says_nothing(response, asked.case)
    assert SurveyAnswer.objects.count() == 1


def test_j1_forged_and_swapped_tokens_are_unknown(asked: Walk, office: Office) -> None:
    other = Walk(office, timezone.now() - timedelta(days=2))
    other.to(Step.FOLLOW_UP)
    mine, theirs = token_of(asked.case), token_of(other.case)
    turned = "b" if mine[-1] != "b" else "a"
    key = SurveyLink.objects.get(complaint=asked.case).key
    forged = [
        mine[:13] + theirs[13:],
        "a" * 26,
        mine[:-1] + turned,
        key,
        signing.code_for(asked.case.code_key),
        signing.mail_token(asked.case.pk)[:26],
    ]
    for token in forged:
        response = send(f"/survey/{token}/")
        assert response.status_code == 404, token
        assert says_nothing(response, asked.case)
        assert says_nothing(response, other.case)
    assert not SurveyAnswer.objects.exists()


def test_j1_a_link_answers_for_its_own_case_whatever_is_sent_beside_it(asked: Walk, office: Office) -> None:
    other = Walk(office, timezone.now() - timedelta(days=2))
    other.to(Step.FOLLOW_UP)
    send(path_of(asked.case), **{"complaint": other.case.number, "round": "7", "survey-complaint": str(other.case.pk)})
    assert [row.complaint for row in SurveyAnswer.objects.all()] == [asked.case]


def test_j1_after_its_days_it_is_gone(office: Office) -> None:
    Company.objects.update(survey_days=30)
    walk = Walk(office, timezone.now() - timedelta(days=31, hours=2))
    walk.to(Step.FOLLOW_UP)
    for response in (send(path_of(walk.case)), Client().get(path_of(walk.case), headers=EN)):
        assert response.status_code == 410
        assert says_nothing(response, walk.case)


def test_j1_after_a_reopening_it_is_gone_and_the_next_round_has_its_own(asked: Walk, office: Office) -> None:
    old = path_of(asked.case)
    follow_up.reopen(complaint_id=asked.case.pk, by=office.manager, at=asked.at, reason="顾客补充证据")
    assert send(old).status_code == 410
    asked.fresh()
    asked.at += timedelta(minutes=1)
    asked.investigate()
    asked.to(Step.FOLLOW_UP)
    assert path_of(asked.case) != old
    assert send(old).status_code == 410
    assert send(path_of(asked.case)).status_code == 302
    assert SurveyAnswer.objects.get().round == 2


def test_j1_of_a_merged_case_it_is_gone(asked: Walk, office: Office) -> None:
    """A case that was asked about is never merged; one that is merged was never asked about. A link made all the same opens nothing."""
    from complaints.services import endings, survey

    merged = Walk(office, timezone.now() - timedelta(days=2))
    merged.to(Step.CLASSIFY)
    link = survey.make_link(complaint=merged.case, at=timezone.now())
    endings.merge(complaint_id=merged.case.pk, by=office.agent, at=merged.at, into=Walk(office, merged.at).case, reason="同一事项")
    response = send(f"/survey/{signing.survey_token(link.key)}/")
    assert response.status_code == 410
    assert says_nothing(response, merged.case)
    assert not SurveyAnswer.objects.exists()


def test_j1_of_an_erased_case_it_is_gone(asked: Walk, office: Office) -> None:
    path, before = path_of(asked.case), personal(asked.case)
    asked.to(Step.CLOSED)
    erasure.erase(complaint_id=asked.case.pk, reason="顾客要求", by=office.manager, at=asked.at)
    response = send(path)
    assert response.status_code == 410
    assert not [text for text in before if text in response.content.decode()]
    assert not SurveyAnswer.objects.exists()


def test_a6_who_tries_many_links_is_stopped_for_a_while(asked: Walk, settings: Any) -> None:
    attempts, _seconds = settings.LIMITS["track"]
    statuses = [Client().get(f"/survey/{'a' * 24}{chr(98 + n % 20)}{chr(98 + n // 20)}/").status_code for n in range(attempts + 2)]
    assert statuses[:attempts] == [404] * attempts
    assert statuses[-1] == 429
    assert Client().get(path_of(asked.case)).status_code == 200  # and the true one still opens


# --- J3: ratings -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["survey-result_score", "survey-attitude_score", "survey-efficiency_score", "survey-ability_score"])
@pytest.mark.parametrize("value", ["0", "6", "-1", "4.5", "1e9", "5;", "５", "NaN", "true", "[]", "5\t6"])
def test_j3_a_rating_outside_one_to_five_is_refused(asked: Walk, name: str, value: str) -> None:
    response = send(path_of(asked.case), **{name: value})
    assert response.status_code == 400
    assert says_nothing(response, asked.case)
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize("values", [{"survey-result_score": ""}, {"survey-buys_again": "always"}, {"survey-open_answer": "长" * 10_001}])
def test_j3_what_is_missing_unknown_or_too_long_is_refused(asked: Walk, values: dict[str, str]) -> None:
    assert send(path_of(asked.case), **values).status_code == 400
    assert not SurveyAnswer.objects.exists()


def test_j3_a_megabyte_of_comment_is_refused_and_the_good_answer_goes_afterwards(asked: Walk) -> None:
    assert send(path_of(asked.case), **{"survey-open_answer": "x" * 1_000_000}).status_code == 400
    assert send(path_of(asked.case), **{"survey-open_answer": "x\x00y"}).status_code == 400
    assert not SurveyAnswer.objects.exists()
    assert send(path_of(asked.case)).status_code == 302


def test_j3_the_database_refuses_it_too(asked: Walk) -> None:
    from django.db import DatabaseError, transaction

    for score in (0, 6, 32_000):
        with pytest.raises(DatabaseError), transaction.atomic():
            SurveyAnswer.objects.create(complaint=asked.case, round=1, at=asked.at, result_score=score)


# --- G11: many at once -------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_g11_eight_answers_with_one_token_are_one_answer(now: datetime) -> None:
    from intake.services import channels

    office = Office.found()
    channels.seed()
    for _round in range(3):
        walk = Walk(office, timezone.now() - timedelta(days=2))
        walk.to(Step.FOLLOW_UP)
        path, barrier, statuses = path_of(walk.case), threading.Barrier(8), list[int]()

        def post(path: str = path, barrier: threading.Barrier = barrier, statuses: list[int] = statuses) -> None:
            client = Client()
            try:
                barrier.wait(timeout=20)
                statuses.append(send(path, client).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=post) for _each in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(statuses) == [302, *[410] * 7]
        assert SurveyAnswer.objects.filter(complaint=walk.case).count() == 1


def test_a_flood_of_answers_from_one_place_is_stopped(asked: Walk, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "write": (0, 60)}
    assert send(path_of(asked.case)).status_code == 429
    assert not SurveyAnswer.objects.exists()
    assert limits.Act.WRITE
