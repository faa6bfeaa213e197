"""Customers as the company knows them: recognised, not reached. Who needs the whole contact opens a case, where the look is kept."""

import re
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Reverse
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from complaints.forms.amount import Amount
from complaints.masking import mask_email, mask_name, mask_phone
from complaints.models import Complaint, Customer, CustomerLook, Party
from complaints.queries.words import cut
from complaints.search import letters_of
from complaints.services import customers as services
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.forms.fields import Pick
from staff.permissions import READ_AUDIT

#: More complaints than this of one customer are looked for in the list.
MOST_CASES = 100
#: Fewer digits are no telephone number.
FEWEST_DIGITS = 5


class ValueForm(forms.Form):
    """What there is already is not shown: who wants to know it opens it on a case, where the look is kept."""

    tier = Pick(label=_("Tier"), choices=Customer.Tier.choices, required=False)
    yearly_value = Amount(label=_("Bought in a year"), required=False)


@admin.register(Customer)
class CustomerAdmin(PagesWithoutCount, RecordAdmin):
    """Who complained: only those with a case this person may see, and of their cases only those."""

    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("name_shown", "kind", "phone_shown", "email_shown", "first_seen_at")
    fields = ("name_shown", "kind", "phone_shown", "email_shown", "first_seen_at", "cases")
    readonly_fields = ("name_shown", "phone_shown", "email_shown", "cases")
    search_fields = ("name",)
    search_help_text = _("Name, whole e-mail address, end of the telephone number")
    ordering = ("-first_seen_at", "-pk")
    acts = (
        Act(
            name="value",
            label=_("Set tier and value"),
            explanation=_("For courtesy and analysis; no class, limit, range, time or approver depends on it."),
            done=_("Tier and value are set."),
            form=ValueForm,
            offered=lambda request, _customer: holds(request, services.SETS),
            run=lambda customer, said, by, at: services.set_value(customer_id=customer.pk, **said, by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request)).values("complainant__customer")
        return super().get_queryset(request).filter(pk__in=seen)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Contacts are found whole: letter by letter, masked ones could be guessed."""
        text = search_term.replace("\x00", " ").strip()[:200]
        if not text:
            return queryset, False
        digits = re.sub(r"\D", "", text)
        named = Q(letters__contains=sorted(set(text.lower())), name__icontains=text) if _reaches(request) else Q(name=text)
        asked = Q(email=text.lower()) | named
        if len(digits) >= FEWEST_DIGITS:
            asked |= Q(backwards__startswith=digits[::-1])
        people = Party.objects.alias(letters=letters_of("name"), backwards=Reverse("phone_digits")).filter(asked)
        seen = Complaint.objects.visible_to(user_of(request)).filter(complainant__in=people.values("pk"))
        return queryset.filter(pk__in=seen.values("complainant__customer")), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        page = super().changelist_view(request, extra_context)
        _name_as_seen(list(getattr(page, "context_data", {}).get("cl", _Nobody).result_list), request)
        return page

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        customer = super().get_object(request, object_id, from_field)
        if customer is not None:
            theirs = Complaint.objects.visible_to(user_of(request)).filter(complainant__customer=customer)
            customer.seen_cases = theirs.select_related("category").order_by("-received_at", "-pk")[:MOST_CASES]
            _name_as_seen([customer], request)
        return customer

    @admin.display(description=_("full name"))
    def name_shown(self, customer: Customer) -> str:
        return customer.name

    @admin.display(description=_("phone"))
    def phone_shown(self, customer: Customer) -> str:
        return mask_phone(customer.phone)

    @admin.display(description=_("e-mail"))
    def email_shown(self, customer: Customer) -> str:
        return mask_email(customer.email)

    @admin.display(description=_("complaints"))
    def cases(self, customer: Any) -> Any:
        """Each case with its day, what it is about and where it stands, the newest first."""
        return format_html_join(
            "",
            '<div><a class="underline" href="{}">{}</a> {} · {} · {}</div>',
            (
                (
                    reverse(f"{self.admin_site.name}:complaints_complaint_change", args=[case.pk]),
                    case.number,
                    timezone.localtime(case.received_at).strftime("%Y-%m-%d"),
                    case.category or cut(case.facts or case.story, 20),
                    case.get_outcome_display() if case.outcome else case.get_step_display(),
                )
                for case in customer.seen_cases
            ),
        )


@admin.register(CustomerLook)
class CustomerLookAdmin(PagesWithoutCount, RecordAdmin):
    """Who opened what a customer is worth, on which case: for the auditor."""

    view_permission: ClassVar[str | None] = READ_AUDIT
    list_display = ("at", "by", "complaint")
    list_select_related = ("complaint", "by")
    search_fields = ("complaint__number", "by__employee_number", "by__name")
    ordering = ("-at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(complaint__in=seen)


class _Nobody:
    result_list: tuple[Customer, ...] = ()


def _reaches(request: HttpRequest) -> bool:
    """Who writes to customers reads their names; who only reads files recognises them."""
    return holds(request, "complaints.write_message")


def _name_as_seen(customers: list[Customer], request: HttpRequest) -> None:
    """Each as the newest of their cases this person may see names them: what they said in other cases is none of the reader's business (I7).

    On the instances, which are never saved here: titles and trails of the page show them too.
    """
    seen = Complaint.objects.visible_to(user_of(request)).filter(complainant__customer__in=[each.pk for each in customers])
    newest = seen.select_related("complainant").order_by("complainant__customer", "-received_at", "-pk").distinct("complainant__customer")
    named = {case.complainant.customer_id: case.complainant for case in newest}
    first = dict(seen.order_by().values_list("complainant__customer").annotate(Min("received_at")))
    for customer in customers:
        party = named[customer.pk]
        customer.name = party.name if _reaches(request) else mask_name(party.name)
        customer.phone, customer.email, customer.first_seen_at = party.phone, party.email, first[customer.pk]
