"""The staff's way, at both sizes and in both languages: all ten steps by the admin's own forms, each by the person whose work it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from complaints.models import Penalty, StepChange
from complaints.workflow import Outcome, Step
from staff.models import Clause, User
from staff.services import documents
from tests.factories.staff import PASSWORD, DocumentFactory
from tests.journeys.reader import Reader
from tests.journeys.site import Site, Story

Open = Callable[..., Reader]


def test_ten_steps_by_the_forms(site: Site, width: int, reader: Open) -> None:
    story, clause = site.story(days_ago=0.3), rule(site)
    desk = Desks(site, story, width, reader)
    receive(desk)
    look_into(desk, site.office.employee)
    decide(desk)
    answer_for(desk, clause)
    assert story.fresh().step == Step.FOLLOW_UP
    ask_and_close(desk)
    assert (story.fresh().step, story.case.outcome) == (Step.CLOSED, Outcome.ACCEPTED)
    audit(desk)


class Desks:
    """Who sits where, and the case that goes from one to the next."""

    def __init__(self, site: Site, story: Story, width: int, reader: Open) -> None:
        self.words, self.office, self.story = site.words, site.office, story
        self.today = timezone.localdate()
        self._width, self._reader = width, reader

    @contextmanager
    def at(self, user: User, page: str = "") -> Iterator[Reader]:
        """Somebody opens the case, or another page, at their own screen."""
        one = self._reader(self._width, user).go(page or self.page)
        yield one
        one.page.close()

    def stranger(self) -> Reader:
        """Somebody who has not signed in."""
        return self._reader(self._width)

    @property
    def page(self) -> str:
        return f"/admin/complaints/complaint/{self.story.case.pk}/change/"


def receive(desk: Desks) -> None:
    """Reception: from the log-in to the hand-over."""
    words, agent = desk.words, desk.stranger()
    agent.go("/admin/").sound("login")
    agent.page.locator('[name="username"]').fill(desk.office.agent.employee_number)
    agent.page.locator('[name="password"]').fill(PASSWORD)
    agent.press('#login-form [type="submit"], form [type="submit"]').sound("work-first")
    agent.press(f'.rd-pile a[href="{desk.page}"]').sound("case-apologize")
    agent.act("apologize", words=words.apology, medium="phone", feeling_before="angry", feeling_after="upset")
    agent.sound("case-record")
    first, second = words.allegations
    add_row(agent, "record_facts", "allegations", 2)
    agent.act(
        "record_facts", facts=words.facts, how="read_back", result="confirmed", allegations__0__text=first, allegations__1__text=second
    )
    agent.sound("case-classify")
    judged = {"category": desk.office.category.pk, "severity": "ordinary", "fault": "product", "standard": words.standard}
    agent.act("classify", **judged, reasons=words.reasons, reason_sufficient="yes", demand_reasonable="yes")
    agent.sound("case-assign")
    agent.act("assign", department=desk.office.quality.pk, handler=desk.office.investigator.pk)
    agent.page.close()


def look_into(desk: Desks, employee: User) -> None:
    """The department: an employee is asked, the cause is found."""
    words = desk.words
    with desk.at(desk.office.investigator) as one:
        one.act("ask_statement", employee=employee.employee_number, question=words.question, due_on=desk.today + timedelta(days=3))
    with desk.at(employee, "/admin/") as one:  # who sees the question, never the case
        one.sound("home-employee")
        one.press('.rd-pile a[href*="/statement/"]').sound("statement")
        one.press('a[href$="/act/give/"]').sound("statement-give")
        one.page.locator('[name="text"]').fill(words.statement)
        one.press("#content-main form button, #content-main form [type=submit]")
    with desk.at(desk.office.investigator) as one:
        add_row(one, "investigate", "whys", 2)
        add_row(one, "investigate", "responsible", 1)
        one.sound("case-investigate")
        found = {"cause": "supply", "cause_text": words.cause, "responsible_department": desk.office.quality.pk}
        whys = {"whys__0__answer": words.whys[0], "whys__0__basis": "evidence", "whys__0__evidence": words.finding}
        whys |= {"whys__1__answer": words.whys[1], "whys__1__basis": "opinion", "responsible__0__user": employee.employee_number}
        for number in (0, 1):
            whys |= {f"findings__{number}__finding": "upheld", f"findings__{number}__reason": words.finding}
        one.act("investigate", **found, **whys)
        one.sound("case-propose")


def propose(desk: Desks, one: Reader) -> None:
    words, owner, due = desk.words, desk.office.investigator.employee_number, desk.today + timedelta(days=3)
    add_row(one, "submit_remedy", "items", 2)
    items = {"kind": "replacement", "description": words.repair, "owner": owner, "due_on": due}
    second = {"kind": "compensation", "description": words.money, "amount": "120.00", "owner": owner, "due_on": due}
    rows = {f"items__0__{name}": value for name, value in items.items()} | {f"items__1__{name}": value for name, value in second.items()}
    answers = {f"answers__{number}__answer": "met" for number in range(desk.story.case.demands.count())}
    one.act("submit_remedy", why_it_cures=words.cure, **rows, **answers)


def decide(desk: Desks) -> None:
    """Proposed, returned, proposed again, approved, sent, accepted, carried out."""
    with desk.at(desk.office.investigator) as one:
        propose(desk, one)
        one.sound("case-submitted")
    with desk.at(desk.office.head, "/admin/") as one:
        one.sound("work-head")
        one.press(f'.rd-pile a[href="{desk.page}"]').sound("case-approve")
        one.act("return_remedy", reason=desk.words.sent_back)
    with desk.at(desk.office.investigator) as one:
        one.sound("case-returned")
        propose(desk, one)
    with desk.at(desk.office.head) as one:
        one.act("approve_remedy")
    with desk.at(desk.office.investigator) as one:
        one.sound("case-send")
        one.act("send_decision")
        one.sound("case-sent")
        one.act("accept", medium="phone")
        for _item in range(2):
            form = one.page.locator("#act-fulfil")
            value = form.locator('[name="item"] option:not([value=""])').first.get_attribute("value")
            one.act("fulfil", item=value, fulfilled_on=desk.today, proof=desk.words.proof)


def answer_for(desk: Desks, clause: Clause) -> None:
    """The head of the department: who answers for it, and what changes."""
    words = desk.words
    with desk.at(desk.office.head) as one:
        one.sound("case-penalize")
        row = {"employee": desk.office.employee.employee_number, "responsible_as": "direct", "clause": clause.pk, "measure": "training"}
        rows = {f"penalties__0__{name}": value for name, value in row.items()} | {"penalties__0__finding": words.statement}
        add_row(one, "penalize", "penalties", 1)
        one.act("penalize", **rows, handling_answer=words.handling, left_out=words.nobody)
        assert Penalty.objects.filter(accountability__complaint=desk.story.case, employee=desk.office.employee).exists()
        one.sound("case-improve")
        plan = {
            "kind": "corrective",
            "lesson": words.lesson,
            "action": words.action,
            "changes": "document",
            "expectation": words.expectation,
        }
        plan |= {"owner": desk.office.head.employee_number, "due_on": str(desk.today + timedelta(days=20))}
        add_row(one, "improve", "improvements", 1)
        one.act("improve", **{f"improvements__0__{name}": value for name, value in plan.items()})


def ask_and_close(desk: Desks) -> None:
    """Somebody who did not handle it asks the customer."""
    with desk.at(desk.office.caller, "/admin/") as one:
        one.sound("work-caller")
        one.go(desk.page).sound("case-follow-up")
        scores = {f"{name}_score": 5 for name in ("result", "attitude", "efficiency", "ability")}
        one.act("follow_up", on=desk.today, medium="phone", reached="yes", open_answer=desk.words.praise, buys_again="yes", **scores)
        one.sound("case-close")
        one.act("close")
        one.sound("case-closed")


def audit(desk: Desks) -> None:
    """The auditor reads everything and finds nothing to press."""
    with desk.at(desk.office.auditor) as one:
        one.sound("case-audit")
        assert not one.page.locator(".rd-case form, .rd-case button").count()
        assert desk.words.proof in one.page.locator(".rd-case").inner_text()
        one.press(".rd-line a[href$='/history/']").sound("case-history")
        one.go("/admin/complaints/stepchange/").sound("acts")
    done = StepChange.objects.filter(complaint=desk.story.case).values_list("transition", flat=True)
    assert {"apologize", "record_facts", "return_remedy", "approve_remedy", "penalize", "follow_up", "close"} <= set(done)


def add_row(one: Reader, act: str, group: str, wanted: int) -> None:
    """Press “Add a row” of an act's form until there are so many."""
    rows = one.page.locator(f'#act-{act} [data-rows="{group}"]')
    if not rows.is_visible():
        rows.locator("xpath=ancestor::details/summary").click()
    while rows.locator(".rd-row").count() < wanted:
        rows.locator("[data-add-row]").click()


def rule(site: Site) -> Clause:
    """A clause in force, which a penalty needs."""
    said = site.words
    found = Clause.objects.filter(text=said.standard).first()
    if found is None:
        document, at = DocumentFactory.create(name=said.standard, code="Q-1"), timezone.now() - timedelta(days=30)
        numbered = [documents.NumberedClause("3", said.standard, said.standard)]
        by, on = site.office.manager, at.date()
        documents.publish_version(document=document, body=said.standard, clauses=numbered, in_force_from=on, by=by, at=at)
        found = Clause.objects.get(text=said.standard)
    return found
