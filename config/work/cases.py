"""Cases that wait for this person, and the calls promised about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint, Promise, Recusal, Remedy
from complaints.queries.approval import approvers
from complaints.queries.words import cut, due_in_words
from complaints.querysets import ComplaintQuerySet
from config.work.pile import LOOKED_AT_CLOSELY, Pile, Row, case_page, list_page, pile_of
from escalation.models import Escalation
from staff.models import Absence, User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    visible = Complaint.objects.visible_to(user).for_list()
    by_due = ("due_at", "received_at")
    row = _case_row(at)
    escalated = visible.filter(pk__in=Escalation.objects.lying_with(user).values("complaint")).exclude(handler=user)
    yield pile_of(_("Complaints escalated to me"), escalated.order_by(*by_due), row, list_page("whose=me", "escalation", "escalation"))
    approving: QuerySet[Complaint] = visible.none()
    if user.has_perm("complaints.approve_remedy"):
        approving = _to_approve(user, visible, at)
        yield pile_of(_("Waiting for my approval"), approving.order_by(*by_due), row, list_page("whose=approval"))
    yield pile_of(_("My cases"), visible.mine(user).order_by(*by_due), row, list_page("whose=mine"), stays=True)
    # Auditors and executives see every case; what is nobody's is not therefore theirs.
    if user.has_perm("complaints.claim"):
        yield pile_of(_("My department's, nobody's yet"), visible.of_departments(user).order_by(*by_due), row, list_page("whose=unclaimed"))
    if user.has_perm("complaints.confirm_unfounded"):
        second = visible.awaiting_second_look().exclude(classifications__by=user).order_by(*by_due)
        yield pile_of(_("“Unfounded”, waiting for a second person"), second, row, list_page("whose=second"))
    if user.has_perm("complaints.take_over"):
        # What already stands in one of the piles above is not said twice.
        late = visible.due_before(at).exclude(handler=user).exclude(pk__in=approving.values("pk")).exclude(pk__in=escalated.values("pk"))
        yield pile_of(_("Overdue with others"), late.order_by(*by_due), row, list_page("due=overdue"))
    if user.has_perm("complaints.follow_up"):
        yield pile_of(_("Follow-ups due"), visible.follow_up_for(user).order_by(*by_due), row, list_page("step=follow_up"))
    yield from _of_calls(user, at)


def _of_calls(user: User, at: datetime) -> Iterable[Pile]:
    """Calls this person promised, and those promised about the cases in their hands."""
    if user.has_perm("complaints.guide"):
        calls = Promise.objects.visible_to(user).to_keep().filter(Q(by=user) | Q(complaint__handler=user)).select_related("complaint")
        yield pile_of(_("Promised calls"), calls, _promise_row(at))


def _to_approve(user: User, visible: ComplaintQuerySet, at: datetime) -> QuerySet[Complaint]:
    """Solutions this person has to decide on: those laid before them, and what fell to them since because a nearer head is recused or away."""
    on = timezone.localdate(at)
    submitted = Remedy.objects.filter(state=Remedy.State.SUBMITTED)
    waiting = visible.awaiting_approval().exclude(pk__in=submitted.filter(submitted_by=user).values("complaint"))
    laid = Q(pk__in=submitted.filter(laid_before=user).values("complaint"))
    before = Remedy.laid_before.through.objects.filter(remedy__complaint=OuterRef("pk"), remedy__state=Remedy.State.SUBMITTED)
    away = Exists(before.filter(user__in=Absence.objects.on(on).values("user")))
    recused = Exists(before.filter(user__in=Recusal.objects.filter(complaint=OuterRef("remedy__complaint")).values("user")))
    fallen = waiting.exclude(laid).filter(away | recused | ~Exists(before)).select_related(None)[:LOOKED_AT_CLOSELY]
    mine = [case.pk for case in fallen if user.pk in approvers(case, on)]
    return waiting.filter(laid | Q(pk__in=mine)).exclude(recusals__user=user)


def _case_row(at: datetime) -> Callable[[Complaint], Row]:
    def row(case: Complaint) -> Row:
        detail = " · ".join(filter(None, [str(case.get_step_display()), due_in_words(case.due_at, at)]))
        return Row(
            f"{case.number} {cut(case.facts or case.story, 24)}", case_page(case.pk), detail, case.due_at is not None and case.due_at < at
        )

    return row


def _promise_row(at: datetime) -> Callable[[Promise], Row]:
    def row(each: Promise) -> Row:
        when = f"{timezone.localtime(each.call_at):%Y-%m-%d %H:%M}"
        return Row(f"{each.complaint.number} {cut(each.about, 24)}", f"{case_page(each.complaint_id)}#promises", when, each.call_at < at)

    return row
