"""What waits for a person: the piles of their first page, each a count and its first rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.models import Task

from complaints.models import (
    Article,
    Attachment,
    Complaint,
    DataRequest,
    IdentityRequest,
    Improvement,
    LowScore,
    Message,
    Promise,
    Recusal,
    Remedy,
    RemedyItem,
    Reward,
    SendingHold,
    Statement,
    Visit,
)
from complaints.permissions import scope_of
from complaints.queries.approval import approvers
from complaints.queries.improvements import to_check
from complaints.queries.leads import flags_for, leads_for
from complaints.queries.my_matters import to_appeal
from complaints.queries.penalties import waiting_for
from complaints.queries.words import cut, due_in_words
from complaints.workflow import Actor, Kind, Mode
from config import jobs
from escalation.models import (
    AffectedGoods,
    Crisis,
    CrisisImprovement,
    CrisisRisk,
    CrisisRole,
    DepartmentRequest,
    Escalation,
    Extension,
    FactSheet,
    Measure,
    MediaQuestion,
    Reach,
    RoutedItem,
    SupervisionOrder,
)
from escalation.services.crises import RIGHT as CRISES
from escalation.services.incidents import DECLARE, RUN
from escalation.services.reach import CALL
from intake.models import BoxOpening, Submission
from intake.services import boxes
from staff.models import Absence, ActionItem, Department, Notice, Suggestion, User
from staff.queries import calendar_problems

SHOWN = 5
#: What the worker has not filed within this time needs a person's look.
FILED_WITHIN = timedelta(minutes=5)
#: A file that waits longer than this waits for a scanner or a worker that is down.
EXAMINED_WITHIN = timedelta(minutes=30)
#: Counting stops here; "99+" says as much as a number.
MOST_COUNTED = 100
#: Approvals that fell to somebody higher up are few; each needs a closer look.
LOOKED_AT_CLOSELY = 10


@dataclass(frozen=True)
class Row:
    text: str
    url: str
    detail: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Pile:
    title: str | LazyText
    count: int
    rows: list[Row]
    url: str = ""

    @property
    def count_shown(self) -> str:
        return f"{MOST_COUNTED - 1}+" if self.count >= MOST_COUNTED else str(self.count)


def work_for(user: User, at: datetime) -> list[Pile]:
    """The piles of this person, the most pressing first; one's own open cases and notices are there even when empty, and then at the end."""
    reads = user.has_perm("complaints.read_files")
    piles = [
        *_of_machines(user),
        *_of_crises(user, at),
        *_of_incidents(user, at),
        *(_of_cases(user, at) if reads else []),
        *_between_departments(user, at),
        *_low_scores(user),
        *_of_the_fund(user),
        *_of_everybody(user, at),
        *_of_what_arrived(user, at),
    ]
    return sorted((pile for pile in piles if pile.count or pile.title in ALWAYS), key=lambda pile: not pile.count)


MINE, NOTICES = gettext_lazy("My cases"), gettext_lazy("Notices to read")
ALWAYS = (MINE, NOTICES)


def figures_for(user: User, at: datetime) -> list[tuple[str, int | str]]:
    """A few numbers over the cases this person sees."""
    if not user.has_perm("complaints.read_files"):
        return []
    seen = Complaint.objects.visible_to(user).in_figures()
    month = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return [
        (_("Open"), seen.open().count()),
        (_("Overdue"), seen.due_before(at).count()),
        (_("Closed this month"), seen.filter(closed_at__gte=month).count()),
        *_real_name_share(user),
    ]


def _real_name_share(user: User) -> list[tuple[str, int | str]]:
    """How many of the reports they see people made in their own name: for the supervision, executives and complaint management (M10)."""
    scope = scope_of(user)
    if not (scope.sees_all or Department.objects.filter(supervises=True, pk__in=scope.departments).exists()):
        return []
    own_name = Count("pk", filter=Q(complainant__mode=Mode.REAL_NAME))
    found = Complaint.objects.visible_to(user).filter(kind=Kind.REPORT).aggregate(all=Count("pk"), named=own_name)
    return [(_("Reports in real name"), f"{round(100 * found['named'] / found['all'])} %")] if found["all"] else []


# --- piles of the machines --------------------------------------------------------------------------------------------
def _of_machines(user: User) -> Iterable[Pile]:
    """What stands still until somebody who looks after messages lets it go on."""
    if not user.has_perm("complaints.manage_messages"):
        return
    held = SendingHold.objects.filter(released_at=None).order_by("at")
    row = _of(
        "complaints_sendinghold", lambda each: each.why, lambda each: f"{timezone.localtime(each.at):%Y-%m-%d %H:%M}", lambda _each: True
    )
    yield _pile(_("Sending is held: no message goes out"), held, row, _list("", "sendinghold"))

    def job(each: Task) -> Row:
        return Row(each.func, reverse("jobs"), f"{timezone.localtime(each.stopped):%Y-%m-%d %H:%M}", is_late=True)

    yield _pile(_("Jobs that were given up"), jobs.given_up(), job, reverse("jobs"))


# --- piles of cases ------------------------------------------------------------------------------------------------------
def _of_cases(user: User, at: datetime) -> Iterable[Pile]:
    visible = Complaint.objects.visible_to(user).for_list()
    by_due = ("due_at", "received_at")
    row = _case_row(at)
    escalated = visible.filter(pk__in=Escalation.objects.lying_with(user).values("complaint")).exclude(handler=user)
    yield _pile(_("Complaints escalated to me"), escalated.order_by(*by_due), row, _list("whose=me", "escalation", "escalation"))
    approving: QuerySet[Complaint] = visible.none()
    if user.has_perm("complaints.approve_remedy"):
        approving = _to_approve(user, visible, at)
        yield _pile(_("Waiting for my approval"), approving.order_by(*by_due), row, _list("whose=approval"))
    yield _pile(MINE, visible.mine(user).order_by(*by_due), row, _list("whose=mine"))
    # Auditors and executives see every case; what is nobody's is not therefore theirs.
    if user.has_perm("complaints.claim"):
        yield _pile(_("My department's, nobody's yet"), visible.of_departments(user).order_by(*by_due), row, _list("whose=unclaimed"))
    if user.has_perm("complaints.confirm_unfounded"):
        second = visible.awaiting_second_look().exclude(classifications__by=user).order_by(*by_due)
        yield _pile(_("“Unfounded”, waiting for a second person"), second, row, _list("whose=second"))
    if user.has_perm("complaints.take_over"):
        # What already stands in one of the piles above is not said twice.
        late = visible.due_before(at).exclude(handler=user).exclude(pk__in=approving.values("pk")).exclude(pk__in=escalated.values("pk"))
        yield _pile(_("Overdue with others"), late.order_by(*by_due), row, _list("due=overdue"))
    if user.has_perm("complaints.follow_up"):
        yield _pile(_("Follow-ups due"), visible.follow_up_for(user).order_by(*by_due), row, _list("step=follow_up"))
    yield from _of_calls(user, at)
    yield from _of_time(user, at)
    yield from _of_protection(user)
    if user.has_perm("complaints.write_message"):
        yield from _of_messages(user)
        yield _pile(_("Files that could not be taken, or still wait to be checked"), *_of_files(user, at))
    if user.has_perm("complaints.manage_messages"):
        stuck = Submission.objects.waiting(since_before=at - FILED_WITHIN).select_related("channel")
        arrived = _of(
            "intake_submission", lambda each: f"{timezone.localtime(each.received_at):%Y-%m-%d %H:%M}", lambda each: str(each.channel)
        )
        yield _pile(_("Arrived, but no case yet"), stuck, arrived, _list("filed=no", "submission", "intake"))


def _of_calls(user: User, at: datetime) -> Iterable[Pile]:
    """Calls this person promised, and those promised about the cases in their hands."""
    if user.has_perm("complaints.guide"):
        calls = Promise.objects.visible_to(user).to_keep().filter(Q(by=user) | Q(complaint__handler=user)).select_related("complaint")
        yield _pile(_("Promised calls"), calls, _promise_row(at))


def _of_time(user: User, at: datetime) -> Iterable[Pile]:
    """Extensions to decide on; and, loudly, what the calendar lacks (threat H3)."""
    if user.has_perm("escalation.approve_extension"):
        asked = (
            Extension.objects.visible_to(user).filter(state=Extension.State.ASKED).exclude(asked_by=user).exclude(complaint__handler=user)
        )
        row = _of("escalation_extension", lambda each: f"{each.complaint} {cut(each.reason, 24)}", lambda each: _day(each.asked_at))
        yield _pile(
            _("Extensions asked for"),
            asked.select_related("complaint").order_by("asked_at"),
            row,
            _list("state=asked", "extension", "escalation"),
        )
    if user.has_perm("escalation.manage_deadlines"):
        url = _list("", "calendaryear", "staff")
        rows = [Row(problem, url, is_late=True) for problem in calendar_problems(timezone.localdate(at))]
        yield Pile(_("The working calendar has gaps"), len(rows), rows, url)


def _of_protection(user: User) -> Iterable[Pile]:
    """Protected identities, reports and personal data: what needs a second person, or somebody of the supervision."""
    if user.has_perm("complaints.consent_identity"):
        asked = IdentityRequest.objects.visible_to(user).filter(decided_by=None).exclude(asked_by=user).select_related("complaint")
        row = _of("complaints_identityrequest", lambda each: f"{each.complaint} {cut(each.reason, 24)}", lambda each: _day(each.asked_at))
        yield _pile(_("Identities somebody asks to open"), asked.order_by("asked_at"), row, _list("", "identityrequest"))
    if user.has_perm("complaints.add_note"):
        again = leads_for(user).filter(reviewed_by=None).select_related("earlier", "later").order_by("at")
        flags = flags_for(user).filter(reviewed_by=None).select_related("complaint").order_by("at")
        if not scope_of(user).sees_all:
            again = again.filter(earlier__department__in=scope_of(user).departments)
        row = _of("complaints_leadlink", lambda each: f"{each.earlier} ← {each.later}", lambda each: _day(each.at))
        yield _pile(_("Leads named again"), again, row, _list("", "leadlink"))
        row = _of("complaints_retaliationflag", lambda each: f"{each.complaint} {cut(each.what, 24)}", lambda each: _day(each.at))
        yield _pile(_("Signs of retaliation"), flags, row, _list("", "retaliationflag"))
    if user.has_perm("complaints.erase"):
        erasures = DataRequest.objects.visible_to(user).filter(decided_at=None).select_related("complaint").order_by("at")
        row = _of("complaints_datarequest", lambda each: str(each.complaint), lambda each: _day(each.at))
        yield _pile(_("Customers ask for erasure"), erasures, row, _list("", "datarequest"))


def _low_scores(user: User) -> Iterable[Pile]:
    """Low answers of the survey that the person's department asks back about."""
    if not user.has_perm("complaints.follow_up"):
        return
    waiting = LowScore.objects.visible_to(user).filter(decided_at=None, department__in=scope_of(user).departments)
    row = _of("complaints_lowscore", lambda each: str(each.complaint), lambda each: _day(each.raised_at))
    found = waiting.select_related("complaint").order_by("raised_at")
    yield _pile(_("Low survey answers to ask back about"), found, row, _list("", "lowscore"))


def _of_the_fund(user: User) -> Iterable[Pile]:
    """Nominations to decide on, those in real name first; rewards to pay."""
    row = _of("complaints_reward", lambda each: f"{each.number} {cut(each.reason, 24)}", lambda each: _day(each.nominated_at))
    open_ones = Reward.objects.order_by(Case(When(complaint__complainant__mode=Mode.REAL_NAME, then=0), default=1), "nominated_at")
    if user.has_perm("complaints.approve_reward"):
        nominated = open_ones.of_cases_seen_by(user).filter(state=Reward.State.NOMINATED).exclude(nominated_by=user)
        yield _pile(_("Nominations to decide on"), nominated, row, _list("state=nominated", "reward"))
    if user.has_perm("complaints.manage_fund"):
        to_pay = open_ones.visible_to(user).filter(state=Reward.State.APPROVED)
        yield _pile(_("Rewards to pay"), to_pay, row, _list("state=approved", "reward"))
        lost = open_ones.filter(state=Reward.State.NOMINATED, complaint=None)
        yield _pile(_("Nominations that fit no complaint"), lost, row, _list("state=nominated", "reward"))


def _of_messages(user: User) -> Iterable[Pile]:
    needing = Message.objects.visible_to(user).needing_a_person().select_related("complaint").order_by("at")
    if not user.has_perm("complaints.manage_messages"):
        # Whoever has the case now, whoever had it when the message was written; nobody's: the department's.
        nobodys = Q(complaint__handler=None, complaint__department__in=scope_of(user).departments)
        needing = needing.filter(Q(complaint__handler=user) | nobodys)
    row = _of("complaints_message", lambda each: f"{each.complaint or ''} {each.get_kind_display()}", lambda each: each.get_state_display())
    yield _pile(_("Messages that failed"), needing.filter(state="failed"), row, _list("state=failed", "message"))
    yield _pile(_("To tell the customer"), needing.filter(state="to_tell"), row, _list("state=to_tell", "message"))


def _of_files(user: User, at: datetime) -> tuple[QuerySet[Attachment], Callable[[Any], Row]]:
    """Files of open cases in this person's hands that nobody will be able to open, until they have written to the customer since."""
    spoken = Message.objects.filter(
        complaint=OuterRef("complaint"), direction=Message.Direction.OUT, actor=Actor.STAFF, at__gt=OuterRef("examination__at")
    )
    cases = Complaint.objects.visible_to(user).open()
    ours = cases.filter(handler=user) | cases.filter(handler=None, department__in=scope_of(user).departments)
    found = Attachment.objects.filter(complaint__in=ours.values("pk")).select_related("complaint", "examination").order_by("pk")
    stuck = Q(examination=None, at__lt=at - EXAMINED_WITHIN)
    unread = Q(examination__verdict__in=["infected", "refused"]) & ~Exists(spoken)

    def row(each: Attachment) -> Row:
        why = each.examined.why_not if each.examined else _("is being checked")
        return Row(f"{each.complaint.number} {cut(each.name, 24)}", _case(each.complaint_id), str(why), is_late=each.examined is not None)

    return found.filter(stuck | unread), row


def _to_approve(user: User, visible: QuerySet[Complaint], at: datetime) -> QuerySet[Complaint]:
    """Solutions this person has to decide on: those laid before them, and what fell to them since because a nearer head is recused or away."""
    on = timezone.localdate(at)
    submitted = Remedy.objects.filter(state=Remedy.State.SUBMITTED)
    waiting: Any = visible.awaiting_approval().exclude(pk__in=submitted.filter(submitted_by=user).values("complaint"))  # type: ignore[attr-defined]  # our query set, which the stubs do not see
    laid = Q(pk__in=submitted.filter(laid_before=user).values("complaint"))
    before = Remedy.laid_before.through.objects.filter(remedy__complaint=OuterRef("pk"), remedy__state=Remedy.State.SUBMITTED)
    away = Exists(before.filter(user__in=Absence.objects.on(on).values("user")))
    recused = Exists(before.filter(user__in=Recusal.objects.filter(complaint=OuterRef("remedy__complaint")).values("user")))
    fallen = waiting.exclude(laid).filter(away | recused | ~Exists(before)).select_related(None)[:LOOKED_AT_CLOSELY]
    mine = [case.pk for case in fallen if user.pk in approvers(case, on)]
    return waiting.filter(laid | Q(pk__in=mine)).exclude(recusals__user=user)


# --- piles of what arrived -----------------------------------------------------------------------------------------------
def _of_what_arrived(user: User, at: datetime) -> Iterable[Pile]:
    if user.has_perm("complaints.file_case"):
        held = Submission.objects.held_for(user).select_related("channel", "hold").defer("raw", "claim", "payload")
        row = _of("intake_submission", lambda each: f"{each.channel} · {each.hold.get_why_display()}", lambda each: _day(each.received_at))
        yield _pile(_("Arrived, waits for a person"), held, row, _list("filed=held", "submission", "intake"))
    if not user.has_perm(boxes.RIGHT):
        return
    openings = BoxOpening.objects.select_related("box", "by").annotate(typed=Count("slip_rows")).order_by("at")
    row = _of("intake_boxopening", lambda each: str(each.box), lambda each: _day(each.at))
    to_confirm = openings.filter(witness=user, confirmation=None)
    yield _pile(_("Box openings to confirm"), to_confirm, row, _list("", "boxopening", "intake"))
    mine = openings.filter(Q(by=user) | Q(witness=user), confirmation__isnull=False, slips__gt=F("typed"))
    yield _pile(_("Slips to type in"), mine, row, _list("", "boxopening", "intake"))
    late = boxes.overdue(at=at)
    add = reverse("admin:intake_boxopening_add")
    rows = [
        Row(str(box), f"{add}?box={box.pk}", _day(box.last) if box.last else _("never opened yet"), is_late=True)  # type: ignore[attr-defined]  # annotated
        for box in late[:SHOWN]
    ]
    yield Pile(_("Boxes to open"), len(late), rows, _list("", "boxopening", "intake"))


# --- piles of everybody --------------------------------------------------------------------------------------------------
def _of_everybody(user: User, at: datetime) -> Iterable[Pile]:
    today = timezone.localdate(at)
    asked = Statement.objects.filter(employee=user, state=Statement.State.ASKED).order_by("due_on")
    row = _of("complaints_statement", lambda each: cut(each.question, 40), lambda each: _by(each.due_on), lambda each: each.due_on < today)
    yield _pile(_("Statements asked of me"), asked, row)
    appealable = [
        Row(
            str(each.measure),
            reverse("admin:complaints_myfinding_change", args=[each.pk]),
            _by(each.appeal_until) if each.appeal_until else "",
        )
        for each in to_appeal(user, at)
    ]
    yield Pile(_("Findings about me"), len(appealable), appealable[:SHOWN], reverse("admin:complaints_statement_mine"))
    yield from _of_fairness(user, at)
    visible = Complaint.objects.visible_to(user)
    items = (
        RemedyItem.objects.open().filter(owner=user, remedy__complaint__in=visible).select_related("remedy__complaint").order_by("due_on")
    )

    def to_do(each: RemedyItem) -> Row:
        """An item is carried out on the page of its case; whoever owns one sees the case."""
        case = each.remedy.complaint
        return Row(f"{case.number} {each.get_kind_display()}", _case(case.pk), _by(each.due_on), each.due_on < today)

    yield _pile(_("To carry out for customers"), items, to_do)
    owned = Improvement.objects.filter(owner=user, done_at=None).order_by("due_on")

    def better(each: Improvement) -> Row:
        """On the owner's own page, who need not see the case."""
        page = reverse("admin:complaints_myimprovement_change", args=[each.pk])
        return Row(cut(each.action, 40), page, _by(each.due_on), each.due_on < today)

    yield _pile(_("My improvements"), owned, better)
    visits = Visit.objects.open().filter(owner=user).select_related("customer").order_by("due_on", "pk")
    row = _of("complaints_visit", lambda each: cut(each.purpose, 40), lambda each: _by(each.due_on), lambda each: each.due_on < today)
    yield _pile(_("My visits"), visits, row, _list("", "visit"))
    yield from _of_articles(user, today)
    unread = Notice.objects.unread_for(user).order_by("-at")
    yield _pile(
        NOTICES, unread, _of("staff_notice", str, lambda each: f"{timezone.localtime(each.at):%Y-%m-%d}"), _list("", "notice", "staff")
    )
    asked_back = Notice.objects.unclear_of(user).order_by("-at")
    row = _of("staff_notice", str, lambda each: _("not clear to %(n)d") % {"n": each.questions})
    yield _pile(_("My notices that are not clear to somebody"), asked_back, row, _list("", "notice", "staff"))
    if user.has_perm("staff.answer_suggestion"):
        new = Suggestion.objects.visible_to(user).unanswered().exclude(by=user).order_by("at")
        yield _pile(
            _("Suggestions to answer"), new, _of("staff_suggestion", lambda each: cut(each.text, 40), lambda each: each.get_kind_display())
        )


def _of_articles(user: User, today: date) -> Iterable[Pile]:
    """Articles whose day of review has come: the owner's; drafts and those of all owners for who may publish."""
    row = _of("complaints_article", lambda each: cut(each.asked, 40), lambda each: _by(each.review_on), lambda each: each.review_on < today)
    due = Article.objects.to_review(today).defer("search_text")
    if user.has_perm("complaints.publish_articles"):
        yield _pile(_("Articles to review"), due, row, _list("", "article"))
        drafts = Article.objects.filter(state=Article.State.DRAFT).defer("search_text").order_by("pk")
        yield _pile(_("Articles to publish"), drafts, row, _list("state__exact=draft", "article"))
    elif user.has_perm("complaints.write_articles"):
        yield _pile(_("Articles to review"), due.filter(owner=user), row, _list("", "article"))


def _of_fairness(user: User, at: datetime) -> Iterable[Pile]:
    """Findings on which this person has to say a word, and improvements whose effect nobody has looked at."""
    titles = {
        "approve_penalty": _("Findings waiting for my approval"),
        "consent_penalty": _("Findings waiting for my consent"),
        "decide_appeal": _("Appeals to decide"),
    }
    for act, title in titles.items():
        waiting = waiting_for(user, act, timezone.localdate(at), LOOKED_AT_CLOSELY)
        rows = [
            Row(
                f"{each.accountability.complaint} {each.get_responsible_as_display()}",
                reverse("admin:complaints_penalty_change", args=[each.pk]),
            )
            for each in waiting
        ]
        yield Pile(title, len(rows), rows[:SHOWN], _list("", "penalty"))
    row = _of("complaints_improvement", lambda each: cut(each.action, 40), lambda each: str(each.complaint))
    yield _pile(_("Did the improvement help?"), to_check(user, at), row, _list("", "improvement"))


def _between_departments(user: User, at: datetime) -> Iterable[Pile]:
    """Matters to decide, questions of other departments, answers to score, what meetings asked for."""
    today = timezone.localdate(at)
    if user.has_perm("escalation.decide_routed"):
        routed = RoutedItem.objects.laid_before(user).undecided().order_by("due_at")
        row = _of(
            "escalation_routeditem",
            lambda each: cut(each.question, 40),
            lambda each: due_in_words(each.due_at, at),
            lambda each: each.due_at < at,
        )
        yield _pile(_("Matters to decide"), routed, row, _list("", "routeditem", "escalation"))
    if user.has_perm("escalation.order_supervision"):
        orders = SupervisionOrder.objects.to_answer(user, today).select_related("complaint").order_by("due_at")
        row = _of(
            "escalation_supervisionorder",
            lambda each: cut(each.words, 40),
            lambda each: due_in_words(each.due_at, at),
            lambda each: each.due_at < at,
        )
        yield _pile(_("Supervision orders to answer"), orders, row, _list("", "supervisionorder", "escalation"))
    asked = DepartmentRequest.objects.visible_to(user).to_answer(user).exclude(by=user).order_by("wanted_at")
    row = _of(
        "escalation_departmentrequest", lambda each: cut(each.question, 40), lambda each: due_in_words(each.promised_at or each.wanted_at, at),
        lambda each: (each.promised_at or each.wanted_at) < at,
    )  # fmt: skip
    yield _pile(_("Other departments ask"), asked, row, _list("", "departmentrequest", "escalation"))
    answered = DepartmentRequest.objects.to_score(user).order_by("answered_at")
    row = _of("escalation_departmentrequest", lambda each: cut(each.answer, 40), lambda each: _day(each.answered_at))
    yield _pile(_("Answers of other departments to score"), answered, row)
    actions = ActionItem.objects.open().filter(owner=user).order_by("due_on")
    row = _of("staff_actionitem", lambda each: cut(each.text, 40), lambda each: _by(each.due_on), lambda each: each.due_on < today)
    yield _pile(_("What meetings asked of me"), actions, row, _list("", "actionitem", "staff"))


# --- piles of what spreads -----------------------------------------------------------------------------------------------
def _of_crises(user: User, at: datetime) -> Iterable[Pile]:
    """What an open crisis waits for, and the register of those that could come."""
    today = timezone.localdate(at)
    mine = CrisisRole.objects.filter(user=user, ended_at=None, role__in=[CrisisRole.Role.LEAD, CrisisRole.Role.SPOKESPERSON])
    due = Crisis.objects.filter(closed_at=None, pk__in=mine.values("crisis")).order_by("statement_due_at")
    row = _of("escalation_crisis", str, lambda each: due_in_words(each.statement_due_at, at), lambda each: each.statement_due_at < at)
    yield _pile(_("Crises: the next statement"), due, row, _list("", "crisis", "escalation"))
    speaks = mine.filter(role=CrisisRole.Role.SPOKESPERSON).values("crisis")
    asked = MediaQuestion.objects.filter(answered_at=None, crisis__closed_at=None, crisis__in=speaks).order_by("asked_at")
    row = _of("escalation_mediaquestion", lambda each: cut(each.question, 40), lambda each: each.asked_by)
    yield _pile(_("Questions of the media"), asked, row, _list("", "mediaquestion", "escalation"))
    if user.has_perm(CRISES):
        newer = FactSheet.objects.filter(crisis=OuterRef("crisis"), version__gt=OuterRef("version"))
        sheets = FactSheet.objects.filter(approved_at=None, crisis__closed_at=None).exclude(written_by=user).exclude(Exists(newer))
        row = _of("escalation_factsheet", lambda each: f"{each.crisis} {each.version}", lambda each: _day(each.written_at))
        yield _pile(
            _("Facts to approve"), sheets.select_related("crisis").order_by("written_at"), row, _list("", "factsheet", "escalation")
        )
    better = CrisisImprovement.objects.filter(owner=user, done_at=None).order_by("due_on")
    row = _of(
        "escalation_crisisimprovement", lambda each: cut(each.action, 40), lambda each: _by(each.due_on), lambda each: each.due_on < today
    )
    yield _pile(_("Improvements after a crisis"), better, row, _list("", "crisisimprovement", "escalation"))
    risks = CrisisRisk.objects.filter(owner=user, active=True, review_on__lte=today).order_by("review_on")
    row = _of("escalation_crisisrisk", str, lambda each: _by(each.review_on), lambda each: each.review_on < today)
    yield _pile(_("Crises that could happen: review"), risks, row, _list("", "crisisrisk", "escalation"))


def _of_incidents(user: User, at: datetime) -> Iterable[Pile]:
    """Measures to carry out, customers to review and to call."""
    today = timezone.localdate(at)

    def measure(each: Measure) -> Row:
        place = reverse("admin:escalation_measure_change", args=[each.pk])
        return Row(f"{each.get_kind_display()} {cut(each.incident.title, 24)}", place, _by(each.due_on), each.due_on < today)

    measures: Any = Measure.objects.open().select_related("incident").order_by("due_on", "pk")
    if user.has_perm(DECLARE):
        waits = measures.to_approve().without_hand_of(user)
        yield _pile(_("Measures to approve"), waits, measure, _list("", "measure", "escalation"))
    if user.has_perm(RUN):
        goods = (
            AffectedGoods.objects.filter(state="found", incident__closed_at=None).select_related("incident", "product").order_by("asked_at")
        )
        found = _of("escalation_affectedgoods", lambda each: f"{cut(each.incident.title, 24)} {each}", lambda each: str(each.found))
        yield _pile(_("Affected customers to review"), goods, found, _list("state__exact=found", "affectedgoods", "escalation"))
    if user.has_perm("complaints.read_files"):
        yield _pile(_("Measures of incidents"), measures.filter(owner=user), measure, _list("", "measure", "escalation"))
    if user.has_perm(CALL):
        calls = Reach.objects.visible_to(user).to_call().left_to(user, at).select_related("measure__incident", "affected")
        row = _of("escalation_reach", lambda each: cut(each.measure.incident.title, 40), lambda each: _day(each.made_at))
        yield _pile(_("Affected customers to call"), calls, row, _list("state=to_tell", "reach", "escalation"))


# --- rows ----------------------------------------------------------------------------------------------------------------
def _pile(title: str | LazyText, rows: Any, row: Callable[[Any], Row], url: str = "") -> Pile:
    first = list(rows[: SHOWN + 1])
    count = len(first) if len(first) <= SHOWN else rows[:MOST_COUNTED].count()
    return Pile(title, count, [row(each) for each in first[:SHOWN]], url)


def _case(pk: int) -> str:
    return reverse("admin:complaints_complaint_change", args=[pk])


def _list(query: str, model: str = "complaint", app: str = "complaints") -> str:
    return reverse(f"admin:{app}_{model}_changelist") + (f"?{query}" if query else "")


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def _by(day: Any) -> str:
    return _("by %(day)s") % {"day": day}


def _case_row(at: datetime) -> Callable[[Complaint], Row]:
    def row(case: Complaint) -> Row:
        detail = " · ".join(filter(None, [str(case.get_step_display()), due_in_words(case.due_at, at)]))
        return Row(
            f"{case.number} {cut(case.facts or case.story, 24)}", _case(case.pk), detail, case.due_at is not None and case.due_at < at
        )

    return row


def _promise_row(at: datetime) -> Callable[[Promise], Row]:
    def row(each: Promise) -> Row:
        when = f"{timezone.localtime(each.call_at):%Y-%m-%d %H:%M}"
        return Row(f"{each.complaint.number} {cut(each.about, 24)}", f"{_case(each.complaint_id)}#promises", when, each.call_at < at)

    return row


def _of(
    page: str, text: Callable[[Any], str], detail: Callable[[Any], str], late: Callable[[Any], bool] = lambda _each: False
) -> Callable[[Any], Row]:
    return lambda each: Row(text(each), reverse(f"admin:{page}_change", args=[each.pk]), detail(each), late(each))
