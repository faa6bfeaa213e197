"""What goes to whom by rule, and the decision it asks for: the important comes to those who can change something (mission, M3)."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only, append_only_but
from complaints.workflow import TEN_STEPS, Severity
from escalation.querysets import RoutedItemQuerySet
from staff.models.history import History
from staff.roles import Role


class RoutingRule(models.Model):
    """What (category, severity, step, amount) goes to whom, how quickly, with which question. Reports of misconduct follow their own way."""

    name = models.CharField(_("name"), max_length=120)
    step = models.CharField(_("when a case comes to"), max_length=12, choices=[(step.value, step.label) for step in TEN_STEPS])
    category = models.ForeignKey(
        "complaints.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category"),
        help_text=_("Empty: any."),
    )  # fmt: skip
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, blank=True, help_text=_("This or graver; empty: any.")
    )
    amount = models.DecimalField(
        _("amount from"), max_digits=10, decimal_places=2, null=True, blank=True, help_text=_("Of the solution; empty: any.")
    )
    department = models.ForeignKey(
        "staff.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the heads of department")
    )
    role = models.CharField(_("to everybody with the role"), max_length=20, choices=Role.choices, blank=True)
    user = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to this person"))
    hours = models.PositiveSmallIntegerField(
        _("answer within, hours"), default=24, validators=[MinValueValidator(1), MaxValueValidator(24 * 90)]
    )
    question = models.CharField(_("what is to be decided"), max_length=300)
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("rule of routing")
        verbose_name_plural = _("rules of routing")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="routing_goes_to_one_of_three",
                condition=Q(department__isnull=False, role="", user=None)
                | (Q(department=None, user=None) & ~Q(role=""))
                | Q(department=None, role="", user__isnull=False),
                violation_error_message=_("Name a department, a role or a person: one of the three."),
            ),
            models.CheckConstraint(name="routing_hours_sane", condition=Q(hours__gte=1, hours__lte=24 * 90)),
        ]

    def __str__(self) -> str:
        return self.name


class RoutedItem(models.Model):
    """One case laid before somebody who can change something, and what they decided."""

    rule = models.ForeignKey(RoutingRule, models.PROTECT, related_name="items", verbose_name=_("rule"))
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="routed", verbose_name=_("complaint"))
    #: As the rule said when it was laid before them.
    department = models.ForeignKey("staff.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the heads of department"))  # fmt: skip
    role = models.CharField(_("to everybody with the role"), max_length=20, choices=Role.choices, blank=True)
    user = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to this person"))
    question = models.CharField(_("what is to be decided"), max_length=300)
    at = models.DateTimeField(_("at"))
    due_at = models.DateTimeField(_("due at"))
    objects: ClassVar[Any] = RoutedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("matter to decide")
        verbose_name_plural = _("matters to decide")
        default_permissions = ()
        triggers = append_only()
        indexes = [models.Index(fields=["due_at"], name="routed_due")]
        constraints = [models.UniqueConstraint(fields=["rule", "complaint"], name="routed_once")]

    def __str__(self) -> str:
        return f"{self.complaint} · {self.question[:40]}"


class RoutedDecision(models.Model):
    """What was decided on a matter, or why nothing changes. Given once."""

    class Changes(models.TextChoices):
        STRATEGY = "strategy", _("Strategy")
        DEVELOPMENT = "development", _("Development")
        RESOURCES = "resources", _("Resources")
        POLICY = "policy", _("Policy")
        NONE = "none", _("Nothing, because …")

    item = models.OneToOneField(RoutedItem, models.PROTECT, related_name="decision", verbose_name=_("matter"))
    changes = models.CharField(_("what it changes"), max_length=12, choices=Changes.choices)
    words = models.TextField(_("the decision, or why none"), max_length=5000)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("decided by"))
    at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision on a matter")
        verbose_name_plural = _("decisions on matters")
        default_permissions = ()
        triggers = append_only_but("words", case="(SELECT complaint_id FROM escalation_routeditem WHERE id = NEW.item_id)")
        constraints = [models.CheckConstraint(name="routed_decided_in_words", condition=~Q(words=""))]


class RoutedClimb(models.Model):
    """Somebody higher up was told that a matter was not decided in time: once for each rung."""

    item = models.ForeignKey(RoutedItem, models.PROTECT, related_name="climbs", verbose_name=_("matter"))
    rung = models.PositiveSmallIntegerField(_("rung"))
    told = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("told"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("undecided matter told higher up")
        verbose_name_plural = _("undecided matters told higher up")
        default_permissions = ()
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["item", "rung", "told"], name="routed_climbs_each_rung_once")]
