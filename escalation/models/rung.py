"""The rungs before and after something is due (mission, M12)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Kind, Severity
from escalation.obligations import MATTERS
from staff.models.history import History

#: Beside the time limits of cases: a promised call, and the answer to a supervision order.
PROMISE, ORDER = "promise", "order"

#: What a rung can be about.
OF_RUNGS = [*MATTERS, (PROMISE, _("Promised call")), (ORDER, _("Answer to a supervision order"))]

HOUR, DAY = 60, 24 * 60


def _days(number: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", number) % {"n": number}


def _hours(number: int) -> str:
    return ngettext("%(n)d hour", "%(n)d hours", number) % {"n": number}


def _minutes(number: int) -> str:
    return ngettext("%(n)d minute", "%(n)d minutes", number) % {"n": number}


class Rung(models.Model):
    """So many minutes before (less than 0) or after something is due, this is done while it is still not."""

    class Act(models.TextChoices):
        REMIND = "remind", _("remind the handler")
        HEAD = "head", _("tell the head")
        ORDER = "order", _("order supervision, with an answer required")
        MANAGEMENT = "management", _("tell complaint management")
        EXECUTIVES = "executives", _("tell the executives")

    matter = models.CharField(_("of"), max_length=14, choices=OF_RUNGS, blank=True, help_text=_("Empty: every time limit of a case."))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True, help_text=_("Empty: any."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, blank=True, help_text=_("Empty: any."))
    minutes = models.IntegerField(_("minutes after it is due"), help_text=_("Less than 0: before."))
    act = models.CharField(_("what is done"), max_length=12, choices=Act.choices)
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("rung")
        verbose_name_plural = _("rungs of escalation")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["matter", "severity", "kind", "minutes", "act"], name="rung_once"),
            models.CheckConstraint(
                name="rung_orders_no_answer_to_an_order",
                condition=Q(active=False) | ~Q(matter=ORDER, act="order"),
                violation_error_message=_("An order to answer an order would never end. Tell somebody instead."),
            ),
            models.CheckConstraint(name="rung_minutes_sane", condition=Q(minutes__gte=-60 * 24 * 90, minutes__lte=60 * 24 * 365)),
        ]

    def __str__(self) -> str:
        return pgettext("after a label", ": ").join([self.when, str(self.get_act_display())])

    @property
    def when(self) -> str:
        """Its place before or after what is due, as people say it."""
        if not self.minutes:
            return gettext("as it falls due")
        size = abs(self.minutes)
        length = _days(size // DAY) if size % DAY == 0 else _hours(size // HOUR) if size % HOUR == 0 else _minutes(size)
        return (gettext("%(length)s before it is due") if self.minutes < 0 else gettext("%(length)s after it was due")) % {"length": length}
