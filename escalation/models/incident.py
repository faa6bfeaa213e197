"""A fault that may touch many customers: what is known, which cases and goods it touches, whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import paired, undeletable
from escalation.querysets import AffectedQuerySet, IncidentQuerySet
from staff.models.history import History


class Incident(models.Model):
    """Declared by somebody with authority, for a reason; it ends with the rate of completion and what shows that it stopped spreading."""

    class Origin(models.TextChoices):
        CASE = "case", _("From a complaint")
        WARNING = "warning", _("From an early warning")
        HAND = "hand", _("By hand")

    title = models.CharField(_("title"), max_length=120)
    what = models.TextField(_("what is known"), max_length=4000)
    reason = models.TextField(_("why others may be affected"), max_length=2000)
    origin = models.CharField(_("source of the incident"), max_length=10, choices=Origin.choices)
    #: What the early warning was, in words: analytics, which has it, stands above this app.
    warning = models.CharField(_("early warning"), max_length=200, blank=True)
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="incidents", verbose_name=_("owner"))
    declared_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("declared by"))
    declared_at = models.DateTimeField(_("declared at"))
    # The page everybody can read.
    notice_title = models.CharField(_("title of the public notice"), max_length=120, blank=True)
    notice_title_en = models.CharField(_("title of the public notice, in English"), max_length=120, blank=True)
    notice_text = models.TextField(_("public notice"), max_length=4000, blank=True)
    notice_text_en = models.TextField(_("public notice, in English"), max_length=4000, blank=True)
    published_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    # How it ended.
    closed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    completion = models.DecimalField(_("rate of completion, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    stopped_because = models.TextField(_("what shows that it no longer spreads"), max_length=2000, blank=True)
    left_over = models.TextField(_("what happens with those not reached"), max_length=2000, blank=True)

    history = History()
    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        default_permissions = ()
        triggers = undeletable(frozen=("origin", "warning", "reason", "declared_by", "declared_at"))
        constraints = [
            paired("published_by", "published_at"),
            paired("closed_by", "closed_at"),
            models.CheckConstraint(name="incident_says_why", condition=~Q(reason="") & ~Q(what="")),
            models.CheckConstraint(name="incident_warning_in_words", condition=~Q(origin="warning") | ~Q(warning="")),
            models.CheckConstraint(name="incident_public_in_words", condition=Q(published_at=None) | (~Q(notice_title="") & ~Q(notice_text=""))),
            models.CheckConstraint(
                name="incident_closed_with_proof", condition=Q(closed_at=None) | (Q(completion__isnull=False) & ~Q(stopped_because=""))
            ),
            models.CheckConstraint(name="incident_completion_sane", condition=Q(completion=None) | Q(completion__gte=0, completion__lte=100)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def said_title(self) -> str:
        """Of the public notice, in the reader's language or the one there is."""
        return (get_language() == "en" and self.notice_title_en) or self.notice_title

    @property
    def said_text(self) -> str:
        return (get_language() == "en" and self.notice_text_en) or self.notice_text


class IncidentCase(models.Model):
    """A complaint that is part of an incident."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="cases", verbose_name=_("incident"))
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="incidents", verbose_name=_("complaint"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("case of an incident")
        verbose_name_plural = _("cases of incidents")
        default_permissions = ()
        triggers = undeletable(frozen=("incident", "complaint", "by", "at"))
        constraints = [models.UniqueConstraint(fields=["incident", "complaint"], name="incident_case_once")]

    def __str__(self) -> str:
        return f"{self.incident} – {self.complaint}"


class AffectedGoods(models.Model):
    """Products and lots the fault may be in, and by that the question asked of the purchases; its finds are used when a person has reviewed them."""

    class State(models.TextChoices):
        FOUND = "found", _("To review")
        ACCEPTED = "accepted", pgettext_lazy("purchases found", "Used")
        DISCARDED = "discarded", _("Discarded")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="goods", verbose_name=_("incident"))
    product = models.ForeignKey("complaints.Product", models.PROTECT, related_name="+", verbose_name=_("product"))
    lots = ArrayField(models.CharField(max_length=60), verbose_name=_("lots"), default=list, blank=True)
    bought_from = models.DateField(_("bought from"), null=True, blank=True)
    bought_to = models.DateField(_("bought to"), null=True, blank=True)
    asked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("searched by"))
    asked_at = models.DateTimeField(_("searched at"))
    found = models.PositiveIntegerField(_("customers found"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.FOUND)
    reviewed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    remark = models.TextField(_("remark"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("affected goods")
        verbose_name_plural = _("affected goods")
        default_permissions = ()
        triggers = undeletable(frozen=("incident", "product", "lots", "bought_from", "bought_to", "asked_by", "asked_at"))
        constraints = [
            paired("reviewed_by", "reviewed_at"),
            models.CheckConstraint(name="goods_reviewed_or_waiting", condition=Q(state="found", reviewed_at=None) | (~Q(state="found") & Q(reviewed_at__isnull=False))),
            models.CheckConstraint(name="goods_days_in_order", condition=Q(bought_from=None) | Q(bought_to=None) | Q(bought_to__gte=F("bought_from"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return " ".join([str(self.product), *self.lots[:3], *(["…"] if len(self.lots) > 3 else [])])


class Affected(models.Model):
    """Somebody the fault may touch: a customer, or the protected complainant of a case, who is reached through that case alone."""

    class State(models.TextChoices):
        CANDIDATE = "candidate", _("To review")
        CONFIRMED = "confirmed", _("Affected")
        EXCLUDED = "excluded", _("Not affected")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="affected", verbose_name=_("incident"))
    customer = models.ForeignKey("complaints.Customer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("customer"))
    complaint = models.ForeignKey(
        "complaints.Complaint", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("complaint")
    )
    goods = models.ForeignKey(AffectedGoods, models.PROTECT, null=True, blank=True, related_name="affected", verbose_name=_("found by"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CANDIDATE)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    added_at = models.DateTimeField(_("found at"))
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = AffectedQuerySet.as_manager()

    class Meta:
        verbose_name = _("affected customer")
        verbose_name_plural = _("affected customers")
        default_permissions = ()
        triggers = undeletable(frozen=("incident", "customer", "complaint", "goods", "added_at"))
        indexes = [models.Index(fields=["incident", "state"], name="affected_by_state")]
        constraints = [
            paired("decided_by", "decided_at"),
            models.UniqueConstraint(fields=["incident", "customer"], name="affected_customer_once"),
            models.UniqueConstraint(fields=["incident", "complaint"], name="affected_complainant_once"),
            models.CheckConstraint(name="affected_is_somebody", condition=Q(customer__isnull=False, complaint=None) | Q(customer=None, complaint__isnull=False)),
            models.CheckConstraint(name="affected_decided_or_candidate", condition=Q(state="candidate") | Q(decided_at__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("Affected customer %(number)s") % {"number": self.pk})
