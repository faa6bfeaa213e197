from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.history import append_only
from staff.querysets import DeniedAttemptQuerySet


class DeniedAttempt(models.Model):
    """Somebody signed in tried what they may not; written once, kept for ever."""

    user = models.ForeignKey("staff.User", verbose_name=_("user"), on_delete=models.PROTECT, related_name="+")
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("path"), max_length=500)
    act = models.CharField(_("act"), max_length=60, blank=True)
    target = models.CharField(_("object"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))

    objects: ClassVar[Any] = DeniedAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("denied attempt")
        verbose_name_plural = _("denied attempts")
        default_permissions = ()
        permissions = [("read_audit", _("Can read the history of everything and denied attempts"))]
        indexes = [models.Index(fields=["-at", "-id"], name="denied_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.user} {self.method} {self.path}"
