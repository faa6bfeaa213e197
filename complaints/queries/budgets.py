"""Which month's budget a department draws on, and what is left of it."""

from datetime import date
from decimal import Decimal

from complaints.models import Budget
from staff.models import Department


def current(payer: Department, on: date) -> Budget | None:
    """The latest row, not after this month, of the department or of the nearest above that has any."""
    chain = [int(part) for part in payer.path.strip("/").split("/")][::-1]
    rows = Budget.objects.filter(department__in=chain, month__lte=on.replace(day=1)).select_related("department").order_by("month")
    latest = {row.department_id: row for row in rows}
    return next((latest[pk] for pk in chain if pk in latest), None)


def left_of(latest: Budget, on: date) -> Decimal:
    """What this month has left; a month without a row yet has all of what the latest had."""
    return latest.left if latest.month == on.replace(day=1) else latest.amount
