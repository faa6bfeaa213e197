"""Rungs before and after something is due, and what was done on them: each once, whatever the scheduler does (mission, M12; threats G10, H4)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only, append_only_but, erasable, paired, undeletable
from complaints.workflow import Kind, Severity
from escalation.obligations import MATTERS
from escalation.querysets import CaseMarkQuerySet, EscalationQuerySet, OrderQuerySet
from staff.models.history import History

#: Beside the time limits of cases: a promised call, and the answer to a supervision order.
PROMISE, ORDER = "promise", "order"


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

    matter = models.CharField(
        _("of"), max_length=14, choices=[*MATTERS, (PROMISE, _("Promised call")), (ORDER, _("Answer to a supervision order"))], blank=True,
        help_text=_("Empty: every time limit of a case."),
    )  # fmt: skip
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


class CaseMark(models.Model):
    """Something that lifts a case above the ordinary; charged to the unit whose handling failed."""

    class Cause(models.TextChoices):
        REPEAT = "repeat", _("Repeat complaint")
        WINDOWS = "windows", _("Several windows")
        LEADERS = "leaders", _("Reached leaders")
        REGULATOR = "regulator", _("Reached an authority")
        MEDIA = "media", _("Media involved")
        LOW_SCORE = "low_score", _("Low follow-up score")
        MANY = "many", _("20 or more people")
        INJURY = "injury", _("Somebody is hurt")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="marks", verbose_name=_("complaint"))
    cause = models.CharField(_("because of"), max_length=10, choices=Cause.choices)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    times = models.PositiveSmallIntegerField(_("how often"), default=1)
    words = models.TextField(_("in words"), max_length=2000, blank=True)
    charged_to = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("charged to"))
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    objects: ClassVar[Any] = CaseMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of escalation")
        verbose_name_plural = _("marks of escalation")
        default_permissions = ()
        triggers = append_only_but("words")
        constraints = [models.UniqueConstraint(fields=["complaint", "cause", "round"], name="case_marked_once_a_round")]

    def __str__(self) -> str:
        return f"{self.complaint} {self.get_cause_display()}"


class MarkRule(models.Model):
    """Whom a mark reaches at once."""

    cause = models.CharField(_("because of"), max_length=10, choices=CaseMark.Cause.choices, unique=True)
    to_head = models.BooleanField(_("the head of the unit"), default=True)
    to_management = models.BooleanField(_("complaint management"), default=True)
    to_executives = models.BooleanField(_("the executives"), default=False)
    history = History()

    class Meta:
        verbose_name = _("whom a mark reaches")
        verbose_name_plural = _("whom marks reach")
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_cause_display()


class SupervisionOrder(models.Model):
    """Overdue or badly handled: the head must answer, by a time (督办)."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="orders", verbose_name=_("complaint"))
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department that answers"))
    words = models.TextField(_("what has to be answered"), max_length=5000)
    #: Empty where a rung ordered it.
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ordered by"))
    at = models.DateTimeField(_("ordered at"))
    due_at = models.DateTimeField(_("answer due"))
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    history = History(excluded_fields=["words", "answer"])
    objects: ClassVar[Any] = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision order")
        verbose_name_plural = _("supervision orders")
        default_permissions = ()
        triggers = [*undeletable(frozen=("complaint", "department", "by", "at", "due_at")), erasable("words")]
        indexes = [models.Index(fields=["due_at"], condition=Q(answered_at=None), name="order_unanswered")]
        constraints = [
            paired("answered_by", "answered_at"),
            models.CheckConstraint(name="order_answered_in_words", condition=Q(answered_at=None) | ~Q(answer="")),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} · {self.department}"


class Escalation(models.Model):
    """One rung climbed, or one mark told: what was due, when it was due, who was told."""

    #: What it was about and which rung: the same never twice.
    key = models.CharField(max_length=120, unique=True, editable=False)
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="escalations", verbose_name=_("complaint"))
    rung = models.ForeignKey(Rung, models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name=_("rung"))
    mark = models.ForeignKey(CaseMark, models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name=_("mark"))
    matter = models.CharField(_("of"), max_length=14, blank=True)
    act = models.CharField(_("what is done"), max_length=12, choices=Rung.Act.choices)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    at = models.DateTimeField(_("at"))
    told = models.ManyToManyField("staff.User", related_name="+", verbose_name=_("told"))
    objects: ClassVar[Any] = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        default_permissions = ()
        triggers = append_only()
        indexes = [models.Index(fields=["complaint", "-at"], name="escalation_of_case")]
        constraints = [models.CheckConstraint(name="escalation_has_a_reason", condition=Q(rung__isnull=False) ^ Q(mark__isnull=False))]

    def __str__(self) -> str:
        return f"{self.complaint} {self.get_act_display()}"
