"""Questions about the organisation that other apps ask."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast

from staff.models import Absence, Department, Membership, User
from staff.querysets import DepartmentQuerySet, UserQuerySet
from staff.roles import Role


@dataclass(frozen=True)
class Place:
    """One membership: the role, the department, and the path of the nearest supervision at or above it ("" where there is none)."""

    role: str
    department: int
    path: str
    supervision: str

    @property
    def top(self) -> int:
        return _nearest_first(self.path)[-1]

    @property
    def counted(self) -> tuple[int, ...]:
        return counted_units(self.path, self.supervision)


def places_of(user: User) -> list[Place]:
    """Where a person works now, in one query."""
    supervision = Subquery(_supervising(OuterRef("department__path")).values("path")[:1])
    rows = user.memberships.filter(to_on=None).annotate(supervision=supervision)
    return [
        Place(role, pk, path, at or "")
        for role, pk, path, at in rows.values_list("role", "department_id", "department__path", "supervision")
    ]


def counted_units(path: str, supervision: str) -> tuple[int, ...]:
    """The units whoever works at this path is part of, from the top down: the supervision is no part of what stands above it, for it looks into
    reports on the whole company too."""
    units = _nearest_first(path)[::-1]
    above = len(_nearest_first(supervision)) - 1 if supervision else 0
    return tuple(units[above:])


def is_part_of(department: Department, units: Iterable[Department]) -> bool:
    """Whether the department is one of these units or belongs to one; see `counted_units`."""
    nearest = _supervising(department.path).values_list("path", flat=True).first()
    counted = counted_units(department.path, nearest or "")
    return any(unit.pk in counted for unit in units)


def lines_of(user: User) -> set[int]:
    """Ids of everybody who heads a department of this person or one above it, now; without the person."""
    paths = Membership.objects.filter(user=user, to_on=None).values_list("department__path", flat=True)
    above = {pk for path in paths for pk in _nearest_first(path)}
    return set(Membership.objects.heads().filter(department__in=above).values_list("user", flat=True)) - {user.pk}


def _supervising(path: str | OuterRef) -> DepartmentQuerySet:
    """The supervisions at or above this path, the nearest first."""
    here = Department.objects.filter(supervises=True).alias(here=Cast(Value(path) if isinstance(path, str) else path, TextField()))
    found: DepartmentQuerySet = here.filter(here__startswith=F("path")).order_by("-path")
    return found


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
