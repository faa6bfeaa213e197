from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
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

    #: Where the robots of each program live; other places are for the operator to name (CHAT_GATEWAYS).
    PLACES: ClassVar[dict[str, tuple[str, ...]]] = {
        Format.WECOM: ("https://qyapi.weixin.qq.com",),
        Format.DINGTALK: ("https://oapi.dingtalk.com",),
        Format.LARK: ("https://open.feishu.cn", "https://open.larksuite.com"),
    }

    class Meta:
        verbose_name = _("chat group")
        verbose_name_plural = _("chat groups")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.address and not self.may_be_at(self.address):
            raise ValidationError({"address": _("This is no web address of the robots of this program.")})

    def may_be_at(self, address: str) -> bool:
        """Whether notices may go there: else whoever sets the address makes our server call what only it can reach."""
        place, plain = urlsplit(address), address.isprintable() and " " not in address
        return plain and f"{place.scheme}://{place.netloc}".lower() in (*self.PLACES.get(self.format, ()), *settings.CHAT_GATEWAYS)
