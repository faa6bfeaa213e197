"""What arrived, as staff read it: beside its case, and what has become no case yet."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Complaint
from complaints.services import recusals
from intake.models import Channel, Submission
from intake.services import submit
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def waiting(form_key: str = "5f2b7a52-7d0e-4b6e-9d0c-4d8c1c6a7e11") -> Submission:
    """Stored, then everything died."""
    return submit.store(
        channel=Channel.objects.get(code="web"), form_key=form_key, language="zh-hans",  # type: ignore[arg-type]  # a UUID as text
        payload={"story": "还没立案的话 <b>", "demands": ["repair"], "phone": "13900139000"}, at=timezone.now() - timedelta(minutes=9),
    )  # fmt: skip


def test_the_case_page_shows_what_arrived_word_for_word(send: Send, office: Office) -> None:
    send(story="  壶漏水了 <script>\r\n第二行 ", own_proposal="换一只")
    case = Complaint.objects.get()

    page = Desk(office.manager).case(case).content.decode()
    panel = page[page.index('id="arrived"') :]

    assert "  壶漏水了 &lt;script&gt;<br>第二行 " in panel
    for said in ("换一只", "138 0013 8000", "王芳", "2026-03-01"):
        assert said in panel
    read = Desk(office.auditor).case(case).content.decode()
    assert "换一只" in read
    assert "138 0013 8000" not in read
    assert "王芳" not in read


def test_a_case_recorded_by_staff_has_no_such_panel(office: Office) -> None:
    case = Walk(office, timezone.now() - timedelta(hours=5)).case
    assert 'id="arrived"' not in Desk(office.agent).case(case).content.decode()


def test_what_is_not_filed_yet_stands_in_a_list_of_its_own(send: Send, office: Office) -> None:
    send()
    row = waiting()
    desk = Desk(office.manager)

    page = desk.get("intake_submission_changelist", filed="no").content.decode()

    assert f"/submission/{row.pk}/change/" in page
    assert Complaint.objects.get().number not in page
    assert Complaint.objects.get().number in desk.get("intake_submission_changelist").content.decode()
    shown = desk.get("intake_submission_change", row.pk).content.decode()
    assert "还没立案的话 &lt;b&gt;" in shown


def test_the_manager_is_told_of_what_is_not_filed(office: Office) -> None:
    words = "Arrived, but no case yet"
    assert words not in Desk(office.manager).client.get("/admin/", headers={"accept-language": "en"}).content.decode()
    waiting()
    from config.work.first_page import work_for

    assert [pile.count for pile in work_for(office.manager, timezone.now()) if "filed=no" in pile.url] == [1]
    assert not [pile for pile in work_for(office.agent, timezone.now()) if "filed=no" in pile.url]


def test_it_is_evidence(office: Office) -> None:
    row = waiting()
    base = "/admin/intake/submission/"
    for user in (office.manager, office.auditor):
        client = Desk(user).client
        assert client.get(base).status_code == 200
        assert client.post(f"{base}{row.pk}/change/", {"language": "en"}).status_code == 403
        assert client.post(f"{base}add/", {"language": "en"}).status_code == (
            422 if user == office.manager else 403
        )  # to take down is no edit
        assert client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Submission.objects.count() == 1
    for user in (office.agent, office.reception_head):  # they see what waits in their reception alone
        assert f"/submission/{row.pk}/" not in Desk(user).client.get(base).content.decode()
        assert Desk(user).client.get(f"{base}{row.pk}/change/").status_code == 404
    for user in (office.investigator, office.employee, office.personnel):
        assert Desk(user).client.get(base).status_code == 403
        assert Desk(user).client.get(f"{base}{row.pk}/change/").status_code == 403


def test_who_is_named_in_a_case_does_not_read_what_it_was_made_of(send: Send, office: Office) -> None:
    send()
    case, row = Complaint.objects.get(), Submission.objects.get()
    recusals.name(complaint_id=case.pk, user=office.auditor, by=office.manager, at=timezone.now())

    assert Desk(office.auditor).get("intake_submission_change", row.pk).status_code == 404
    assert case.number not in Desk(office.auditor).get("intake_submission_changelist").content.decode()


@pytest.mark.parametrize("query", [{"filed": "'"}, {"p": "x"}, {"o": "-99"}, {"payload__phone": "1"}, {"q": "x"}])
def test_f15_odd_parameters_are_refused_not_broken(office: Office, query: dict[str, str]) -> None:
    waiting()
    assert Desk(office.manager).get("intake_submission_changelist", **query).status_code in {200, 302, 400}


def test_the_list_takes_few_queries_however_long_it_is(send: Send, office: Office) -> None:
    desk = Desk(office.manager)
    desk.get("intake_submission_changelist")
    counts = []
    for number in range(2):
        send(address=f"127.0.1.{number}")
        with CaptureQueriesContext(connection) as asked:
            assert desk.get("intake_submission_changelist").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
