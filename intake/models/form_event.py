"""How customers get on with the public form: counted, never followed. No row tells anything about a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormEvent(models.Model):
    """Somebody opened, left or sent the form, or was refused at a field; the time is known to the hour alone."""

    class What(models.TextChoices):
        OPENED = "opened", _("opened")
        LEFT = "left", _("left without sending")
        REFUSED = "refused", _("refused at a field")
        SENT = "sent", _("sent")

    what = models.CharField(_("what happened"), max_length=8, choices=What.choices)
    #: The last field touched (left), or the one refused.
    field = models.CharField(_("field"), max_length=30, blank=True)
    seconds = models.PositiveIntegerField(_("seconds since it was opened"), null=True, blank=True)
    fields = models.PositiveSmallIntegerField(_("fields filled in"), null=True, blank=True)
    hour = models.DateTimeField(_("hour"))

    class Meta:
        verbose_name = _("use of the form")
        verbose_name_plural = _("uses of the form")
        default_permissions = ()
        indexes = [models.Index(fields=["hour"], name="form_events_by_hour")]

    def __str__(self) -> str:
        return f"{self.what} {self.field}"
