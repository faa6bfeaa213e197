"""Leaders' reception days: published beforehand, booked by customers, with the case they are about."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import undeletable
from staff.models.history import History


class ReceptionDay(models.Model):
    """A leader receives customers in person."""

    leader = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("leader"))
    day = models.DateField(_("day"))
    begins = models.TimeField(pgettext_lazy("time", "from"))
    ends = models.TimeField(_("until"))
    minutes = models.PositiveSmallIntegerField(_("minutes for each"), default=30)
    place = models.CharField(_("place"), max_length=200)
    published = models.BooleanField(_("published"), default=False)
    history = History()

    class Meta:
        verbose_name = _("leaders' reception day")
        verbose_name_plural = _("leaders' reception days")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="reception_ends_after_it_begins", condition=Q(ends__gt=F("begins"))),
            models.CheckConstraint(name="reception_minutes_sane", condition=Q(minutes__gte=5, minutes__lte=240)),
            models.UniqueConstraint(fields=["leader", "day", "begins"], name="reception_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.leader}"


class Booking(models.Model):
    """A customer comes at this time, about this case; who they are is the case's business."""

    reception_day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="bookings", verbose_name=_("reception day"))
    begins = models.TimeField(pgettext_lazy("time", "from"))
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="bookings", verbose_name=_("complaint"))
    at = models.DateTimeField(_("booked at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["reception_day", "begins"], condition=Q(cancelled_at=None), name="booking_one_at_a_time"),
            models.UniqueConstraint(fields=["reception_day", "complaint"], condition=Q(cancelled_at=None), name="booking_once_a_day"),
        ]
        triggers = undeletable(frozen=("reception_day", "begins", "complaint", "at"))

    def __str__(self) -> str:
        return f"{self.reception_day_id} {self.begins:%H:%M}"
