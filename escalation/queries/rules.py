"""Which rules about time apply to a case, and which of them counts for what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from complaints.workflow import TEN_STEP_KINDS, Kind
from escalation.models import CaseRegime, DeadlinePolicy, Regime
from escalation.obligations import Obligation
from staff.models.compiled import Figures, Given

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from complaints.models import Complaint

COLUMNS = ("pk", "regime_id", "matter", "severity", "kind", "amount", "unit", "pauses", "in_force_from", "in_force_to")


@dataclass(frozen=True)
class Rule:
    """A row of DeadlinePolicy, as far as a date is reckoned from it."""

    pk: int
    regime: int
    matter: str
    severity: str
    kind: str
    amount: int
    unit: str
    pauses: Sequence[str]
    in_force_from: date | None
    in_force_to: date | None

    def was_in_force(self, on: date) -> bool:
        return (self.in_force_from is None or self.in_force_from <= on) and (self.in_force_to is None or on <= self.in_force_to)

    @property
    def rank(self) -> tuple[bool, bool, date]:
        """The more a row says of the case, and the newer it is, the more it counts."""
        return bool(self.severity), bool(self.kind), self.in_force_from or date.min


def _of_case() -> QuerySet[DeadlinePolicy, Any]:
    chosen = CaseRegime.objects.filter(complaint=Given("case")).order_by("-pk").values("regime")[:1]
    default = Regime.objects.filter(is_default=True).values("pk")[:1]
    apply = Q(regime__always=True) | Q(regime=Coalesce(Subquery(chosen), Subquery(default)))
    return DeadlinePolicy.objects.filter(apply, active=True, regime__active=True).order_by("pk").values_list(*COLUMNS)


OF_CASE = Figures(_of_case)


def rules_for(case: Complaint) -> list[Rule]:
    """Every row in use of the regimes of the case; one query."""
    return [Rule(*row) for row in OF_CASE(case=case.pk)]


def chosen(rules: Iterable[Rule], matter: str, case: Complaint, on: date) -> dict[int, Rule]:
    """For each regime the one row that counts for this matter of the case on that day."""
    found: dict[int, Rule] = {}
    if not is_owed(matter, case.kind):
        return found
    for rule in rules:
        fits = rule.matter == matter and rule.severity in ("", case.severity) and rule.kind in ("", case.kind) and rule.was_in_force(on)
        if fits and (rule.regime not in found or rule.rank >= found[rule.regime].rank):
            found[rule.regime] = rule
    return found


def is_owed(matter: str, kind: str) -> bool:
    """Whether a case of this kind can owe it at all."""
    if matter == Obligation.REPORT_REPLY:
        return kind == Kind.REPORT
    return matter not in (Obligation.DECISION, Obligation.REMEDY) or kind in TEN_STEP_KINDS


def regime_of(case: Complaint) -> Regime | None:
    """The regime chosen for a case beside those that always apply, or the default."""
    newest = CaseRegime.objects.filter(complaint=case).select_related("regime").order_by("-pk").first()
    return newest.regime if newest else Regime.objects.filter(is_default=True).first()
