from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField

from staff.models.department import Department
from staff.models.history import History


class ChatGroup(models.Model):
    """A group of a chat program that takes messages by a web address (robot); notices to its department go there too."""

    class Format(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        LARK = "lark", _("Lark")

    name = models.CharField(_("name"), max_length=80)
    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="chat_groups", null=True, blank=True,
        help_text=_("Empty: the whole company."),
    )  # fmt: skip
    format = models.CharField(_("format"), max_length=10, choices=Format.choices)
    #: Whoever knows it can post in the group: kept encrypted, and in no history.
    address = EncryptedCharField(_("web address"), max_length=500, validators=[URLValidator(schemes=["https"])])
    active = models.BooleanField(_("in use"), default=True)
    history = History(excluded_fields=["address"])

    class Meta:
        verbose_name = _("chat group")
        verbose_name_plural = _("chat groups")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
