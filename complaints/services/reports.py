"""Reports of misconduct (M10): they go to the supervision, never to the unit or line they name; old leads are looked at again; what happens
to the job of an employee who reported is noticed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import permissions
from complaints.models import Assignment, Complaint, LeadLink, NamedUnit, RetaliationFlag
from complaints.queries.leads import flags_for, leads_for
from complaints.services import messages
from complaints.services.advance import actor_of, advancing
from complaints.services.errors import NotPossible
from complaints.services.people import keyed
from complaints.workflow import Actor, Kind, Step
from staff.models import Company, Department, User
from staff.roles import Role

if TYPE_CHECKING:
    from complaints.services.advance import Move


def supervision(*, without: Iterable[Department] = ()) -> Department | None:
    """The department that looks into reports: the supervision, where it is not itself named; else the managing department; else None."""
    named = list(without)
    for candidates in (Department.objects.active().filter(supervises=True), Department.objects.active().filter(manages=True)):
        for department in candidates.order_by("path"):
            if not any(department.path.startswith(unit.path) for unit in named):
                return department
    return None


def concerns(case: Complaint, department: Department) -> bool:
    """Whether the report is about this department or one it belongs to."""
    return any(department.path.startswith(unit.department.path) for unit in case.named_units.select_related("department"))


def name_unit_in(case: Complaint, department: Department, *, by: User | Actor, at: datetime) -> NamedUnit:
    """The row that keeps a unit and its line out; who named it before is found."""
    named, _made = NamedUnit.objects.get_or_create(
        complaint=case, department=department, defaults={"actor": actor_of(by), "by": None if isinstance(by, Actor) else by, "at": at}
    )
    link_leads(case, at=at)
    return named


def name_unit(*, complaint_id: int, department: Department, by: User, at: datetime, seen: int | None = None) -> None:
    """Note that a report is about this unit: from now on it does not exist for its members and the heads above it."""
    with advancing(complaint_id, "name_unit", by=by, at=at, seen=seen) as move:
        move.record(name_unit_in(move.complaint, department, by=by, at=at))
        if concerns(move.complaint, move.complaint.department):
            to_supervision(move, reason=_("The report is about the department it was with."))


def to_supervision(move: Move, *, reason: str) -> None:
    """Give the case to the supervision, which has it from now on."""
    case = move.complaint
    units = [unit.department for unit in case.named_units.select_related("department")]
    department = supervision(without=units)
    if department is None:
        raise NotPossible(_("No department is set up to look into reports. A manager must mark one as the supervision."))
    case.department = department
    case.handling_department = None if case.step in {Step.APOLOGIZE, Step.RECORD, Step.CLASSIFY, Step.ASSIGN} else department
    move.give_to(Assignment.Kind.TRANSFERRED, handler=None, reason=reason)


# --- leads that were set aside ------------------------------------------------------------------------------------------------
def link_leads(case: Complaint, *, at: datetime) -> list[LeadLink]:
    """Earlier reports set aside that name the same person, unit or order: linked, and shown to the supervision to look at again."""
    if case.kind != Kind.REPORT:
        return []
    units = list(case.named_units.values_list("department", flat=True))
    people = list(case.recusals.filter(kind="named").values_list("user", flat=True))
    same = Q(named_units__department__in=units) | Q(recusals__kind="named", recusals__user__in=people)
    if case.order_number:
        same |= Q(order_number__iexact=case.order_number)
    set_aside = Complaint.objects.filter(same, kind=Kind.REPORT, unfounded=True).exclude(pk=case.pk).distinct()
    links = []
    for earlier in set_aside.order_by("pk"):
        link, made = LeadLink.objects.get_or_create(earlier=earlier, later=case, defaults={"at": at})
        if made:
            links.append(link)
            _tell_supervision(earlier, gettext_lazy("A lead that was set aside is named again"), at=at)
    return links


@transaction.atomic
def review_lead(*, link_id: int, conclusion: str, by: User, at: datetime) -> LeadLink:
    """Somebody of the supervision has looked at the earlier report again, and says what follows."""
    link = leads_for(by).select_for_update(of=("self",)).select_related("earlier").get(pk=link_id)
    permissions.require(by, link.earlier, "add_note", timezone.localdate(at))
    if link.reviewed_at is not None:
        raise NotPossible(_("This has been looked at already."))
    link.conclusion, link.reviewed_by, link.reviewed_at = conclusion, by, at
    link.save(update_fields=["conclusion", "reviewed_by", "reviewed_at"])
    return link


# --- what happens to who reported ---------------------------------------------------------------------------------------------
def job_changed(user: User, what: str, at: datetime) -> None:
    """Something happened to the job of `user`: if they reported of late, the supervision looks at it. Names nobody."""
    since = at - timedelta(days=30 * Company.current().watch_months)
    reports = Complaint.objects.filter(complainant__employee_digest=keyed("employee", user.employee_number.strip().lower()))
    for case in reports.filter(received_at__gt=since).exclude(complainant__employee_digest=""):
        RetaliationFlag.objects.create(complaint=case, what=what, at=at)
        _tell_supervision(case, gettext_lazy("Something happened to the job of an employee who had reported"), at=at)


@transaction.atomic
def review_flag(*, flag_id: int, conclusion: str, by: User, at: datetime) -> RetaliationFlag:
    """The supervision has looked whether one has to do with the other."""
    flag = flags_for(by).select_for_update(of=("self",)).select_related("complaint").get(pk=flag_id)
    permissions.require(by, flag.complaint, "add_note", timezone.localdate(at))
    if flag.reviewed_at is not None:
        raise NotPossible(_("This has been looked at already."))
    flag.conclusion, flag.reviewed_by, flag.reviewed_at = conclusion, by, at
    flag.save(update_fields=["conclusion", "reviewed_by", "reviewed_at"])
    return flag


def _tell_supervision(case: Complaint, subject: object, *, at: datetime) -> None:
    """A notice to the heads of the supervision who may see the case; it names the number alone."""
    heads = User.objects.active().filter(memberships__department=case.department, memberships__role=Role.HEAD, memberships__to_on=None)
    for head in heads.distinct():
        if Complaint.objects.visible_to(head).filter(pk=case.pk).exists():
            text = gettext_lazy("Please look at report %(number)s.") % {"number": case.number}
            messages.notify_employee(user=head, subject=str(subject), text=text, at=at, by=Actor.SYSTEM)
