"""Who is held to account, by which clause, or why nobody is (step 8)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only


class Accountability(models.Model):
    """The answer to step 8: penalties, or the reason why nobody. A late, reopened or repeated case also answers for its handling."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="accountabilities", verbose_name=_("complaint"))
    nobody_reason = models.TextField(_("why nobody is responsible"), blank=True)
    system_cause = models.BooleanField(_("a system cause: an improvement is due"), default=False)
    handling_answer = models.TextField(_("was it handled badly, and by whom"), blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("accountability")
        verbose_name_plural = _("accountability")
        default_permissions = ()
        triggers = append_only()


class Penalty(models.Model):
    """A finding against one person by a clause of a managed document. Never shown to the complainant."""

    class For(models.TextChoices):
        DIRECT = "direct", _("Directly responsible")
        HEAD = "head", _("Head of the department")
        HANDLING = "handling", _("Handled the complaint badly")

    class Measure(models.TextChoices):
        TALK = "talk", _("Talk")
        TRAINING = "training", _("Training")
        CRITICISM = "criticism", _("Written criticism")
        WARNING = "warning", _("Warning")
        TRANSFER = "transfer", _("Transfer to another post")

    accountability = models.ForeignKey(Accountability, models.PROTECT, related_name="penalties", verbose_name=_("accountability"))
    employee = models.ForeignKey("staff.User", models.PROTECT, related_name="penalties", verbose_name=_("employee"))
    responsible_as = models.CharField(_("responsible as"), max_length=10, choices=For.choices)
    clause = models.ForeignKey("staff.Clause", models.PROTECT, related_name="+", verbose_name=_("clause"))
    finding = models.TextField(_("finding"))
    measure = models.CharField(_("measure"), max_length=10, choices=Measure.choices)

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["accountability", "employee", "responsible_as"], name="penalty_once"),
            models.CheckConstraint(name="penalty_has_finding", condition=~Q(finding="")),
        ]
