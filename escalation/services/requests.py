"""One department asks another about a case: promised, answered, scored by the asker (mission, step 4)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint
from complaints.permissions import scope_of
from complaints.services import messages
from complaints.services.advance import keep
from complaints.services.errors import NotPossible, Refused
from escalation.models import DepartmentRequest
from staff import queries as organisation
from staff.models import Department, User

SCORES = range(1, 6)


@transaction.atomic
def ask(
    *, complaint: Complaint, to_department: Department, question: str, wanted_at: datetime, by: User, at: datetime
) -> DepartmentRequest:
    """Whoever works on a case asks another department; its head is told. Raises Complaint.DoesNotExist for whom it does not exist."""
    case = Complaint.objects.visible_to(by).select_related("department").get(pk=complaint.pk)
    scope = scope_of(by)
    works_on_it = case.handler_id == by.pk or case.department_id in scope.departments or scope.heads(case.department.path)
    if not by.has_perm("escalation.ask_department") or not (works_on_it or scope.sees_all):
        raise Refused(_("Only those who work on a case ask about it."), act="ask_department", target=case.number)
    if case.is_erased or not case.is_open:
        raise NotPossible(_("This case is closed."))
    if to_department.pk == case.department_id:
        raise NotPossible(_("The case is with this department already."))
    if not question.strip():
        raise NotPossible(_("Write the question."))
    if wanted_at <= at:
        raise NotPossible(_("The time it is wanted by has passed."))
    request = DepartmentRequest(
        complaint=case,
        from_department=case.department,
        to_department=to_department,
        question=question.strip(),
        wanted_at=wanted_at,
        by=by,
        at=at,
    )
    keep(request, by=by, at=at, reason="ask_department")
    for head in (organisation.heads_above(to_department) or [[]])[0]:
        if Complaint.objects.not_about(head).filter(pk=case.pk).exists():
            _point(request, head, gettext_lazy("Another department asks yours"), by=by, at=at)
    return request


def _answering(request_id: int, by: User) -> DepartmentRequest:
    """A request to a department the person works in, locked; DoesNotExist for anybody else."""
    request: DepartmentRequest = (
        DepartmentRequest.objects.visible_to(by).select_for_update(of=("self",)).select_related("to_department").get(pk=request_id)
    )
    scope = scope_of(by)
    if request.to_department_id not in scope.departments and not scope.heads(request.to_department.path):
        raise Refused(_("This was asked of another department."), act="answer_request", target=str(request.pk))
    if request.answered_at is not None:
        raise NotPossible(_("This has been answered already."))
    return request


@transaction.atomic
def promise(*, request_id: int, promised_at: datetime, by: User, at: datetime) -> DepartmentRequest:
    """Say by when the answer comes; it can be said again, and every saying is kept."""
    request = _answering(request_id, by)
    if promised_at <= at:
        raise NotPossible(_("A promise is for a time to come."))
    return _kept(request, by, at, "promise", promised_at=promised_at, promised_by=by)


@transaction.atomic
def answer(*, request_id: int, text: str, by: User, at: datetime) -> DepartmentRequest:
    """Answer, once; the asker is told."""
    request = _answering(request_id, by)
    if not text.strip():
        raise NotPossible(_("Write an answer."))
    _kept(request, by, at, "answer", answer=text.strip(), answered_by=by, answered_at=at)
    _point(request, request.by, gettext_lazy("Your request was answered"), by=by, at=at)
    return request


def _point(request: DepartmentRequest, person: User, subject: Promise, *, by: User, at: datetime) -> None:
    page = "admin:escalation_departmentrequest_change"
    messages.point_employee(user=person, subject=subject, number=request.complaint.number, page=page, row=request.pk, by=by, at=at)


@transaction.atomic
def score(*, request_id: int, score: int, words: str = "", by: User, at: datetime) -> DepartmentRequest:
    """The asker says how they were served, 1 to 5, once."""
    request = DepartmentRequest.objects.visible_to(by).select_for_update(of=("self",)).get(pk=request_id)
    if request.by_id != by.pk:
        raise Refused(_("The asker scores the answer."), act="score_request", target=str(request.pk))
    if request.answered_at is None or request.score is not None:
        raise NotPossible(_("There is no answer to score, or it was scored already."))
    if score not in SCORES:
        raise NotPossible(_("Scores run from 1 to 5."))
    return _kept(request, by, at, "score", score=score, score_words=words.strip())


def _kept(request: DepartmentRequest, by: User, at: datetime, reason: str, **values: Any) -> DepartmentRequest:
    for name, value in values.items():
        setattr(request, name, value)
    keep(request, by=by, at=at, reason=reason)
    return request
