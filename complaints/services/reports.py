"""Reports of misconduct (M10): they go to the supervision, never to the unit or line they name; old leads are looked at again; what happens
to the job of an employee who reported is noticed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import permissions
from complaints.models import Assignment, Complaint, LeadLink, NamedUnit, RetaliationFlag
from complaints.permissions import SEES_ALL
from complaints.queries.leads import flags_for, leads_for, watching
from complaints.services import messages
from complaints.services.advance import actor_of, advancing
from complaints.services.errors import NotPossible
from complaints.signing import keyed
from complaints.workflow import Actor, Kind, Step
from staff import queries as organisation
from staff.models import Company, Department, Membership, User
from staff.roles import HOLDERS

if TYPE_CHECKING:
    from complaints.services.advance import Move


def supervision(*, without: Iterable[Department] = (), unseeing: Collection[int] = ()) -> Department:
    """The department that looks into a report on these units: there is always one, and somebody there to see it.

    The supervision, unless it or a part of it is named; one that a named unit only contains (the company contains everything) is fit. Else the
    managing department, that of an executive, a reception, any other. Where every department is a part of what is named, one of them after all:
    it may see what names a top unit. `unseeing`: ids of those it is hidden from for another reason.
    """
    named, candidates = list(without), _candidates()
    apart = [each for each in candidates if not organisation.is_part_of(each, named) and not (each.supervises and _is_in(named, each))]
    parts = [each for each in candidates if each not in apart and each not in named]
    for department in (*apart, *parts):
        if _is_seen_at(department, named, unseeing):
            return department
    return next(iter((*apart, *parts, *candidates)))


def _candidates() -> list[Department]:
    """Every open department, the fittest to look into a report first."""
    executive = set(organisation.executives().filter(memberships__to_on=None).values_list("memberships__department", flat=True))

    def fitness(each: Department) -> tuple[bool, bool, bool, bool, str]:
        return not each.supervises, not each.manages, each.pk not in executive, not each.receives, each.path

    return sorted(Department.objects.active(), key=fitness)


def _is_in(named: Iterable[Department], department: Department) -> bool:
    return any(unit.path.startswith(department.path) for unit in named)


def _is_seen_at(department: Department, named: Iterable[Department], unseeing: Collection[int]) -> bool:
    """Whether somebody who works there may see a report on these units; of a department without anybody who reads files, those who see all."""
    there = Q(memberships__department=department, memberships__to_on=None, memberships__role__in=HOLDERS["read_files"])
    readers = list(User.objects.active().filter(there).distinct()) or list(User.objects.with_role(*SEES_ALL))
    kept = {user.pk for user in readers for unit in named if permissions.scope_of(user).is_kept_from(unit, with_department=department.pk)}
    return any(user.pk not in kept and user.pk not in unseeing for user in readers)


def concerns(case: Complaint, department: Department) -> bool:
    """Whether a unit is named, in what is or was a report, that is this department or one it belongs to."""
    return organisation.is_part_of(department, named_units(case))


def named_units(case: Complaint) -> list[Department]:
    return [unit.department for unit in case.named_units.select_related("department")]


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
        release_unseeing(move)
        rehome_unseen(move)


def release_unseeing(move: Move) -> None:
    """A handler the case is hidden from loses it to the department."""
    case = move.complaint
    if case.handler is not None and not Complaint.objects.not_about(case.handler).filter(pk=case.pk).exists():
        move.give_to(Assignment.Kind.RETURNED, handler=None)


def rehome_unseen(move: Move) -> None:
    """A report that nobody where it is may see any more goes to another department."""
    case = move.complaint
    if case.kind == Kind.REPORT and not _is_seen_at(case.department, named_units(case), _unseeing(case)):
        to_supervision(move, reason=_("Nobody of the department it was with may see the report."))


def _unseeing(case: Complaint) -> set[int]:
    return set(case.recusals.exclude(kind="judged_before").values_list("user", flat=True))


def to_supervision(move: Move, *, reason: str) -> None:
    """Give the case to the supervision, which has it from now on."""
    case = move.complaint
    department = supervision(without=named_units(case), unseeing=_unseeing(case))
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
    _conclude(link, link.earlier, conclusion=conclusion, by=by, at=at)
    return link


# --- what happens to who reported ---------------------------------------------------------------------------------------------
def job_changed(user: User, what: str, at: datetime, by: User) -> None:
    """Something happened to the job of `user`: if they reported of late, the supervision looks at it. Names nobody.

    Never `by`, whose act it was: trying who is flagged would tell them who reported.
    """
    since = at - timedelta(days=30 * Company.current().watch_months)
    reports = Complaint.objects.filter(complainant__employee_digest=keyed("employee", user.employee_number.strip().lower()))
    for case in reports.filter(received_at__gt=since).exclude(complainant__employee_digest=""):
        RetaliationFlag.objects.create(complaint=case, what=what, changed_by=by, at=at)
        _tell_supervision(case, gettext_lazy("Something happened to the job of an employee who had reported"), at=at, but=by)


@transaction.atomic
def review_flag(*, flag_id: int, conclusion: str, by: User, at: datetime) -> RetaliationFlag:
    """The supervision has looked whether one has to do with the other."""
    flag = flags_for(by).select_for_update(of=("self",)).select_related("complaint").get(pk=flag_id)
    _conclude(flag, flag.complaint, conclusion=conclusion, by=by, at=at)
    return flag


def _conclude(row: LeadLink | RetaliationFlag, case: Complaint, *, conclusion: str, by: User, at: datetime) -> None:
    """Write down what was found; once. Raises Refused and NotPossible."""
    permissions.require(by, case, "add_note", timezone.localdate(at))
    if row.reviewed_at is not None:
        raise NotPossible(_("This has been looked at already."))
    row.conclusion, row.reviewed_by, row.reviewed_at = conclusion, by, at
    row.save(update_fields=["conclusion", "reviewed_by", "reviewed_at"])


def _tell_supervision(case: Complaint, subject: object, *, at: datetime, but: User | None = None) -> None:
    """A notice to the heads of the department that watches over the case, as far as they may see it; it names the number alone."""
    heads = Membership.objects.heads().filter(department__in=watching(case)).values("user")
    for head in User.objects.filter(pk__in=heads).exclude(pk=but.pk if but else None).order_by("pk"):
        if Complaint.objects.visible_to(head).filter(pk=case.pk).exists():
            text = gettext_lazy("Please look at report %(number)s.") % {"number": case.number}
            messages.notify_employee(user=head, subject=str(subject), text=text, at=at, by=Actor.SYSTEM)
