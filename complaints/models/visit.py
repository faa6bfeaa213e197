"""Visits to a customer after the case: each with a day and an owner; they outlive the case (step 10)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import erasable, paired, undeletable
from complaints.querysets import VisitQuerySet
from complaints.workflow import Medium
from staff.models.history import History

MOST_MONTHS = 24


class Visit(models.Model):
    """One visit or call that is to be made. A repeated one is followed by the next when it is done."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="visits", verbose_name=_("complaint"))
    customer = models.ForeignKey("complaints.Customer", models.PROTECT, related_name="visits", verbose_name=_("customer"))
    purpose = models.TextField(_("what for"))
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="visits", verbose_name=_("owner"))
    due_on = models.DateField(_("by when"))
    every_months = models.PositiveSmallIntegerField(
        _("again after months"), default=0, validators=[MaxValueValidator(MOST_MONTHS)], help_text=_("0: once.")
    )
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next", verbose_name=_("after the visit"))
    planned_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("planned by"))
    planned_at = models.DateTimeField(_("planned at"))
    done_on = models.DateField(_("made on"), null=True, blank=True)
    medium = models.CharField(_("medium"), max_length=10, choices=Medium.choices, blank=True)
    result = models.TextField(_("what came of it"), blank=True)
    ended_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by"))
    ended_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    history = History(excluded_fields=["purpose", "result"])
    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        default_permissions = ()
        indexes = [models.Index(fields=["owner", "due_on"], condition=Q(ended_at=None), name="visit_open")]
        triggers = [
            *undeletable(frozen=("complaint", "customer", "due_on", "every_months", "follows", "planned_by", "planned_at")),
            erasable("purpose", "result", written_later=True),
        ]
        constraints = [
            paired("ended_by", "ended_at"),
            models.CheckConstraint(name="visit_months_sane", condition=Q(every_months__lte=MOST_MONTHS)),
            models.CheckConstraint(name="visit_has_a_purpose", condition=~Q(purpose="")),
            models.CheckConstraint(
                name="visit_ended_in_words", condition=Q(ended_at=None, done_on=None) | (Q(ended_at__isnull=False) & ~Q(result=""))
            ),
            models.CheckConstraint(name="visit_made_by_a_medium", condition=Q(done_on=None) ^ ~Q(medium="")),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.due_on}"
