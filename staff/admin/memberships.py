from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, holds, user_of
from staff.models import Membership
from staff.permissions import MANAGE_USERS
from staff.services import memberships


@admin.register(Membership)
class MembershipAdmin(OfficeAdmin):
    """Who does what where. A membership is given and ended; to change one, end it and give another."""

    manage_permission = MANAGE_USERS
    list_display = ("user", "department", "post", "role", "from_on", "to_on")
    list_filter = ("role", ("to_on", admin.EmptyFieldListFilter))
    list_select_related = ("user", "department", "post")
    search_fields = ("user__employee_number", "user__name", "department__name")
    ordering = ("-from_on", "-pk")
    autocomplete_fields = ("user", "department", "post")
    acts = (
        Act(
            name="end",
            label=_("End membership"),
            explanation=_("The person loses this role at once and is signed out everywhere."),
            done=_("The membership is ended."),
            offered=lambda request, one: one.to_on is None and holds(request, MANAGE_USERS) and one.user_id != request.user.pk,
            run=lambda one, _said, by, at: memberships.revoke(membership=one, by=by, at=at),
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        return ["user", "department", "post", "role", *([] if obj is None else ["from_on", "to_on"])]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        given = memberships.grant(
            user=obj.user, department=obj.department, post=obj.post, role=obj.role, by=user_of(request), at=timezone.now()
        )
        obj.pk = given.pk
