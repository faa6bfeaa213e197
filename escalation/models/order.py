"""An order to answer for what is overdue or badly handled (督办)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import erasable, paired, undeletable
from escalation.querysets import OrderQuerySet
from staff.models.history import History


class SupervisionOrder(models.Model):
    """Overdue or badly handled: the head must answer, by a time (督办)."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="orders", verbose_name=_("complaint"))
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department that answers"))
    words = models.TextField(_("what has to be answered"), max_length=5000)
    #: Empty where a rung ordered it.
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ordered by"))
    at = models.DateTimeField(_("ordered at"))
    due_at = models.DateTimeField(_("answer due"))
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    history = History(excluded_fields=["words", "answer"])
    objects: ClassVar[Any] = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision order")
        verbose_name_plural = _("supervision orders")
        default_permissions = ()
        triggers = [*undeletable(frozen=("complaint", "department", "by", "at", "due_at")), erasable("words")]
        indexes = [models.Index(fields=["due_at"], condition=Q(answered_at=None), name="order_unanswered")]
        constraints = [
            paired("answered_by", "answered_at"),
            models.CheckConstraint(name="order_answered_in_words", condition=Q(answered_at=None) | ~Q(answer="")),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} · {self.department}"
