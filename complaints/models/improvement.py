"""What is done so that it does not happen again (step 9)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import paired, undeletable
from complaints.querysets import PartOfCaseQuerySet
from staff.models.history import History


class Improvement(models.Model):
    """A corrective or preventive action with owner, date and what it is expected to change."""

    class Kind(models.TextChoices):
        CORRECTIVE = "corrective", _("Corrective action")
        PREVENTIVE = "preventive", _("Preventive action")

    class Changes(models.TextChoices):
        DOCUMENT = "document", _("A document")
        STANDARD = "standard", _("A standard")
        PRODUCT = "product", _("A product or service")
        TRAINING = "training", _("Training")
        NOTHING = "nothing", _("None of these")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="improvements", verbose_name=_("complaint"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    lesson = models.TextField(_("lesson"))
    action = models.TextField(_("action"))
    changes = models.CharField(_("what it changes"), max_length=10, choices=Changes.choices)
    changes_nothing_because = models.TextField(_("why it changes none"), blank=True)
    expectation = models.TextField(_("expected effect"))
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="improvements", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"))
    proposed_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    result = models.TextField(_("what was done"), blank=True)
    done_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    history = History()
    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        default_permissions = ()
        triggers = undeletable(frozen=("complaint", "kind", "lesson", "action", "owner", "due_on", "proposed_by", "proposed_at"))
        constraints = [
            paired("done_by", "done_at"),
            models.CheckConstraint(name="improvement_done_in_words", condition=Q(done_at=None) | ~Q(result="")),
            models.CheckConstraint(name="improvement_nothing_explained", condition=~Q(changes="nothing") | ~Q(changes_nothing_because="")),
        ]

    def __str__(self) -> str:
        return self.action[:60]
