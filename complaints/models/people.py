"""The only two holders of personal data: who a person is in one case, and who they are to the company."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.history import History

PERSONAL = ["name", "email", "phone", "phone_digits", "address"]


class Customer(models.Model):
    """A person or organisation as the company knows them, over all their cases."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("full name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_digits = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    first_seen_at = models.DateTimeField(_("first seen at"))
    history = History(excluded_fields=["name", "email", "phone", "phone_digits"])  # values live here alone, history has none

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name or str(_("Customer %(number)s") % {"number": self.pk})


class Party(models.Model):
    """Who a person is in one case: the complainant's name and ways to reach them, as given for this case."""

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name=_("customer"))
    name = models.CharField(_("full name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_digits = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    address = models.CharField(_("postal address"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    history = History(excluded_fields=PERSONAL)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name or str(_("Name not given"))
