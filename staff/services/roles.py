"""Carry the role matrix into the database and onto people."""

from datetime import datetime, timedelta

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from staff.models import User
from staff.roles import PERMISSIONS, Role
from staff.services.recording import recorded


def declared() -> dict[str, list[str]]:
    """Codename -> labels of the models that declare it, over all apps."""
    found: dict[str, list[str]] = {}
    for model in apps.get_models():
        for codename, _name in model._meta.permissions:
            found.setdefault(codename, []).append(model._meta.label)
    return found


def problems() -> list[str]:
    """What keeps the matrix from meaning exactly one permission per codename; empty when all is well."""
    found, wanted = declared(), sorted(set().union(*PERMISSIONS.values()))
    missing = [
        f"No model declares the permission “{codename}” that staff/roles.py gives to roles." for codename in wanted if codename not in found
    ]
    ambiguous = [
        f"The permission “{codename}” is declared more than once: {', '.join(found[codename])}. Codenames are unique across apps."
        for codename in wanted
        if len(found.get(codename, [])) > 1
    ]
    return missing + ambiguous


@transaction.atomic
def sync() -> None:
    """Make the groups equal the matrix, as far as the permissions are in the database yet."""
    labels = {(model._meta.app_label, codename) for model in apps.get_models() for codename, _name in model._meta.permissions}
    rows = Permission.objects.select_related("content_type")
    ids = {row.codename: row.pk for row in rows if (row.content_type.app_label, row.codename) in labels}
    for role in Role:
        group, _made = Group.objects.get_or_create(name=role.value)
        group.permissions.set([ids[codename] for codename in PERMISSIONS[role] if codename in ids])


def renew(*, user: User, by: User, at: datetime) -> None:
    """Give the user the groups of their active memberships and end the sessions opened under the old rights."""
    roles = set(user.memberships.filter(to_on=None).values_list("role", flat=True))
    groups = list(Group.objects.filter(name__in=roles))
    if len(groups) < len(roles):
        sync()
        groups = list(Group.objects.filter(name__in=roles))
    user.groups.set(groups if user.is_active else [])
    # Strictly later than before, or two changes at one moment would leave a session between them alive.
    user.rights_changed_at = max(at, user.rights_changed_at + timedelta(microseconds=1))
    with recorded(user, by=by, at=at):
        user.save(update_fields=["is_active", "rights_changed_at"])
    for cache in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        user.__dict__.pop(cache, None)
