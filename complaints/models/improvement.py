"""What is done so that it does not happen again (step 9), and whether it helped."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only, paired, undeletable
from complaints.querysets import PartOfCaseQuerySet
from staff.models.history import History


class Improvement(models.Model):
    """A corrective or preventive action with owner, date and what it is expected to change. More cases may be linked to it."""

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
    #: The same number of days before and after it was done is compared.
    check_days = models.PositiveSmallIntegerField(
        _("days after which its effect is checked"), default=90, validators=[MinValueValidator(7), MaxValueValidator(730)]
    )
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="improvements", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"))
    proposed_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    result = models.TextField(_("what was done"), blank=True)
    proof = models.TextField(_("proof"), blank=True)
    done_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    history = History()
    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        default_permissions = ()
        triggers = undeletable(
            frozen=("complaint", "kind", "lesson", "action", "owner", "due_on", "check_days", "proposed_by", "proposed_at")
        )
        constraints = [
            paired("done_by", "done_at"),
            models.CheckConstraint(name="improvement_done_in_words", condition=Q(done_at=None) | ~Q(result="")),
            models.CheckConstraint(name="improvement_nothing_explained", condition=~Q(changes="nothing") | ~Q(changes_nothing_because="")),
            models.CheckConstraint(name="improvement_check_days_sane", condition=Q(check_days__gte=7, check_days__lte=730)),
        ]

    def __str__(self) -> str:
        return self.action[:60]


class ImprovementLink(models.Model):
    """Another case that led to the same improvement; its complainant is told too when it is done."""

    improvement = models.ForeignKey(Improvement, models.PROTECT, related_name="links", verbose_name=_("improvement"))
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="improvement_links", verbose_name=_("complaint"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("case linked to an improvement")
        verbose_name_plural = _("cases linked to improvements")
        default_permissions = ()
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["improvement", "complaint"], name="improvement_linked_once")]


class EffectivenessCheck(models.Model):
    """Whether it helped: complaints of the same kind in as many days before and after, counted by the system, and what somebody else makes of it."""

    class Verdict(models.TextChoices):
        EFFECTIVE = "effective", _("It helped")
        PARTLY = "partly", _("It helped in part")
        NOT_EFFECTIVE = "not", _("It did not help")

    improvement = models.ForeignKey(Improvement, models.PROTECT, related_name="checks", verbose_name=_("improvement"))
    category = models.ForeignKey("complaints.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category"))
    product = models.ForeignKey(
        "complaints.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product or service")
    )
    days = models.PositiveSmallIntegerField(_("days before and after"))
    before = models.PositiveIntegerField(_("complaints before"))
    after = models.PositiveIntegerField(_("complaints after"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    remark = models.TextField(_("remark"), blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("effectiveness check")
        verbose_name_plural = _("effectiveness checks")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.CheckConstraint(name="check_compares_days", condition=Q(days__gte=1)),
            # A number that did not fall is not called a success without saying why.
            models.CheckConstraint(
                name="check_explains_what_did_not_fall",
                condition=~Q(verdict="effective") | Q(after__lt=models.F("before")) | Q(after=0) | ~Q(remark=""),
            ),
            models.CheckConstraint(name="check_says_why_not", condition=Q(verdict="effective") | ~Q(remark="")),
        ]


class MyImprovement(Improvement):
    """The same row, as its owner sees it, who need not see the case."""

    class Meta:
        proxy = True
        verbose_name = _("improvement of mine")
        verbose_name_plural = _("improvements of mine")
        default_permissions = ()
