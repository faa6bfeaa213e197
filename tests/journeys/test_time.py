"""On time, with the right people knowing: the inbox, what is due, more time, promised calls, supervision, what is laid before those who decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from complaints.models import Promise
from complaints.services import promises
from complaints.signing import code_for
from complaints.workflow import Step
from escalation.models import (
    Deadline,
    DeadlinePolicy,
    DepartmentRequest,
    Escalation,
    Extension,
    Regime,
    RoutedDecision,
    RoutedItem,
    RoutingRule,
    Rung,
    SupervisionOrder,
)
from escalation.services import orders, rungs
from staff.models import CalendarYear, Notice, NoticeReceipt, OfficeHours, WorkDay
from staff.services import notices
from tests.journeys.reader import Reader
from tests.journeys.site import Site, Story

Open = Callable[..., Reader]
SUBMIT = "#content-main form button[type=submit], #content-main form [type=submit]"


def test_a_notice_is_understood_or_said_to_be_not_clear(site: Site, width: int, reader: Open) -> None:
    words, office, now = site.words, site.office, timezone.now()
    told: dict[str, Any] = {"departments": [office.quality], "by": office.manager, "at": now - timedelta(days=1)}
    clear = notices.publish(title=words.notice, body=words.lesson, **told)
    due = timezone.localdate() + timedelta(days=1)
    unclear = notices.publish(title=words.action, body=words.standard, form=Notice.Form.MEETING, answer_due_on=due, **told)

    one = reader(width, office.employee).go("/admin/")
    one.sound("inbox-work", axe=True)
    one.press(f'.rd-pile a[href="{page_of(clear)}"]').sound("inbox-notice", axe=True)
    act(one, clear, "receive", state="understood")
    one.go(page_of(unclear)).press('a[href$="/act/receive/"]')
    one.page.locator('[name="state"][value="unclear"]').check()
    one.awaited.add(400)
    one.press(SUBMIT).sound("inbox-say-what", axe=True)  # what is not clear has to be said
    one.page.locator('[name="remark"]').fill(words.question)
    one.press(SUBMIT).sound("inbox-said")
    assert {row.notice: row.state for row in NoticeReceipt.objects.filter(user=office.employee, notice__in=[clear, unclear])} == {
        clear: "understood",
        unclear: "unclear",
    }

    reader(width, office.manager).go("/admin/staff/noticereceipt/").sound("inbox-receipts")
    assert notices.climb(at=now + timedelta(days=2)) > 0
    head = reader(width, office.head).go("/admin/")
    head.sound("inbox-climbed")
    assert head.page.locator('.rd-pile a[href*="/staff/notice/"]').count() > 1


def test_what_is_due_is_said_in_words_never_by_colour_alone(site: Site, width: int, reader: Open) -> None:
    late, soon = site.story(days_ago=9), site.story(days_ago=0.1)
    late.to(Step.INVESTIGATE)
    soon.to(Step.ASSIGN)
    manager = reader(width, site.office.manager).go("/admin/escalation/deadline/")
    manager.sound("due-list", axe=True)
    said = manager.page.locator("#result_list .rd-late").all_inner_texts()
    assert said
    assert all(any(each.isalpha() for each in text) for text in said)
    row = Deadline.objects.filter(complaint=late.case, state="open").earliest("due_at")
    manager.go(page_of(row)).sound("due-one", axe=True)
    manager.go("/admin/escalation/deadline/?which=overdue").sound("due-overdue")
    manager.go(page_of(late.case)).sound("due-case", axe=True)
    manager.go("/admin/complaints/complaint/?step=open").sound("due-cases")


def test_more_time_is_asked_for_granted_and_told(site: Site, width: int, reader: Open) -> None:
    words, office, story = site.words, site.office, site.story(days_ago=0.3)
    story.to(Step.INVESTIGATE)
    limit = Deadline.objects.get(complaint=story.case, matter="decision")
    before = limit.due_at
    investigator = reader(width, office.investigator).go(page_of(story.case))
    investigator.press(f'#deadlines a[href="{page_of(limit)}"]').press('a[href$="/act/extend/"]')
    investigator.sound("extension-form", axe=True)
    investigator.fill(investigator.page.locator("#content-main form"), amount=5, reason=words.finding, to_customer=words.cure)
    investigator.press(SUBMIT).sound("extension-asked")
    asked = Extension.objects.get(deadline=limit)

    head = reader(width, office.head).go("/admin/")
    head.sound("extension-work")
    head.press(f'.rd-pile a[href="{page_of(asked)}"]').sound("extension-decide", axe=True)
    act(head, asked, "grant")
    head.sound("extension-granted")
    limit.refresh_from_db()
    assert limit.due_at == before + timedelta(days=5)
    investigator.go(page_of(limit)).sound("extension-moved")

    customer = track(reader, width, story)
    customer.sound("extension-told", axe=True)
    assert words.cure in customer.page.inner_text("main")


def test_a_promised_call_is_shown_missed_escalated_and_made_with_the_next_time(site: Site, width: int, reader: Open) -> None:
    words, office, now = site.words, site.office, timezone.now()
    story = site.story(days_ago=1)
    story.apologize()
    agent = reader(width, office.agent).go(page_of(story.case))
    agent.act("promise_call", call_at=local(now + timedelta(hours=3)), about=words.wish)
    agent.sound("call-promised", axe=True)
    track(reader, width, story).sound("call-shown", axe=True)

    missed = site.story(days_ago=1)
    missed.apologize()
    said: dict[str, Any] = {"by": office.agent, "at": now - timedelta(hours=20)}
    call = promises.promise_call(complaint_id=missed.case.pk, call_at=now - timedelta(hours=2), about=words.repair, **said)
    rungs.climb(at=now)
    assert Escalation.objects.filter(complaint=missed.case, matter="promise", told=office.reception_head).exists()
    customer = track(reader, width, missed)
    customer.sound("call-missed", axe=True)
    assert customer.page.locator(".late").count()

    agent.go("/admin/").sound("call-work")
    agent.press(f'.rd-pile a[href="{page_of(missed.case)}#promises"]').sound("call-record", axe=True)
    agent.go(page_of(missed.case))
    again = local(now + timedelta(days=1))
    agent.act("keep_promise", promise=call.pk, result=words.finding, again="yes", next_at=again, next_about=words.cure)
    agent.sound("call-made")
    assert Promise.objects.get(complaint=missed.case, called_at=None).about == words.cure
    track(reader, width, missed).sound("call-again", axe=True)
    head = reader(width, office.reception_head).go("/admin/complaints/promise/")
    head.sound("call-rate", axe=True)
    head.go(page_of(call)).sound("call-one")


def test_supervision_is_ordered_answered_and_climbs_where_it_is_not(site: Site, width: int, reader: Open) -> None:
    words, office, now = site.words, site.office, timezone.now()
    story = site.story(days_ago=1)
    story.apologize()
    executive = reader(width, office.executive).go(page_of(story.case))
    executive.press('a[href*="/supervisionorder/add/"]').sound("order-give", axe=True)
    executive.fill(executive.page.locator("#supervisionorder_form"), words=words.question, due_at=local(now + timedelta(days=1)))
    executive.press('[name="_save"]').sound("order-given")
    order = SupervisionOrder.objects.get(complaint=story.case)

    head = reader(width, office.reception_head).go("/admin/")
    head.sound("order-work")
    head.press(f'.rd-pile a[href="{page_of(order)}"]').sound("order-read", axe=True)
    act(head, order, "answer", text=words.statement)
    head.sound("order-answered")
    executive.go(page_of(story.case)).sound("order-on-case", axe=True)
    assert words.statement in executive.page.inner_text(".rd-side")

    left = site.story(days_ago=3)
    left.apologize()
    given: dict[str, Any] = {"by": office.executive, "at": now - timedelta(days=2)}
    orders.give(complaint_id=left.case.pk, words=words.question, due_at=now - timedelta(days=1, hours=2), **given)
    rungs.climb(at=now)
    assert Escalation.objects.filter(complaint=left.case, matter="order", act=Rung.Act.EXECUTIVES).exists()
    executive.go(page_of(left.case)).sound("order-left", axe=True)
    executive.go("/admin/escalation/supervisionorder/").sound("order-list", axe=True)
    assert executive.page.locator("#result_list .rd-late").count()
    reader(width, office.auditor).go("/admin/escalation/escalation/").sound("escalations")


def test_what_concerns_executives_is_laid_before_them_by_rule_and_decided(site: Site, width: int, reader: Open) -> None:
    words, office = site.words, site.office
    manager = reader(width, office.manager).go("/admin/escalation/routingrule/add/")
    manager.sound("rule-form", axe=True)
    form = manager.page.locator("#routingrule_form")
    manager.fill(form, name=words.category, step=Step.INVESTIGATE, role="executive", hours=24, question=words.lesson)
    manager.press('[name="_save"]').sound("rules-of-routing")
    rule = RoutingRule.objects.latest("pk")
    story = site.story(days_ago=0.5)
    story.to(Step.INVESTIGATE)
    RoutingRule.objects.filter(pk=rule.pk).update(active=False)  # for the journey at the other width
    item = RoutedItem.objects.get(rule=rule)

    executive = reader(width, office.executive).go("/admin/")
    executive.sound("routed-work")
    executive.press(f'.rd-pile a[href="{page_of(item)}"]').sound("routed-item", axe=True)
    assert words.customer not in executive.page.inner_text("#content-main")
    executive.press('a[href$="/act/decide/"]').sound("routed-decide", axe=True)
    executive.fill(executive.page.locator("#content-main form"), changes="development", words=words.action)
    executive.press(SUBMIT).sound("routed-decided")
    assert RoutedDecision.objects.get(item=item).by == office.executive
    executive.go("/admin/escalation/routeditem/").sound("routed-changed", axe=True)
    executive.press(f'a[href="{page_of(story.case)}"]').sound("routed-case")


def test_one_department_asks_another_and_says_how_it_was_served(site: Site, width: int, reader: Open) -> None:
    words, office, now = site.words, site.office, timezone.now()
    story = site.story(days_ago=0.5)
    story.to(Step.INVESTIGATE)
    asker = reader(width, office.investigator).go(page_of(story.case))
    asker.press('a[href*="/departmentrequest/add/"]').sound("request-form", axe=True)
    form = asker.page.locator("#departmentrequest_form")
    choose(asker, "to_department", office.reception.name)
    asker.fill(form, question=words.question, wanted_at=local(now + timedelta(days=1)))
    asker.press('[name="_save"]').sound("request-asked")
    request = DepartmentRequest.objects.get(complaint=story.case)

    answers = reader(width, office.reception_head).go("/admin/")
    answers.sound("request-work")
    answers.press(f'.rd-pile a[href="{page_of(request)}"]').sound("request-read", axe=True)
    act(answers, request, "promise", promised_at=local(now + timedelta(hours=5)))
    act(answers, request, "answer", text=words.statement)
    asker.go("/admin/").press(f'.rd-pile a[href="{page_of(request)}"]')
    act(asker, request, "score", score="5", words=words.praise)
    asker.sound("request-scored", axe=True)
    asker.go(page_of(story.case)).sound("request-on-case")
    request.refresh_from_db()
    assert request.score == 5


def test_the_rules_about_time_can_be_read_and_edited(site: Site, width: int, reader: Open) -> None:
    manager = reader(width, site.office.manager)
    OfficeHours.objects.get_or_create(department=site.office.reception, weekday=5, opens="09:00", closes="12:00")
    for model in (CalendarYear, WorkDay, OfficeHours, DeadlinePolicy, Regime, Rung, RoutingRule):
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        manager.go(place).sound(f"manage-{model._meta.model_name}", axe=True)
        manager.go(f"{place}add/").sound(f"manage-{model._meta.model_name}-add", axe=True)
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            manager.go(page_of(row)).sound(f"manage-{model._meta.model_name}-edit", axe=True)
    manager.go("/admin/escalation/markrule/").sound("manage-markrule")
    policy = DeadlinePolicy.objects.get(regime__code="house", matter="decision", severity="")
    manager.go(page_of(policy))
    manager.fill(manager.page.locator("#deadlinepolicy_form"), amount=7)
    manager.press('[name="_save"]').sound("manage-saved")


def page_of(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def track(reader: Open, width: int, story: Story) -> Reader:
    """The customer at the page of their case."""
    customer = reader(width).go("/track/")
    customer.page.locator('[name="code"]').fill(code_for(story.fresh().code_key))
    return customer.press("main form .button")


def choose(one: Reader, field: str, name: str) -> None:
    """Of a list that is searched as one types."""
    one.page.locator(f'.field-{field} .select2-selection, [data-field="{field}"] .select2-selection').first.click()
    one.page.locator(".select2-search__field").last.fill(name)
    one.page.locator(".select2-results__option", has_text=name).first.click()


def act(one: Reader, row: Any, name: str, **fields: Any) -> None:
    """One act on its own page, reached from the page of the row."""
    one.go(page_of(row))
    one.press(f'a[href$="/act/{name}/"]')
    if fields:
        one.fill(one.page.locator("#content-main form"), **fields)
    one.press(SUBMIT)
    assert one.page.url.endswith(page_of(row)), (name, one.page.locator("#content-main").inner_text())
