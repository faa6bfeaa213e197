"""The tables a decision rests on, in one query: standards of the day of the event, rates, authorities to settle, the budget of who pays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast, JSONObject

from complaints.models import Authority, Budget, Complaint, CostRate, Standard
from complaints.queries.standards import day_of
from staff.models import Company, Department


@dataclass(frozen=True)
class Tables:
    currency: str = ""
    standards: list[Standard] = field(default_factory=list)
    rates: dict[str, CostRate] = field(default_factory=dict)
    authorities: list[Authority] = field(default_factory=list)
    #: Of the nearest department that has any, the latest first.
    budgets: list[Budget] = field(default_factory=list)


def tables_for(case: Complaint, on: date) -> Tables:
    """What can apply to this case that day."""
    payer = case.handling_department or (case.category.department if case.category is not None else None)
    chain = [int(part) for part in payer.path.strip("/").split("/")] if payer is not None else []
    arrays = {
        "standard_rows": _array(_standards(case), Standard),
        "rate_rows": _array(CostRate.objects.in_force(on), CostRate),
        "authority_rows": _array(Authority.objects.in_force(on).filter(use=Authority.Use.SETTLE), Authority, path="department__path"),
        "budget_rows": _array(Budget.objects.filter(department__in=chain, month__lte=on.replace(day=1)), Budget),
    }
    found: Any = Company.objects.filter(pk=1).annotate(**arrays).first()
    if found is None:
        return Tables()
    budgets = [made(Budget, row) for row in found.budget_rows or []]  # asked of no department it is no array at all
    nearest = max((chain.index(row.department_id) for row in budgets), default=0)
    return Tables(
        currency=found.currency,
        standards=sorted(
            (made(Standard, row) for row in found.standard_rows), key=lambda row: (row.product_id is None, row.category_id is None, row.pk)
        ),
        rates={rate.unit: rate for rate in (made(CostRate, row) for row in found.rate_rows)},
        authorities=[_authority(row) for row in found.authority_rows],
        budgets=sorted((row for row in budgets if row.department_id == chain[nearest]), key=lambda row: row.month, reverse=True),
    )


def _standards(case: Complaint) -> models.QuerySet[Standard]:
    day = day_of(case)
    lasts = Q(version__in_force_to=None) | Q(version__in_force_to__gte=day)
    fits = Q(category=None) | Q(category=case.category_id), Q(product=None) | Q(product=case.product_id)
    return Standard.objects.filter(lasts, *fits, version__in_force_from__lte=day, version__document__active=True)


def _array(rows: models.QuerySet[Any], model: type[models.Model], **more: str) -> ArraySubquery:
    values: dict[str, Any] = dict(more)
    for column in model._meta.concrete_fields:
        # Money travels as text: a JSON number would become a float.
        values[column.attname] = Cast(column.attname, TextField()) if isinstance(column, models.DecimalField) else column.attname
    return ArraySubquery(rows.order_by("pk").values(row=JSONObject(**values)))


def made(model: type[models.Model], row: dict[str, Any]) -> Any:
    """The instance a row of JSON stands for."""
    instance = model(**{column.attname: column.to_python(row[column.attname]) for column in _columns(model)})
    instance._state.adding, instance._state.db = False, "default"
    return instance


def _columns(model: type[models.Model]) -> Iterable[models.Field[Any, Any]]:
    return model._meta.concrete_fields


def _authority(row: dict[str, Any]) -> Authority:
    authority: Authority = made(Authority, row)
    if authority.department_id is not None:
        authority.department = Department(pk=authority.department_id, path=row["path"])
    return authority
