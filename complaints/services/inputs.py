"""What the services take in: plain values, checked by the forms that make them and again by the database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from complaints.models import Allegation, DemandAnswer, Improvement, Measure, Penalty, RemedyItem, Why
from complaints.models.complaint import Demand
from complaints.workflow import Mode, Standing
from staff.models import Clause, User


@dataclass(frozen=True)
class DemandInput:
    kind: Demand.Kind | str
    text: str = ""


@dataclass(frozen=True)
class PartyInput:
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    language: str = "zh-hans"
    mode: Mode | str = Mode.REAL_NAME
    standing: Standing | str = Standing.SELF
    under_14: bool = False
    #: Employee number of somebody who reports on their own company (M10).
    employee_number: str = ""


@dataclass(frozen=True)
class WhyInput:
    answer: str
    basis: Why.Basis | str
    evidence: str = ""


@dataclass(frozen=True)
class FindingInput:
    finding: Allegation.Finding | str
    reason: str


@dataclass(frozen=True)
class AnswerInput:
    answer: DemandAnswer.Answer | str
    reason: str = ""


@dataclass(frozen=True)
class ItemInput:
    kind: RemedyItem.Kind | str
    description: str
    amount: Decimal | None
    owner: User
    due_on: date


@dataclass(frozen=True)
class PenaltyInput:
    employee: User
    responsible_as: Penalty.For | str
    clause: Clause
    finding: str
    #: The row, or its code.
    measure: Measure | str
    evidence: str = ""
    #: What is to be deducted from wages, where the measure takes any.
    amount: Decimal | None = None


@dataclass(frozen=True)
class ImprovementInput:
    kind: Improvement.Kind | str
    lesson: str
    action: str
    changes: Improvement.Changes | str
    expectation: str
    owner: User
    due_on: date
    changes_nothing_because: str = ""
    check_days: int = 90
