"""The employee who is named: asked, heard, found responsible, cleared on appeal, and gone from the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from complaints.models import Penalty, Statement
from complaints.workflow import Step
from tests.journeys.reader import Reader
from tests.journeys.site import Site
from tests.journeys.test_staff import Desks, add_row, rule

Open = Callable[..., Reader]
MATTERS = "/admin/complaints/statement/mine/"
FIGURES = "/admin/complaints/penalty/figures/"
SEND = "#content-main form button[type=submit], #content-main form [type=submit], #content-main form button"


def test_the_named_employee_is_heard_appeals_and_is_cleared(site: Site, width: int, reader: Open) -> None:
    story, clause = site.story(days_ago=0.3), rule(site)
    desk = Desks(site, story, width, reader)
    story.to(Step.INVESTIGATE)
    ask_and_answer(desk)
    story.fresh()
    story.investigate(responsible_persons=[site.office.employee])
    story.to(Step.PENALIZE)
    story.fulfil()
    penalty = hold_to_account(desk, clause.pk)
    stood = standing(desk, "figures-before")
    approve_and_consent(desk, penalty)
    assert standing(desk, "figures-standing") == stood + 1
    appeal(desk)
    rule_on(desk, penalty)
    assert standing(desk, "figures-cleared") == stood
    with desk.at(site.office.employee, MATTERS) as one:
        one.sound("matters-cleared", axe=True)
        assert desk.words.nobody in one.page.locator("#content, main").first.inner_text()


def ask_and_answer(desk: Desks) -> None:
    employee = desk.office.employee
    with desk.at(desk.office.investigator) as one:
        due = timezone.localdate() + timedelta(days=3)
        one.act("ask_statement", employee=employee.employee_number, question=desk.words.question, due_on=due)
    with desk.at(employee, MATTERS) as one:
        one.sound("matters-asked", axe=True)
        assert desk.words.allegations[0] in one.page.inner_text("body")
        asked = Statement.objects.get(employee=employee, state="asked")
        one.press(f'a[href*="/statement/{asked.pk}/act/give/"]')
        one.page.locator('[name="text"]').fill(desk.words.statement)
        one.press(SEND)


def hold_to_account(desk: Desks, clause: int) -> Penalty:
    with desk.at(desk.office.head) as one:
        row = {
            "employee": desk.office.employee.employee_number,
            "responsible_as": "direct",
            "clause": clause,
            "measure": "deduction",
            "amount": "300.00",
            "finding": desk.words.finding,
        }
        # The customer has complained of the same before, in the journey before; and the head of the department stays without a finding.
        handling = {"handling_answer": desk.words.handling, "left_out": desk.words.nobody}
        add_row(one, "penalize", "penalties", 1)
        one.sound("case-finding")
        one.act("penalize", **{f"penalties__0__{name}": value for name, value in row.items()}, **handling)
        one.sound("case-finding-proposed")
    return Penalty.objects.get(accountability__complaint=desk.story.case)


def approve_and_consent(desk: Desks, penalty: Penalty) -> None:
    """Each from their own first page."""
    page = f'.rd-pile a[href="/admin/complaints/penalty/{penalty.pk}/change/"]'
    with desk.at(desk.office.division_head, "/admin/") as one:
        one.press(page).sound("finding-superior")
        one.press('a[href$="/act/approve/"]').sound("finding-approve")
        one.press(SEND)
    with desk.at(desk.office.personnel, "/admin/") as one:
        one.sound("work-personnel")
        one.press(page).sound("finding-personnel")
        one.press('a[href$="/act/consent_deduction/"]').sound("finding-consent", axe=True)
        stated = {"month": f"{timezone.localdate():%Y-%m}", "wage": "6000.00", "least_left": "2690.00"}
        one.fill(one.page.locator("#content-main form"), **stated)
        one.press(SEND).sound("finding-in-force")
    assert Penalty.objects.get(pk=penalty.pk).state == "in_force"


def appeal(desk: Desks) -> None:
    with desk.at(desk.office.employee, "/admin/") as one:
        one.sound("home-finding")
        one.go(MATTERS).sound("matters-found", axe=True)
        one.press('a[href$="/act/appeal/"]').sound("finding-appeal")
        one.page.locator('[name="words"]').fill(desk.words.statement)
        one.press(SEND).sound("finding-suspended")


def rule_on(desk: Desks, penalty: Penalty) -> None:
    with desk.at(desk.office.manager, f"/admin/complaints/penalty/{penalty.pk}/change/") as one:
        one.press('a[href$="/act/rule/"]').sound("finding-rule")
        one.fill(one.page.locator("#content-main form"), outcome="revoked", reasons=desk.words.nobody)
        one.press(SEND).sound("finding-revoked")
    assert Penalty.objects.get(pk=penalty.pk).state == "revoked"


def standing(desk: Desks, name: str) -> int:
    """Standing findings of all units, as the figures page shows them."""
    with desk.at(desk.office.manager, FIGURES) as one:
        one.sound(name)
        return sum(int(cell.get_attribute("data-standing") or 0) for cell in one.page.locator("[data-standing]").all())
