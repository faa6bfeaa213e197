"""Rows the value sheet is reckoned by (M4): how items count, what complaining costs, and the sheet of one solution."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.amounts import money
from complaints.models.evidence import append_only, append_only_but
from complaints.models.remedy import AMOUNT_CAP, RemedyItem
from complaints.querysets import DatedQuerySet
from staff.models.history import History


class ItemRule(models.Model):
    """How items of one kind are treated: whether money flows, how much of the amount is value to the customer, by when at the latest."""

    kind = models.CharField(_("kind of item"), max_length=14, choices=RemedyItem.Kind.choices, unique=True)
    cash = models.BooleanField(_("money flows"), default=False)
    counts = models.DecimalField(
        _("counts for V2, per cent"), max_digits=5, decimal_places=2, default=100, help_text=_("A voucher: the share that is ever used.")
    )
    days_most = models.PositiveSmallIntegerField(
        _("carried out within, days"), null=True, blank=True, help_text=_("The legal outer limit.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    #: Name of an adapter (`complaints.payouts`).
    payout = models.CharField(
        _("goes out by"), max_length=20, blank=True, help_text=_("Empty: by hand; whoever does it records the proof.")
    )
    history = History()

    class Meta:
        verbose_name = _("rule for items")
        verbose_name_plural = _("rules for items")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="item_rule_counts_a_share", condition=Q(counts__gte=0, counts__lte=100)),
            models.CheckConstraint(name="item_rule_limit_has_source", condition=Q(days_most=None) | ~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class CostRate(models.Model):
    """The public table of what complaining costs a customer (C of M4): an amount for each hour, contact, repeat, paper, feeling."""

    class Unit(models.TextChoices):
        HOUR = "hour", _("an hour of the customer's time")
        CONTACT = "contact", _("a contact")
        REPEAT = "repeat", _("having to say it again")
        PAPER = "paper", _("a paper asked for")
        UPSET = "upset", _("being upset")
        ANGRY = "angry", _("being angry")
        DISTRESSED = "distressed", _("being distressed")

    unit = models.CharField(_("for"), max_length=10, choices=Unit.choices)
    amount = money(_("amount"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0, help_text=_("Time of the customer one such takes."))
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force to"), null=True, blank=True)
    history = History()
    objects: ClassVar[Any] = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate of the cost of complaining")
        verbose_name_plural = _("rates of the cost of complaining")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="cost_rate_sane", condition=Q(amount__gte=0, amount__lte=AMOUNT_CAP)),
            models.UniqueConstraint(name="cost_rate_once_at_a_time", fields=["unit"], condition=Q(valid_to=None)),
        ]

    def __str__(self) -> str:
        return self.get_unit_display()


class CostCorrection(models.Model):
    """What the complainant says complaining cost them, on the tracking page; the latest counts."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="cost_corrections", verbose_name=_("complaint"))
    minutes = models.PositiveIntegerField(_("minutes spent"))
    contacts = models.PositiveSmallIntegerField(_("contacts"))
    papers = models.PositiveSmallIntegerField(_("papers asked for"))
    money = money(_("money spent"), default=0)
    words = models.TextField(_("in the customer's words"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("correction of the cost of complaining")
        verbose_name_plural = _("corrections of the cost of complaining")
        default_permissions = ()
        triggers = append_only_but("words")
        constraints = [
            models.CheckConstraint(name="cost_correction_sane", condition=Q(money__gte=0, money__lte=AMOUNT_CAP, minutes__lte=100_000, contacts__lte=1000, papers__lte=1000)),
        ]  # fmt: skip


class Sheet(models.Model):
    """V1, C and V2 of one version of the solution as they were when it was proposed, and what follows for its approval."""

    remedy = models.OneToOneField("complaints.Remedy", models.PROTECT, related_name="sheet", verbose_name=_("solution"))
    purchase = models.BooleanField(_("there was a purchase"))
    v1 = money(_("value of the purchase (V1)"))
    c_time = money(_("time"))
    c_effort = money(_("effort"))
    c_money = money(_("money spent"))
    c_feelings = money(_("feelings"))
    kept = money(_("value kept that works"))
    v2 = money(_("value reached (V2)"))
    short_by = money(_("falls short by"))
    standard = models.ForeignKey("complaints.Standard", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("standard"))
    outside = models.BooleanField(_("outside the standard"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    #: Below the rule or outside the standard: approved one level higher up.
    goes_up = models.BooleanField(_("one level up"), default=False)

    class Meta:
        verbose_name = _("value sheet")
        verbose_name_plural = _("value sheets")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.CheckConstraint(name="sheet_amounts_sane", condition=Q(v1__gte=0, c_time__gte=0, c_effort__gte=0, c_money__gte=0, c_feelings__gte=0, kept__gte=0, v2__gte=0, short_by__gte=0)),
            models.CheckConstraint(name="sheet_goes_up_with_reason", condition=Q(goes_up=False) | ~Q(reason="")),
        ]  # fmt: skip

    @property
    def cost(self) -> Decimal:
        """C, all four parts."""
        return self.c_time + self.c_effort + self.c_money + self.c_feelings

    @property
    def wanted(self) -> Decimal:
        """V1 + C, which V2 must reach."""
        return self.v1 + self.cost
