from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from staff import queries
from staff.models import Absence, User
from staff.roles import Role
from staff.services import absences, users
from tests.factories.staff import DepartmentFactory, MembershipFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Any]:
    """top – middle – leaf, and another leaf beside it."""
    top = DepartmentFactory.create()
    middle = DepartmentFactory.create(parent=top)
    return {"top": top, "middle": middle, "leaf": DepartmentFactory.create(parent=middle), "beside": DepartmentFactory.create(parent=top)}


class TestSuperiorsOf:
    def test_are_the_heads_of_ones_own_department(self, tree: dict[str, Any]) -> None:
        head, deputy = person(Role.HEAD, tree["leaf"]), person(Role.HEAD, tree["leaf"])
        person(Role.HEAD, tree["middle"])
        assert queries.superiors_of([person(Role.AGENT, tree["leaf"])]) == {head.pk, deputy.pk}

    def test_are_further_up_where_there_is_none(self, tree: dict[str, Any]) -> None:
        head = person(Role.HEAD, tree["top"])
        person(Role.HEAD, tree["beside"])
        assert queries.superiors_of([person(Role.AGENT, tree["leaf"])]) == {head.pk}

    def test_of_a_head_are_the_next_other_head(self, tree: dict[str, Any]) -> None:
        above, head = person(Role.HEAD, tree["middle"]), person(Role.HEAD, tree["leaf"])
        assert queries.superiors_of([head]) == {above.pk}

    def test_count_every_department_of_a_person(self, tree: dict[str, Any]) -> None:
        one, two = person(Role.HEAD, tree["leaf"]), person(Role.HEAD, tree["beside"])
        worker = person(Role.AGENT, tree["leaf"])
        MembershipFactory.create(user=worker, department=tree["beside"], role=Role.INVESTIGATOR)
        assert queries.superiors_of([worker.pk]) == {one.pk, two.pk}

    def test_leave_out_those_who_left(self, tree: dict[str, Any], now: datetime) -> None:
        above, left = person(Role.HEAD, tree["middle"]), person(Role.HEAD, tree["leaf"])
        users.deactivate(user=left, by=person(Role.MANAGER), at=now)
        assert queries.superiors_of([person(Role.AGENT, tree["leaf"])]) == {above.pk}

    def test_of_nobody_or_above_all_are_none(self, tree: dict[str, Any]) -> None:
        assert queries.superiors_of([]) == set()
        assert queries.superiors_of([person(Role.HEAD, tree["top"])]) == set()

    def test_cost_the_same_for_many(self, tree: dict[str, Any], django_assert_num_queries: Any) -> None:
        person(Role.HEAD, tree["middle"])
        people = [person(Role.AGENT, tree["leaf"]) for _ in range(5)]
        with django_assert_num_queries(2):
            queries.superiors_of(people)


def test_heads_above_come_nearest_first(tree: dict[str, Any]) -> None:
    near, far = person(Role.HEAD, tree["leaf"]), person(Role.HEAD, tree["top"])
    assert queries.heads_above(tree["leaf"]) == [[near], [far]]
    assert queries.heads_above(tree["beside"]) == [[far]]


def test_executives_are_those_who_still_are(now: datetime) -> None:
    stays, leaves = person(Role.EXECUTIVE), person(Role.EXECUTIVE)
    users.deactivate(user=leaves, by=person(Role.MANAGER), at=now)
    assert list(queries.executives()) == [stays]


class TestAbsence:
    DAY = date(2026, 3, 2)

    def away(self, user: User, deputy: User, at: datetime) -> Absence:
        return absences.add(user=user, from_on=self.DAY, to_on=self.DAY, deputy=deputy, by=user, at=at)

    def test_the_deputy_stands_in_or_theirs(self, now: datetime) -> None:
        one, two, three = person(), person(), person()
        assert queries.deputy_of(one, self.DAY) is None
        self.away(one, two, now)
        assert queries.is_absent(one, self.DAY)
        assert queries.deputy_of(one, self.DAY) == two
        self.away(two, three, now)
        assert queries.deputy_of(one, self.DAY) == three
        self.away(three, one, now)
        assert queries.deputy_of(one, self.DAY) is None

    def test_overlaps_own_deputy_and_strangers_are_refused(self, now: datetime) -> None:
        user, deputy = person(), person()
        self.away(user, deputy, now)
        with pytest.raises(ValidationError):
            self.away(user, deputy, now)
        with pytest.raises(ValidationError):
            self.away(deputy, deputy, now)
        with pytest.raises(PermissionDenied):
            absences.add(user=user, from_on=self.DAY, to_on=self.DAY, deputy=deputy, by=deputy, at=now)
