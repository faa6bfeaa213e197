"""Crises: a register of what could happen, before it does; and the file of one that is there."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only, paired, undeletable
from escalation.models.crisis_points import Point
from staff.models.history import History


class CrisisRisk(models.Model):
    """What could happen, what would show it early, what prevents it: with an owner who looks at it again and again."""

    what = models.CharField(_("what could happen"), max_length=200)
    early_sources = models.TextField(_("what would show it early"), max_length=2000)
    prevention = models.TextField(_("preventive measure"), max_length=2000)
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="crisis_risks", verbose_name=_("owner"))
    review_on = models.DateField(_("review on"), db_index=True)
    active = models.BooleanField(_("in force"), default=True)
    history = History()

    class Meta:
        verbose_name = _("crisis that could happen")
        verbose_name_plural = _("crises that could happen")
        default_permissions = ()

    def __str__(self) -> str:
        return self.what


class RiskReview(models.Model):
    """Somebody looked at it again."""

    risk = models.ForeignKey(CrisisRisk, models.PROTECT, related_name="reviews", verbose_name=_("crisis that could happen"))
    finding = models.TextField(_("what was found"), max_length=2000)
    next_on = models.DateField(_("next review on"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("review of the register")
        verbose_name_plural = _("reviews of the register")
        default_permissions = ()
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.risk} {self.at:%Y-%m-%d}"


class Crisis(models.Model):
    """The file of an open crisis: roles, one approved fact sheet, what was said when, what was asked, what is due next."""

    title = models.CharField(_("title"), max_length=120)
    what = models.TextField(_("what happened"), max_length=4000)
    risk = models.ForeignKey(CrisisRisk, models.PROTECT, null=True, blank=True, related_name="crises", verbose_name=_("from the register"))
    incident = models.ForeignKey(
        "escalation.Incident", models.PROTECT, null=True, blank=True, related_name="crises", verbose_name=_("incident")
    )
    opened_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened at"))
    #: Of the first statement, then of the next update.
    statement_due_at = models.DateTimeField(_("next statement due"))
    closed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    history = History()

    class Meta:
        verbose_name = _("crisis")
        verbose_name_plural = _("crises")
        default_permissions = ()
        triggers = undeletable(frozen=("opened_by", "opened_at"))
        constraints = [paired("closed_by", "closed_at")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CrisisRole(models.Model):
    """Who does what in a crisis. Of each at most one person at a time: one spokesperson."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Leads")
        SPOKESPERSON = "spokesperson", _("Spokesperson")
        FACTS = "facts", _("Keeps the fact sheet")
        CUSTOMERS = "customers", _("Cares for those affected")
        INSIDE = "inside", _("Tells our own people")
        LAW = "law", _("Law and authorities")

    crisis = models.ForeignKey(Crisis, models.PROTECT, related_name="roles", verbose_name=_("crisis"))
    role = models.CharField(_("role"), max_length=14, choices=Role.choices)
    user = models.ForeignKey("staff.User", models.PROTECT, related_name="crisis_roles", verbose_name=_("person"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("given by"))
    at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("role in a crisis")
        verbose_name_plural = _("roles in crises")
        default_permissions = ()
        triggers = undeletable(frozen=("crisis", "role", "user", "by", "at"))
        constraints = [models.UniqueConstraint(fields=["crisis", "role"], condition=Q(ended_at=None), name="crisis_role_one_person")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.user}"


class FactSheet(models.Model):
    """One version of what is known for sure. Only an approved one is spoken from; nobody approves their own."""

    crisis = models.ForeignKey(Crisis, models.PROTECT, related_name="fact_sheets", verbose_name=_("crisis"))
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("facts"), max_length=10_000)
    written_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))
    approved_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("fact sheet")
        verbose_name_plural = _("fact sheets")
        default_permissions = ()
        triggers = undeletable(frozen=("crisis", "version", "text", "written_by", "written_at"))
        constraints = [
            paired("approved_by", "approved_at"),
            models.UniqueConstraint(fields=["crisis", "version"], name="fact_sheet_version_once"),
            models.CheckConstraint(name="fact_sheet_second_person", condition=Q(approved_by=None) | ~Q(approved_by=F("written_by"))),
        ]

    def __str__(self) -> str:
        return str(_("Fact sheet %(version)s") % {"version": self.version})


class Statement(models.Model):
    """What the spokesperson said, where and when, from which version of the facts."""

    class Audience(models.TextChoices):
        INSIDE = "inside", _("Our own people")
        CUSTOMERS = "customers", _("Those affected")
        MEDIA = "media", _("Media")
        PUBLIC = "public", _("Everybody")
        AUTHORITY = "authority", _("Authorities")

    crisis = models.ForeignKey(Crisis, models.PROTECT, related_name="statements", verbose_name=_("crisis"))
    fact_sheet = models.ForeignKey(FactSheet, models.PROTECT, related_name="statements", verbose_name=_("fact sheet"))
    audience = models.CharField(_("to whom"), max_length=10, choices=Audience.choices)
    text = models.TextField(_("what was said"), max_length=10_000)
    spoken_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("spoken by"))
    at = models.DateTimeField(_("at"))
    next_due_at = models.DateTimeField(_("next update by"))
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("puts right"))

    class Meta:
        verbose_name = _("statement to others")
        verbose_name_plural = _("statements to others")
        default_permissions = ()
        triggers = append_only()
        constraints = [models.CheckConstraint(name="statement_next_is_later", condition=Q(next_due_at__gt=F("at")))]

    def __str__(self) -> str:
        return f"{self.get_audience_display()} {self.at:%Y-%m-%d %H:%M}"


class MediaQuestion(models.Model):
    """What somebody asked, and what was answered from the fact sheet."""

    crisis = models.ForeignKey(Crisis, models.PROTECT, related_name="questions", verbose_name=_("crisis"))
    asked_by = models.CharField(_("who asks"), max_length=120)
    question = models.TextField(_("question"), max_length=4000)
    logged_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("taken down by"))
    asked_at = models.DateTimeField(_("asked at"))
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    fact_sheet = models.ForeignKey(FactSheet, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fact sheet"))
    answered_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("question of the media")
        verbose_name_plural = _("questions of the media")
        default_permissions = ()
        triggers = undeletable(frozen=("crisis", "asked_by", "question", "logged_by", "asked_at"))
        constraints = [
            paired("answered_by", "answered_at"),
            models.CheckConstraint(name="question_answered_from_facts", condition=Q(answered_at=None) | (~Q(answer="") & Q(fact_sheet__isnull=False))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.asked_by} {self.asked_at:%Y-%m-%d %H:%M}"


class CrisisTick(models.Model):
    """Somebody made sure of one point at a time."""

    crisis = models.ForeignKey(Crisis, models.PROTECT, related_name="ticks", verbose_name=_("crisis"))
    point = models.CharField(_("point"), max_length=32, choices=Point.choices)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("point made sure of")
        verbose_name_plural = _("points made sure of")
        default_permissions = ()
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["crisis", "point"], name="crisis_tick_once")]

    def __str__(self) -> str:
        return self.get_point_display()


class AfterReview(models.Model):
    """What was learned when it was over."""

    crisis = models.OneToOneField(Crisis, models.PROTECT, related_name="review", verbose_name=_("crisis"))
    went_well = models.TextField(_("what went well"), max_length=4000)
    went_wrong = models.TextField(_("what went wrong"), max_length=4000)
    lesson = models.TextField(_("what we learn from it"), max_length=4000)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("after-action review")
        verbose_name_plural = _("after-action reviews")
        default_permissions = ()
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.crisis)


class CrisisImprovement(models.Model):
    """What the after-action review leads to: with owner, date and proof."""

    crisis = models.ForeignKey(Crisis, models.PROTECT, related_name="improvements", verbose_name=_("crisis"))
    action = models.TextField(_("action"), max_length=2000)
    owner = models.ForeignKey("staff.User", models.PROTECT, related_name="crisis_improvements", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    at = models.DateTimeField(_("proposed at"))
    proof = models.TextField(_("what was done"), max_length=2000, blank=True)
    done_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("improvement after a crisis")
        verbose_name_plural = _("improvements after crises")
        default_permissions = ()
        triggers = undeletable(frozen=("crisis", "action", "owner", "due_on", "by", "at"))
        constraints = [
            paired("done_by", "done_at"),
            models.CheckConstraint(name="crisis_improvement_done_in_words", condition=Q(done_at=None) | ~Q(proof="")),
        ]

    def __str__(self) -> str:
        return self.action[:60]
