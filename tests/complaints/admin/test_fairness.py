"""The way of a finding through the pages, without a browser: each from their own first page, each by the form that is offered there."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Improvement, Penalty, Statement
from complaints.services import improve
from complaints.services.inputs import ImprovementInput
from complaints.workflow import Step
from staff.models import Notice, User
from tests.factories.cases import Office, Walk
from tests.factories.findings import proposed, to_penalize

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.found()


@pytest.fixture
def walk(office: Office) -> Walk:
    """By the clock of the pages."""
    return Walk(office, timezone.now() - timedelta(days=1))


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def does(user: User, page: str, act: str, **typed: Any) -> int:
    """The status of a form sent: 302 done, 400 or 409 not done, 403 or 404 not theirs."""
    return desk(user).post(f"/admin/complaints/{page}/act/{act}/", typed).status_code


def reads(user: User, page: str) -> str:
    return desk(user).get(page).content.decode()


def test_a_finding_is_approved_consented_to_told_appealed_and_revoked(office: Office, walk: Walk) -> None:
    to_penalize(walk, office.employee)
    penalty = proposed(walk, office.employee, measure="deduction", amount=Decimal("300.00"))
    page, mine = f"penalty/{penalty.pk}", f"myfinding/{penalty.pk}"
    link = f"/admin/complaints/{page}/change/"
    assert link in reads(office.division_head, "/admin/")
    assert link in reads(office.personnel, "/admin/")
    assert does(office.head, page, "approve") == 403
    assert does(office.division_head, page, "approve") == 302
    wage = {"month": f"{timezone.localdate():%Y-%m}", "least_left": "2690.00"}
    assert does(office.personnel, page, "consent_deduction", **wage, wage="1000.00", amount=Decimal("300.00")) == 409
    assert does(office.personnel, page, "consent_deduction", **wage, wage="6000", amount="3e2") == 400
    assert does(office.personnel, page, "consent_deduction", **wage, wage="6000.00", amount=Decimal("300.00")) == 302
    assert does(office.manager, page, "announce", title="通报", body="质量部一名员工被追责") == 302
    assert mine in reads(office.employee, "/admin/")
    assert does(office.employee, mine, "appeal", words="按调度令放行，附令。") == 302
    assert does(office.employee, mine, "appeal", words="再次申诉") == 403
    assert "按调度令放行" in reads(office.manager, link)
    assert does(office.division_head, page, "rule", outcome="upheld", reasons="维持") == 403
    assert does(office.manager, page, "rule", outcome="revoked", reasons="调度令属实，予以撤销。") == 302
    assert Penalty.objects.get().state == "revoked"
    assert Notice.objects.count() == 2
    assert 'data-standing="1"' not in reads(office.manager, "/admin/complaints/penalty/figures/")
    assert "予以撤销" in reads(office.employee, "/admin/complaints/statement/mine/")


def test_the_months_wage_is_on_the_page_of_the_finding_and_on_no_other(office: Office, walk: Walk) -> None:
    to_penalize(walk, office.employee)
    penalty = proposed(walk, office.employee, measure="deduction", amount=Decimal("300.00"))
    page = f"penalty/{penalty.pk}"
    stated = {"month": f"{timezone.localdate():%Y-%m}", "wage": "6123.45", "least_left": "2690.00", "amount": "300.00"}
    assert does(office.division_head, page, "approve") == 302
    assert does(office.personnel, page, "consent_deduction", **stated) == 302
    assert "6123.45" in reads(office.personnel, f"/admin/complaints/{page}/change/").replace(",", "")
    for other in (
        "/admin/complaints/penalty/",
        f"/admin/complaints/complaint/{walk.case.pk}/change/",
        "/admin/complaints/penalty/figures/",
    ):
        assert "6123.45" not in reads(office.manager, other).replace(",", "")


def test_a_plain_employee_finishes_an_improvement_on_a_page_of_their_own(office: Office, walk: Walk) -> None:
    walk.to(Step.IMPROVE)
    due = timezone.localdate() + timedelta(days=9)
    given = ImprovementInput("corrective", "须抽检", "加装防错托盘", "product", "漏放为零", office.employee, due)
    [made] = improve.improve(**walk._acting(office.head, improvements=[given]))
    page = f"myimprovement/{made.pk}"
    assert page in reads(office.employee, "/admin/")
    assert does(office.agent, page, "complete", result="已加装", proof="照片") == 404
    assert does(office.employee, page, "complete", result="已加装") == 400
    assert does(office.employee, page, "complete", result="已加装", proof="验收单 7 号") == 302
    assert Improvement.objects.get(pk=made.pk).proof == "验收单 7 号"
    assert walk.case.number not in reads(office.employee, f"/admin/complaints/{page}/change/")


def test_who_is_asked_reads_facts_and_question_and_answers_there(office: Office, walk: Walk) -> None:
    walk.to(Step.INVESTIGATE)
    client = desk(office.investigator)
    url = f"/admin/complaints/complaint/{walk.case.pk}/act/ask_statement/"
    typed = {"employee": office.employee.employee_number, "question": "谁放行的？", "due_on": f"{timezone.localdate():%Y-%m-%d}"}
    assert client.post(url, typed).status_code == 422  # without the facts
    assert client.post(url, typed | {"facts": "顾客反映漏水。"}).status_code == 302
    page = reads(office.employee, "/admin/complaints/statement/mine/")
    assert "顾客反映漏水。" in page
    assert "王芳" not in page
    assert walk.case.number not in page


def test_the_head_of_a_page_leads_back_to_where_its_reader_came_from(office: Office, walk: Walk) -> None:
    to_penalize(walk, office.employee)
    penalty = proposed(walk, office.employee)
    case, page = f"/admin/complaints/complaint/{walk.case.pk}/change/", f"/admin/complaints/penalty/{penalty.pk}/"
    mine = f"/admin/complaints/statement/{Statement.objects.get().pk}/change/"

    assert trail(office.division_head, f"{page}change/") == [case, f"{page}change/"]
    assert trail(office.division_head, f"{page}act/approve/") == [case, f"{page}change/"]
    assert trail(office.personnel, f"{page}change/") == ["/admin/complaints/penalty/", f"{page}change/"], "who may not open the case"
    assert trail(office.employee, mine) == ["/admin/complaints/statement/mine/", mine]


def trail(user: User, page: str) -> list[str]:
    """The links in the heading."""
    heading = reads(user, page).partition("<h1")[2].partition("</h1>")[0]
    return re.findall(r'href="([^"]+)"', heading)
