"""What goes from hand to hand in the demo: matters to decide, a request, a meeting, digests, a promised call, more time asked for."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import cast

from django.utils import timezone

from complaints.models import Complaint, StepChange
from complaints.permissions import refusal
from complaints.services import promises
from complaints.workflow import Kind, Step
from config.demo.organisation import person
from config.demo.tables import keep
from escalation.models import Deadline, RoutedDecision, RoutedItem, RoutingRule
from escalation.permissions import may_ask, may_grant
from escalation.services import digests, extensions, requests, routing
from staff.models import Department, User
from staff.roles import Role
from staff.services import meetings
from staff.services.meetings import Asked

DIGEST_DAYS = 7
MORNING = time(8, 30)


def inform(*, now: datetime) -> None:
    """One of each, waiting for somebody; of a few cases alone there may be none that fits."""
    _matters(now)
    _ask_another_department(now)
    _meet(now)
    _promise_a_call(now)
    _ask_for_time(now)
    for days in range(DIGEST_DAYS, -1, -1):
        digests.make(at=_morning(now - timedelta(days=days)))


def _morning(at: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(at), MORNING))


# --- matters by rule --------------------------------------------------------------------------------------------------------------
def _matters(now: datetime) -> None:
    """Two rules; what has newly come to the investigation of the quality department lies before its head: one decided, one to decide."""
    quality, head, manager = Department.objects.get(code="QC"), person("head"), person("manager")
    to_head = RoutingRule(
        name="质量投诉进入调查", step=Step.INVESTIGATE, department=quality, hours=24 * 14, question="是否需要停线排查或调整检验标准？"
    )
    to_top = RoutingRule(
        name="严重投诉报高层",
        step=Step.PROPOSE,
        severity="severe",
        role=Role.EXECUTIVE,
        hours=24,
        question="需要投入哪些资源？是否修订政策？",
    )
    for rule in (to_head, to_top):
        keep(rule, by=manager, at=now - timedelta(days=30))
    cases = Complaint.objects.visible_to(head).in_figures().filter(department=quality)
    came = StepChange.objects.filter(complaint__in=cases, to_step=Step.INVESTIGATE).exclude(from_step=Step.INVESTIGATE)
    for change in came.select_related("complaint").order_by("-at")[:2]:
        routing.route(complaint=change.complaint, change=change)
    items = list(RoutedItem.objects.laid_before(head).order_by("at"))
    for item in items[:-1]:  # the newest waits
        words = "即日起密封圈来料由抽检改为全检，两周后看退货率。"
        routing.decide(item_id=item.pk, changes=RoutedDecision.Changes.POLICY, words=words, by=head, at=now - timedelta(hours=5))


# --- between departments and with the customer --------------------------------------------------------------------------------------
def _in_hand(now: datetime) -> Iterator[Complaint]:
    """Open cases with a handler, the newest first."""
    cases = Complaint.objects.in_figures().open().filter(handler__isnull=False, kind=Kind.COMPLAINT)
    return cases.filter(received_at__lt=now).select_related("handler", "department").order_by("-received_at", "-pk").iterator()


def _ask_another_department(now: datetime) -> None:
    """The supply of parts is asked, promises a time, and has still to answer."""
    asked = Department.objects.get(code="PROD")
    case = next((case for case in _in_hand(now) if case.department_id != asked.pk), None)
    if case is None:
        return
    at = now - timedelta(hours=6)
    question = "请提供该产品当月装配记录与抽检结果。"
    request = requests.ask(
        complaint=case, to_department=asked, question=question, wanted_at=now + timedelta(days=2), by=_handler(case), at=at
    )
    requests.promise(request_id=request.pk, promised_at=now + timedelta(days=1), by=person("E1001"), at=at + timedelta(hours=2))


def _promise_a_call(now: datetime) -> None:
    today, about = timezone.localdate(now), "告知检测进展与上门时间"
    case = next((case for case in _in_hand(now) if refusal(_handler(case), case, "guide", today) is None), None)
    if case is not None:
        call_at = _morning(now + timedelta(days=1)) + timedelta(hours=1)
        promises.promise_call(complaint_id=case.pk, call_at=call_at, about=about, by=_handler(case), at=now - timedelta(hours=3))


def _ask_for_time(now: datetime) -> None:
    """The handler asks before the time is over; whoever stands over the case has still to say yes or no."""
    head, today = person("head"), timezone.localdate(now)
    running = Deadline.objects.open().filter(due_at__gt=now, complaint__department__code="QC", complaint__handler__isnull=False)
    for deadline in running.select_related("policy", "complaint__handler", "complaint__department").order_by("due_at", "pk"):
        case, handler = deadline.complaint, _handler(deadline.complaint)
        if deadline.extension_left and may_ask(handler, case, today) and may_grant(head, case, today):
            extensions.ask(
                deadline_id=deadline.pk, amount=1, reason="送检报告明天才能出具。", to_customer="检测仍在进行，请您再给我们一点时间。",
                by=handler, at=now,
            )  # fmt: skip
            return


def _handler(case: Complaint) -> User:
    return cast("User", case.handler)  # asked for in the query


# --- meetings -----------------------------------------------------------------------------------------------------------------------
def _meet(now: datetime) -> None:
    """One held, with something to do; one to come."""
    head, quality, people = (
        person("head"),
        Department.objects.get(code="QC"),
        [person(each) for each in ("head", "investigator", "employee")],
    )
    last, next_one = _morning(now - timedelta(days=6)), _morning(now + timedelta(days=2))
    held = meetings.call(
        title="质量投诉周会", department=quality, planned_at=last, people=people, place="二楼会议室", by=head, at=last - timedelta(days=2),
        matters=["密封圈渗水的原因与对策"],
    )  # fmt: skip
    asked = [Asked("核对该批次密封圈的全部检验记录", person("investigator"), timezone.localdate(now) + timedelta(days=3))]
    meetings.hold(
        meeting=held, minutes="一致认为须改来料抽检为全检；先通知顾客，再查责任。", asked=asked, by=head, at=last + timedelta(hours=1)
    )
    meetings.call(
        title="质量投诉周会", department=quality, planned_at=next_one, people=people, place="二楼会议室", by=head, at=now - timedelta(days=1),
        matters=["热水器更换进度", "电热水壶手柄过热的调查"],
    )  # fmt: skip
