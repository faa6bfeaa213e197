"""An installation that is in use gets the authorities a new one starts with: without any, nobody could approve money."""

from datetime import date
from typing import Any

from django.db import migrations

ROWS = [
    ("settle", "agent", 200, 1_000, 500),
    ("settle", "investigator", 500, 2_000, 1_000),
    ("settle", "head", 1_000, 5_000, 3_000),
    ("approve", "head", 5_000, 20_000, 20_000),
    ("approve", "executive", None, None, None),
]


def add(apps: Any, _schema_editor: Any) -> None:
    """Heads could approve anything before; from now on more than this goes to the executives, until a manager sets other limits."""
    authority = apps.get_model("complaints", "Authority")
    if not apps.get_model("staff", "Company").objects.exists() or authority.objects.exists():
        return
    for use, role, case, day, customer in ROWS:
        authority.objects.create(
            use=use, role=role, per_case=case, per_day=day, per_customer=customer, valid_from=date(2026, 1, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0012_fairness"), ("staff", "0003_reports_and_answers")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
