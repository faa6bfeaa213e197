"""What was done on the rungs and of the marks: each once, whatever the scheduler does (mission, M12; threats G10, H4)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only
from escalation.models.mark import CaseMark
from escalation.models.rung import Rung
from escalation.querysets import EscalationQuerySet


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
