"""Who is told of a case by rung or mark: there today or their deputies, and never whom the case is about."""

from collections.abc import Iterable
from datetime import date

from complaints.models import Complaint
from complaints.permissions import scope_of
from escalation.models import Rung, SupervisionOrder
from staff import queries as organisation
from staff.models import User
from staff.roles import Role

Act = Rung.Act


def told_by(act: str, case: Complaint, on: date) -> list[User]:
    """The people an act reaches. Where nobody is left at one level the next higher is told."""
    levels = [_level(step, case) for step in _UPWARD[act]]
    for people in levels:
        fit = _fit(people, case, on)
        if fit:
            return fit
    return []


def may_answer(user: User, order: SupervisionOrder, on: date) -> bool:
    """The head of the unit, those above, and who stands in for them; nobody answers what they ordered."""
    heads = scope_of(user).heads(order.department.path)
    return order.by_id != user.pk and (heads or user in told_by(Act.ORDER, order.complaint, on))


#: From whom to whom when nobody is there.
_UPWARD: dict[str, tuple[str, ...]] = {
    Act.REMIND: ("handler", "head", "above", "management", "executives"),
    Act.HEAD: ("head", "above", "management", "executives"),
    Act.ORDER: ("head", "above", "management", "executives"),
    Act.MANAGEMENT: ("management", "executives"),
    Act.EXECUTIVES: ("executives", "management"),
}


def _level(name: str, case: Complaint) -> list[User]:
    if name == "handler":
        return [case.handler] if case.handler is not None else []
    if name == "management":
        return list(User.objects.with_role(Role.MANAGER).order_by("pk"))
    if name == "executives":
        return list(organisation.executives().order_by("pk"))
    levels = organisation.heads_above(case.department)
    if name == "head":
        return levels[0] if levels else []
    return levels[1] if len(levels) > 1 else []


def _fit(people: Iterable[User], case: Complaint, on: date) -> list[User]:
    there = dict.fromkeys(organisation.present(person, on) for person in people)
    return [person for person in there if person is not None and person.is_active and _may_know(person, case)]


def _may_know(person: User, case: Complaint) -> bool:
    return bool(Complaint.objects.visible_to(person).filter(pk=case.pk).exists())
