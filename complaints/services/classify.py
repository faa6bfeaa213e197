"""Step 3: category and severity, whose fault; “unfounded” needs a standard, reasons and a second person."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.models import Category, Classification, ClassificationReview, Complaint, Standard
from complaints.queries.standards import day_of, was_in_force
from complaints.services.advance import Move, advancing
from complaints.services.errors import NotPossible
from complaints.workflow import Severity
from staff.models import User


def _judge(
    move: Move, *, category: Category, severity: Severity | str, fault: Classification.Fault | str, reason_sufficient: bool,
    demand_reasonable: bool, standard: str, reasons: str, unfounded: bool, measured_against: Standard | None,
) -> Classification:  # fmt: skip
    """Write the judgement. An injury is of highest severity whatever was chosen; with none chosen the category's own counts."""
    case = move.complaint
    if measured_against is not None and not was_in_force(measured_against, day_of(case)):
        raise NotPossible(_("This standard was not in force on the day of the event: choose the version of that day."))
    case.category = category
    case.severity = Severity.SEVERE if category.injury else severity or category.default_severity
    judgement = Classification.objects.create(
        complaint=case, category=category, severity=case.severity, fault=fault, reason_sufficient=reason_sufficient,
        demand_reasonable=demand_reasonable, standard=standard or str(measured_against or ""), measured_against=measured_against, reasons=reasons, unfounded=unfounded,
        by=move.person, at=move.at,
    )  # fmt: skip
    move.record(judgement)
    return judgement


def classify(
    *, complaint_id: int, by: User, at: datetime, category: Category, severity: Severity | str, fault: Classification.Fault | str,
    reason_sufficient: bool, demand_reasonable: bool, standard: str = "", reasons: str = "",
    measured_against: Standard | None = None, seen: int | None = None,
) -> Classification:  # fmt: skip
    with advancing(complaint_id, "classify", by=by, at=at, seen=seen) as move:
        return _judge(
            move, category=category, severity=severity, fault=fault, reason_sufficient=reason_sufficient,
            demand_reasonable=demand_reasonable, standard=standard, reasons=reasons, unfounded=False, measured_against=measured_against,
        )  # fmt: skip


def propose_unfounded(
    *, complaint_id: int, by: User, at: datetime, category: Category, severity: Severity | str, fault: Classification.Fault | str,
    reason_sufficient: bool, demand_reasonable: bool, standard: str, reasons: str,
    measured_against: Standard | None = None, seen: int | None = None,
) -> Classification:  # fmt: skip
    """Say that it is unfounded, measured against what; it takes effect when a second person confirms."""
    with advancing(complaint_id, "propose_unfounded", by=by, at=at, seen=seen) as move:
        return _judge(
            move, category=category, severity=severity, fault=fault, reason_sufficient=reason_sufficient,
            demand_reasonable=demand_reasonable, standard=standard, reasons=reasons, unfounded=True, measured_against=measured_against,
        )  # fmt: skip


def _review(move: Move, *, confirmed: bool, reason: str) -> None:
    judgement = move.complaint.classifications.order_by("-pk")[0]
    move.record(
        ClassificationReview.objects.create(classification=judgement, confirmed=confirmed, reason=reason, by=move.person, at=move.at)
    )


def confirm_unfounded(*, complaint_id: int, by: User, at: datetime, reason: str = "", seen: int | None = None) -> Complaint:
    """The second person agrees; the reasons go to the customer next."""
    with advancing(complaint_id, "confirm_unfounded", by=by, at=at, seen=seen, reason=reason) as move:
        move.complaint.unfounded = True
        move.complaint.forget_decision()
        _review(move, confirmed=True, reason=reason)
    return move.complaint


def reject_unfounded(*, complaint_id: int, by: User, at: datetime, reason: str, seen: int | None = None) -> Complaint:
    """The second person does not agree."""
    with advancing(complaint_id, "reject_unfounded", by=by, at=at, seen=seen, reason=reason) as move:
        _review(move, confirmed=False, reason=reason)
    return move.complaint
