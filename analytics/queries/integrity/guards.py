"""The database's own guards are in place: nothing was dropped, disabled or left unchecked."""

import pgtrigger
from django.apps import apps

from analytics.queries.integrity.violations import Violations, rows, said


def constraints_validated() -> Violations:
    """Every foreign key and check holds for all rows, also for old ones (V13)."""
    found = rows("""
        SELECT c.conrelid::regclass::text, c.conname, c.convalidated FROM pg_constraint c
        JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = current_schema() AND c.contype IN ('f', 'c')
    """)
    return Violations(len(found), said("was never validated", [(table, name) for table, name, validated in found if not validated]))


def constraints_present() -> Violations:
    """Every constraint of the models is in the database."""
    there = {name for (name,) in rows("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'")}
    wanted = [(model._meta.db_table, rule.name) for model in apps.get_models() if model._meta.managed for rule in model._meta.constraints]
    return Violations(len(wanted), said("is missing", [pair for pair in wanted if pair[1] not in there]))


def triggers_enabled() -> Violations:
    """Every trigger of the models is installed and fires."""
    there = dict(
        rows("""
        SELECT t.tgrelid::regclass::text || ' ' || t.tgname, t.tgenabled FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal AND n.nspname = current_schema()
    """)
    )
    wanted = [f"{model._meta.db_table} {trigger.get_pgid(model)}" for model, trigger in pgtrigger.registered()]
    gone = [(name,) for name in wanted if name not in there]
    # O fires in ordinary sessions, A always; D never and R only in replicas.
    off = [(name,) for name in wanted if there.get(name, "O") not in {"O", "A"}]
    return Violations(len(wanted), said("the trigger is missing", gone) + said("the trigger is switched off", off))
