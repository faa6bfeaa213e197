"""What the record is made of: rows that are written once. The database refuses to change or delete them."""

import pgtrigger
from django.db import models


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers for a table whose rows are never changed, deleted or truncated, whoever asks."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Protect(name="no_truncate", operation=pgtrigger.Truncate, level=pgtrigger.Statement),
    ]


def undeletable(*, frozen: tuple[str, ...] = ()) -> list[pgtrigger.Trigger]:
    """Triggers for a table whose rows live for ever and whose `frozen` columns never change once written."""
    triggers: list[pgtrigger.Trigger] = [
        pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        pgtrigger.Protect(name="no_truncate", operation=pgtrigger.Truncate, level=pgtrigger.Statement),
    ]
    if frozen:
        triggers.append(pgtrigger.ReadOnly(name="frozen", fields=list(frozen)))
    return triggers


def keep_history(*owners: type[models.Model]) -> None:
    """Make the history tables of these models append-only as well."""
    for owner in owners:
        pgtrigger.register(*append_only())(owner.history.model)  # type: ignore[attr-defined]  # added by simple-history


def paired(actor: str, moment: str) -> models.CheckConstraint:
    """Every "who" has a "when": both are set or neither is."""
    empty = models.Q(**{f"{actor}__isnull": True, f"{moment}__isnull": True})
    full = models.Q(**{f"{actor}__isnull": False, f"{moment}__isnull": False})
    return models.CheckConstraint(name=f"%(app_label)s_%(class)s_{actor}_and_{moment}", condition=empty | full)


def actor_named() -> models.CheckConstraint:
    """A member of staff is named; the complainant and the system have no account."""
    staff = models.Q(actor="staff", by__isnull=False)
    return models.CheckConstraint(name="%(app_label)s_%(class)s_actor_named", condition=staff | (~models.Q(actor="staff") & models.Q(by__isnull=True)))
