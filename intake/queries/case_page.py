"""Everything the complainant may see of the case, and nothing else: the page is built from this alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from complaints.models import (
    Allegation,
    Attachment,
    Complaint,
    Confirmation,
    DataRequest,
    Demand,
    DemandAnswer,
    Erasure,
    Message,
    Promise,
    Remedy,
    RemedyItem,
    Reward,
    StepChange,
    SurveyAnswer,
)
from complaints.queries.words import due_in_words
from complaints.signing import claim_code_for, digest_of
from complaints.workflow import ON_ITS_MERITS, TEN_STEP_KINDS, UNANSWERED, Actor, Mode, Step
from intake.models import Booking
from intake.queries import journey, reception
from staff.models.compiled import Compiled, Given

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import Promise as LazyText

#: Of the calls we made, so many.
CALLS_SHOWN = 3
#: A decision the customer has had before them; what waits for approval or was returned is nobody's word yet.
DECIDED = (Remedy.State.APPROVED, Remedy.State.ACCEPTED, Remedy.State.LAPSED)
#: A new code was sent to the contact on file; who reads this page has it already.
NOT_SHOWN = (Message.Kind.CODE, Message.Kind.NOTICE, Message.Kind.PASSWORD_RESET)


@dataclass(frozen=True)
class Said:
    """One message with its files."""

    message: Message
    ours: bool
    files: Sequence[Attachment] = ()


@dataclass(frozen=True)
class CasePage:
    """What the tracking page shows."""

    case: Any
    handler: str
    rail: "list[tuple[journey.Stage, str]]"
    now: "LazyText"
    after: "LazyText"
    yours: "LazyText"
    due_at: datetime | None
    days_left: int | None
    #: The office time left, in words; nothing once it is over, for then another sentence says so.
    left: str = ""
    may_still_answer: bool = False
    conversation: list[Said] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    allegations: list[Allegation] = field(default_factory=list)
    items: list[RemedyItem] = field(default_factory=list)
    answers: list[DemandAnswer] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    erasure: DataRequest | None = None
    reward: Reward | None = None
    #: Calls promised and not made yet, each with whether its time has passed; and those made, the newest first.
    calls: list[tuple[Promise, bool]] = field(default_factory=list)
    called: list[Promise] = field(default_factory=list)

    @property
    def may_confirm(self) -> bool:
        """Whether the record was shown and waits for the complainant's word."""
        recorded = self.case.step in UNANSWERED and self.case.step not in {Step.APOLOGIZE, Step.RECORD}
        return bool(recorded and self.case.last_confirmation == Confirmation.Result.WAITING)

    @property
    def may_answer(self) -> bool:
        """Whether a decision waits for accept or object."""
        return bool(self.case.step == Step.NOTIFY and self.case.decision_sent_at)

    @property
    def may_withdraw(self) -> bool:
        return self.case.step in UNANSWERED or self.case.step == Step.ANSWER

    @property
    def may_correct(self) -> bool:
        """Whether there is a contact of theirs to correct: none of an anonymous case, none after an erasure."""
        return self.case.complainant.mode != Mode.ANONYMOUS and not self.is_erased

    @property
    def is_erased(self) -> bool:
        return bool(self.case.erased)

    @property
    def erasure_waits(self) -> bool:
        return self.erasure is not None and self.erasure.decided_at is None

    @property
    def claim_code(self) -> str:
        """What whoever is not known shows to be paid; as long as it is not."""
        reward = self.reward
        return claim_code_for(reward.claim_key) if reward and reward.claim_key and reward.state == Reward.State.APPROVED else ""

    @property
    def may_rate(self) -> bool:
        """Whether the survey is due: at the follow-up or after an end on the merits, once a round."""
        due = self.case.step == Step.FOLLOW_UP or (self.case.step == Step.CLOSED and self.case.outcome in ON_ITS_MERITS)
        return bool(due and not self.case.rated)

    @property
    def always(self) -> list[RemedyItem]:
        """What is done in any case, and of alternatives the one that was taken."""
        return [item for item in self.items if item.goes_with(self.case.chosen_option)]

    @property
    def alternatives(self) -> list[tuple[int, list[RemedyItem]]]:
        """Each alternative that can still be taken, with what it holds."""
        open_to_choose = sorted({item.option for item in self.items} - {0}) if self.case.chosen_option is None else []
        return [(option, [item for item in self.items if item.option == option]) for option in open_to_choose]

    @property
    def may_correct_cost(self) -> bool:
        """Whether what complaining cost can still be put right."""
        return may_correct_cost(self.case)

    @property
    def shows_decision(self) -> bool:
        return bool(self.items or self.answers)

    @property
    def talk(self) -> list[Said]:
        """The conversation without the letter that stands above it, waiting for an answer."""
        above = self.decision if self.may_answer else None
        return [said for said in self.conversation if said.message != above]

    @property
    def decision(self) -> Message | None:
        """The newest decision letter, while the case is at or behind it."""
        if not self.case.decision_sent_at:
            return None
        letters = [said.message for said in self.conversation if said.message.kind == Message.Kind.DECISION]
        return letters[-1] if letters else None


def _for_complainant() -> "QuerySet[Complaint]":
    of_case = {"complaint": OuterRef("pk")}
    decided = Remedy.objects.filter(**of_case, state__in=DECIDED).order_by("-version")
    found = Complaint.objects.select_related("handler", "complainant").annotate(
        seen=Subquery(StepChange.objects.filter(**of_case).order_by("-sequence").values("sequence")[:1]),
        last_confirmation=Subquery(Confirmation.objects.filter(**of_case).order_by("-at", "-pk").values("result")[:1]),
        remedy_id=Subquery(decided.values("pk")[:1]),
        proposal_answer=Subquery(decided.values("own_proposal_answer")[:1]),
        grants_proposal=Subquery(decided.values("grants_proposal")[:1]),
        chosen_option=Subquery(decided.values("chosen_option")[:1]),
        erased=Exists(Erasure.objects.filter(**of_case)),
        rewarded=Exists(Reward.objects.filter(**of_case).exclude(state=Reward.State.DECLINED)),
        promised=Exists(Promise.objects.filter(**of_case)),
        rated=Exists(SurveyAnswer.objects.filter(**of_case, round=OuterRef("round"))),
    )
    return found.filter(code_digest=Given("digest")).order_by()


CASE = Compiled(_for_complainant)
#: What the page shows of a case, one query each.
OF_CASE = {"complaint": Given("case")}
DEMANDS = Compiled(lambda: Demand.objects.filter(**OF_CASE).order_by("number"))
ALLEGATIONS = Compiled(lambda: Allegation.objects.filter(**OF_CASE).order_by("number"))
REWARDS = Compiled(lambda: Reward.objects.filter(**OF_CASE).exclude(state=Reward.State.DECLINED).order_by("-pk")[:1])
CALLS = Compiled(lambda: Promise.objects.filter(**OF_CASE).select_related("by").order_by("call_at", "pk"))
REQUESTS = Compiled(lambda: DataRequest.objects.filter(**OF_CASE).order_by("-at", "-pk")[:1])
FILES = Compiled(lambda: _visible_files(Given("case")))
MESSAGES = Compiled(lambda: Message.objects.filter(**OF_CASE, to_user=None).exclude(kind__in=NOT_SHOWN).order_by("at", "pk").defer("html"))
ITEMS = Compiled(lambda: RemedyItem.objects.filter(remedy=Given("remedy")).order_by("option", "pk"))
ANSWERS = Compiled(lambda: DemandAnswer.objects.filter(remedy=Given("remedy")).select_related("demand").order_by("demand__number"))


def for_complainant(digest: str) -> Complaint | None:
    """The case that the code with this digest opens, with what its page needs beside it."""
    return CASE.first(digest=digest)


def open_case_behind(digest: str) -> Complaint | None:
    """The case under this digest while it is open: its number and when it came, no more."""
    found: Complaint | None = Complaint.objects.exclude(step=Step.CLOSED).only("number", "received_at").filter(code_digest=digest).first()
    return found


def may_correct_cost(case: Any) -> bool:
    """Of a case got by `for_complainant`."""
    return bool(case.kind in TEN_STEP_KINDS and case.step != Step.CLOSED and not case.erased)


def walks_ten_steps(case: Complaint) -> bool:
    """Whether it is handled in ten steps; a suggestion, an enquiry or praise is answered."""
    return case.kind in TEN_STEP_KINDS


def by_code(code: str) -> str | None:
    """The digest of a typed code, if it opens a case; None for any other text."""
    digest = digest_of(code)
    return digest if Complaint.objects.filter(code_digest=digest).exists() else None


def page_of(case: Any, *, at: datetime) -> CasePage:
    """Read the page of a case got by `for_complainant`."""
    now, after = journey.standing(case)
    shown = case.remedy_id if case.decision_sent_at else None
    conversation, files = _conversation(case)
    # Where more time was granted, the customer reads the day they were told, not the plan it has put off.
    due = (case.told_due_at or case.due_at) if case.step != Step.CLOSED else None
    calls = CALLS(case=case.pk) if case.promised and not case.erased else []
    return CasePage(
        case=case,
        handler=case.handler.name if case.handler else "",
        rail=journey.rail(case),
        yours=journey.YOURS[case.kind],
        now=now,
        after=after,
        due_at=due,
        days_left=(timezone.localdate(due) - timezone.localdate(at)).days if due else None,
        left=f"({due_in_words(due, at)})" if due and at <= due else "",
        may_still_answer=bool(case.answer_until and at <= case.answer_until),
        conversation=conversation,
        files=files,
        demands=DEMANDS(case=case.pk),
        allegations=ALLEGATIONS(case=case.pk),
        items=ITEMS(remedy=shown) if shown else [],
        answers=ANSWERS(remedy=shown) if shown else [],
        bookings=reception.booked_by(case, at=at),
        erasure=REQUESTS.first(case=case.pk),
        reward=REWARDS.first(case=case.pk) if case.rewarded else None,
        calls=[(each, each.was_missed(at)) for each in calls if each.called_at is None],
        called=[each for each in reversed(calls) if each.called_at is not None][:CALLS_SHOWN],
    )


def attachment_of(complaint_id: int, key: str) -> Attachment | None:
    """A file of this very case that the complainant gave or was sent."""
    return _visible_files(complaint_id).filter(key=key).first()


def _visible_files(complaint_id: int | Given) -> Any:
    to_customer = Q(message__direction=Message.Direction.OUT, message__to_user=None)
    seen = Attachment.objects.filter(Q(actor=Actor.COMPLAINANT) | to_customer, complaint_id=complaint_id)
    return seen.select_related("examination").order_by("at", "pk")


def _conversation(case: Complaint) -> tuple[list[Said], list[Attachment]]:
    """What was said both ways, oldest first, and the files that came with no message."""
    by_message: dict[int | None, list[Attachment]] = {}
    for attachment in FILES(case=case.pk):
        by_message.setdefault(attachment.message_id, []).append(attachment)
    said = [Said(each, each.direction == Message.Direction.OUT, by_message.get(each.pk, ())) for each in MESSAGES(case=case.pk)]
    return said, by_message.get(None, [])
