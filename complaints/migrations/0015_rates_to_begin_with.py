"""An installation that is in use gets the rules for items and the rates a new one starts with: without them complaining would cost nothing."""

from datetime import date
from typing import Any

from django.db import migrations

LATEST = "侵害消费者权益行为处罚办法 第八、九条"
#: Kind of item, whether money flows, per cent that is value to the customer, days within which it must be carried out.
ITEM_RULES = [
    ("refund", True, 100, 15),
    ("return", False, 100, 15),
    ("replacement", False, 100, 15),
    ("repair", False, 100, 15),
    ("compensation", True, 100, 15),
    ("goodwill", True, 100, None),
    ("voucher", False, 70, None),
    ("free_service", False, 100, None),
    ("gift", False, 80, None),
    ("apology", False, 0, None),
    ("explanation", False, 0, None),
    ("other", False, 100, None),
]
COST_RATES = [("hour", 30, 0), ("contact", 5, 15), ("repeat", 20, 20), ("paper", 5, 10), ("upset", 10, 0), ("angry", 20, 0), ("distressed", 50, 0)]


def add(apps: Any, _schema_editor: Any) -> None:
    if not apps.get_model("staff", "Company").objects.exists():
        return
    rule, rate = apps.get_model("complaints", "ItemRule"), apps.get_model("complaints", "CostRate")
    if not rule.objects.exists():
        for kind, cash, counts, days in ITEM_RULES:
            rule.objects.create(kind=kind, cash=cash, counts=counts, days_most=days, source=LATEST if days else "")
    if not rate.objects.exists():
        for unit, amount, minutes in COST_RATES:
            rate.objects.create(unit=unit, amount=amount, minutes=minutes, valid_from=date(2026, 1, 1))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0014_value_sheet"), ("staff", "0004_follow_up_and_fund")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
