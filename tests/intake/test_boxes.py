"""Suggestion boxes: opened by two, every slip numbered, none typed in before both have signed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from complaints.models import Complaint
from complaints.permissions import Refused
from complaints.services.errors import NotPossible
from complaints.workflow import Kind, Mode
from config.work.first_page import work_for
from intake.models import Box, BoxConfirmation, BoxOpening, Channel, Slip, Submission
from intake.services import boxes
from intake.services.submit import store
from staff.models import User
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db

OPENING = "/admin/intake/boxopening/"
ADD = "/admin/intake/submission/add/"


@pytest.fixture
def box(office: Office) -> Box:
    return Box.objects.create(name="大厅意见箱", place="一楼大厅", department=office.reception)


@pytest.fixture
def opening(office: Office, box: Box) -> BoxOpening:
    return boxes.open_box(box=box, slips=2, witness=office.reception_head, by=office.agent, at=timezone.now())


@pytest.fixture
def confirmed(office: Office, opening: BoxOpening) -> BoxOpening:
    boxes.confirm(opening_id=opening.pk, by=office.reception_head, at=timezone.now())
    return opening


def titles(user: User) -> list[str]:
    from django.utils import translation

    with translation.override("en"):
        return [str(pile.title) for pile in work_for(User.objects.get(pk=user.pk), timezone.now())]


def type_in(desk: Desk, opening: BoxOpening, number: int, **changes: Any) -> Any:
    page = desk.client.get(f"{ADD}?slip={opening.pk}-{number}")
    form = page.context["form"]
    said = {name: form.initial[name] for name in ("kind", "mode", "standing", "channel")}
    return desk.client.post(ADD, said | {"once": page.context["once"], "story": "食堂排队太久"} | changes)


def test_one_writes_it_down_the_other_confirms_then_each_slip_is_typed_in(office: Office, box: Box) -> None:
    first, second = Desk(office.agent), Desk(office.reception_head)
    answer = first.client.post(f"{OPENING}add/", {"box": box.pk, "slips": 2, "witness": office.reception_head.pk})
    opening = BoxOpening.objects.get()
    assert answer["Location"] == f"{OPENING}{opening.pk}/change/"
    assert "Box openings to confirm" in titles(office.reception_head)
    assert f"?slip={opening.pk}-1" not in first.client.get(f"{OPENING}{opening.pk}/change/").content.decode()

    assert first.client.post(f"{OPENING}{opening.pk}/act/confirm/").status_code == 403
    assert second.client.post(f"{OPENING}{opening.pk}/act/confirm/").status_code == 302
    assert "Box openings to confirm" not in titles(office.reception_head)
    assert "Slips to type in" in titles(office.agent)
    assert f"?slip={opening.pk}-1" in first.client.get(f"{OPENING}{opening.pk}/change/").content.decode()

    for number in (1, 2):
        assert type_in(first, opening, number)["Location"] == f"{OPENING}{opening.pk}/change/"
    assert [slip.number for slip in Slip.objects.order_by("number")] == [1, 2]
    assert {case.kind for case in Complaint.objects.all()} == {Kind.SUGGESTION}
    assert {case.complainant.mode for case in Complaint.objects.select_related("complainant")} == {Mode.ANONYMOUS}
    assert {row.external_id for row in Submission.objects.all()} == {f"box:{opening.pk}:1", f"box:{opening.pk}:2"}
    page = first.client.get(f"{OPENING}{opening.pk}/change/").content.decode()
    assert all(case.number in page for case in Complaint.objects.all())
    assert "Slips to type in" not in titles(office.agent)


def test_a_slip_may_be_signed_and_a_complaint(office: Office, confirmed: BoxOpening) -> None:
    answer = type_in(Desk(office.reception_head), confirmed, 2, kind="complaint", mode="real_name", name="王芳", demand="apology")
    assert answer.status_code == 302
    case = Complaint.objects.select_related("complainant").get()
    assert (case.kind, case.complainant.name) == (Kind.COMPLAINT, "王芳")


@pytest.mark.parametrize("number", [0, 3, 99])
def test_a_slip_that_was_not_counted_is_refused(office: Office, confirmed: BoxOpening, number: int) -> None:
    assert type_in(Desk(office.agent), confirmed, number).status_code == 409
    assert not Submission.objects.exists()


def test_a_slip_is_typed_in_once(office: Office, confirmed: BoxOpening) -> None:
    first, second = Desk(office.agent), Desk(office.reception_head)
    assert type_in(first, confirmed, 1).status_code == 302
    assert type_in(second, confirmed, 1).status_code == 409
    assert Complaint.objects.count() == 1


def test_before_the_second_has_confirmed_nothing_is_typed_in(office: Office, opening: BoxOpening) -> None:
    assert type_in(Desk(office.agent), opening, 1).status_code == 409
    assert not Complaint.objects.exists()


def test_only_the_two_type_in(office: Office, confirmed: BoxOpening) -> None:
    assert Desk(office.manager).client.get(f"{ADD}?slip={confirmed.pk}-1").status_code == 404


def test_alone_nobody_opens_a_box(office: Office, box: Box) -> None:
    now = timezone.now()
    with pytest.raises(NotPossible):
        boxes.open_box(box=box, slips=1, witness=office.agent, by=office.agent, at=now)
    with pytest.raises(NotPossible):
        boxes.open_box(box=box, slips=1, witness=office.employee, by=office.agent, at=now)
    with pytest.raises(Refused):
        boxes.open_box(box=box, slips=1, witness=office.agent, by=office.investigator, at=now)
    assert office.agent.pk not in [
        int(str(value)) for value, _label in Desk(office.agent).client.get(f"{OPENING}add/").context["adminform"].form.fields["witness"].choices if value
    ]  # fmt: skip


def test_the_database_holds_it(office: Office, opening: BoxOpening) -> None:
    now = timezone.now()
    box = Channel.objects.get(code="box")
    row = store(channel=box, form_key="5f2b7a52-7d0e-4b6e-9d0c-4d8c1c6a7e11", language="zh-hans", payload={"story": "x"}, at=now)  # type: ignore[arg-type]  # a UUID as text
    with pytest.raises(IntegrityError), transaction.atomic():
        BoxOpening.objects.create(box=opening.box, slips=1, by=office.agent, witness=office.agent, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        BoxConfirmation.objects.create(opening=opening, by=office.agent, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slip.objects.create(opening=opening, number=1, submission=row)
    boxes.confirm(opening_id=opening.pk, by=office.reception_head, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slip.objects.create(opening=opening, number=3, submission=row)
    Slip.objects.create(opening=opening, number=1, submission=row)
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("UPDATE intake_boxconfirmation SET by_id = %s", [office.agent.pk])


def test_a_box_nobody_has_opened_for_a_week_stands_on_my_work(office: Office, box: Box) -> None:
    now = timezone.now()
    assert "Boxes to open" in titles(office.agent)
    assert "Boxes to open" not in titles(office.investigator)
    opening = boxes.open_box(box=box, slips=0, witness=office.reception_head, by=office.agent, at=now)
    assert boxes.overdue(at=now) == [box]  # one alone has not opened it
    boxes.confirm(opening_id=opening.pk, by=office.reception_head, at=now)
    assert boxes.overdue(at=now + timedelta(days=6)) == []
    assert boxes.overdue(at=now + timedelta(days=7)) == [box]
    Box.objects.filter(pk=box.pk).update(active=False)
    assert boxes.overdue(at=now + timedelta(days=9)) == []
