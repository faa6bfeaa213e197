"""Whether the customer is satisfied: asked by somebody outside the handling unit, and by the customer's own survey (step 10)."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only, append_only_but, paired, undeletable
from complaints.querysets import PartOfCaseQuerySet
from complaints.workflow import Feeling, Medium, Mode, Severity
from staff.models.history import History

if TYPE_CHECKING:
    from complaints.models.complaint import Complaint

SCORES = ("result_score", "attitude_score", "efficiency_score", "ability_score")


def score(label: object) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)])  # type: ignore[arg-type]  # a lazy label is a str to Django


def scores_in_range() -> Q:
    condition = Q()
    for name in SCORES:
        condition &= Q(**{name: None}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 5})
    return condition


class BuysAgain(models.TextChoices):
    YES = "yes", _("Yes")
    MAYBE = "maybe", _("Perhaps")
    NO = "no", _("No")


class Scores(models.Model):
    """The questions both instruments ask; their answers are never mixed in a figure."""

    open_answer = models.TextField(_("in the customer's own words"), blank=True)
    result_score = score(_("result"))
    attitude_score = score(_("attitude"))
    efficiency_score = score(_("efficiency"))
    ability_score = score(_("ability"))
    buys_again = models.CharField(_("would buy again"), max_length=6, choices=BuysAgain.choices, blank=True)
    #: From here down a score was low by the rule of that day (`Company.low_score`).
    low_from = models.PositiveSmallIntegerField(_("low from here down"), default=2)

    class Meta:
        abstract = True

    @property
    def is_low(self) -> bool:
        """Whether any score is low by the rule of that day."""
        given = [value for value in (getattr(self, name) for name in SCORES) if value is not None]
        return bool(given) and min(given) <= self.low_from


class FollowUp(Scores):
    """One attempt to ask the customer, reached or not."""

    class LowAnswer(models.TextChoices):
        REOPEN = "reopen", _("Reopen the case")
        ESCALATE = "escalate", _("Escalate to complaint management")
        NOT_WANTED = "not_wanted", _("The customer does not want anything more")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="follow_ups", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    on = models.DateField(_("day"))
    medium = models.CharField(_("medium"), max_length=10, choices=Medium.choices)
    reached = models.BooleanField(_("reached"))
    feeling = models.CharField(_("feeling"), max_length=12, choices=Feeling.choices, blank=True)
    low_answer = models.CharField(_("what follows from a low score"), max_length=12, choices=LowAnswer.choices, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        default_permissions = ()
        triggers = append_only_but("open_answer")
        constraints = [
            models.CheckConstraint(name="follow_up_scores_in_range", condition=scores_in_range()),
            models.CheckConstraint(
                name="follow_up_reached_is_answered", condition=Q(reached=False) | (~Q(open_answer="") & Q(result_score__isnull=False))
            ),
        ]


class SurveyAnswer(Scores):
    """The customer's own answer on the tracking page; it never moves the case."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="survey_answers", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        default_permissions = ()
        triggers = append_only_but("open_answer")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="survey_answered_once"),
            models.CheckConstraint(name="survey_scores_in_range", condition=scores_in_range() & Q(result_score__isnull=False)),
        ]


class FollowUpRule(models.Model):
    """Whom step 10 asks: of the cases a rule fits, this share is drawn. Of several rules that fit the largest share counts; without any, all are asked."""

    class Result(models.TextChoices):
        REFUSED = "refused", _("Unfounded, or something was refused")
        LAPSED = "lapsed", _("The customer did not answer the decision")
        REOPENED = "reopened", _("Handled more than once")

    name = models.CharField(_("name"), max_length=80, unique=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True, help_text=_("Empty: any."))
    result = models.CharField(_("result"), max_length=10, choices=Result.choices, blank=True, help_text=_("Empty: any."))
    mode = models.CharField(_("in what name"), max_length=12, choices=Mode.choices, blank=True, help_text=_("Empty: any."))
    percent = models.PositiveSmallIntegerField(_("share asked, in per cent"), validators=[MaxValueValidator(100)])
    active = models.BooleanField(_("in use"), default=True)
    history = History()

    class Meta:
        verbose_name = _("rule for the follow-up")
        verbose_name_plural = _("rules for the follow-up")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="follow_up_rule_is_a_share", condition=Q(percent__lte=100))]

    def __str__(self) -> str:
        return self.name

    def fits(self, case: "Complaint", results: set[str]) -> bool:
        """Whether the rule speaks of a case with these results."""
        severity, mode = self.severity in {"", case.severity}, self.mode in {"", case.complainant.mode}
        return severity and mode and (not self.result or self.result in results)


class FollowUpDraw(models.Model):
    """Whether a case is asked, drawn by the system when it comes to step 10. Nobody chooses, nobody draws again."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="draws", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    rule = models.CharField(_("by the rule"), max_length=80, blank=True)
    percent = models.PositiveSmallIntegerField(_("share asked, in per cent"))
    #: From 0 to 9999; below a hundred times the share it is asked.
    drawn = models.PositiveSmallIntegerField(_("number drawn"))
    selected = models.BooleanField(_("is asked"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("drawing for the follow-up")
        verbose_name_plural = _("drawings for the follow-up")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="follow_up_drawn_once"),
            models.CheckConstraint(name="follow_up_drawn_number", condition=Q(drawn__lte=9999, percent__lte=100)),
            models.CheckConstraint(
                name="follow_up_drawn_not_chosen",
                condition=Q(selected=True, drawn__lt=models.F("percent") * 100) | Q(selected=False, drawn__gte=models.F("percent") * 100),
            ),
        ]


class SurveyLink(models.Model):
    """The way to the survey without a tracking code, for one round of one case. The token is derived from the key and stored nowhere (signing.py)."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="survey_links", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    key = models.CharField(max_length=64, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("works until"))

    class Meta:
        verbose_name = _("survey link")
        verbose_name_plural = _("survey links")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="survey_link_once"),
            models.CheckConstraint(name="survey_link_expires", condition=Q(expires_at__gt=models.F("made_at"))),
        ]


class LowScore(models.Model):
    """A low answer of the customer's own survey: somebody of the follow-up asks back. The answer itself never moves the case."""

    class Decision(models.TextChoices):
        REOPEN = "reopen", _("The case is reopened")
        NOT_WANTED = "not_wanted", _("The customer does not want anything more")
        UNREACHED = "unreached", _("The customer could not be reached")
        ASKED = "asked", _("Asked again at the follow-up")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="low_scores", verbose_name=_("complaint"))
    survey = models.OneToOneField(SurveyAnswer, models.PROTECT, related_name="task", verbose_name=_("survey answer"))
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    raised_at = models.DateTimeField(_("since"))
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    decision = models.CharField(_("what came of it"), max_length=12, choices=Decision.choices, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    history = History(excluded_fields=["remark"])
    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("low survey answer")
        verbose_name_plural = _("low survey answers")
        default_permissions = ()
        indexes = [models.Index(fields=["department", "raised_at"], condition=Q(decided_at=None), name="low_score_open")]
        triggers = undeletable(frozen=("complaint", "survey", "raised_at"))
        constraints = [
            paired("decided_by", "decided_at"),
            models.CheckConstraint(
                name="low_score_decided_in_words",
                condition=Q(decided_at=None, decision="") | (Q(decided_at__isnull=False) & ~Q(decision="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.complaint)
