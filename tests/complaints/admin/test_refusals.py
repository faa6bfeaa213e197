"""Acts beside the case page: somebody was faster between the page and the press of the button."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from complaints.models import Message, Statement
from complaints.services import investigate, messages
from complaints.services.inputs import PartyInput
from complaints.workflow import Medium, Step
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


def after_another(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """The service runs a moment after another window has done the same."""
    service = getattr(module, name)

    def twice(**asked: Any) -> object:
        service(**asked)
        return service(**asked)

    monkeypatch.setattr(module, name, twice)


def test_g1_a_statement_given_twice_is_told_and_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk(office, timezone.now() - timedelta(hours=5))
    walk.to(Step.INVESTIGATE)
    due = timezone.localdate() + timedelta(days=3)
    asked = walk._acting(office.investigator, employee=office.employee, question="三月四日您去过现场吗？", due_on=due)
    statement = investigate.ask_statement(**asked)
    after_another(monkeypatch, investigate, "give_statement")
    page = Desk(office.employee).client.post(f"/admin/complaints/statement/{statement.pk}/act/give/", {"text": "我去过，是下午两点。"})
    assert page.status_code == 409
    assert "我去过，是下午两点。" in page.content.decode()
    assert page.context["form"].non_field_errors()
    assert Statement.objects.get().state == Statement.State.GIVEN


def test_g1_a_message_told_twice_is_told_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = timezone.now() - timedelta(hours=5)
    walk = Walk(office, earlier, complainant=PartyInput(name="李四", phone="010-1234567"), medium=Medium.LETTER)
    walk.to(Step.RECORD)
    desk = Desk(office.agent)
    desk.act(walk.case, "write_message", kind="reply", text="我们明天上门。")
    message = Message.objects.get(complaint=walk.case, kind="reply")
    after_another(monkeypatch, messages, "mark_told")
    page = desk.client.post(f"/admin/complaints/message/{message.pk}/act/told/")
    assert page.status_code == 409
    assert page.context["form"].non_field_errors()
