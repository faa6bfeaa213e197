"""What was recorded is still there, said by whom it may be said, and as it was written."""

from typing import Any

from django.apps import apps
from django.db import models

from analytics.queries.integrity.violations import Violations, check, count, rows, said

#: Evidence that an act always names in its record, and the way from it to the case.
NAMED = {
    "apology": "e.complaint_id",
    "confirmation": "e.complaint_id",
    "classification": "e.complaint_id",
    "classificationreview": "(SELECT complaint_id FROM complaints_classification WHERE id = e.classification_id)",
    "assignment": "e.complaint_id",
    "namedunit": "e.complaint_id",
    "erasure": "e.complaint_id",
    "investigation": "e.complaint_id",
    "why": "(SELECT complaint_id FROM complaints_investigation WHERE id = e.investigation_id)",
    "remedy": "e.complaint_id",
    "remedyitem": "(SELECT complaint_id FROM complaints_remedy WHERE id = e.remedy_id)",
    "demandanswer": "(SELECT complaint_id FROM complaints_remedy WHERE id = e.remedy_id)",
    "approval": "(SELECT complaint_id FROM complaints_remedy WHERE id = e.remedy_id)",
    "answer": "e.complaint_id",
    "accountability": "e.complaint_id",
    "penalty": "(SELECT complaint_id FROM complaints_accountability WHERE id = e.accountability_id)",
    "improvement": "e.complaint_id",
    "followup": "e.complaint_id",
    "followupdraw": "e.complaint_id",
    "allegation": "e.complaint_id",
    "demand": "e.complaint_id",
}
#: Also written beside the acts of the chart, so not named in a record every time.
BESIDE = {"confirmation", "assignment"}
#: Written without a row of history, because it is arithmetic and no act.
UNKEPT = {("complaints_complaint", "due_at")}


def records_exist() -> Violations:
    """Whatever the record of a case names is on file, with that case."""
    result = Violations(count("complaints_stepchange"))
    for name, case in NAMED.items():
        result.found += said(f"its record names {name} rows that are gone", rows(f"""
            SELECT c.number, s.sequence, r.value->>1
            FROM complaints_stepchange s JOIN complaints_complaint c ON c.id = s.complaint_id
            CROSS JOIN LATERAL jsonb_array_elements(s.records) r
            LEFT JOIN complaints_{name} e ON e.id = (r.value->>1)::bigint AND {case} = s.complaint_id
            WHERE r.value->>0 = %s AND e.id IS NULL
        """, [name]))  # fmt: skip # noqa: S608 - names of ours
    return result


def evidence_has_its_record() -> Violations:
    """No evidence without the act that recorded it: a row slipped in, or a record cut off at its end, shows here."""
    result = Violations()
    for name, case in NAMED.items():
        if name in BESIDE:
            continue
        result += check(f"complaints_{name}", f"{name} without the act that recorded it", f"""
            WITH named AS (
                SELECT DISTINCT s.complaint_id, (r.value->>1)::bigint AS id
                FROM complaints_stepchange s CROSS JOIN LATERAL jsonb_array_elements(s.records) r WHERE r.value->>0 = %s
            )
            SELECT e.id FROM complaints_{name} e LEFT JOIN named n ON n.id = e.id AND n.complaint_id = {case} WHERE n.id IS NULL
        """, [name])  # fmt: skip # noqa: S608 - names of ours
    return result


def second_persons() -> Violations:
    """Nobody approves what they proposed, confirms their own “unfounded”, or decides where they are named."""
    result = check("complaints_approval", "approved by who proposed it", """
        SELECT c.number, r.version FROM complaints_approval a JOIN complaints_remedy r ON r.id = a.remedy_id
        JOIN complaints_complaint c ON c.id = r.complaint_id WHERE a.by_id = r.submitted_by_id
    """)  # fmt: skip
    result += check("complaints_classificationreview", "“unfounded” confirmed by who proposed it", """
        SELECT c.number FROM complaints_classificationreview v JOIN complaints_classification j ON j.id = v.classification_id
        JOIN complaints_complaint c ON c.id = j.complaint_id WHERE v.by_id = j.by_id
    """)  # fmt: skip
    result += check("complaints_recusal", "acted although named in the complaint", """
        SELECT c.number, s.sequence FROM complaints_recusal x
        JOIN complaints_stepchange s ON s.complaint_id = x.complaint_id AND s.by_id = x.user_id AND s.at > x.at
        JOIN complaints_complaint c ON c.id = x.complaint_id WHERE x.kind = 'named'
    """)  # fmt: skip
    return result


def history_agrees() -> Violations:
    """Every row that people edit says what the newest row of its history says."""
    result = Violations()
    for model in apps.get_models():
        manager = getattr(model, "history", None)
        if model._meta.app_label in {"complaints", "intake"} and manager is not None and hasattr(manager, "model"):
            result += _agrees(model, manager.model)
    return result


def _agrees(model: type[models.Model], kept: type[Any]) -> Violations:
    table = model._meta.db_table
    names = {field.column for field in model._meta.concrete_fields} & {field.column for field in kept._meta.concrete_fields}
    columns = sorted(str(name) for name in names if (table, name) not in UNKEPT)
    key = model._meta.pk.column
    ours, theirs = (", ".join(f'{letter}."{name}"' for name in columns) for letter in "th")
    return check(table, f"{table} differs from its history", f"""
        SELECT t."{key}" FROM "{table}" t LEFT JOIN LATERAL (
            SELECT * FROM "{kept._meta.db_table}" h WHERE h."{key}" = t."{key}" ORDER BY h.history_id DESC LIMIT 1
        ) h ON true
        WHERE ROW({ours}) IS DISTINCT FROM ROW({theirs})
    """)  # fmt: skip # noqa: S608 - names of ours


def handler_is_the_last_assigned() -> Violations:
    """One has the case, and it is the one to whom it was given last (V14)."""
    return check("complaints_complaint", "is with somebody else than it was given to", """
        SELECT c.number FROM complaints_complaint c JOIN LATERAL (
            SELECT handler_id, department_id FROM complaints_assignment WHERE complaint_id = c.id ORDER BY id DESC LIMIT 1
        ) a ON true
        WHERE a.handler_id IS DISTINCT FROM c.handler_id OR a.department_id <> c.department_id
    """)  # fmt: skip
