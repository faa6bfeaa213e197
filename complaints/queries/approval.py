"""Who may approve the solution that waits: asked anew at every act, for people fall ill, are named, change their post."""

from __future__ import annotations

from datetime import date

from complaints.models import Authority, Complaint, Remedy, RemedyItem
from complaints.permissions import is_openly_complainant, out_of_it
from complaints.queries.authorities import Place, Weighing, places, sums_of
from staff import queries as organisation
from staff.models import User
from staff.models.compiled import Compiled, Figures, Given
from staff.roles import Role

#: Asked two and three times by each approval: their SQL is made once a process (docs/performance.md).
VERSIONS = Figures(
    lambda: Remedy.objects.filter(complaint=Given("case")).order_by("version").values_list("pk", "sheet__goes_up", "submitted_by")
)
ITEMS: Compiled[RemedyItem] = Compiled(lambda: RemedyItem.objects.filter(remedy=Given("remedy")).select_related("paid_by"))
EXECUTIVES: Compiled[User] = Compiled(organisation.executives)


def approvers(case: Complaint, on: date) -> set[int]:
    """Ids of those who may approve the solution that waits: the head of the handling department; where they proposed it, are recused, absent
    without deputy, without authority for so much or not over every department that pays, the next head up; at last the executives. Where a ruling is needed, the executives alone.
    A solution below the value rule or outside the standard goes one level further up."""
    versions = VERSIONS(case=case.pk)
    if not versions:
        return set()
    remedy, goes_up, _by = versions[-1]
    # Of an earlier version too: else a colleague could lay the same thing before them again (R3).
    barred = out_of_it(case) | {by for _pk, _goes_up, by in versions}
    needs_ruling = case.category is not None and case.category.needs_ruling
    heads = [] if needs_ruling or case.handling_department is None else organisation.heads_above(case.handling_department)
    levels = [*((level, Role.HEAD) for level in heads), (EXECUTIVES(), Role.EXECUTIVE)]
    items = ITEMS(remedy=remedy)
    weighing = Weighing(case, sums_of(items), on, Authority.Use.APPROVE)
    payers = {item.paid_by.path for item in items if item.amount and item.paid_by is not None}
    passed_by = not goes_up
    for number, (level, role) in enumerate(levels, start=1):
        fit = _fit(level, role, barred, weighing, payers)
        if fit and (passed_by or number == len(levels)):
            return fit
        passed_by = passed_by or bool(fit)
    return set()


def _fit(level: list[User], role: Role, barred: set[int], weighing: Weighing, payers: set[str]) -> set[int]:
    """Of one level those who are there, have no part in it, and whose authority reaches so far and over those who pay; a deputy has that of the
    person away."""
    asked = [person for person in level if person.pk not in barred and not is_openly_complainant(person, weighing.case)]
    standing_in = {person.pk: _present(person, weighing.case, weighing.on) for person in asked}
    here = {pk: present for pk, present in standing_in.items() if present is not None and present not in barred}
    if not here:
        return set()
    held = places(here, [role]) if weighing.new else {}
    return {
        present
        for pk, present in here.items()
        if weighing.covers(present, held.get(pk, [])) and (role == Role.EXECUTIVE or _heads(held.get(pk, []), payers))
    }


def _heads(held: list[Place], payers: set[str]) -> bool:
    """Whether each of these departments is headed from one of these places, or stands below it: nobody gives away another unit's money."""
    return all(any(path.startswith(place.path) for place in held) for path in payers)


def _present(person: User, case: Complaint, on: date) -> int | None:
    """The approver's id, or that of a deputy who has the right to approve and sees the case; None when there is no such."""
    deputy = organisation.present(person, on)
    if deputy == person:
        return person.pk
    if deputy is None or not deputy.has_perm("complaints.approve_remedy") or is_openly_complainant(deputy, case):
        return None
    return deputy.pk if Complaint.objects.visible_to(deputy).filter(pk=case.pk).exists() else None
