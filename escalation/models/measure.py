"""What is done for everybody affected, and how far it has come with each of them."""

from datetime import datetime, timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import ERASED, append_only, paired, undeletable
from complaints.models.remedy import AMOUNT_CAP
from complaints.workflow import Medium
from escalation.querysets import MeasureQuerySet, ReachQuerySet
from staff.models import User
from staff.models.history import History, table_stays


class Measure(models.Model):
    """One thing done because of an incident, chosen for a reason, with owner and due date (mission M2)."""

    class Kind(models.TextChoices):
        PUBLIC_WARNING = "public_warning", _("Public warning")
        NOTICE = "notice", _("Notice to all affected")
        STOP_SALE = "stop_sale", _("Stop of sale")
        WITHHELD_STOCK = "withheld_stock", _("Withheld stock")
        PAUSED_SERVICE = "paused_service", _("Paused service")
        FREE_REPAIR = "free_repair", _("Free repair")
        RECALL = "recall", _("Recall")
        REPLACEMENT = "replacement", _("Replacement")
        RETURN = "return", _("Return")
        COMPENSATION = "compensation", _("Compensation")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Being sent")
        PAUSED = "paused", _("Paused")
        SENT = "sent", _("Sent to all")
        DONE = "done", _("Done")

    #: Done once, for everybody alike; the others reach each affected customer.
    GENERAL = (Kind.PUBLIC_WARNING, Kind.STOP_SALE, Kind.WITHHELD_STOCK, Kind.PAUSED_SERVICE)

    incident = models.ForeignKey("escalation.Incident", models.PROTECT, related_name="measures", verbose_name=_("incident"))
    kind = models.CharField(_("measure"), max_length=16, choices=Kind.choices)
    what = models.TextField(_("what is done"), max_length=2000)
    reason = models.TextField(_("why this measure"), max_length=2000)
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="incident_measures", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(_("amount for each"), max_digits=10, decimal_places=2, null=True, blank=True)
    subject = models.CharField(_("subject of the letter"), max_length=120, blank=True)
    text = models.TextField(_("letter to each affected customer"), max_length=4000, blank=True)
    subject_en = models.CharField(_("subject of the letter, in English"), max_length=120, blank=True)
    text_en = models.TextField(_("letter to each affected customer, in English"), max_length=4000, blank=True)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"))
    approved_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    started_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    proof = models.TextField(_("proof that it is done"), max_length=2000, blank=True)
    done_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    history = History()
    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure of an incident")
        verbose_name_plural = _("measures of incidents")
        default_permissions = ()
        triggers = undeletable(
            frozen=("incident", "kind", "what", "reason", "amount", "subject", "text", "subject_en", "text_en", "decided_by", "decided_at")
        )
        constraints = [
            paired("approved_by", "approved_at"),
            paired("started_by", "started_at"),
            paired("done_by", "done_at"),
            models.CheckConstraint(name="measure_says_why", condition=~Q(reason="") & ~Q(what="")),
            models.CheckConstraint(name="measure_amount_sane", condition=Q(amount=None) | Q(amount__gt=0, amount__lte=AMOUNT_CAP)),
            models.CheckConstraint(name="measure_second_person", condition=Q(approved_by=None) | ~Q(approved_by=F("decided_by"))),
            models.CheckConstraint(name="measure_sent_approved", condition=~Q(state__in=["running", "sent"]) | Q(approved_at__isnull=False)),
            models.CheckConstraint(name="measure_started_is_known", condition=Q(state__in=["planned", "done"]) | Q(started_at__isnull=False)),
            models.CheckConstraint(name="measure_sent_in_words", condition=Q(started_at=None) | (~Q(text="") & ~Q(subject=""))),
            models.CheckConstraint(name="measure_done_with_proof", condition=Q(state="done", done_at__isnull=False) & ~Q(proof="") | (~Q(state="done") & Q(done_at=None))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.incident}"

    @property
    def is_general(self) -> bool:
        """Whether it is done once for everybody, and not with each affected customer."""
        return self.kind in self.GENERAL


class Reach(models.Model):
    """How far one measure has come with one affected customer. Its row is made once, by the approval, before anything is sent."""

    class Answer(models.TextChoices):
        WANTED = "wanted", _("I want this")
        NOT_MINE = "not_mine", _("I do not have it, or no longer")
        CALL_ME = "call_me", _("Please call me")
        OTHER = "other", _("Something else")

    #: So long a customer is left to who has opened their number, if no call is written down meanwhile.
    HELD = timedelta(minutes=30)

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="reaches", verbose_name=_("measure"))
    affected = models.ForeignKey("escalation.Affected", models.PROTECT, related_name="reaches", verbose_name=_("affected customer"))
    made_at = models.DateTimeField(_("approved at"))
    #: The newest try; the earlier ones failed.
    message = models.OneToOneField("complaints.Message", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("message"))
    tried = ArrayField(models.CharField(max_length=10, choices=Medium.choices), verbose_name=_("Channels tried"), default=list, blank=True)
    calls = models.PositiveSmallIntegerField(_("calls in vain"), default=0)
    #: Who is calling now: whoever opened the number last, until the call is written down.
    taken_by = models.ForeignKey(
        "staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=pgettext_lazy("to a customer", "called by")
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    proof = models.CharField(_("proof"), max_length=300, blank=True)
    fulfilled_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fulfilled by"))
    fulfilled_at = models.DateTimeField(_("fulfilled at"), null=True, blank=True)
    unreachable_at = models.DateTimeField(_("unreachable since"), null=True, blank=True)

    objects = ReachQuerySet.as_manager()

    class Meta:
        verbose_name = _("reach of a measure")
        verbose_name_plural = _("reach of measures")
        default_permissions = ()
        triggers = undeletable(frozen=("measure", "affected", "made_at"))
        constraints = [
            paired("fulfilled_by", "fulfilled_at"),
            paired("taken_by", "taken_at"),
            models.UniqueConstraint(fields=["measure", "affected"], name="reach_once"),
            models.CheckConstraint(name="reach_answer_has_time", condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.affected} – {self.measure.get_kind_display()}"

    def caller(self, at: datetime) -> User | None:
        """Who is calling this customer now."""
        return self.taken_by if self.taken_at is not None and self.taken_at > at - self.HELD else None


class ContactLook(models.Model):
    """Somebody opened name and telephone number of an affected customer, to speak with them."""

    reach = models.ForeignKey(Reach, models.PROTECT, related_name="looks", verbose_name=_("affected customer"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("look at a contact")
        verbose_name_plural = _("looks at contacts")
        default_permissions = ()
        indexes = [models.Index(fields=["-at"], name="contact_look_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.reach)


class Reply(models.Model):
    """What an affected customer answered on their page. It stays as it was said, until nothing is left of who said it."""

    LONGEST = 2000

    reach = models.ForeignKey(Reach, models.PROTECT, related_name="replies", verbose_name=_("reach"))
    answer = models.CharField(_("answer"), max_length=10, choices=Reach.Answer.choices)
    words = models.TextField(_("words"), max_length=LONGEST, blank=True)
    at = models.DateTimeField(_("at"))
    #: Who wrote down what was said on the telephone; nobody: the customer, on their page.
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("answer of an affected customer")
        verbose_name_plural = _("answers of affected customers")
        default_permissions = ()
        triggers = [
            pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="facts_stay", exclude=["words"]),
            pgtrigger.Trigger(
                name="words_stay",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=f"""
                    IF NEW.words IS DISTINCT FROM OLD.words AND (NEW.words <> '{ERASED}' OR NOT EXISTS (
                        SELECT 1 FROM escalation_reach r
                        JOIN escalation_affected a ON a.id = r.affected_id
                        LEFT JOIN complaints_customer c ON c.id = a.customer_id
                        LEFT JOIN complaints_erasure e ON e.complaint_id = a.complaint_id
                        WHERE r.id = NEW.reach_id AND (e.id IS NOT NULL OR (c.name = '' AND c.email = '' AND c.phone = ''))
                    )) THEN
                        RAISE EXCEPTION 'what was answered stays, unless who answered is erased' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - names of ours
            ),
            table_stays(),
        ]

    def __str__(self) -> str:
        return self.get_answer_display()
