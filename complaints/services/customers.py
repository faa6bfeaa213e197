"""What a customer is worth to the company: set by complaint management, opened one by one, never part of a decision (M9)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint, Customer, CustomerLook
from complaints.permissions import Refused
from complaints.services.advance import keep
from complaints.services.errors import NotPossible
from staff.models import User
from staff.permissions import require

OPENS, SETS = "complaints.open_customer_value", "complaints.manage_reference"


@transaction.atomic
def set_value(*, customer_id: int, tier: Customer.Tier | str, yearly_value: Decimal | None, by: User, at: datetime) -> Customer:
    """Write down the tier and what the customer buys in a year."""
    require(by, SETS)
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    customer.tier, customer.yearly_value = tier, yearly_value
    keep(customer, by=by, at=at, reason="set_value")
    return customer


@transaction.atomic
def look(*, complaint_id: int, by: User, at: datetime) -> Customer:
    """Open it for one case; the look is kept. A protected or unknown customer has none."""
    case = Complaint.objects.visible_to(by).select_related("complainant__customer").get(pk=complaint_id)
    if not by.has_perm(OPENS):
        raise Refused(_("Your role does not allow this."), act="open_customer_value", target=case.number)
    if case.complainant.customer is None:
        raise NotPossible(_("Nothing is known of this customer beyond the case."))
    CustomerLook.objects.create(complaint=case, by=by, at=at)
    return case.complainant.customer
