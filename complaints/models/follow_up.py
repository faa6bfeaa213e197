"""Whether the customer is satisfied: asked by somebody outside the handling unit, and by the customer's own survey (step 10)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import append_only_but
from complaints.workflow import Feeling, Medium

#: Scores run from 1 to 5; 2 and below is low and must be answered.
LOW_SCORE = 2
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

    class Meta:
        abstract = True

    @property
    def is_low(self) -> bool:
        """Whether any score is low (1 or 2 of 5)."""
        given = [value for value in (getattr(self, name) for name in SCORES) if value is not None]
        return bool(given) and min(given) <= LOW_SCORE


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
