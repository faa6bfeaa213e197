"""A conversation led along LSCIA and a letter, by the forms of the case page; and what customers find by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from complaints.models import Article, ArticleUse, GuideEntry, Letter, Message, Product, Promise
from complaints.services import starter
from tests.journeys.reader import DESK, PHONE, Reader
from tests.journeys.site import Site, Story

Open = Callable[..., Reader]


@dataclass(frozen=True)
class Said:
    """What is said in this conversation, in one language."""

    happened: str
    meant: str
    helps: str
    summary: str
    shared: str
    clarified: str
    illustrated: str
    sent: str
    product: str
    material: str
    use: str
    question: str
    answer: str


SAID = {
    "zh-hans": Said(
        "热水器用了三天就漏水", "厨房地板泡坏了一块，心里很着急", "马上有人来修",
        "热水器三天就漏水，地板泡坏，两次报修没人来；希望马上修好", "换作是我也会着急，谢谢您愿意告诉我们。",
        "不是用法的原因，是阀门漏水", "配件明天到货，今天还不能修好", "我们明天下午给您打电话，并约好上门时间。",
        "热水器", "不锈钢内胆", "先通水再通电", "热水器漏水怎么办？", "先关上进水阀，再拔下电源，然后联系我们。",
    ),
    "en": Said(
        "The water heater leaked after three days", "A piece of the kitchen floor is spoilt", "Somebody who repairs it soon",
        "The water heater leaked after three days and spoilt the floor; nobody came twice; it should be repaired soon",
        "I would be upset too. Thank you for telling us.", "It is not how it was used: the valve leaks",
        "The part comes tomorrow, so it cannot be repaired today", "We call you tomorrow afternoon and agree on a time to come.",
        "Water heater", "Stainless steel", "Water first, then electricity", "The water heater leaks. What now?",
        "Close the water valve, pull the plug, then call us.",
    ),
}  # fmt: skip


def prepare(site: Site) -> tuple[Said, Article]:
    """Templates, an article and a product in the language of the site."""
    said, english = SAID[site.words.language], site.words.language == "en"
    manager = site.office.manager
    starter.load_texts(manager, timezone.now())
    Article.objects.all().update(state="retired")
    suffix = "_en" if english else ""
    product, _made = Product.objects.get_or_create(
        code="WH-60", defaults={"name": said.product, "material": said.material, "right_use": said.use, "public": True}
    )
    values = {f"question{suffix}": said.question, f"answer{suffix}": said.answer}
    article = Article.objects.create(
        **values, owner=manager, product=product, review_on=timezone.localdate() + timedelta(days=90), state="published", public=True
    )
    return said, article


def test_a_guided_call_and_a_letter(site: Site, reader: Open) -> None:
    said, _article = prepare(site)
    story = site.story(days_ago=0.2)
    agent = reader(DESK, site.office.agent).go(f"/admin/complaints/complaint/{story.case.pk}/change/")
    agent.act("guide", path="lscia", medium="phone")
    agent.sound("guide-listen", axe=True)
    agent.act(
        "guide_stage", second=said.happened, third=said.meant, fourth=said.helps, words=said.summary, feeling="angry", confirmed="yes"
    )
    agent.act("guide_stage", words=said.shared)
    agent.act("guide_stage", words=said.clarified, lies_in="product")
    later = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    agent.act("guide_stage", words=said.illustrated, solved_now="no", call_at=later)
    agent.sound("guide-ask")
    agent.act("guide_stage", words=said.sent)
    agent.sound("guide-done")
    assert GuideEntry.objects.filter(complaint=story.case).count() == 5
    assert said.sent in Message.objects.get(complaint=story.case, kind="reply").text
    assert Promise.objects.get(complaint=story.case).about == said.illustrated
    write_letter(agent, story)


def write_letter(agent: Reader, story: Story) -> None:
    """From the template to the sheet of paper."""
    agent.page.reload()
    agent.page.locator("#letters details > summary").click()
    agent.page.locator("#pick-send_letter").select_option(index=0)
    agent.press("#letters form.rd-pick button").sound("letter-draft")
    body = agent.page.locator("#act-send_letter [name=text]").input_value()
    assert "{" not in body
    agent.act("send_letter")
    letter = Letter.objects.get(complaint=story.case)
    assert letter.body.splitlines() == body.splitlines()
    agent.press(f'#letters a[href$="/letters/{letter.pk}/"]').sound("letter", axe=True)
    assert agent.page.locator("[data-print]").is_visible()
    agent.page.emulate_media(media="print")
    assert not agent.page.locator("[data-print]").is_visible()


def test_the_lists_of_guidance(site: Site, reader: Open) -> None:
    _said, article = prepare(site)
    manager = reader(DESK, site.office.manager)
    for name in ("guidedpath", "article", "lettertemplate"):
        asked = f"?language__exact={site.words.language}" if name == "lettertemplate" else ""
        manager.go(f"/admin/complaints/{name}/{asked}").sound(f"{name}-list")
    manager.go(f"/admin/complaints/article/{article.pk}/change/").sound("article-edit")
    manager.go("/admin/").sound("work-guidance")


def test_customers_find_answers_by_themselves(site: Site, reader: Open) -> None:
    said, article = prepare(site)
    customer = reader(PHONE)
    customer.go("/questions/").sound("questions", axe=True)
    customer.page.locator("#id_q").fill(said.product)
    customer.press("[role=search] button").sound("questions-found")
    customer.press(f'a[href="/questions/{article.pk}/"]').sound("question", axe=True)
    customer.press("main form .second").sound("question-thanks")
    assert ArticleUse.objects.filter(article=article).count() == 1
    customer.go("/products/").sound("products")
    customer.press('a[href="/products/WH-60/"]').sound("product", axe=True)
    customer.go("/complain/")
    with customer.page.expect_response("**/questions/suggest/"):
        customer.page.locator("[name=story]").press_sequentially(site.words.story[:30], delay=5)
    customer.page.locator(f'#suggestions a[href="/questions/{article.pk}/"]').wait_for()
    customer.sound("complain-suggested", axe=True)
