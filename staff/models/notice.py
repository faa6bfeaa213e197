from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.department import Department
from staff.models.history import History, append_only
from staff.querysets import NoticeQuerySet
from staff.roles import Role


class Notice(models.Model):
    """Something people inside the company must know; each who gets it says whether they understood."""

    class Form(models.TextChoices):
        NOTICE = "notice", _("Notice")
        TALK = "talk", _("Talk")
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        CLIPPING = "clipping", _("Clipping")

    #: A talk, a call, a meeting or a clipping is written down so that those concerned say they understood the same.
    form = models.CharField(_("form"), max_length=10, choices=Form.choices, default=Form.NOTICE)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), max_length=20_000)
    by = models.ForeignKey("staff.User", verbose_name=_("published by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("published at"))
    to_everyone = models.BooleanField(_("to everyone"), default=False)
    departments = models.ManyToManyField(Department, verbose_name=_("departments"), blank=True, related_name="notices")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("roles"), default=list, blank=True)
    users = models.ManyToManyField("staff.User", verbose_name=_("people"), blank=True, related_name="notices")
    answer_due_on = models.DateField(
        _("answer by"), null=True, blank=True, help_text=_("Who has not understood by then is told to their superiors, step by step.")
    )
    by_mail = models.BooleanField(_("also by e-mail"), default=False)
    by_chat = models.BooleanField(_("also to the chat groups"), default=False)

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


class NoticeClimb(models.Model):
    """A superior was told that somebody below them has not understood a notice in time: once for each rung."""

    notice = models.ForeignKey(Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="climbs")
    reader = models.ForeignKey("staff.User", verbose_name=_("reader"), on_delete=models.PROTECT, related_name="+")
    rung = models.PositiveSmallIntegerField(_("rung"))
    told = models.ForeignKey("staff.User", verbose_name=_("told"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("unread notice told to a superior")
        verbose_name_plural = _("unread notices told to superiors")
        default_permissions = ()
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["notice", "reader", "rung"], name="notice_climbs_each_rung_once")]
