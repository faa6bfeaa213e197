"""What the record is made of: rows that are written once. The database refuses to change or delete them."""

import pgtrigger
from django.db import models

from staff.models.history import append_only, table_stays

__all__ = ["actor_named", "append_only", "paired", "undeletable"]


def undeletable(*, frozen: tuple[str, ...] = ()) -> list[pgtrigger.Trigger]:
    """Triggers for a table whose rows live for ever and whose `frozen` columns never change once written."""
    triggers: list[pgtrigger.Trigger] = [
        pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        table_stays(),
    ]
    if frozen:
        triggers.append(pgtrigger.ReadOnly(name="frozen", fields=list(frozen)))
    return triggers


def paired(actor: str, moment: str) -> models.CheckConstraint:
    """Every "who" has a "when": both are set or neither is."""
    empty = models.Q(**{f"{actor}__isnull": True, f"{moment}__isnull": True})
    full = models.Q(**{f"{actor}__isnull": False, f"{moment}__isnull": False})
    return models.CheckConstraint(name=f"%(app_label)s_%(class)s_{actor}_and_{moment}", condition=empty | full)


def actor_named() -> models.CheckConstraint:
    """A member of staff is named; the complainant and the system have no account."""
    staff = models.Q(actor="staff", by__isnull=False)
    return models.CheckConstraint(
        name="%(app_label)s_%(class)s_actor_named", condition=staff | (~models.Q(actor="staff") & models.Q(by__isnull=True))
    )
