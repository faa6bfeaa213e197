"""What comes after the case: the survey by its link on a telephone, and thanks from the fund, from the nomination to the money handed out."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from complaints import signing
from complaints.models import LowScore, Reward, RewardRule, SurveyAnswer
from complaints.services import fund
from complaints.services.inputs import PartyInput
from complaints.workflow import Mode, Step
from tests.journeys.reader import PHONE, Reader
from tests.journeys.site import Site, Story

Open = Callable[..., Reader]


def track(customer: Reader, story: Story) -> Reader:
    """Open a case by its tracking code."""
    customer.go("/track/").page.locator('[name="code"]').fill(signing.code_for(story.case.code_key))
    return customer.press("main form .button")


def test_the_survey_by_its_link_on_a_telephone(site: Site, reader: Open) -> None:
    story, words = site.story(), site.words
    story.to(Step.FOLLOW_UP)
    path = f"/survey/{signing.survey_token(story.case.survey_links.get().key)}/"
    customer = reader(PHONE)
    customer.go(path).sound("survey-link", axe=True)
    customer.awaited = {400, 410}
    customer.press("main form .button").sound("survey-link-refused", axe=True)
    assert not SurveyAnswer.objects.filter(complaint=story.case).exists()
    form = customer.page.locator("main form")
    customer.fill(
        form, **{"survey-open_answer": words.message, "survey-result_score": 2, "survey-attitude_score": 5, "survey-buys_again": "maybe"}
    )
    customer.press("main form .button").sound("survey-thanks", axe=True)
    assert SurveyAnswer.objects.get(complaint=story.case).result_score == 2
    customer.go(path).sound("survey-gone", axe=True)

    caller = reader(PHONE, site.office.caller).go("/admin/")
    row = LowScore.objects.get(complaint=story.case)
    caller.press(f'.rd-pile a[href="/admin/complaints/lowscore/{row.pk}/change/"]').sound("low-score")
    caller.press('a[href$="/act/answer/"]').sound("low-score-answer")
    caller.fill(caller.page.locator("form[novalidate]"), decision="not_wanted", remark=words.message)
    caller.press('form[novalidate] button[type="submit"], form[novalidate] [type="submit"]')
    row.refresh_from_db()
    assert row.decided_by == site.office.caller


@pytest.fixture
def rule(site: Site) -> RewardRule:
    zh = site.words.language != "en"
    year = timezone.localdate().year
    fund.set_budget(year=year, amount=Decimal("2000.00"), by=site.office.manager, at=timezone.now())
    return RewardRule.objects.get_or_create(
        name="促成改进的投诉" if zh else "A complaint that led to an improvement",
        defaults={
            "text": "您的投诉促成了改进。" if zh else "Your complaint led to an improvement.",
            "least": Decimal(100),
            "most": Decimal(500),
        },
    )[0]


def nominate(site: Site, story: Story, rule: RewardRule, reader: Open, width: int) -> Reward:
    """A plain employee, from the home page."""
    one = reader(width, site.office.employee).go("/admin/")
    one.press('.rd-shortcuts a[href="/admin/complaints/reward/add/"]').sound("reward-nominate")
    form = one.page.locator("#reward_form")
    one.fill(form, number=story.case.number, rule=rule.pk, reason=site.words.idea, amount="300.00", vip=True)
    one.press('[name="_save"]')
    reward = Reward.objects.get(number=story.case.number)
    one.go(f"/admin/complaints/reward/{reward.pk}/change/").sound("reward-mine")
    assert story.case.story not in one.page.content()
    one.page.close()
    return reward


def approve(site: Site, reward: Reward, reader: Open, width: int) -> None:
    """The executive, from their work."""
    boss = reader(width, site.office.executive).go("/admin/")
    boss.press(f'.rd-pile a[href="/admin/complaints/reward/{reward.pk}/change/"]').sound("reward-decide")
    boss.press('a[href$="/act/approve/"]').sound("reward-thank")
    boss.fill(boss.page.locator("form[novalidate]"), thanks=site.words.praise)
    boss.press('form[novalidate] button[type="submit"], form[novalidate] [type="submit"]').sound("reward-thanked")
    boss.page.close()


def pay(site: Site, reward: Reward, reader: Open, width: int, code: str) -> None:
    """Complaint management, for the code that is shown to them."""
    manager = reader(width, site.office.manager).go("/admin/")
    manager.press(f'.rd-pile a[href="/admin/complaints/reward/{reward.pk}/change/"]').sound("reward-to-pay")
    manager.press('a[href$="/act/pay/"]').sound("reward-pay")
    manager.fill(manager.page.locator("form[novalidate]"), proof="2026-17", code=code)
    manager.press('form[novalidate] button[type="submit"], form[novalidate] [type="submit"]').sound("reward-paid")
    manager.go("/admin/complaints/fund/").sound("fund-budgets")
    manager.page.close()


def test_from_the_nomination_to_the_money(site: Site, width: int, reader: Open, rule: RewardRule) -> None:
    story = site.story(complainant=PartyInput(mode=Mode.ANONYMOUS, language=site.words.language))
    story.to(Step.CLOSED)
    reward = nominate(site, story, rule, reader, width)
    customer = track(reader(width), story)
    customer.sound("reward-nominated", axe=True)
    assert customer.page.locator(".reward").count() == 1
    approve(site, reward, reader, width)
    customer.go("/track/case/").sound("reward-granted", axe=True)
    assert site.words.praise in customer.page.locator(".reward").inner_text()
    code = customer.page.locator(".reward .code").inner_text()
    pay(site, reward, reader, width, code)
    customer.go("/track/case/").sound("reward-claimed", axe=True)
    assert code not in customer.page.content()
    customer.go("/reward-fund/").sound("reward-fund", axe=True)
    reward.refresh_from_db()
    assert (reward.state, reward.way) == (Reward.State.PAID, Reward.Way.CODE)
