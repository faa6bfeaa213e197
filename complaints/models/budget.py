"""What a department may give, and every movement of money for a solution."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.amounts import money
from complaints.models.evidence import append_only
from complaints.models.remedy import AMOUNT_CAP, RemedyItem
from staff.models.history import History


class Budget(models.Model):
    """What a department may give in one month, and how much of it is committed already.

    A month without a row of its own goes on with the latest before it; a department without any uses that of the nearest one above.
    """

    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    amount = money(_("budget"))
    committed = money(_("committed"), default=0, editable=False)
    history = History()

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["department", "month"], name="budget_once_a_month"),
            models.CheckConstraint(name="budget_month_is_a_first", condition=Q(month__day=1)),
            models.CheckConstraint(name="budget_never_overspent", condition=Q(committed__gte=0, committed__lte=F("amount"))),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.month:%Y-%m}"

    @property
    def left(self) -> Decimal:
        return self.amount - self.committed


class LedgerEntry(models.Model):
    """One movement of money for a solution: committed when approved, released when not taken, paid when carried out."""

    class Kind(models.TextChoices):
        COMMITTED = "committed", _("Committed")
        RELEASED = "released", _("Released")
        PAID = "paid", _("Paid")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    remedy = models.ForeignKey("complaints.Remedy", models.PROTECT, related_name="ledger", verbose_name=_("solution"))
    item = models.ForeignKey(RemedyItem, models.PROTECT, null=True, blank=True, related_name="ledger", verbose_name=_("item"))
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("paid by"))
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="ledger", verbose_name=_("budget"))
    amount = money(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    approved_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("approved by"))
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.CheckConstraint(name="ledger_amount_sane", condition=Q(amount__gt=0, amount__lte=AMOUNT_CAP)),
            models.CheckConstraint(
                name="ledger_pays_items", condition=Q(kind="paid", item__isnull=False) | (~Q(kind="paid") & Q(item=None))
            ),
            models.UniqueConstraint(name="ledger_item_paid_once", fields=["item"], condition=Q(kind="paid")),
            models.UniqueConstraint(
                name="ledger_committed_and_released_once", fields=["remedy", "kind", "department"], condition=~Q(kind="paid")
            ),
        ]
