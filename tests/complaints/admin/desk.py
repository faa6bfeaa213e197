"""A desk in the back office: somebody signed in, reading pages and posting the forms of acts as a browser would."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from staff.models import User


class Desk:
    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client(raise_request_exception=True)
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, page: str, *args: Any, **query: Any) -> Any:
        return self.client.get(reverse(f"admin:{page}", args=args), query)

    def case(self, case: Complaint) -> Any:
        return self.get("complaints_complaint_change", case.pk)

    def act(self, case: Complaint, name: str, *, seen: int | None = None, **fields: Any) -> Any:
        """Post an act; `seen` is the newest record unless given."""
        newest = case.changes.order_by("-sequence").values_list("sequence", flat=True).first() or 0
        data = {"seen": newest if seen is None else seen, **fields}
        return self.client.post(reverse("admin:complaints_complaint_act", args=[case.pk, name]), data)


def rows(prefix: str, *each: dict[str, Any]) -> dict[str, Any]:
    """The fields of repeated rows as a form sends them."""
    fields: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(each), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(each):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def errors(response: HttpResponse) -> str:
    """What the page says is wrong, for the message of a failed assertion."""
    context = getattr(response, "context", None)
    entry = context and context.get("main_act")
    found = [entry] if entry else []
    found += list(context.get("other_acts", [])) if context else []
    return "; ".join(
        f"{each.act.name}: {each.form.errors} {[group.errors for group in each.form.groups.values()]}"
        for each in found
        if each.form.is_bound
    )
