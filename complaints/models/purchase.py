"""Who bought what: how the company finds whom a fault may touch, complained or not."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Purchase(models.Model):
    """A customer bought a product, of a lot where lots are counted, on a day. Comes from the till, the shop or by hand."""

    class Source(models.TextChoices):
        IMPORT = "import", _("Imported list")
        HAND = "hand", _("Typed in")
        CASE = "case", _("From a complaint")

    customer = models.ForeignKey("complaints.Customer", models.PROTECT, related_name="purchases", verbose_name=_("customer"))
    product = models.ForeignKey("complaints.Product", models.PROTECT, related_name="purchases", verbose_name=_("product"))
    lot = models.CharField(_("lot"), max_length=60, blank=True)
    bought_on = models.DateField(_("bought on"))
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    order_number = models.CharField(_("order number"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    added_at = models.DateTimeField(_("on file since"))

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        default_permissions = ()
        indexes = [
            models.Index(fields=["product", "lot", "bought_on"], name="purchase_of_lot"),
            models.Index(fields=["product", "bought_on"], name="purchase_by_day"),
        ]
        constraints = [
            # The same list imported twice adds nothing.
            models.UniqueConstraint(fields=["customer", "product", "lot", "bought_on", "order_number"], name="purchase_once"),
            models.CheckConstraint(name="purchase_of_something", condition=Q(quantity__gte=1)),
            models.CheckConstraint(name="purchase_source_known", condition=Q(source__in=["import", "hand", "case"])),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.lot}".strip()
