"""Whether an improvement helped: complaints of the same kind before and after, and which improvements wait for that question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, QuerySet, Value
from django.utils import timezone

from complaints.models import Category, Complaint, Improvement, Product

if TYPE_CHECKING:
    from staff.models import User


@dataclass(frozen=True)
class Effect:
    """Complaints of one kind in as many days before and after."""

    category: Category | None
    product: Product | None
    days: int
    before: int
    after: int

    @property
    def fell(self) -> bool:
        return self.after < self.before


def check_due_on(improvement: Improvement) -> date | None:
    """The first day on which enough time has passed; None while it is not done."""
    if improvement.done_at is None:
        return None
    return timezone.localdate(improvement.done_at) + timedelta(days=improvement.check_days)


def effect_of(improvement: Improvement) -> Effect:
    """Counted over all cases of the category (and of the product, if the case has one), whoever may see them: only numbers come out."""
    case, done_at, days = improvement.complaint, improvement.done_at, timedelta(days=improvement.check_days)
    if done_at is None:
        raise ValueError(improvement.pk)
    alike = Complaint.objects.in_figures().filter(category=case.category)
    if case.product_id is not None:
        alike = alike.filter(product=case.product_id)
    before = alike.filter(received_at__gte=done_at - days, received_at__lt=done_at).count()
    after = alike.filter(received_at__gt=done_at, received_at__lte=done_at + days).count()
    return Effect(case.category, case.product, improvement.check_days, before, after)


def to_check(user: User, at: datetime) -> QuerySet[Any]:
    """Improvements done long enough ago whose effect nobody has looked at: somebody else's than this person's."""
    if not user.has_perm("complaints.improve"):
        return Improvement.objects.none()
    done: QuerySet[Any] = Improvement.objects.visible_to(user).filter(done_at__isnull=False, checks=None)
    passed = ExpressionWrapper(F("check_days") * Value(timedelta(days=1)), DurationField())
    ripe = done.filter(done_at__lte=ExpressionWrapper(Value(at, DateTimeField()) - passed, DateTimeField()))
    return ripe.exclude(owner=user).exclude(done_by=user).select_related("complaint").order_by("done_at", "pk")


def alike(case: Complaint, user: User) -> QuerySet[Any]:
    """Improvements of other cases of the same kind, to link instead of doing the same twice."""
    if case.category_id is None:
        return Improvement.objects.none()
    found: QuerySet[Any] = Improvement.objects.visible_to(user).filter(complaint__category=case.category_id).exclude(complaint=case)
    return found.exclude(links__complaint=case).select_related("complaint").order_by("-pk")
