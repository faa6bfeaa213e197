"""F1, F6, F9, F17: each role at each page of each table of the back office, against a table written by hand. What is not in it is denied.

L list, V page of one row, A the form to add, C changing, H history of the row, S search of it in other forms (autocomplete),
D deleting: days and hours of the calendar alone, whose history stays.
The pages are asked for but not painted here: who may open them is decided before; `test_pages.py` paints them.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse

from complaints.workflow import Step
from tests.security.crawl import tables
from tests.security.world import ROLES, World, registered

pytestmark = pytest.mark.django_db

MATRIX = """
admin.logentry                manager:LVH executive:LVH auditor:LVH
complaints.article            manager:LVACH executive:LVH auditor:LVH head:LVACH investigator:LVAH agent:LVAH
complaints.authority          manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
complaints.budget             manager:LVACH executive:LVH auditor:LVH head:LVH
complaints.category           manager:LVACHS executive:LVHS auditor:LVHS head:LVHS investigator:LVHS agent:LVHS
complaints.complaint          manager:LVHS executive:LVHS auditor:LVHS head:LVS investigator:LVS agent:LVS
complaints.costrate           manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
complaints.customer           manager:LVHS executive:LVHS auditor:LVHS head:LVHS investigator:LVHS agent:LVHS
complaints.customerlook       manager:LVH executive:LVH auditor:LVH
complaints.datarequest        manager:LVH executive:LVH auditor:LVH
complaints.followupdraw       manager:LVH executive:LVH auditor:LVH
complaints.followuprule       manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
complaints.fund               manager:LVACH executive:LVH auditor:LVH head:LVH
complaints.fundentry          manager:LVH executive:LVH auditor:LVH head:LVH
complaints.guidedpath         manager:L executive:L auditor:L head:L investigator:L agent:L
complaints.identitylook       manager:LVH executive:LVH auditor:LVH
complaints.identityrequest    manager:LVH executive:LVH auditor:LVH head:L
complaints.improvement        manager:LVHS executive:LVHS auditor:LVHS head:LVHS investigator:LVHS agent:L
complaints.itemrule           manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
complaints.leadlink           manager:LVH executive:LVH auditor:LVH head:L investigator:L agent:L
complaints.ledgerentry        manager:LVH executive:LVH auditor:LVH head:LVH
complaints.lettertemplate     manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
complaints.lowscore           manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:L
complaints.measure            manager:LVACHS executive:LVHS auditor:LVHS head:LVHS investigator:LVHS agent:LVHS
complaints.message            manager:LVHS executive:LVHS auditor:LVHS head:LVHS investigator:LVHS agent:LVHS
complaints.myfinding          manager:L executive:L auditor:L head:L investigator:L agent:L personnel:L employee:LVH
complaints.myimprovement      manager:L executive:L auditor:L head:L investigator:L agent:L personnel:L employee:LVH
complaints.payout             manager:LVH executive:LVH auditor:LVH head:LVH
complaints.penalty            manager:LVH executive:LVH auditor:LVH head:LVH personnel:LVH
complaints.penaltylook        manager:LVH executive:LVH auditor:LVH
complaints.product            manager:LVACHS executive:LVHS auditor:LVHS head:LVHS investigator:LVHS agent:LVHS
complaints.promise            manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:L
complaints.purchase           manager:LVAH executive:LVH auditor:LVH
complaints.question           manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
complaints.retaliationflag    manager:LVH executive:LVH auditor:LVH head:L investigator:L agent:L
complaints.reward             manager:LVAH executive:LVAH auditor:LVAH head:LVAH investigator:LVAH agent:LA personnel:LA employee:LVAH
complaints.rewardrule         manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH personnel:LVH employee:LVH
complaints.sendinghold        manager:LVH executive:LVH auditor:LVH
complaints.settlement         manager:L executive:L auditor:L head:L
complaints.standard           manager:LVAH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
complaints.statement          manager:L executive:L auditor:L head:L investigator:L agent:L personnel:L employee:LVH
complaints.stepchange         manager:LVHS executive:LVHS auditor:LVHS
complaints.vip                manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:L
complaints.visit              manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:L personnel:L employee:L
complaints.wordtoavoid        manager:LVACHS executive:LVHS auditor:LVHS head:LVHS investigator:LVHS agent:LVHS
escalation.affected           manager:LVH executive:LVH auditor:LVH head:LVH
escalation.affectedgoods      manager:LVH executive:LVH auditor:LVH head:LVH
escalation.casemark           manager:LVAH executive:LVAH auditor:LVH head:LA investigator:LA agent:LVAH
escalation.contactlook        manager:LVH executive:LVH auditor:LVH
escalation.crisis             manager:LVAH executive:LVAH auditor:LVH
escalation.crisisimprovement  manager:LVH executive:LVH auditor:LVH
escalation.crisisrisk         manager:LVACH executive:LVACH auditor:LVH
escalation.deadline           manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:L
escalation.deadlinepolicy     manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
escalation.departmentrequest  manager:LVAH executive:LVAH auditor:LVH head:LVAH investigator:LVAH agent:LVAH employee:LVH personnel:L
escalation.digest             manager:LVH executive:LVH auditor:LVH head:LVH
escalation.escalation         manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:L
escalation.extension          manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:L
escalation.factsheet          manager:LVH executive:LVH auditor:LVH
escalation.incident           manager:LVAH executive:LVAH head:LVAH auditor:LVH investigator:LVH agent:LVH
escalation.markrule           manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
escalation.measure            manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
escalation.mediaquestion      manager:LVH executive:LVH auditor:LVH
escalation.pause              manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:L
escalation.reach              manager:LVH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
escalation.regime             manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
escalation.routeditem         manager:LVH executive:LVH auditor:LVH head:LVH
escalation.routingrule        manager:LVACH executive:LVH auditor:LVH head:LVH
escalation.rung               manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
escalation.supervisionorder   manager:LVAH executive:LVAH auditor:LVH head:LA investigator:L agent:LVH
intake.box                    manager:LVACH executive:LVH auditor:LVH head:LVH agent:LVH
intake.boxopening             manager:LVAH executive:LVH auditor:LVH head:LVAH agent:LVAH
intake.channel                manager:LVACHS executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
intake.formevent              manager:LVH executive:LVH auditor:LVH
intake.receptionday           manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
intake.submission             manager:LVAH executive:LVH auditor:LVH head:LA agent:LA
staff.absence                 manager:LVACHS personnel:LVACHS executive:LVHS auditor:LVHS
staff.actionitem              manager:LVH executive:LVH auditor:LVH head:LVH employee:LVH investigator:L agent:L personnel:L
staff.calendaryear            manager:LVACH executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
staff.certificate             manager:LVAHS personnel:LVAHS executive:LVHS auditor:LVHS
staff.chatgroup               manager:LVACH
staff.company                 manager:LVCH executive:LVH auditor:LVH
staff.course                  manager:LVACHS personnel:LVACHS executive:LVHS auditor:LVHS
staff.deniedattempt           manager:LVHS executive:LVHS auditor:LVHS
staff.department              manager:LVACHS personnel:LVHS executive:LVHS auditor:LVHS agent:LVHS investigator:LVHS head:LVHS employee:LVHS
staff.document                manager:LVACHS personnel:LVACHS executive:LVHS auditor:LVHS
staff.documentacknowledgement manager:LVHS personnel:LVHS executive:LVHS auditor:LVHS
staff.documentversion         manager:LVHS personnel:LVHS executive:LVHS auditor:LVHS agent:LVHS investigator:LVHS head:LVHS employee:LVHS
staff.meeting                 manager:LVAH executive:LVAH auditor:LVH head:LVAH employee:LVH investigator:L agent:L personnel:LA
staff.membership              manager:LVAHS executive:LVHS auditor:LVHS
staff.notice                  manager:LVAHS personnel:LVAHS executive:LVAHS auditor:LVHS agent:LVHS investigator:LVHS head:LVAHS employee:LVHS
staff.noticereceipt           manager:LVHS personnel:LVHS executive:LVHS auditor:LVHS head:LVHS
staff.officehours             manager:LVACHD executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
staff.post                    manager:LVACHS personnel:LVHS executive:LVHS auditor:LVHS
staff.suggestion              manager:LVAHS personnel:LA executive:LVAHS auditor:LVAHS agent:LA investigator:LA head:LVAHS employee:LVAHS
staff.user                    manager:LVACHS personnel:LVHS executive:LVHS auditor:LVHS head:LVHS
staff.workday                 manager:LVACHD executive:LVH auditor:LVH head:LVH investigator:LVH agent:LVH
"""
TABLE = {line.split()[0]: dict(cell.split(":") for cell in line.split()[1:]) for line in MATRIX.strip().splitlines()}
#: Tables other forms search in; the form and field that do it.
SEARCHED = {"staff.user": ("membership", "user"), "staff.department": ("membership", "department"), "staff.post": ("membership", "post"),
            "staff.course": ("certificate", "course")}  # fmt: skip
REFUSED = frozenset({403, 404})


@pytest.fixture(autouse=True)
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(lambda _page: ""))


def url(name: str, page: str, *args: object) -> str:
    return reverse(f"admin:{name.replace('.', '_')}_{page}", args=args)


def test_f17_the_table_names_every_page_and_the_workers_tables_have_none() -> None:
    assert set(registered()) == set(TABLE)
    assert not [name for name in registered() if name.split(".")[0] in {"django_q", "auth", "axes", "sessions", "contenttypes"}]


@pytest.mark.parametrize(
    "path",
    ["django_q/schedule", "django_q/ormq", "django_q/success", "django_q/failure", "auth/group", "auth/permission", "axes/accessattempt"],
)
def test_f17_the_machine_room_is_closed_even_to_a_superuser(world: World, path: str) -> None:
    boss = world.user("manager")
    boss.is_superuser = True
    boss.save(update_fields=["is_superuser"])
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    for page in ("", "add/", "1/change/"):
        assert client.get(f"/admin/{path}/{page}").status_code == 404
        assert client.post(f"/admin/{path}/{page}", {"func": "os.system"}).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_f1_every_role_on_every_table_as_the_table_says(world: World, role: str) -> None:
    client, wrong = world.client(role), []
    for name in TABLE:
        allowed = TABLE[name].get(role, "")
        for letter, answer in opened(client, name, world.row(name, role).pk).items():
            may = letter in allowed
            if (answer.status_code == 200) is not may or (not may and answer.status_code not in REFUSED):
                wrong.append(f"{name} {letter}: {answer.status_code}, the table says {'yes' if may else 'no'}")
    assert not wrong, "\n".join(wrong)


def key_of(name: str) -> str:
    """The field a popup may ask for: measures are known by their code."""
    return str(registered()[name].model._meta.pk.name)


def opened(client: Client, name: str, pk: object) -> dict[str, HttpResponse]:
    """Each way into a table, in the form that changes nothing: an empty change is answered with its errors, or refused."""
    tried: dict[str, Any] = {
        "L": client.get(url(name, "changelist")),
        "V": client.get(url(name, "change", pk)),
        "A": client.get(url(name, "add")),
        "H": client.get(url(name, "history", pk)),
        "D": client.get(url(name, "delete", pk)),
    }
    if name != "complaints.complaint":  # its own search is the list's
        tried["C"] = client.post(url(name, "change", pk), {"_popup": "1", "_to_field": key_of(name)})
        if tried["C"].status_code == 302:  # nothing was wrong with an empty form: it was taken
            tried["C"].status_code = 200
    if name in SEARCHED:
        model, field = SEARCHED[name]
        asked = {"app_label": "staff", "model_name": model, "field_name": field, "term": ""}
        tried["S"] = client.get(reverse("admin:autocomplete"), asked)
    return tried


@pytest.mark.parametrize("role", ROLES)
def test_f1_a_popup_opens_no_other_door(world: World, role: str) -> None:
    client = world.client(role)
    for name in TABLE:
        allowed = TABLE[name].get(role, "")
        for letter, page in (("L", url(name, "changelist")), ("A", url(name, "add"))):
            status = client.get(page, {"_popup": "1", "_to_field": key_of(name)}).status_code
            assert (status in (200, 302, 400)) is (letter in allowed), (name, letter, status)
            assert status == 200 or status in REFUSED or letter in allowed, (name, letter, status)
        assert client.get(url(name, "changelist"), {"_to_field": "password"}).status_code != 200


@pytest.mark.parametrize("role", ROLES)
def test_f9_nobody_deletes_what_a_case_rests_on(world: World, role: str) -> None:
    client, counted = world.client(role), tables()
    for name, row in world.rows.items():
        if "D" in TABLE[name].get(role, ""):
            continue
        model = admin.site._registry[type(row)].model
        assert client.get(url(name, "delete", row.pk)).status_code in REFUSED, name
        assert client.post(url(name, "delete", row.pk), {"post": "yes"}).status_code in REFUSED, name
        chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [row.pk], "post": "yes", "index": "0", "select_across": "1"}
        client.post(url(name, "changelist"), chosen)
        assert model._default_manager.filter(pk=row.pk).exists(), name
    now = tables()
    assert [table for table, (rows, _sum) in counted.items() if now[table][0] < rows] == []


@pytest.mark.parametrize("role", ["auditor", "personnel", "employee"])
def test_f6_who_only_reads_writes_nothing_whatever_is_posted(world: World, role: str) -> None:
    """Change form, `_saveasnew`, rows of inlines, the list as a formset, actions, acts, the password of another."""
    client = world.client(role)
    before = tables()
    for name in TABLE:
        row = world.rows[name]
        if set("AC") & set(TABLE[name].get(role, "")):
            continue
        forged = forgeries(row)
        for sent in forged if role == "auditor" else forged[:1]:
            assert client.post(url(name, "change", row.pk), sent).status_code in REFUSED, (name, sent)
        assert client.post(url(name, "add"), forged[0]).status_code in REFUSED, name
        for sent in forged[2:3] + forged[4:]:
            client.post(url(name, "changelist"), sent)
        page = registered()[name]
        for act in getattr(page, "acts", ()):
            if act.name not in {"acknowledge", "receive", "give", "decline", "finish"}:  # every employee's own
                answer = client.post(url(name, "act", row.pk, act.name), {"password1": "x" * 12, "password2": "x" * 12, "text": "x"})
                assert answer.status_code in REFUSED, (name, act.name)
    after = tables()
    assert {table for table in before if before[table] != after[table]} == set()


def forgeries(row: Any) -> list[dict[str, Any]]:
    words = {field.name: "1" for field in row._meta.fields}
    formset = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "1", "form-0-id": row.pk, "form-0-name": "x", "form-1-name": "x"}
    inline = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-role": "manager"}
    rights = {"is_superuser": "on", "groups": "1", "user_permissions": "1", "is_staff": "on"}
    return [
        words | {"_save": "1"},
        words | {"_saveasnew": "1"},
        formset | {"_save": "1"},
        inline | rights | {"_continue": "1"},
        {"action": "export_admin_action", ACTION_CHECKBOX_NAME: [row.pk], "select_across": "1"},
    ]


@pytest.mark.parametrize("role", ROLES)
def test_f6_a_case_has_no_form_of_its_fields(world: World, role: str) -> None:
    client, case = world.client(role), world.cases[Step.PROPOSE]
    before = tables()
    forged = {
        "step": "closed",
        "handler": world.user(role).pk,
        "severity": "minor",
        "unfounded": "on",
        "due_at": "2099-01-01",
        "_save": "1",
    }
    for page in ("change/", "history/", "delete/", "act/no_such_act/"):
        answer = client.post(f"/admin/complaints/complaint/{case.pk}/{page}", forged)
        assert answer.status_code in {*REFUSED, 405} or page == "history/", (page, answer.status_code)
    client.post("/admin/complaints/complaint/", {**forged, "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": case.pk})
    client.post(f"/admin/complaints/complaint/{case.pk}/history/{case.history.first().history_id}/", forged)
    after = tables()
    assert {table for table in before if before[table] != after[table]} == set()


@pytest.mark.parametrize("role", ROLES)
def test_f16_nobody_gives_rights_to_themselves(world: World, role: str) -> None:
    user, client = world.user(role), world.client(role)
    held = set(user.get_all_permissions())
    for chosen in ("manager", "executive", "head"):
        new = {"user": user.pk, "department": world.office.management.pk, "role": chosen, "post": ""}
        assert client.post(url("staff.membership", "add"), new).status_code == 403
    forged = {"employee_number": user.employee_number, "name": user.name, "language": "en", "email": "", "phone": "",
              "is_superuser": "on", "is_active": "on", "groups": ["1", "2"], "user_permissions": ["1"], "rights_changed_at": "2000-01-01"}  # fmt: skip
    client.post(url("staff.user", "change", user.pk), forged)
    client.post("/admin/password_change/", {"is_superuser": "on"})
    after = world.user(role)
    assert not after.is_superuser
    assert set(after.get_all_permissions()) == held
    assert after.memberships.count() == user.memberships.count()
