"""Remedies in the browser: settled within authority in a few clicks, approved from the queue on a phone, an alternative chosen by the customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from complaints.models import Budget, Remedy, Settlement, Standard
from complaints.services import starter_standards
from complaints.services.inputs import DemandInput, ItemInput, SheetInput
from complaints.signing import code_for
from complaints.workflow import Step
from tests.journeys.reader import DESK, PHONE, Reader
from tests.journeys.site import Site, Story

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Open = Callable[..., Reader]
#: Presses of a mouse or finger, kept over the pages of one tab.
COUNT = """document.addEventListener("click", (event) => {
  if (event.isTrusted && event.detail) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true)"""


def money_to_give(site: Site) -> None:
    """Standards and a budget, once for each office."""
    office = site.office
    starter_standards.load(office.manager, timezone.now(), date(2025, 1, 1))
    Budget.objects.get_or_create(department=office.quality, month=timezone.localdate().replace(day=1), defaults={"amount": Decimal(5000)})


def page_of(story: Story) -> str:
    return f"/admin/complaints/complaint/{story.case.pk}/change/"


def test_an_agent_settles_within_authority_in_under_six_clicks(site: Site, width: int, reader: Open) -> None:
    story, agent = to_settle(site, width, reader)
    agent.sound("settle-case", axe=True)
    agent.go(page_of(story))  # looking at a page opens its folds
    form = opened_form(agent, site)
    give(agent, form, 0, "compensation", description=site.words.money, amount="120.00", owner=site.office.investigator.employee_number)
    clicks = settled(agent, form, "settle-form")
    assert clicks < 6, clicks
    assert story.fresh().step == Step.NOTIFY
    assert Settlement.objects.get(remedy__complaint=story.case).amount == Decimal("120.00")
    assert story.case.decision_sent_at is not None


def test_two_alternatives_take_under_six_clicks_as_well(site: Site, reader: Open) -> None:
    """The row of the second opens as the first gets its number."""
    story, agent = to_settle(site, DESK, reader)
    form = opened_form(agent, site)
    give(agent, form, 0, "compensation", description=site.words.money, amount="90.00")
    rows = form.locator('[data-rows="items"] .rd-row')
    assert rows.count() == 1
    form.locator('[name="items-0-option"]').press_sequentially("1")
    assert rows.count() == 2
    give(agent, form, 1, "voucher", description=site.words.money, amount="110.00", option="2")
    assert rows.count() == 2
    clicks = settled(agent, form, "settle-alternatives")
    assert clicks < 6, clicks
    given = Remedy.objects.get(complaint=story.case).items.order_by("option").values_list("option", "kind")
    assert list(given) == [(1, "compensation"), (2, "voucher")]


def to_settle(site: Site, width: int, reader: Open) -> tuple[Story, Reader]:
    """A case that can be settled, and the agent who has it open; clicks count from now on."""
    money_to_give(site)
    story = site.story(days_ago=0.3, demands=[DemandInput("repair", site.words.wish)])
    story.to(Step.ASSIGN)
    agent = reader(width, site.office.agent)
    agent.page.add_init_script(COUNT)
    return story, agent.go(page_of(story))


def opened_form(agent: Reader, site: Site) -> Locator:
    """With the demand answered."""
    form = agent.page.locator("#act-settle")
    form.locator("xpath=ancestor::details/summary").click()
    form.locator('[name="answers-0-answer"]').click()
    form.locator('[name="answers-0-answer"]').select_option("met")
    agent.fill(form, why_it_cures=site.words.cure)
    return form


def give(agent: Reader, form: Locator, number: int, kind: str, **words: str) -> None:
    """One row of what will be done: its kind by the mouse, the rest typed."""
    form.locator(f'[name="items-{number}-kind"]').click()
    form.locator(f'[name="items-{number}-kind"]').select_option(kind)
    agent.fill(form, **{f"items-{number}-{name}": value for name, value in words.items()})


def settled(agent: Reader, form: Locator, name: str) -> int:
    """How many clicks it took."""
    clicks = int(agent.page.evaluate("() => sessionStorage.clicks")) + 1  # and the one that follows
    agent.sound(name, axe=True)
    with agent.page.expect_navigation():
        form.locator("button[type=submit]").last.click()
    assert not agent.page.locator(".rd-alert, .rd-error").all_inner_texts()
    agent.sound("settled", axe=True)
    return clicks


def test_above_it_the_head_approves_from_their_queue_on_a_phone(site: Site, reader: Open) -> None:
    money_to_give(site)
    story, office = site.story(days_ago=0.3, order_number="1024-77"), site.office
    story.to(Step.PROPOSE)
    due = timezone.localdate() + timedelta(days=3)
    items = [ItemInput("compensation", site.words.money, Decimal("900.00"), office.investigator, due)]
    story.submit(items=items, value=SheetInput(purchase=True, price=Decimal("600.00"), kept=Decimal("100.00")))
    head = reader(PHONE, office.head).go("/admin/")
    head.sound("approve-queue", axe=True)
    head.press(f'.rd-pile a[href="{page_of(story)}"]').sound("approve-case", axe=True)
    assert "900.00" in head.page.locator(".rd-main").inner_text()
    head.act("approve_remedy")
    head.sound("approved")
    assert story.fresh().step == Step.NOTIFY


def test_the_customer_picks_an_alternative_and_puts_the_cost_right(site: Site, reader: Open) -> None:
    money_to_give(site)
    story, office, words = site.story(days_ago=0.3, own_proposal=site.words.proposal), site.office, site.words
    story.to(Step.PROPOSE)
    due = timezone.localdate() + timedelta(days=3)
    items = [
        ItemInput("repair", words.repair, None, office.investigator, due),
        ItemInput("compensation", words.money, Decimal("300.00"), office.investigator, due, 1),
        ItemInput("voucher", words.money, Decimal("450.00"), office.investigator, due, 2),
    ]
    story.submit(items=items, grants_proposal=True, own_proposal_answer="")
    story.approve()
    story.send()
    customer = reader(PHONE).go("/track/")
    customer.page.locator('[name="code"]').fill(code_for(story.case.code_key))
    customer.press("main form .button").sound("alternatives", axe=True)
    customer.press('a[href="/track/case/cost/"]').sound("cost", axe=True)
    form = customer.page.locator('form[action="/track/case/cost/"]')
    customer.fill(form, **{"cost-hours": "1", "cost-minutes": "30", "cost-contacts": "3", "cost-money": "24.00"})
    customer.press('form[action="/track/case/cost/"] .button').sound("cost-said")
    customer.awaited.add(422)
    customer.press('button[name="answer-verdict"][value="accept"]').sound("alternatives-none", axe=True)
    customer.page.locator('[name="answer-option"][value="2"]').check()
    customer.press('button[name="answer-verdict"][value="accept"]').sound("alternatives-taken", axe=True)
    assert Remedy.objects.get(complaint=story.case).chosen_option == 2
    investigator = reader(DESK, office.investigator).go(page_of(story))
    investigator.sound("sheet", axe=True)


def test_anybody_asks_whether_a_promise_was_missed(site: Site, width: int, reader: Open) -> None:
    money_to_give(site)
    row = Standard.objects.get(title_en="Delivered within three days")
    anybody = reader(width).go("/standards/")
    anybody.sound("standards", axe=True)
    anybody.fill(anybody.page.locator("#check"), standard=str(row.pk), measured="5")
    anybody.press("#check .button")
    assert "20.00" in anybody.page.locator("#answer").inner_text()
    anybody.sound("standards-answer", axe=True)
    anybody.go("/standards/cost/").sound("rates", axe=True)
