"""When nothing may leave the house: after a restore, until somebody has looked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import undeletable


class SendingHold(models.Model):
    """While one of these is open no message goes out and no mailbox is read.

    A restored copy may be a rehearsal beside the living system, and what waited when the backup was made may have gone out since.
    """

    why = models.CharField(_("why"), max_length=200)
    at = models.DateTimeField(_("held since"))
    backup_at = models.DateTimeField(_("backup made at"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    #: Nobody: from the command line of the server.
    released_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("released by"))
    kept_back = models.PositiveIntegerField(_("messages kept back"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold on sending")
        verbose_name_plural = _("holds on sending")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="sending_hold_released_whole",
                condition=Q(released_at__isnull=True, released_by__isnull=True, kept_back__isnull=True)
                | Q(released_at__isnull=False, kept_back__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["at"], condition=Q(released_at=None), name="sending_hold_open")]
        triggers = undeletable(frozen=("why", "at", "backup_at"))

    def __str__(self) -> str:
        return self.why
