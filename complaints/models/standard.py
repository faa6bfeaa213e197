"""Measurable standards: what the company promises, and what is due when it is missed (mission, M8)."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models.amounts import money_if_any
from complaints.models.evidence import append_only
from complaints.models.remedy import AMOUNT_CAP, RemedyItem


class Standard(models.Model):
    """A measurable promise of a managed document: what is measured, the limit, and what is due when it is missed."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("Product standard")
        SERVICE = "service", _("Service standard")
        COMPENSATION = "compensation", _("Compensation standard")

    class Direction(models.TextChoices):
        AT_MOST = "at_most", _("at most")
        AT_LEAST = "at_least", _("at least")

    class Basis(models.TextChoices):
        FIXED = "fixed", _("an amount")
        PERCENT = "percent", _("per cent of the price")
        EACH = "each", _("an amount for each unit beyond the limit")

    version = models.ForeignKey("staff.DocumentVersion", models.PROTECT, related_name="+", verbose_name=_("document version"))
    clause = models.ForeignKey("staff.Clause", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("clause"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    category = models.ForeignKey("complaints.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category"))
    product = models.ForeignKey("complaints.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product or service"))  # fmt: skip
    quantity = models.CharField(_("what is measured"), max_length=120)
    quantity_en = models.CharField(_("what is measured, in English"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=40)
    unit_en = models.CharField(_("unit in English"), max_length=40, blank=True)
    direction = models.CharField(_("limit is"), max_length=10, choices=Direction.choices, default=Direction.AT_MOST)
    limit = models.DecimalField(_("limit"), max_digits=10, decimal_places=2)
    item_kinds = ArrayField(models.CharField(max_length=14, choices=RemedyItem.Kind.choices), verbose_name=_("kinds of item"), default=list, blank=True)  # fmt: skip
    basis = models.CharField(_("reckoned as"), max_length=10, choices=Basis.choices, default=Basis.FIXED)
    least = money_if_any(pgettext_lazy("amount", "from"))
    most = money_if_any(pgettext_lazy("amount", "to"))
    recommended = money_if_any(_("recommended"))
    floor = money_if_any(_("legal floor"))
    #: Reckoned from the price, for floors such as three times the price; with both, the higher counts.
    floor_percent = models.DecimalField(_("legal floor, per cent of the price"), max_digits=6, decimal_places=2, null=True, blank=True)
    floor_source = models.CharField(_("source of the floor"), max_length=200, blank=True)
    published = models.BooleanField(_("shown to the public"), default=True)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        default_permissions = ()
        triggers = append_only()
        constraints = [
            models.CheckConstraint(name="standard_range_in_order", condition=Q(least=None) | Q(most=None) | Q(most__gte=F("least"))),
            models.CheckConstraint(
                name="standard_amounts_sane",
                condition=Q(*(Q(**{column: None}) | Q(**{f"{column}__gte": 0, f"{column}__lte": AMOUNT_CAP}) for column in ("least", "most", "recommended", "floor"))),
            ),
            models.CheckConstraint(name="standard_floor_has_source", condition=Q(floor=None) | ~Q(floor_source="")),
            models.CheckConstraint(name="standard_share_floor_has_source", condition=Q(floor_percent=None) | (Q(floor_percent__gte=0) & ~Q(floor_source=""))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.named} ({self.limit_said})"

    @property
    def named(self) -> str:
        """The title in the reader's language, or the one there is."""
        return self._said("title")

    @property
    def asks(self) -> str:
        """What is measured, in the reader's language."""
        return self._said("quantity")

    @property
    def unit_named(self) -> str:
        return self._said("unit")

    @property
    def limit_said(self) -> str:
        """The limit as people read it: "at most 3 days"."""
        values = {"how": self.get_direction_display(), "limit": plain(self.limit), "unit": self.unit_named}
        return gettext("%(how)s %(limit)s %(unit)s") % values

    def due_said(self, currency: str = "") -> str:
        """What is due when it was missed, as a rule: "20–50 CNY for each of the days beyond it"; empty where no amount is set."""
        bounds = [plain(bound) for bound in (self.least, self.most) if bound is not None]
        said = "–".join(dict.fromkeys(bounds))
        if said and self.basis == self.Basis.PERCENT:
            return gettext("%(amount)s per cent of the price") % {"amount": said}
        if said:
            said = f"{said} {currency}".strip()
        if said and self.basis == self.Basis.EACH:
            said = gettext("%(amount)s for each of the %(unit)s beyond it") % {"amount": said, "unit": self.unit_named}
        return said

    def floor_said(self, currency: str = "") -> str:
        """What the law gives at the least (`floor_source` says which); empty without."""
        parts = []
        if self.floor_percent is not None:
            parts.append(gettext("%(share)s per cent of the price") % {"share": plain(self.floor_percent)})
        if self.floor is not None:
            amount = f"{plain(self.floor)} {currency}".strip()
            parts.append(gettext("at least %(amount)s") % {"amount": amount} if parts else amount)
        return pgettext("between items", ", ").join(parts)

    @property
    def kinds_said(self) -> str:
        """The kinds of item it is made good with."""
        labels = dict(RemedyItem.Kind.choices)
        return pgettext("between items", ", ").join(str(labels[kind]) for kind in self.item_kinds if kind in labels)

    def _said(self, column: str) -> str:
        english: str = getattr(self, f"{column}_en") if get_language() == "en" else ""
        return english or getattr(self, column)


def plain(number: Decimal) -> str:
    """A number without needless decimals."""
    return number_format(number, decimal_pos=0 if number == number.to_integral_value() else 2, force_grouping=True)
