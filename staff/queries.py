"""Questions about the organisation that other apps ask."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from staff.models import Absence, Department, Membership, User
from staff.querysets import UserQuerySet
from staff.roles import Role


def superiors_of(users: Iterable[User | int]) -> set[int]:
    """Ids of the nearest heads of these people: of their own department, or of the nearest above that has another head.

    Five people cost as many queries as one: two.
    """
    ids = {user.pk if isinstance(user, User) else user for user in users}
    places = Membership.objects.filter(user__in=ids, to_on=None).values_list("user", "department__path").distinct()
    chains = [(user, _nearest_first(path)) for user, path in places]
    heads = _heads_by_department({pk for _, chain in chains for pk in chain})
    found: set[int] = set()
    for user, chain in chains:
        found.update(next((others for pk in chain if (others := {head.pk for head in heads[pk]} - {user})), set()))
    return found


def heads_above(department: Department) -> list[list[User]]:
    """Heads of the department, then of each department above that has any, nearest first."""
    path: str = Department.objects.values_list("path", flat=True).get(pk=department.pk)
    chain = _nearest_first(path)
    heads = _heads_by_department(chain)
    return [heads[pk] for pk in chain if heads[pk]]


def executives() -> UserQuerySet:
    people: UserQuerySet = User.objects.with_role(Role.EXECUTIVE)
    return people


def is_absent(user: User, on: date) -> bool:
    return bool(Absence.objects.on(on).filter(user=user).exists())


def deputy_of(user: User, on: date) -> User | None:
    """Who stands in that day: the deputy, or theirs when they are away too; nobody when the user is there or all are away."""
    asked: set[int] = set()
    person = user
    while person.pk not in asked:
        asked.add(person.pk)
        absence = Absence.objects.on(on).filter(user=person).select_related("deputy").order_by("-pk").first()
        if absence is None:
            return None if person.pk == user.pk or not person.is_active else person
        person = absence.deputy
    return None


def _nearest_first(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")][::-1]


def _heads_by_department(departments: Iterable[int]) -> dict[int, list[User]]:
    heads: dict[int, list[User]] = defaultdict(list)
    memberships = Membership.objects.heads().filter(department__in=set(departments)).select_related("user")
    for membership in memberships.order_by("from_on", "pk"):
        heads[membership.department_id].append(membership.user)
    return heads
