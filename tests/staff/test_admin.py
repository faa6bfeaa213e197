"""The organisation in the back office: who sees, who changes, and that odd requests get an answer and no error of ours."""

import re
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from complaints import outbox
from complaints.models import Message
from escalation.models import Recount
from staff import events
from staff.admin import OfficeAdmin, RecordAdmin
from staff.models import (
    Absence,
    ActionItem,
    CalendarYear,
    Certificate,
    ChatGroup,
    Company,
    Course,
    Department,
    DocumentVersion,
    Meeting,
    Membership,
    Notice,
    OfficeHours,
    Post,
    Suggestion,
    User,
    WorkDay,
)
from staff.roles import Role
from staff.services import calendars, denials, departments, documents, meetings, memberships, suggestions
from tests.factories.staff import (
    PASSWORD,
    CompanyFactory,
    CourseFactory,
    DepartmentFactory,
    DocumentFactory,
    NoticeFactory,
    PostFactory,
    person,
)

pytestmark = pytest.mark.django_db

# Whose page of the model answers 200 to: L list, A the form to add. Whoever is not named gets 403.
PAGES = """
absence                  manager:LA personnel:LA executive:L auditor:L
actionitem               manager:L executive:L auditor:L head:L employee:L investigator:L agent:L personnel:L
calendaryear             manager:LA executive:L auditor:L head:L investigator:L agent:L
certificate              manager:LA personnel:LA executive:L auditor:L
chatgroup                manager:LA
company                  manager:L executive:L auditor:L
course                   manager:LA personnel:LA executive:L auditor:L
deniedattempt            manager:L executive:L auditor:L
department               manager:LA personnel:L executive:L auditor:L agent:L investigator:L head:L employee:L
document                 manager:LA personnel:LA executive:L auditor:L
documentacknowledgement  manager:L personnel:L executive:L auditor:L
documentversion          manager:L personnel:L executive:L auditor:L agent:L investigator:L head:L employee:L
meeting                  manager:LA executive:LA auditor:L head:LA employee:L investigator:L agent:L personnel:LA
membership               manager:LA executive:L auditor:L
notice                   manager:LA personnel:LA executive:LA auditor:L agent:L investigator:L head:LA employee:L
noticereceipt            manager:L personnel:L executive:L auditor:L head:L
officehours              manager:LA executive:L auditor:L head:L investigator:L agent:L
post                     manager:LA personnel:L executive:L auditor:L
suggestion               manager:LA personnel:LA executive:LA auditor:LA agent:LA investigator:LA head:LA employee:LA
user                     manager:LA personnel:L executive:L auditor:L head:L
workday                  manager:LA executive:L auditor:L head:L investigator:L agent:L
"""
TABLE = {line.split()[0]: dict(cell.split(":") for cell in line.split()[1:]) for line in PAGES.strip().splitlines()}
OURS: dict[str, Any] = {
    str(model._meta.model_name): registered for model, registered in admin.site._registry.items() if model._meta.app_label == "staff"
}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, page: str, *args: object) -> str:
    return reverse(f"admin:staff_{name}_{page}", args=args)


def meeting_of(user: User, now: datetime) -> Meeting:
    department = DepartmentFactory.create()
    return meetings.call(title="x", department=department, planned_at=now, people=[user], by=person(Role.MANAGER), at=now)


def row_of(name: str, now: datetime) -> Any:
    """One row of each model, made once."""
    manager, user = person(Role.MANAGER), person(Role.AGENT)
    version = documents.publish_version(
        document=DocumentFactory.create(), body="x", clauses=[], in_force_from=now.date(), by=manager, at=now
    )
    rows: dict[str, Any] = {
        "actionitem": lambda: ActionItem.objects.create(meeting=meeting_of(user, now), text="x", owner=user, due_on=now.date()),
        "calendaryear": lambda: calendars.fill(year=2035 + CalendarYear.objects.count(), country="CN", by=manager, at=now),
        "chatgroup": lambda: ChatGroup.objects.create(name="x", format="lark", address="https://chat.example/key"),
        "meeting": lambda: meeting_of(user, now),
        "officehours": lambda: OfficeHours.objects.create(department=DepartmentFactory.create(), weekday=1, opens=time(9), closes=time(10)),
        "workday": lambda: WorkDay.objects.create(day=date(2036, 1, 1) + timedelta(days=WorkDay.objects.count())),
        "absence": lambda: Absence.objects.create(user=user, deputy=manager, from_on=now, to_on=now),
        "certificate": lambda: Certificate.objects.create(user=user, course=CourseFactory.create(), issued_on=now),
        "company": CompanyFactory.create,
        "course": CourseFactory.create,
        "deniedattempt": lambda: denials.record(user=user, method="GET", path="/admin/", at=now),
        "department": DepartmentFactory.create,
        "document": lambda: version.document,
        "documentacknowledgement": lambda: documents.acknowledge(version=version, by=user, at=now),
        "documentversion": lambda: version,
        "membership": lambda: user.memberships.get(),
        "notice": NoticeFactory.create,
        "noticereceipt": lambda: NoticeFactory.create().receipts.create(user=user, state="delivered", at=now),
        "post": PostFactory.create,
        "suggestion": lambda: suggestions.make(kind="noticed", text="x", by=user, at=now),
        "user": lambda: user,
    }
    return rows[name]()


class TestF1Pages:
    def test_the_table_names_every_page(self) -> None:
        assert set(TABLE) == set(OURS)

    @pytest.mark.parametrize("name", TABLE)
    @pytest.mark.parametrize("role", Role.values)
    def test_answer_as_the_table_says(self, name: str, role: str) -> None:
        client, allowed = client_of(person(Role(role))), TABLE[name].get(role, "")
        assert client.get(url(name, "changelist")).status_code == (200 if "L" in allowed else 403)
        assert client.get(url(name, "add")).status_code == (200 if "A" in allowed else 403)

    @pytest.mark.parametrize("name", TABLE)
    def test_are_closed_to_strangers(self, name: str) -> None:
        for page in ("changelist", "add"):
            response = Client().get(url(name, page))
            assert (response.status_code, response["Location"].partition("?")[0]) == (302, reverse("admin:login"))

    @pytest.mark.parametrize("name", ["officehours", "workday"])
    def test_hours_and_days_of_the_calendar_alone_are_deleted_and_their_history_stays(self, name: str, now: datetime) -> None:
        manager, rows = person(Role.MANAGER), [row_of(name, now) for _ in range(2)]
        client, kept = client_of(manager), type(rows[0]).history
        before = OrmQ.objects.count()
        assert client_of(person(Role.EXECUTIVE)).post(url(name, "delete", rows[0].pk), {"post": "yes"}).status_code == 403
        assert client.post(url(name, "delete", rows[0].pk), {"post": "yes"}).status_code == 302
        client.post(url(name, "changelist"), {"action": "delete_selected", "_selected_action": rows[1].pk, "post": "yes"})
        assert not type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).exists()
        assert [(row.history_type, row.history_user) for row in kept.filter(history_type="-")] == [("-", manager)] * 2
        assert Recount.objects.get().round == 2, "what rests on the calendar is counted anew each time"
        assert OrmQ.objects.count() == before + 1, "by one job"

    @pytest.mark.parametrize("name", sorted(set(TABLE) - {"officehours", "workday"}))
    def test_show_a_row_and_its_history_and_are_never_deleted(self, name: str, now: datetime) -> None:
        row, client = row_of(name, now), client_of(person(Role.MANAGER))
        assert client.get(url(name, "change", row.pk)).status_code == 200
        assert client.get(url(name, "history", row.pk)).status_code == 200
        assert client.post(url(name, "delete", row.pk), {"post": "yes"}).status_code == 403
        actions = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        client.post(url(name, "changelist"), actions)
        assert type(row).objects.filter(pk=row.pk).exists()

    @pytest.mark.parametrize("name", TABLE)
    def test_cost_a_constant_number_of_queries(self, name: str, now: datetime, django_assert_max_num_queries: Any) -> None:
        client = client_of(person(Role.MANAGER))
        for _ in range(1 if name == "company" else 5):
            row_of(name, now)
        with django_assert_max_num_queries(15):
            client.get(url(name, "changelist"))


class TestF6AuditorsChangeNothing:
    @pytest.mark.parametrize("name", sorted(set(TABLE) - {"suggestion"}))
    def test_forged_posts_are_refused(self, name: str, now: datetime) -> None:
        row, client = row_of(name, now), client_of(person(Role.AUDITOR))
        before = type(row).objects.values().get(pk=row.pk)
        forged = {"name": "x", "title": "x", "text": "x", "_save": "1", "_saveasnew": "1", "is_superuser": "on"}
        assert client.post(url(name, "add"), forged).status_code == 403
        assert client.post(url(name, "change", row.pk), forged).status_code == 403
        client.post(url(name, "changelist"), {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": row.pk, "_save": "1"})
        for act in OURS[name].acts:
            expected = (200, 302, 403) if act.name in ("acknowledge", "receive") else (403,)
            assert client.post(url(name, "act", row.pk, act.name), forged).status_code in {*expected, 400}
        assert type(row).objects.values().get(pk=row.pk) == before

    def test_an_old_version_is_read_and_not_put_back(self, now: datetime) -> None:
        course = CourseFactory.create(name="原名")
        course.name = "新名"
        course.save()
        client = client_of(person(Role.MANAGER))
        old = url("course", "simple_history", course.pk, course.history.earliest().pk)
        assert client.get(old).status_code == 200
        assert client.post(old, {"name": "原名", "code": course.code}).status_code == 403
        assert Course.objects.get().name == "新名"


class TestF5WhatIsNotTheirs:
    def test_looks_like_what_is_not_there(self, now: datetime) -> None:
        notice = NoticeFactory.create(to_everyone=False)
        suggestion = suggestions.make(kind="noticed", text="x", by=person(), at=now)
        client = client_of(person(Role.AGENT))
        for name, row in (("notice", notice), ("suggestion", suggestion)):
            for key in (row.pk, 999_999, "abc", "9" * 40):
                assert client.get(url(name, "change", key)).status_code == 404
                assert client.get(url(name, "history", key)).status_code == 404
                assert client.post(url(name, "act", key, OURS[name].acts[0].name)).status_code == 404
            assert client.get(url(name, "simple_history", row.pk, row.history.get().pk)).status_code == 404
            assert str(row.pk) not in re.findall(r"/(\d+)/change/", client.get(url(name, "changelist")).content.decode())

    def test_odd_version_numbers_are_not_there(self) -> None:
        course, client = CourseFactory.create(), client_of(person(Role.MANAGER))
        for version in ("abc", "0", "9" * 40, "-1"):
            assert client.get(url("course", "simple_history", course.pk, version)).status_code == 404


class TestF15OddParameters:
    ODD = ["o=abc", "o=99", "o=-1.-1", "p=abc", "p=999999", "q=%00", "q=%27%22%3B--", "id__foo=1", "user__password=x", "_connector=OR+1%3D1",
           "is_active__exact=%00", "is_active__exact=maybe", "memberships__role__exact=%00", "memberships__role__exact=%27", "e=1",
           "id__exact=" + "9" * 40, "_to_field=password", "_popup=1", "all=", "department__id__exact=abc", "%00=1", "to_on__isempty=x"]  # fmt: skip

    @pytest.mark.parametrize("name", ["user", "membership", "department", "notice", "deniedattempt"])
    @pytest.mark.parametrize("query", ODD)
    def test_get_an_answer(self, name: str, query: str) -> None:
        client = client_of(person(Role.MANAGER))
        client.raise_request_exception = False
        assert client.get(f"{url(name, 'changelist')}?{query}").status_code < 500

    @pytest.mark.parametrize("query", ["app_label=staff&model_name=membership&field_name=user&term=%00", "field_name=password", ""])
    def test_of_the_autocomplete_get_an_answer(self, query: str) -> None:
        client = client_of(person(Role.MANAGER))
        client.raise_request_exception = False
        assert client.get(f"{reverse('admin:autocomplete')}?{query}").status_code < 500


class TestUsers:
    NEW = {"employee_number": "N1", "name": "新人", "email": "n1@example.com", "phone": "", "language": "en"}

    def test_a_manager_adds_one_who_then_signs_in(self) -> None:
        client = client_of(person(Role.MANAGER))
        new = {**self.NEW, "password1": PASSWORD, "password2": PASSWORD}
        answer = client.post(url("user", "add"), new)
        assert answer["Location"] == f"{url('membership', 'add')}?user={User.objects.get(employee_number='N1').pk}"
        added = User.objects.get(employee_number="N1")
        next_page = client.get(f"{url('membership', 'add')}?user={added.pk}", headers={"accept-language": "en"}).content.decode()
        assert f'<option value="{added.pk}" selected>' in next_page
        signing_in = Client().post(reverse("admin:login"), {"username": "n1", "password": PASSWORD})
        assert signing_in.status_code == 302
        assert User.objects.get(employee_number="N1").history.earliest().history_user is not None

    def test_one_added_without_a_password_gets_a_link_to_set_one(self, now: datetime) -> None:
        manager, stranger = client_of(person(Role.MANAGER)), Client()
        assert manager.post(url("user", "add"), {**self.NEW, "password1": "", "password2": ""}).status_code == 302
        assert stranger.post(reverse("admin_password_reset"), {"email": "n1@example.com"}).status_code == 302
        link = re.search(r"http://[^/]+(/\S+)", outbox.body_of(Message.objects.get(to_user__employee_number="N1")).text)
        assert link is not None
        form = stranger.get(link[1], follow=True)
        stranger.post(form.redirect_chain[-1][0], {"new_password1": PASSWORD, "new_password2": PASSWORD})
        assert Client().post(reverse("admin:login"), {"username": "N1", "password": PASSWORD}).status_code == 302

    @pytest.mark.parametrize(
        "wrong",
        [
            {"password1": "a", "password2": "b"},
            {"password1": "1234567890", "password2": "1234567890"},
            {"email": ""},
            {"employee_number": "王"},
            {"name": ""},
            {"name": "长" * 200},
            {"language": "xx"},
        ],
    )
    def test_wrong_input_is_told(self, wrong: dict[str, str]) -> None:
        client = client_of(person(Role.MANAGER))
        page = client.post(url("user", "add"), {**self.NEW, **wrong})
        assert page.status_code == 200
        assert page.context["adminform"].errors
        assert not User.objects.filter(name=self.NEW["name"]).exists()

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.PERSONNEL, Role.AGENT])
    def test_f16_no_field_of_the_form_gives_rights(self, role: Role) -> None:
        user = person(role)
        groups = list(user.groups.values_list("pk", flat=True))
        forged = {**self.NEW, "is_superuser": "on", "is_staff": "on", "groups": ["1", "2"], "user_permissions": ["1"], "password": "x"}
        client_of(user).post(url("user", "change", user.pk), forged)
        after = User.objects.get(pk=user.pk)
        assert not after.is_superuser
        assert list(after.groups.values_list("pk", flat=True)) == groups
        assert not after.user_permissions.exists()
        assert after.check_password(PASSWORD)

    def test_f16_a_manager_gets_403_for_a_role_of_their_own(self) -> None:
        manager = person(Role.MANAGER)
        new = {"user": manager.pk, "department": DepartmentFactory.create().pk, "role": "executive"}
        assert client_of(manager).post(url("membership", "add"), new).status_code == 403
        assert manager.memberships.count() == 1

    def test_a_leaver_with_open_matters_is_told_which(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(events, "open_matters", [lambda _user: ["260302-ABCDE"]])
        user, client = person(Role.AGENT), client_of(person(Role.MANAGER))
        page = client.post(url("user", "act", user.pk, "deactivate"))
        assert page.status_code == 409
        assert "260302-ABCDE" in page.content.decode()
        monkeypatch.setattr(events, "open_matters", [])
        assert client.post(url("user", "act", user.pk, "deactivate")).status_code == 302
        assert not User.objects.get(pk=user.pk).is_active

    def test_get_never_acts(self) -> None:
        user, client = person(Role.AGENT), client_of(person(Role.MANAGER))
        assert client.get(url("user", "act", user.pk, "deactivate")).status_code == 200
        assert User.objects.get(pk=user.pk).is_active

    def test_a_manager_sends_another_the_link_to_a_new_password_and_sets_none(self) -> None:
        manager, user = person(Role.MANAGER), person(Role.AGENT)
        new = {"password1": "another-plum-9", "password2": "another-plum-9"}
        assert client_of(manager).post(url("user", "act", manager.pk, "send-reset")).status_code == 403
        assert client_of(person(Role.PERSONNEL)).post(url("user", "act", user.pk, "send-reset")).status_code == 403
        assert client_of(manager).post(url("user", "act", user.pk, "set-password"), new).status_code == 404
        assert client_of(manager).post(url("user", "act", user.pk, "send-reset"), new).status_code == 302
        assert User.objects.get(pk=user.pk).check_password(PASSWORD)


class TestActsAndForms:
    def test_a_manager_gives_and_ends_a_role(self) -> None:
        client, user = client_of(person(Role.MANAGER)), person()
        new = {"user": user.pk, "department": DepartmentFactory.create().pk, "role": "agent", "post": ""}
        assert client.post(url("membership", "add"), new).status_code == 302
        given = user.memberships.get(role="agent")
        again = client.post(url("membership", "add"), new)
        assert again.context["adminform"].errors
        assert user.memberships.count() == 2
        assert client.post(url("membership", "act", given.pk, "end")).status_code == 302
        given.refresh_from_db()
        assert given.to_on is not None

    def test_a_refusal_of_the_service_keeps_what_was_typed(self, now: datetime) -> None:
        client, user, deputy = client_of(person(Role.PERSONNEL)), person(), person()
        new = {"user": user.pk, "deputy": deputy.pk, "from_on": "2026-03-02", "to_on": "2026-03-05", "reason": "年假"}
        assert client.post(url("absence", "add"), new).status_code == 302
        page = client.post(url("absence", "add"), {**new, "reason": "又一次"})
        assert page.status_code == 409
        assert "又一次" in page.content.decode()
        assert Absence.objects.get().reason == "年假"
        assert client.post(url("absence", "change", Absence.objects.get().pk), {**new, "reason": "病假"}).status_code == 302
        assert Absence.objects.get().reason == "病假"

    def test_a_department_does_not_hang_below_itself(self) -> None:
        top = DepartmentFactory.create()
        leaf = DepartmentFactory.create(parent=top)
        changed = {"name": top.name, "code": top.code, "level": top.level, "parent": leaf.pk, "active": "on"}
        page = client_of(person(Role.MANAGER)).post(url("department", "change", top.pk), changed)
        assert page.context["adminform"].errors
        assert Department.objects.get(pk=top.pk).parent is None

    def test_reference_data_are_saved_with_their_author(self) -> None:
        manager, course = person(Role.MANAGER), CourseFactory.create()
        new = {"name": "热线受理员", "level": "acceptance", "duties": "", "authority": "", "required_courses": [course.pk]}
        assert client_of(manager).post(url("post", "add"), new).status_code == 302
        post = Post.objects.get()
        assert list(post.required_courses.all()) == [course]
        assert post.history.earliest().history_user == manager

    def test_the_company_is_changed_and_never_doubled(self) -> None:
        CompanyFactory.create()
        client = client_of(person(Role.MANAGER))
        new = {"name": "新名", "hotline": "1", "address": "", "time_zone": "Asia/Shanghai", "currency": "CNY", "answer_days": 20,
               "identity_minutes": 30, "years_kept": 5, "watch_months": 24, "representatives_most": 5, "low_score": 2, "follow_up_attempts": 3, "survey_days": 60,
               "survey_wait_days": 14}  # fmt: skip
        assert client.post(url("company", "change", 1), new).status_code == 302
        assert (Company.current().name, Company.current().answer_days) == ("新名", 20)
        call_command("setup", update=True, hotline="400-1", stdout=StringIO())
        assert (Company.current().hotline, Company.current().answer_days) == ("400-1", 20)
        assert client.post(url("company", "change", 1), {**new, "answer_days": 0}).context["adminform"].errors
        assert client.post(url("company", "add"), new).status_code == 403

    def test_a_notice_is_published_and_answered(self) -> None:
        personnel, reader = person(Role.PERSONNEL), person(Role.AGENT)
        new = {"form": "notice", "title": "放假", "body": "周一放假。", "roles": ["agent"], "answer_due_on": ""}
        client = client_of(personnel)
        assert client.post(url("notice", "add"), {**new, "roles": []}).context["adminform"].errors
        assert client.post(url("notice", "add"), new).status_code == 302
        notice = Notice.objects.get()
        answering = url("notice", "act", notice.pk, "receive")
        assert client_of(reader).post(answering, {"state": "unclear", "remark": ""}).status_code == 400
        assert client_of(reader).post(answering, {"state": "understood", "remark": ""}).status_code == 302
        assert client_of(reader).post(answering, {"state": "understood", "remark": ""}).status_code == 403
        assert client_of(person()).post(answering, {"state": "understood", "remark": ""}).status_code == 404

    def test_an_employee_suggests_and_is_answered(self) -> None:
        author, manager = person(), person(Role.MANAGER)
        new = {"kind": "suggestion", "text": "多放一把椅子", "department": ""}
        assert client_of(author).post(url("suggestion", "add"), new).status_code == 302
        suggestion = Suggestion.objects.get()
        assert client_of(author).get(url("suggestion", "change", suggestion.pk)).status_code == 200
        answering = url("suggestion", "act", suggestion.pk, "answer")
        assert client_of(author).post(answering, {"text": "好"}).status_code == 403
        assert client_of(manager).post(answering, {"text": "好"}).status_code == 302
        assert "好" in client_of(author).get(url("suggestion", "change", suggestion.pk)).content.decode()

    def test_a_document_is_published_clause_by_clause_and_read(self) -> None:
        document, client = DocumentFactory.create(), client_of(person(Role.PERSONNEL))
        publishing = url("document", "act", document.pk, "publish")
        new = {"in_force_from": "2026-03-02", "body": "", "clauses": "1 总则\r\n甲\r\n\r\n1.1 态度\r\n乙\r\n丙"}
        assert client.post(publishing, {**new, "clauses": ""}).status_code == 400
        assert client.post(publishing, {**new, "clauses": "1 只有标题"}).status_code == 400
        assert client.post(publishing, {**new, "clauses": "1 甲\n乙\n\n1 甲\n乙"}).status_code == 400
        assert client.post(publishing, new).status_code == 302
        assert client.post(publishing, new).status_code == 409
        version = DocumentVersion.objects.get()
        assert list(version.clauses.values_list("number", "title")) == [("1", "总则"), ("1.1", "态度")]
        reader = client_of(person())
        assert "总则" in reader.get(url("documentversion", "change", version.pk)).content.decode()
        assert reader.post(url("documentversion", "act", version.pk, "acknowledge")).status_code == 302
        assert reader.post(url("documentversion", "act", version.pk, "acknowledge")).status_code == 403

    def test_a_certificate_is_issued(self) -> None:
        user, course = person(), CourseFactory.create(valid_months=12)
        new = {"user": user.pk, "course": course.pk, "issued_on": "2026-03-02", "expires_on": ""}
        assert client_of(person(Role.PERSONNEL)).post(url("certificate", "add"), new).status_code == 302
        assert str(user.certificates.get().expires_on) == "2027-03-02"


class TestWhatPagesShow:
    def test_people_one_may_not_open_are_named_without_a_link(self, now: datetime) -> None:
        author, reader, personnel = person(Role.MANAGER, name="陈<i>", language="en"), person(language="en"), person(Role.PERSONNEL)
        notice = NoticeFactory.create(by=author, to_everyone=True)
        link = url("user", "change", author.pk)
        page = client_of(reader).get(url("notice", "change", notice.pk)).content.decode()
        assert "陈&lt;i&gt;" in page
        assert link not in page
        assert link in client_of(personnel).get(url("notice", "change", notice.pk)).content.decode()

    def test_history_links_no_page_that_is_refused_and_says_no_none(self, now: datetime) -> None:
        author, reader = person(Role.MANAGER), person(language="en")
        department = DepartmentFactory.create()
        departments.place(department=department, parent=None, by=author, at=now)
        answer = client_of(reader).get(url("department", "history", department.pk))
        assert author.name in answer.content.decode()
        assert url("user", "change", author.pk) not in answer.content.decode()
        assert {record.history_change_reason for record in answer.context["page_obj"]} == {"–"}

    def test_an_empty_cell_is_an_en_dash(self) -> None:
        DepartmentFactory.create(parent=None)
        assert ">–<" in re.sub(r"\s+", "", client_of(person()).get(url("department", "changelist")).content.decode())


def test_every_page_of_ours_has_the_shared_rules() -> None:
    assert all(isinstance(one, RecordAdmin) for one in OURS.values())
    assert all(isinstance(one, OfficeAdmin) for one in OURS.values() if hasattr(one.model, "history"))


def test_e4_an_open_form_of_somebody_who_lost_the_role_is_refused(now: datetime) -> None:
    personnel = person(Role.PERSONNEL)
    client = client_of(personnel)
    memberships.revoke(membership=Membership.objects.get(user=personnel), by=person(Role.MANAGER), at=now)
    response = client.post(url("course", "add"), {"name": "x", "code": "x"})
    assert response.status_code == 302
    assert reverse("admin:login") in response["Location"]
    assert not Course.objects.exists()
