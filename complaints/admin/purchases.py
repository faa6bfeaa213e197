"""Who bought what: recognised, not reached; lists come in by `import_purchases`."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from complaints.masking import mask_email, mask_name, mask_phone
from complaints.models import Product, Purchase
from complaints.services import purchases
from staff.admin.office import RecordAdmin, user_of
from staff.admin.paging import PagesWithoutCount
from staff.forms.fields import Day, Line


class PurchaseForm(forms.ModelForm):
    """The customer by contact, as in a list."""

    name = Line(label=_("full name"), max_length=80)
    email = Line(label=_("e-mail"), max_length=200, required=False)
    phone = Line(label=_("phone"), max_length=40, required=False)
    bought = forms.ModelChoiceField(Product.objects.order_by("name"), label=_("product"), widget=UnfoldAdminSelectWidget())
    lot = Line(label=_("lot"), max_length=60, required=False)
    bought_on = Day(label=_("bought on"))
    order_number = Line(label=_("order number"), max_length=60, required=False)

    class Meta:
        model = Purchase
        fields = ["lot", "bought_on", "order_number"]


@admin.register(Purchase)
class PurchaseAdmin(PagesWithoutCount, RecordAdmin):
    manage_permission: ClassVar[str | None] = purchases.RIGHT
    list_display = ("product", "lot", "bought_on", "who", "contact", "order_number", "source")
    list_select_related = ("product", "customer")
    list_filter = (("product", admin.RelatedOnlyFieldListFilter), "source")
    search_fields = ("lot", "order_number")
    ordering = ("-bought_on", "-pk")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        return super().get_form(request, obj, change, **(kwargs if obj is not None else kwargs | {"form": PurchaseForm}))

    def get_fields(self, request: HttpRequest, obj: Purchase | None = None) -> list[str]:
        if obj is None:
            return ["name", "email", "phone", "bought", "lot", "bought_on", "order_number"]
        return ["who", "contact", "product", "lot", "bought_on", "quantity", "order_number", "source", "added_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Purchase | None = None) -> tuple[str, ...]:
        return () if obj is None else ("who", "contact")

    def save_model(self, request: HttpRequest, obj: Purchase, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = dict(form.cleaned_data)
        given = purchases.PurchaseInput(product_code=said.pop("bought").code, **said)
        obj.pk = purchases.add(given=given, by=user_of(request), at=timezone.now()).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """The service has written what belongs to it."""

    @admin.display(description=_("customer"))
    def who(self, purchase: Purchase) -> str:
        return mask_name(purchase.customer.name)

    @admin.display(description=_("contact"))
    def contact(self, purchase: Purchase) -> str:
        return mask_email(purchase.customer.email) or mask_phone(purchase.customer.phone)
