"""Pauses, extensions, rules chosen for a case, a calendar that is edited: dates move, each with its record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.permissions import Refused
from complaints.services import erasure, messages
from complaints.services.errors import NotPossible
from complaints.workflow import Actor, Medium, Step
from config.work.first_page import work_for
from escalation.models import CaseRegime, Deadline, DeadlineChange, Extension, Pause, Regime
from escalation.obligations import with_unit
from escalation.services import extensions, pauses, regimes
from intake.queries import case_page
from staff.checks import check_calendar
from staff.models import CalendarYear, Department, OfficeHours, User, WorkDay
from staff.queries import Calendars, calendar_problems
from staff.services import calendars
from staff.services.refusals import NotDone
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk
from tests.factories.time import counted_anew, limit

pytestmark = pytest.mark.django_db
State = Deadline.State


def stop(walk: Walk, by: User, **changes: Any) -> Pause:
    values: dict[str, Any] = {"complaint_id": walk.case.pk, "reason": "testing", "words": "送检", "by": by, "at": walk.at}
    said = values | changes
    return pauses.pause(**({"until": said["at"] + timedelta(days=20)} | said))


# --- pauses -------------------------------------------------------------------------------------------------------------------
def test_time_stands_still_for_what_the_reason_holds_and_for_nothing_else(office: Office, walk: Walk) -> None:
    stop(walk, office.investigator)

    assert {row.matter: row.state for row in Deadline.objects.running()} == {
        "investigate": State.PAUSED,
        "decision": State.PAUSED,
        "first_answer": State.OPEN,
    }
    case = walk.fresh()
    assert (case.step_due_at, case.due_at) == (None, limit(case, "first_answer").due_at)


def test_two_days_at_the_laboratory_are_two_more_days(office: Office, walk: Walk, now: datetime) -> None:
    before = {matter: limit(walk.case, matter).due_at for matter in ("investigate", "decision")}
    pause = stop(walk, office.investigator)
    pauses.resume(pause_id=pause.pk, by=office.investigator, at=walk.at + timedelta(days=2))

    for matter, due in before.items():
        row = limit(walk.case, matter)
        assert (row.state, row.due_at) == (State.OPEN, due + timedelta(days=2))
        assert [(move.why, move.by) for move in row.moves.order_by("pk")] == [
            ("paused", office.investigator),
            ("resumed", office.investigator),
        ]
    assert walk.fresh().step_due_at == before["investigate"] + timedelta(days=2)


def test_two_reasons_hold_until_both_are_over(office: Office, walk: Walk) -> None:
    before = limit(walk.case, "decision").due_at
    first = stop(walk, office.investigator)
    with pytest.raises(NotPossible):
        stop(walk, office.head)
    pauses.resume(pause_id=first.pk, by=office.investigator, at=walk.at + timedelta(days=1))
    second = stop(walk, office.head, reason="customer", words="等发票", at=walk.at + timedelta(days=1))
    pauses.resume(pause_id=second.pk, by=office.investigator, at=walk.at + timedelta(days=3))

    assert limit(walk.case, "decision").due_at == before + timedelta(days=3)


def test_the_customers_word_ends_the_waiting_for_it(office: Office, walk: Walk) -> None:
    stop(walk, office.investigator, reason="customer", words="等发票")
    later = walk.at + timedelta(days=1)
    messages.receive(complaint_id=walk.case.pk, text="发票在这里", medium=Medium.WEB, by=Actor.COMPLAINANT, at=later)

    assert Pause.objects.get().to_at == later
    assert not Deadline.objects.paused().exists()


def test_what_is_overdue_stays_overdue(office: Office, walk: Walk) -> None:
    with pytest.raises(NotPossible):
        stop(walk, office.investigator, at=walk.at + timedelta(days=60))


@pytest.mark.parametrize("who", ["agent", "auditor", "caller"])
def test_only_the_handler_and_those_above_stop_the_time(office: Office, walk: Walk, who: str) -> None:
    with pytest.raises((Refused, Complaint.DoesNotExist)):
        stop(walk, getattr(office, who))
    assert not Pause.objects.exists()


def test_a_reason_is_asked_for(office: Office, walk: Walk) -> None:
    with pytest.raises(NotPossible):
        stop(walk, office.investigator, words=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(complaint=walk.case, reason="testing", words="", by=office.agent, from_at=walk.at)


def test_what_ends_while_it_stands_still_was_in_time(office: Office, walk: Walk) -> None:
    stop(walk, office.investigator)
    walk.at += timedelta(days=30)
    walk.investigate()

    assert limit(walk.case, "investigate").state == State.MET
    assert limit(walk.case, "propose").state == State.OPEN


# --- extensions ---------------------------------------------------------------------------------------------------------------
def ask(walk: Walk, by: User, matter: str = "decision", **changes: Any) -> Extension:
    values: dict[str, Any] = {
        "deadline_id": limit(walk.case, matter).pk,
        "amount": 5,
        "reason": "要等检测报告",
        "to_customer": "检测报告要晚几天。",
        "by": by,
        "at": walk.at,
    }
    return extensions.ask(**(values | changes))


def test_more_time_is_asked_for_granted_by_another_and_told_to_the_customer(office: Office, walk: Walk) -> None:
    before = limit(walk.case, "decision").due_at
    asked = ask(walk, office.investigator)
    assert limit(walk.case, "decision").due_at == before
    granted = extensions.grant(extension_id=asked.pk, by=office.head, at=walk.at)

    row = limit(walk.case, "decision")
    assert (row.due_at, row.extended_by) == (before + timedelta(days=5), 5)
    move = row.moves.get()
    assert (move.why, move.due_before, move.due_after, move.by) == ("extended", before, row.due_at, office.head)
    letter = granted.message
    assert letter is not None
    assert "检测报告要晚几天。" in letter.text
    assert letter.complaint == walk.case
    with pytest.raises(NotPossible):
        extensions.grant(extension_id=asked.pk, by=office.division_head, at=walk.at)


def test_nobody_grants_what_they_asked_for_nor_the_handler(office: Office, walk: Walk) -> None:
    """F-rule R3: not by a second role either; the database refuses it too."""
    asked = ask(walk, office.head)
    with pytest.raises(NotPossible):
        extensions.grant(extension_id=asked.pk, by=office.head, at=walk.at)
    with pytest.raises(Refused):
        extensions.grant(extension_id=asked.pk, by=office.investigator, at=walk.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.filter(pk=asked.pk).update(state="refused", decided_by=office.head, decided_at=walk.at)
    assert extensions.refuse(extension_id=asked.pk, by=office.division_head, at=walk.at, answer="来得及").state == "refused"


def test_the_rule_says_how_much_at_most(office: Office, walk: Walk) -> None:
    with pytest.raises(NotPossible):
        ask(walk, office.investigator, amount=8)
    extensions.grant(extension_id=ask(walk, office.investigator).pk, by=office.head, at=walk.at)
    with pytest.raises(NotPossible):
        ask(walk, office.investigator, amount=3)
    assert ask(walk, office.investigator, amount=2).amount == 2
    with pytest.raises(NotPossible):
        ask(walk, office.investigator, "first_answer", amount=1)


def test_what_was_not_decided_in_time_lapses(office: Office, walk: Walk) -> None:
    asked = ask(walk, office.investigator, "investigate", amount=2)
    walk.investigate()
    asked.refresh_from_db()
    assert asked.state == "lapsed"


def test_the_page_of_a_limit_says_what_was_asked_for_and_why_nothing_can_be(office: Office, walk: Walk) -> None:
    """Who decides sees the date as it is and as it would be; the way back to the case is there; 1 day is one day."""
    handler = Desk(office.investigator)
    row = limit(walk.case, "decision")
    asked = ask(walk, office.investigator, amount=1)
    with translation.override("en"):
        assert with_unit(1, "calendar_days") == "1 calendar day"
        assert with_unit(5, "working_days", 2) == "5 + 2 working days"
        with pytest.raises(NotPossible, match=r"by \d+ calendar days at most"):
            extensions.ask(deadline_id=row.pk, amount=999, reason="等", to_customer="等", by=office.investigator, at=walk.at)
    grant = Desk(office.head).client.get(reverse("admin:escalation_extension_act", args=[asked.pk, "grant"])).content.decode()
    both = f"{timezone.localtime(row.due_at):%Y-%m-%d %H:%M} → {timezone.localtime(row.due_at) + timedelta(days=1):%Y-%m-%d %H:%M}"
    assert both in grant
    assert both in Desk(office.head).get("escalation_extension_change", asked.pk).content.decode()
    page = handler.get("escalation_deadline_change", row.pk).content.decode()
    assert f"/admin/complaints/complaint/{walk.case.pk}/change/" in page
    with translation.override(office.investigator.language):
        assert _("Asked for %(more)s, waits for approval.") % {"more": with_unit(1, "calendar_days")} in page
    extensions.refuse(extension_id=asked.pk, by=office.head, at=walk.at, answer="不行")
    page = handler.get("escalation_deadline_change", row.pk).content.decode()  # by the clock of today it is late
    with translation.override(office.investigator.language):
        assert _("What is late is not extended any more; only time that is running is.") in page


def test_the_customer_reads_the_day_they_were_told_and_what_it_is_the_day_of(office: Office, walk: Walk) -> None:
    """A limit of the step alone, late meanwhile, does not take it back; with the answer sent nothing told is left."""
    asked = ask(walk, office.investigator)
    granted = extensions.grant(extension_id=asked.pk, by=office.head, at=walk.at)
    decision, step = limit(walk.case, "decision"), limit(walk.case, "investigate")
    assert granted.message is not None
    with translation.override(walk.case.complainant.language):
        day = date_format(timezone.localtime(decision.due_at), "DATE_FORMAT")
        assert _("We now mean to answer you by %(day)s.") % {"day": day} in granted.message.text
    late = step.due_at + timedelta(hours=1)
    assert late < decision.due_at
    shown = case_page.page_of(case_page.for_complainant(walk.case.code_digest), at=late)
    assert shown.case.due_at < late
    assert shown.due_at == decision.due_at
    assert shown.days_left is not None
    assert shown.days_left > 0
    walk.to(Step.PENALIZE)
    assert walk.fresh().told_due_at is None


def test_an_extension_waits_in_the_work_of_the_head_and_is_granted_there(office: Office, walk: Walk, client: Any) -> None:
    at = timezone.now()
    fresh = Walk(office, at - timedelta(hours=2))
    fresh.to(Step.INVESTIGATE)
    client.force_login(office.investigator)
    row = limit(fresh.case, "decision")
    page = reverse("admin:escalation_deadline_act", args=[row.pk, "extend"])
    assert client.get(page).status_code == 200
    assert client.post(page, {"amount": 3, "reason": "等检测", "to_customer": "要晚几天"}).status_code == 302
    asked = Extension.objects.get()
    assert client.get(reverse("admin:escalation_extension_act", args=[asked.pk, "grant"])).status_code == 403

    piles = {str(pile.url): pile.count for pile in work_for(User.objects.get(pk=office.head.pk), timezone.now())}
    assert piles["/admin/escalation/extension/?state=asked"] == 1
    client.force_login(office.head)
    assert client.post(reverse("admin:escalation_extension_act", args=[asked.pk, "grant"]), {}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("granted", office.head)
    listed = client.get(reverse("admin:escalation_deadline_changelist"), {"which": "open"}).content.decode()
    assert fresh.case.number in listed
    client.force_login(office.caller)
    assert client.get(page).status_code == 404


# --- rules chosen for a case ----------------------------------------------------------------------------------------------------
def test_other_rules_run_from_the_day_the_case_arrived(office: Office, walk: Walk, now: datetime) -> None:
    bank = Regime.objects.get(code="bank")
    regimes.choose(complaint_id=walk.case.pk, regime_id=bank.pk, reason="是信用卡投诉", by=office.investigator, at=walk.at)

    row = Deadline.objects.get(complaint=walk.case, regime=bank)
    assert (row.matter, row.opened_at, timezone.localdate(row.due_at)) == ("decision", now, timezone.localdate(now) + timedelta(days=15))
    telecom = Regime.objects.get(code="telecom")
    regimes.choose(complaint_id=walk.case.pk, regime_id=telecom.pk, reason="是话费投诉", by=office.investigator, at=walk.at)
    row.refresh_from_db()
    assert row.state == State.DROPPED
    assert list(CaseRegime.objects.values_list("reason", flat=True)) == ["是信用卡投诉", "是话费投诉"]
    walk.to(Step.NOTIFY)
    walk.send()
    assert Deadline.objects.get(complaint=walk.case, regime=telecom).state == State.MET
    with pytest.raises(NotPossible):
        regimes.choose(complaint_id=walk.case.pk, regime_id=telecom.pk, reason="再来", by=office.investigator, at=walk.at)


def test_the_regime_of_market_regulation_stands_still_while_goods_are_tested(office: Office, now: datetime) -> None:
    """Order 20, Art. 20 and 21: forty-five working days, without the time of testing."""
    walk = Walk(office, now)
    walk.to(Step.INVESTIGATE)
    regimes.choose(
        complaint_id=walk.case.pk, regime_id=Regime.objects.get(code="12315").pk, reason="12315转来", by=office.investigator, at=walk.at
    )
    whole = limit(walk.case, "whole_case")
    assert timezone.localtime(whole.due_at).isoformat()[:16] == "2026-05-08T18:00"
    pause = stop(walk, office.investigator)
    pauses.resume(pause_id=pause.pk, by=office.investigator, at=walk.at + timedelta(days=2))
    whole.refresh_from_db()
    # Tuesday and Wednesday began in the laboratory; Saturday 9 May is worked.
    assert timezone.localtime(whole.due_at).isoformat()[:16] == "2026-05-11T18:00"


# --- the calendar ---------------------------------------------------------------------------------------------------------------
def test_h3_the_calendar_is_chinas_with_its_days_of_the_weekend_that_are_worked() -> None:
    days = dict(WorkDay.objects.filter(day__year=2026).values_list("day", "working"))
    assert sorted(day for day, working in days.items() if working) == [
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
    ]  # fmt: skip
    assert days[date(2026, 2, 23)] is False
    assert CalendarYear.objects.get(year=2026).complete


def test_days_are_named_in_the_language_of_the_company() -> None:
    calendars.fill(year=2023, country="CN", by=None, at=timezone.now())
    assert {"春节", "调休上班"} <= set(WorkDay.objects.filter(day__year=2023).values_list("name", flat=True))


def test_h3_a_year_without_its_days_worked_instead_of_holidays_is_called_incomplete() -> None:
    assert not calendars.fill(year=2027, country="CN", by=None, at=timezone.now()).complete
    assert calendars.fill(year=2027, country="DE", by=None, at=timezone.now()).complete
    with pytest.raises(NotDone):
        calendars.fill(year=2027, country="ZZ", by=None, at=timezone.now())


def test_h3_a_missing_year_is_told_loudly(office: Office) -> None:
    """H3: by a system check, on the managers' first page, and on every date that rests on it."""
    CalendarYear.objects.filter(year__gte=2026).delete()
    assert len(calendar_problems(date(2026, 3, 2))) == 2
    assert {each.id for each in check_calendar(["default"])} == {"staff.W001"}
    titles = [pile for pile in work_for(User.objects.get(pk=office.manager.pk), timezone.now()) if "calendaryear" in pile.url]
    assert titles[0].rows[0].is_late
    assert not [pile for pile in work_for(User.objects.get(pk=office.agent.pk), timezone.now()) if "calendaryear" in pile.url]


def test_h3_dates_without_their_year_are_marked_and_counted_anew_when_it_comes(office: Office, now: datetime) -> None:
    """In the dark only the weekend counts; when the year is entered, dates move and the move is on record."""
    CalendarYear.objects.filter(year=2026).delete()
    arrived = now.replace(month=2, day=14)  # a Saturday that is worked, the day before the Spring Festival
    case = Walk(office, arrived).case
    apology = limit(case, "apologize")
    assert (timezone.localtime(apology.due_at).isoformat()[:16], apology.is_sure) == ("2026-02-16T09:30", False)

    calendars.fill(year=2026, country="CN", by=office.manager, at=now)
    assert counted_anew(at=arrived, by=office.manager) == 1
    apology.refresh_from_db()
    assert (timezone.localtime(apology.due_at).isoformat()[:16], apology.is_sure) == ("2026-02-14T09:30", True)
    assert DeadlineChange.objects.get(deadline=apology).why == "calendar"
    assert Complaint.objects.get(pk=case.pk).due_at == apology.due_at


def test_a_department_has_hours_of_its_own_and_those_below_it_share_them(office: Office, now: datetime) -> None:
    for weekday in range(7):
        OfficeHours.objects.create(department=office.division, weekday=weekday, opens="08:00", closes="20:00")
    read = Calendars(since=now)
    below = Department.objects.get(pk=office.quality.pk)
    assert read.of(below).hours_of(date(2026, 3, 7)) == read.of(office.division).hours_of(date(2026, 3, 8))
    assert len(read.of(below).hours_of(date(2026, 3, 7))) == 1
    assert read.of(office.reception).hours_of(date(2026, 3, 7)) == ()


def test_the_manager_enters_a_year_and_a_day_in_the_back_office(office: Office, client: Any) -> None:
    client.force_login(office.manager)
    assert client.post(reverse("admin:staff_calendaryear_add"), {"year": 2030, "country": "de", "part": "BY"}).status_code == 302
    year = CalendarYear.objects.get(year=2030)
    assert (year.country, year.complete) == ("DE", True)
    assert WorkDay.objects.filter(day="2030-12-25", working=False).exists()
    assert client.post(reverse("admin:staff_workday_add"), {"day": "2030-06-01", "working": "on", "name": "补班"}).status_code == 302
    assert WorkDay.objects.get(day="2030-06-01").history.first().history_user == office.manager
    assert client.post(reverse("admin:staff_calendaryear_add"), {"year": 2031, "country": "zz"}).status_code == 200
    client.force_login(office.agent)
    assert client.post(reverse("admin:staff_workday_add"), {"day": "2030-06-02"}).status_code == 403


# --- the clock, and what is left ------------------------------------------------------------------------------------------------
def test_h4_a_clock_that_jumps_counts_nothing_twice(office: Office, walk: Walk) -> None:
    """H4: done again, earlier or later, a recount moves nothing; what is overdue is a comparison, not an act."""
    due = limit(walk.case, "decision").due_at
    for jump in (timedelta(hours=2), timedelta(days=-1), timedelta(days=30), timedelta()):
        assert counted_anew(at=walk.at + jump) == 0
    assert not DeadlineChange.objects.exists()
    assert Deadline.objects.overdue(due + timedelta(microseconds=1)).filter(matter="decision").count() == 1
    assert not Deadline.objects.overdue(due).filter(matter="decision").exists()
    assert Deadline.objects.due_by(due).filter(matter="decision").exists()


def test_a_pause_that_ends_before_it_began_is_refused_by_the_database(office: Office, walk: Walk) -> None:
    """H4: a clock that went back makes no time out of nothing."""
    pause = stop(walk, office.investigator)
    with pytest.raises(IntegrityError), transaction.atomic():
        pauses.resume(pause_id=pause.pk, by=office.investigator, at=walk.at - timedelta(days=1))
    assert limit(walk.case, "decision").state == State.PAUSED


def test_an_erased_case_keeps_the_dates_and_loses_the_words(office: Office, walk: Walk) -> None:
    stop(walk, office.investigator, words="王芳的热水器送检")
    pauses.resume(pause_id=Pause.objects.get().pk, by=office.investigator, at=walk.at)
    extensions.refuse(extension_id=ask(walk, office.investigator, reason="王芳出差").pk, by=office.head, at=walk.at, answer="不行")
    regimes.choose(
        complaint_id=walk.case.pk, regime_id=Regime.objects.get(code="bank").pk, reason="王芳说", by=office.investigator, at=walk.at
    )
    walk.to(Step.CLOSED)
    erasure.erase(complaint_id=walk.case.pk, reason="应要求", by=office.manager, at=walk.at)

    assert Pause.objects.get().words == CaseRegime.objects.get().reason == "—"
    row = Extension.objects.get()
    assert (row.reason, row.to_customer, row.answer, row.state) == ("—", "—", "—", "refused")
