from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from staff import events
from staff.models import Department, Membership, User
from staff.roles import Role
from staff.services import departments, memberships, users
from tests.factories.staff import PASSWORD, DepartmentFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return person(Role.MANAGER)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return bool(client.get(reverse("admin:password_change")).status_code == 200)


class TestE4SessionsEnd:
    def test_when_a_role_is_given(self, manager: User, now: datetime) -> None:
        user = person(Role.AGENT)
        client = signed_in(user)
        memberships.grant(user=user, department=DepartmentFactory.create(), role=Role.HEAD, by=manager, at=now)
        assert not is_in(client)

    def test_when_a_role_is_taken(self, manager: User, now: datetime) -> None:
        user = person(Role.AGENT)
        client = signed_in(user)
        memberships.revoke(membership=user.memberships.get(), by=manager, at=now)
        assert not is_in(client)
        assert not User.objects.get(pk=user.pk).groups.exists()

    def test_when_two_changes_come_at_one_moment(self, manager: User, now: datetime) -> None:
        user = person(Role.AGENT)
        memberships.grant(user=user, department=DepartmentFactory.create(), role=Role.HEAD, by=manager, at=now)
        client = signed_in(User.objects.get(pk=user.pk))
        memberships.revoke(membership=user.memberships.get(role=Role.HEAD), by=manager, at=now)
        assert not is_in(client)

    def test_elsewhere_when_people_change_their_own_password(self) -> None:
        user = person()
        here, elsewhere = signed_in(user), signed_in(user)
        new = {"old_password": PASSWORD, "new_password1": "another-plum-9", "new_password2": "another-plum-9"}
        assert here.post(reverse("admin:password_change"), new).status_code == 302
        assert is_in(here)
        assert not is_in(elsewhere)

    def test_when_the_account_is_closed(self, manager: User, now: datetime) -> None:
        user = person(Role.AGENT)
        client = signed_in(user)
        users.deactivate(user=user, by=manager, at=now)
        assert not is_in(client)
        form = {"username": user.employee_number, "password": PASSWORD}
        assert Client().post(reverse("admin:login"), form).status_code == 200


def test_e6_every_spelling_of_a_number_counts_as_one_account() -> None:
    user = UserFactory.create(employee_number="agent-one")
    client = Client()
    spellings = ("agent-one", "AGENT-ONE", "Agent-One", "aGENT-one", "agent-ONE", "ａgent-one", " agent-one", "AgEnT-oNe", "agenT-one")
    codes = [client.post(reverse("admin:login"), {"username": one, "password": "wrong"}).status_code for one in spellings]
    assert 429 in codes
    assert client.post(reverse("admin:login"), {"username": user.employee_number, "password": PASSWORD}).status_code == 429


class TestF16RightsComeFromOthers:
    def test_nobody_gives_themselves_a_role(self, manager: User, now: datetime) -> None:
        with pytest.raises(PermissionDenied):
            memberships.grant(user=manager, department=DepartmentFactory.create(), role=Role.EXECUTIVE, by=manager, at=now)

    def test_nobody_ends_their_own_role(self, manager: User, now: datetime) -> None:
        with pytest.raises(PermissionDenied):
            memberships.revoke(membership=manager.memberships.get(), by=manager, at=now)

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
    def test_only_managers_give_roles(self, role: Role, now: datetime) -> None:
        with pytest.raises(PermissionDenied):
            memberships.grant(user=person(), department=DepartmentFactory.create(), role=Role.AGENT, by=person(role), at=now)
        with pytest.raises(PermissionDenied):
            users.create(employee_number="X1", name="某人", by=person(role), at=now)

    def test_a_manager_does_not_touch_a_superuser(self, manager: User, now: datetime) -> None:
        root = User.objects.create_superuser("ROOT", PASSWORD, name="系统")
        with pytest.raises(PermissionDenied):
            users.send_reset(user=root, by=manager, at=now)
        with pytest.raises(PermissionDenied):
            users.update(user=root, name="我", email="me@example.com", phone="", language="en", by=manager, at=now)

    def test_a_manager_has_no_way_to_set_the_password_of_somebody_at_work(self, manager: User, now: datetime) -> None:
        user = person(Role.EXECUTIVE)
        users.send_reset(user=user, by=manager, at=now)
        assert User.objects.get(pk=user.pk).check_password(PASSWORD)
        with pytest.raises(PermissionDenied):
            users.send_reset(user=manager, by=manager, at=now)
        with pytest.raises(ValidationError):
            users.send_reset(user=UserFactory.create(email=""), by=manager, at=now)
        for _time in range(2):
            users.send_reset(user=user, by=manager, at=now)
        with pytest.raises(ValidationError):
            users.send_reset(user=user, by=manager, at=now)

    def test_what_others_do_to_an_account_its_owner_is_told(self, manager: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[tuple[str, str]] = []

        def hear(*, user: User, subject: str, text: str, by: User, at: datetime, former: int | None) -> None:
            told.append((user.history.get(pk=former).email if former else user.email, subject))
            assert by.name in text

        monkeypatch.setattr(events, "tell_employee", [hear])
        user = UserFactory.create(email="old@example.com", language="en")
        users.update(user=user, name=user.name, email="new@example.com", phone="", language="en", by=manager, at=now)
        assert {address for address, _subject in told} == {"new@example.com", "old@example.com"}
        users.update(user=user, name="别名", email="new@example.com", phone="", language="en", by=manager, at=now)
        assert len(told) == 2

        given = memberships.grant(user=user, department=DepartmentFactory.create(), role=Role.EXECUTIVE, by=manager, at=now)
        assert told[-2:] == [("new@example.com", "You were given a role"), ("old@example.com", "You were given a role")]
        memberships.revoke(membership=given, by=manager, at=now + timedelta(days=31))
        assert told[-1] == ("new@example.com", "A role of yours was ended")
        users.send_reset(user=user, by=manager, at=now)
        assert told[-1] == ("old@example.com", "A link to a new password was sent to you")

    def test_only_the_first_manager_is_made_without_another(self, manager: User, now: datetime) -> None:
        with pytest.raises(ValidationError):
            memberships.grant_first(user=person(), department=DepartmentFactory.create(), post=None, at=now)


class TestAccounts:
    def test_create_writes_who_made_it(self, manager: User, now: datetime) -> None:
        user = users.create(employee_number=" N1 ", name="新人", email="n1@example.com", by=manager, at=now)
        assert user.employee_number == "N1"
        assert user.history.get().history_user == manager
        assert user.history.get().history_date == now
        assert not hasattr(user.history.get(), "password")

    @pytest.mark.parametrize("number", ["", "n 1", "Ｎ1", "Ν1", "a\x00", "x" * 41])
    def test_odd_numbers_are_refused(self, number: str, manager: User, now: datetime) -> None:
        with pytest.raises(ValidationError):
            users.create(employee_number=number, name="新人", by=manager, at=now)

    def test_e5_no_twin_by_case(self, manager: User, now: datetime) -> None:
        users.create(employee_number="Anna", name="安娜", email="Anna@example.com", by=manager, at=now)
        with pytest.raises(ValidationError):
            users.create(employee_number="ANNA", name="另一个", by=manager, at=now)
        with pytest.raises(ValidationError):
            users.create(employee_number="Other", name="另一个", email="anna@EXAMPLE.com", by=manager, at=now)
        assert User.objects.get_by_natural_key("aNNA").name == "安娜"

    def test_every_active_employee_signs_in_to_the_back_office(self) -> None:
        assert UserFactory.create().is_staff
        assert not UserFactory.create(is_active=False).is_staff


class TestDeactivate:
    def test_is_refused_with_open_matters(self, manager: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(events, "open_matters", [lambda user: [f"matter of {user.name}"]])
        user = person(Role.AGENT)
        with pytest.raises(users.OpenMattersRemain, match=f"matter of {user.name}"):
            users.deactivate(user=user, by=manager, at=now)
        assert User.objects.get(pk=user.pk).is_active

    def test_ends_memberships_and_rights(self, manager: User, now: datetime) -> None:
        user = users.deactivate(user=person(Role.AGENT), by=manager, at=now)
        assert user.memberships.get().to_on == date(2026, 3, 2)
        assert not user.groups.exists()

    def test_nobody_closes_their_own_account(self, manager: User, now: datetime) -> None:
        with pytest.raises(PermissionDenied):
            users.deactivate(user=manager, by=manager, at=now)

    def test_reactivate_gives_no_role_back(self, manager: User, now: datetime) -> None:
        user = users.deactivate(user=person(Role.HEAD), by=manager, at=now)
        user = users.reactivate(user=user, by=manager, at=now + timedelta(days=1))
        assert user.is_active
        assert not user.has_perm("staff.answer_suggestion")


class TestF9NothingReferencedIsDeleted:
    def test_a_user_with_a_membership_stays(self) -> None:
        with pytest.raises(ProtectedError):
            person(Role.AGENT).delete()

    def test_a_department_with_members_or_children_stays(self) -> None:
        department = person(Role.AGENT).memberships.get().department
        with pytest.raises(ProtectedError):
            department.delete()
        parent = DepartmentFactory.create()
        DepartmentFactory.create(parent=parent)
        with pytest.raises(ProtectedError):
            parent.delete()

    def test_a_user_named_only_in_a_history_stays(self, manager: User, now: datetime) -> None:
        root = User.objects.create_superuser("ROOT", PASSWORD, name="系统")
        users.create(employee_number="N1", name="新人", by=root, at=now)
        with pytest.raises(DatabaseError), transaction.atomic():
            root.delete()


class TestF7HistoryStays:
    @pytest.mark.parametrize("act", [lambda rows: rows.update(name="x"), lambda rows: rows.all().delete()])
    def test_no_row_is_changed_or_deleted(self, act: object) -> None:
        UserFactory.create()
        with pytest.raises(DatabaseError), transaction.atomic():
            act(User.history)  # type: ignore[operator]  # one of two kinds of callable


class TestMemberships:
    def test_one_role_once_per_department(self, manager: User, now: datetime) -> None:
        user, department = person(), DepartmentFactory.create()
        memberships.grant(user=user, department=department, role=Role.AGENT, by=manager, at=now)
        with pytest.raises(ValidationError):
            memberships.grant(user=user, department=department, role=Role.AGENT, by=manager, at=now)

    def test_rights_are_the_union_of_all_active_memberships(self, manager: User, now: datetime) -> None:
        user = person(Role.PERSONNEL)
        memberships.grant(user=user, department=DepartmentFactory.create(), role=Role.HEAD, by=manager, at=now)
        assert set(user.groups.values_list("name", flat=True)) == {"personnel", "head"}
        assert user.has_perm("staff.answer_suggestion")

    def test_a_closed_account_or_department_gets_none(self, manager: User, now: datetime) -> None:
        with pytest.raises(ValidationError):
            memberships.grant(
                user=UserFactory.create(is_active=False), department=DepartmentFactory.create(), role="agent", by=manager, at=now
            )
        with pytest.raises(ValidationError):
            memberships.grant(user=person(), department=DepartmentFactory.create(active=False), role="agent", by=manager, at=now)

    def test_the_database_knows_the_roles(self) -> None:
        membership = person().memberships.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=membership.pk).update(role="king")


class TestDepartments:
    def test_paths_follow_a_move(self, manager: User, now: datetime) -> None:
        top, other = DepartmentFactory.create(), DepartmentFactory.create()
        middle = DepartmentFactory.create(parent=top)
        leaf = DepartmentFactory.create(parent=middle)
        assert Department.objects.get(pk=leaf.pk).path_ids() == [top.pk, middle.pk, leaf.pk]
        departments.place(department=middle, parent=other, by=manager, at=now)
        assert Department.objects.get(pk=leaf.pk).path_ids() == [other.pk, middle.pk, leaf.pk]

    def test_a_circle_is_refused_by_the_service_and_by_the_database(self, manager: User, now: datetime) -> None:
        top = DepartmentFactory.create()
        leaf = DepartmentFactory.create(parent=DepartmentFactory.create(parent=top))
        with pytest.raises(ValidationError):
            departments.place(department=top, parent=leaf, by=manager, at=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            Department.objects.filter(pk=top.pk).update(parent=leaf)

    def test_a_path_cannot_be_forged(self) -> None:
        department = DepartmentFactory.create()
        Department.objects.filter(pk=department.pk).update(path="/1/2/3/")
        assert Department.objects.get(pk=department.pk).path == f"/{department.pk}/"
