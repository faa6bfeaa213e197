"""Erasure of a case: its people, its words and its files go; what was done, when and by whom stays (PIPL Art. 47)."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.events import erasers
from complaints.models import (
    Allegation,
    Answer,
    Apology,
    Appeal,
    AppealRuling,
    Attachment,
    Complaint,
    Confirmation,
    CostCorrection,
    Customer,
    DataRequest,
    Demand,
    Erasure,
    FollowUp,
    GuideEntry,
    Letter,
    Message,
    Note,
    Party,
    Promise,
    QuestionAnswer,
    Reward,
    SurveyAnswer,
    Visit,
)  # fmt: skip
from complaints.models.evidence import ERASED
from complaints.services import examinations
from complaints.services.advance import advancing, keep
from complaints.services.errors import NotPossible
from complaints.workflow import Actor, Step
from staff.models import Company, User

log = logging.getLogger(__name__)

#: Where the words of a case lie: model → columns where a dash takes the words' place. Each has the trigger `erasable` for them.
WORDS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Message, ("subject", "text", "html")),
    (Note, ("text",)),
    (Apology, ("words",)),
    (Confirmation, ("correction",)),
    (Allegation, ("text",)),
    (Demand, ("text",)),
    (QuestionAnswer, ("text",)),
    (Answer, ("words",)),
    (FollowUp, ("open_answer",)),
    (SurveyAnswer, ("open_answer",)),
    (CostCorrection, ("words",)),
    (GuideEntry, ("words", "second", "third", "fourth")),
    (Promise, ("about", "result")),
    (Letter, ("to_name", "to_address", "subject", "body")),
    (Visit, ("purpose", "result")),
    (Reward, ("reason", "thanks", "declined_because")),
    (Appeal, ("words",)),
    (AppealRuling, ("reasons",)),
)
#: The way from a model to its case, where it is not `complaint`.
WAYS: dict[type[Model], str] = dict.fromkeys((Appeal, AppealRuling), "penalty__accountability__complaint")
AT_ONCE = 200


@transaction.atomic
def ask(*, complaint_id: int, at: datetime) -> DataRequest:
    """The complainant wants their data erased. Asked twice, it is one request."""
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint_id)
    waiting = case.data_requests.filter(decided_at=None).first()
    return waiting or DataRequest.objects.create(complaint=case, at=at)


@transaction.atomic
def decide(*, request_id: int, granted: bool, answer: str, by: User, at: datetime) -> DataRequest:
    """Grant it, and the case is erased; or say why the data must be kept (a law, an open matter)."""
    request = DataRequest.objects.visible_to(by).select_for_update(of=("self",)).select_related("complaint").get(pk=request_id)
    permissions.require(by, request.complaint, "erase", timezone.localdate(at))
    if request.decided_at is not None:
        raise NotPossible(_("This has been decided already."))
    if not granted and not answer.strip():
        raise NotPossible(_("Say what the law or the matter requires to be kept, and until when."))
    request.granted, request.answer, request.decided_by, request.decided_at = granted, answer.strip(), by, at
    request.save(update_fields=["granted", "answer", "decided_by", "decided_at"])
    if granted:
        erase(complaint_id=request.complaint_id, reason=_("At the complainant's request"), by=by, at=at)
    return request


def erase(*, complaint_id: int, reason: str, by: User | Actor, at: datetime, seen: int | None = None) -> Complaint:
    """Empty what people wrote and who they are; only of a closed case, and once."""
    with advancing(complaint_id, "erase", by=by, at=at, seen=seen, reason=reason) as move:
        case = move.complaint
        move.record(Erasure.objects.create(complaint=case, reason=reason[:300], actor=move.actor, by=move.user, at=at))
        for model, columns in WORDS:
            _empty(model, columns, case)
        case.messages.exclude(last_error="").update(last_error="")
        _forget_people(case, by=by, at=at)
        _forget_files(case)
        case.story, case.facts, case.own_proposal, case.order_number = ERASED, ERASED if case.facts else "", "", ""
        case.search_text = None
        case.code_key = ""
        for eraser in erasers:
            eraser(case, at)
    return case


def _empty(model: type[Model], columns: tuple[str, ...], case: Complaint) -> None:
    for column in columns:
        model._default_manager.filter(**{WAYS.get(model, "complaint"): case}).exclude(**{column: ""}).update(**{column: ERASED})


def erase_what_is_old(*, at: datetime) -> int:
    """Erase cases closed longer ago than the company keeps personal data; how many. Run again it finds nothing more.

    One that cannot be erased never holds up the others: it is logged, and tried again the next time.
    """
    company = Company.current()
    local = timezone.localtime(at)
    day = min(local.day, 28)  # 29 February has no twin in most years
    limit = local.replace(year=local.year - company.years_kept, day=day)
    old = Complaint.objects.filter(step=Step.CLOSED, closed_at__lt=limit, erasure=None).order_by("closed_at").values_list("pk", flat=True)
    erased = 0
    for pk in list(old[:AT_ONCE]):
        try:
            erase(complaint_id=pk, reason=_("The time for which personal data are kept is over"), by=Actor.SYSTEM, at=at)
        except (DatabaseError, NotPossible, OSError):
            log.exception("case %s could not be erased", pk)
        else:
            erased += 1
    return erased


def _forget_people(case: Complaint, *, by: User | Actor, at: datetime) -> None:
    for party in [case.complainant, *Party.objects.filter(beside=case)]:
        customer = party.customer
        party.customer, party.sealed, party.contact_digest, party.employee_digest = None, None, "", ""
        party.name = party.email = party.phone = party.phone_digits = party.address = ""
        keep(party, by=by, at=at, reason="erase")
        # Whoever bought something is known from the purchase too, and must be found when it turns out to be dangerous.
        if customer is not None and not customer.parties.exists() and not customer.purchases.exists():
            _forget_customer(customer, by=by, at=at)


def _forget_customer(customer: Customer, *, by: User | Actor, at: datetime) -> None:
    """Known from this case alone: nothing is left to know."""
    customer.name = customer.email = customer.phone = customer.phone_digits = customer.tier = ""
    customer.yearly_value = None
    keep(customer, by=by, at=at, reason="erase")


def _forget_files(case: Complaint) -> None:
    _empty(Attachment, ("name",), case)
    examinations.erase_files(complaint_id=case.pk)
