from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Medium
from staff.models.history import History


class Channel(models.Model):
    """A door complaints come in by, and the reception that stands behind it."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    medium = models.CharField(_("medium"), max_length=10, choices=Medium.choices)
    name = models.CharField(_("name"), max_length=60)
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("reception"))
    address = models.CharField(
        _("where to"), max_length=200, blank=True, help_text=_("Number, postal or e-mail address, account: as customers are to use it.")
    )
    hours = models.CharField(_("hours"), max_length=120, blank=True)
    note = models.CharField(_("remark for customers"), max_length=300, blank=True)
    published = models.BooleanField(_("shown to customers"), default=True)
    active = models.BooleanField(_("in use"), default=True)

    history = History()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="channel_medium_known", condition=models.Q(medium__in=Medium.values))]

    def __str__(self) -> str:
        return self.name
