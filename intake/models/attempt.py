from django.db import models
from django.utils.translation import gettext_lazy as _


class AttemptCounter(models.Model):
    """How often one source tried one thing in one minute. Shared by all processes; rows are swept after a day.

    The source is a keyed hash that changes every day: no address is kept, and yesterday's cannot be matched with today's.
    """

    class Act(models.TextChoices):
        FILE = "file", _("filing")
        TRACK = "track", _("entering a tracking code")
        LOST_CODE = "lost_code", _("asking for a new code")
        WRITE = "write", _("writing on a case")

    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    source = models.CharField(_("source"), max_length=64)
    minute = models.DateTimeField(_("minute"))
    count = models.PositiveIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("counter of attempts")
        verbose_name_plural = _("counters of attempts")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["act", "source", "minute"], name="attempts_counted_once")]
        indexes = [models.Index(fields=["minute"], name="attempts_by_minute")]

    def __str__(self) -> str:
        return f"{self.act} {self.minute:%H:%M} {self.count}"
