"""What is needed to decide, in one line: how far one's authority reaches now, what the standard gives, similar cases, what the budget has left (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F, OuterRef, Subquery, Sum, Value

from complaints.models import Authority, Complaint, RemedyItem, Standard
from complaints.permissions import places_known
from complaints.queries.authorities import SETTLING, Place, Weighing
from complaints.queries.budgets import left_of
from complaints.queries.tables import Tables
from complaints.search import any_word_query
from staff.models import User

#: So many of the newest settled cases of the category are looked through, and so many of them shown.
LOOKED_THROUGH, SHOWN = 200, 5


@dataclass(frozen=True)
class DecisionLine:
    """`room` and `budget` are None where there is no limit."""

    may_settle: bool
    room: Decimal | None
    budget: Decimal | None
    currency: str
    standards: Sequence[Standard] = ()
    similar: Sequence[Any] = field(default_factory=list)


def decision_line(case: Complaint, by: User, on: date, *, tables: Tables, may_settle: bool, judged_by: int | None = None) -> DecisionLine:
    """For whoever may propose or settle here. `judged_by`: the standard the judgement was measured against."""
    return DecisionLine(
        may_settle=may_settle,
        room=_room(case, by, on, tables),
        budget=left_of(tables.budgets[0], on) if tables.budgets else None,
        currency=tables.currency,
        standards=_that_speak_of_it(tables.standards, judged_by),
        similar=similar_to(case, by),
    )


def _that_speak_of_it(standards: Sequence[Standard], judged_by: int | None) -> list[Standard]:
    """The one of the judgement; else those made for this kind of case or this product."""
    chosen = [row for row in standards if row.pk == judged_by]
    return chosen or [row for row in standards if row.category_id is not None or row.product_id is not None]


def _room(case: Complaint, by: User, on: date, tables: Tables) -> Decimal | None:
    """As `authorities.room_of` says it, from what was read already."""
    where = [Place(place.role, place.path) for place in places_known(by) if place.role in SETTLING]
    mine = [row for row in tables.authorities if row.role in {place.role for place in where}]
    weighing = Weighing(case, {}, on, Authority.Use.SETTLE)
    weighing.read_together(by.pk, mine)
    return weighing.room(by.pk, where)


def similar_to(case: Complaint, by: User) -> list[Complaint]:
    """Settled cases of the same category and product that this person may see, those with the most words in common first; `given` is what the
    customer got."""
    settled = Complaint.objects.visible_to(by).filter(category=case.category_id, remedies__state="accepted").exclude(pk=case.pk)
    if case.product_id is not None:
        settled = settled.filter(product=case.product_id)
    newest = settled.order_by("-received_at", "-pk").values("pk")[:LOOKED_THROUGH]
    agreed = RemedyItem.objects.agreed().filter(amount__isnull=False)
    total = agreed.filter(remedy__complaint=OuterRef("pk")).order_by().values("remedy__complaint").annotate(sum=Sum("amount")).values("sum")
    rows = Complaint.objects.filter(pk__in=newest).annotate(given=Subquery(total[:1])).only("number", "received_at")
    query = any_word_query((case.facts or case.story).replace("\x00", " "))
    if query is None:
        return list(rows.order_by("-received_at", "-pk")[:SHOWN])
    near = SearchRank(F("search_text"), query, normalization=Value(1))
    return list(rows.annotate(near=near).order_by(F("near").desc(nulls_last=True), "-received_at", "-pk")[:SHOWN])
