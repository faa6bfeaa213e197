"""When it spreads: declared from a case, its buyers found, reviewed and told, answered on a telephone, closed with proof; the file of a crisis."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from complaints import outbox, signing
from complaints.models import Product
from complaints.services import purchases
from complaints.services.purchases import PurchaseInput
from escalation.models import Affected, AffectedGoods, Crisis, CrisisRisk, FactSheet, Incident, Measure, MediaQuestion
from escalation.queries import progress
from escalation.services import broadcast
from staff.models import User
from tests.journeys.reader import DESK, PHONE, Reader
from tests.journeys.site import Site

Open = Callable[..., Reader]
LOT = "2026-02-A"
SUBMIT = "#content-main form button[type=submit], #content-main form [type=submit]"


def test_an_incident_from_its_first_case_to_the_proof_that_it_stopped(site: Site, reader: Open) -> None:
    words, office = site.words, site.office
    case = site.story(days_ago=1).case
    sold(site)
    head = reader(DESK, office.head if case.department_id == office.quality.pk else office.manager)
    declare(head, case.pk, site)
    incident = Incident.objects.get()

    act(head, incident, "find", product=Product.objects.get().pk, lots=LOT)
    head.sound("incident-found")
    goods = AffectedGoods.objects.get()
    assert goods.found == 3
    head.go(f"/admin/escalation/affectedgoods/{goods.pk}/change/").sound("goods-review", axe=True)
    act(head, goods, "accept")
    assert Affected.objects.confirmed().count() == 4  # three buyers and the complainant

    due = timezone.localdate() + timedelta(days=14)
    given = {"what": words.action, "reason": words.cause, "owner": office.manager.pk, "due_on": due}
    act(head, incident, "measure", kind="replacement", subject=words.wish, text=words.cure, **given)
    act(head, incident, "measure", kind="stop_sale", **given)
    act(head, incident, "publish", notice_title=words.wish, notice_text=words.cure)
    head.sound("incident-open", axe=True)
    measure = Measure.objects.get(kind="replacement")
    second = reader(DESK, office.executive).go(f"/admin/escalation/measure/{measure.pk}/act/approve/")
    second.sound("measure-approve", axe=True)
    act(second, measure, "approve")
    act(head, measure, "start")
    tell_everybody(measure)
    head.go(page_of(measure)).sound("measure-told", axe=True)

    answer_on_the_telephone(reader, site, measure)
    everybody_reads(reader, incident)
    close(head, incident, words)


def close(head: Reader, incident: Incident, words: Any) -> None:
    """What was promised is carried out, and the matter ends with its rate."""
    measure = Measure.objects.get(kind="replacement")
    act(head, measure, "fulfil", proof=words.proof)
    act(head, measure, "complete", proof=words.proof)
    act(head, Measure.objects.get(kind="stop_sale"), "complete", proof=words.proof)
    act(head, incident, "close", stopped_because=words.expectation, left_over=words.action)
    head.sound("incident-closed")
    incident.refresh_from_db()
    assert incident.completion == 25
    head.go("/admin/escalation/incident/").sound("incidents")


def sold(site: Site) -> None:
    """Three customers who bought the lot and never complained."""
    product = Product.objects.create(code="WH-60", name=site.words.category)
    on = timezone.localdate() - timedelta(days=10)
    said = site.words.language
    rows = [
        PurchaseInput(f"{site.words.customer}", f"buyer{n}@example.com", "", product.code, on, lot=LOT, language=said) for n in range(3)
    ]
    purchases.load(rows=rows, at=timezone.now())


def declare(one: Reader, case: int, site: Site) -> None:
    """From the page of the case, where the panel offers it."""
    one.go(f"/admin/complaints/complaint/{case}/change/")
    one.press('a[href*="/escalation/incident/add/"]').sound("incident-declare", axe=True)
    form = one.page.locator("#incident_form")
    one.fill(form, title=site.words.category, what=site.words.facts, reason=site.words.cause, owner=site.office.manager.pk)
    one.press('[name="_save"]')
    assert Incident.objects.filter(origin=Incident.Origin.CASE).exists(), one.page.locator(".errorlist, .text-red-600").all_inner_texts()


def tell_everybody(measure: Measure) -> None:
    """As the worker does."""
    while broadcast.send_batch(measure_id=measure.pk, at=timezone.now()):
        while claimed := outbox.claim(timezone.now(), 20):
            for message in claimed:
                outbox.deliver(message, timezone.now())
    assert progress.of_measure(Measure.objects.get(pk=measure.pk)).reached == 4


def answer_on_the_telephone(reader: Open, site: Site, measure: Measure) -> None:
    affected = Affected.objects.filter(customer__email="buyer0@example.com").get()
    customer = reader(PHONE).go(f"/safety/own/{signing.affected_token(affected.pk)}/")
    customer.sound("own-page", axe=True)
    text = customer.page.inner_text("body")
    assert site.words.customer not in text
    assert "buyer0" not in text
    customer.page.locator('[name="said"][value="wanted"]').check()
    customer.page.locator('[name="words"]').fill(site.words.message)
    customer.press("form.ask button").sound("own-thanks", axe=True)
    assert affected.reaches.get(measure=measure).answer == "wanted"
    customer.go(f"/safety/own/{signing.affected_token(affected.pk)}/").sound("own-answered")


def everybody_reads(reader: Open, incident: Incident) -> None:
    stranger = reader(PHONE).go("/safety/")
    stranger.sound("safety-notices", axe=True)
    stranger.press(f'a[href="/safety/{incident.pk}/"]').sound("safety-notice", axe=True)


def test_a_crisis_from_the_register_to_what_it_taught(site: Site, reader: Open) -> None:
    words, office = site.words, site.office
    manager, executive = reader(DESK, office.manager), reader(DESK, office.executive)
    today = timezone.localdate()
    manager.go("/admin/escalation/crisisrisk/add/")
    risk = {"what": words.category, "early_sources": words.finding, "prevention": words.action, "owner": office.manager.pk}
    manager.fill(manager.page.locator("#crisisrisk_form"), **risk, review_on=today)
    manager.press('[name="_save"]')
    kept = CrisisRisk.objects.get()
    manager.go("/admin/").sound("work-with-crises")
    assert manager.page.locator(f'.rd-pile a[href="{page_of(kept)}"]').count() == 1
    act(manager, kept, "review", finding=words.finding, next_on=today + timedelta(days=90))
    manager.sound("risk-reviewed")

    crisis = opened(manager, kept, office.manager, office.executive, words)
    act(manager, crisis, "facts", text=words.facts)
    manager.sound("crisis-facts", axe=True)
    sheet = FactSheet.objects.get()
    act(executive, sheet, "approve")
    soon = timezone.localtime() + timedelta(hours=4)
    act(executive, crisis, "say", audience="inside", text=words.apology, next_due_at=f"{soon:%Y-%m-%dT%H:%M}")
    act(manager, crisis, "ask", asked_by=words.customer, question=words.question)
    act(executive, MediaQuestion.objects.get(), "answer", answer=words.finding)
    tick_the_first_point(executive, crisis)
    reader(PHONE, office.executive).go(page_of(crisis)).sound("crisis-file", axe=True)
    executive.sound("crisis-file", axe=True)
    assert crisis.ticks.get().by == office.executive
    act(executive, crisis, "review", went_well=words.praise, went_wrong=words.cause, lesson=words.lesson)
    act(executive, crisis, "improve", action=words.action, owner=office.manager.pk, due_on=today + timedelta(days=30))
    act(executive, crisis, "close")
    executive.sound("crisis-closed")
    assert not Crisis.objects.get().is_open


def tick_the_first_point(one: Reader, crisis: Crisis) -> None:
    """The lists are folded; one that was begun stays open."""
    one.go(page_of(crisis))
    one.page.locator('details:has([value="media.early"]) > summary').click()
    one.press('form:has([name="point"][value="media.early"]) button')
    assert one.page.locator('[value="media.people"] ~ button').is_visible()


def opened(one: Reader, risk: CrisisRisk, lead: User, speaks: User, words: Any) -> Crisis:
    one.go("/admin/escalation/crisis/add/").sound("crisis-open", axe=True)
    values = {"title": words.category, "what": words.facts, "lead": lead.pk, "spokesperson": speaks.pk, "risk": risk.pk}
    one.fill(one.page.locator("#crisis_form"), **values)
    one.press('[name="_save"]')
    return Crisis.objects.get()


def page_of(row: Any) -> str:
    return f"/admin/escalation/{row._meta.model_name}/{row.pk}/change/"


def act(one: Reader, row: Any, name: str, **fields: Any) -> None:
    """One act on its own page, reached from the page of the row."""
    one.go(page_of(row))
    one.press(f'a[href$="/act/{name}/"]')
    if fields:
        one.fill(one.page.locator("#content-main form"), **fields)
    one.press(SUBMIT)
    assert one.page.url.endswith(page_of(row)), (name, one.page.locator("#content-main").inner_text())
