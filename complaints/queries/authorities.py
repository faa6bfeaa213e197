"""Whose word is good for how much: limits by role and kind, reckoned over the case, the day and the customer (mission, M2; R3, F3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from complaints import value
from complaints.models import Authority, Complaint, Remedy, RemedyItem
from complaints.money import NOTHING
from staff.models import Membership
from staff.roles import Role

#: Money that was promised or given; what was refused, superseded or lapsed was not.
STANDING = (Remedy.State.APPROVED, Remedy.State.ACCEPTED)
Sums = Mapping[str, Decimal]


@dataclass(frozen=True)
class Place:
    """A role somebody holds, and the path of the department they hold it in."""

    role: str
    path: str


def places(users: Iterable[int], roles: Iterable[str]) -> dict[int, list[Place]]:
    """The places of these people in these roles, now."""
    found: dict[int, list[Place]] = defaultdict(list)
    rows = Membership.objects.active().filter(user__in=set(users), role__in=list(roles))
    for user, role, path in rows.values_list("user", "role", "department__path"):
        found[user].append(Place(role, path))
    return found


def sums_of(items: Iterable[Any]) -> dict[str, Decimal]:
    """What items of one version can cost at most, by kind and, under "", in all; alternatives not taken cost nothing."""
    return value.dearest(value.Given(kind=item.kind, amount=item.amount, option=item.option) for item in items)


def _given(remedies: Q) -> dict[str, Decimal]:
    """The same over all solutions that stand."""
    return _given_each({"": remedies})[""]


def _given_each(asked: Mapping[Any, Q]) -> dict[Any, dict[str, Decimal]]:
    """For each of these questions the sums over all solutions that stand, in one query."""
    marks = {f"mark_{number}": ExpressionWrapper(each, output_field=BooleanField()) for number, each in enumerate(asked.values())}
    any_of = reduce(or_, asked.values())
    items = RemedyItem.objects.filter(any_of, remedy__state__in=STANDING).select_related("remedy").annotate(**marks)
    found: dict[Any, dict[str, Decimal]] = {}
    rows = list(items.order_by("remedy", "pk"))
    for mark, key in zip(marks, asked, strict=True):
        found[key] = _sum_up([item for item in rows if getattr(item, mark)])
    return found


def _sum_up(items: Iterable[RemedyItem]) -> dict[str, Decimal]:
    by_remedy: dict[int, list[RemedyItem]] = defaultdict(list)
    for item in items:
        if item.remedy.chosen_option is None or item.goes_with(item.remedy.chosen_option):
            by_remedy[item.remedy_id].append(item)
    sums: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    for rows in by_remedy.values():
        for kind, amount in sums_of(rows).items():
            sums[kind] += amount
    return sums


class Weighing:
    """One version of a solution, and what its money comes on top of. Reads each sum once, and only when a limit asks for it."""

    def __init__(self, case: Complaint, new: Sums, on: date, use: Authority.Use) -> None:
        self.case, self.new, self.on, self.use = case, {kind: amount for kind, amount in new.items() if amount}, on, use
        self._read: dict[object, Sums] = {}
        self._rows: list[Authority] | None = None

    @property
    def total(self) -> Decimal:
        return self.new.get("", NOTHING)

    def covers(self, user: int, where: Iterable[Place]) -> bool:
        """Whether one of these places lets this person give it. Without money nobody's authority is asked."""
        return not self.new or any(self._covered(user, place) for place in where)

    def _covered(self, user: int, place: Place) -> bool:
        rows = self._applying(place)
        kinds = [kind for kind in self.new if kind]
        if "" not in rows and not set(kinds) <= set(rows):
            return False
        return all(self._fits(user, row) for kind, row in rows.items() if kind in self.new)

    def _applying(self, place: Place) -> dict[str, Authority]:
        """By kind the row that holds there: the nearest department's, else the general one."""
        found: dict[str, Authority] = {}
        for row in sorted(self._in_force(), key=lambda row: len(row.department.path) if row.department else 0):
            if row.role == place.role and (row.department is None or place.path.startswith(row.department.path)):
                found[row.kind] = row
        return found

    def _in_force(self) -> list[Authority]:
        if self._rows is None:
            self._rows = list(Authority.objects.in_force(self.on).filter(use=self.use).select_related("department"))
        return self._rows

    def _fits(self, user: int, row: Authority) -> bool:
        amount = self.new[row.kind]
        return (
            (row.per_case is None or self.on_case().get(row.kind, NOTHING) + amount <= row.per_case)
            and (row.per_day is None or self.on_day(user).get(row.kind, NOTHING) + amount <= row.per_day)
            and (row.per_customer is None or self.of_customer(row.customer_days).get(row.kind, NOTHING) + amount <= row.per_customer)
        )

    def room(self, user: int, where: Iterable[Place], kind: str = "") -> Decimal | None:
        """How much more this person may give of this kind, or in all; None where there is no limit, 0 without authority."""
        rooms = [self._room(user, row) for place in where for row in [self._applying(place).get(kind)] if row is not None]
        if not rooms:
            return NOTHING
        limited = [room for room in rooms if room is not None]
        return max(max(limited), NOTHING) if len(limited) == len(rooms) else None

    def _room(self, user: int, row: Authority) -> Decimal | None:
        left = []
        if row.per_case is not None:
            left.append(row.per_case - self.on_case().get(row.kind, NOTHING))
        if row.per_day is not None:
            left.append(row.per_day - self.on_day(user).get(row.kind, NOTHING))
        if row.per_customer is not None:
            left.append(row.per_customer - self.of_customer(row.customer_days).get(row.kind, NOTHING))
        return min(left) if left else None

    def on_case(self) -> Sums:
        """What was given on this case, and on those merged into it: a limit per case starts no second time by merging."""
        return self._read["case"] if "case" in self._read else self._once("case", Q(remedy__complaint__in=self._merged_here()))

    def _merged_here(self) -> list[int]:
        found, latest = [self.case.pk], [self.case.pk]
        while latest := list(Complaint.objects.filter(merged_into__in=latest).exclude(pk__in=found).values_list("pk", flat=True)):
            found += latest
        return found

    def _merged_at_once(self) -> Q:
        """The same without asking level by level, three mergers deep: to be shown, not to be decided by."""
        ways = ("remedy__complaint", *(f"remedy__complaint{'__merged_into' * depth}" for depth in (1, 2, 3)))
        return reduce(or_, (Q(**{way: self.case}) for way in ways))

    def on_day(self, user: int) -> Sums:
        """Approved or settled by this person that day."""
        return self._once(("day", user), self._of_day(user))

    def _of_day(self, user: int) -> Q:
        start = timezone.make_aware(datetime.combine(self.on, time.min))
        day = (start, start + timedelta(days=1))
        approved = Q(remedy__approval__by=user, remedy__approval__at__gte=day[0], remedy__approval__at__lt=day[1])
        settled = Q(remedy__settlement__by=user, remedy__settlement__at__gte=day[0], remedy__settlement__at__lt=day[1])
        return approved | settled

    def of_customer(self, days: int) -> Sums:
        """Given to the same customer, in whatever case, within so many days: known by the customer's record, else by the same contact."""
        return self._once(("customer", days), self._by_customer(days))

    def _by_customer(self, days: int) -> Q:
        party = self.case.complainant
        since = timezone.make_aware(datetime.combine(self.on - timedelta(days=days), time.min))
        same = Q(remedy__complaint=self.case)
        if party.customer_id is not None:
            same |= Q(remedy__complaint__complainant__customer=party.customer_id)
        if party.contact_digest:
            same |= Q(remedy__complaint__complainant__contact_digest=party.contact_digest)
        # When it was given, not when it was proposed: a proposal can wait as long as one likes.
        return same & (Q(remedy__approval__at__gte=since) | Q(remedy__settlement__at__gte=since))

    def read_together(self, user: int, rows: list[Authority]) -> None:
        """Read at once what the limits of these rows come on top of: the case, the day, the customer by each number of days."""
        self._rows = rows
        asked = {"case": self._merged_at_once(), ("day", user): self._of_day(user)}
        asked |= {("customer", row.customer_days): self._by_customer(row.customer_days) for row in rows if row.per_customer is not None}
        self._read |= _given_each(asked)

    def _once(self, key: object, remedies: Q) -> Sums:
        if key not in self._read:
            self._read[key] = _given(remedies)
        return self._read[key]


SETTLING = (Role.AGENT, Role.INVESTIGATOR, Role.HEAD, Role.MANAGER)


def may_settle(user_id: int, case: Complaint, new: Sums, on: date) -> bool:
    """Whether this person may give it on the spot (the value rule and the standard are the sheet's matter)."""
    return Weighing(case, new, on, Authority.Use.SETTLE).covers(user_id, places([user_id], SETTLING)[user_id])


def room_of(user_id: int, case: Complaint, on: date, kind: str = "") -> Decimal | None:
    """ "You may settle up to X now": what is left of this person's authority on this case, today; None without a limit."""
    return Weighing(case, {}, on, Authority.Use.SETTLE).room(user_id, places([user_id], SETTLING)[user_id], kind)
