"""A query whose SQL is made once finds what Django's own would find, each time anew."""

import pytest
from django.db.models import Count, F

from staff.models import Department
from staff.models.compiled import Compiled, Figures, Given
from tests.factories.staff import DepartmentFactory

pytestmark = pytest.mark.django_db

CHILDREN = Compiled(
    lambda: (
        Department.objects.filter(parent=Given("parent"), code__in=[Given("one"), Given("other")])
        .select_related("parent")
        .annotate(again=F("code"))
        .defer("name")
        .order_by("code")
    )
)
NUMBER = Figures(
    lambda: Department.objects.filter(parent=Given("parent")).order_by().values("parent").annotate(n=Count("pk")).values_list("n")
)


def test_finds_models_with_what_is_related_and_annotated() -> None:
    top = DepartmentFactory.create(code="top")
    DepartmentFactory.create(code="b", parent=top)
    DepartmentFactory.create(code="a", parent=top)
    DepartmentFactory.create(code="c", parent=top)
    found = CHILDREN(parent=top.pk, one="a", other="b")
    assert [(each.code, vars(each)["again"], each.parent) for each in found] == [("a", "a", top), ("b", "b", top)]
    assert found[0].get_deferred_fields() == {"name"}
    assert not found[0]._state.adding
    assert CHILDREN.first(parent=top.pk, one="c", other="c") is not None


def test_asks_anew_each_time_and_finds_nothing_equal_to_none() -> None:
    top = DepartmentFactory.create(code="top")
    assert NUMBER(parent=top.pk) == []
    DepartmentFactory.create(code="a", parent=top)
    assert [list(row) for row in NUMBER(parent=top.pk)] == [[1]]
    assert CHILDREN(parent=None, one="top", other="a") == []
    assert CHILDREN.first(parent=top.pk, one="nobody", other="nobody") is None
