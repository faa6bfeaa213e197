"""Pages of incidents, measures and crises: what is due and what comes next before the facts; what is approved as it will be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalation.models import Crisis, CrisisRole, Incident, Measure, Reach
from escalation.services import affected, broadcast, crises, incidents, measures
from staff.models import User
from tests.factories.cases import Office
from tests.factories.incidents import LOT, Spread

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.found()


def signed_in(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def act(measure: Measure, name: str) -> str:
    return reverse("admin:escalation_measure_act", args=[measure.pk, name])


def test_who_approves_reads_the_letter_as_it_is_sent_and_by_what_ways(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now)
    spread.sell(2, first=10, email="")
    measure = spread.find().measure()

    page = signed_in(office.executive).get(act(measure, "approve"))

    assert [letter.split("\n")[0] for letter in page.context["shown"]] == [measure.subject, measure.subject_en]
    assert "We never ask for passwords" in page.context["shown"][1]
    assert page.context["form"].initial["ways"] == "E-mail 3 · Telephone 2"


def test_a_missing_english_letter_is_said_before_it_is_approved_and_before_it_is_started(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now)
    spread.sell(2, first=10, language="en")
    measure = spread.find().measure(subject_en="", text_en="")
    warning = "2 of the customers read English: fill in the English letter."

    assert warning in signed_in(office.executive).get(act(measure, "approve")).content.decode()
    spread.approve(measure)
    assert warning in signed_in(office.manager).get(act(measure, "start")).content.decode()

    both = spread.measure()
    assert "read English" not in signed_in(office.executive).get(act(both, "approve")).content.decode()


def test_the_page_of_a_measure_says_how_many_were_told_and_what_comes_next(office: Office, now: datetime) -> None:
    measure = Spread.declare(office, now).find().measure()
    page = signed_in(office.executive).get(reverse("admin:escalation_measure_change", args=[measure.pk]))

    text = page.content.decode()
    assert "Told 0 %" in text
    assert page.context["foremost"] == act(measure, "approve")
    assert text.index("Told 0 %") < text.index(measure.reason)


def test_a_new_incident_and_a_new_crisis_open_their_own_pages(office: Office, now: datetime) -> None:
    client = signed_in(office.manager)
    said: dict[str, Any] = {"title": "漏电", "what": "接地线松动", "reason": "同一批次", "owner": office.head.pk, "case": "", "warning": ""}

    answer = client.post(reverse("admin:escalation_incident_add"), said)
    assert answer["Location"] == reverse("admin:escalation_incident_change", args=[Incident.objects.get().pk])

    said = {
        "title": "媒体关注",
        "what": "来电询问",
        "lead": office.manager.pk,
        "spokesperson": office.executive.pk,
        "risk": "",
        "incident": "",
    }
    answer = client.post(reverse("admin:escalation_crisis_add"), said)
    assert answer["Location"] == reverse("admin:escalation_crisis_change", args=[Crisis.objects.get().pk])


def test_what_was_found_is_looked_through_before_anything_else(office: Office, now: datetime) -> None:
    spread = Spread.declare(office, now)
    url, client = reverse("admin:escalation_incident_change", args=[spread.incident.pk]), signed_in(office.manager)
    assert client.get(url).context["foremost"].endswith("/find/")

    goods = affected.find(incident_id=spread.incident.pk, product=spread.product, lots=[LOT], by=office.manager, at=now)
    page = client.get(url)
    assert page.context["foremost"] == ""
    text = page.content.decode()
    assert text.index(reverse("admin:escalation_affectedgoods_change", args=[goods.pk])) < text.index(spread.incident.reason)

    affected.review(goods_id=goods.pk, accepted=True, by=office.head, at=now)
    assert client.get(url).context["foremost"].endswith("/measure/")


def test_in_a_crisis_the_statement_due_stands_first_and_the_facts_are_written_first(office: Office, now: datetime) -> None:
    crisis = crises.open_crisis(
        title="漏电", what="媒体来电询问", lead=office.manager, spokesperson=office.executive, by=office.manager, at=now
    )
    crises.give_role(crisis_id=crisis.pk, role=CrisisRole.Role.FACTS, user=office.head, by=office.manager, at=now)
    client, url = signed_in(office.executive), reverse("admin:escalation_crisis_change", args=[crisis.pk])
    page = client.get(url)
    assert page.context["foremost"].endswith("/facts/")
    text = page.content.decode()
    assert text.index("First statement") < text.index("媒体来电询问")

    crises.write_facts(crisis_id=crisis.pk, text="三台漏电。", by=office.head, at=now)
    assert client.get(url).context["foremost"].endswith("/say/")


def test_channels_tried_are_named(office: Office, now: datetime) -> None:
    measure = Spread.declare(office, now, buyers=1).find().started()
    broadcast.send_batch(measure_id=measure.pk, at=now)
    one = Reach.objects.get()
    assert one.tried == ["email"]

    text = signed_in(office.manager).get(reverse("admin:escalation_reach_change", args=[one.pk])).content.decode()

    assert "Channels tried" in text
    assert "E-mail" in text


def test_the_home_page_points_to_a_notice_in_force(
    office: Office, now: datetime, client: Client, django_assert_max_num_queries: Any
) -> None:
    spread, banner = Spread.declare(office, now), 'class="notice"><a href="/safety/"'
    assert banner not in client.get("/").content.decode()

    incidents.publish(incident_id=spread.incident.pk, notice_title="请停止使用", notice_text="可能漏电。", by=spread.by, at=now)
    with django_assert_max_num_queries(10):
        assert banner in client.get("/").content.decode()

    done = spread.measure(Measure.Kind.STOP_SALE)
    measures.complete(measure_id=done.pk, proof="门店照片", by=spread.by, at=now)
    with django_assert_max_num_queries(10):
        assert str(Measure.Kind.STOP_SALE.label) in client.get("/safety/").content.decode()

    incidents.close(incident_id=spread.incident.pk, stopped_because="两周无新投诉", by=spread.by, at=now)
    assert banner not in client.get("/").content.decode()
