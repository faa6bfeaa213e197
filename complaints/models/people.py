"""The only two holders of personal data: who a person is in one case, and who they are to the company."""

import json
from dataclasses import dataclass

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedTextField

from complaints.models.evidence import append_only
from complaints.querysets import PartOfCaseQuerySet
from complaints.search import letters_of
from complaints.workflow import Mode, Standing
from staff.models.history import History

PERSONAL = ["name", "email", "phone", "phone_digits", "address"]


class Customer(models.Model):
    """A person or organisation as the company knows them, over all their cases."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    class Tier(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary")
        REGULAR = "regular", _("Regular")
        KEY = "key", _("Key customer")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("full name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_digits = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    first_seen_at = models.DateTimeField(_("first seen at"))
    #: What the customer is worth to the company: for courtesy and analysis, never for a decision (M9). Read one by one, each look kept.
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, blank=True)
    yearly_value = models.DecimalField(_("bought in a year"), max_digits=12, decimal_places=2, null=True, blank=True)
    history = History(excluded_fields=["name", "email", "phone", "phone_digits", "tier", "yearly_value"])  # values live here alone

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="customer_tier_known", condition=Q(tier="") | Q(tier__in=["ordinary", "regular", "key"])),
            models.CheckConstraint(
                name="customer_value_sane", condition=Q(yearly_value=None) | Q(yearly_value__gte=0, yearly_value__lt=10**10)
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Customer %(number)s") % {"number": self.pk})


class CustomerLook(models.Model):
    """Somebody opened what a customer is worth, from a case (M9)."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="customer_looks", verbose_name=_("complaint"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = PartOfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at a customer's value")
        verbose_name_plural = _("looks at customers' value")
        default_permissions = ()
        indexes = [models.Index(fields=["-at"], name="customer_look_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.complaint)


@dataclass(frozen=True)
class Identity:
    """Who somebody is and how to reach them."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


class Party(models.Model):
    """Who a person is in one case: name and ways to reach them, as given for this case.

    Of a confidential party everything lies in `sealed`, encrypted; the plain columns are empty, so that no list, search, filter or export
    can show what nobody was named for. An anonymous party is empty altogether. The database refuses anything else.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name=_("customer"))
    mode = models.CharField(_("in what name"), max_length=12, choices=Mode.choices, default=Mode.REAL_NAME)
    standing = models.CharField(_("on whose behalf"), max_length=14, choices=Standing.choices, default=Standing.SELF)
    #: Persons beside the complainant: who is represented, who complains jointly.
    beside = models.ForeignKey(
        "complaints.Complaint", models.PROTECT, null=True, blank=True, related_name="others", verbose_name=_("party to the case")
    )
    under_14 = models.BooleanField(_("under 14 years of age"), default=False)
    name = models.CharField(_("full name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_digits = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    address = models.CharField(_("postal address"), max_length=300, blank=True)
    sealed = EncryptedTextField(null=True, blank=True, editable=False)  # the field knows no empty text
    #: Keyed hash of the e-mail address, else of the phone number: tells the same contact without saying whose it is.
    contact_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    #: Keyed hash of the employee's number, when somebody who works here reports: to notice what happens to their job (M10).
    employee_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    history = History(excluded_fields=[*PERSONAL, "sealed", "contact_digest", "employee_digest"])

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        default_permissions = ()
        indexes = [
            GinIndex(letters_of("name"), name="party_by_letters"),
            models.Index(fields=["email"], condition=~Q(email=""), name="party_by_email"),
            models.Index(OpClass(Reverse("phone_digits"), name="text_pattern_ops"), name="party_by_last_digits"),
        ]
        constraints = [
            models.CheckConstraint(name="party_mode_known", condition=Q(mode__in=Mode.values)),
            models.CheckConstraint(
                name="party_protected_not_in_the_open", condition=Q(mode=Mode.REAL_NAME) | Q(customer=None, **dict.fromkeys(PERSONAL, ""))
            ),
            models.CheckConstraint(name="party_sealed_when_confidential", condition=Q(sealed__isnull=True) | Q(mode=Mode.CONFIDENTIAL)),
            models.CheckConstraint(
                name="party_anonymous_has_nothing", condition=~Q(mode=Mode.ANONYMOUS) | Q(contact_digest="", employee_digest="")
            ),
        ]

    def __str__(self) -> str:
        if self.mode != Mode.REAL_NAME:
            return self.get_mode_display()
        return self.name or str(_("Name not given"))

    @property
    def is_protected(self) -> bool:
        return self.mode != Mode.REAL_NAME

    def identity(self) -> Identity:
        """Who this is, out of the seal where there is one. For delivery, the lost code and the vault alone; everybody else reads columns."""
        if self.mode == Mode.CONFIDENTIAL:
            return Identity(**json.loads(self.sealed)) if self.sealed else Identity()
        return Identity(self.name, self.email, self.phone, self.address)
