"""Guided paths on a case: the six-step call and LSCIA (mission M13), stage by stage as they were walked; calls promised."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import append_only, append_only_but, erasable, paired, undeletable
from complaints.querysets import PartOfCaseQuerySet, PromiseQuerySet
from complaints.workflow import Feeling, Medium


class Stage(models.TextChoices):
    """Stages of both paths; `guides.PATHS` says which belong to which, and what each asks for."""

    OPENING = "opening", _("Opening")
    QUESTIONS = "questions", _("Questions")
    LISTENING = "listening", _("Listening")
    OPTIONS = "options", _("Alternatives")
    AGREEMENT = "agreement", _("Agreement")
    READ_BACK = "read_back", _("Reading back")
    LISTEN = "listen", _("Listen")
    SHARE = "share", _("Share")
    CLARIFY = "clarify", _("Clarify")
    ILLUSTRATE = "illustrate", _("Illustrate")
    ASK = "ask", _("Ask")


class GuidedPath(models.Model):
    """One conversation led along a path. The newest of a case is the one that goes on."""

    class Path(models.TextChoices):
        SIX_STEPS = "six_steps", _("Six-step call")
        LSCIA = "lscia", _("LSCIA")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="guided_paths", verbose_name=_("complaint"))
    path = models.CharField(_("path"), max_length=10, choices=Path.choices)
    medium = models.CharField(_("medium"), max_length=10, choices=Medium.choices)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("guided path")
        verbose_name_plural = _("guided paths")
        default_permissions = ()
        triggers = append_only()
        constraints = [models.CheckConstraint(name="guided_path_known", condition=Q(path__in=["six_steps", "lscia"]))]

    def __str__(self) -> str:
        return self.get_path_display()


#: A call begun in time is written down when it is over.
TO_WRITE_IT_DOWN = timedelta(minutes=15)


class Promise(models.Model):
    """A time at which somebody calls the customer, with or without a solution (M11)."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="promises", verbose_name=_("complaint"))
    call_at = models.DateTimeField(_("call at"))
    about = models.TextField(_("about"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("promised by"))
    at = models.DateTimeField(_("promised at"))
    result = models.TextField(pgettext_lazy("call", "what was said"), blank=True)
    called_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("called by"))
    called_at = models.DateTimeField(_("called at"), null=True, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promised call")
        verbose_name_plural = _("promised calls")
        default_permissions = ()
        triggers = [*undeletable(frozen=("complaint", "call_at", "by", "at")), erasable("about")]
        indexes = [models.Index(fields=["call_at"], condition=Q(called_at=None), name="promise_open")]
        constraints = [
            paired("called_by", "called_at"),
            models.CheckConstraint(name="promise_called_says_what", condition=Q(called_at=None) ^ ~Q(result="")),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.call_at:%Y-%m-%d %H:%M}"

    @property
    def kept(self) -> bool | None:
        """Whether the call was made in time; None while it is still to be made."""
        return None if self.called_at is None else self.called_at <= self.call_at + TO_WRITE_IT_DOWN

    def was_missed(self, now: datetime) -> bool:
        """Whether the time has passed without a call."""
        return self.called_at is None and self.call_at + TO_WRITE_IT_DOWN < now


class GuideEntry(models.Model):
    """What one stage of a path brought. Which text means what is said by the stage (`guides.STAGES`)."""

    class LiesIn(models.TextChoices):
        PRODUCT = "product", _("The product or service")
        USE = "use", _("Its use")
        UNCLEAR = "unclear", _("Not clear yet")

    path = models.ForeignKey(GuidedPath, models.PROTECT, related_name="entries", verbose_name=_("path"))
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="guide_entries", verbose_name=_("complaint"))
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    words = models.TextField(_("words"))
    second = models.TextField(blank=True)
    third = models.TextField(blank=True)
    fourth = models.TextField(blank=True)
    feeling = models.CharField(_("tone"), max_length=12, choices=Feeling.choices, blank=True)
    confirmed = models.BooleanField(_("confirmed by the customer"), default=False)
    lies_in = models.CharField(_("where it lies"), max_length=8, choices=LiesIn.choices, blank=True)
    solved_now = models.BooleanField(_("solved or agreed at once"), null=True, blank=True)
    promise = models.ForeignKey(Promise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("promised call"))
    message = models.ForeignKey(
        "complaints.Message", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("message to the customer")
    )
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("stage of a guided path")
        verbose_name_plural = _("stages of guided paths")
        default_permissions = ()
        triggers = append_only_but("words", "second", "third", "fourth")
        constraints = [
            models.UniqueConstraint(fields=["path", "stage"], name="guide_stage_once"),
            models.CheckConstraint(
                name="guide_summary_is_confirmed", condition=~Q(stage__in=["listening", "listen", "read_back"]) | Q(confirmed=True)
            ),
            models.CheckConstraint(name="guide_clarify_says_where", condition=Q(stage="clarify") ^ Q(lies_in="")),
            models.CheckConstraint(name="guide_now_or_a_call", condition=~Q(solved_now=False) | Q(promise__isnull=False)),
            models.CheckConstraint(name="guide_agreement_is_sent", condition=~Q(stage__in=["read_back", "ask"]) | Q(message__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.get_stage_display()
