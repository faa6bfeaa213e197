"""Money that goes out by a machine: one row for each item that an adapter pays (see `complaints.payouts`)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.amounts import money
from complaints.models.evidence import undeletable
from complaints.models.remedy import AMOUNT_CAP, RemedyItem


class Payout(models.Model):
    """One payment on its way. The row is the truth, the task of the queue only a nudge; the adapter gets the same key at every attempt."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("On its way")
        DELIVERED = "delivered", _("Handed over")
        FAILED = "failed", _("Failed")

    item = models.OneToOneField(RemedyItem, models.PROTECT, related_name="payout", verbose_name=_("item"))
    way = models.CharField(_("way"), max_length=20)
    key = models.CharField(_("key"), max_length=60, unique=True)
    amount = money(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    delivered_at = models.DateTimeField(_("handed over at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        default_permissions = ()
        triggers = undeletable(frozen=("item", "way", "key", "amount", "currency", "at"))
        indexes = [models.Index(fields=["next_attempt_at"], condition=Q(state="waiting"), name="payout_due")]
        constraints = [
            models.CheckConstraint(name="payout_amount_sane", condition=Q(amount__gt=0, amount__lte=AMOUNT_CAP)),
            models.CheckConstraint(name="payout_waits_for_an_attempt", condition=~Q(state="waiting") | Q(next_attempt_at__isnull=False)),
            models.CheckConstraint(
                name="payout_delivered_with_reference",
                condition=Q(state="delivered", delivered_at__isnull=False) & ~Q(reference="")
                | ~Q(state="delivered") & Q(delivered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.key
