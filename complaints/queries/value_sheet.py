"""The value sheet as the case page shows it: what was promised, what is reached so far, whether the rule is met; and which items are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from complaints import value
from complaints.models import ItemRule, Sheet
from complaints.money import NOTHING
from complaints.queries.whole_file import WholeFile

Rules = dict[str, ItemRule]


@dataclass(frozen=True)
class SheetShown:
    """V1, C and V2 of one version; `reached` counts only what was carried out."""

    sheet: Sheet
    reached: Decimal
    currency: str

    @property
    def advice_only(self) -> bool:
        """Without a purchase the rule is advice."""
        return not self.sheet.purchase

    @property
    def is_met(self) -> bool:
        return not self.sheet.short_by

    @property
    def still_missing(self) -> Decimal:
        """What is to be carried out yet until V1 + C is reached."""
        return max(self.sheet.wanted - self.reached, NOTHING)


def show(file: WholeFile, on: date) -> None:
    """Put the sheet on each version of the solution, and on each item by when the law wants it and whether it is late."""
    rules: Rules = {rule.kind: rule for rule in ItemRule.objects.all()} if file.items else {}
    for remedy in file.remedies:
        remedy.alternatives = sorted({item.option for item in remedy.item_rows} - {0})
        sheet = remedy.sheet_rows[0] if remedy.sheet_rows else None
        remedy.shown_sheet = sheet and SheetShown(sheet, _reached(remedy, sheet, rules), _currency(remedy))
        for item in remedy.item_rows:
            _date(item, remedy, rules.get(item.kind), on)


def _reached(remedy: Any, sheet: Sheet, rules: Rules) -> Decimal:
    done = [item for item in remedy.agreed_rows if item.fulfilled_at is not None]
    return value.value_so_far(sheet.kept, [given(item, rules) for item in done])


def given(item: Any, rules: Rules) -> value.Given:
    """An item as the rule counts it."""
    rule = rules.get(item.kind)
    return value.Given(item.kind, item.amount, item.option, rule.counts if rule is not None else Decimal(100))


def _currency(remedy: Any) -> str:
    return next((item.currency for item in remedy.item_rows), "")


def _date(item: Any, remedy: Any, rule: ItemRule | None, on: date) -> None:
    days = rule.days_most if rule is not None else None
    item.limit_on = timezone.localdate(remedy.submitted_at) + timedelta(days=days) if days is not None else None
    item.limit_source = rule.source if rule is not None and days is not None else ""
    item.is_taken = remedy.state == "accepted" and item.goes_with(remedy.chosen_option)
    waits = item.is_taken and item.fulfilled_at is None
    item.is_late = waits and item.due_on < on
    item.is_beyond_law = waits and item.limit_on is not None and item.limit_on < on
