"""F3: what was given to somebody before they were named in the case is theirs no more; recusal is asked at every act."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from complaints.models import Visit
from complaints.permissions import Refused
from complaints.services import improve, penalize, recusals, visits
from complaints.services.inputs import PartyInput
from complaints.workflow import Step
from staff.roles import Role
from tests.factories.cases import Office, Walk
from tests.factories.findings import in_force, to_penalize
from tests.factories.staff import person


def test_the_owner_of_an_improvement_who_is_named_later_completes_nothing(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.FOLLOW_UP)
    improvement = walk.case.improvements.get()
    recusals.name(complaint_id=walk.case.pk, user=improvement.owner, by=office.manager, at=walk.at)
    with pytest.raises(Refused):
        improve.complete_improvement(improvement_id=improvement.pk, by=improvement.owner, at=walk.at, result="已修订", proof="规程")


def test_who_is_named_later_visits_the_customer_no_more(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.FOLLOW_UP)
    colleague = person(Role.AGENT, office.callers)
    due = timezone.localdate(walk.at) + timedelta(days=30)
    visit = visits.plan(complaint_id=walk.case.pk, purpose="回访", owner=colleague, due_on=due, by=office.caller, at=walk.at)
    assert Visit.objects.visible_to(colleague).exists()
    recusals.name(complaint_id=walk.case.pk, user=colleague, by=office.manager, at=walk.at)
    with pytest.raises(Visit.DoesNotExist):
        visits.call_off(visit_id=visit.pk, reason="不去", by=colleague, at=walk.at)


def test_who_complained_or_is_away_tells_nobody_of_a_finding(office: Office, now: datetime) -> None:
    walk = Walk(office, now, complainant=PartyInput(name="顾客", phone="13800138000", employee_number=office.manager.employee_number))
    to_penalize(walk, office.employee)
    penalty = in_force(walk, office.employee)
    with pytest.raises(Refused):
        penalize.announce(penalty_id=penalty.pk, title="通报", body="某员工被追责", by=office.manager, at=walk.at)
    penalize.announce(penalty_id=penalty.pk, title="通报", body="某员工被追责", by=office.head, at=walk.at)
