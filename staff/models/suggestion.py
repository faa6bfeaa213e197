from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.department import Department
from staff.models.history import History
from staff.querysets import SuggestionQuerySet


class Suggestion(models.Model):
    """What an employee noticed or proposes, and what came of it."""

    class Kind(models.TextChoices):
        NOTICED = "noticed", _("What I noticed")
        SUGGESTION = "suggestion", _("Suggestion")

    class State(models.TextChoices):
        NEW = "new", _("New")
        ANSWERED = "answered", _("Answered")

    by = models.ForeignKey("staff.User", verbose_name=_("from"), on_delete=models.PROTECT, related_name="suggestions")
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    text = models.TextField(_("text"), max_length=5000)
    department = models.ForeignKey(
        Department, verbose_name=_("about department"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.NEW)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_by = models.ForeignKey(
        "staff.User", verbose_name=_("answered by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    history = History()
    objects: ClassVar[Any] = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        default_permissions = ()
        permissions = [("answer_suggestion", _("Can answer suggestions"))]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["noticed", "suggestion"]), name="suggestion_kind_known"),
            models.CheckConstraint(
                condition=models.Q(state="new", answer="", answered_by=None, answered_at=None)
                | (models.Q(state="answered", answered_by__isnull=False, answered_at__isnull=False) & ~models.Q(answer="")),
                name="suggestion_answered_with_who_and_when",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="suggestion_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
