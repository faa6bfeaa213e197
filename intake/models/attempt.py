from django.db import models
from django.utils.translation import gettext_lazy as _


class Attempt(models.Model):
    """One source tried one thing once. Shared by all processes; rows are only added, so that nobody waits for anybody, and swept after a day.

    The source is a keyed hash that changes every day: no address is kept, and yesterday's cannot be matched with today's.
    """

    class Act(models.TextChoices):
        FILE = "file", _("filing")
        TRACK = "track", _("entering a tracking code")
        LOST_CODE = "lost_code", _("asking for a new code")
        WRITE = "write", _("writing on a case")
        UPLOAD = "upload", _("sending a file")
        MAIL = "mail", _("sending a mail")
        FORM = "form", _("telling how the form is used")
        SUGGEST = "suggest", _("asking for suggestions")
        HELPED = "helped", _("saying that an article helped")

    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    source = models.CharField(_("source"), max_length=64)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ()
        indexes = [
            models.Index(fields=["act", "source", "at"], name="attempts_of_a_source"),
            models.Index(fields=["act", "at"], name="attempts_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%H:%M:%S}"
