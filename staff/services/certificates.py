import calendar
from datetime import date, datetime

from django.db import transaction

from staff.models import Certificate, Course, User
from staff.permissions import MANAGE_TRAINING, require
from staff.services.recording import recorded


@transaction.atomic
def issue(*, user: User, course: Course, issued_on: date, by: User, at: datetime, expires_on: date | None = None) -> Certificate:
    """A course passed; without a date of its own it expires after the course's months, if it has any."""
    require(by, MANAGE_TRAINING)
    if expires_on is None and course.valid_months:
        expires_on = months_later(issued_on, course.valid_months)
    certificate = Certificate(user=user, course=course, issued_on=issued_on, expires_on=expires_on)
    certificate.full_clean()
    with recorded(certificate, by=by, at=at):
        certificate.save()
    return certificate


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or that month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
