"""What the record is made of: rows that are written once. The database refuses to change or delete them."""

import pgtrigger
from django.db import models

from staff.models.history import append_only, table_stays

#: What stands where words were erased.
ERASED = "—"

__all__ = ["ERASED", "actor_named", "append_only", "append_only_but", "erasable", "paired", "undeletable"]


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


def erasable(*columns: str, case: str = "NEW.complaint_id", written_later: bool = False) -> pgtrigger.Trigger:
    """What people wrote stays as it was written, until the case is erased: then a dash can take its place, and nothing else (`services.erasure`).

    A dash and not nothing, because many columns must not be empty. `case`: SQL for the id of the case the row belongs to.
    `written_later`: what is still empty may be written once.
    """
    was = " AND OLD.{column} <> ''" if written_later else ""
    changes = [f"NEW.{column} IS DISTINCT FROM OLD.{column}{was.format(column=column)}" for column in columns]
    changed = " OR ".join(changes)
    other = " OR ".join(
        f"({change} AND COALESCE(NEW.{column}::text, '') <> '{ERASED}')" for column, change in zip(columns, changes, strict=True)
    )
    return pgtrigger.Trigger(
        name="words_stay",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF ({changed}) AND (({other}) OR NOT EXISTS (SELECT 1 FROM complaints_erasure WHERE complaint_id = {case})) THEN
                RAISE EXCEPTION 'what was written stays, unless its case is erased' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - names of ours
    )


def append_only_but(*columns: str, case: str = "NEW.complaint_id") -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows are written once, save that an erasure may empty these `columns`."""
    return [
        pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Delete),
        pgtrigger.ReadOnly(name="facts_stay", exclude=list(columns)),
        erasable(*columns, case=case),
        table_stays(),
    ]
