"""The reward fund (M8): those whose complaint helped are thanked in words, some in money too, by public rules.

Nothing here knows how a case ended, whether the complainant took it back, what score they gave: a reward never depends on that, and never
counts as part of what makes good the complaint itself (V2).
"""

from decimal import Decimal

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.amounts import money, money_if_any, shown
from complaints.models.evidence import append_only, erasable, paired, undeletable
from complaints.models.remedy import AMOUNT_CAP
from complaints.querysets import RewardQuerySet
from staff.models.history import History

#: No yearly budget is larger; a slip of the finger is refused.
BUDGET_CAP = Decimal("99999999.99")


class RewardRule(models.Model):
    """What is thanked for and how, as the public page says it in both languages. Without amounts: thanks in words."""

    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    text = models.TextField(_("rule"), max_length=2_000)
    text_en = models.TextField(_("rule in English"), max_length=2_000, blank=True)
    least = money_if_any(pgettext_lazy("amount", "from"), validators=[MinValueValidator(Decimal("0.01"))])
    most = money_if_any(_("up to"), validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(AMOUNT_CAP)])
    active = models.BooleanField(_("in force"), default=True)
    history = History()

    class Meta:
        verbose_name = _("rule of the reward fund")
        verbose_name_plural = _("rules of the reward fund")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="reward_rule_range_sane",
                condition=Q(least=None, most=None) | Q(least__gt=0, most__gte=F("least"), most__lte=AMOUNT_CAP),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pays(self) -> bool:
        """Whether there is money for it beside the words."""
        return self.most is not None


class Fund(models.Model):
    """The budget of one year. The database refuses to promise more than there is."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    amount = money(_("budget"))
    #: The company's currency when the budget was made.
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    committed = money(_("promised"), default=Decimal("0.00"))
    paid = money(_("paid"), default=Decimal("0.00"))
    history = History()

    class Meta:
        verbose_name = _("reward fund")
        verbose_name_plural = _("reward funds")
        default_permissions = ()
        triggers = undeletable(frozen=("year", "currency"))
        constraints = [
            models.CheckConstraint(name="fund_amount_sane", condition=Q(amount__gt=0, amount__lte=BUDGET_CAP)),
            models.CheckConstraint(name="fund_not_overspent", condition=Q(committed__gte=0, committed__lte=F("amount"))),
            models.CheckConstraint(name="fund_pays_what_was_promised", condition=Q(paid__gte=0, paid__lte=F("committed"))),
            models.CheckConstraint(name="fund_year_sane", condition=Q(year__gte=2000, year__lte=2200)),
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def left(self) -> Decimal:
        """What can still be promised."""
        return Decimal(self.amount) - Decimal(self.committed)


class Reward(models.Model):
    """Somebody is nominated for thanks, and what came of it. Whoever nominates never decides."""

    class State(models.TextChoices):
        NOMINATED = "nominated", _("Nominated")
        APPROVED = "approved", _("Approved, to be paid")
        THANKED = "thanked", _("Thanked in words")
        PAID = "paid", _("Paid")
        DECLINED = "declined", pgettext_lazy("reward", "Not granted")

    class Way(models.TextChoices):
        ACCOUNT = "account", _("To the customer's account")
        CODE = "code", _("To who shows the claim code")

    #: Empty where no such complaint was found; the nominator is told nothing about that.
    complaint = models.ForeignKey(
        "complaints.Complaint", models.PROTECT, null=True, blank=True, related_name="rewards", verbose_name=_("complaint")
    )
    number = models.CharField(_("complaint number"), max_length=12)
    rule = models.ForeignKey(RewardRule, models.PROTECT, related_name="+", verbose_name=_("rule"))
    reason = models.TextField(_("what the complaint was good for"))
    amount = money_if_any(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    vip = models.BooleanField(_("on the list of helpers"), default=False)
    nominated_by = models.ForeignKey("staff.User", models.PROTECT, related_name="nominations", verbose_name=_("nominated by"))
    nominated_at = models.DateTimeField(_("nominated at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NOMINATED)
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="rewards", verbose_name=_("reward fund"))
    thanks = models.TextField(_("thanks in words"), blank=True)
    declined_because = models.TextField(_("why not"), blank=True)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    way = models.CharField(_("way of payment"), max_length=8, choices=Way.choices, blank=True)
    #: Key of the claim code, and the digest it is found by; the code itself is stored nowhere (signing.py).
    claim_key = models.CharField(max_length=64, blank=True, editable=False)
    claim_digest = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)  # NULLs are not equal, "" would be
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    proof = models.CharField(_("proof of payment"), max_length=200, blank=True)
    paid_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paid by"))
    paid_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    history = History(excluded_fields=["reason", "thanks", "declined_because", "claim_key", "claim_digest"])
    objects = RewardQuerySet.as_manager()

    class Meta:
        verbose_name = _("nomination for thanks")
        verbose_name_plural = _("nominations for thanks")
        default_permissions = ()
        indexes = [models.Index(fields=["state", "nominated_at"], condition=Q(state__in=["nominated", "approved"]), name="reward_open")]
        triggers = [
            *undeletable(frozen=("complaint", "number", "rule", "amount", "currency", "vip", "nominated_by", "nominated_at")),
            erasable("reason", "thanks", "declined_because", written_later=True),
            pgtrigger.FSM(
                name="legal_state",
                field="state",
                transitions=[("nominated", "approved"), ("nominated", "thanked"), ("nominated", "declined"), ("approved", "paid")],
            ),
            pgtrigger.Protect(name="starts_as_nominated", operation=pgtrigger.Insert, condition=~pgtrigger.Q(new__state="nominated")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=~Q(state="declined"), name="reward_one_for_a_complaint"),
            models.CheckConstraint(name="reward_amount_sane", condition=Q(amount=None) | Q(amount__gt=0, amount__lte=AMOUNT_CAP)),
            paired("decided_by", "decided_at"),
            paired("paid_by", "paid_at"),
            models.CheckConstraint(name="reward_decided_by_another", condition=Q(decided_by=None) | ~Q(decided_by=F("nominated_by"))),
            models.CheckConstraint(
                name="reward_state_known", condition=Q(state__in=["nominated", "approved", "thanked", "paid", "declined"])
            ),
            models.CheckConstraint(name="reward_decided_unless_nominated", condition=Q(state="nominated") ^ Q(decided_at__isnull=False)),
            models.CheckConstraint(name="reward_declined_with_reason", condition=~Q(state="declined") | ~Q(declined_because="")),
            models.CheckConstraint(
                name="reward_granted_has_words",
                condition=Q(state__in=["nominated", "declined"]) | (Q(complaint__isnull=False) & ~Q(thanks="")),
            ),
            models.CheckConstraint(
                name="reward_money_from_a_fund",
                condition=Q(state__in=["approved", "paid"], fund__isnull=False, amount__isnull=False)
                | Q(state__in=["nominated", "thanked", "declined"], fund=None),
            ),
            models.CheckConstraint(name="reward_words_cost_nothing", condition=~Q(state="thanked") | Q(amount=None)),
            models.CheckConstraint(name="reward_code_where_no_account", condition=~Q(way="code") | Q(claim_digest__isnull=False)),
            models.CheckConstraint(
                name="reward_paid_with_proof",
                condition=Q(state="paid", paid_at__isnull=False, paid_on__isnull=False) & ~Q(proof="") | ~Q(state="paid") & Q(paid_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_state_display()}"

    @property
    def money(self) -> str:
        return shown(self.amount, self.currency)


class FundEntry(models.Model):
    """One line of the fund's ledger: the budget set, money promised, money paid. Written once."""

    class Kind(models.TextChoices):
        BUDGET = "budget", _("Budget")
        COMMITTED = "committed", _("Promised")
        PAID = "paid", pgettext_lazy("ledger", "Paid")

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="entries", verbose_name=_("reward fund"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    #: Of the budget the difference to the one before, which may be less than nothing.
    amount = money(_("amount"))
    reward = models.ForeignKey(
        Reward, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("nomination for thanks")
    )
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("entry of the fund's ledger")
        verbose_name_plural = _("entries of the fund's ledger")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["reward", "kind"], name="fund_entry_once"),
            models.CheckConstraint(
                name="fund_entry_of_a_reward",
                condition=Q(kind="budget", reward=None) & ~Q(amount=0)
                | Q(kind__in=["committed", "paid"], reward__isnull=False, amount__gt=0),
            ),
            models.CheckConstraint(name="fund_entry_sane", condition=Q(amount__gte=-BUDGET_CAP, amount__lte=BUDGET_CAP)),
        ]


class Vip(models.Model):
    """Somebody who helped more than once or much: a customer, or, where nobody may know who it is, the complaint alone. It adds courtesy, nothing else."""

    customer = models.ForeignKey(
        "complaints.Customer", models.PROTECT, null=True, blank=True, related_name="vip", verbose_name=_("customer")
    )
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="vip", verbose_name=_("complaint"))
    reward = models.OneToOneField(Reward, models.PROTECT, related_name="vip_row", verbose_name=_("nomination for thanks"))
    since = models.DateTimeField(_("since"))
    ended_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken off by"))
    ended_at = models.DateTimeField(_("taken off at"), null=True, blank=True)
    history = History()

    class Meta:
        verbose_name = _("helper")
        verbose_name_plural = _("helpers (VIP)")
        default_permissions = ()
        triggers = undeletable(frozen=("customer", "complaint", "reward", "since"))
        constraints = [
            paired("ended_by", "ended_at"),
            models.UniqueConstraint(fields=["customer"], condition=Q(ended_at=None), name="vip_customer_once"),
            models.UniqueConstraint(fields=["complaint"], condition=Q(ended_at=None), name="vip_complaint_once"),
        ]

    def __str__(self) -> str:
        return str(self.customer or self.complaint)
