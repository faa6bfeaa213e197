"""Who bought what, as the till, the shop or a person says it; one row at a time or a whole list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Customer, Product, Purchase
from complaints.services.inputs import PartyInput
from complaints.services.people import digits, matching_customer
from staff.models import User
from staff.permissions import require

RIGHT = "complaints.manage_reference"


@dataclass(frozen=True)
class PurchaseInput:
    """One purchase as it is written in a list. A customer is known by e-mail address or telephone number."""

    name: str
    email: str
    phone: str
    product_code: str
    bought_on: date
    lot: str = ""
    order_number: str = ""
    quantity: int = 1
    language: str = ""


@dataclass(frozen=True)
class Imported:
    """What became of a list."""

    added: int
    known: int


@transaction.atomic
def add(*, given: PurchaseInput, by: User, at: datetime) -> Purchase:
    """Somebody typed a purchase in; ValidationError when it is on file already."""
    require(by, RIGHT)
    purchase, created = _keep(given, Purchase.Source.HAND, {}, at=at)
    if not created:
        raise ValidationError(_("This purchase is on file already."))
    return purchase


@transaction.atomic
def load(*, rows: Iterable[PurchaseInput], at: datetime) -> Imported:
    """A whole list, all of it or nothing; imported again it adds nothing."""
    products: dict[str, Product] = {}
    added = known = 0
    for row in rows:
        _purchase, created = _keep(row, Purchase.Source.IMPORT, products, at=at)
        added, known = added + created, known + (not created)
    return Imported(added, known)


def _keep(given: PurchaseInput, source: str, products: dict[str, Product], *, at: datetime) -> tuple[Purchase, bool]:
    _check(given)
    product = products.get(given.product_code) or Product.objects.filter(code=given.product_code).first()
    if product is None:
        raise ValidationError(_("There is no product with the code %(code)s.") % {"code": given.product_code})
    products[given.product_code] = product
    values = {"quantity": given.quantity, "source": source, "added_at": at}
    return Purchase.objects.get_or_create(
        customer=_customer(given, at=at), product=product, lot=given.lot, bought_on=given.bought_on,
        order_number=given.order_number, defaults=values,
    )  # fmt: skip


def _check(given: PurchaseInput) -> None:
    if not digits(given.phone) and not given.email.strip():
        raise ValidationError(_("A purchase needs the customer's e-mail address or telephone number."))
    if given.email.strip():
        validate_email(given.email.strip())
    if given.quantity < 1:
        raise ValidationError(_("The quantity must be at least 1."))


def _customer(given: PurchaseInput, *, at: datetime) -> Customer:
    who = PartyInput(name=given.name, email=given.email, phone=given.phone)
    language = given.language if given.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return matching_customer(who) or Customer.objects.create(
        name=given.name, email=given.email.strip().lower(), phone=given.phone, phone_digits=digits(given.phone), language=language, first_seen_at=at
    )  # fmt: skip
