"""What one department asks of another about a case: the next in line is a customer too (mission, step 4)."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.evidence import paired, undeletable
from escalation.querysets import RequestQuerySet
from staff.models.history import History


class DepartmentRequest(models.Model):
    """A question to another department, the time it promised, its answer, and how the asker was served. Who answers sees the question, not the case."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="department_requests", verbose_name=_("complaint"))
    from_department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("from department"))
    to_department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("to department"))
    question = models.TextField(_("question"), max_length=5000)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=pgettext_lazy("request", "asked by"))
    at = models.DateTimeField(pgettext_lazy("request", "asked at"))
    wanted_at = models.DateTimeField(_("wanted by"))
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)
    promised_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("promised by"))
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(
        _("how we were served, 1 to 5"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    score_words = models.TextField(_("in words"), max_length=2000, blank=True)
    history = History(excluded_fields=["question", "answer"])
    objects: ClassVar[Any] = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to a department")
        verbose_name_plural = _("requests to departments")
        default_permissions = ()
        triggers = undeletable(frozen=("complaint", "from_department", "to_department", "by", "at", "wanted_at"))
        indexes = [models.Index(fields=["to_department"], condition=Q(answered_at=None), name="request_unanswered")]
        constraints = [
            paired("answered_by", "answered_at"),
            models.CheckConstraint(name="request_answered_in_words", condition=Q(answered_at=None) | ~Q(answer="")),
            models.CheckConstraint(name="request_promised_by_somebody", condition=Q(promised_at=None) | Q(promised_by__isnull=False)),
            models.CheckConstraint(name="request_scored_after_answer", condition=Q(score=None) | (Q(answered_at__isnull=False) & Q(score__gte=1, score__lte=5))),
            models.CheckConstraint(name="request_goes_elsewhere", condition=~Q(from_department=models.F("to_department"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.complaint} → {self.to_department}"
