"""A report of misconduct meets the unit it names, and the line above it, on no page of the back office (M10, R1)."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.utils import timezone, translation

from complaints.models import Complaint, LeadLink, Message, RetaliationFlag
from complaints.services import reports
from complaints.services.inputs import PartyInput
from complaints.workflow import Kind, Mode
from config.work.figures import figures_for
from config.work.first_page import work_for
from staff.models import User
from staff.roles import Role
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db

WORDS = "暗号鲤鱼旗"
LISTS = ("complaints_complaint", "complaints_message", "complaints_customer", "complaints_stepchange", "complaints_improvement", "complaints_leadlink",
         "complaints_retaliationflag", "complaints_identityrequest", "complaints_identitylook", "complaints_datarequest", "intake_submission")  # fmt: skip


@dataclass
class Watch:
    """The supervision with a head and an investigator."""

    head: User
    investigator: User


@pytest.fixture
def watch(office: Office) -> Watch:
    unit = DepartmentFactory.create(name="监察部", supervises=True)
    return Watch(person(Role.HEAD, unit, name="卫严"), person(Role.INVESTIGATOR, unit, name="纪明"))


def report(office: Office, **options: Any) -> Walk:
    who = PartyInput(name="举报的人", phone="13911112222", email="whistle@example.com")
    given = {
        "kind": Kind.REPORT,
        "named_unit": office.quality,
        "story": f"质量部收供应商回扣，{WORDS}",
        "complainant": who,
        "by": office.agent,
    }
    return Walk(office, timezone.now() - timedelta(hours=5), **(given | options))


def titles(user: User) -> list[str]:
    with translation.override("en"):
        return [str(pile.title) for pile in work_for(User.objects.get(pk=user.pk), timezone.now())]


def figures(user: User) -> dict[str, Any]:
    with translation.override("en"):
        return {str(title): number for title, number in figures_for(User.objects.get(pk=user.pk), timezone.now())}


def kept_out(office: Office) -> list[User]:
    return [office.agent, office.head, office.investigator, office.division_head, office.reception_head, office.employee]


def test_r1_nobody_of_the_named_line_meets_it_anywhere(office: Office, watch: Watch) -> None:
    case = report(office).case
    for user in kept_out(office):
        desk = Desk(user)
        assert desk.case(case).status_code == 404, user.name
        for act in ("claim", "add_note", "name_unit"):
            assert desk.act(case, act, text="x").status_code == 404
        pages = [desk.get("index"), *(desk.get(f"{name}_changelist") for name in LISTS)]
        pages += [desk.get("complaints_complaint_changelist", q=asked) for asked in (case.number, "回扣", "举报的人", "13911112222")]
        pages += [desk.get("complaints_complaint_changelist", kind="report"), desk.get("complaints_complaint_changelist", mode="real_name")]
        for page in pages:
            text = page.content.decode()
            assert WORDS not in text, (user.name, page.request["PATH_INFO"])
            assert f"/complaint/{case.pk}/" not in text, (user.name, page.request["PATH_INFO"])
            assert "举报的人</" not in text, (user.name, page.request["PATH_INFO"])


def test_f5_the_supervision_sees_it_everywhere(office: Office, watch: Watch) -> None:
    """The control: where it may be seen it is."""
    case = report(office).case
    for user in (watch.head, watch.investigator, office.manager):
        desk = Desk(user)
        assert desk.case(case).status_code == 200
        for query in ({"q": "回扣"}, {"kind": "report"}, {"q": case.number}):
            assert case.number in desk.get("complaints_complaint_changelist", **query).content.decode()
    page = Desk(watch.head).case(case).content.decode()
    assert office.quality.name in page
    assert "举报的人" in page


def test_r1_counts_and_figures_do_not_tell_of_it(office: Office, watch: Watch) -> None:
    before = {user.pk: (figures(user), titles(user)) for user in kept_out(office)}
    report(office)
    assert {user.pk: (figures(user), titles(user)) for user in kept_out(office)} == before
    assert figures(watch.head)["Open"] == 1


def test_r1_an_export_by_the_named_line_lacks_it(office: Office, watch: Watch) -> None:
    """F18."""
    case = report(office).case
    other = Walk(office, timezone.now() - timedelta(hours=4)).case
    for user, seen in ((office.reception_head, False), (office.division_head, False), (watch.head, True)):
        answer = Desk(user).client.post("/admin/complaints/complaint/export/", {"format": "1", "resource": ""})
        cells = {str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row}
        assert (case.number in cells) is seen, user.name
        assert (other.number in cells) is (user == office.reception_head)


def test_r1_other_cases_of_the_same_customer_lack_it(office: Office, watch: Watch) -> None:
    case = report(office).case
    who = PartyInput(name="举报的人", phone="13911112222", email="whistle@example.com")
    other = Walk(office, timezone.now() - timedelta(hours=4), complainant=who).case
    assert other.complainant.customer_id == case.complainant.customer_id
    for user, seen in ((office.agent, False), (office.reception_head, False), (office.manager, True)):
        assert (case.number in Desk(user).case(other).content.decode()) is seen, user.name
        customer = Desk(user).get("complaints_customer_change", other.complainant.customer_id).content.decode()
        assert (case.number in customer) is seen, user.name


def test_r1_no_notice_of_the_named_line_tells_of_it(office: Office, watch: Watch) -> None:
    case = report(office).case
    named = {user.pk for user in kept_out(office)}
    told = Message.objects.filter(to_user__isnull=False)
    assert not [row for row in told if row.to_user_id in named and (case.number in row.text or WORDS in row.text)]


def test_the_case_page_shows_the_kind_the_mode_and_the_units(office: Office, watch: Watch) -> None:
    case = report(office, complainant=PartyInput(mode=Mode.ANONYMOUS)).case
    with translation.override("en"):
        desk = Desk(watch.head)
        desk.client.cookies.load({"django_language": "en"})
        text = desk.case(case).content.decode()
    assert 'id="report"' in text
    assert office.quality.name in text


# --- leads and retaliation --------------------------------------------------------------------------------------------------
@pytest.fixture
def link(office: Office, watch: Watch) -> LeadLink:
    """Two reports about the same unit; the first was set aside."""
    earlier = report(office).case
    Complaint.objects.filter(pk=earlier.pk).update(unfounded=True)
    later = report(office).case
    return LeadLink.objects.get(earlier=earlier, later=later)


def test_a_lead_named_again_waits_for_the_supervision_and_is_closed_with_a_conclusion(office: Office, watch: Watch, link: LeadLink) -> None:
    page = f"/admin/complaints/leadlink/{link.pk}/"
    assert "Leads named again" in titles(watch.head)
    assert "Leads named again" in titles(watch.investigator)
    desk = Desk(watch.investigator)
    assert link.later.number in desk.case(link.earlier).content.decode()
    assert link.earlier.number in desk.case(link.later).content.decode()
    assert desk.client.post(f"{page}act/review/", {"conclusion": ""}).status_code == 400
    assert desk.client.post(f"{page}act/review/", {"conclusion": "两件并查"}).status_code == 302
    link.refresh_from_db()
    assert (link.reviewed_by, link.conclusion) == (watch.investigator, "两件并查")
    assert "Leads named again" not in titles(watch.head)


def test_r1_the_named_line_meets_no_lead(office: Office, watch: Watch, link: LeadLink) -> None:
    for user in kept_out(office):
        desk = Desk(user)
        assert desk.client.get(f"/admin/complaints/leadlink/{link.pk}/change/").status_code in {403, 404}
        assert desk.client.post(f"/admin/complaints/leadlink/{link.pk}/act/review/", {"conclusion": "x"}).status_code in {403, 404}
        assert "Leads named again" not in titles(user)


def test_r1_whoever_may_not_see_one_of_two_reports_sees_no_link_between_them(office: Office, watch: Watch, link: LeadLink) -> None:
    reports.name_unit(complaint_id=link.later_id, department=office.management, by=watch.head, at=timezone.now())
    reader = Desk(office.manager)
    assert reader.case(link.later).status_code == 404
    text = reader.case(link.earlier).content.decode()
    assert link.later.number not in text
    assert reader.client.get(f"/admin/complaints/leadlink/{link.pk}/change/").status_code == 404


def test_a_sign_of_retaliation_waits_for_the_supervision_alone(office: Office, watch: Watch) -> None:
    case = report(office).case
    flag = RetaliationFlag.objects.create(complaint=case, what="职务被撤销", at=timezone.now())
    page = f"/admin/complaints/retaliationflag/{flag.pk}/"
    assert "Signs of retaliation" in titles(watch.head)
    for user in kept_out(office):
        assert "Signs of retaliation" not in titles(user)
        assert Desk(user).client.get(f"{page}change/").status_code in {403, 404}
    assert Desk(watch.head).client.post(f"{page}act/review/", {"conclusion": "正常调岗，本人自愿"}).status_code == 302
    flag.refresh_from_db()
    assert flag.reviewed_by == watch.head


def test_the_share_of_reports_in_real_name_is_a_figure(office: Office, watch: Watch) -> None:
    for mode in (Mode.REAL_NAME, Mode.CONFIDENTIAL, Mode.ANONYMOUS, Mode.REAL_NAME):
        report(office, complainant=PartyInput(name="某人", mode=mode))
    for user in (watch.head, office.executive, office.manager):
        assert figures(user)["Reports in real name"] == "50 %"
    for user in (office.agent, office.head):
        assert "Reports in real name" not in figures(user)


def test_lists_narrow_by_kind_and_name(office: Office, watch: Watch) -> None:
    named = report(office).case
    sealed = report(office, complainant=PartyInput(mode=Mode.CONFIDENTIAL)).case
    plain = Walk(office, timezone.now() - timedelta(hours=3)).case
    desk = Desk(office.manager)
    for query, shown, hidden in (
        ({"kind": "report"}, (named, sealed), (plain,)),
        ({"kind": "complaint"}, (plain,), (named, sealed)),
        ({"mode": "confidential"}, (sealed,), (named, plain)),
        ({"kind": "report", "mode": "real_name"}, (named,), (sealed, plain)),
    ):
        text = desk.get("complaints_complaint_changelist", **query).content.decode()
        assert all(case.number in text for case in shown), query
        assert not any(case.number in text for case in hidden), query
    for odd in ({"kind": "gossip"}, {"mode": "'"}):
        assert desk.get("complaints_complaint_changelist", **odd).status_code in {302, 400}
