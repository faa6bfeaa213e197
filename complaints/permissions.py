"""Who may do what with a case: role, relation to the case, recusal, presence. Deny by default.

`refusal` is asked by `services.advance` inside the transaction of the act, and by the back office to know what to offer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from complaints.signing import keyed
from complaints.workflow import Actor, Step
from staff import queries as organisation
from staff.models.compiled import Figures, Given
from staff.roles import Role

if TYPE_CHECKING:
    from complaints.models import Complaint
    from staff.models import Department, User

#: What the complainant does on the tracking page, and what the system does by itself.
COMPLAINANT_ACTS = frozenset({"accept", "object_to_findings", "object_to_remedy", "withdraw"})
SYSTEM_ONLY = frozenset({"lapse"})
SYSTEM_ACTS = SYSTEM_ONLY | {"erase", "close", "hand_over"}

#: Acts whose permission is named otherwise than the act.
CODENAMES = {
    "accept": "record_answer",
    "object_to_findings": "record_answer",
    "object_to_remedy": "record_answer",
    "reject_unfounded": "confirm_unfounded",
    "withdraw": "withdraw_for",
    "ask_statement": "investigate",
    "complete_improvement": "improve",
    "link_improvement": "improve",
    "check_effect": "improve",
    "answer_low_score": "follow_up",
    "plan_visit": "follow_up",
}
SEES_ALL = frozenset({Role.MANAGER, Role.EXECUTIVE, Role.AUDITOR})


class Refused(PermissionDenied):
    """May see the case but not do this. The middleware keeps it as a denied attempt."""

    def __init__(self, reason: str, *, act: str, target: str) -> None:
        super().__init__(reason)
        self.reason, self.act, self.target = reason, act, target


@dataclass(frozen=True)
class Scope:
    """A person's place in the organisation, read once."""

    roles: frozenset[str]
    departments: frozenset[int]
    headed_paths: tuple[str, ...]
    #: Ids of the person's departments and of those above them, as far as the person counts as part of these (`Place.counted`), without the top.
    units_and_above: frozenset[int] = frozenset()
    #: Each top unit they are part of → the departments below it through which they are; none where they are its members themselves.
    tops: tuple[tuple[int, frozenset[int]], ...] = ()

    @property
    def sees_all(self) -> bool:
        return bool(self.roles & SEES_ALL)

    def heads(self, path: str) -> bool:
        """Whether the person heads the department with this path or one above it."""
        return any(path.startswith(headed) for headed in self.headed_paths)

    def is_kept_from(self, unit: Department, *, with_department: int) -> bool:
        """Whether a report on this unit, while that department has it, is hidden from the person: what `ComplaintQuerySet._on_unit_of` asks the database."""
        if self.heads(unit.path) or unit.pk in self.units_and_above:
            return True
        return any(unit.pk == top and with_department not in below for top, below in self.tops)


def scope_of(user: User) -> Scope:
    """Read once for a user instance, as Django does with permissions: a request loads its user anew, so a changed role counts at once."""
    known: Scope | None = user.__dict__.get("_scope_in_organisation")
    if known is None:
        places = organisation.places_of(user)
        known = Scope(
            roles=frozenset(place.role for place in places),
            departments=frozenset(place.department for place in places),
            headed_paths=tuple(place.path for place in places if place.role == Role.HEAD),
            units_and_above=frozenset(unit for place in places for unit in place.counted if unit != place.top),
            tops=_tops(places),
        )
        user.__dict__["_scope_in_organisation"] = known
        user.__dict__["_places_in_organisation"] = places
    return known


def places_known(user: User) -> list[organisation.Place]:
    """The places behind the scope, read with it."""
    scope_of(user)
    places: list[organisation.Place] = user.__dict__["_places_in_organisation"]
    return places


def _tops(places: list[organisation.Place]) -> tuple[tuple[int, frozenset[int]], ...]:
    found: dict[int, frozenset[int]] = {}
    for top in {place.top for place in places if place.top in place.counted}:
        chains = [place.counted for place in places if place.top == top]
        direct = (top,) in chains
        found[top] = frozenset() if direct else frozenset(unit for chain in chains for unit in chain) - {top}
    return tuple(found.items())


def _of_case(model: str, *columns: str) -> Figures:
    """The models import this module, so they are named."""
    return Figures(
        lambda: apps.get_model("complaints", model)._default_manager.filter(complaint=Given("case")).order_by().values_list(*columns)
    )


RECUSED = _of_case("Recusal", "user", "kind")
CONCERNED = _of_case("Investigation", "statements__employee", "responsible_persons")


def out_of_it(case: Complaint) -> set[int]:
    """Ids of those who decide nothing in this case: who is named in it and their superiors, who judged it before, who was asked for a
    statement or found responsible."""
    kept_out = RECUSED(case=case.pk)
    named = [user for user, kind in kept_out if kind == "named"]
    concerned = {person for row in CONCERNED(case=case.pk) for person in row if person}
    return {user for user, _kind in kept_out} | concerned | (organisation.superiors_of(named) if named else set())


def is_complainant(user: User, case: Complaint) -> bool:
    """Whether the complaint is this employee's own: by the number they gave; in their own name by their e-mail address too (R3).

    Asked at the act of the person alone, never to list people: who is left out of a list would tell who complained in confidence. Nor is
    the address compared there, which people can change to see what happens.
    """
    party = case.complainant
    if party.employee_digest and party.employee_digest == keyed("employee", user.employee_number.strip().lower()):
        return True
    return bool(party.email) and party.email == user.email.strip().lower()


def is_openly_complainant(user: User, case: Complaint) -> bool:
    """The same where everybody who sees the case knows who complains."""
    return not case.complainant.is_protected and is_complainant(user, case)


def may_handle(user: User, case: Complaint, on: date) -> bool:
    """Whether this person may work on this case that day: works here, is present, not recused."""
    return user.is_active and user.pk not in out_of_it(case) and not organisation.is_absent(user, on)


# --- relations: what an act asks of the person beside the role -----------------------------------------------------------------
Relation = Callable[["User", "Complaint", Scope, date], bool]


def in_hand(user: User, case: Complaint, scope: Scope, _on: date) -> bool:
    """The handler; or a member of the department while nobody has taken the case on (acting on it takes it on)."""
    return case.handler_id == user.pk or (case.handler_id is None and case.department_id in scope.departments)


def unclaimed(user: User, case: Complaint, scope: Scope, _on: date) -> bool:
    return case.handler_id is None and case.department_id in scope.departments


def over_it(user: User, case: Complaint, scope: Scope, _on: date) -> bool:
    """Head of the unit that has or answers for it, an executive, or complaint management."""
    unit = case.handling_department or case.department
    return bool(scope.roles & {Role.MANAGER, Role.EXECUTIVE}) or scope.heads(unit.path) or scope.heads(case.department.path)


def can_take_over(user: User, case: Complaint, scope: Scope, on: date) -> bool:
    """At the follow-up the head of the unit that handled it keeps their hands off."""
    if case.handler_id == user.pk:
        return False
    if case.step == Step.FOLLOW_UP:
        return Role.MANAGER in scope.roles or (scope.heads(case.department.path) and outside_the_unit_of(user, case, scope))
    return over_it(user, case, scope, on)


def second_person(user: User, case: Complaint, scope: Scope, on: date) -> bool:
    proposal = case.classifications.order_by("-pk").first()
    return over_it(user, case, scope, on) and (proposal is None or proposal.by_id != user.pk)


def is_approver(user: User, case: Complaint, _scope: Scope, on: date) -> bool:
    from complaints.queries.approval import approvers  # noqa: PLC0415  # who approves follows from amounts, which are read above this module

    return user.pk in approvers(case, on)


def in_hand_or_over(user: User, case: Complaint, scope: Scope, on: date) -> bool:
    return in_hand(user, case, scope, on) or over_it(user, case, scope, on)


def of_the_unit(user: User, case: Complaint, scope: Scope, on: date) -> bool:
    return case.handling_department_id in scope.departments or over_it(user, case, scope, on)


def carries_out(user: User, case: Complaint, scope: Scope, on: date) -> bool:
    """The unit that answers for it, and whoever an accepted item was given to; the service asks for which item."""
    return of_the_unit(user, case, scope, on) or case.remedies.filter(state="accepted", items__owner=user).exists()


def owns_improvement(user: User, case: Complaint, _scope: Scope, _on: date) -> bool:
    return user.has_perm("complaints.complete_any_improvement") or case.improvements.filter(owner=user, done_at=None).exists()


def outside_the_unit_of(user: User, case: Complaint, scope: Scope) -> bool:
    """No member of the unit that handled the case, and never its handler in a unit that had to answer for it."""
    units = case.assignments.filter(kind__in=["assigned", "transferred"]).values("department")
    return case.handling_department_id not in scope.departments and not case.assignments.filter(handler=user, department__in=units).exists()


def outside_the_unit(user: User, case: Complaint, scope: Scope, on: date) -> bool:
    """The follow-up is made by somebody who did not handle the case."""
    return outside_the_unit_of(user, case, scope) and in_hand(user, case, scope, on)


def asks_back(user: User, case: Complaint, scope: Scope, _on: date) -> bool:
    """A low answer of the survey: somebody of the department that has the task, or complaint management; never the unit that handled the case."""
    waiting = case.low_scores.filter(decided_at=None)
    has_it = Role.MANAGER in scope.roles or waiting.filter(department__in=scope.departments).exists()
    return has_it and outside_the_unit_of(user, case, scope)


def reopens(user: User, case: Complaint, scope: Scope, on: date) -> bool:
    """At the follow-up whoever makes it; a closed case only those over it, or who has to ask back after a low answer."""
    if over_it(user, case, scope, on) or (case.step == Step.FOLLOW_UP and in_hand(user, case, scope, on)):
        return True
    return case.low_scores.filter(decided_at=None).exists() and asks_back(user, case, scope, on)


def passes_on(user: User, case: Complaint, scope: Scope, on: date) -> bool:
    """A department passes a case on once; the second time complaint management decides."""
    before = case.assignments.filter(kind="transferred").exists()
    allowed = user.has_perm("complaints.transfer_again") if before else True
    return allowed and (in_hand(user, case, scope, on) or Role.MANAGER in scope.roles)


def always(_user: User, _case: Complaint, _scope: Scope, _on: date) -> bool:
    return True


#: What is not named here is the handler's.
RELATIONS: dict[str, Relation] = {
    "claim": unclaimed,
    "take_over": can_take_over,
    "hand_over": in_hand,
    "confirm_unfounded": second_person,
    "reject_unfounded": second_person,
    "transfer": passes_on,
    "approve_remedy": is_approver,
    "return_remedy": is_approver,
    "fulfil": carries_out,
    "complete_improvement": owns_improvement,
    "penalize": over_it,
    "pass_penalize": over_it,
    "improve": in_hand_or_over,
    "pass_improve": in_hand_or_over,
    "follow_up": outside_the_unit,
    "close": outside_the_unit,
    "reopen": reopens,
    "restore": always,
    "write_message": always,
    "guide": always,
    "add_note": always,
    "attach": always,
    "name_employee": in_hand_or_over,
    "name_unit": in_hand_or_over,
    "change_kind": in_hand_or_over,
    "ask_identity": in_hand_or_over,
    "consent_identity": over_it,
    "erase": always,
    "ask_statement": in_hand_or_over,
    "answer_low_score": asks_back,
    "plan_visit": always,
    "approve_reward": always,
    "link_improvement": in_hand_or_over,
    "check_effect": always,
}


def codename_of(act: str) -> str:
    return f"complaints.{CODENAMES.get(act, act)}"


def role_refusal(actor: User | Actor, act: str) -> str | None:
    """Why the role alone forbids the act; None when it does not."""
    if actor is Actor.COMPLAINANT:
        return None if act in COMPLAINANT_ACTS else _("Only staff can do this.")
    if actor is Actor.SYSTEM:
        return None if act in SYSTEM_ACTS else _("Only a person can do this.")
    if isinstance(actor, Actor) or act in SYSTEM_ONLY or not actor.is_active or not actor.has_perm(codename_of(act)):
        return _("Your role does not allow this.")
    return None


def refusal(actor: User | Actor, case: Complaint, act: str, on: date) -> str | None:
    """Why the actor may not do this act on this case; None when they may. The step and the guards are not looked at."""
    by_role = role_refusal(actor, act)
    if by_role or isinstance(actor, Actor):
        return by_role
    if case.is_erased:
        return _("This case has been erased: nothing more is done with it.")
    if not may_handle(actor, case, on) or is_complainant(actor, case):
        return _("You are recused from this case, or away today.")
    if not RELATIONS.get(act, in_hand)(actor, case, scope_of(actor), on):
        return _("This is for the handler, or for somebody else, to do.")
    return None


def require(actor: User | Actor, case: Complaint, act: str, on: date) -> None:
    """Raise Refused when the actor may not do this."""
    reason = refusal(actor, case, act, on)
    if reason:
        raise Refused(reason, act=act, target=case.number)
