"""What lifts a case above the ordinary, and whom it reaches at once."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only_but
from escalation.querysets import CaseMarkQuerySet
from staff.models.history import History


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


#: What staff say; the system sees the others.
BY_HAND = (CaseMark.Cause.LEADERS, CaseMark.Cause.REGULATOR, CaseMark.Cause.MEDIA)


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
