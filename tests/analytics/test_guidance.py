"""Satisfaction with and without a guided conversation: groups, instruments apart, honest about few answers."""

from datetime import datetime

import pytest
from django.db import connection

from analytics.queries.guidance import Share, groups_for, verdict
from analytics.queries.integrity.guidance import conversations_in_order, letters_as_sent
from complaints.guides import PATHS
from complaints.models import Letter
from complaints.services import follow_up
from complaints.workflow import Step
from tests.complaints.admin.desk import Desk
from tests.complaints.services.test_guide import begin, write
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.found()


def test_cases_fall_into_the_group_of_their_path_and_instruments_stay_apart(office: Office, now: datetime) -> None:
    plain, guided, only_begun = Walk(office, now), Walk(office, now), Walk(office, now)
    path = begin(office, guided)
    for stage in PATHS["lscia"]:
        write(office, guided, path, stage)
    begin(office, only_begun)
    for walk, score in ((plain, 2), (guided, 5)):
        walk.to(Step.FOLLOW_UP)
        walk.ask(result_score=score, low_answer="not_wanted" if score < 3 else "")
    follow_up.answer_survey(complaint_id=guided.case.pk, at=guided._now(), result_score=4)

    none, six, lscia = groups_for(office.manager)

    assert (none.path, none.cases, none.interview, none.questionnaire) == ("", 2, Share(1, 0), Share(0, 0))
    assert (six.cases, lscia.cases) == (0, 1)
    assert (lscia.interview, lscia.questionnaire) == (Share(1, 1), Share(1, 1))


def test_few_answers_are_no_finding_and_near_shares_are_chance() -> None:
    assert verdict(Share(400, 200), Share(29, 29)) == "few"
    assert verdict(Share(100, 70), Share(100, 75)) == "alike"
    assert verdict(Share(400, 200), Share(400, 340)) == "apart"
    assert Share(10, 10).interval == (72, 100)
    assert Share(0, 0).percent is None


def test_the_page_says_so_in_numbers_and_words(office: Office, now: datetime) -> None:
    begin(office, Walk(office, now))
    page = Desk(office.agent).get("complaints_guidedpath_changelist").content.decode()
    assert "30" in page
    assert Desk(office.employee).get("complaints_guidedpath_changelist").status_code == 403


def test_verify_notices_a_letter_changed_behind_our_back(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    path = begin(office, walk, "six_steps")
    for stage in PATHS["six_steps"]:
        write(office, walk, path, stage)
    walk.to(Step.NOTIFY)
    walk.send()
    assert letters_as_sent().found == conversations_in_order().found == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE complaints_letter DISABLE TRIGGER USER")
        cursor.execute("UPDATE complaints_letter SET body = 'something else'")
        cursor.execute("ALTER TABLE complaints_letter ENABLE TRIGGER USER")
    assert letters_as_sent().found == [f"{Letter.objects.get().pk}: is not as it was sent"]
