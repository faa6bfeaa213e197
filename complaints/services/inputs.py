"""What the services take in: plain values, checked by the forms that make them and again by the database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from complaints.models import Allegation, Cause, DemandAnswer, Improvement, Measure, Penalty, RemedyItem, Standard, Why
from complaints.models.complaint import Demand
from complaints.workflow import Mode, Standing
from staff.models import Clause, Department, User


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
    #: 0: in any case; 1, 2 …: alternatives, of which the customer takes one.
    option: int = 0
    #: The department whose budget bears it; without one, that which answers for the case.
    paid_by: Department | None = None


@dataclass(frozen=True)
class SheetInput:
    """What the value sheet cannot read from the record: the purchase, what the customer keeps, the standard, and why it falls short if it does."""

    purchase: bool = False
    #: Value of the purchase, V1; 0 without one.
    price: Decimal = Decimal(0)
    #: Value of what the customer keeps and what works.
    kept: Decimal = Decimal(0)
    #: What the customer spent on complaining (fares, postage); the complainant's own word goes before it.
    spent: Decimal = Decimal(0)
    standard: Standard | None = None
    #: How much was measured against the standard, in its unit.
    measured: Decimal | None = None
    reason: str = ""


NO_PURCHASE = SheetInput()


@dataclass(frozen=True)
class CauseInput:
    """The cause when it is plain already at a settlement on the spot; the allegations are upheld by it."""

    cause: Cause | str
    text: str


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
