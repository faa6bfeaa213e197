"""Notices, documents, suggestions, certificates, the company, denied attempts."""

from datetime import date, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from staff import events
from staff.models import Clause, Company, DeniedAttempt, Department, DocumentVersion, Notice, Post, Suggestion, User
from staff.roles import Role
from staff.services import certificates, denials, documents, notices, suggestions
from staff.services.documents import NumberedClause
from tests.factories.staff import CourseFactory, DepartmentFactory, DocumentFactory, NoticeFactory, person

pytestmark = pytest.mark.django_db


class TestNotices:
    @pytest.fixture
    def writer(self) -> User:
        return person(Role.PERSONNEL)

    def test_reach_everyone_a_role_a_person_and_a_department_with_all_below(self, writer: User, now: datetime) -> None:
        top = DepartmentFactory.create()
        agent, stranger = person(Role.AGENT, DepartmentFactory.create(parent=top)), person()
        common: dict[str, Any] = {"title": "t", "body": "b", "by": writer, "at": now}
        mine = [
            notices.publish(to_everyone=True, **common),
            notices.publish(roles=[Role.AGENT], **common),
            notices.publish(users=[agent], **common),
            notices.publish(departments=[top], **common),
        ]
        notices.publish(departments=[DepartmentFactory.create()], **common)
        assert set(Notice.objects.visible_to(agent)) == set(mine)
        assert list(Notice.objects.visible_to(stranger)) == mine[:1]
        assert Notice.objects.visible_to(writer).count() == 5
        assert Notice.objects.visible_to(person(Role.AUDITOR)).count() == 5

    def test_stay_unread_until_answered(self, writer: User, now: datetime) -> None:
        notice, reader = NoticeFactory.create(by=writer), person()
        notices.receive(notice=notice, state="delivered", by=reader, at=now)
        assert Notice.objects.unread_for(reader).get() == notice
        with pytest.raises(ValidationError):
            notices.receive(notice=notice, state="unclear", by=reader, at=now)
        notices.receive(notice=notice, state="unclear", remark="哪一天开始？", by=reader, at=now)
        assert not Notice.objects.unread_for(reader).exists()
        receipt = notices.receive(notice=notice, state="understood", by=reader, at=now)
        assert notices.receive(notice=notice, state="unclear", remark="?", by=reader, at=now).state == "understood"
        assert receipt.history.count() == 3

    def test_are_answered_only_by_whom_they_address(self, writer: User, now: datetime) -> None:
        notice = NoticeFactory.create(by=writer, to_everyone=False)
        with pytest.raises(PermissionDenied):
            notices.receive(notice=notice, state="understood", by=person(), at=now)

    def test_need_an_audience_and_the_right(self, writer: User, now: datetime) -> None:
        with pytest.raises(ValidationError):
            notices.publish(title="t", body="b", by=writer, at=now)
        with pytest.raises(PermissionDenied):
            notices.publish(title="t", body="b", to_everyone=True, by=person(Role.AGENT), at=now)


class TestDocuments:
    CLAUSES = (NumberedClause("1", "一", "甲"), NumberedClause("1.1", "二", "乙"))

    def publish(self, document: Any, day: date, at: datetime, by: User | None = None) -> DocumentVersion:
        by = by or person(Role.PERSONNEL)
        return documents.publish_version(document=document, body="", clauses=self.CLAUSES, in_force_from=day, by=by, at=at)

    def test_a_new_version_ends_the_one_before(self, now: datetime) -> None:
        document = DocumentFactory.create()
        first = self.publish(document, date(2026, 1, 1), now)
        second = self.publish(document, date(2026, 3, 1), now)
        first.refresh_from_db()
        assert (first.version, first.in_force_to) == (1, date(2026, 2, 28))
        assert (second.version, second.in_force_to) == (2, None)
        assert second.clauses.count() == 2

    def test_a_version_cannot_begin_before_the_last(self, now: datetime) -> None:
        document = DocumentFactory.create()
        self.publish(document, date(2026, 3, 1), now)
        with pytest.raises(ValidationError):
            self.publish(document, date(2026, 3, 1), now)

    def test_what_is_published_stays(self, now: datetime) -> None:
        version = self.publish(DocumentFactory.create(), date(2026, 3, 1), now)
        for act in (
            lambda: DocumentVersion.objects.update(body="other"),
            lambda: Clause.objects.update(text="other"),
            lambda: Clause.objects.all().delete(),
            lambda: DocumentVersion.objects.filter(pk=version.pk)._raw_delete("default"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    def test_clause_numbers_are_unique_in_a_version(self, now: datetime) -> None:
        version = self.publish(DocumentFactory.create(), date(2026, 3, 1), now)
        with pytest.raises(IntegrityError), transaction.atomic():
            Clause.objects.create(version=version, number="1", text="x")

    def test_reading_is_said_once(self, now: datetime) -> None:
        version, reader = self.publish(DocumentFactory.create(), date(2026, 3, 1), now), person()
        first = documents.acknowledge(version=version, by=reader, at=now)
        assert documents.acknowledge(version=version, by=reader, at=now + timedelta(hours=1)) == first
        assert list(version.acknowledgements.all()) == [first]

    def test_others_do_not_publish(self, now: datetime) -> None:
        with pytest.raises(PermissionDenied):
            self.publish(DocumentFactory.create(), date(2026, 3, 1), now, by=person(Role.HEAD))


class TestSuggestions:
    def test_are_seen_and_answered_by_the_head_they_are_about(self, now: datetime) -> None:
        department = DepartmentFactory.create()
        head, other = person(Role.HEAD, department), person(Role.HEAD)
        below = DepartmentFactory.create(parent=department)
        suggestion = suggestions.make(kind="noticed", text="货架松动", department=below, by=person(), at=now)
        assert Suggestion.objects.visible_to(head).get() == suggestion
        assert not Suggestion.objects.visible_to(other).exists()
        with pytest.raises(PermissionDenied):
            suggestions.answer(suggestion=suggestion, text="已修", by=other, at=now)
        answered = suggestions.answer(suggestion=suggestion, text="已修", by=head, at=now)
        assert (answered.state, answered.answered_by, answered.answered_at) == ("answered", head, now)
        with pytest.raises(ValidationError):
            suggestions.answer(suggestion=suggestion, text="又修", by=head, at=now)

    def test_are_not_answered_by_their_author(self, now: datetime) -> None:
        manager = person(Role.MANAGER)
        suggestion = suggestions.make(kind="suggestion", text="建议", by=manager, at=now)
        with pytest.raises(PermissionDenied):
            suggestions.answer(suggestion=suggestion, text="好", by=manager, at=now)

    def test_an_answer_has_who_and_when(self, now: datetime) -> None:
        suggestions.make(kind="suggestion", text="建议", by=person(), at=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            Suggestion.objects.update(state="answered", answer="好")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [(date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2026, 12, 5), 1, date(2027, 1, 5)), (date(2024, 2, 29), 12, date(2025, 2, 28))],
)
def test_a_certificate_expires_after_the_months_of_its_course(day: date, months: int, expected: date, now: datetime) -> None:
    course, by = CourseFactory.create(valid_months=months), person(Role.PERSONNEL)
    assert certificates.issue(user=person(), course=course, issued_on=day, by=by, at=now).expires_on == expected


class TestF20DeniedAttempts:
    def test_are_kept_without_query_and_shortened(self, now: datetime) -> None:
        row = denials.record(user=person(), method="POST", path="/admin/x/?code=1", reason="长" * 400 + "\x00", at=now)
        assert row.path == "/admin/x/"
        assert row.reason == "长" * 300

    def test_stay_for_ever(self, now: datetime) -> None:
        denials.record(user=person(), method="POST", path="/admin/", at=now)
        for act in (lambda: DeniedAttempt.objects.update(path="/"), lambda: DeniedAttempt.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE staff_deniedattempt")


@pytest.mark.django_db(transaction=True)
def test_f20_recording_inside_a_transaction_that_may_roll_back_fails_loudly(now: datetime) -> None:
    user = person()
    with pytest.raises(RuntimeError), transaction.atomic():
        denials.record(user=user, method="POST", path="/admin/", at=now)


class TestSetUp:
    FLAGS = ("--company=示例公司", "--manager-number=M1", "--manager-name=王经理", "--manager-password=plum-rain-harbour-7")

    def test_makes_the_company_its_manager_and_starter_data(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loaded: list[User] = []
        monkeypatch.setattr(events, "starter_loaders", [lambda by, _at: loaded.append(by)])
        call_command("setup", *self.FLAGS)
        manager = User.objects.get(employee_number="M1")
        assert manager.has_perm("staff.manage_users")
        assert manager.check_password("plum-rain-harbour-7")
        assert loaded == [manager]
        assert Company.current().name == "示例公司"
        assert Company.current().privacy_notice
        assert manager.memberships.get().department.manages
        assert Department.objects.receiving().exists()
        assert Department.objects.following_up().exists()
        assert {post.level for post in Post.objects.all()} == {
            "front_line",
            "acceptance",
            "technical_support",
            "management",
            "executive",
        }

    def test_happens_once_and_can_be_updated(self) -> None:
        call_command("setup", *self.FLAGS)
        with pytest.raises(CommandError, match="--update"):
            call_command("setup", *self.FLAGS)
        call_command("setup", "--update", "--hotline=400-1", "--currency=eur")
        assert (Company.current().hotline, Company.current().currency, Company.current().name) == ("400-1", "EUR", "示例公司")

    @pytest.mark.parametrize(
        "flags",
        [("--time-zone=Mars/Base",), ("--currency=gold",), ("--manager-password=1234567890",), ("--manager-number=王",)],
    )
    def test_leaves_nothing_behind_when_refused(self, flags: tuple[str, ...]) -> None:
        with pytest.raises(CommandError):
            call_command("setup", *self.FLAGS, *flags)
        assert not Company.current().is_set_up
        assert not User.objects.exists()

    def test_at_a_terminal_asks_again_for_what_it_cannot_take_and_keeps_the_rest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answers = iter(["", "示例公司", "", "", "", "", "", "M1", "王经理", ""])
        good = "plum-rain-harbour-7"
        typed = iter(["1234567890", good, "plum-rain-harbour-8", good, good])
        monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
        monkeypatch.setattr("builtins.input", lambda _question: next(answers))
        monkeypatch.setattr("getpass.getpass", lambda _question: next(typed))
        said = StringIO()
        call_command("setup", stderr=said)
        assert User.objects.get(employee_number="M1").check_password(good)
        assert Company.current().name == "示例公司"
        assert said.getvalue().count("An answer is needed.") == 1
        assert said.getvalue().count("The two passwords differ.") == 1
        assert [*answers, *typed] == []

    def test_needs_something_to_update(self) -> None:
        with pytest.raises(CommandError):
            call_command("setup", "--update")

    def test_there_is_one_company(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Company.objects.create(id=2, name="二")
