from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.department import Department
from staff.models.history import History
from staff.querysets import NoticeQuerySet
from staff.roles import Role


class Notice(models.Model):
    """Something people inside the company must know; each who gets it says whether they understood."""

    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), max_length=20_000)
    by = models.ForeignKey("staff.User", verbose_name=_("published by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("published at"))
    to_everyone = models.BooleanField(_("to everyone"), default=False)
    departments = models.ManyToManyField(Department, verbose_name=_("departments"), blank=True, related_name="notices")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("roles"), default=list, blank=True)
    users = models.ManyToManyField("staff.User", verbose_name=_("people"), blank=True, related_name="notices")
    answer_due_on = models.DateField(_("answer by"), null=True, blank=True)

    history = History(m2m_fields=["departments", "users"])
    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        default_permissions = ()
        permissions = [("publish_notice", _("Can publish notices"))]
        constraints = [
            models.CheckConstraint(condition=models.Q(roles__contained_by=Role.values), name="notice_roles_known"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="notice_newest")]

    def __str__(self) -> str:
        return self.title


class NoticeReceipt(models.Model):
    """What one reader made of a notice."""

    class State(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        UNDERSTOOD = "understood", _("Understood")
        UNCLEAR = "unclear", _("Not clear")

    notice = models.ForeignKey(Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="receipts")
    user = models.ForeignKey("staff.User", verbose_name=_("user"), on_delete=models.PROTECT, related_name="notice_receipts")
    state = models.CharField(_("state"), max_length=20, choices=State)
    at = models.DateTimeField(_("at"))
    remark = models.TextField(_("remark"), max_length=2000, blank=True)

    history = History()

    class Meta:
        verbose_name = _("notice receipt")
        verbose_name_plural = _("notice receipts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="notice_receipt_once"),
            models.CheckConstraint(condition=models.Q(state__in=["delivered", "understood", "unclear"]), name="notice_receipt_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} – {self.user}"
