"""What only reports of misconduct have: the units they name, earlier leads about the same, and what happens to who reported (M10)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import actor_named, append_only, paired, undeletable
from complaints.querysets import PartOfCaseQuerySet
from complaints.workflow import Actor


class NamedUnit(models.Model):
    """A unit the report is about: neither its members nor the heads above it ever see the report."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="named_units", verbose_name=_("report"))
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("named unit")
        verbose_name_plural = _("named units")
        default_permissions = ()
        constraints = [actor_named(), models.UniqueConstraint(fields=["complaint", "department"], name="unit_named_once")]
        triggers = append_only()


class LeadLink(models.Model):
    """A later report names who or what an earlier one named that was set aside: the earlier one is looked at again."""

    earlier = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="later_leads", verbose_name=_("earlier report"))
    later = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="earlier_leads", verbose_name=_("later report"))
    at = models.DateTimeField(_("at"))
    conclusion = models.TextField(_("conclusion"), blank=True)
    reviewed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("looked at by"))
    reviewed_at = models.DateTimeField(_("looked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("lead to look at again")
        verbose_name_plural = _("leads to look at again")
        default_permissions = ()
        constraints = [
            paired("reviewed_by", "reviewed_at"),
            models.UniqueConstraint(fields=["earlier", "later"], name="lead_linked_once"),
            models.CheckConstraint(name="lead_not_to_itself", condition=~Q(earlier=F("later"))),
            models.CheckConstraint(name="lead_reviewed_with_conclusion", condition=Q(reviewed_by__isnull=True) | ~Q(conclusion="")),
        ]
        triggers = undeletable(frozen=("earlier", "later", "at"))

    def __str__(self) -> str:
        return f"{self.earlier} ← {self.later}"


class RetaliationFlag(models.Model):
    """Something happened to the job of an employee who had reported; supervision looks whether one has to do with the other."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="retaliation_flags", verbose_name=_("report"))
    what = models.CharField(_("what happened"), max_length=200)
    #: Whose act it was: to them it would tell who reported.
    changed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by"))
    at = models.DateTimeField(_("at"))
    conclusion = models.TextField(_("conclusion"), blank=True)
    reviewed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("looked at by"))
    reviewed_at = models.DateTimeField(_("looked at"), null=True, blank=True)

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign of retaliation")
        verbose_name_plural = _("signs of retaliation")
        default_permissions = ()
        constraints = [
            paired("reviewed_by", "reviewed_at"),
            models.CheckConstraint(name="retaliation_reviewed_with_conclusion", condition=Q(reviewed_by__isnull=True) | ~Q(conclusion="")),
        ]
        triggers = undeletable(frozen=("complaint", "what", "changed_by", "at"))

    def __str__(self) -> str:
        return str(self.complaint)
