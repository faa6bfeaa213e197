"""What the customer is offered, who approved it, what the customer said, what was carried out (steps 6 and 7)."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.amounts import money, money_if_any, shown
from complaints.models.evidence import actor_named, append_only, append_only_but, paired, undeletable
from complaints.querysets import RemedyItemQuerySet
from complaints.workflow import Actor, Medium
from staff.models.history import History

#: No single item is larger; a slip of the finger is refused, not paid.
AMOUNT_CAP = Decimal("10000000.00")


class Remedy(models.Model):
    """One version of the solution. A returned or refused one is followed by the next version, never edited."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("Waiting for approval")
        RETURNED = "returned", _("Returned for revision")
        APPROVED = "approved", _("Approved")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        LAPSED = "lapsed", _("Lapsed without answer")
        SUPERSEDED = "superseded", _("Superseded")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="remedies", verbose_name=_("complaint"))
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.SUBMITTED)
    why_it_cures = models.TextField(_("why this cures the cause"))
    own_proposal_answer = models.TextField(_("answer to the customer's own proposal"), blank=True)
    grants_proposal = models.BooleanField(_("grants the customer's own proposal as it stands"), default=False)
    #: Whoever proposed it could have settled it on the spot (`services.settle`).
    within_authority = models.BooleanField(_("within the proposer's authority"), default=False)
    #: Of several alternatives the one the customer took.
    chosen_option = models.PositiveSmallIntegerField(_("alternative taken"), null=True, blank=True)
    #: Before whom it was laid when it was proposed; who may approve is asked anew at the act.
    laid_before = models.ManyToManyField("staff.User", blank=True, related_name="+", verbose_name=_("laid before"))
    submitted_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted at"))
    history = History(excluded_fields=["why_it_cures", "own_proposal_answer"])

    class Meta:
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")
        default_permissions = ()
        triggers = [
            *undeletable(frozen=("complaint", "version", "why_it_cures", "own_proposal_answer", "submitted_by", "submitted_at", "grants_proposal", "within_authority")),
            # Nothing is approved without the approver's word or an authority that was used.
            pgtrigger.Trigger(
                name="approved_by_somebody",
                operation=pgtrigger.UpdateOf("state"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__state="approved"),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM complaints_approval WHERE remedy_id = NEW.id AND approved)
                       AND NOT EXISTS (SELECT 1 FROM complaints_settlement WHERE remedy_id = NEW.id) THEN
                        RAISE EXCEPTION 'solution % was approved by nobody', NEW.id USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.FSM(
                name="legal_state",
                field="state",
                transitions=[
                    ("submitted", "approved"), ("submitted", "returned"), ("submitted", "superseded"), ("approved", "accepted"),
                    ("approved", "refused"), ("approved", "lapsed"), ("approved", "superseded"),
                ],
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["complaint", "version"], name="remedy_version_once"),
            models.CheckConstraint(name="remedy_alternative_is_taken_with_it", condition=Q(chosen_option=None) | Q(state="accepted")),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} v{self.version}"


class DemandAnswer(models.Model):
    """The company's answer to one demand."""

    class Answer(models.TextChoices):
        MET = "met", _("Met")
        PARTLY = "partly", _("Met in part")
        REFUSED = "refused", pgettext_lazy("demand", "Refused")

    remedy = models.ForeignKey(Remedy, models.PROTECT, related_name="answers", verbose_name=_("solution"))
    demand = models.ForeignKey("complaints.Demand", models.PROTECT, related_name="answers", verbose_name=_("demand"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("answer to a demand")
        verbose_name_plural = _("answers to demands")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["remedy", "demand"], name="demand_answered_once"),
            models.CheckConstraint(name="demand_refused_with_reason", condition=Q(answer="met") | ~Q(reason="")),
        ]


class RemedyItem(models.Model):
    """One thing that will be done or given; `amount` is money in the company's currency, or empty where none flows."""

    class Kind(models.TextChoices):
        APOLOGY = "apology", _("Apology")
        EXPLANATION = "explanation", _("Explanation")
        REFUND = "refund", _("Refund")
        RETURN = "return", _("Return of goods")
        REPLACEMENT = "replacement", _("Replacement")
        REPAIR = "repair", _("Free repair")
        COMPENSATION = "compensation", _("Compensation")
        GOODWILL = "goodwill", _("Goodwill payment")
        VOUCHER = "voucher", _("Voucher")
        FREE_SERVICE = "free_service", _("Free service")
        GIFT = "gift", _("Gift")
        OTHER = "other", _("Something else")

    remedy = models.ForeignKey(Remedy, models.PROTECT, related_name="items", verbose_name=_("solution"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    description = models.TextField(_("what exactly"))
    amount = money_if_any(_("amount"))
    #: 0: in any case; 1, 2 …: alternatives, of which the customer takes one.
    option = models.PositiveSmallIntegerField(_("alternative"), default=0)
    cash = models.BooleanField(_("money flows"), default=False)
    paid_by = models.ForeignKey(
        "staff.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paid by department")
    )
    #: The company's currency on the day it was proposed; a later change of it re-denominates nothing.
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="remedy_items", verbose_name=_("carried out by"))
    due_on = models.DateField(_("by when"))
    fulfilled_on = models.DateField(_("carried out on"), null=True, blank=True)
    fulfilled_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by"))
    fulfilled_at = models.DateTimeField(_("recorded at"), null=True, blank=True)
    proof = models.TextField(_("proof"), blank=True)
    history = History(excluded_fields=["description", "proof"])
    objects = RemedyItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a solution")
        verbose_name_plural = _("items of solutions")
        default_permissions = ()
        triggers = [
            *undeletable(frozen=("remedy", "kind", "description", "amount", "option", "cash", "paid_by", "currency", "owner", "due_on")),
            # What was approved is what was seen: nothing is slipped in afterwards.
            pgtrigger.Trigger(
                name="into_a_waiting_version",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF (SELECT state FROM complaints_remedy WHERE id = NEW.remedy_id) <> 'submitted' THEN
                        RAISE EXCEPTION 'nothing is added to a decided solution' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(name="item_amount_sane", condition=Q(amount=None) | Q(amount__gt=0, amount__lte=AMOUNT_CAP)),
            paired("fulfilled_by", "fulfilled_at"),
            models.CheckConstraint(
                name="item_fulfilled_with_proof", condition=Q(fulfilled_at=None) | (Q(fulfilled_on__isnull=False) & ~Q(proof=""))
            ),
        ]

    @property
    def money(self) -> str:
        """The amount as people read it, with its currency; empty where no money flows."""
        return shown(self.amount, self.currency)

    def goes_with(self, alternative: int | None) -> bool:
        """Whether it is done when the customer takes this alternative (none where there are none); of rows `RemedyItem.objects.agreed()`."""
        return self.option in (0, alternative)


class Approval(models.Model):
    """The word of the approver on one version. The database refuses the proposer's own."""

    remedy = models.OneToOneField(Remedy, models.PROTECT, related_name="approval", verbose_name=_("solution"))
    approved = models.BooleanField(_("approved"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="return_has_reason", condition=Q(approved=True) | ~Q(reason=""))]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="not_by_the_proposer",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF NEW.by_id = (SELECT submitted_by_id FROM complaints_remedy WHERE id = NEW.remedy_id) THEN
                        RAISE EXCEPTION 'nobody approves what they proposed' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Settlement(models.Model):
    """A solution the handler gave on the spot, within their own authority; nobody else had to agree (mission, M2)."""

    remedy = models.OneToOneField(Remedy, models.PROTECT, related_name="settlement", verbose_name=_("solution"))
    amount = money(_("amount"))
    first_contact = models.BooleanField(_("before anybody else had the case"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("settlement on the spot")
        verbose_name_plural = _("settlements on the spot")
        default_permissions = ()
        triggers = append_only()
        constraints = [models.CheckConstraint(name="settlement_amount_sane", condition=Q(amount__gte=0, amount__lte=AMOUNT_CAP))]


class Answer(models.Model):
    """What the customer said to the decision; silence is recorded as a lapse."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        UNDERSTOOD = "understood", _("Understood")
        OBJECTED_FACTS = "objected_facts", _("The facts are wrong")
        OBJECTED_REMEDY = "objected_remedy", _("The solution is not enough")
        NOT_UNDERSTOOD = "not_understood", _("Not understood")
        LAPSED = "lapsed", _("No answer in time")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="customer_answers", verbose_name=_("complaint"))
    remedy = models.ForeignKey(Remedy, models.PROTECT, null=True, blank=True, related_name="customer_answers", verbose_name=_("solution"))
    kind = models.CharField(_("answer"), max_length=16, choices=Kind.choices)
    words = models.TextField(_("in the customer's words"), blank=True)
    medium = models.CharField(_("medium"), max_length=10, choices=Medium.choices, blank=True)
    actor = models.CharField(_("who"), max_length=12, choices=Actor.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("customer's answer")
        verbose_name_plural = _("customers' answers")
        default_permissions = ()
        triggers = append_only_but("words")
        constraints = [actor_named()]
