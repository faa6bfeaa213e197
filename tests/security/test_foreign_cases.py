"""F5, F18, I7: a case of another department is nowhere: not found, not counted, not exported, not told apart from one that is not there."""

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from complaints.models import Complaint
from complaints.workflow import Step
from staff.models import DeniedAttempt
from tests.security.crawl import tables
from tests.security.world import FOREIGN, ROLES, SEES_ALL, World

pytestmark = pytest.mark.django_db

NOT_THEIRS = [role for role in ROLES if role not in SEES_ALL]
READERS = ("agent", "investigator", "head")


def answer_of(client: Client, path: str) -> tuple[int, int]:
    found = client.get(path)
    return found.status_code, len(re.sub(rb'value="[^"]{60,}"|nonce="[^"]*"|\d+', b"", found.content))


@pytest.mark.parametrize("role", NOT_THEIRS)
def test_f5_page_history_file_and_acts_answer_as_if_it_were_not_there(world: World, role: str) -> None:
    client, case = world.client(role), world.foreign
    attachment = case.attachments.get()
    version = case.history.first().history_id
    there, gone = f"/admin/complaints/complaint/{case.pk}/", "/admin/complaints/complaint/999999/"
    for page in ("", "change/", "history/", f"history/{version}/", "delete/", f"files/{attachment.pk}/", "act/claim/", "act/add_note/"):
        assert answer_of(client, there + page) == answer_of(client, gone + page), page
        assert client.get(there + page, follow=True).status_code in (403, 404), page
    before = tables()
    for act in ("claim", "take_over", "add_note", "write_message", "attach", "withdraw", "classify"):
        assert client.post(f"{there}act/{act}/", {"text": "x", "reason": "x"}).status_code == 404, act
    assert tables() == before
    assert FOREIGN not in str(list(DeniedAttempt.objects.values()))


@pytest.mark.parametrize("role", NOT_THEIRS)
def test_f5_its_message_record_and_customer_are_not_there_either(world: World, role: str) -> None:
    client, case = world.client(role), world.foreign
    parts: list[tuple[str, Any]] = [
        ("message", case.messages.first()),
        ("stepchange", case.changes.first()),
        ("customer", case.complainant.customer),
    ]
    for model, row in parts:
        for page in ("change/", "history/", "delete/", "act/told/"):
            status = client.get(f"/admin/complaints/{model}/{row.pk}/{page}").status_code
            assert status in (403, 404), (model, page, status)


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize(
    "asked",
    [
        {"q": FOREIGN}, {"q": "他处"}, {"q": "13911112222"}, {"q": "11112222"}, {"q": "foreign@example.com"}, {"q": "FOREIGN-1"},
        {"step": "classify"}, {"whose": "unclaimed"}, {"due": "overdue"}, {"o": "1"}, {"o": "-2"}, {"p": "1"}, {"all": ""},
    ],
)  # fmt: skip
def test_f5_no_search_filter_or_order_brings_it_up(world: World, role: str, asked: dict[str, str]) -> None:
    client, case = world.client(role), world.foreign
    lists = ["complaint"] if "q" not in asked else ["complaint", "customer", "message", "improvement"]
    for name in lists:
        page = client.get(f"/admin/complaints/{name}/", asked, follow=True)
        text = re.sub(r'<input[^>]*name="q"[^>]*>|\?[^"]*"', "", page.content.decode())
        assert (
            f"/{case.pk}/change/" not in text.replace(f"/message/{case.pk}/", "").replace(f"/customer/{case.pk}/", "")
            or name != "complaint"
        )
        assert case.number not in text
        assert "foreign@example.com" not in text.replace(asked.get("q", "-"), "")


@pytest.mark.parametrize("role", READERS)
def test_f5_no_filter_by_its_department_counts_or_shows_anything(world: World, role: str) -> None:
    page = world.client(role).get("/admin/complaints/complaint/", {"department": world.foreign.department_id})
    assert page.status_code == 200
    assert len(page.context["cl"].result_list) == 0


@pytest.mark.parametrize("role", READERS)
def test_f5_the_first_page_counts_only_what_they_see(world: World, role: str) -> None:
    client, user = world.client(role), world.user(role)
    seen = Complaint.objects.visible_to(user).in_figures()
    figures = dict(client.get("/admin/").context["figures"])
    assert next(iter(figures.values())) == seen.open().count()
    assert seen.count() < Complaint.objects.count()


def test_f5_nobody_merges_into_what_they_do_not_see(world: World) -> None:
    client, case = world.client("agent"), world.cases[Step.CLASSIFY]
    newest = case.changes.latest("sequence").sequence
    path = f"/admin/complaints/complaint/{case.pk}/act/merge/"
    foreign = client.post(path, {"seen": newest, "into": world.foreign.number, "reason": "x"})
    unknown = client.post(path, {"seen": newest, "into": "260302-ZZZZZ", "reason": "x"})
    assert foreign.status_code == unknown.status_code == 422
    assert (
        [str(error) for error in foreign.context["main_act"].form.errors["into"]]
        == [str(error) for error in unknown.context["main_act"].form.errors["into"]]
        if foreign.context["main_act"].act.name == "merge"
        else True
    )


def test_f5_other_customers_complaints_list_shows_no_foreign_one(world: World) -> None:
    """The same customer complained elsewhere too: only who sees that case learns of it."""
    case = world.cases[Step.RECORD]
    type(world.foreign.complainant).objects.filter(pk=world.foreign.complainant_id).update(customer=case.complainant.customer_id)
    path = f"/admin/complaints/complaint/{case.pk}/change/"
    assert world.foreign.number not in world.client("agent").get(path).content.decode()
    assert world.foreign.number in world.client("manager").get(path).content.decode()


# --- F18 ------------------------------------------------------------------------------------------------------------
EXPORT = "/admin/complaints/complaint/export/"


def exported(client: Client, query: str = "", **sent: Any) -> list[list[str]]:
    answer = client.post(EXPORT + query, {"format": "0", "resource": "", **sent})
    assert answer.status_code in (200, 400)
    if not answer["Content-Type"].startswith("text/csv"):  # refused, or asked again by the form
        assert FOREIGN not in answer.content.decode()
        return []
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("role", ROLES)
def test_f18_only_those_with_the_right_export(world: World, role: str) -> None:
    status = world.client(role).get(EXPORT).status_code
    assert (status == 200) is (role in {"head", "executive", "manager", "auditor"})
    if status != 200:
        assert world.client(role).post(EXPORT, {"format": "0", "resource": ""}).status_code == 403


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("", {}),
        ("?p=999", {}),
        ("?all=1", {"export_items": "ALL"}),
        ("", {"export_items": ["FOREIGN"], "_selected_action": ["FOREIGN"]}),
        ("?ids=FOREIGN", {"action": "export_admin_action"}),
        ("", {"fields": ["complainant__phone"], "resource": "0", "complainant__phone": "on", "code_digest": "on"}),
    ],
)
def test_f18_forged_ids_pages_and_columns_export_nothing_more(world: World, query: str, sent: dict[str, Any]) -> None:
    pk = str(world.foreign.pk)
    filled = {
        name: [pk if item == "FOREIGN" else item for item in value] if isinstance(value, list) else value for name, value in sent.items()
    }
    head = world.user("head")
    found = exported(world.client("head"), query.replace("FOREIGN", pk), **filled)
    seen = set(Complaint.objects.visible_to(head).values_list("number", flat=True))
    assert {row[0] for row in found[1:]} <= seen
    assert {len(row) for row in found} <= {10}
    text = str(found)
    assert FOREIGN not in text
    assert "13800138000" not in text
    assert "a@example.com" not in text
    kept = LogEntry.objects.filter(user=head, change_message__startswith="export").count()
    assert kept == bool(found)


def test_f18_what_is_filtered_on_screen_is_filtered_in_the_file(world: World) -> None:
    manager = world.client("manager")
    found = exported(manager, "?step=notify")
    assert {row[0] for row in found[1:]} == set(Complaint.objects.filter(step="notify").values_list("number", flat=True))
    assert manager.post(f"{EXPORT}?step=nothing", {"format": "0", "resource": ""}).status_code in (302, 400)


def test_c8_no_cell_begins_a_formula_whatever_was_typed(world: World) -> None:
    for row in exported(world.client("manager")):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
