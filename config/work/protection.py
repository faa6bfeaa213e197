"""Protected identities, reports and personal data: what needs a second person, or somebody of the supervision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import DataRequest, IdentityRequest
from complaints.permissions import scope_of
from complaints.queries.leads import flags_for, leads_for
from complaints.queries.words import cut
from config.work.pile import Pile, day_of, list_page, pile_of, row_of
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    if user.has_perm("complaints.consent_identity"):
        asked = IdentityRequest.objects.visible_to(user).filter(decided_by=None).exclude(asked_by=user).select_related("complaint")
        row = row_of(
            "complaints_identityrequest", lambda each: f"{each.complaint} {cut(each.reason, 24)}", lambda each: day_of(each.asked_at)
        )
        yield pile_of(_("Identities somebody asks to open"), asked.order_by("asked_at"), row, list_page("", "identityrequest"))
    if user.has_perm("complaints.add_note"):
        again = leads_for(user).filter(reviewed_by=None).select_related("earlier", "later").order_by("at")
        flags = flags_for(user).filter(reviewed_by=None).select_related("complaint").order_by("at")
        if not scope_of(user).sees_all:
            again = again.filter(earlier__department__in=scope_of(user).departments)
        row = row_of("complaints_leadlink", lambda each: f"{each.earlier} ← {each.later}", lambda each: day_of(each.at))
        yield pile_of(_("Leads named again"), again, row, list_page("", "leadlink"))
        row = row_of("complaints_retaliationflag", lambda each: f"{each.complaint} {cut(each.what, 24)}", lambda each: day_of(each.at))
        yield pile_of(_("Signs of retaliation"), flags, row, list_page("", "retaliationflag"))
    if user.has_perm("complaints.erase"):
        erasures = DataRequest.objects.visible_to(user).filter(decided_at=None).select_related("complaint").order_by("at")
        row = row_of("complaints_datarequest", lambda each: str(each.complaint), lambda each: day_of(each.at))
        yield pile_of(_("Customers ask for erasure"), erasures, row, list_page("", "datarequest"))
